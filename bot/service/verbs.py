"""Casework talks: what a finished one (a decision, a note, a closing) asks of its case. One job each."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.cases.model import Case, CaseVerb, Close, Decide, Lower, Note, Refused
from bot.flow.model import Answer, Flow, Severity
from bot.flow.talk import Raise
from bot.people import Member
from bot.prompt import Notice
from bot.service import casework
from bot.service.cards import may_lower
from bot.service.office import Office
from bot.service.reporting import moment
from bot.storage import cases
from bot.storage.talks import Talk
from bot.storage.tx import Tx


def perform(
    tx: Tx, office: Office, talk: Talk, flow: Flow, raised: Raise, member: Member, now: datetime
) -> Notice | None:
    """Do what a finished casework talk asks; None when it was done.

    When the case has moved on so that it cannot be done, what was written is kept on the case as a note: words of a
    decision are never thrown away. The notice says so.
    """
    case = cases.load(tx, talk.about)
    if case is None:
        return not_yours(office)
    verb = _verb(office, case, flow.verb, raised.answers, member, now)
    detail = {"flow": flow.id, **raised.answers}
    if not isinstance(verb, Refused):
        done = casework.act(tx, talk.about, verb, member, now, detail)
        if done is None:
            return not_yours(office)
        if done[1] is None:
            return None
        verb = done[1]
    casework.act(tx, talk.about, Note(), member, now, detail)
    kept = office.book.words.say("kept-as-note")
    return Notice((*refusal(office, verb, now).lines, kept))


def _verb(
    office: Office, case: Case, name: str, answers: Mapping[str, Answer], member: Member, now: datetime
) -> CaseVerb | Refused:
    match name:
        case "acknowledge":
            minutes = int(str(answers["by"]).removeprefix("m"))
            return casework.acknowledgement(office, case, now, now + timedelta(minutes=minutes) if minutes else None)
        case "decide":
            return Decide()
        case "close":
            if office.book.school.record == "external" and not answers.get("record"):
                return Refused("record-needed")
            return Close()
        case "reopen":
            return casework.reopening(office, case, now)
        case "lower":
            return Lower(Severity.of(str(answers["severity"]))) if may_lower(member) else Refused("not-yours")
        case "note":
            return Note()
        case _:
            raise ValueError(f"no case can be asked to {name!r}")  # the flow loader knows the verbs


def refusal(office: Office, refused: Refused, now: datetime) -> Notice:
    """Give the words for what could not be done, with who was first and when."""
    book = office.book
    at = moment(book, refused.at, now) if refused.at else ""
    return Notice((book.words.say(f"refused-{refused.key}", who=office.directory.name(refused.who), at=at),))


def not_yours(office: Office) -> Notice:
    """Give what is said of a case or talk that is not there, or not this person's: the two look alike."""
    return Notice((office.book.words.say("refused-not-yours"),))
