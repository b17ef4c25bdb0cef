"""What was said and done in a case so far, as those who may open it read it. Must not know how a card looks."""

from collections.abc import Iterator
from itertools import zip_longest

from bot.cases.model import Case
from bot.flow.model import Answers, Flow
from bot.flow.show import Blanks, rows, spoken
from bot.prompt import Row
from bot.service.office import Office
from bot.service.reporting import stamp
from bot.storage import cases
from bot.storage.cases import Action
from bot.storage.tx import Tx
from bot.words import Words, fill

_REPORTING = frozenset({"sent", "reported", "added_to", "completed", "stopped", "timeout"})
UNTOLD = frozenset({"opened", "noted"})  # what whoever asked is not told: who looked, and what they noted down
_NOT_OF_PART = UNTOLD | {"sent", "escalated", "ladder_ended"}  # the report says when it was sent


def given(answers: Answers) -> Answers:
    """Give the answers without the questions that were skipped: a reader looks for what was said."""
    return {key: answer for key, answer in answers.items() if answer}


def said_before(tx: Tx, case: Case, flow: Flow, words: Words, blanks: Blanks) -> Iterator[Row]:
    """Give what the reporter had answered, and then changed or hid: nothing sent is ever lost to whoever reads."""
    *earlier, last = cases.revisions(tx, case.id)
    for question in flow.questions:
        now = last.answers.get(question.id)
        others = {
            r.answers[question.id]: None for r in earlier if r.answers.get(question.id) not in (None, "", (), now)
        }
        label = words.say("said-before", label=fill(question.row or question.ask, blanks))
        yield from (Row(label, spoken(question, answer, words, blanks)) for answer in others)


def done(tx: Tx, office: Office, case: Case, without: frozenset[str] = frozenset()) -> tuple[Row, ...]:
    """Give what was done, in order, with the words of decisions and notes under their questions' labels."""
    words, book = office.book.words, office.book
    found = []
    for action in _folded(cases.actions(tx, case.id)):
        if action.action in without:
            continue
        who = office.directory.name(action.person) if action.person else words.say("nobody-but-time")
        # Only of what they did as the reporter: one who also works on the case would be known by the rest of it.
        if case.unnamed and action.person == case.reporter and action.action in _REPORTING:
            who = words.say("somebody-unnamed")
        label = words.say(f"action-{action.action}", who=who)
        flow = book.flows.get(str(action.detail.get("flow", "")))
        said = {key: value for key, value in action.detail.items() if key != "flow"}
        lines = [f"{row.label}: {row.value}" for row in rows(flow, given(said), words, {})] if flow else []
        found.append(Row(label, "\n".join((stamp(book, action.at), *lines))))
    return tuple(found)


def of_part(tx: Tx, office: Office, report: Case) -> tuple[Row, ...]:
    """Give what was done about IT's part of a report, for those who read the report itself; () where there is none."""
    task = cases.load(tx, report.part.ref) if report.part else None
    if task is None:
        return ()
    words, steps = office.book.words, done(tx, office, task, _NOT_OF_PART)
    return tuple(Row(words.say("part-step", step=row.label), row.value) for row in steps)


def _folded(actions: tuple[Action, ...]) -> Iterator[Action]:
    """Give the actions without the repeats of a report that grew answer by answer: the last of each run stays."""
    for action, following in zip_longest(actions, actions[1:]):
        if not (following and action.action == following.action == "added_to"):
            yield action
