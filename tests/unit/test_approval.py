"""The approval procedure: every verb at every status, its gates, its task, its end. The requester is T."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest

from bot.cases.approval import begin, decide, gate_of, handed_over, is_asked, may_end
from bot.cases.ladder import elapsed
from bot.cases.model import (
    Approval,
    ApprovalVerb,
    Approve,
    AskAgain,
    CannotDo,
    Case,
    Done,
    EndEarly,
    Escalate,
    Expire,
    Gate,
    GiveUp,
    Note,
    Open,
    Outcome,
    Plan,
    Refuse,
    StopTimers,
)
from bot.people import Member, Role
from tests.school import FRIDAY as NOW
from tests.some_case import a_case, informed, minutes, recorded, refused, rungs, timers, told

END = NOW + timedelta(days=10)
LEAD = Gate("lead", Plan(rungs("D", "H")))
EDUCATIONAL = Gate("educational", Plan(rungs("CP", "H")))
TECHNICAL = Gate("technical", Plan(rungs("I")))
CONSENT = Gate("consent", Plan(rungs("SH")), where_needed=True)
TASK = Gate("task", Plan(rungs("I", "H"), "it", frozenset("IJ")))
SENDER = Gate("returned", Plan(rungs("D", "H")), roles=("dsl",))
ONE = Approval((LEAD,), TASK, SENDER, until=END)
THREE = Approval((EDUCATIONAL, TECHNICAL, CONSENT), TASK, SENDER, until=END)
STATUSES = ("open", "approved", "returned", "done", "undoing", "still-open", "closed")


def request(approval: Approval = ONE, **facts: object) -> Case:
    plan = approval.gates[0].plan if approval.gates else TASK.plan
    case = a_case(procedure="approval", approval=approval, plan=plan, told=frozenset(), complete=True)
    return replace(case, **facts)  # type: ignore[arg-type]


def asked_for(approval: Approval = ONE) -> Case:
    return begin(request(approval), NOW).case


def after(case: Case, *verbs: ApprovalVerb, person: str = "D") -> Case:
    for verb in verbs:
        case = decide(case, verb, person, minutes(5)).case
    return case


def at(status: str) -> Case:
    """Give the request with one gate as it stands there."""
    way: dict[str, tuple[ApprovalVerb, ...]] = {
        "open": (),
        "approved": (Approve(),),
        "returned": (Approve(), CannotDo()),
        "done": (Approve(), Done()),
        "undoing": (Approve(), Done(), Expire()),
        "still-open": (Approve(), Done(), Expire(), CannotDo()),
        "closed": (Refuse(),),
    }
    return after(asked_for(), *way[status])


def person(name: str, *roles: Role) -> Member:
    return Member(name, name, frozenset(roles or [Role.DSL]))


def asked(case: Case) -> str:
    """Give whom it waits for."""
    return "".join(name for name in "CDHIJKPST" if is_asked(case, person(name)))


NOTHING, NO_END = "!nothing-to-do", "!nothing-to-end"

# Every verb at every status: the status after it, or "!why not" ------------------------------------------------------

DONE = {
    # In the order of STATUSES
    Open(): STATUSES,
    Note(): STATUSES,
    Approve(): ("approved", *["!already-decided"] * 6),
    Refuse(): ("closed", *["!already-decided"] * 6),
    Done(): (NOTHING, "done", NOTHING, NOTHING, "closed", NOTHING, NOTHING),
    CannotDo(): (NOTHING, "returned", NOTHING, NOTHING, "still-open", NOTHING, NOTHING),
    AskAgain(): (NOTHING, NOTHING, "approved", NOTHING, NOTHING, "undoing", NOTHING),
    GiveUp(): (NOTHING, NOTHING, "closed", NOTHING, NOTHING, "closed", NOTHING),
    EndEarly(): (NO_END, "undoing", NO_END, "undoing", NO_END, NO_END, NO_END),
    Expire(): ("closed", "undoing", "closed", "undoing", "undoing", "still-open", "closed"),
    Escalate(1): STATUSES,
}
CELLS = [
    pytest.param(verb, status, expected, id=f"{type(verb).__name__}-{status}")
    for verb, row in DONE.items()
    for status, expected in zip(STATUSES, row, strict=True)
]


def shown(case: Case) -> str:
    assert case.approval is not None
    if case.status != "approved":
        return case.status
    if case.approval.returned:
        return "still-open" if case.approval.undoing else "returned"
    return "undoing" if case.approval.undoing else "approved"


def test_every_verb_is_in_the_table() -> None:
    assert {type(verb) for verb in DONE} == set(get_args(ApprovalVerb))


@pytest.mark.parametrize(("verb", "status", "expected"), CELLS)
def test_what_a_verb_makes_of_a_request(verb: ApprovalVerb, status: str, expected: str) -> None:
    case = at(status)
    assert shown(case) == status
    outcome = decide(case, verb, "D", minutes(5))
    if expected.startswith("!"):
        assert refused(outcome) == expected[1:]
        assert (outcome.case, len(outcome.effects)) == (case, 1), "who is refused changes nothing"
    else:
        assert refused(outcome) == ""
        assert shown(outcome.case) == expected
        assert outcome.case == case or outcome.case.rev > case.rev


# The gates -----------------------------------------------------------------------------------------------------------


def test_a_request_is_put_before_its_first_gate_and_before_no_other() -> None:
    outcome = begin(request(THREE), NOW)
    assert told(outcome) == outcome.case.told == frozenset("CP")
    assert (recorded(outcome), informed(outcome)) == (["sent"], [])
    assert timers(outcome) == [("expire", 0, END), ("escalate", 1, minutes(10))]
    assert (asked(outcome.case), gate_of(outcome.case)) == ("CP", EDUCATIONAL)


@pytest.mark.parametrize("needed", [True, False])
def test_the_gates_come_in_their_order_and_consent_only_where_it_is_needed(needed: bool) -> None:
    case = asked_for(THREE)
    outcome = decide(case, Approve(needed=needed), "C", minutes(5))
    assert (asked(outcome.case), told(outcome)) == ("I", frozenset("I"))
    assert informed(outcome) == [("passed-gate", "C")]
    assert recorded(outcome) == ["approved"]
    case = outcome.case
    outcome = decide(case, Approve(), "I", minutes(10))
    if needed:
        assert (asked(outcome.case), told(outcome)) == ("HS", frozenset("HS"))
        assert informed(outcome) == [("passed-gate", "I")]
        outcome = decide(outcome.case, Approve(), "S", minutes(15))
    assert outcome.case.status == "approved"
    assert (asked(outcome.case), gate_of(outcome.case)) == ("I", TASK)
    assert informed(outcome) == [("approved", "S" if needed else "I")]
    assert ("S" in outcome.case.told) == needed


def test_what_one_gate_found_needed_is_not_forgotten_at_the_next() -> None:
    case = after(asked_for(THREE), Approve(needed=True), Approve(needed=False))
    assert gate_of(case) == CONSENT


def test_a_gate_is_skipped_where_it_comes_first_and_nobody_needs_it() -> None:
    case = asked_for(Approval((CONSENT, LEAD), TASK))
    assert (gate_of(case), asked(case)) == (LEAD, "D")


def test_whoever_decided_before_is_not_asked_again_and_may_still_read_it() -> None:
    case = after(asked_for(THREE), Approve())
    assert asked(case) == "I"
    assert case.told >= frozenset("CP")


def test_a_gates_ladder_begins_when_it_is_its_turn() -> None:
    later = NOW + timedelta(days=3)
    outcome = decide(asked_for(Approval((EDUCATIONAL, LEAD), TASK)), Approve(), "C", later)
    assert timers(outcome) == [("escalate", 1, later + timedelta(minutes=10))]
    assert outcome.case.rung == 0


def test_what_nobody_answers_climbs_and_its_end_is_told_once() -> None:
    case = asked_for()
    outcome = decide(case, Escalate(1), "", minutes(10))
    assert (told(outcome), asked(outcome.case)) == (frozenset("H"), "DH")
    outcome = decide(outcome.case, Escalate(2), "", minutes(20))
    assert informed(outcome) == [("nobody-yet", "")]
    assert outcome.case.unanswered
    assert informed(decide(outcome.case, Escalate(2), "", minutes(30))) == []
    assert not decide(outcome.case, Approve(), "H", minutes(40)).case.unanswered


def test_a_step_of_a_gate_that_was_passed_tells_nobody() -> None:
    case = after(asked_for(THREE), Approve())
    assert decide(case, Escalate(2), "", minutes(30)).effects == ()


def test_the_requester_is_never_at_a_gate_but_may_see_to_the_task() -> None:
    case = replace(asked_for(Approval((Gate("lead", Plan(rungs("DT"))),), TASK)), told=frozenset("DT"))
    assert asked(case) == "D"
    doing = replace(after(case, Approve()), reporter="I")
    assert asked(doing) == "I"


def test_copies_are_told_and_are_asked_for_nothing() -> None:
    outcome = begin(request(), NOW, copies=frozenset("KS"))
    assert told(outcome) == frozenset("DKS")
    assert outcome.case.told == frozenset("DKS")
    assert asked(outcome.case) == "D"


def test_whoever_reads_its_channel_may_open_it_and_does_not_do_the_task() -> None:
    case = at("approved")
    assert case.told >= frozenset("IJ")
    assert asked(case) == "I"


def test_where_nobody_is_at_a_gate_the_requester_hears_so() -> None:
    outcome = begin(request(Approval((Gate("lead", Plan(())),), TASK)), NOW)
    assert informed(outcome) == [("nobody-yet", "")]
    assert outcome.case.status == "open"


# A refusal -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("passed", [0, 1, 2])
def test_a_refusal_at_any_gate_ends_it(passed: int) -> None:
    case = after(asked_for(THREE), *[Approve(needed=True)] * passed)
    outcome = decide(case, Refuse(), "P", minutes(30))
    assert outcome.case.status == "closed"
    assert outcome.case.closed_at == minutes(30)
    assert outcome.case.approval is not None
    assert outcome.case.approval.refused
    assert (recorded(outcome), informed(outcome)) == (["refused"], [("refused", "P")])
    assert (asked(outcome.case), gate_of(outcome.case), told(outcome)) == ("", None, frozenset())


# Its end, and what undoes it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "given", "ends"),
    [
        (END, None, END),
        (END, minutes(60), minutes(60)),
        (END, END + timedelta(days=1), END),  # nobody gives longer than was asked
        (None, minutes(60), minutes(60)),
        (None, None, None),
    ],
)
def test_the_soonest_end_counts(wanted: datetime | None, given: datetime | None, ends: datetime | None) -> None:
    outcome = decide(asked_for(replace(ONE, until=wanted)), Approve(given), "D", minutes(5))
    assert outcome.case.approval is not None
    assert outcome.case.approval.until == ends
    assert [due for kind, _, due in timers(outcome) if kind == "expire"] == ([ends] if ends else [])


def test_two_gates_that_shorten_it_leave_the_shorter() -> None:
    case = after(asked_for(THREE), Approve(minutes(60)), Approve(minutes(90)))
    assert case.approval is not None
    assert case.approval.until == minutes(60)


def test_nothing_is_in_force_before_the_task_is_done() -> None:
    outcome = decide(asked_for(), Approve(), "D", minutes(5))
    assert timers(outcome) == [("expire", 0, END), ("escalate", 1, minutes(15))]
    outcome = decide(outcome.case, Done(), "I", minutes(10))
    assert (outcome.case.status, informed(outcome)) == ("done", [("in-force", "I")])
    assert timers(outcome) == [], "the clock of its end runs already"


def test_when_it_is_over_the_task_is_to_undo_it_and_then_it_is_closed() -> None:
    outcome = decide(at("done"), Expire(), "", END)
    assert (shown(outcome.case), informed(outcome), recorded(outcome)) == ("undoing", [("expired", "")], ["expired"])
    assert told(outcome) == frozenset("I")
    assert timers(outcome) == [("escalate", 1, END + timedelta(minutes=10))]
    assert asked(outcome.case) == "I"
    outcome = decide(outcome.case, Done(), "I", END + timedelta(hours=1))
    assert (outcome.case.status, informed(outcome)) == ("closed", [("undone", "I")])
    assert outcome.case.closed_at == END + timedelta(hours=1)


def test_a_last_day_that_comes_before_the_decision_closes_it() -> None:
    outcome = decide(after(asked_for(THREE), Approve()), Expire(), "", END)
    assert (outcome.case.status, outcome.case.closed_at) == ("closed", END)
    assert (recorded(outcome), informed(outcome), told(outcome)) == (["expired"], [("lapsed", "")], frozenset())
    assert StopTimers() in outcome.effects


def test_what_is_over_before_anybody_recorded_that_it_was_opened_is_to_be_undone_all_the_same() -> None:
    outcome = decide(at("approved"), Expire(), "", END)
    assert (shown(outcome.case), informed(outcome)) == ("undoing", [("expired", "")])
    assert StopTimers() in outcome.effects, "or a step of the ladder before would come at once"


@pytest.mark.parametrize(
    ("roles", "waits"), [((Role.DSL,), True), ((Role.OFFICE,), False), ((Role.DSL, Role.OFFICE), True)]
)
def test_who_holds_another_role_now_decides_no_more(roles: tuple[Role, ...], waits: bool) -> None:
    assert is_asked(asked_for(), person("D", *roles)) == waits


def test_an_approval_without_a_task_is_in_force_at_once_and_ends_by_itself() -> None:
    outcome = decide(asked_for(Approval((LEAD,), until=END)), Approve(), "D", minutes(5))
    assert (outcome.case.status, informed(outcome)) == ("done", [("approved", "D")])
    assert timers(outcome) == [("expire", 0, END)]
    outcome = decide(outcome.case, Expire(), "", END)
    assert (outcome.case.status, informed(outcome), told(outcome)) == ("closed", [("expired", "")], frozenset())
    assert outcome.case.closed_at == END


# Ended before its time ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["approved", "done"])
def test_what_is_ended_early_is_to_be_blocked_at_once_and_its_end_comes_no_more(status: str) -> None:
    outcome = decide(at(status), EndEarly(), "D", minutes(30))
    assert (shown(outcome.case), recorded(outcome), informed(outcome)) == ("undoing", ["ended"], [("ended", "D")])
    assert (told(outcome), asked(outcome.case)) == (frozenset("I"), "I")
    assert timers(outcome) == [("escalate", 1, minutes(40))]
    assert StopTimers() in outcome.effects
    assert decide(outcome.case, Expire(), "", END).effects == ()
    assert decide(outcome.case, Done(), "I", minutes(35)).case.status == "closed"


@pytest.mark.parametrize(("status", "who"), [("open", ""), ("approved", "DH"), ("done", "DHI"), ("undoing", "")])
def test_who_may_end_it(status: str, who: str) -> None:
    """Who decides on it; once it is open, whoever would block it too. IT has another way to say no before that."""
    assert "".join(name for name in "CDHIT" if may_end(at(status), person(name))) == who


@pytest.mark.parametrize("status", ["returned", "still-open", "closed"])
def test_what_waits_for_something_else_is_not_ended(status: str) -> None:
    assert not may_end(at(status), person("D"))


def test_who_holds_another_role_now_ends_nothing() -> None:
    assert not may_end(at("done"), person("D", Role.OFFICE))


def test_a_task_of_a_report_is_never_ended_early() -> None:
    assert refused(decide(asked_for(Approval((), TASK, SENDER)), EndEarly(), "D", NOW)) == "nothing-to-end"


# A task that cannot be done ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "news"), [("approved", "cannot"), ("undoing", "still-open")])
def test_what_cannot_be_done_goes_back_to_its_sender(status: str, news: str) -> None:
    outcome = decide(at(status), CannotDo(), "I", minutes(30))
    assert (recorded(outcome), informed(outcome)) == (["cannot"], [(news, "I")])
    assert (told(outcome), asked(outcome.case), gate_of(outcome.case)) == (frozenset("D"), "D", SENDER)
    assert timers(outcome) == [("escalate", 1, minutes(40))], "and it climbs, if they leave it"
    assert StopTimers() in outcome.effects
    assert outcome.case.plan.channel == "", "IT's channel has no card of it any more"


@pytest.mark.parametrize(("status", "back"), [("returned", "approved"), ("still-open", "undoing")])
def test_its_sender_can_ask_again(status: str, back: str) -> None:
    outcome = decide(at(status), AskAgain(), "D", minutes(30))
    assert (shown(outcome.case), asked(outcome.case)) == (back, "I")
    assert (recorded(outcome), informed(outcome)) == (["asked_again"], [("asked-again", "D")])
    assert (outcome.case.plan.channel, told(outcome)) == ("it", frozenset("I"))


@pytest.mark.parametrize(("status", "news"), [("returned", "given-up"), ("still-open", "left-open")])
def test_its_sender_can_leave_it(status: str, news: str) -> None:
    outcome = decide(at(status), GiveUp(), "D", minutes(30))
    assert (outcome.case.status, outcome.case.closed_at) == ("closed", minutes(30))
    assert (recorded(outcome), informed(outcome)) == (["given_up"], [(news, "D")])
    assert asked(outcome.case) == ""


def test_what_came_back_and_nobody_settled_is_over_on_its_last_day() -> None:
    outcome = decide(at("returned"), Expire(), "", END)
    assert (outcome.case.status, informed(outcome)) == ("closed", [("given-up", "")]), "nothing was opened"
    assert StopTimers() in outcome.effects


def test_the_requester_is_not_asked_what_becomes_of_their_own_task() -> None:
    case = replace(at("returned"), reporter="D")
    assert asked(case) == ""


# Each gate is somebody else's ----------------------------------------------------------------------------------------


def test_who_agreed_at_one_gate_is_not_asked_at_the_next() -> None:
    """Godinton 7.3: staff with educational and technical experience. One who climbed into both could pass both."""
    twice = Approval((EDUCATIONAL, Gate("technical", Plan(rungs("IC", "C", "H")))), TASK, SENDER)
    outcome = decide(asked_for(twice), Approve(), "C", minutes(5))
    assert (asked(outcome.case), told(outcome)) == ("I", frozenset("I"))
    climbed = decide(outcome.case, Escalate(1), "", minutes(30)).case
    assert asked(climbed) == "HI", "the step at which only they would have been told is left out"


def test_with_nobody_else_at_all_it_stays_with_them_and_is_not_stuck() -> None:
    alone = Approval((Gate("educational", Plan(rungs("C"))), Gate("technical", Plan(rungs("C")))), TASK, SENDER)
    assert asked(after(asked_for(alone), Approve(), person="C")) == "C"


# The list of people has changed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_a_list_that_names_the_same_people_changes_nothing(status: str) -> None:
    case = at(status)
    assert case.approval is not None
    assert handed_over(case, case.approval, elapsed) == Outcome(case)


def today(gate: Gate, who: str) -> Gate:
    return replace(gate, plan=replace(gate.plan, rungs=rungs(*who)))


@pytest.mark.parametrize(
    ("status", "who"), [("open", "K"), ("approved", "J"), ("returned", "K"), ("done", ""), ("undoing", "J")]
)
def test_whose_it_is_today_is_told_at_once_and_asked(status: str, who: str) -> None:
    case = at(status)
    assert case.approval is not None
    new = replace(case.approval, gates=(today(LEAD, "KH"),), task=today(TASK, "JH"), sender=today(SENDER, "KH"))
    outcome = handed_over(case, new, elapsed)
    assert "".join(sorted(told(outcome))) == asked(outcome.case) == who
    assert recorded(outcome) == (["handed_over"] if who else [])
    assert case.told <= outcome.case.told
    assert (outcome.case.rev > case.rev) == bool(who)


def test_the_clock_of_what_is_handed_over_goes_on() -> None:
    case = asked_for()
    assert case.approval is not None
    outcome = handed_over(case, replace(case.approval, gates=(today(LEAD, "KH"),)), elapsed)
    assert timers(outcome) == [("escalate", 1, minutes(10))]
    ended = replace(after(case, Escalate(1), Escalate(2)), unanswered=True)
    again = handed_over(ended, replace(case.approval, gates=(today(LEAD, "KH"),)), elapsed)
    assert (asked(again.case), again.case.unanswered) == ("HK", False), "what nobody had answered can be answered"


# A task that nobody has to approve -----------------------------------------------------------------------------------


def test_a_task_without_gates_waits_at_once_and_is_over_when_it_is_done() -> None:
    outcome = begin(request(Approval((), TASK)), NOW)
    assert (outcome.case.status, told(outcome), informed(outcome)) == ("approved", frozenset("I"), [])
    outcome = decide(outcome.case, Done(), "I", minutes(5))
    assert (outcome.case.status, informed(outcome), timers(outcome)) == ("closed", [("done", "I")], [])


@pytest.mark.parametrize("status", ["done", "closed"])
def test_nobody_is_asked_while_it_is_in_force_or_closed(status: str) -> None:
    assert (asked(at(status)), gate_of(at(status))) == ("", None)


def test_what_is_no_approval_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no approval"):
        gate_of(a_case())
    with pytest.raises(ValueError, match="no approval"):
        decide(a_case(), Open(), "D", NOW)
