"""Requests, tasks, records, notices and questions from end to end, and a reporter whose name is left out."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.cases.model import Case
from bot.people import Role
from bot.prompt import Card, Notice, Prompt, Reply, Token, Verb
from bot.service.reporting import any_of
from bot.storage import cases
from tests.school import School, label, people_of, rules_of, said

NAME, LADO = "Miss Folake Oyelaran", "01632 960105"
REQUEST = {"part": "page", "needed": "2026-11-23", "until": "2026-11-25"}
BREACH = {
    "illegal": "no",
    "kind": "site",
    "address": "bad.example.com/game",
    "shown": "What it showed.",
    "how": "advert",
    "device": "Tablet 4",
    "saw": "yes",
    "saw_who": "Aisha in Willow",
    "upset": "no",
}
ADULT = {"about": "adult", "who": "Mr Callum Dunmore", "with_children": "no", "harmed": "no", "crime": "no"}
NOBODYS = "There is nothing here for you to open or change."


def open_(school: School, who: str, case: Case) -> Reply:
    return school.press(who, Token(Verb.OPEN, case.ref))


def told(school: School, who: str) -> list[str]:
    """Give the notices that hang with somebody."""
    return school.platform.notices(f"person:{who}")


def news(school: School, key: str, case: Case) -> str:
    """Give what whoever asked is told of a step of their case."""
    words, waiting = school.book.words, school.case(case.ref).plan
    first = any_of(school.book, waiting.rungs[0].roles)
    return words.say(f"inform-{key}-staff", reference=case.ref, recipients=first)


def everything_at(school: School, who: str) -> str:
    """Give all that ever came to somebody, with their front page and whatever of it they can open."""
    home = school.home(who)
    opened = [open_(school, who, case) for case in school.cases()]
    delivered = [item for place, _, item in school.platform.delivered if place == f"person:{who}"]
    return " ".join((*home.lines, *(said(item) for item in (*home.cases, *home.reports, *opened, *delivered))))


def approved(school: School, who: str = "okafor", **given: str) -> Case:
    case = school.report("oyelaran", "unblock", **{**REQUEST, **given})
    school.settle()
    school.talk(who, "approve_lead", case.ref, approve="yes", reason="A good lesson.")
    school.settle()
    return school.case(case.ref)


# What IT gets of a breach --------------------------------------------------------------------------------------------


def test_it_opens_its_part_of_a_breach_and_nothing_of_who_saw_it(school: School) -> None:
    task = school.report("oyelaran", "breach", **BREACH)
    parent = school.cases()[1]
    school.settle()
    assert (task.made_for, parent.flow) == (parent.ref, "breach")
    opened = open_(school, "qureshan", task)
    assert isinstance(opened, Card)
    assert {row.label: row.value for row in opened.rows} == {
        "Possibly illegal": "No",
        "What": "A site, page or video",
        "Address": "bad[.]example[.]com/game",
        "Came up by": "An advert",
        "Device": "Tablet 4",
    }
    kept = school.read(lambda tx: cases.answers(tx, task.id))
    assert kept.keys() == {"illegal", "kind", "address", "how", "device"}, (
        "what it does not see is not kept with its part either"
    )
    school.press("okafor", Token(Verb.ACKNOWLEDGE, parent.ref))
    school.settle()
    assert open_(school, "qureshan", parent) == Notice((NOBODYS,))
    for words in (NAME, "Folake", "Willow", "Aisha", "What it showed."):
        assert words not in everything_at(school, "qureshan"), words
    assert "A member of staff whose name is left out" in said(opened)


@pytest.mark.parametrize(
    ("kind", "given", "row"),
    [
        ("word", {"word": "sekret wurd"}, ("Word", "sekret wurd")),
        ("app", {"app": "A game about tanks"}, ("App", "A game about tanks")),
        ("site", {"address": "bad.example.com"}, ("Address", "bad[.]example[.]com")),
    ],
)
def test_it_gets_what_it_is_to_block(school: School, kind: str, given: dict[str, str], row: tuple[str, str]) -> None:
    plain = {key: answer for key, answer in BREACH.items() if key != "address"}
    task = school.report("oyelaran", "breach", **{**plain, "kind": kind, **given})
    opened = open_(school, "qureshan", task)
    assert isinstance(opened, Card)
    assert row in [(r.label, r.value) for r in opened.rows]


def test_whoever_reported_it_hears_that_it_has_dealt_with_it(school: School) -> None:
    task = school.report("oyelaran", "breach", **BREACH)
    school.settle()
    school.talk("qureshan", "done", task.ref, changed="Blocked for all.")
    school.settle()
    assert school.case(task.ref).status == "closed"
    assert f"Mr Bilal Qureshan has dealt with IT's part of what you reported, {task.ref}." in told(school, "oyelaran")


@pytest.mark.parametrize("left", ["stopped", "timeout"])
def test_a_breach_that_was_left_unfinished_still_becomes_a_task(school: School, left: str) -> None:
    prompt = school.talk("oyelaran", "breach", up_to="saw", **BREACH)
    assert isinstance(prompt, Prompt)
    if left == "timeout":
        school.later(minutes=61)
        assert {case.kind for case in school.cases()} == {"alert", "task"}
    else:  # nothing had gone, and whoever stops is asked and keeps it to themselves
        school.press("oyelaran", label(school.press("oyelaran", label(prompt, "Stop")), "Stop"))
        assert school.cases() == ()


# A lesson ahead ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reply", "mentioned"), [("agreed", True), ("talk", True), ("declined", False), ("", True)])
def test_a_breach_of_those_days_mentions_the_lesson_and_hides_nothing(
    school: School, reply: str, mentioned: bool
) -> None:
    notice = school.report("kowalczyk", "spike", day="2026-11-20", last_day="2026-11-24")
    if reply:
        school.talk("okafor", "reply", notice.ref, reply=reply)
    school.report("oyelaran", "breach", **BREACH)
    breach = school.cases()[1]
    assert breach.expected == (notice.ref if mentioned else "")
    school.settle()
    (card,) = (c for c in school.platform.cards("channel:dsl") if c.case == breach.ref)
    assert (notice.ref in said(card)) == mentioned
    assert "I'm taking this now" in [button.label for button in card.buttons], "it is an alert all the same"


@pytest.mark.parametrize(("day", "mentioned"), [("2026-11-23", False), ("2026-11-20", True)])
def test_a_lesson_of_another_day_is_not_mentioned(school: School, day: str, mentioned: bool) -> None:
    school.report("kowalczyk", "spike", day=day)
    school.report("oyelaran", "breach", **BREACH)
    assert bool(school.cases()[1].expected) == mentioned


@pytest.mark.parametrize("reply", ["agreed", ""])
def test_a_lesson_ahead_is_over_with_its_last_day_whether_it_was_answered_or_not(school: School, reply: str) -> None:
    notice = school.report("kowalczyk", "spike", day="2026-11-20", last_day="2026-11-24")
    if reply:
        school.talk("okafor", "reply", notice.ref, reply=reply)
    school.later(days=4)
    assert school.case(notice.ref).status != "closed"
    school.later(days=1)
    assert school.case(notice.ref).status == "closed"


# Whose name is left out ----------------------------------------------------------------------------------------------


def test_a_name_that_is_left_out_is_nowhere_for_who_reads_it(school: School) -> None:
    case = school.report("oyelaran", "adult", **ADULT, named="no")
    school.later(minutes=1)
    opened = open_(school, "lindqvist", case)
    assert "Reported by: A member of staff whose name is left out" in said(opened)
    school.press("lindqvist", Token(Verb.ACKNOWLEDGE, case.ref))
    school.talk("lindqvist", "decide", case.ref, decision="monitor")
    school.settle()
    found = everything_at(school, "lindqvist")
    for words in (NAME, "Folake", "oyelaran", "Willow"):
        assert words not in found, words
    assert "Reported by The reporter" in found


def test_a_name_that_may_be_seen_is_there(school: School) -> None:
    case = school.report("oyelaran", "adult", **ADULT, named="yes")
    assert f"Reported by: {NAME}, Willow" in said(open_(school, "lindqvist", case))


URGENT = {**ADULT, "with_children": "yes", "harmed": "yes"}


def going_on(school: School, prompt: Prompt, **given: str) -> Reply:
    """Answer the rest of a talk from a screen on."""
    reply: Reply = prompt
    while isinstance(reply, Prompt):
        question = None if reply.field is None else school.question(reply)
        values = () if question is None else (given.get(question.id, "no" if question.choices else "Words."),)
        reply = school.answer("oyelaran", reply, *values)
    return reply


@pytest.mark.parametrize("named", ["no", "yes"])
def test_an_urgent_concern_goes_out_before_the_name_was_asked_about_and_names_nobody_yet(
    school: School, named: str
) -> None:
    """It goes at 'harmed', and whether the name may be seen is asked at the end: in between nobody reads it."""
    prompt = school.talk("oyelaran", "adult", up_to="crime", **URGENT)
    assert isinstance(prompt, Prompt)
    school.settle()
    case = school.case()
    assert NAME not in said(open_(school, "lindqvist", case))
    going_on(school, prompt, named=named)
    assert (NAME in said(open_(school, "lindqvist", case))) == (named == "yes")


def test_a_concern_that_was_left_before_the_name_was_asked_about_is_named(school: School) -> None:
    """Nobody asked for it to be left out, and nobody could be asked any more."""
    school.talk("oyelaran", "adult", up_to="crime", **URGENT)
    school.later(minutes=61)
    assert NAME in said(open_(school, "lindqvist", school.case()))


def test_whoever_reports_themselves_is_named_from_the_first(school: School) -> None:
    school.talk("oyelaran", "adult", up_to="crime", about="self", self_with_children="yes", harmed="yes")
    assert NAME in said(open_(school, "lindqvist", school.case()))


def test_whoever_left_their_name_out_still_hears_what_becomes_of_it(school: School) -> None:
    case = school.report("oyelaran", "adult", **ADULT, named="no")
    school.settle()
    school.press("lindqvist", Token(Verb.ACKNOWLEDGE, case.ref))
    school.talk("lindqvist", "decide", case.ref, decision="monitor")
    school.talk("lindqvist", "close", case.ref)
    school.settle()
    notices = told(school, "oyelaran")
    for news in ("has been delivered", "Dr Helen Lindqvist has taken your report", "has been dealt with"):
        assert [line for line in notices if news in line and case.ref in line], news
    (mine,) = school.home("oyelaran").reports
    assert "Dealt with" in said(mine)


@pytest.mark.parametrize(("about", "reader"), [("adult", "lindqvist"), ("head", "fairbairn")])
def test_who_reads_a_concern_about_an_adult_has_the_officers_number(school: School, about: str, reader: str) -> None:
    case = school.report("oyelaran", "adult", **{**ADULT, "about": about}, named="no")
    assert LADO in said(open_(school, reader, case))
    child = school.report("oyelaran")
    assert LADO not in said(open_(school, "okafor", child))


# A request -----------------------------------------------------------------------------------------------------------


def test_whoever_asked_sees_each_step_and_not_who_looked_or_noted(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    school.settle()
    open_(school, "okafor", case)
    school.talk("pritchard", "note", case.ref, note="Between us.")
    school.talk("okafor", "approve_lead", case.ref, approve="yes", reason="A good lesson.")
    school.settle()
    mine = said(open_(school, "oyelaran", case))
    assert "Approved by Mrs Amara Okafor" in mine
    assert "A good lesson." in mine
    assert "Between us." not in mine
    assert "Read by" not in mine
    assert news(school, "approval-approved", case) in told(school, "oyelaran")


def test_it_that_sees_to_its_own_request_reads_as_much_of_it_as_any_who_asked(school: School) -> None:
    case = school.report("qureshan", "unblock", **REQUEST)
    school.talk("pritchard", "note", case.ref, note="Between us.")
    school.talk("okafor", "approve_lead", case.ref, approve="yes", reason="A good lesson.")
    opened = open_(school, "qureshan", case)
    assert isinstance(opened, Card)
    assert "Record that it is done" in [button.label for button in opened.buttons]
    assert "A good lesson." in said(opened)
    assert "Between us." not in said(opened)
    assert "Between us." in said(open_(school, "okafor", case))


def test_nobody_decides_on_their_own_request(school: School) -> None:
    case = school.report("okafor", "unblock", **REQUEST)
    school.settle()
    reply = school.press("okafor", Token(Verb.START, case.ref, 0, "approve_lead"))
    assert said(reply).endswith(NOBODYS)
    school.talk("pritchard", "approve_lead", case.ref, approve="yes")
    assert school.case(case.ref).status == "approved"


def test_of_two_who_decide_only_the_first_counts(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    second = school.talk("pritchard", "approve_lead", case.ref, up_to="check", approve="no")
    assert isinstance(second, Prompt)
    school.talk("okafor", "approve_lead", case.ref, approve="yes")
    reply = school.answer("pritchard", second)
    assert isinstance(reply, Prompt)
    assert reply.error == "This is not waiting for you now. Somebody else may have been first."
    assert school.case(case.ref).status == "approved"


def test_a_gate_that_was_passed_by_another_flow_of_casework_stays_shut(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    for flow in ("approve_technical", "done", "decide", "close", "acknowledge", "reply", "answer", "nonsense"):
        reply = school.press("okafor", Token(Verb.START, case.ref, 0, flow))
        assert isinstance(reply, Notice), flow
    for verb in (Verb.ACKNOWLEDGE, Verb.PASS_ON):
        assert school.press("okafor", Token(verb, case.ref)) == Notice((NOBODYS,))
    assert school.case(case.ref).status == "open"


@pytest.mark.parametrize("who", ["wrothambell", "denholme"])
def test_whoever_only_has_a_copy_decides_nothing(new_school: Callable[..., School], who: str) -> None:
    school = new_school(book=rules_of("godinton"), people=people_of("godinton"))
    case = school.report("ashgrove", "unblock", **REQUEST)
    opened = open_(school, who, case)
    assert isinstance(opened, Card)
    assert [button.label for button in opened.buttons] == ["Add a note"]
    reply = school.press(who, Token(Verb.START, case.ref, 0, "approve_educational"))
    assert reply == Notice(("This is not waiting for you now. Somebody else may have been first.",))


def test_whoever_reads_its_channel_does_not_do_the_task(new_school: Callable[..., School]) -> None:
    school = new_school(book=rules_of("cantrell"), people=people_of("cantrell"))
    case = school.report("birchenall", "unblock", **REQUEST)
    school.talk("garrowby", "approve_lead", case.ref, approve="yes")
    assert isinstance(open_(school, "trelissick", case), Card)
    reply = school.press("trelissick", Token(Verb.START, case.ref, 0, "done"))
    assert reply == Notice(("This is not waiting for you now. Somebody else may have been first.",))


def test_a_role_that_is_gone_decides_nothing(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    prompt = school.talk("pritchard", "approve_lead", case.ref, up_to="check", approve="yes")
    assert isinstance(prompt, Prompt)
    school.leave("pritchard")
    assert "I do not know you" in said(school.answer("pritchard", prompt))
    assert school.case(case.ref).status == "open"


def test_it_is_in_force_until_its_last_day_and_is_then_to_be_undone(school: School) -> None:
    case = approved(school)
    school.talk("qureshan", "done", case.ref, changed="Opened.")
    school.later(days=5, hours=13)  # Wednesday night: the last day is over
    assert school.clock.now() == datetime(2026, 11, 25, 23, 40, tzinfo=UTC)
    assert school.case(case.ref).status == "done"
    school.later(hours=8, minutes=10)  # before school there is nobody to block it again
    assert school.case(case.ref).status == "done"
    school.later(minutes=20)
    undoing = school.case(case.ref)
    assert undoing.status == "approved"
    assert undoing.approval is not None
    assert undoing.approval.undoing
    assert news(school, "approval-expired", case) in told(school, "oyelaran")
    school.talk("qureshan", "done", case.ref, changed="Blocked.")
    assert school.case(case.ref).status == "closed"


def test_nothing_is_opened_for_longer_than_the_school_allows(school: School) -> None:
    prompt = school.talk("oyelaran", "unblock", up_to="until", **REQUEST)
    assert isinstance(prompt, Prompt)
    reply = school.answer("oyelaran", prompt, "2030-01-01")
    assert isinstance(reply, Prompt)
    assert "until Friday 12 February at the latest" in reply.error
    case = approved(school, until="2027-02-12")
    assert case.approval is not None
    assert case.approval.until == datetime(2027, 2, 13, tzinfo=UTC)


def test_a_narrower_answer_with_an_earlier_end_counts(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    narrower = {"approve": "narrower", "instead": "One page.", "until": "2026-11-24", "reason": "Enough."}
    school.talk("okafor", "approve_lead", case.ref, **narrower)
    assert school.case(case.ref).approval.until == datetime(2026, 11, 25, tzinfo=UTC)  # type: ignore[union-attr]
    assert "One page." in said(open_(school, "qureshan", case))


def test_what_nobody_decides_climbs_and_whoever_asked_hears_of_it(school: School) -> None:
    case = school.report("oyelaran", "unblock", **{**REQUEST, "until": "2026-12-18"})
    school.later(days=7)
    assert school.case(case.ref).unanswered
    assert news(school, "approval-nobody-yet", case) in told(school, "oyelaran")


def test_what_is_illegal_is_not_asked_for(school: School) -> None:
    reply = school.talk("oyelaran", "unblock", blocked_as="illegal")
    assert isinstance(reply, Notice)
    assert "nothing has been sent" in said(reply)
    assert school.cases() == ()
    school.settle()
    assert school.platform.delivered == []


@pytest.mark.parametrize("consent", ["yes", "no"])
def test_godinton_asks_its_senior_team_only_where_it_is_needed(new_school: Callable[..., School], consent: str) -> None:
    school = new_school(book=rules_of("godinton"), people=people_of("godinton"))
    case = school.report("ashgrove", "unblock", **REQUEST)
    school.talk("marchbanks", "approve_educational", case.ref, approve="yes", consent=consent)
    school.talk("denholme", "approve_technical", case.ref, approve="yes")
    case = school.case(case.ref)
    assert case.status == ("open" if consent == "yes" else "approved")
    if consent == "yes":
        school.talk("eastergate", "approve_consent", case.ref, approve="yes")
        assert school.case(case.ref).status == "approved"


# Records, notices, questions -----------------------------------------------------------------------------------------


def test_a_record_is_seen_once_and_whoever_logged_it_hears_by_whom(school: School) -> None:
    case = school.report("oyelaran", "phone")
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    assert "Mrs Amara Okafor already has this" in said(school.press("lindqvist", Token(Verb.ACKNOWLEDGE, case.ref)))
    school.settle()
    assert f"Mrs Amara Okafor has seen what you logged as {case.ref}." in told(school, "oyelaran")


def test_a_question_that_is_not_covered_comes_back_with_its_answer(school: School) -> None:
    case = school.report("oyelaran", "ask", question="May a moose visit?", missing="person")
    school.settle()
    school.talk("okafor", "answer", case.ref, answer="Only on a lead. That is my answer, not the policy's.")
    school.settle()
    assert f"Mrs Amara Okafor has answered your question {case.ref}." in told(school, "oyelaran")
    assert "Only on a lead." in said(open_(school, "oyelaran", case))


@pytest.mark.parametrize(("flow", "given"), [("phone", {"rung": "no"}), ("ask", {"missing": "nobody"})])
def test_a_talk_that_ends_early_keeps_nothing_and_tells_nobody(
    school: School, flow: str, given: dict[str, str]
) -> None:
    reply = school.talk("oyelaran", flow, **given)
    assert isinstance(reply, Notice)
    assert [button.token for button in reply.buttons] == [Token(Verb.START, flow)], "and can be begun again"
    school.settle()
    assert (school.cases(), school.platform.delivered) == ((), [])


def test_only_an_adult_with_a_part_in_it_opens_what_was_put_before_them(school: School) -> None:
    """Who loses their role loses the case, though the card once hung with them."""
    case = school.report("oyelaran", "spike")
    school.settle()
    assert isinstance(open_(school, "okafor", case), Card)
    okafor = next(m for m in people_of("example") if m.id == "okafor")
    school.put(tuple(m for m in people_of("example") if m.id != "okafor"))
    plain = type(okafor)(okafor.id, okafor.name, frozenset({Role.STAFF}))
    school.put((plain,))
    assert open_(school, "okafor", case) == Notice((NOBODYS,))
