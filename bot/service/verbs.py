"""Casework talks: what a finished one (a decision, a note, a closing) asks of its case. One job each."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.cases.alert import decide, may_lower, may_open
from bot.cases.model import Case, CaseVerb, Close, Decide, Lower, Note, Refused, Talked
from bot.flow.model import Answer, Flow, Severity
from bot.flow.talk import Raise, Remark
from bot.people import Member
from bot.prompt import Notice
from bot.service import casework
from bot.service.office import Office
from bot.service.reporting import moment
from bot.storage import cases
from bot.storage.talks import Talk
from bot.storage.tx import Tx

NOT_YOURS = Refused("not-yours")


def perform(
    tx: Tx, office: Office, talk: Talk, flow: Flow, raised: Raise, member: Member, now: datetime
) -> Refused | None:
    """Do what a finished casework talk asks; None when it was done, else why the case does not allow it."""
    detail = {"flow": flow.id, **raised.answers}
    if flow.verb == "talked":
        said = Talked(unheard=raised.answers.get("talked") == "no")
        return None if casework.hear(tx, talk.about, said, member, now, detail) else NOT_YOURS
    case = cases.load(tx, talk.about)
    verb = _verb(office, case, flow.verb, raised.answers, member, now) if case else NOT_YOURS
    if isinstance(verb, Refused):
        return verb
    done = casework.act(tx, talk.about, verb, member, now, detail)
    return done[1] if done else NOT_YOURS


def may_begin(case: Case, flow: Flow, member: Member) -> bool:
    """Say whether a talk about a case is for somebody: casework for who may open it, 'talked' for its reporter."""
    if flow.verb == "talked":
        return case.reporter == member.id
    return flow.audience == "caseworker" and may_open(case, member)


def hindrance(office: Office, case: Case, flow: Flow, member: Member, now: datetime) -> Refused | None:
    """Give why a casework talk need not be begun: nobody is to write a record that cannot be kept then."""
    if flow.verb == "lower" and not may_lower(member):
        return NOT_YOURS
    trials: Mapping[str, CaseVerb] = {
        "acknowledge": casework.acknowledgement(office, case, now),
        "decide": Decide(),
        "close": Close(),
        "reopen": casework.reopening(office, case, now),
        "lower": Lower(Severity.ROUTINE),
    }
    effects = decide(case, trials[flow.verb], member.id, now).effects if flow.verb in trials else ()
    return next((effect for effect in effects if isinstance(effect, Refused)), None)


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
            return Lower(Severity.of(str(answers["severity"]))) if may_lower(member) else NOT_YOURS
        case "note":
            return Note()
        case _:
            raise ValueError(f"no case can be asked to {name!r}")  # the flow loader knows the verbs


def why(office: Office, refused: Refused, now: datetime) -> Remark:
    """Give the words for what could not be done, with who was first and when."""
    at = moment(office.book, refused.at, now) if refused.at else ""
    return Remark(f"refused-{refused.key}", {"who": office.directory.name(refused.who), "at": at}, error=True)


def refusal(office: Office, refused: Refused, now: datetime) -> Notice:
    """Give the same as a notice."""
    remark = why(office, refused, now)
    return Notice((office.book.words.say(remark.key, **remark.blanks),))


def not_yours(office: Office) -> Notice:
    """Give what is said of a case or talk that is not there, or not this person's: the two look alike."""
    return Notice((office.book.words.say(f"refused-{NOT_YOURS.key}"),))
