"""Canaries: names, classes and words of a report appear nowhere but in the report, one to one, once it is opened."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import reports
from bot.prompt import Prompt, Token, Verb
from bot.service.surface import Later, Never
from bot.storage.writer import NotStored
from bot.wiring import KEYS, STORE
from tests.school import School, said

CANARIES = {
    "child_name": "Canarychild Namecanary, Canaryclass",
    "child_now": "canarynow in the canaryhall",
    "happened_at": "canaryhappened",
    "found_at": "canaryfound",
    "where": "canarywhere",
    "words": "he said canarywords",
    "seen": "canaryseen",
    "asked": "canaryasked",
    "seemed": "canaryseemed",
    "witnesses": "Canarywitness Person",
    "opinion": "canaryopinion",
    "context": "canarycontext",
    "done_more": "canarydone",
}
LATER = {"reason": "canaryreason", "note": "canarynote", "review": "canaryreview", "agency": "canaryagency"}
TYPED = "canarytyped words"
MARK = "canary"  # every canary holds it, and nothing else does


def leaks(text: str) -> list[str]:
    return [text[max(0, at - 40) : at + 40] for at in range(len(text)) if text[at : at + 6].casefold() == MARK]


def live(school: School) -> None:
    """Let a school see reports of every kind, casework, refusals, failures and restarts."""
    school.platform.failing["person:okafor"] = Later("canarylater")
    case = school.report(**CANARIES, how="child_told", marks="yes", marks_look="canarymarks", done="told")
    school.settle()
    school.platform.failing["channel:dsl"] = Never("canarygone")
    school.later(minutes=1)
    school.platform.failing.clear()
    school.later(minutes=10)
    school.press("okafor", Token(Verb.OPEN, case.ref))
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.talk("okafor", "note", case.ref, note=LATER["note"])
    school.talk("okafor", "decide", case.ref, decision="police+monitor", **LATER)
    school.press("pritchard", Token(Verb.ACKNOWLEDGE, case.ref))
    school.talk("okafor", "lower", case.ref, severity="routine", reason="canarylower")
    school.report(about="adult", adult_name="Canaryadult Name", adult_what="canaryadultwhat", spoken="yes")
    school.report("p-aisha", "worry", danger="yes", how="write", tell="canarytell mrs okafor", more="canarymore")
    school.type("kowalczyk", TYPED)
    prompt = school.talk("kowalczyk", "concern", until="what")
    assert isinstance(prompt, Prompt)
    school.answer("kowalczyk", prompt, "canarylong " * 900)  # refused
    school.type("kowalczyk", TYPED)
    school.reopen()
    school.settle()
    school.later(hours=2)


def test_no_card_and_no_notice_says_any_of_it(school: School) -> None:
    live(school)
    assert len(school.platform.delivered) > 10
    for place, _, item in school.platform.delivered:
        assert leaks(said(item)) == [], place
    for who in ("okafor", "pritchard", "lindqvist", "oyelaran", "p-aisha", "dunmore"):
        page = school.home(who)
        assert leaks(" ".join((*page.lines, *(said(card) for card in (*page.reports, *page.cases))))) == []


def test_no_log_says_any_of_it(school: School, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        live(school)
        fail_everywhere(school)
    assert caplog.records, "there is something to look through"
    for record in caplog.records:
        assert leaks(record.getMessage()) == []
        assert leaks(repr(record.args)) == []
        assert leaks(str(record.exc_info)) == []
    assert leaks(caplog.text) == []


def fail_everywhere(school: School) -> list[str]:
    """Make the parts fail while they hold words, and give what their errors say."""
    found: list[str] = []

    def trying(act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as wrong:  # noqa: BLE001
            found.extend((str(wrong), repr(wrong), repr(wrong.__cause__)))

    school.platform.failing[""] = RuntimeError("a defect of the adapter")
    school.report("whitlock", **CANARIES)
    trying(school.deliver)
    prompt = school.talk("dunmore", "concern", until="what")
    assert isinstance(prompt, Prompt)
    for token in ("answer.canary.1", "start.canary words.0.", "canary"):
        assert Token.decode(token) is None
    trying(lambda: Token(Verb.START, "canary words").encode())
    found.clear()  # the words of a developer's own mistake are the developer's
    school.beacon.stored.writer.close()
    trying(lambda: school.answer("dunmore", prompt, "canaryunstored"))
    assert any("closed" in text for text in found)
    return found


def test_no_error_says_any_of_it(school: School) -> None:
    assert leaks(" ".join(fail_everywhere(school))) == []
    with pytest.raises(NotStored):
        school.type("dunmore", TYPED)


def test_the_list_of_cases_says_none_of_it(school: School) -> None:
    live(school)
    for listing in (reports.cases_json(school.folder, "example"), reports.cases_text(school.folder, "example")):
        assert school.cases()[0].ref in listing
        assert leaks(listing) == []


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != KEYS}


def test_no_file_holds_any_of_it(school: School) -> None:
    live(school)
    found = bytes_of(school.folder)
    assert {STORE, f"{STORE}-wal", f"{STORE}-shm"} <= found.keys()
    ref = school.cases()[0].ref.encode()
    assert any(ref in held for held in found.values()), "the search would find what is not sealed"
    names = [m.name.split()[-1].encode() for m in school.beacon.office.directory.roster]
    for name, held in found.items():
        assert b"canary" not in held.lower(), name
        assert [n for n in names if n in held] == [], name
    school.beacon.stored.close()
    for name, held in bytes_of(school.folder).items():
        assert b"canary" not in held.lower(), name
    school.open()


def test_an_opened_case_does_say_it(school: School) -> None:
    """Or the tests above would search for what is nowhere."""
    live(school)
    case = school.cases()[-1]
    card = said(school.press("okafor", Token(Verb.OPEN, case.ref)))
    for words in CANARIES.values():
        assert words in card
    for words in (LATER["note"], LATER["reason"], "canarylower"):
        assert words in card


def test_a_denied_reader_is_told_nothing_of_it(school: School) -> None:
    live(school)
    for case in school.cases():
        for who in ("dunmore", "p-rhys", "qureshan"):
            assert leaks(said(school.press(who, Token(Verb.OPEN, case.ref)))) == []
