"""The engine: one pure function from a talk and an event to the talk after it. No clock, no store, no chance."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from bot.clock import LONDON
from bot.flow.answers import check
from bot.flow.lists import mentions
from bot.flow.model import Alert, Answer, Answers, Flow, Kind, Question, Severity, Subject, applies, counted, path
from bot.flow.talk import (
    Back,
    Change,
    Effect,
    Event,
    Give,
    Help,
    Keep,
    Raise,
    Reload,
    Remark,
    Remind,
    Send,
    Skip,
    Start,
    State,
    Status,
    Stop,
    Tick,
    Why,
)

_ROLES = frozenset(Subject) - {Subject.CHILD, Subject.ADULT, Subject.UNSURE}
_ENDED: Mapping[Status, Why] = {"cancelled": "stopped", "expired": "timeout"}
Result = tuple[State, tuple[Effect, ...]]


def current(flow: Flow, state: State) -> Question | None:
    """Give the question to show, or None when all are answered and the answers are to be checked."""
    return to_ask(path(flow, state.answers), state.answers, state.editing)


def to_ask(questions: Sequence[Question], answers: Answers, editing: str) -> Question | None:
    """Give the same of the questions that apply, for whoever has them at hand."""
    edited = next((q for q in questions if q.id == editing), None) if editing else None
    return edited or next((q for q in questions if q.id not in answers), None)


def step(flow: Flow, state: State, event: Event, now: datetime) -> Result:
    """Move a talk by one event.

    Args:
        flow: the version the talk is pinned to.
        state: the talk as it is stored.
        event: what happened. One made for another turn changes nothing: double clicks, a platform's retries, old
            cards and duplicated tabs end here.
        now: aware; deadlines count from it.

    Returns:
        The talk after it, and what follows. At most one complete `Raise` comes out of a talk, and its severity never
        falls, whatever is answered later.
    """
    if state.over:  # a child may still call for help from an old screen
        return _help(flow, state) if isinstance(event, Help) else (state, ())
    match event:
        case Start():
            severity = max(state.severity, flow.severity)
            return replace(state, severity=severity, deadline=now + flow.timeout.after), ()
        case Reload(flow=newer):
            return _reload(newer, state, now)
        case Tick():
            return _tick(flow, state, now)
        case Help():
            return _help(flow, state)
        case _:
            if event.turn != state.turn:
                return state, (Remark("moved-on"),)
    match event:
        case Give(values=values):
            return _give(flow, state, values, now)
        case Skip():
            return _skip(flow, state, now)
        case Back():
            return _back(flow, state, now)
        case Keep():
            return _moved(flow, state, now), ()
        case Change(question=question_id):
            known = any(q.id == question_id for q in path(flow, state.answers))
            return (_moved(flow, state, now, editing=question_id), ()) if known else (state, (Remark("moved-on"),))
        case Send():
            return _send(flow, state)
        case Stop():
            return _stop(flow, state, now)
        case _:
            assert_never(event)


def _moved(flow: Flow, state: State, now: datetime, *, editing: str = "", said: tuple[str, ...] = ()) -> State:
    """Give the state one turn on, with its status worked out afresh from the answers."""
    return replace(
        state,
        status="asking" if to_ask(path(flow, state.answers), state.answers, editing) else "checking",
        turn=state.turn + 1,
        editing=editing,
        said=said,
        deadline=now + flow.timeout.after,
        reminded=False,
    )


def _give(flow: Flow, state: State, values: tuple[str, ...], now: datetime) -> Result:
    question = current(flow, state)
    if question is None or state.status == "stopping":
        return state, (Remark("moved-on"),)
    answer = check(question, values, now.astimezone(LONDON).date())
    if isinstance(answer, Remark):
        return state, (answer,)
    # What the policies say to a question, and what somebody made of that, goes with the question.
    kept = {q.id: state.answers[q.id] for q in flow.questions if q.id in state.answers and q.quotes != question.id}
    answers = {**kept, question.id: answer}
    if flow.window and flow.window.ends_first(answers):
        if question.id == flow.window.last:
            return state, (Remark("date-before-first", error=True),)
        del answers[flow.window.last]  # the beginning was put off past it: it is asked again
    return _answered(flow, state, answers, now)


def _skip(flow: Flow, state: State, now: datetime) -> Result:
    question = current(flow, state)
    if question is None or state.status == "stopping":
        return state, (Remark("moved-on"),)
    if not question.optional:
        return state, (Remark("not-skipped", error=True),)
    nothing: Answer = () if question.kind is Kind.CHOICES else ""
    return _answered(flow, state, {**state.answers, question.id: nothing}, now)


def _answered(flow: Flow, state: State, answers: Answers, now: datetime) -> Result:
    questions = path(flow, answers)
    before, after = counted(flow, state.answers), {q.id: answers[q.id] for q in questions if q.id in answers}
    fresh = [a for a in flow.alerts if _newly_true(flow, a, before, after)]
    severity = max([state.severity, *(a.severity for a in fresh)])
    known = _subject_is_known(questions, answers)
    # An urgent alert waits for no form; and once adults were told, they are told whatever is added (never less).
    urgent = known and severity == Severity.URGENT and (not state.raised or severity > state.severity)
    effects: tuple[Effect, ...] = ()
    if urgent or (known and state.raised):
        effects = (Raise("alert" if urgent else "answer", after, severity, complete=False),)
    moved = replace(state, answers=answers, severity=severity, raised=state.raised or urgent)
    if over := next((e for e in flow.endings if applies(e.when, after)), None):
        return _over(flow, replace(moved, status="ended", said=over.say), after), effects
    # The most serious advice only: two alerts at once would otherwise bury the first thing to do.
    said = max(fresh, key=lambda a: a.severity).say if fresh else ()
    moved = _moved(flow, moved, now, said=said)
    if moved.status == "checking" and not flow.is_checked:
        return _send(flow, moved)
    return moved, effects


def _subject_is_known(questions: Sequence[Question], answers: Answers) -> bool:
    """Say whether routing knows enough to keep a report from whom it is about, also when that is changed afterwards.

    'Another adult' may be anybody until there is a name. A role is enough: it must not be kept waiting for one, since
    whoever holds it loses the case with this answer.
    """
    asked = [q for q in questions if q.subject]
    return all(q.id in answers for q in asked) or any(answers.get(q.id) in _ROLES for q in asked)


def _newly_true(flow: Flow, alert: Alert, before: Answers, after: Answers) -> bool:
    if not applies(alert.when, after):
        return False
    matched_before = applies(alert.when, before)
    if not alert.mentions:
        return not matched_before
    # Only what has changed is looked through again: a long text costs milliseconds for each list.
    changed = {i: a for i, a in after.items() if not matched_before or before.get(i) != a}
    phrases = flow.mentions[alert.mentions]
    return any(
        mentions(answer, phrases)
        for question_id, answer in changed.items()
        if isinstance(answer, str) and (q := flow.question(question_id)) and q.kind in (Kind.TEXT, Kind.LONG_TEXT)
    )


def _back(flow: Flow, state: State, now: datetime) -> Result:
    asked = [q for q in path(flow, state.answers) if q.kind is not Kind.LOOKUP]
    here = current(flow, state)
    place = asked.index(here) if here else len(asked)
    if state.status == "stopping" or place == 0:
        return _moved(flow, state, now, editing=state.editing), ()
    return _moved(flow, state, now, editing=asked[place - 1].id), ()


def _send(flow: Flow, state: State) -> Result:
    if state.status != "checking" or current(flow, state) is not None:
        return state, (Remark("moved-on"),)
    answers = counted(flow, state.answers)
    sent = _over(flow, replace(state, status="sent", raised=True, said=()), answers)
    return sent, (Raise("sent", answers, state.severity, complete=True),)


def _over(flow: Flow, state: State, answers: Answers) -> State:
    """Give a talk that has come to its end, with what can be begun next."""
    offered = tuple(offer.flow for offer in flow.offers if applies(offer.when, answers))
    return replace(state, turn=state.turn + 1, editing="", deadline=None, offered=offered)


def _stop(flow: Flow, state: State, now: datetime) -> Result:
    answered = bool(counted(flow, state.answers))
    if flow.stop == "ask" and answered and state.status != "stopping":
        asked = replace(_moved(flow, state, now, editing=state.editing), status="stopping")
        return asked, ()
    return _ended(flow, replace(state, status="cancelled"), "stopped", pass_on=flow.stop == "send")


def _tick(flow: Flow, state: State, now: datetime) -> Result:
    if state.deadline is None or now < state.deadline:
        return state, ()
    if flow.timeout.remind and not state.reminded and counted(flow, state.answers):
        return replace(state, reminded=True, deadline=now + flow.timeout.after), (Remind(),)
    return _ended(flow, replace(state, status="expired"), "timeout", pass_on=flow.timeout.do == "send")


def _ended(flow: Flow, state: State, why: Why, *, pass_on: bool) -> Result:
    answers = counted(flow, state.answers)
    ended = replace(state, turn=state.turn + 1, editing="", said=(), deadline=None)
    if not (state.raised or (pass_on and answers)):
        return ended, ()
    return replace(ended, raised=True), (Raise(why, answers, state.severity, complete=False),)


def _help(flow: Flow, state: State) -> Result:
    """For a child, 'get help now' is itself an urgent alert (child_rules CH-23); an adult gets the advice."""
    if flow.audience != "pupil":
        return state, (Remark("help-staff"),)
    if state.raised and state.severity == Severity.URGENT:
        return state, (Remark("help-pupil"),)
    helped = replace(state, severity=Severity.URGENT, raised=True)
    # From an old screen: that the talk had been stopped, or had run out, stays with the report.
    why = _ENDED.get(state.status, "alert")
    told = Raise(why, counted(flow, state.answers), Severity.URGENT, complete=False)
    return helped, (told, Remark("help-pupil-told"))


def _reload(newer: Flow, state: State, now: datetime) -> Result:
    today = now.astimezone(LONDON).date()
    kept: dict[str, Answer] = {}
    for question in newer.questions:
        given = state.answers.get(question.id)
        if given is not None and check(question, given if isinstance(given, tuple) else (given,), today) == given:
            kept[question.id] = given
    severity = max(state.severity, newer.severity)
    moved = replace(state, digest=newer.digest, answers=kept, severity=severity)
    return _moved(newer, moved, now), (Remark("questions-changed"),)
