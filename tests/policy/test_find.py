"""Answers: word for word, from the policies in force and no others, conflicting clauses together, or none."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.clock import SystemClock
from bot.library import lexicon
from bot.policy.find import QUOTES, Finder
from bot.policy.model import Answer, Document, Passage
from bot.policy.read import read
from bot.policy.traps import Trap
from bot.storage import policies
from bot.wiring import open_store

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 11, 22)
LEXICON = lexicon()


def document(name: str) -> Document:
    return read(name, (DATA / name).read_bytes())


THORNBECK = document("thornbeck-own-devices.txt")
WRENS = document("little-wrens-phones.md")
FINDER = Finder([THORNBECK], LEXICON)


def texts(answer: Answer) -> list[str]:
    return [quote.passage.text for quote in answer.quotes]


def asked(question: str, finder: Finder = FINDER) -> list[str]:
    return texts(finder.answer(question, TODAY))


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("can I give a mum my number", "Staff do not give their private numbers"),
        ("are hotspots and VPNs forbidden?", "Hotspots, private tunnels"),
        ("my dad is in hospital can I keep my mobile on me", "A member of staff who is waiting"),
        ("whos insurence covers stolen devises", "Devices are brought at the owner"),
        ("do i ned to fill in a form to regster my tablit", "An owner must complete the registration form"),
        ("CAN MY DAUGHTER WEAR HER APPLE WATCH", "Smart watches that can send messages"),
    ],
)
def test_the_clause_is_found_in_the_askers_own_words(question: str, opening: str) -> None:
    assert asked(question)[0].startswith(opening)


@pytest.mark.parametrize(
    "question",
    [
        "what's for dinner on wednesday",
        "who runs the football club",
        "how much does it cost to register a device",
        "who is the network technician called",
        "what is the wifi key this half term",
        "what do I do about a child with nits",
    ],
)
def test_what_the_policy_does_not_say_is_not_answered(question: str) -> None:
    assert FINDER.answer(question, TODAY) == Answer()


@pytest.mark.parametrize(
    "question",
    [
        *("", "   ", "?", '"', "'; DROP TABLE passage; --", "' OR 1=1 --", "NEAR(a b, 5)", "* OR *", "NOT", "a AND"),
        *(
            "tokens : {a",
            "^",
            "x" * 2000,
            "\x00\x01\x1b[2J",
            "\ud800",
            "\u202e\u200b",
            "🙂🙂🙂",
            "%s %d",
            "{{ school }}",
        ),
        *("<script>alert(1)</script>", "../../etc/passwd", "SELECT * FROM passage", "asdfghjkl qwertyuiop", "2+2"),
        *("¿Puedo usar mi teléfono en clase?", "Czy mogę używać telefonu w szkole?", "我可以用手机吗"),
        *("Kann ich mein Handy in der Schule benutzen?", "هل يمكنني استخدام هاتفي", "hello", "thank you"),
        "who is the prime minister",
    ],
)
def test_what_is_no_question_is_not_answered(question: str) -> None:
    assert asked(question) == []


@pytest.mark.parametrize(
    ("clause", "typed"),
    [
        ("Telephones are silent in school.", "Czy mogę używać telefonu w szkole?"),
        ("Staff change their passwords every term.", "../../etc/passwd"),
        ("Seldom is a zebra selected.", "SELECT * FROM it"),
    ],
)
def test_what_mending_would_turn_into_a_question_is_none(clause: str, typed: str) -> None:
    assert asked(typed, Finder([paper(clause)], LEXICON)) == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["phone", "OR", '"', "NEAR(", "*", "'", "wifi", "é"])).map(" ".join)
)
@example("phone " * 500)
@example('phone" OR "tokens')
def test_whatever_is_typed_only_whole_passages_come_back(question: str) -> None:
    answer = FINDER.answer(question, TODAY)
    assert {quote.passage for quote in answer.quotes} <= set(THORNBECK.passages)
    assert len(answer.quotes) <= QUOTES
    assert not (answer.sure and not answer.quotes)


def test_every_quote_of_every_question_is_a_whole_passage_of_that_school() -> None:
    for name, paper in (("thornbeck", THORNBECK), ("wrens", WRENS)):
        finder = Finder([paper], LEXICON)
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
            quotes = finder.answer(json.loads(line)["question"], TODAY).quotes
            assert {quote.passage for quote in quotes} <= set(paper.passages)
            assert {quote.document for quote in quotes} <= {paper.title}


def quality(name: str, finder: Finder) -> tuple[float, float]:
    """Give the share of answerable questions with a right clause shown, and of the others that were refused."""
    shown, refused = [], []
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        found = asked(row["question"], finder)
        if row["gold"]:
            shown.append(any(gold in text for gold in row["gold"] for text in found))
        else:
            refused.append(not found)
    return sum(shown) / len(shown), sum(refused) / len(refused)


@pytest.mark.parametrize("name", ["thornbeck-own-devices.txt", "little-wrens-phones.md", "millrace-behaviour.md"])
def test_finding_does_not_get_worse(name: str) -> None:
    """Floors below what it reaches (tests/bench/bench_policy.py), so that a change that breaks finding is seen."""
    school = {"t": "thornbeck", "l": "wrens", "m": "millrace"}[name[0]]
    shown, refused = quality(school, Finder([document(name)], LEXICON))
    assert shown >= 0.65
    assert refused >= 0.65


def test_the_lexicon_is_what_finds() -> None:
    bare = Finder([THORNBECK], replace(LEXICON, concepts={}, reach={}))
    assert quality("thornbeck", bare)[0] < quality("thornbeck", FINDER)[0] - 0.2


# The first alone, or several ----------------------------------------------------------------------------------------


def test_the_first_is_shown_alone_only_when_it_is_well_ahead() -> None:
    far = Finder([paper("Staff change their passwords every term.", "Dogs stay outside.")], LEXICON)
    assert far.answer("how often do we change passwords", TODAY).sure
    close = Finder(
        [paper("Staff change their passwords every term.", "Pupils change their passwords every term.")], LEXICON
    )
    answer = close.answer("how often do we change passwords", TODAY)
    assert len(answer.quotes) == 2
    assert not answer.sure


def paper(*passages: str, title: str = "Made-up policy", due: date | None = None) -> Document:
    listed = tuple(Passage(number, text) for number, text in enumerate(passages, 1))
    return Document(title, "", listed, "May 2026", due)


FILMING = "Filming on a personal phone is not prohibited."
NEVER = "Staff never film children with a phone of their own."
CONFLICT = Trap("film", ("is not prohibited",), "These two clauses conflict.", ("never film children",))


@pytest.mark.parametrize("question", ["is filming on a personal phone prohibited", "do staff film children"])
def test_conflicting_clauses_come_together_whichever_is_found(question: str) -> None:
    finder = Finder([paper(FILMING, "Doors are locked at night.", NEVER)], LEXICON, [CONFLICT])
    answer = finder.answer(question, TODAY)
    assert {FILMING, NEVER} <= set(texts(answer))
    assert not answer.sure
    assert {q.passage.text: q.warnings for q in answer.quotes}[FILMING] == ("These two clauses conflict.",)


def test_conflicting_clauses_come_together_though_one_has_no_word_of_the_question() -> None:
    far = "Ask the office before you do so."
    trap = Trap("far", ("is not prohibited",), "Read both.", ("Ask the office",))
    finder = Finder([paper(FILMING, far)], LEXICON, [trap])
    assert asked("can I film on my personal phone", finder) == [FILMING, far]


def test_a_clause_whose_companion_finds_no_room_is_left_out() -> None:
    lines = ["Phones are off in lessons.", "Phones are off at lunch.", "Phones are off on trips."]
    trap = Trap("lunch", ("off at lunch",), "Read both.", ("Doors are locked",))
    finder = Finder([paper(*lines, "Doors are locked at night.")], LEXICON, [trap])
    found = asked("are phones off in lessons", finder)
    assert found[0] == lines[0]
    assert (lines[1] in found) == ("Doors are locked at night." in found)
    assert len(found) <= QUOTES


def test_the_same_words_are_not_quoted_twice() -> None:
    finder = Finder([paper("Phones are off in lessons.", "Bags are hung up.", "Phones are off in lessons.")], LEXICON)
    assert asked("are phones off in lessons", finder) == ["Phones are off in lessons."]


def test_a_quote_carries_its_document_its_date_and_since_when_it_is_overdue() -> None:
    text = "Phones are off in lessons."
    due = date(2026, 8, 31)
    finder = Finder([paper(text, title="Phones", due=due)], LEXICON)
    (late,) = finder.answer("are phones off in lessons", date(2026, 9, 1)).quotes
    (fresh,) = finder.answer("are phones off in lessons", due).quotes
    assert (late.document, late.dated, late.overdue_since) == ("Phones", "May 2026", due)
    assert fresh.overdue_since is None
    assert late.score > 0


def test_a_school_without_policies_is_answered_nothing() -> None:
    assert asked("can I use my phone", Finder([], LEXICON)) == []


# From the store: what is in force, of this school -------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "school"


def in_force(folder: Path, school: str, *steps: Document | None) -> Finder:
    """Add each document as a new version of one policy (None retires it); give the finder of what is then in force."""
    stored = open_store(folder, school)
    now = SystemClock().now()
    try:
        for step in steps:
            if step is None:
                stored.writer.run_now(lambda tx: policies.retire(tx, "phones", now))
            else:
                stored.writer.run_now(lambda tx, new=step: policies.add(tx, "phones", new, "phones.md", now))  # type: ignore[misc]
        return Finder(stored.reader.run_now(policies.current), LEXICON)
    finally:
        stored.close()


OLD, NEW = "Phones are kept in the old cupboard.", "Phones are kept in the new lockers."


def digested(text: str) -> Document:
    return Document("Phones", text.encode().hex(), (Passage(1, text),))


def test_a_replaced_version_is_never_quoted(folder: Path) -> None:
    assert asked("where are phones kept", in_force(folder, "hollybank", digested(OLD))) == [OLD]
    finder = in_force(folder, "hollybank", digested(NEW))
    assert asked("where are phones kept", finder) == [NEW]
    assert asked("are phones in the old cupboard", finder) in ([], [NEW])


def test_a_retired_policy_is_never_quoted(folder: Path) -> None:
    assert asked("where are phones kept", in_force(folder, "hollybank", digested(OLD), None)) == []


def test_another_school_is_never_quoted(folder: Path, tmp_path: Path) -> None:
    in_force(folder, "hollybank", digested(OLD))
    other = in_force(tmp_path / "other", "larkfield", digested(NEW))
    assert asked("where are phones kept", other) == [NEW]
