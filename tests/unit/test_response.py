"""Records, notices and questions: every verb at every status, and when a notice counts."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest

from bot.cases.model import Case, Escalate, Expire, Note, Open, Plan, Respond, ResponseVerb, Span, StopTimers
from bot.cases.response import begin, counts_at, decide
from tests.school import FRIDAY as NOW
from tests.some_case import a_case, informed, minutes, recorded, refused, rungs, timers, told

SPAN = Span(NOW + timedelta(days=1), NOW + timedelta(days=3))
PLAN = Plan(rungs("D", "H"))


def a_record(**facts: object) -> Case:
    case = a_case(procedure="record", plan=PLAN, told=frozenset(), complete=True)
    return begin(replace(case, **facts)).case  # type: ignore[arg-type]


def a_notice(**facts: object) -> Case:
    return a_record(procedure="notice", span=SPAN, **facts)


def at(case: Case, status: str) -> Case:
    way: dict[str, tuple[ResponseVerb, ...]] = {
        "open": (),
        "acknowledged": (Respond("agreed"),),
        "closed": (Respond("declined"),),
    }
    for verb in way[status]:
        case = decide(case, verb, "D", minutes(1)).case
    assert case.status == status
    return case


ALL = ("open", "acknowledged", "closed")
NOTICE = {
    #               open            acknowledged       closed
    Open(): ALL,
    Note(): ALL,
    Respond("agreed"): ("acknowledged", "acknowledged", "!already-taken"),  # by D, who answered before
    Respond("talk"): ("acknowledged", "acknowledged", "!already-taken"),
    Respond("declined"): ("closed", "closed", "!already-taken"),
    Expire(): ("closed", "closed", "closed"),
    Escalate(1): ALL,
}
RECORD = {
    Open(): ("open", "closed"),
    Note(): ("open", "closed"),
    Respond("seen"): ("closed", "!already-taken"),
    Respond("answered"): ("closed", "!already-taken"),
    Expire(): ("closed", "closed"),
    Escalate(1): ("open", "closed"),
}
CELLS = [
    pytest.param(verb, at(a_notice(), status), expected, id=f"notice-{verb}-{status}")
    for verb, row in NOTICE.items()
    for status, expected in zip(ALL, row, strict=True)
] + [
    pytest.param(verb, at(a_record(), status), expected, id=f"record-{verb}-{status}")
    for verb, row in RECORD.items()
    for status, expected in zip(("open", "closed"), row, strict=True)
]


def test_every_verb_is_in_the_table() -> None:
    assert {type(verb) for verb in (*NOTICE, *RECORD)} == set(get_args(ResponseVerb))


@pytest.mark.parametrize(("verb", "case", "expected"), CELLS)
def test_what_a_verb_makes_of_it(verb: ResponseVerb, case: Case, expected: str) -> None:
    outcome = decide(case, verb, "D", minutes(5))
    if expected.startswith("!"):
        assert refused(outcome) == expected[1:]
        assert (outcome.case, len(outcome.effects)) == (case, 1)
    else:
        assert (refused(outcome), outcome.case.status) == ("", expected)
        assert outcome.case == case or outcome.case.rev > case.rev


@pytest.mark.parametrize("procedure", ["record", "question", "notice"])
def test_it_is_put_before_its_people_and_climbs_until_somebody_answers(procedure: str) -> None:
    outcome = begin(replace(a_case(procedure=procedure, plan=PLAN, told=frozenset()), complete=True))
    assert (told(outcome), recorded(outcome)) == (frozenset("D"), ["sent"])
    assert timers(outcome) == [("escalate", 1, minutes(10))]
    outcome = decide(outcome.case, Escalate(1), "", minutes(10))
    assert told(outcome) == frozenset("H")
    outcome = decide(outcome.case, Escalate(2), "", minutes(20))
    assert (informed(outcome), outcome.case.unanswered) == ([("nobody-yet", "")], True)
    outcome = decide(outcome.case, Respond("seen"), "H", minutes(30))
    assert not outcome.case.unanswered


@pytest.mark.parametrize("said", ["seen", "answered"])
def test_one_word_back_is_all_that_a_record_or_a_question_waits_for(said: str) -> None:
    outcome = decide(a_record(), Respond(said), "D", minutes(5))  # type: ignore[arg-type]
    case = outcome.case
    assert (case.status, case.acknowledged_by, case.acknowledged_at, case.closed_at) == (
        *("closed", "D"),
        *(minutes(5), minutes(5)),
    )
    assert (recorded(outcome), informed(outcome)) == ([said], [(said, "D")])
    assert StopTimers() in outcome.effects


@pytest.mark.parametrize("said", ["agreed", "talk", "declined"])
def test_whoever_announced_a_lesson_hears_what_is_made_of_it(said: str) -> None:
    outcome = decide(a_notice(), Respond(said), "D", minutes(5))  # type: ignore[arg-type]
    assert (recorded(outcome), informed(outcome)) == ([said], [(said, "D")])
    assert StopTimers() in outcome.effects, "nobody is reminded of it any more"


def test_the_second_who_answers_is_told_who_was_first() -> None:
    outcome = decide(at(a_notice(), "acknowledged"), Respond("declined"), "P", minutes(5))
    (effect,) = outcome.effects
    assert (effect.who, effect.at) == ("D", minutes(1))  # type: ignore[union-attr]


@pytest.mark.parametrize(("status", "word"), [("open", [("unseen", "")]), ("acknowledged", [])])
def test_a_notice_ends_with_its_last_day_and_only_one_that_nobody_answered_says_so(
    status: str, word: list[tuple[str, str]]
) -> None:
    outcome = begin(replace(a_case(procedure="notice", plan=PLAN, span=SPAN, told=frozenset())))
    assert ("expire", 0, SPAN.last) in timers(outcome)
    outcome = decide(at(outcome.case, status), Expire(), "", SPAN.last)
    assert (outcome.case.status, recorded(outcome), informed(outcome)) == ("closed", ["expired"], word)
    assert StopTimers() in outcome.effects
    assert decide(outcome.case, Expire(), "", SPAN.last).effects == ()


BEFORE, DURING, LAST = SPAN.first - timedelta(microseconds=1), SPAN.first, SPAN.last - timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("case", "moment", "counts"),
    [
        (a_notice(), BEFORE, False),
        (a_notice(), DURING, True),  # seen or not: nothing is hidden by it
        (a_notice(), LAST, True),
        (a_notice(), SPAN.last, False),
        (at(a_notice(), "acknowledged"), DURING, True),
        (at(a_notice(), "closed"), DURING, False),  # declined
        (a_record(), DURING, False),
    ],
    ids=["before", "first", "last", "after", "agreed", "declined", "record"],
)
def test_when_a_notice_counts(case: Case, moment: datetime, counts: bool) -> None:
    assert counts_at(case, moment) == counts
