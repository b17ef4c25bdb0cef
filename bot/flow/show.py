"""What a talk looks like now: the same flow, state and remarks always give the same screen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypedDict

from bot.flow.addresses import unlinked
from bot.flow.model import Answer, Choice, Flow, Kind, Question, Severity, path
from bot.flow.step import to_ask
from bot.flow.talk import Remark, State
from bot.prompt import (
    Address,
    Button,
    Choose,
    Day,
    Field,
    Notice,
    Option,
    Person,
    Prompt,
    Quotation,
    Row,
    Token,
    Verb,
    Write,
)
from bot.words import Words, fill

Blanks = Mapping[str, str]
_HELP = frozenset({"help-staff", "help-pupil", "help-pupil-told"})  # what `step` remarks when somebody asks for help


def show(
    flow: Flow,
    state: State,
    words: Words,
    blanks: Blanks,
    today: date,
    *,
    remarks: tuple[Remark, ...] = (),
    standing: tuple[Remark, ...] = (),
    given: tuple[str, ...] | None = None,
    names: tuple[str, ...] = (),
    quotes: tuple[Quotation, ...] = (),
) -> Prompt | Notice:
    """Give the screen of a talk.

    Args:
        flow: the version the talk is pinned to.
        state: the talk.
        words: the wording of buttons and remarks.
        blanks: what fills the flow's own lines: `tell`, `tell_phone`, `reference` and so on.
        today: the school's date, the latest day that can be answered.
        remarks: what the last step had to say, which is said once.
        standing: what the screen says whenever it is shown, beside the flow's own lines.
        given: what was just answered, when it was refused and is to be put right.
        names: the names a person question suggests.
        quotes: what the school's policies say, for a question that shows it.

    Returns:
        A prompt while the talk goes on; once it is over, a notice of how it ended.
    """
    said = tuple(_remark(words.lines[r.key], r, blanks) for r in remarks if not r.error)
    always = tuple(_remark(words.lines[r.key], r, blanks) for r in standing)
    if state.over:
        return _ending(flow, state, words, blanks, (*said, *always))
    error = " ".join(words.say(r.key, **r.blanks) for r in remarks if r.error)
    intro = flow.intro if state.turn == 0 and state.status == "asking" else ()
    advice = tuple(fill(line, blanks) for line in state.said)
    before = (*(fill(line, blanks) for line in intro), *always, *advice)
    # Which of the flow's alerts spoke last is not kept; its words are its own.
    pressing = any(a.say == state.said and a.severity == Severity.URGENT for a in flow.alerts)
    helped = tuple(_remark(words.lines[r.key], r, blanks) for r in remarks if r.key in _HELP)
    around: _Around = {
        "remarks": tuple(line for line in said if line),
        "lines": tuple(line for line in before if line),
        "urgent": tuple(line for line in (*helped, *(advice if pressing else ())) if line),
        "quotes": quotes,
        "error": error,
        "pupil": flow.audience == "pupil",
    }
    screen = _screen(flow, state, words, blanks, today, names, around)
    return screen if given is None else replace(screen, value=given)


class _Around(TypedDict):
    """What is said around every kind of screen."""

    remarks: tuple[str, ...]
    lines: tuple[str, ...]
    urgent: tuple[str, ...]
    quotes: tuple[Quotation, ...]
    error: str
    pupil: bool


def _screen(
    flow: Flow, state: State, words: Words, blanks: Blanks, today: date, names: tuple[str, ...], around: _Around
) -> Prompt:
    if state.status == "stopping":
        return _stopping(flow, state, words, around)
    applying = path(flow, state.answers)
    question = to_ask(applying, state.answers, state.editing)
    questions = _asked(applying)
    if question is None:
        return _checking(flow, state, questions, words, blanks, around)
    kept = state.answers.get(question.id, "")
    place = questions.index(question)
    most = _most(flow, state, questions[place:], len(questions))
    buttons = [_button(words, state, Verb.BACK)] if place else []
    if question.optional:
        buttons.append(_button(words, state, Verb.SKIP))
    return Prompt(
        talk=state.talk,
        turn=state.turn,
        title=flow.title,
        ask=fill(question.ask, blanks),
        help=fill(flow.help, blanks),
        hint=fill(question.hint, blanks),
        progress=words.say("progress", number=str(place + 1), about=str(most)),
        field=_field(question, blanks, today, names),
        value=_as_values(kept),
        buttons=(*buttons, *_always(words, state)),
        submit=Button(Token(Verb.ANSWER, state.talk, state.turn), words.say("button-continue"), main=True),
        **around,
    )


def _asked(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Give those of the questions that apply that a person answers."""
    return tuple(q for q in questions if q.kind is not Kind.LOOKUP)


def _most(flow: Flow, state: State, ahead: tuple[Question, ...], known: int) -> int:
    """Give how many questions there may be: 'about 3' must not turn into 15 with the next answer.

    `ahead` are the questions from here on; the first that others depend on is tried with each of its answers.
    """
    deciding = {question_id for q in flow.questions for question_id in q.when}
    fork = next((q for q in ahead if q.id in deciding), None)
    choices = fork.choices if fork else ()
    given = ({**state.answers, fork.id: c.value} for c in choices if fork)
    return max([known, *(len(_asked(path(flow, answers))) for answers in given)])


def _remark(line: str, remark: Remark, blanks: Blanks) -> str:
    # The talk's blanks are asked for only by a line that has one: a plan of who is told comes with them.
    return fill(line, {**blanks, **remark.blanks} if remark.blanks else blanks)


def _button(words: Words, state: State, verb: Verb, arg: str = "", *, main: bool = False) -> Button:
    return Button(Token(verb, state.talk, state.turn, arg), words.say(f"button-{verb}"), main)


def _always(words: Words, state: State) -> tuple[Button, ...]:
    """Every screen can be stopped and can call for help (child_rules CH-11)."""
    return _button(words, state, Verb.STOP), _button(words, state, Verb.HELP)


def _as_values(answer: Answer) -> tuple[str, ...]:
    return answer if isinstance(answer, tuple) else ((answer,) if answer else ())


def _field(question: Question, blanks: Blanks, today: date, names: tuple[str, ...]) -> Field:
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            options = tuple(Option(c.value, fill(c.label, blanks), fill(c.hint, blanks)) for c in question.choices)
            return Choose(options, many=question.kind is Kind.CHOICES)
        case Kind.TEXT | Kind.LONG_TEXT:
            return Write(question.limit, long=question.kind is Kind.LONG_TEXT)
        case Kind.DATE:
            return Day(earliest=today) if question.ahead else Day(latest=today)
        case Kind.ADDRESS:
            return Address(question.limit)
        case Kind.LOOKUP:
            raise ValueError(f"{question.id!r} is answered by Beacon, and never shown")
        case Kind.PERSON:
            return Person(names, question.limit)


def _label(choices: tuple[Choice, ...], value: str, blanks: Blanks) -> str:
    return next((fill(c.label, blanks) for c in choices if c.value == value), value)


def spoken(question: Question, answer: Answer, words: Words, blanks: Blanks) -> str:
    """Give an answer as people read it: labels for choices, and anybody's own words exactly as they are."""
    chosen = _as_values(answer)
    if not chosen:
        return words.say("skipped")
    if question.kind is Kind.ADDRESS:
        return unlinked(chosen[0])
    if question.kind is Kind.DATE:
        day = date.fromisoformat(chosen[0])
        return f"{day.day} {words.say(f'month-{day.month}')} {day.year}"
    return ", ".join(_label(question.choices, value, blanks) for value in chosen)


def rows(flow: Flow, answers: Mapping[str, Answer], words: Words, blanks: Blanks) -> tuple[Row, ...]:
    """Give the answers of the questions that apply, as label and spoken answer, in the flow's order."""
    return tuple(
        Row(fill(q.row or q.ask, blanks), spoken(q, answers[q.id], words, blanks))
        for q in _asked(path(flow, answers))
        if q.id in answers
    )


def _checking(
    flow: Flow, state: State, questions: Iterable[Question], words: Words, blanks: Blanks, around: _Around
) -> Prompt:
    changes = [Button(Token(Verb.CHANGE, state.talk, state.turn, q.id), words.say("button-change")) for q in questions]
    shown = rows(flow, state.answers, words, blanks)
    return Prompt(
        talk=state.talk,
        turn=state.turn,
        title=flow.title,
        ask=fill(flow.check, blanks),
        help=fill(flow.help, blanks),
        rows=tuple(Row(r.label, r.value, change) for r, change in zip(shown, changes, strict=True)),
        buttons=(_button(words, state, Verb.BACK), *_always(words, state)),
        submit=Button(Token(Verb.SEND, state.talk, state.turn), fill(flow.send, blanks), main=True),
        **around,
    )


def _stopping(flow: Flow, state: State, words: Words, around: _Around) -> Prompt:
    """Ask once before somebody's words are thrown away."""
    told = "stop-ask-told" if state.raised else "stop-ask"
    return Prompt(
        talk=state.talk,
        turn=state.turn,
        title=flow.title,
        ask=words.say(told),
        buttons=(_button(words, state, Verb.STOP),),
        submit=_button(words, state, Verb.KEEP, main=True),
        **around,
    )


def _ending(flow: Flow, state: State, words: Words, blanks: Blanks, lines: tuple[str, ...]) -> Notice:
    if state.status == "sent":
        thanks = (fill(line, blanks) for line in flow.thanks)
        return Notice((*lines, *thanks), title=words.say(f"sent-{flow.audience}"))
    if state.status == "ended":
        return Notice((*lines, *(fill(line, blanks) for line in state.said)), title=flow.title)
    passed = "passed-on" if state.raised else "not-kept"
    said = words.say(f"{state.status}-{passed}-{flow.audience}", **blanks)
    return Notice((*lines, said), title=words.say(f"{state.status}-title"))
