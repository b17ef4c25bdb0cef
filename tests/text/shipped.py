"""The shipped flows as the tests of their wording read them: lines, screens, and every way through. Knows no rule."""

from collections.abc import Iterator
from functools import cache

from bot.files import shipped
from bot.flow.lists import load_lists
from bot.flow.load import load_folder
from bot.flow.model import Answer, Flow, Kind, Question, path
from bot.words import fill

# As the longest names and places of a school would fill them.
BLANKS = {
    "school": "Larch Hill Primary School",
    "senior_team": "senior leadership team",
    "filter": "Schools Broadband",
    "tell": "Mrs Amara Okafor",
    "tell_place": "the office beside the hall",
    "tell_phone": "01632 960101",
    "next": "Mr Daniel Whitcombe",
    "next_phone": "01632 960102",
    "recipients": "the designated safeguarding lead and the deputy",
    "alone": "",
    "deadline": "3 pm today",
    "lado": "01632 960201",
    "mash": "01632 960202",
    "out_of_hours": "01632 960203",
    "reference": "LH-2041",
}


@cache
def lists() -> dict[str, frozenset[str]]:
    """Give the shipped word lists."""
    return load_lists(shipped("content") / "en" / "lists")


@cache
def flows() -> dict[str, Flow]:
    """Give the shipped flows, by id."""
    return load_folder(shipped("flows"), lists())


def filled(*lines: str) -> tuple[str, ...]:
    """Give the lines with their blanks filled, without those that are empty then."""
    return tuple(text for line in lines if (text := fill(line, BLANKS)))


def advice(flow: Flow) -> tuple[str, ...]:
    """Give the lines that answers bring up: of alerts, and of ends that come early."""
    alerts = [line for alert in flow.alerts for line in alert.say]
    return (*alerts, *(line for ending in flow.endings for line in ending.say))


def messages(flow: Flow) -> tuple[str, ...]:
    """Give every line that a flow says, choices and rows apart."""
    asked = [line for q in flow.questions for line in (q.ask, q.hint)]
    return filled(*flow.intro, *asked, *advice(flow), flow.help, flow.check, *flow.thanks)


def labels(flow: Flow) -> tuple[str, ...]:
    """Give every short text of a flow: title, choices, rows and the sending button."""
    chosen = [line for q in flow.questions for c in q.choices for line in (c.label, c.hint)]
    return filled(flow.title, flow.send, *chosen, *(q.row for q in flow.questions))


def screens(flow: Flow) -> Iterator[tuple[str, ...]]:
    """Give the lines of every screen a question can make, with each alert's advice that may come above it."""
    for place, question in enumerate(flow.questions):
        above = [alert.say for alert in flow.alerts] if place else [flow.intro]
        for lines in ((), *above):
            yield filled(*lines, question.ask, question.hint, flow.help)


def ways(flow: Flow) -> Iterator[tuple[dict[str, Answer], tuple[Question, ...]]]:
    """Give every way through a flow: the answers, and the questions they led past. Words are all "x"."""
    waiting: list[dict[str, Answer]] = [{}]
    while waiting:
        answers = waiting.pop()
        questions = path(flow, answers)
        open_question = next((q for q in questions if q.id not in answers), None)
        if open_question is None:
            yield answers, questions
            continue
        waiting.extend({**answers, open_question.id: given} for given in _possible(open_question))


def _possible(question: Question) -> Iterator[Answer]:
    if question.optional:
        yield () if question.kind is Kind.CHOICES else ""
    if question.kind is Kind.CHOICE:
        yield from (choice.value for choice in question.choices)
    elif question.kind is Kind.CHOICES:
        yield from ((choice.value,) for choice in question.choices)
    elif not question.optional:
        yield "x"
