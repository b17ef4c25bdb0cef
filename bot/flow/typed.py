"""Words typed into a chat, read as an event of the talk. Never a guess: a near miss is asked about. Pure."""

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from bot.flow.answers import clean
from bot.flow.lists import normalise
from bot.flow.model import Answer, Answers, Choice, Flow, Kind, Question, path
from bot.flow.step import current
from bot.flow.talk import Back, Event, Give, Help, Keep, Remark, Send, Skip, State, Stop
from bot.words import fill

_NEAR = 85  # of 100; below it a word is not near enough to ask about


def read(flow: Flow, state: State, text: str, commands: Mapping[str, str], blanks: Mapping[str, str]) -> Event | Remark:
    """Turn typed words into an event, or into a remark that asks for something clearer.

    Args:
        flow: the version the talk is pinned to.
        state: the talk; the words answer its present question.
        text: what was typed.
        commands: normalised command words of the language, to "back", "stop", "help", "skip", "send" or "keep".
        blanks: what fills the labels of the choices.
    """
    command = commands.get(normalise(text))
    events: dict[str, Event] = {
        "back": Back(state.turn),
        "stop": Stop(state.turn),
        "help": Help(),
    }
    if state.status == "stopping":
        events["keep"] = Keep(state.turn)
    question = None if state.status == "stopping" else current(flow, state)
    if question is None and state.status == "checking":
        events["send"] = Send(state.turn)
    if question is not None:
        events["skip"] = Skip(state.turn)
    if command in events:
        return events[command]
    if question is None:
        return Remark("type-stop-or-keep" if state.status == "stopping" else "type-send", error=True)
    if question.kind not in (Kind.CHOICE, Kind.CHOICES):
        return Give(state.turn, (text,))
    parts = text.split(",") if question.kind is Kind.CHOICES else [text]
    found = [_choice(question.choices, part, blanks) for part in parts]
    values = tuple(f for f in found if isinstance(f, str))
    if len(values) == len(found):
        return Give(state.turn, values)
    return next(f for f in found if isinstance(f, Remark))


def first_words(flow: Flow, text: str) -> Answers:
    """Give the answers of a talk that began with somebody's own words: the words, as the first long answer the flow
    asks for, and the choices that lead there. {} where it asks for none, or there are no words.

    More than the question takes is cut off: of what somebody pours out, the beginning is far better than a mistake.
    """
    words = clean(text)
    for question in flow.questions:
        led = _leading_to(flow, question)
        if words and question.kind is Kind.LONG_TEXT and question in path(flow, led):
            return {**led, question.id: words[: question.limit]}
    return {}


def _leading_to(flow: Flow, question: Question) -> dict[str, Answer]:
    """Give answers under which a question is asked: of each question that it depends on, the first that will do."""
    led: dict[str, Answer] = {}
    for question_id, wanted in question.when.items():
        if earlier := flow.question(question_id):
            value = next(c.value for c in earlier.choices if c.value in wanted)
            answer: Answer = (value,) if earlier.kind is Kind.CHOICES else value
            led |= {**_leading_to(flow, earlier), question_id: answer}
    return led


def _choice(choices: tuple[Choice, ...], typed: str, blanks: Mapping[str, str]) -> str | Remark:
    """Give the value of the choice whose number or whole label was typed."""
    said = normalise(typed)
    labels = {normalise(fill(c.label, blanks)): (number, c) for number, c in enumerate(choices, 1)}
    if said in labels:
        return labels[said][1].value
    if said.isascii() and said.isdecimal() and 1 <= int(said[:6]) <= len(choices):
        return choices[int(said[:6]) - 1].value
    near = process.extractOne(said, list(labels), scorer=fuzz.ratio, score_cutoff=_NEAR)
    if near is None:
        return Remark("type-a-number", {"last": str(len(choices))}, error=True)
    number, choice = labels[near[0]]
    return Remark("did-you-mean", {"label": fill(choice.label, blanks), "number": str(number)}, error=True)
