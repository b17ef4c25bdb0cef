"""Casework talks: what a finished one (a decision, a note, a closing) asks of its case. One job each."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.cases import approval
from bot.cases.access import may_lower, may_open
from bot.cases.model import (
    Approve,
    AskAgain,
    CannotDo,
    Case,
    CaseVerb,
    Close,
    Decide,
    Done,
    EndEarly,
    GiveUp,
    Lower,
    Note,
    Refuse,
    Refused,
    Respond,
    Talked,
)
from bot.cases.procedures import decide
from bot.flow.model import Answer, Flow, Severity
from bot.flow.talk import Raise, Remark
from bot.people import Member
from bot.prompt import Notice
from bot.service import casework, matters, today
from bot.service.office import Office
from bot.service.reporting import moment
from bot.storage import cases
from bot.storage.talks import Talk
from bot.storage.tx import Tx

NOT_YOURS = Refused("not-yours")
_NOT_ASKED = Refused("not-asked")
_OVER = Refused("over-meanwhile")
_REPLIES = {"agreed": Respond("agreed"), "talk": Respond("talk"), "declined": Respond("declined")}
_WORK: Mapping[str, frozenset[str]] = {  # what can be asked of a case, by its procedure
    "alert": frozenset(
        {"acknowledge", "decide", "note", "close", "reopen", "lower", "release", "talked"},
    ),
    "approval": frozenset({"approve", "done", "cannot", "settle", "block", "note"}),
    "record": frozenset({"note"}),
    "notice": frozenset({"reply", "note"}),
    "question": frozenset({"answer", "note"}),
}

_FLOWS = {"task": ("done", "cannot"), "returned": ("settle",)}


def perform(
    tx: Tx, office: Office, talk: Talk, flow: Flow, raised: Raise, member: Member, now: datetime, *, told: bool
) -> Refused | None:
    """Do what a casework talk asks; None when it was done, else why the case does not allow it.

    It asks when it is finished. Only 'talked' does so before: the moment a child says no, or presses for help, and
    `told` says that this was before.
    """
    detail = {"flow": flow.id, **raised.answers}
    if flow.verb == "talked":
        said = Talked(unheard=not raised.complete or raised.answers.get("talked") == "no")
        done = told or casework.hear(tx, office, talk.about, said, member, now, detail)
        return None if done else NOT_YOURS
    if not raised.complete:
        return None
    case = cases.load(tx, talk.about)
    if case is None:
        return NOT_YOURS
    if not _waits_for(case, flow, member):
        return _NOT_ASKED
    if flow.verb in ("done", "cannot") and _ended_meanwhile(case, talk):
        return _OVER
    verb = _verb(tx, office, case, flow.verb, raised.answers, member, now)
    if isinstance(verb, Refused):
        return verb
    acted = casework.act(tx, office, talk.about, verb, member, now, detail)
    return acted[1] if acted else NOT_YOURS


def may_begin(case: Case, flow: Flow, member: Member) -> bool:
    """Say whether somebody may begin a talk about a case: a child says only once whether anybody came."""
    return may_go_on(case, flow, member) and not (flow.verb == "talked" and case.heard)


def may_go_on(case: Case, flow: Flow, member: Member) -> bool:
    """Say whether a talk about a case is for somebody: casework for who may open it, 'talked' for its child."""
    if flow.verb not in _WORK[case.procedure]:
        return False
    if flow.verb == "talked":
        return case.reporter == member.id and (member.is_pupil if member.listed else case.unlisted == "pupil")
    return flow.audience == "caseworker" and may_open(case, member)


def hindrance(tx: Tx, office: Office, case: Case, flow: Flow, member: Member, now: datetime) -> Refused | None:
    """Give why a casework talk need not be begun: nobody is to write a record that cannot be kept then."""
    if flow.verb == "lower" and not may_lower(member):
        return NOT_YOURS
    if not _waits_for(case, flow, member):
        return _NOT_ASKED
    trials: Mapping[str, Callable[[], CaseVerb]] = {
        "acknowledge": lambda: today.acknowledgement(office, case, now),
        "decide": Decide,
        "close": Close,
        "reopen": lambda: today.reopening(office, case, now),
        "lower": lambda: Lower(Severity.ROUTINE),
        "release": lambda: today.release(tx, office, case, now),
        "approve": Approve,
        "done": Done,
        "cannot": CannotDo,
        "settle": AskAgain,
        "block": EndEarly,
        "reply": lambda: Respond("agreed"),
        "answer": lambda: Respond("answered"),
    }
    effects = decide(case, trials[flow.verb](), member.id, now).effects if flow.verb in trials else ()
    return next((effect for effect in effects if isinstance(effect, Refused)), None)


def gate_flows(gate: str) -> tuple[str, ...]:
    """Give the ids of the flows in which somebody decides at a gate of an approval, the usual one first.

    The task has two, and so has whoever it came from when it cannot be done.
    """
    return _FLOWS.get(gate, (f"approve_{gate}",))


def _waits_for(case: Case, flow: Flow, member: Member) -> bool:
    """Say whether a decision or a task is still this person's: somebody else at the gate may have been first."""
    if flow.verb == "block":
        return approval.may_end(case, member)
    if flow.verb not in ("approve", "done", "cannot", "settle"):
        return True
    gate = approval.gate_of(case)
    return gate is not None and flow.id in gate_flows(gate.id) and approval.is_asked(case, member)


def _ended_meanwhile(case: Case, talk: Talk) -> bool:
    """Say whether a talk was begun to say that it is opened, and by now would say that it is blocked again."""
    undoing = case.approval is not None and case.approval.undoing
    return undoing and bool(case.plan.rungs) and talk.opened_at < case.plan.rungs[0].due


def _verb(
    tx: Tx, office: Office, case: Case, name: str, answers: Mapping[str, Answer], member: Member, now: datetime
) -> CaseVerb | Refused:
    match name:
        case "acknowledge":
            minutes = int(str(answers["by"]).removeprefix("m"))
            return today.acknowledgement(office, case, now, now + timedelta(minutes=minutes) if minutes else None)
        case "decide":
            return Decide()
        case "close":
            if office.book.school.record == "external" and not answers.get("record"):
                return Refused("record-needed")
            return Close(inform=answers.get("reporter_told") != "no")
        case "reopen":
            return today.reopening(office, case, now)
        case "release":
            return today.release(tx, office, case, now)
        case "lower":
            return Lower(Severity.of(str(answers["severity"]))) if may_lower(member) else NOT_YOURS
        case "note":
            return Note()
        case "approve" if answers["approve"] == "no":
            return Refuse()
        case "approve":
            return Approve(matters.until(answers), needed=answers.get("consent") == "yes")
        case "done":
            return Done()
        case "cannot":
            return CannotDo()
        case "settle":
            return GiveUp() if answers["settle"] == "leave" else AskAgain()
        case "block":
            return EndEarly()
        case "reply":
            return _REPLIES[str(answers["reply"])]
        case "answer":
            return Respond("answered")
        case _:
            raise ValueError(f"no case can be asked to {name!r}")  # the flow loader knows the verbs


def why(office: Office, refused: Refused, now: datetime) -> Remark:
    """Give the words for what could not be done, with who was first and when."""
    at = moment(office.book, refused.at, now) if refused.at else ""
    blanks = {**office.book.school.numbers, "who": office.directory.name(refused.who), "at": at}
    return Remark(f"refused-{refused.key}", blanks, error=True)


def refusal(office: Office, refused: Refused, now: datetime) -> Notice:
    """Give the same as a notice."""
    remark = why(office, refused, now)
    return Notice((office.book.words.say(remark.key, **remark.blanks),))


def not_yours(office: Office) -> Notice:
    """Give what is said of a case or talk that is not there, or not this person's: the two look alike."""
    return Notice((office.book.words.say(f"refused-{NOT_YOURS.key}"),))
