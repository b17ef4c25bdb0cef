"""Every way through a flow and every screen on it, for people who edit flows. Knows no platform and no store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Literal

from msgspec.structs import replace

from bot.flow.model import Alert, Answer, Flow, Kind, Question, applies, counted, path
from bot.flow.show import Blanks, show
from bot.flow.step import current
from bot.flow.talk import Remark, State, Status
from bot.prompt import Notice, Prompt, Quotation
from bot.words import Words

TALK = "preview"
What = Literal["question", "late", "answered", "advice", "check", "stopping", "ending", "over"]


@dataclass(frozen=True, slots=True)
class Sample:
    """What stands where somebody would write. Of `words` and `addresses` one after the other is taken."""

    words: tuple[str, ...]
    person: str
    addresses: tuple[str, ...]
    quotes: tuple[Quotation, ...]
    today: date
    names: tuple[str, ...] = ()  # that a question for a person suggests

    def answer(self, question: Question, choice: int) -> Answer:
        """Give an answer to a question, of its choices the one at `choice`, counted round."""
        match question.kind:
            case Kind.CHOICE | Kind.LOOKUP:
                return question.choices[choice % len(question.choices)].value
            case Kind.CHOICES:
                return tuple(c.value for c in question.choices[: choice + 1])
            case Kind.DATE:
                return f"{self.today + timedelta(days=4 if question.ahead else -1)}"
            case Kind.ADDRESS:
                return self.addresses[choice % len(self.addresses)]
            case Kind.PERSON:
                return self.person
            case Kind.TEXT | Kind.LONG_TEXT:
                return self.words[choice % len(self.words)][: question.limit]


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a flow: the questions it asks, and the answers that lead along it.

    `picked` are the choices that decide on it, by question, with "" for leaving it out; a question that does not decide
    is not among them.
    """

    questions: tuple[Question, ...]
    answers: Mapping[str, Answer]
    picked: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a flow, and what it is: a `question` as it is asked first, come back to (`late`, after a press
    that came too late), or `answered` before, the `advice` of an alert, and so on. `question` is the one it asks.
    """

    what: What
    reply: Prompt | Notice
    question: str = ""
    status: Status = "asking"
    raised: bool = False
    alert: Alert | None = None
    say: tuple[str, ...] = ()  # of an ending


def ways(flow: Flow, sample: Sample) -> tuple[Way, ...]:
    """Give every way through a flow: each answer a condition mentions, in every combination."""
    deciding = [q for q in flow.questions if any(q.id in other.when for other in flow.questions)]
    found: dict[tuple[str, ...], tuple[dict[str, Answer], dict[str, set[Answer]]]] = {}
    for picked in _picks(flow, deciding):
        answers = {q.id: sample.answer(q, sum(picked)) for q in flow.questions}
        answers |= {q.id: _possible(q)[n] for q, n in zip(deciding, picked, strict=True)}
        way = tuple(q.id for q in path(flow, answers))
        _, given = found.setdefault(way, (answers, {q.id: set() for q in deciding if q.id in way}))
        for question_id, values in given.items():
            values.add(answers[question_id])
    return tuple(Way(path(flow, answers), answers, _deciding(deciding, given)) for answers, given in found.values())


def _picks(flow: Flow, deciding: Sequence[Question], picked: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Give every combination of answers, by number; what is not asked then has its first: most make no difference."""
    if len(picked) == len(deciding):
        yield picked
        return
    question = deciding[len(picked)]
    given = {q.id: _possible(q)[n] for q, n in zip(deciding, picked, strict=False)}
    for n in range(len(_possible(question)) if question in path(flow, given) else 1):
        yield from _picks(flow, deciding, (*picked, n))


def _possible(question: Question) -> tuple[Answer, ...]:
    """Give what can be answered, as far as conditions can tell: of several choices each alone, and all of them."""
    values = tuple(choice.value for choice in question.choices)
    if question.kind is not Kind.CHOICES:
        return (*values, "") if question.optional else values
    alone = tuple((value,) for value in values)
    return (*alone, values, ()) if question.optional else (*alone, values)


def _deciding(questions: list[Question], given: Mapping[str, set[Answer]]) -> Mapping[str, tuple[str, ...]]:
    return {
        q.id: tuple(value for value in (*(c.value for c in q.choices), "") if _among(value, given[q.id]))
        for q in questions
        if q.id in given and len(given[q.id]) < len(_possible(q))
    }


def _among(value: str, answers: set[Answer]) -> bool:
    """Say whether a choice, or "" for none of them, is an answer or the whole of one."""
    return not answers.isdisjoint((value, (value,) if value else ()))


def screens(flow: Flow, words: Words, blanks: Callable[[State], Blanks], sample: Sample) -> Iterator[Screen]:
    """Give every screen a flow can show: questions new, answered and late, advice, its check page and its ends.

    Args:
        flow: the flow.
        words: the wording of buttons and remarks.
        blanks: gives what fills the flow's own lines in a state.
        sample: what is written into it.
    """

    def at(state: State, *remarks: Remark) -> Prompt | Notice:
        question = None if state.over else current(flow, state)
        quotes = sample.quotes if question and question.quotes else ()
        given = blanks(state)
        return show(flow, state, words, given, sample.today, remarks=remarks, names=sample.names, quotes=quotes)

    found = ways(flow, sample)
    for way in found:
        given: dict[str, Answer] = {}
        for turn, question in enumerate(way.questions):
            if question.kind is not Kind.LOOKUP:  # no screen waits at one
                asked = State(TALK, flow.digest, "asking", given, turn)
                yield Screen("question", at(asked), question.id)
                yield Screen("late", at(asked, Remark("moved-on")), question.id)
                editing = replace(asked, answers={**given, question.id: way.answers[question.id]}, editing=question.id)
                yield Screen("answered", at(editing), question.id)
            given = {**given, question.id: way.answers[question.id]}
        done = State(TALK, flow.digest, "checking", given, len(way.questions))
        if flow.is_checked:
            yield Screen("check", at(done), status="checking")
        yield Screen("stopping", at(replace(done, status="stopping")), status="stopping")
        if flow.procedure == "alert":
            yield Screen("stopping", at(replace(done, status="stopping", raised=True)), status="stopping", raised=True)
    for alert in flow.alerts:
        if alert.say and (state := _after(flow, alert, found)):
            asks = current(flow, state)
            yield Screen("advice", at(state), asks.id if asks else "", state.status, alert=alert)
    for ending in flow.endings:
        yield Screen("ending", at(State(TALK, flow.digest, "ended", {}, 9, said=ending.say)), say=ending.say)
    ended: tuple[Status, ...] = ("sent", "cancelled", "expired")
    for status, raised in product(ended, (False, True) if flow.procedure == "alert" else (False,)):
        over = State(TALK, flow.digest, status, found[0].answers, 9, raised=raised)
        yield Screen("over", at(over), status=status, raised=raised)


def _after(flow: Flow, alert: Alert, found: tuple[Way, ...]) -> State | None:
    """Give a talk in which an alert has just spoken; None where no way leads there."""
    for way in found:
        wanted = {q.id: _wanted(q, alert) for q in way.questions if q.id in alert.when}
        answers = {**way.answers, **wanted}
        on_way = path(flow, answers)
        written = [n for n, q in enumerate(on_way, 1) if q.kind in (Kind.TEXT, Kind.LONG_TEXT)]
        if not applies(alert.when, counted(flow, answers)) or (alert.mentions and not written):
            continue
        spoke = [n for n, q in enumerate(on_way, 1) if q.id in alert.when] + (written[:1] if alert.mentions else [])
        waiting = (n for n, q in enumerate(on_way) if n >= max(spoke, default=0) and q.kind is not Kind.LOOKUP)
        turn = next(waiting, len(on_way))
        given = {q.id: answers[q.id] for q in on_way[:turn]}
        state = State(TALK, flow.digest, "asking", given, turn, severity=alert.severity, said=alert.say)
        return state if current(flow, state) else replace(state, status="checking")
    return None


def _wanted(question: Question, alert: Alert) -> Answer:
    value = next(c.value for c in question.choices if c.value in alert.when[question.id])
    return (value,) if question.kind is Kind.CHOICES else value
