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
# Of a request, a breach, a lesson ahead, a record, a question and a concern about an adult.
REQUEST = {
    "address": "https://www.canarysite.example/canarypath?canary=1",
    "who_for": "class",
    "year": "Canaryyear",
    "aim": "canaryaim for Canarychild",
    "other_site": "canaryother",
}
BREACH = {
    "illegal": "no",
    "kind": "site",
    "address": "bad.canarysite.example/game",
    "shown": "canaryshown",
    "how": "search",
    "device": "canarydevice",
    "saw": "yes",
    "saw_who": "Canarychild Namecanary",
    "upset": "no",
}
LESSON = {
    "klass": "Canaryclass",
    "times": "canarytimes",
    "topic": "canarytopic",
    "words": "canarywords",
    "sites": "canarysites",
    "hard": "Canarychild",
    "teacher": "Canary Teacher",
}
PHONE = {"emergency": "canaryemergency", "at": "canaryat", "follow": "canaryfollow"}
ASKED = {"question": "May canary go?", "missing": "person", "more": "canarymore"}
ADULT = {
    "about": "adult",
    "who": "Canaryadult Name",
    "with_children": "no",
    "harmed": "no",
    "crime": "no",
    "what": "canaryadultwhat",
    "children": "canarychildren",
    "spoken": "yes",
    "spoken_words": "canaryspoken",
}
DECIDED = {"approve": "narrower", "instead": "canaryinstead", "reason": "canarygate"}
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
    prompt = school.talk("kowalczyk", "concern", up_to="what")
    assert isinstance(prompt, Prompt)
    school.answer("kowalczyk", prompt, "canarylong " * 900)  # refused
    school.type("kowalczyk", TYPED)
    smaller_matters(school)
    school.reopen()
    school.settle()
    school.later(hours=2)


def smaller_matters(school: School) -> None:
    """Let a school see a request through its gate and its task, a breach, a lesson ahead, a record and a question."""
    request = school.report("oyelaran", "unblock", **REQUEST)
    school.settle()
    school.press("okafor", Token(Verb.OPEN, request.ref))
    school.talk("okafor", "approve_lead", request.ref, **DECIDED)
    school.settle()
    school.talk("pritchard", "note", request.ref, note=LATER["note"])
    school.press("qureshan", Token(Verb.OPEN, request.ref))
    school.talk("qureshan", "done", request.ref, changed="canarychanged")
    refused = school.report("oyelaran", "unblock", **REQUEST)
    school.talk("okafor", "approve_lead", refused.ref, approve="no", reason="canarygate")
    notice = school.report("oyelaran", "spike", **LESSON)
    school.talk("okafor", "reply", notice.ref, reply="agreed", hint="canaryhint")
    task = school.report("whitlock", "breach", **BREACH)
    school.settle()
    school.press("qureshan", Token(Verb.OPEN, task.ref))
    school.talk("qureshan", "done", task.ref, changed="canarychanged")
    record = school.report("oyelaran", "phone", **PHONE)
    school.press("lindqvist", Token(Verb.OPEN, record.ref))
    school.press("lindqvist", Token(Verb.ACKNOWLEDGE, record.ref))
    question = school.report("oyelaran", "ask", **ASKED)
    school.talk("okafor", "answer", question.ref, answer="canaryanswer")
    school.report("whitlock", "adult", **ADULT, named="no")
    prompt = school.talk("whitlock", "unblock", up_to="address")
    assert isinstance(prompt, Prompt)
    school.answer("whitlock", prompt, "canary no address")  # refused
    school.answer("whitlock", prompt, "canarysite.example/left")
    school.settle()


def test_no_card_and_no_notice_says_any_of_it(school: School) -> None:
    live(school)
    assert len(school.platform.delivered) > 10
    for place, _, item in school.platform.delivered:
        assert leaks(said(item)) == [], place
    for who in ("okafor", "pritchard", "lindqvist", "qureshan", "oyelaran", "whitlock", "p-aisha", "dunmore"):
        page = school.home(who)
        buttons = (button.label for button in (*page.starts, *page.unfinished))
        shown = (page.title, *page.lines, *buttons, *(said(card) for card in (*page.reports, *page.cases)))
        assert leaks(" ".join(shown)) == []


def test_no_title_says_any_of_it(school: School) -> None:
    """A title stands in a browser's history, in the list of windows and in what a phone shows while it is locked."""
    live(school)
    for case in school.cases():
        for who in ("okafor", "lindqvist", "qureshan", "oyelaran", "whitlock"):
            card = school.press(who, Token(Verb.OPEN, case.ref))
            assert leaks(card.title) == []


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
    school.report("whitlock", "unblock", **REQUEST)
    school.report("whitlock", "breach", **BREACH)
    trying(school.deliver)
    prompt = school.talk("dunmore", "concern", up_to="what")
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
    by_flow = {case.flow: case for case in reversed(school.cases()) if not case.made_for}
    address = {"address": "www[.]canarysite[.]example/canarypath?canary=1", "who_for": "My class"}
    for reader, flow, answers in (
        ("okafor", "breach", {**BREACH, "address": "bad[.]canarysite[.]example/game"}),
        ("okafor", "spike", LESSON),
        ("okafor", "phone", PHONE),
        ("okafor", "ask", ASKED),
        ("lindqvist", "adult", ADULT),
        ("okafor", "unblock", {**REQUEST, **address}),
    ):
        card = said(school.press(reader, Token(Verb.OPEN, by_flow[flow].ref)))
        for written in (text for text in answers.values() if MARK in text.casefold()):
            assert written in card, (flow, written)


def test_a_denied_reader_is_told_nothing_of_it(school: School) -> None:
    live(school)
    for case in school.cases():
        for who in ("dunmore", "p-rhys", "kowalczyk"):
            assert leaks(said(school.press(who, Token(Verb.OPEN, case.ref)))) == []
            if case.reporter != "oyelaran" or case.procedure == "alert":
                assert "nothing here for you" in said(school.press("oyelaran", Token(Verb.OPEN, case.ref)))
        if case.procedure not in ("approval",):
            assert "nothing here for you" in said(school.press("qureshan", Token(Verb.OPEN, case.ref)))
