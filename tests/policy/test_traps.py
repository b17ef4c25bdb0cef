"""Warnings about clauses: read, found again by their words, and missed when the words are gone."""

import pytest

from bot.files import shipped
from bot.policy.model import Document, Passage
from bot.policy.traps import Trap, holding, load_traps, lost, marked, read_traps, together
from bot.reading import Mistakes

from .test_read import PAIRS, real

FOLDER = shipped("content") / "policies" / "traps"
PHONES = Document(
    "Phones",
    "",
    tuple(
        Passage(n, text)
        for n, text in enumerate(
            [
                "Filming is \u201cnot prohibited\u201d \u2013 ever.",
                "Phones stay off.",
                "Nobody films anybody in school.",
            ],
            1,
        )
    ),
)
CONFLICT = Trap("film", ('is "not Prohibited" - ever',), "These conflict.", ("Nobody films anybody",))


def test_a_clause_is_found_by_its_words_however_they_are_written() -> None:
    assert [p.number for p in holding(CONFLICT.anchors[0], PHONES.passages)] == [1]
    assert dict(marked([CONFLICT], PHONES)) == {1: (CONFLICT,)}
    assert dict(together([CONFLICT], PHONES)) == {1: (3,), 3: (1,)}
    assert lost([CONFLICT], [PHONES]) == ()


def test_several_warnings_and_several_clauses() -> None:
    both = Trap("both", ("Phones stay off", "Nobody films anybody"), "Look.")
    assert dict(marked([CONFLICT, both], PHONES)) == {1: (CONFLICT,), 2: (both,), 3: (both,)}
    assert marked([both, Trap("again", ("Phones stay off",), "Look again.")], PHONES)[2][1].id == "again"


def test_words_that_are_gone_are_named_one_by_one() -> None:
    changed = Document("Phones", "", PHONES.passages[:2])
    assert lost([CONFLICT], [changed]) == (
        "trap film: no clause holds 'Nobody films anybody'; has the policy changed? Mend or remove it",
    )
    assert len(lost([CONFLICT], [])) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a.toml: is empty"),
        ("x = 1", "'trap' is missing"),
        ('[[trap]]\nid = "a"\nanchor = "twelve letters"', "trap 1 (a): 'warning' is missing"),
        ('[[trap]]\nid = "a"\nwarning = "w"\nanchor = "too short"', "'too short' are too few to name a clause"),
        ('[[trap]]\nid = "a"\nwarning = "w"\nanchor = "twelve letters"\nbeside = ["phone"]', "'phone' are too few"),
        ('[[trap]]\nid = "A b"\nwarning = "w"\nanchor = "twelve letters"', "may hold only a-z, 0-9 and '-'"),
        (
            '[[trap]]\nid = "a"\nwarning = "w"\nancor = "twelve letters"',
            "unknown setting 'ancor' - did you mean 'anchor'",
        ),
        ('[[trap]]\nid = "a"\nwarning = "w"\nanchor = "twelve letters"\n' * 2, "another trap called 'a' above"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(text: str, said: str) -> None:
    with pytest.raises(Mistakes) as wrong:
        load_traps("a.toml", text.encode())
    assert said in str(wrong.value)


def test_a_school_without_a_file_has_no_warnings() -> None:
    assert read_traps(FOLDER, "larkfield") == ()


@pytest.mark.parametrize("school", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_the_shipped_warnings_can_be_read(school: str) -> None:
    traps = read_traps(FOLDER, school)
    assert len(traps) > 10
    assert all(trap.warning.endswith((".", '"')) and len(trap.warning) < 260 for trap in traps)


@pytest.mark.parametrize(("school", "file"), [(school, file) for school in PAIRS for file in PAIRS[school][:2]])
def test_the_shipped_warnings_find_their_clauses_in_every_format(school: str, file: str) -> None:
    traps, document = read_traps(FOLDER, school), real(file)
    assert lost(traps, [document]) == ()
    assert {trap.id for found in marked(traps, document).values() for trap in found} == {trap.id for trap in traps}


def test_conflicting_clauses_of_the_real_files_belong_together() -> None:
    document = real(PAIRS["cantrell"][0])
    texts = {p.number: p.text for p in document.passages}
    pairs = {
        (texts[a], texts[b]) for a, others in together(read_traps(FOLDER, "cantrell"), document).items() for b in others
    }
    assert any("is not prohibited" in a and "should not use personally-owned devices" in b for a, b in pairs)
    assert any("leaving IDs and passwords" in a and "keep their passwords private" in b for a, b in pairs)
