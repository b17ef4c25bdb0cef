"""What must never happen to a child, or because of a child's report: what a safeguarding reviewer once made happen."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot import reports
from bot.cases.model import Case
from bot.flow.model import Severity
from bot.people import Member, Role
from bot.prompt import Card, Notice, Prompt, Reply, Token, Verb
from bot.service.surface import Later, Never
from bot.storage import cases
from bot.storage.times import moment
from bot.storage.vault import Key, Keys, Tampered
from bot.wiring import KEYS
from tests.school import School, identity, label, said

FRIDAY_EVENING = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def writing(school: School) -> Prompt:
    """Let a child in need of help come to where it writes what happened."""
    prompt = school.talk("p-aisha", "worry", up_to="tell", danger="yes", how="write")
    assert isinstance(prompt, Prompt)
    return prompt


def answered(school: School, who: str, prompt: Prompt, *values: str) -> Prompt:
    reply = school.answer(who, prompt, *values)
    assert isinstance(reply, Prompt), reply
    return reply


def pressed(school: School, who: str, prompt: Prompt, button: str) -> Prompt:
    reply = school.press(who, label(prompt, button))
    assert isinstance(reply, Prompt), reply
    return reply


def naming(school: School) -> Prompt:
    """Let a child write that the lead hurt it."""
    prompt = answered(school, "p-aisha", writing(school), "mrs okafor hit me")
    school.settle()
    assert school.case().plan.held == {"okafor"}
    return prompt


def at_check(school: School, **given: str) -> Prompt:
    prompt = school.talk("oyelaran", "concern", up_to="check", danger="yes", **given)
    assert isinstance(prompt, Prompt)
    school.settle()
    return prompt


def changed(school: School, prompt: Prompt, row: str, *answers: str) -> Prompt:
    """Change an answer on a member of staff's check page, and give the answers that this asks for."""
    change = next(r.change for r in prompt.rows if r.label == row)
    assert change
    again = school.press("oyelaran", change.token)
    for answer in answers:
        assert isinstance(again, Prompt)
        again = school.answer("oyelaran", again, answer)
    school.settle()
    assert isinstance(again, Prompt)
    return again


def finished(school: School, who: str, reply: Reply, **given: str) -> Reply:
    """Go on with a talk to its end; what is not given is an ordinary answer, or skipped."""
    while isinstance(reply, Prompt):
        if reply.field is None:
            reply = school.answer(who, reply)
        else:
            reply = school._give(who, reply, school.question(reply), {"home": "yes", "done": "nothing", **given})
    return reply


def opens(school: School, who: str, case: Case) -> str:
    return said(school.press(who, Token(Verb.OPEN, case.ref)))


def may_open(school: School, who: str, case: Case) -> bool:
    return isinstance(school.press(who, Token(Verb.OPEN, case.ref)), Card)


def clock(school: School, case: Case, kind: str) -> list[datetime]:
    due = "select due from timer where subject = ? and kind = ?"
    return [moment(row[0]) for row in school.read(lambda tx: tx.execute(due, (case.id, kind)).fetchall())]


def lines(school: School) -> list[str]:
    return [row.value for row in school.home("oyelaran").reports[0].facts]


# Whom a child names --------------------------------------------------------------------------------------------------


def test_a_name_is_not_let_go_by_other_words(school: School) -> None:
    prompt = naming(school)
    prompt = pressed(school, "p-aisha", prompt, "Back")
    answered(school, "p-aisha", prompt, "nothing happened")
    school.settle()
    assert school.case().plan.held == {"okafor"}
    assert not may_open(school, "okafor", school.case())
    assert school.platform.cards("person:okafor") == []


def test_a_name_is_not_let_go_by_hiding_the_words(school: School) -> None:
    prompt = naming(school)
    for _ in range(3):
        prompt = pressed(school, "p-aisha", prompt, "Back")
    answered(school, "p-aisha", prompt, "find")
    school.settle()
    assert school.case().plan.held == {"okafor"}
    assert not may_open(school, "okafor", school.case())


def test_a_name_is_not_let_go_by_a_child_who_leaves_the_school(school: School) -> None:
    school.talk("p-aisha", "worry", up_to="more", danger="no", how="write", tell="mrs okafor hit me")
    school.leave("p-aisha")
    school.later(minutes=11)
    case = school.case()
    assert case.plan.held == {"okafor"}
    assert not may_open(school, "okafor", case)
    assert "Aisha Rahimi" in opens(school, "pritchard", case)


def test_words_that_were_taken_back_are_not_lost_to_who_reads(school: School) -> None:
    prompt = naming(school)
    for _ in range(3):
        prompt = pressed(school, "p-aisha", prompt, "Back")
    answered(school, "p-aisha", prompt, "find")
    assert "What you told me (said before, then changed): mrs okafor hit me" in opens(
        school, "pritchard", school.case()
    )


def test_what_a_member_of_staff_wrote_is_not_lost_when_it_is_about_somebody_else(school: School) -> None:
    prompt = at_check(school, child_name="Tom Smithers, Willow", what="Red mark on the left wrist.")
    changed(school, prompt, "About", "adult", "Mr Callum Dunmore")
    read = opens(school, "lindqvist", school.case())
    assert "(said before, then changed): Tom Smithers, Willow" in read
    assert "(said before, then changed): Red mark on the left wrist." in read


def test_nobody_is_let_through_without_a_reason_and_a_second_look(school: School) -> None:
    naming(school)
    ref = school.case().ref
    prompt = school.start("pritchard", "release", ref)
    assert "Skip" not in [b.label for b in prompt.buttons]
    check = answered(school, "pritchard", prompt, "They say that they trust her.")
    assert school.case().plan.held == {"okafor"}, "a tap is not enough"
    assert isinstance(school.answer("pritchard", check), Notice)
    assert school.case().plan.held == frozenset()
    assert "They say that they trust her." in opens(school, "pritchard", school.case())


def test_nobody_but_a_guardian_lets_anybody_through(school: School) -> None:
    naming(school)
    school.later(minutes=11)  # the head has been told too
    case = school.case()
    assert "lindqvist" in case.told
    for who in ("lindqvist", "okafor", "oyelaran", "p-aisha"):
        assert "nothing here" in said(school.press(who, Token(Verb.START, case.ref, 0, "release")))
    assert "Let those it names see it" not in opens(school, "lindqvist", case)


def test_who_was_let_through_is_not_held_again_by_the_next_answer(school: School) -> None:
    prompt = answered(school, "p-aisha", writing(school), "mrs okafor said i could not go out")
    school.settle()
    case = school.case()
    school.talk("pritchard", "release", case.ref)
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    for answer in ("mrs okafor knows it all", "safety"):
        prompt = answered(school, "p-aisha", prompt, answer)
    school.settle()
    case = school.case()
    assert (case.plan.held, case.status, case.acknowledged_by) == (frozenset(), "acknowledged", "okafor")
    assert may_open(school, "okafor", case)


def test_somebody_else_named_later_is_held_although_one_was_let_through(school: School) -> None:
    prompt = naming(school)
    school.talk("pritchard", "release", school.case().ref)
    answered(school, "p-aisha", prompt, "mr pritchard saw it")
    assert school.case().plan.held == {"pritchard"}


def test_whoever_took_a_worry_does_not_keep_it_once_they_are_named(school: School) -> None:
    prompt = writing(school)
    school.settle()
    case = school.case()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.settle()
    answered(school, "p-aisha", prompt, "mrs okafor hit me")
    school.settle()
    assert (school.case().status, school.case().acknowledged_by) == ("open", "")
    assert "Another grown-up" in school.platform.notices("person:p-aisha")[-1], "the child is not left with her name"
    assert "who had been told before" in opens(school, "pritchard", case)


def test_who_has_a_worry_does_not_lose_sight_of_it_with_the_channels_card(school: School) -> None:
    prompt = writing(school)
    school.settle()
    school.press("pritchard", Token(Verb.ACKNOWLEDGE, school.case().ref))
    school.settle()
    assert school.platform.cards("person:pritchard") == []
    answered(school, "p-aisha", prompt, "mrs okafor hit me")
    school.settle()
    assert school.case().acknowledged_by == "pritchard"
    assert len(school.platform.cards("person:pritchard")) == 1


def test_what_somebody_named_had_lowered_does_not_stay_low(school: School) -> None:
    prompt = writing(school)
    school.settle()
    school.talk("okafor", "lower", school.case().ref, severity="routine")
    assert school.case().severity is Severity.ROUTINE
    answered(school, "p-aisha", prompt, "mrs okafor hit me")
    assert school.case().severity is Severity.URGENT


def test_a_decision_does_not_outlive_more_words(school: School) -> None:
    prompt = school.talk("p-aisha", "worry", up_to="how", danger="yes")
    school.settle()
    case = school.case()
    school.talk("okafor", "decide", case.ref, decision="nothing")
    assert school.case().status == "decided"
    assert isinstance(prompt, Prompt)
    answered(school, "p-aisha", prompt, "write")
    assert (school.case().status, school.case().acknowledged_by) == ("acknowledged", "okafor")
    assert clock(school, case, "decide") == [school.clock.now() + timedelta(hours=1)]


# Nobody acts ---------------------------------------------------------------------------------------------------------


def test_nobody_passes_a_case_on_to_themselves(school: School) -> None:
    case = school.report(danger="yes")
    school.settle()
    assert isinstance(school.press("pritchard", Token(Verb.PASS_ON, case.ref)), Card)
    school.settle()
    assert "lindqvist" in school.case().told
    assert len(school.platform.cards("person:lindqvist")) == 1


def test_a_case_that_reaches_nobody_at_all_does_not_keep_the_program_busy_for_ever(school: School) -> None:
    school.platform.failing[""] = Never("no such place")
    case = school.report(danger="yes")
    for _ in range(9):  # `settle` would never come back
        school._loop.run(school.beacon.delivery.once())
    assert school._loop.run(school.beacon.delivery.once()) == 0
    assert [action for action, _ in school.actions(case)].count("ladder_ended") == 1


def test_a_late_pass_on_does_not_wait_as_long_as_it_was_kept(school: School) -> None:
    case = school.report(about="adult", danger="yes", adult_name="Mr Callum Dunmore")
    school.press("lindqvist", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(minutes=50)
    school.press("lindqvist", Token(Verb.PASS_ON, case.ref))
    assert clock(school, case, "escalate") == [school.clock.now() + timedelta(minutes=5)]


def test_a_case_that_nobody_further_can_take_is_not_stuck_with_who_cannot(school: School) -> None:
    case = school.report(danger="yes")
    school.later(minutes=16)  # everybody has been told
    school.press("fairbairn", Token(Verb.ACKNOWLEDGE, case.ref))
    assert isinstance(school.press("fairbairn", Token(Verb.PASS_ON, case.ref)), Card)
    school.settle()
    assert school.case().status == "open"
    for who in ("okafor", "pritchard", "lindqvist"):
        (card,) = school.platform.cards(f"person:{who}")
        assert "Nobody has taken it yet" in said(card)
    assert isinstance(school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref)), Card)


def test_a_ladder_does_not_stand_past_the_rungs_of_its_new_plan(school: School) -> None:
    prompt = at_check(school)
    school.later(minutes=11)
    case = school.case()
    assert case.rung == 2, "the head has been told"
    school.press("lindqvist", Token(Verb.ACKNOWLEDGE, case.ref))
    changed(school, prompt, "About", "adult", "Mr Callum Dunmore")
    assert school.case().rung == 0
    assert isinstance(school.press("lindqvist", Token(Verb.PASS_ON, case.ref)), Card)
    assert "fairbairn" in school.case().told


def test_a_decision_that_never_comes_is_not_given_up(school: School) -> None:
    case = school.report(danger="yes")
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(days=2)
    assert len([a for a, _ in school.actions(case) if a == "decision_overdue"]) == 48
    assert school.case().told >= {"okafor", "pritchard", "lindqvist", "fairbairn"}
    assert "no decision has been recorded in time" in said(school.platform.cards("person:lindqvist")[0])
    told = [line for line in school.platform.notices("person:oyelaran") if line.startswith("Nobody has taken")]
    assert len(told) == 1


def test_a_case_is_not_left_with_somebody_who_left(school: School) -> None:
    case = school.report(about="head", danger="yes")
    school.press("fairbairn", Token(Verb.ACKNOWLEDGE, case.ref))
    school.settle()
    school.leave("fairbairn")
    school.put((Member("newchair", "Mr Owen Tresco", frozenset({Role.CHAIR})),))
    school.later(minutes=61)
    assert (school.case().status, school.case().acknowledged_by) == ("open", "")
    assert len(school.platform.cards("person:newchair")) == 1
    assert may_open(school, "newchair", case)
    assert "Somebody else will look" in " ".join(school.platform.notices("person:oyelaran"))


def test_a_case_is_not_left_with_somebody_whose_role_is_gone(school: School) -> None:
    case = school.report(danger="yes")
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.put((Member("okafor", "Mrs Amara Okafor", frozenset({Role.STAFF})),))
    school.later(minutes=61)
    assert school.case().status == "open"
    assert isinstance(school.press("pritchard", Token(Verb.ACKNOWLEDGE, case.ref)), Card)


def test_taking_a_case_again_does_not_put_its_decision_off(school: School) -> None:
    case = school.report(danger="yes")
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    wanted = clock(school, case, "decide")
    school.later(minutes=59)
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    assert clock(school, case, "decide") == wanted


def test_a_call_for_help_is_not_waited_for_by_the_clock_of_calmer_things(new_school: Callable[..., School]) -> None:
    """A worry of Friday evening waits for Monday; a child who calls for help then does not."""
    school = new_school(at=FRIDAY_EVENING)
    prompt = school.talk("p-aisha", "worry", up_to="how", danger="no")
    school.later(minutes=11)
    case = school.case()
    assert clock(school, case, "escalate")[0].weekday() == 0
    assert isinstance(prompt, Prompt)
    school.press("p-aisha", label(prompt, "Get help now"))
    assert clock(school, case, "escalate") == [school.clock.now() + timedelta(minutes=5)]
    school.later(minutes=15)
    assert "fairbairn" in school.case().told


def test_a_case_that_becomes_urgent_does_not_keep_the_time_it_had_to_be_decided(school: School) -> None:
    prompt = school.talk("p-aisha", "worry", up_to="how", danger="no")
    school.later(minutes=11)
    case = school.case()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    assert isinstance(prompt, Prompt)
    school.press("p-aisha", label(prompt, "Get help now"))
    assert clock(school, case, "decide") == [school.clock.now() + timedelta(hours=1)]


# What people are told that is not so ----------------------------------------------------------------------------------


def test_nothing_is_called_delivered_that_reached_only_whom_it_is_about(school: School) -> None:
    prompt = at_check(school)
    school.platform.failing = {f"person:{who}": Later("down") for who in ("lindqvist", "fairbairn")}
    changed(school, prompt, "About", "dsl", "Mrs Amara Okafor")
    school.later(minutes=3)
    assert "it has not reached anybody yet" in lines(school)[-1]
    assert "NOT reached anybody" in school.platform.notices("person:oyelaran")[-1]


@pytest.mark.parametrize("who", ["okafor", "pritchard"])
def test_nothing_is_called_delivered_that_reached_only_its_reporter(school: School, who: str) -> None:
    school.platform.failing = {
        place: Later("down") for place in ("channel:dsl", "person:okafor", "person:pritchard") if who not in place
    }
    school.report(who, danger="yes")
    school.later(minutes=2)
    assert "it has not reached anybody yet" in school.home(who).reports[0].facts[-1].value
    notices = school.platform.notices(f"person:{who}")
    assert any("NOT reached anybody" in line for line in notices)
    assert not any("has been delivered" in line for line in notices)


def test_the_check_page_names_nobody_who_was_excluded(school: School) -> None:
    prompt = at_check(school, about="dsl", adult_name="Mrs Amara Okafor")
    reply: Reply = changed(school, prompt, "About", "child")
    while isinstance(reply, Prompt) and reply.field is not None:
        reply = school._give(
            "oyelaran", reply, school.question(reply), {"home": "yes", "how": "saw", "done": "nothing"}
        )
    assert isinstance(reply, Prompt)
    assert reply.ask.endswith("It will go to: the headteacher.")
    thanks = said(school.answer("oyelaran", reply))
    assert "Okafor" not in thanks
    assert "Pritchard" not in thanks
    assert "Dr Helen Lindqvist" in thanks


def test_the_moment_until_which_to_wait_does_not_move(school: School) -> None:
    check = at_check(school)
    school.answer("oyelaran", check)

    def page() -> str:
        reply = school._loop.run(school.beacon.desk.present(identity("oyelaran"), check.talk))
        assert reply
        return said(reply)

    first = page()
    assert "by 10:45" in first
    school.later(hours=2)
    assert page() == first


def test_the_list_of_cases_names_no_role_that_was_excluded(school: School) -> None:
    prompt = at_check(school)
    changed(school, prompt, "About", "dsl", "Mrs Amara Okafor")
    listed = json.loads(reports.cases_json(school.folder, "example"))[0]
    assert listed["recipients"] == ["head"]


def test_a_reporter_for_whom_it_is_not_safe_hears_nothing_of_the_closing(school: School) -> None:
    case = school.report(danger="yes")
    school.talk("okafor", "decide", case.ref)
    school.talk("okafor", "close", case.ref, reporter_told="no")
    school.settle()
    assert school.case().status == "closed"
    assert "dealt with" not in " ".join(school.platform.notices("person:oyelaran"))


# An adult after all ---------------------------------------------------------------------------------------------------


def test_who_looks_after_children_does_not_read_on_when_it_is_about_an_adult(school: School) -> None:
    prompt = at_check(school)
    case = school.case()
    assert may_open(school, "okafor", case)
    changed(school, prompt, "About", "adult", "Mr Callum Dunmore")
    for who in ("okafor", "pritchard"):
        assert not may_open(school, who, case)
        assert all(not card.buttons for card in school.platform.cards(f"person:{who}"))
    assert all(not card.buttons for card in school.platform.cards("channel:dsl"))
    assert may_open(school, "lindqvist", case)


def test_the_key_of_cases_about_children_does_not_open_one_that_is_about_an_adult_after_all(school: School) -> None:
    child = school.report("kowalczyk")
    prompt = at_check(school)
    adult = school.case()
    changed(school, prompt, "About", "adult", "Mr Callum Dunmore")
    keys = msgspec.json.decode((school.folder / KEYS).read_bytes(), type=Keys)
    other = replace(keys, adult=Key(keys.adult.id, Key.fresh().secret))
    school.beacon.stored.close()
    (school.folder / KEYS).write_bytes(msgspec.json.encode(other))
    school.open()
    assert school.read(lambda tx: cases.by_id(tx, child.id))
    with pytest.raises(Tampered):
        school.read(lambda tx: cases.by_id(tx, adult.id))


# Whether anybody came -------------------------------------------------------------------------------------------------


def asked(school: School) -> Case:
    """Give a worry that somebody took, on the day on which its child is asked whether anybody came."""
    case = school.report("p-aisha", "worry", danger="no", how="find")
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(days=3)
    return school.case()


def unheard(school: School, case: Case) -> int:
    return [action for action, _ in school.actions(case)].count("unheard")


def test_a_childs_no_does_not_wait_for_send(school: School) -> None:
    case = asked(school)
    prompt = school.start("p-aisha", "talked", case.ref)
    reply = answered(school, "p-aisha", prompt, "no")
    school.settle()
    assert school.case().status == "open"
    assert len(school.platform.cards("person:pritchard")) == 1
    assert isinstance(school.answer("p-aisha", reply), Notice), "and they can go on to the end"
    assert unheard(school, case) == 1


def test_a_childs_no_is_not_lost_when_they_go_away(school: School) -> None:
    case = asked(school)
    answered(school, "p-aisha", school.start("p-aisha", "talked", case.ref), "no")
    school.later(minutes=11)
    assert unheard(school, case) == 1
    assert school.case().status == "open"


def test_a_call_for_help_in_answer_is_not_lost(school: School) -> None:
    case = asked(school)
    reply = school.press("p-aisha", label(school.start("p-aisha", "talked", case.ref), "Get help now"))
    assert "999" in said(reply)
    assert unheard(school, case) == 1
    assert school.case().status == "open"


def test_a_child_cannot_start_the_ladder_over_and_over(school: School) -> None:
    case = asked(school)
    school.talk("p-aisha", "talked", case.ref, talked="no")
    before = school.case()
    assert "nothing here" in said(school.press("p-aisha", Token(Verb.START, case.ref, 0, "talked")))
    assert school.case() == before
    assert unheard(school, case) == 1


def test_nobody_but_its_child_says_whether_anybody_came(school: School) -> None:
    worry = asked(school)
    concern = school.report(danger="yes")
    for who, case in (("oyelaran", concern), ("p-rhys", worry), ("okafor", worry)):
        assert "nothing here" in said(school.press(who, Token(Verb.START, case.ref, 0, "talked")))


def test_a_child_nobody_came_to_is_not_heard_on_monday_only(school: School) -> None:
    """Lowered by an adult, the case counts school time; once its child says no in the evening, it no longer does."""
    case = school.report("p-aisha", "worry", danger="yes", how="find")
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.talk("okafor", "lower", case.ref, severity="routine")
    school.talk("okafor", "decide", case.ref)
    school.talk("okafor", "close", case.ref)
    school.later(days=3, hours=8)
    school.talk("p-aisha", "talked", case.ref, talked="no")
    assert school.case().severity is Severity.URGENT
    assert clock(school, case, "escalate") == [school.clock.now() + timedelta(minutes=5)]


# Help, at any moment --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["sent", "cancelled", "expired"])
def test_a_call_for_help_is_not_too_late_on_an_old_screen(school: School, ending: str) -> None:
    if ending == "sent":
        prompt = school.talk("p-aisha", "worry", up_to="check", danger="no", how="find")
        assert isinstance(prompt, Prompt)
        school.answer("p-aisha", prompt)
    else:
        prompt = school.talk("p-aisha", "worry", up_to="how", danger="no")
        assert isinstance(prompt, Prompt)
        if ending == "cancelled":
            school.press("p-aisha", label(prompt, "Stop"))
        else:
            school.later(minutes=11)
    case = school.case()
    reply = school.press("p-aisha", label(prompt, "Get help now"))
    assert "999" in said(reply)
    assert school.case().severity is Severity.URGENT
    assert len(school.cases()) == 1
    answers = school.read(lambda tx: cases.answers(tx, case.id))
    assert answers["danger"] == "no", "and what was told before is not lost"


def test_a_call_for_help_is_not_too_late_where_nothing_was_told(school: School) -> None:
    prompt = school.start("p-aisha", "worry")
    school.later(minutes=11)
    assert school.cases() == ()
    reply = school.press("p-aisha", label(prompt, "Get help now"))
    assert "999" in said(reply)
    assert school.case().severity is Severity.URGENT


@pytest.mark.parametrize("words", ["help me", "HELP!", "i want to kill myself"])
def test_words_typed_outside_a_talk_are_not_passed_over(school: School, words: str) -> None:
    reply = school.type("p-aisha", words)
    assert "999" in said(reply)
    school.settle()
    assert school.case().severity is Severity.URGENT
    assert len(school.platform.cards("person:okafor")) == 1


def test_words_of_a_member_of_staff_begin_nothing_by_themselves(school: School) -> None:
    school.type("oyelaran", "help me")
    assert school.cases() == ()


# The same event once more ---------------------------------------------------------------------------------------------


def test_a_resend_of_open_is_not_answered_with_less(school: School) -> None:
    case = school.report(danger="yes", what="Red mark on the left wrist.")
    first = school.press("okafor", Token(Verb.OPEN, case.ref), event="e1")
    again = school.press("okafor", Token(Verb.OPEN, case.ref), event="e1")
    assert isinstance(first, Card)
    assert isinstance(again, Card)
    assert "Red mark on the left wrist." in said(again)
    assert [b.token for b in again.buttons] == [b.token for b in first.buttons]


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.PASS_ON])
def test_a_resend_does_nothing_twice(school: School, verb: Verb) -> None:
    case = school.report(danger="yes")
    first = school.press("okafor", Token(verb, case.ref), event="e1")
    before, done = school.case(), school.actions(case)
    assert said(school.press("okafor", Token(verb, case.ref), event="e1")) == said(first)
    assert school.case() == before
    assert school.actions(case) == done


def test_a_resend_of_open_shows_nothing_to_who_may_not_open_it_any_more(school: School) -> None:
    prompt = at_check(school)
    case = school.case()
    school.press("okafor", Token(Verb.OPEN, case.ref), event="e1")
    changed(school, prompt, "About", "dsl", "Mrs Amara Okafor")
    assert "nothing here" in said(school.press("okafor", Token(Verb.OPEN, case.ref), event="e1"))
