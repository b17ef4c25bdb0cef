"""How a case looks: on a card without content, to its reporter, and opened to somebody who may read it."""

from dataclasses import replace
from datetime import datetime

from bot.cases import approval
from bot.cases.access import asked_for, may_open
from bot.cases.model import Case
from bot.cases.routing import is_alone
from bot.flow.show import rows
from bot.people import Member
from bot.prompt import Card, Row, Tone
from bot.service import buttons, history
from bot.service.office import Office
from bot.service.reporting import TalkBlanks, any_of, last_day, stamp
from bot.storage import cases
from bot.storage.tx import Tx
from bot.words import Words


def _tone(case: Case) -> Tone:
    return "done" if case.status == "closed" else case.severity.word


def _stage(case: Case) -> str:
    """Give the name under which the wording speaks of where a case stands."""
    if case.procedure == "alert":
        return case.status
    if case.approval:
        return f"{case.kind}-{approval.stage(case)}"
    early = case.span and case.closed_at and case.closed_at < case.span.last
    return f"{case.kind}-{'declined' if early else case.status}"


def _stage_blanks(case: Case, office: Office) -> dict[str, str]:
    book = office.book
    until = case.approval.until if case.approval else None
    return {
        **book.school.numbers,
        "who": office.directory.name(case.acknowledged_by),
        "at": stamp(book, case.acknowledged_at) if case.acknowledged_at else "",
        "by": stamp(book, case.due_by) if case.due_by else "",
        "until": last_day(book, until) if until else "",
        "recipients": any_of(book, case.plan.rungs[0].roles if case.plan.rungs else ()),
    }


def _status(case: Case, office: Office) -> str:
    stage = _stage(case)
    if stage == "acknowledged":
        stage = "overdue" if case.overdue else "acknowledged-by" if case.due_by else stage
    return office.book.words.say(f"status-{stage}", **_stage_blanks(case, office))


def _facts(case: Case, office: Office) -> tuple[Row, ...]:
    words = office.book.words
    facts = [Row(words.say("fact-reference"), case.ref)]
    if case.procedure == "alert":
        facts.append(Row(words.say("fact-severity"), words.say(f"severity-{case.severity.word}")))
    sent = "fact-reported" if case.procedure == "alert" else "fact-sent"
    facts += [
        Row(words.say(sent), stamp(office.book, case.reported_at)),
        Row(words.say("fact-status"), _status(case, office)),
    ]
    if not case.complete:
        facts.append(Row(words.say("fact-report"), words.say(f"report-{case.halted or 'coming'}")))
    if case.part:
        who, at = office.directory.name(case.part.who), stamp(office.book, case.part.at)
        said = words.say(f"part-{case.part.stage}", reference=case.part.ref, who=who, at=at)
        facts.append(Row(words.say("fact-part"), said))
    if case.expected:  # beside the alert, and never instead of it
        facts.append(Row(words.say("fact-expected"), words.say("expected", reference=case.expected)))
    if case.unlisted:
        facts.append(Row(words.say("fact-unlisted"), words.say("unlisted")))
    if case.made_for:
        facts.append(Row(words.say("fact-made-for"), case.made_for))
    return tuple(facts)


def face(case: Case, office: Office) -> Card:
    """Give the card of a channel or direct message: reference, kind, severity, age, buttons; never content."""
    return Card(
        case=case.ref,
        rev=case.rev,
        title=_title(case, office.book.words),
        tone=_tone(case),
        facts=_facts(case, office),
        buttons=buttons.on_card(case, office),
    )


def _title(case: Case, words: Words) -> str:
    if case.made_for:
        return words.say("card-title-task", kind=case.summary)
    if case.procedure != "alert":
        return case.summary
    return words.say("card-title", kind=case.summary, severity=words.say(f"severity-{case.severity.word}"))


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
    if case.procedure != "alert":
        facts = (
            Row(words.say("fact-reference"), case.ref),
            Row(words.say("fact-sent"), stamp(book, case.reported_at)),
            Row(words.say("fact-status"), words.say(f"mine-{_stage(case)}", **_stage_blanks(case, office))),
        )
        return Card(case.ref, case.rev, case.summary, _tone(case), facts, buttons=(buttons.read(case, office),))
    audience = "pupil" if reporter.talking_as(case.unlisted).is_pupil else "staff"
    late = now - case.reported_at >= book.school.undelivered_after
    unsent = "undelivered" if late else "saved"
    waiting = "unanswered" if case.unanswered else "delivered" if delivered else unsent
    if is_alone(case.plan, case.reporter):
        waiting = "alone"
    state = waiting if case.status == "open" else case.status
    blanks = {**book.school.numbers, "who": office.directory.name(case.acknowledged_by)}
    said = words.say(f"mine-{state}-{audience}", at=stamp(book, delivered or now), **blanks)
    if audience == "pupil":
        told = words.say("mine-title-pupil", at=stamp(book, case.reported_at))
        return Card(case.ref, case.rev, told, "done", lines=(said,))
    facts = (
        Row(words.say("fact-reference"), case.ref),
        Row(words.say("fact-reported"), stamp(book, case.reported_at)),
        Row(words.say("fact-status"), said),
    )
    return Card(case.ref, case.rev, words.say("mine-title-staff", kind=case.summary), _tone(case), facts)


def own(tx: Tx, office: Office, case: Case, reporter: Member, now: datetime) -> Card:
    """Give somebody their own request, record, notice or question, with each step and the words that came back."""
    flow = office.flow(tx, case.flow, case.digest)
    answers = cases.answers(tx, case.id)
    blanks = TalkBlanks(office.book, office.directory.roster, flow, answers, reporter, case.severity, now, case)
    return replace(
        to_reporter(case, office, reporter, now, None),
        facts=(*_facts(case, office), *_agreed(tx, office, case)),
        rows=rows(flow, history.given(answers), office.book.words, blanks),
        history=history.done(tx, office, case, without=history.UNTOLD),
        buttons=(),
    )


def opened(tx: Tx, office: Office, case: Case, reader: Member, now: datetime) -> Card:
    """Give the whole case: who reported it, what they said in their own words, and everything done since.

    Only `casework.act` with `Open` may come before this: it asks whether the reader may, and records that they did.
    """
    words, book = office.book.words, office.book
    flow = office.flow(tx, case.flow, case.digest)
    answers = cases.answers(tx, case.id)
    reporter = office.directory.person(case.reporter)
    blanks = TalkBlanks(book, office.directory.roster, flow, answers, reporter, case.severity, now, case)
    by = words.say("reported-unnamed") if case.unnamed else _told_by(case, reporter, words)
    # IT may see to what one of them asked for, and still does not read what was noted down about that.
    without = history.UNTOLD if asked_for(case, reader) else frozenset[str]()
    card = face(case, office)
    return replace(
        card,
        facts=(
            *card.facts,
            *_agreed(tx, office, case),
            Row(words.say("fact-by" if case.procedure == "alert" else "fact-from"), by),
        ),
        lines=_markers(case, office),
        rows=(*rows(flow, history.given(answers), words, blanks), *history.said_before(tx, case, flow, words, blanks)),
        history=(*history.done(tx, office, case, without), *history.of_part(tx, office, case)),
        buttons=buttons.when_open(case, office, reader),
    )


def _told_by(case: Case, reporter: Member, words: Words) -> str:
    if not case.unlisted:
        return words.say(
            "reported-by-pupil" if reporter.is_pupil else "reported-by", who=reporter.name, klass=reporter.klass
        )
    if reporter.listed:
        return words.say("told-by-recognised", who=reporter.name)
    return words.say("told-by-child" if case.unlisted == "pupil" else "told-by-adult", who=reporter.name)


def _agreed(tx: Tx, office: Office, case: Case) -> tuple[Row, ...]:
    """Give what was agreed to, where that is less than was asked, and until when: IT opens this and nothing more."""
    if case.approval is None or case.status not in ("approved", "done"):
        return ()
    words, until = office.book.words, case.approval.until
    said = [a.detail.get("instead") for a in cases.actions(tx, case.id) if a.action == "approved"]
    facts = [Row(words.say("fact-agreed"), str(instead)) for instead in said if instead]
    if until and not case.approval.undoing:
        facts.append(Row(words.say("fact-until"), last_day(office.book, until)))
    return tuple(facts)


def _markers(case: Case, office: Office) -> tuple[str, ...]:
    words = office.book.words
    lines = []
    if case.plan.adult:
        lines.append(words.say("marker-adult", **office.book.school.numbers))
    if case.plan.held:
        who = words.say("and").join(m.name for m in office.directory.roster.among(case.plan.mentioned))
        lines.append(words.say("marker-held-told" if case.plan.held & case.told else "marker-held", who=who))
    if case.unlisted and not office.directory.person(case.reporter).listed:
        lines.append(words.say("marker-unlisted"))
    if case.halted:
        lines.append(words.say(f"marker-{case.halted}"))
    return tuple(lines)
