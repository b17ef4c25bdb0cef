"""The alert procedure: every verb at every status, then the cases that decide whether a child is heard."""

from dataclasses import replace
from typing import get_args

import pytest

from bot.cases.access import may_open
from bot.cases.alert import begin, decide
from bot.cases.model import (
    Acknowledge,
    AlertStatus,
    AlertVerb,
    Case,
    Close,
    Decide,
    Escalate,
    Inform,
    Lower,
    Note,
    Open,
    Outcome,
    Overdue,
    PassOn,
    Plan,
    Record,
    Refused,
    Release,
    Reopen,
    Revise,
    SetTimer,
    StopTimers,
    Talked,
)
from bot.flow.model import Severity, Subject
from bot.people import Member, Role
from tests.school import FRIDAY as NOW
from tests.some_case import LADDER, SOON, a_case, informed, minutes, recorded, refused, rungs, timers, told

# Every verb at every status: the status after it, or "!why not" -----------------------------------------------------

DONE_BY_P = {
    #                         open            acknowledged (D)   decided             closed
    Acknowledge(SOON): ("acknowledged", "!already-taken", "!already-taken", "!already-closed"),
    PassOn(): ("open", "!already-taken", "!already-decided", "!already-decided"),
    Open(): ("open", "acknowledged", "decided", "closed"),
    Note(): ("open", "acknowledged", "decided", "closed"),
    Decide(): ("decided", "decided", "decided", "!already-closed"),
    Close(): ("!decide-first", "!decide-first", "closed", "!already-closed"),
    Reopen(SOON): ("!not-closed", "!not-closed", "!not-closed", "acknowledged"),
    Lower(Severity.ROUTINE): ("open", "acknowledged", "decided", "closed"),
    Lower(Severity.HIGH): ("!not-lower", "!not-lower", "!not-lower", "!not-lower"),
    Escalate(1): ("open", "acknowledged", "decided", "closed"),
    Overdue(SOON): ("open", "acknowledged", "decided", "closed"),
    Release(LADDER): ("!nothing-held", "!nothing-held", "!nothing-held", "!nothing-held"),
    Revise(Severity.HIGH, Subject.CHILD, LADDER, SOON): ("open", "acknowledged", "acknowledged", "open"),
    Talked(unheard=False): ("open", "acknowledged", "decided", "closed"),
    Talked(unheard=True): ("open", "open", "open", "open"),
}
CELLS = [
    pytest.param(verb, status, expected, id=f"{type(verb).__name__}-{status}")
    for verb, row in DONE_BY_P.items()
    for status, expected in zip(get_args(AlertStatus), row, strict=True)
]


def test_every_verb_is_in_the_table() -> None:
    assert {type(verb) for verb in DONE_BY_P} == set(get_args(AlertVerb))


@pytest.mark.parametrize(("verb", "status", "expected"), CELLS)
def test_what_a_verb_makes_of_a_case(verb: AlertVerb, status: AlertStatus, expected: str) -> None:
    case = a_case(status)
    outcome = decide(case, verb, "P", minutes(5))
    if expected.startswith("!"):
        assert refused(outcome) == expected[1:]
        assert outcome.case == case
        assert len(outcome.effects) == 1, "who is refused changes nothing"
    else:
        assert refused(outcome) == ""
        assert outcome.case.status == expected
        if outcome.case != case:
            assert outcome.case.rev > case.rev, "every place that shows it is brought up to date"


# Taking it -----------------------------------------------------------------------------------------------------------


def test_a_new_case_is_put_before_its_first_people() -> None:
    outcome = begin(a_case(told=frozenset()))
    assert told(outcome) == {"D"}
    assert outcome.case.told == {"D", "P"}, "whoever reads the channel has seen it"
    assert timers(outcome) == [("escalate", 1, minutes(10))]
    assert recorded(outcome) == ["reported"]


def test_the_first_acknowledgement_wins_and_the_second_sees_who_and_when() -> None:
    first = decide(a_case(), Acknowledge(SOON), "D", minutes(1))
    assert (first.case.acknowledged_by, first.case.acknowledged_at) == ("D", minutes(1))
    assert first.effects == (
        Record("acknowledged"),
        StopTimers(),
        SetTimer("decide", 0, SOON),
        Inform("taken", "D"),
    )
    second = decide(first.case, Acknowledge(SOON), "P", minutes(2))
    assert second.case == first.case
    assert second.effects == (Refused("already-taken", "D", minutes(1)),)


def test_taking_it_again_with_a_time_keeps_since_when_and_tells_nobody_twice() -> None:
    outcome = decide(a_case("acknowledged"), Acknowledge(SOON, by=minutes(30)), "D", minutes(9))
    assert (outcome.case.acknowledged_at, outcome.case.due_by) == (NOW, minutes(30))
    assert informed(outcome) == []


def test_who_decides_has_taken_it() -> None:
    outcome = decide(a_case(), Decide(), "P", minutes(3))
    assert (outcome.case.acknowledged_by, outcome.case.decided_at) == ("P", minutes(3))
    assert informed(outcome) == [("taken", "P")]
    assert StopTimers() in outcome.effects


def test_passing_it_on_tells_the_next_people_at_once_and_restarts_their_clock() -> None:
    outcome = decide(a_case("acknowledged"), PassOn(), "D", minutes(3))
    assert told(outcome) == {"P"}
    assert (outcome.case.status, outcome.case.acknowledged_by, outcome.case.rung) == ("open", "", 1)
    assert timers(outcome) == [("escalate", 2, minutes(13))]
    assert informed(outcome) == [("passed-on", "D")]
    assert StopTimers() in outcome.effects


def test_nobody_further_to_pass_it_on_to() -> None:
    assert refused(decide(a_case(rung=2), PassOn(), "H", NOW)) == "nobody-further"
    alone = a_case("acknowledged", plan=Plan(rungs("D")), told=frozenset("D"))
    assert refused(decide(alone, PassOn(), "D", NOW)) == "nobody-further"


def test_passing_it_on_never_leads_to_oneself() -> None:
    """The deputy took it from the channel's card: the next rung is the deputy, so the head hears."""
    outcome = decide(a_case("acknowledged", acknowledged_by="P"), PassOn(), "P", minutes(3))
    assert told(outcome) == {"H"}
    assert (outcome.case.rung, timers(outcome)) == (2, [("escalate", 3, minutes(13))])


def test_what_was_passed_on_by_the_last_of_all_is_free_for_everybody_told() -> None:
    case = a_case("acknowledged", rung=2, told=frozenset("DPH"), acknowledged_by="H")
    outcome = decide(case, PassOn(), "H", minutes(50))
    assert (outcome.case.status, outcome.case.acknowledged_by) == ("open", "")
    assert told(outcome) == {"D", "P", "H"}
    assert timers(outcome) == [("escalate", 3, minutes(60))]
    assert informed(outcome) == [("passed-on", "H")]


# Nobody takes it ------------------------------------------------------------------------------------------------------


def test_the_ladder_climbs_to_its_end_and_the_end_is_a_telephone_number() -> None:
    case, seen = begin(a_case(told=frozenset())).case, []
    for level in (1, 2, 3):
        outcome = decide(case, Escalate(level), "", minutes(10 * level))
        case = outcome.case
        seen.append(("".join(told(outcome)), timers(outcome), informed(outcome)))
    assert seen == [
        ("P", [("escalate", 2, minutes(20))], []),
        ("H", [("escalate", 3, minutes(30))], []),
        ("", [], [("nobody-yet", "")]),
    ]


def test_a_ladder_ends_once() -> None:
    ended = decide(a_case(rung=2), Escalate(3), "", minutes(30)).case
    assert decide(ended, Escalate(3), "", minutes(31)) == Outcome(ended)


@pytest.mark.parametrize("level", [0, 2, 7])
def test_a_timer_of_another_rung_does_nothing(level: int) -> None:
    assert decide(a_case(), Escalate(level), "", NOW) == Outcome(a_case())


def test_no_decision_in_time_reminds_and_tells_one_rung_more() -> None:
    outcome = decide(a_case("acknowledged"), Overdue(SOON), "", minutes(60))
    assert told(outcome) == {"D", "P"}
    assert timers(outcome) == [("decide", 1, SOON)]
    assert recorded(outcome) == ["decision_overdue"]
    assert outcome.case.overdue, "and every card says so"
    assert not decide(outcome.case, Decide(), "D", minutes(61)).case.overdue


def test_a_decision_that_never_comes_is_asked_for_again_and_again_and_the_reporter_hears_once() -> None:
    case, news = a_case("acknowledged"), []
    for hour in range(1, 7):
        outcome = decide(case, Overdue(minutes(60 * hour + 60)), "", minutes(60 * hour))
        case = outcome.case
        assert [(kind, due) for kind, _, due in timers(outcome)] == [("decide", minutes(60 * hour + 60))]
        assert "D" in told(outcome)
        news.append(informed(outcome))
    assert news == [[], [], [("nobody-yet", "")], [], [], []]
    assert case.told == {"D", "P", "H"}


def test_a_case_whose_taker_can_no_longer_open_it_begins_anew() -> None:
    outcome = decide(a_case("acknowledged", rung=2), Overdue(SOON, Plan(rungs("P", "H"))), "", minutes(60))
    assert (outcome.case.status, outcome.case.acknowledged_by, outcome.case.rung) == ("open", "", 0)
    assert told(outcome) == {"P"}
    assert timers(outcome) == [("escalate", 1, minutes(70))]
    assert informed(outcome) == [("moved", "")]


def test_a_late_acknowledgement_undoes_nothing() -> None:
    for status in ("decided", "closed"):
        case = a_case(status)
        assert decide(case, Acknowledge(SOON), "P", minutes(50)).case == case


# More is reported ----------------------------------------------------------------------------------------------------


def revise(case: Case, plan: Plan = LADDER, severity: Severity = Severity.HIGH, **facts: object) -> Outcome:
    verb = Revise(severity, Subject.CHILD, plan, SOON, **facts)  # type: ignore[arg-type]
    return decide(case, verb, "", minutes(5))


def test_more_words_of_an_open_case_leave_its_clock_alone() -> None:
    outcome = revise(a_case(rung=1))
    assert (outcome.case.rung, told(outcome), timers(outcome)) == (1, frozenset(), [])


def test_a_case_that_became_urgent_starts_its_ladder_again() -> None:
    outcome = revise(a_case(rung=1), severity=Severity.URGENT)
    assert (outcome.case.severity, outcome.case.rung) == (Severity.URGENT, 0)
    assert timers(outcome) == [("escalate", 1, minutes(15))]


def test_the_severity_a_person_lowered_is_raised_only_by_something_worse() -> None:
    lowered = a_case(severity=Severity.SAME_DAY)
    assert revise(lowered).case.severity is Severity.SAME_DAY
    assert revise(lowered, severity=Severity.URGENT).case.severity is Severity.URGENT
    assert revise(lowered, severity=Severity.ROUTINE).case.reached is Severity.HIGH


def test_what_was_lowered_rises_again_when_it_is_about_somebody_who_worked_on_it() -> None:
    lowered = a_case(severity=Severity.ROUTINE)
    assert revise(lowered, Plan(rungs("P", "H"), held=frozenset("D"))).case.severity is Severity.HIGH
    assert revise(lowered, Plan(rungs("P", "H"), held=frozenset("X"))).case.severity is Severity.ROUTINE


def test_it_turns_out_to_be_about_whoever_took_it() -> None:
    outcome = revise(a_case("acknowledged"), Plan(rungs("H", "C"), excluded=frozenset("DP")))
    assert (outcome.case.status, outcome.case.acknowledged_by) == ("open", "")
    assert told(outcome) == {"H"}


def test_it_turns_out_to_be_about_an_adult_and_the_lead_has_it() -> None:
    """Who should have heard first hears of it now, and whoever has it keeps it: also when the channel's card goes."""
    for status in ("acknowledged", "decided"):
        outcome = revise(a_case(status), Plan(rungs("H", "C")))
        assert (outcome.case.status, outcome.case.acknowledged_by) == ("acknowledged", "D")
        assert told(outcome) == {"D", "H"}
        assert "H" in outcome.case.told


def test_it_turns_out_to_be_about_an_adult_and_whoever_has_it_deals_with_children_only() -> None:
    for status in ("acknowledged", "decided"):
        outcome = revise(a_case(status), Plan(rungs("H", "C"), adult=True))
        assert (outcome.case.status, outcome.case.acknowledged_by) == ("open", "")
        assert outcome.case.told == {"H"}, "a report about an adult is for the few who deal with that"
        assert timers(outcome) == [("escalate", 1, minutes(15))]
        assert informed(outcome) == [("moved", "")]


def test_whoever_has_a_case_about_an_adult_already_keeps_it() -> None:
    plan = Plan(rungs("H", "C"), adult=True)
    outcome = revise(a_case("acknowledged", plan=plan, told=frozenset("HD")), plan)
    assert (outcome.case.status, outcome.case.acknowledged_by) == ("acknowledged", "D")


def test_more_words_after_the_decision_ask_for_another() -> None:
    outcome = revise(a_case("decided"))
    assert (outcome.case.status, outcome.case.acknowledged_by, outcome.case.decided_at) == ("acknowledged", "D", None)
    assert timers(outcome) == [("decide", 0, SOON)]


def test_a_new_plan_does_not_point_past_its_own_rungs() -> None:
    """The ladder had reached its third rung; of the new one, only the first has been told."""
    outcome = revise(a_case("acknowledged", rung=2, told=frozenset("DPH")), Plan(rungs("DP", "H", "C")))
    assert outcome.case.rung == 1
    assert told(decide(outcome.case, Overdue(SOON), "", minutes(60))) == {"D", "C"}


def test_another_ladder_is_climbed_from_its_foot() -> None:
    """The ladder had reached the head; of the new one, the chair is still to come."""
    outcome = revise(a_case(rung=2, told=frozenset("DPH")), Plan(rungs("H", "C")))
    assert outcome.case.rung == 0
    assert timers(outcome) == [("escalate", 1, minutes(15))]


def test_what_was_excluded_stays_excluded() -> None:
    case = a_case(plan=Plan(rungs("H", "C"), excluded=frozenset("DP")), told=frozenset("H"))
    outcome = revise(case)
    assert outcome.case.plan.excluded == {"D", "P"}
    assert outcome.case.plan.channel == ""
    assert [rung.people for rung in outcome.case.plan.rungs] == [frozenset("H")]


def test_whoever_was_told_before_keeps_it_when_the_new_plan_leaves_nobody() -> None:
    case = a_case(plan=Plan(rungs("C"), excluded=frozenset("DPH")), told=frozenset("C"))
    assert [rung.people for rung in revise(case).case.plan.rungs] == [frozenset("C")]


def test_more_words_after_the_closing_open_it_again() -> None:
    outcome = revise(a_case("closed"))
    assert (outcome.case.status, outcome.case.closed_at, outcome.case.acknowledged_by) == ("open", None, "")
    assert told(outcome) == {"D"}
    assert timers(outcome) == [("escalate", 1, minutes(15))]


@pytest.mark.parametrize(
    ("facts", "record"),
    [
        ({"complete": True}, "completed"),
        ({"halted": "stopped"}, "stopped"),
        ({"halted": "timeout"}, "timeout"),
        ({}, "added_to"),
    ],
)
def test_how_the_report_ended_is_recorded(facts: dict[str, object], record: str) -> None:
    assert recorded(revise(a_case(), LADDER, Severity.HIGH, **facts)) == [record]


# A child's words name somebody ----------------------------------------------------------------------------------------

HELD = Plan(rungs("P", "H"), held=frozenset("D"), guardians=frozenset("P"))


def test_only_a_guardian_lets_it_go_on() -> None:
    case = a_case(plan=HELD, told=frozenset("PH"))
    assert refused(decide(case, Release(LADDER), "H", NOW)) == "not-yours"
    outcome = decide(case, Release(LADDER), "P", minutes(5))
    assert told(outcome) == {"D"}
    assert replace(outcome.case.plan, rungs=()) == replace(LADDER, rungs=())
    shown = [(rung.due, rung.people) for rung in outcome.case.plan.rungs]
    assert shown == [(minutes(5), frozenset("D")), (minutes(15), frozenset("P")), (minutes(25), frozenset("H"))]
    assert StopTimers() in outcome.effects
    assert [kind for kind, _, _ in timers(outcome)] == ["escalate"]


def test_letting_it_go_on_when_somebody_has_it_starts_no_clock() -> None:
    case = a_case("acknowledged", plan=HELD, told=frozenset("PH"), acknowledged_by="P")
    outcome = decide(case, Release(LADDER), "P", minutes(5))
    assert (outcome.case.status, outcome.case.acknowledged_by) == ("acknowledged", "P")
    assert told(outcome) == {"D"}
    assert timers(outcome) == []


def test_what_was_let_through_is_remembered() -> None:
    case = a_case(plan=replace(HELD, mentioned=frozenset("D")), told=frozenset("PH"))
    assert decide(case, Release(LADDER), "P", minutes(5)).case.released == {"D"}


def test_letting_it_go_on_lets_in_nobody_it_is_about() -> None:
    case = a_case(plan=replace(HELD, excluded=frozenset("X")), told=frozenset("PH"))
    outcome = decide(case, Release(Plan(rungs("DX", "P"))), "P", NOW)
    assert outcome.case.plan.excluded == {"X"}
    assert told(outcome) == {"D"}


@pytest.mark.parametrize(
    ("member", "may"),
    [
        (Member("D", "", frozenset({Role.DSL})), True),
        (Member("D", "", frozenset({Role.STAFF})), False),  # the role was taken away
        (Member("D", "", frozenset({Role.IT})), False),
        (Member("H", "", frozenset({Role.HEAD})), False),  # never told
        (Member("X", "", frozenset({Role.DSL})), False),  # it is about them
        (Member("Y", "", frozenset({Role.DSL})), False),  # a guardian has not let it go on
    ],
)
def test_who_may_open_it(member: Member, may: bool) -> None:
    plan = replace(LADDER, excluded=frozenset("X"), held=frozenset("Y"))
    assert may_open(a_case(plan=plan, told=frozenset("DPXY")), member) is may


# Once it is over ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("inform", [True, False])
def test_the_reporter_hears_of_the_closing_unless_that_would_not_be_safe(inform: bool) -> None:
    outcome = decide(a_case("decided"), Close(inform), "D", NOW)
    assert outcome.case.status == "closed"
    assert informed(outcome) == ([("closed", "")] if inform else [])


def test_a_child_nobody_came_to_is_heard_by_the_next_people_at_its_full_severity() -> None:
    outcome = decide(a_case("closed", severity=Severity.ROUTINE), Talked(unheard=True), "T", minutes(5))
    assert (outcome.case.status, outcome.case.severity, outcome.case.heard) == ("open", Severity.HIGH, True)
    assert told(outcome) == {"P"}
    assert timers(outcome) == [("escalate", 2, minutes(15))]
