"""How a case looks: on a card without content, to its reporter, and opened to somebody who may read it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from bot.cases.alert import may_lower, may_open
from bot.cases.model import Case
from bot.flow.model import Flow
from bot.flow.show import Blanks, rows, spoken
from bot.people import Member
from bot.prompt import Button, Card, Row, Token, Tone, Verb
from bot.service.office import Office
from bot.service.reporting import TalkBlanks, stamp
from bot.storage import cases
from bot.storage.cases import Action
from bot.storage.tx import Tx
from bot.words import Words, fill


def _tone(case: Case) -> Tone:
    return "done" if case.status == "closed" else case.severity.word


def _status(case: Case, office: Office) -> str:
    words, book = office.book.words, office.book
    who = office.directory.name(case.acknowledged_by)
    at = stamp(book, case.acknowledged_at) if case.acknowledged_at else ""
    if case.status == "acknowledged" and case.overdue:
        return words.say("status-overdue", who=who, at=at)
    if case.status == "acknowledged" and case.due_by:
        return words.say("status-acknowledged-by", who=who, at=at, by=stamp(book, case.due_by))
    return words.say(f"status-{case.status}", who=who, at=at)


def _facts(case: Case, office: Office) -> tuple[Row, ...]:
    words = office.book.words
    facts = [
        Row(words.say("fact-reference"), case.ref),
        Row(words.say("fact-severity"), words.say(f"severity-{case.severity.word}")),
        Row(words.say("fact-reported"), stamp(office.book, case.reported_at)),
        Row(words.say("fact-status"), _status(case, office)),
    ]
    if not case.complete:
        facts.append(Row(words.say("fact-report"), words.say(f"report-{case.halted or 'coming'}")))
    return tuple(facts)


def _press(office: Office, verb: Verb, case: Case, *, main: bool = False) -> Button:
    return Button(Token(verb, case.ref), office.book.words.say(f"button-{verb}"), main)


def _start(office: Office, flow: str, case: Case) -> Button:
    return Button(Token(Verb.START, case.ref, 0, flow), office.book.words.say(f"button-start-{flow}"))


def face(case: Case, office: Office) -> Card:
    """Give the card of a channel or direct message: reference, kind, severity, age, buttons; never content."""
    words = office.book.words
    buttons = [_press(office, Verb.OPEN, case, main=case.status != "open")]
    if case.status == "open":
        buttons = [
            _press(office, Verb.ACKNOWLEDGE, case, main=True),
            _start(office, "acknowledge", case),
            _press(office, Verb.PASS_ON, case),
            *buttons,
        ]
    return Card(
        case=case.ref,
        rev=case.rev,
        title=words.say("card-title", kind=case.summary, severity=words.say(f"severity-{case.severity.word}")),
        tone=_tone(case),
        facts=_facts(case, office),
        buttons=tuple(buttons),
    )


def withdrawn(case: Case, office: Office) -> Card:
    """Give what takes a card's place where it must no longer be worked on: who has it now is not said."""
    words = office.book.words
    return Card(case.ref, case.rev, words.say("card-withdrawn"), "done", lines=(words.say("card-withdrawn-line"),))


def at_place(case: Case, place: str, office: Office) -> Card:
    """Give the card as one place is to show it."""
    kind, _, name = place.partition(":")
    if kind == "channel":
        return face(case, office) if case.plan.channel == name else withdrawn(case, office)
    member = office.directory.roster.get(name)
    return face(case, office) if member and may_open(case, member) else withdrawn(case, office)


def to_reporter(case: Case, office: Office, reporter: Member, now: datetime, delivered: datetime | None) -> Card:
    """Give a report's card for whoever made it: what happened to it, and nothing that is not so."""
    words, book = office.book.words, office.book
    audience = "pupil" if reporter.is_pupil else "staff"
    late = now - case.reported_at >= book.school.undelivered_after
    unsent = "undelivered" if late else "saved"
    waiting = "unanswered" if case.unanswered else "delivered" if delivered else unsent
    state = waiting if case.status == "open" else case.status
    blanks = {**book.school.numbers, "who": office.directory.name(case.acknowledged_by)}
    said = words.say(f"mine-{state}-{audience}", at=stamp(book, delivered or now), **blanks)
    if reporter.is_pupil:
        told = words.say("mine-title-pupil", at=stamp(book, case.reported_at))
        return Card(case.ref, case.rev, told, "done", lines=(said,))
    facts = (
        Row(words.say("fact-reference"), case.ref),
        Row(words.say("fact-reported"), stamp(book, case.reported_at)),
        Row(words.say("fact-status"), said),
    )
    return Card(case.ref, case.rev, words.say("mine-title-staff", kind=case.summary), _tone(case), facts)


def opened(tx: Tx, office: Office, case: Case, reader: Member, now: datetime) -> Card:
    """Give the whole case: who reported it, what they said in their own words, and everything done since.

    Only `casework.act` with `Open` may come before this: it asks whether the reader may, and records that they did.
    """
    words, book = office.book.words, office.book
    flow = office.flow(tx, case.flow, case.digest)
    answers = cases.answers(tx, case.id)
    reporter = office.directory.person(case.reporter)
    blanks = TalkBlanks(book, office.directory.roster, flow, answers, reporter, case.severity, now, case)
    by = words.say("reported-by-pupil" if reporter.is_pupil else "reported-by", who=reporter.name, klass=reporter.klass)
    card = face(case, office)
    return replace(
        card,
        facts=(*card.facts, Row(words.say("fact-by"), by)),
        lines=_markers(case, office),
        rows=(*rows(flow, answers, words, blanks), *_said_before(tx, case, flow, words, blanks)),
        history=_history(tx, office, case),
        buttons=_work(case, office, reader),
    )


def _said_before(tx: Tx, case: Case, flow: Flow, words: Words, blanks: Blanks) -> Iterator[Row]:
    """Give what the reporter had answered, and then changed or hid: nothing sent is ever lost to whoever reads."""
    *earlier, last = cases.revisions(tx, case.id)
    for question in flow.questions:
        now = last.answers.get(question.id)
        given = {r.answers[question.id]: None for r in earlier if r.answers.get(question.id) not in (None, "", (), now)}
        label = words.say("said-before", label=fill(question.row or question.ask, blanks))
        yield from (Row(label, spoken(question, answer, words, blanks)) for answer in given)


def _markers(case: Case, office: Office) -> tuple[str, ...]:
    words = office.book.words
    lines = []
    if case.plan.held:
        who = words.say("and").join(m.name for m in office.directory.roster.among(case.plan.mentioned))
        lines.append(words.say("marker-held-told" if case.plan.held & case.told else "marker-held", who=who))
    if case.halted:
        lines.append(words.say(f"marker-{case.halted}"))
    return tuple(lines)


def _history(tx: Tx, office: Office, case: Case) -> tuple[Row, ...]:
    """Give what was done, in order, with the words of decisions and notes under their questions' labels."""
    words, book = office.book.words, office.book
    found = []
    for action in _folded(cases.actions(tx, case.id)):
        who = office.directory.name(action.person) if action.person else words.say("nobody-but-time")
        label = words.say(f"action-{action.action}", who=who)
        flow = book.flows.get(str(action.detail.get("flow", "")))
        said = {key: value for key, value in action.detail.items() if key != "flow"}
        lines = [f"{row.label}: {row.value}" for row in rows(flow, said, words, {})] if flow else []
        found.append(Row(label, "\n".join((stamp(book, action.at), *lines))))
    return tuple(found)


def _folded(actions: tuple[Action, ...]) -> Iterator[Action]:
    """Give the actions without the repeats of a report that grew answer by answer: the last of each run stays."""
    for action, following in zip_longest(actions, actions[1:]):
        if not (following and action.action == following.action == "added_to"):
            yield action


def _work(case: Case, office: Office, reader: Member) -> tuple[Button, ...]:
    """Give what the reader can do next."""
    buttons: list[Button] = []
    match case.status:
        case "open":
            buttons += [_press(office, Verb.ACKNOWLEDGE, case, main=True), _start(office, "acknowledge", case)]
            buttons += [_press(office, Verb.PASS_ON, case), _start(office, "note", case)]
        case "acknowledged":
            buttons += [_start(office, "decide", case), _start(office, "note", case)]
            if case.acknowledged_by == reader.id:
                buttons.append(_press(office, Verb.PASS_ON, case))
        case "decided":
            buttons += [_start(office, "close", case), _start(office, "decide", case), _start(office, "note", case)]
        case "closed":
            buttons += [_start(office, "reopen", case)]
    if case.status in ("open", "acknowledged") and may_lower(reader):
        buttons.append(_start(office, "lower", case))
    if case.plan.held and reader.id in case.plan.guardians:
        buttons.append(_start(office, "release", case))
    return tuple(buttons)
