"""What an adversarial review of the procedures beside alert found, each with its finding; broken once, each failed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cases.model import Case
from bot.people import Member, Role
from bot.prompt import Card, Notice, Prompt, Reply, Token, Verb
from bot.storage import outbox, questions
from tests.school import School, label, people_of, said

REQUEST = {"part": "page", "needed": "2026-11-23", "until": "2026-11-25"}
ADULT = {"about": "adult", "who": "Mr Callum Dunmore", "with_children": "no", "harmed": "no", "crime": "no"}
BREACH = {"illegal": "yes", "kind": "site", "address": "bad.example.com", "how": "advert", "saw": "no"}
NOBODYS = "There is nothing here for you to open or change."


def open_(school: School, who: str, case: Case) -> Reply:
    return school.press(who, Token(Verb.OPEN, case.ref))


def told(school: School, who: str) -> str:
    return " ".join(school.platform.notices(f"person:{who}"))


def approve(school: School, case: Case) -> None:
    school.talk("okafor", "approve_lead", case.ref, approve="yes", reason="A good lesson.")
    school.settle()


# Names ---------------------------------------------------------------------------------------------------------------


def test_an_unnamed_reporter_who_also_works_on_the_case_is_not_given_away_by_its_history(school: School) -> None:
    """The history said "Taken by The reporter" beside "Ms Isla Fairbairn took it"."""
    case = school.report("fairbairn", "adult", **ADULT, named="no")
    school.later(hours=5)  # the chair is told after the head, and was the one to report it
    open_(school, "fairbairn", case)
    school.press("fairbairn", Token(Verb.ACKNOWLEDGE, case.ref))
    seen = said(open_(school, "lindqvist", case))
    assert "Taken by Ms Isla Fairbairn" in seen
    assert "Read by Ms Isla Fairbairn" in seen
    assert "Reported by The reporter" in seen
    assert "Taken by The reporter" not in seen


def test_a_question_about_somebody_by_name_never_goes_to_them(school: School) -> None:
    case = school.report("oyelaran", "ask", question="May Mrs Okafor drive a child home?", missing="person")
    assert case.told == {"pritchard"}
    role = school.report("oyelaran", "ask", question="May a moose meet the DSL?", useful="person", missing="person")
    assert role.told == {"okafor"}, "a role is no name: the DSL answers what is asked about the DSL's part"


# Who may decide ------------------------------------------------------------------------------------------------------


def test_who_was_a_dsl_and_now_works_in_the_office_decides_on_no_request(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    okafor = next(m for m in people_of("example") if m.id == "okafor")
    school.put((replace(okafor, roles=frozenset({Role.OFFICE, Role.STAFF})),))
    reply = school.press("okafor", Token(Verb.START, case.ref, 0, "approve_lead"))
    assert isinstance(reply, Notice)
    assert school.case(case.ref).status == "open"


def test_who_looks_after_the_filter_when_it_is_over_is_asked_to_block_it_again(school: School) -> None:
    """The people of the task were those of the day of the request: a site stayed open when IT had changed hands."""
    case = school.report("oyelaran", "unblock", **REQUEST)
    approve(school, case)
    school.talk("qureshan", "done", case.ref)
    school.leave("qureshan")
    school.put((Member("newcomb", "Ms Nell Newcomb", frozenset({Role.IT, Role.STAFF})),))
    school.later(days=6)
    card = open_(school, "newcomb", case)
    assert isinstance(card, Card)
    assert "Record that it is done" in [button.label for button in card.buttons]
    assert [c.case for c in school.platform.cards("person:newcomb")] == [case.ref]


def test_a_task_whose_only_person_cannot_be_reached_goes_on_to_the_next_at_once(school: School) -> None:
    case = school.report("oyelaran", "breach", **BREACH)
    school.leave("qureshan")
    school.settle()
    assert ("handed_over", "") in school.actions(case)
    assert isinstance(open_(school, "pritchard", case), Card)


# Ends ----------------------------------------------------------------------------------------------------------------


def test_a_request_whose_last_day_came_before_a_decision_is_closed_and_its_asker_told(school: School) -> None:
    """It could be approved days later, was opened, and was "over" within the same second."""
    case = school.report("oyelaran", "unblock", **REQUEST)
    school.later(days=6)
    assert school.case(case.ref).status == "closed"
    assert "has passed, and nobody had decided on it" in told(school, "oyelaran")
    reply = school.press("okafor", Token(Verb.START, case.ref, 0, "approve_lead"))
    assert isinstance(reply, Notice)
    assert "Over before it was decided" in said(open_(school, "okafor", case))
    (mine,) = school.home("oyelaran").reports
    assert "blocked again" not in said(mine), "it was never opened"


def test_what_it_may_have_opened_without_saying_so_is_blocked_when_its_time_is_over(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    approve(school, case)
    school.later(days=6)
    over = school.case(case.ref)
    assert over.status == "approved"
    assert over.approval is not None
    assert over.approval.undoing
    school.talk("qureshan", "done", case.ref)
    assert school.case(case.ref).status == "closed"


def test_an_end_survives_a_restart_between_the_steps(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    school.reopen()
    school.later(days=6)
    assert school.case(case.ref).status == "closed"


@pytest.mark.parametrize(("flow", "first", "last"), [("unblock", "needed", "until"), ("spike", "day", "last_day")])
def test_no_end_comes_before_its_beginning(school: School, flow: str, first: str, last: str) -> None:
    prompt = school.talk("oyelaran", flow, up_to=last, **{first: "2026-12-01"})
    assert isinstance(prompt, Prompt)
    reply = school.answer("oyelaran", prompt, "2026-11-30")
    assert isinstance(reply, Prompt)
    assert reply.error == "That is before the first day. Choose that day or a later one."
    assert isinstance(reply := school.answer("oyelaran", prompt, "2026-12-01"), Prompt)
    assert not reply.error


def test_a_beginning_put_off_past_the_end_asks_for_the_end_again(school: School) -> None:
    prompt = school.talk("oyelaran", "spike", up_to="check", day="2026-11-23", last_day="2026-11-24")
    assert isinstance(prompt, Prompt)
    change = next(row.change for row in prompt.rows if row.label == "Day")
    assert change is not None
    asked = school.press("oyelaran", change.token)
    assert isinstance(asked, Prompt)
    reply = school.answer("oyelaran", asked, "2026-12-01")
    assert isinstance(reply, Prompt)
    assert school.question(reply).id == "last_day"


def test_summer_time_begins_while_a_site_is_open_and_it_ends_at_midnight_all_the_same(
    new_school: Callable[..., School],
) -> None:
    school = new_school(at=datetime(2027, 3, 22, 10, tzinfo=UTC))
    case = school.report("oyelaran", "unblock", part="page", needed="2027-03-23", until="2027-03-30")
    assert case.approval is not None
    assert case.approval.until == datetime(2027, 3, 30, 23, tzinfo=UTC)  # the clocks change on the 28th


# Lessons ahead -------------------------------------------------------------------------------------------------------


def test_whoever_announced_a_lesson_hears_when_it_is_over_and_nobody_answered(school: School) -> None:
    """The ladder of two school days was stopped by the end of a lesson of today: nobody was told anything."""
    case = school.report("oyelaran", "spike", day="2026-11-20")
    school.later(days=4)
    assert school.case(case.ref).status == "closed"
    assert "is over, and nobody had answered your notice" in told(school, "oyelaran")


def test_a_lesson_that_was_not_approved_is_not_called_over_before_its_day(school: School) -> None:
    case = school.report("oyelaran", "spike", day="2026-11-24")
    school.talk("okafor", "reply", case.ref, reply="declined")
    (mine,) = school.home("oyelaran").reports
    assert "Not approved" in said(mine)
    assert "Over" not in said(mine)
    assert "Not approved" in said(open_(school, "okafor", case))


def test_who_asked_to_talk_first_can_still_say_no_and_nobody_else_can(school: School) -> None:
    """ "Please talk to me first" was the last word: the lesson marked every alert whatever came of the talk."""
    case = school.report("oyelaran", "spike", day="2026-11-20", last_day="2026-11-24")
    school.talk("okafor", "reply", case.ref, reply="talk")
    school.later(hours=20)
    card = open_(school, "okafor", case)
    assert isinstance(card, Card)
    assert "Answer it" in [button.label for button in card.buttons]
    school.talk("okafor", "reply", case.ref, reply="declined")
    school.report("oyelaran", "breach", **BREACH)
    assert school.cases()[1].expected == ""


# What IT is asked for ------------------------------------------------------------------------------------------------


def test_it_is_told_that_something_may_be_illegal_and_is_never_asked_to_try_it(school: School) -> None:
    """The task held the address of a possibly illegal page, said nothing of that, and asked "Have you tried it"."""
    task = school.report("oyelaran", "breach", **BREACH)
    assert "Possibly illegal: Yes" in said(open_(school, "qureshan", task))
    prompt = school.talk("qureshan", "done", task.ref, up_to="tested")
    assert isinstance(prompt, Prompt)
    assert "Never open what may be illegal" in prompt.hint


def test_nothing_is_said_to_have_reached_anybody_when_it_was_only_saved(school: School) -> None:
    school.platform.failing[""] = OSError("the network is away")
    for flow in ("unblock", "phone", "spike", "ask", "breach"):
        given = {"missing": "person", "question": "May a moose visit?"} if flow == "ask" else {}
        reply = school.talk("oyelaran", flow, **given)
        assert "has gone" not in said(reply), flow
        assert "is asked to block it" not in said(reply), flow


# Words typed, and talks left -----------------------------------------------------------------------------------------


def kept(school: School) -> list[str]:
    return [question.text for question in school.read(questions.listed)]


@pytest.mark.parametrize("words", ["Aisha says her dad hurts her, whom do I tell?", "can i use my phone in class?"])
def test_a_question_that_was_about_a_child_leads_to_a_concern_and_is_kept_nowhere(school: School, words: str) -> None:
    """A teacher's question about a child ended in "whoever looks after the policy", IT, or nobody."""
    prompt = school.type("oyelaran", words)
    assert isinstance(prompt, Prompt)
    reply = school.answer("oyelaran", prompt, "concern")
    assert isinstance(reply, Notice)
    assert reply.buttons[0].token == Token(Verb.START, "concern")
    assert kept(school) == []
    assert school.cases() == ()


@pytest.mark.parametrize("left", ["stopped", "timeout"])
def test_a_question_that_was_left_is_not_kept_as_its_asker_is_told(school: School, left: str) -> None:
    """ "Nothing was kept": the words were, for thirty days, for whoever owns the policies."""
    prompt = school.type("oyelaran", "May a moose come to assembly?")
    assert isinstance(prompt, Prompt)
    if left == "stopped":
        reply = school.press("oyelaran", label(school.press("oyelaran", label(prompt, "Stop")), "Stop"))
        assert "Nothing was kept" in said(reply)
    else:
        school.later(hours=2)
    assert kept(school) == []


def test_staff_who_type_help_are_helped_and_not_asked_what_they_would_like(school: School) -> None:
    reply = school.type("oyelaran", "help")
    assert "999" in said(reply)
    assert Token(Verb.START, "concern") in [button.token for button in reply.buttons]


# Settings that change under an open request --------------------------------------------------------------------------


def test_a_channel_that_the_settings_lost_is_given_up_and_its_people_are_told(school: School) -> None:
    case = school.report("oyelaran", "breach", **BREACH)
    rules, channels = school.book, dict(school.book.school.channels)
    channels["helpdesk"] = channels.pop("it")
    school.beacon.stored.close()
    school.book = replace(rules, school=replace(rules.school, channels=channels, it_channel="helpdesk"))
    school.open()
    school.refresh()
    school.settle()
    assert [c.case for c in school.platform.cards("person:qureshan")] == [case.ref]
    assert school.read(outbox.next_due) is None, "nothing is tried again and again for ever"


# Found last -----------------------------------------------------------------------------------------------------------


def test_done_written_before_the_end_and_sent_after_it_does_not_say_that_it_is_blocked_again(school: School) -> None:
    """IT had written that it was opened; sent after the end, that closed the request as "blocked again"."""
    case = school.report("oyelaran", "unblock", part="page", needed="2026-11-20", until="2026-11-20")
    approve(school, case)
    school.clock.forward(datetime(2026, 11, 23, 6, tzinfo=UTC) - school.clock.now())
    prompt = school.talk("qureshan", "done", case.ref, up_to="check", changed="Opened for Year 4.")
    assert isinstance(prompt, Prompt)
    school.later(hours=3)
    reply = school.answer("qureshan", prompt)
    assert isinstance(reply, Prompt)
    assert reply.error.startswith("The agreed time ended while you were writing.")
    assert school.case(case.ref).status == "approved"
    school.press("qureshan", label(school.press("qureshan", label(reply, "Stop")), "Stop"))
    school.talk("qureshan", "done", case.ref, changed="Blocked again.")
    assert school.case(case.ref).status == "closed"


def test_who_asked_and_sees_to_it_themselves_does_not_read_what_was_noted_about_that(school: School) -> None:
    case = school.report("qureshan", "unblock", **REQUEST)
    school.talk("okafor", "note", case.ref, note="He asks for this every week.")
    approve(school, case)
    card = open_(school, "qureshan", case)
    assert isinstance(card, Card)
    assert "He asks for this every week." not in said(card)
    assert "Record that it is done" in [button.label for button in card.buttons]


def test_an_adult_who_looked_for_it_is_a_concern_about_an_adult_and_reaches_neither_it_nor_the_leads(
    school: School,
) -> None:
    """It went to all safeguarding leads and to IT, whoever of them had looked for it."""
    reply = school.talk("oyelaran", "breach", by="yes")
    assert isinstance(reply, Notice)
    assert reply.buttons[0].token == Token(Verb.START, "adult")
    school.settle()
    assert (school.cases(), school.platform.delivered) == ((), [])


# Tokens that were made up --------------------------------------------------------------------------------------------


def test_no_token_of_one_procedure_does_anything_to_a_case_of_another(school: School) -> None:
    """Every button for every case, by who may and who may not: refused in words, and never an error."""
    school.report("oyelaran", "unblock", **REQUEST)
    school.report("oyelaran", "phone")
    school.report("oyelaran", "spike", day="2026-11-24")
    school.report("oyelaran", "ask", question="May a moose visit?", missing="it")
    school.report("oyelaran", "breach", **BREACH)
    before = {case.id: (case.status, case.approval) for case in school.cases()}
    seeing = (Verb.ACKNOWLEDGE, Verb.PASS_ON)  # these do something to an alert, and the first to a record
    for case in school.cases():
        for who in ("oyelaran", "okafor", "qureshan", "p-aisha"):
            for flow in (*school.book.flows, "nonsense"):
                reply = school.press(who, Token(Verb.START, case.ref, 0, flow))
                assert isinstance(reply, Prompt | Notice)
                if isinstance(reply, Prompt):
                    school.press(who, label(reply, "Stop"))
            for verb in set(Verb) - set(seeing):
                school.press(who, Token(verb, case.ref, 1, "found"))
            if case.procedure not in ("alert", "record"):
                for verb in seeing:
                    assert school.press(who, Token(verb, case.ref)) == Notice((NOBODYS,))
    assert {case.id: (case.status, case.approval) for case in school.cases()} == before
