"""What people are to be told of a case: cards, notices and timers as rows, and the record. Shows nothing itself."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from bot.cases.model import Case, Inform, Outcome, Record, Refused, SetTimer, StopTimers, Tell
from bot.cases.routing import is_alone
from bot.flow.model import Answer, Severity
from bot.storage import audit, cases, outbox, timers
from bot.storage.outbox import channel, direct
from bot.storage.tx import Tx

Detail = Mapping[str, Answer]
_CLOCKS = ("escalate", "decide")


class NoticeBody(msgspec.Struct, frozen=True):
    """What a wanted notice says: a sentence of the wording, the case, and the member it names.

    `audience` is in whose words, as long as the school's list does not say: "pupil", "staff".

    `roles` are who was to hear first, for "go and tell ... in person". `flow` is the casework talk about the case that
    a button of the notice begins, "" for a notice that asks nothing. `own` says that its reader can open what it is
    about, as the person who asked for it.
    """

    key: str
    ref: str
    who: str = ""
    flow: str = ""
    roles: tuple[str, ...] = ()
    own: bool = False
    audience: str = ""


def delivered_at(tx: Tx, case: Case) -> datetime | None:
    """Give when the card first reached somebody who may act on the case now, other than its reporter; None before."""
    people = case.told - case.plan.barred - {case.reporter}
    places = {direct(person) for person in people} | {channel(case.plan.channel)}
    return min((at for place, at in outbox.shown(tx, case.id).items() if place in places), default=None)


def inform(tx: Tx, case: Case, key: str, now: datetime, who: str = "", flow: str = "") -> None:
    """Want a sentence of the wording said to the reporter of a case, once for each revision of it."""
    nobody = not case.plan.rungs or is_alone(case.plan, case.reporter)  # nobody is sent to themselves
    roles = () if nobody else case.plan.rungs[0].roles
    key = key if case.procedure == "alert" else f"{case.kind}-{key}"
    body = NoticeBody(key, case.ref, who, flow, roles, own=case.procedure != "alert", audience=case.unlisted)
    say(tx, direct(case.reporter), f"{case.id}.{case.rev}.{key}", body, now, case.severity)


def reporter_of(tx: Tx, subject: str) -> str:
    """Give the place of whoever reported what a notice that `inform` wanted is about; "" for any other notice."""
    case = cases.by_id(tx, subject.partition(".")[0])
    return direct(case.reporter) if case else ""


def say(tx: Tx, place: str, subject: str, body: NoticeBody, now: datetime, severity: Severity) -> None:
    """Want a notice at a place; `subject` makes it one notice, however often it is wanted."""
    outbox.want(tx, place, "notice", subject, 1, now, msgspec.json.encode(body), int(severity))


def show_everywhere(tx: Tx, case: Case, now: datetime) -> None:
    """Want every place that shows the case to show it as it is now."""
    outbox.want_again(tx, case.id, case.rev, now, int(case.severity))


def tell(tx: Tx, case: Case, people: frozenset[str], now: datetime) -> None:
    """Want the case's card in the direct messages of these people."""
    for person in sorted(people):
        outbox.want(tx, direct(person), "card", case.id, case.rev, now, b"", int(case.severity))


def follow(tx: Tx, outcome: Outcome, person: str, now: datetime, detail: Detail) -> None:
    """Turn what follows from a verb into rows: timers, wanted cards and notices, the record and the audit chain.

    `person` did it, "" for time; `detail` are the words that go with it.
    """
    case = outcome.case
    for effect in outcome.effects:
        match effect:
            case Tell(people=people):
                tell(tx, case, people, now)
            case SetTimer(kind=kind, level=level, due=due):
                timers.put(tx, kind, case.id, level, due, int(case.severity))
            case StopTimers():
                timers.stop(tx, case.id, _CLOCKS)
                outbox.drop(tx, "mail", case.id)  # when it waits again, everybody is written to anew
            case Inform(key=key, who=who):
                inform(tx, case, key, now, who)
            case Record(action=action):
                cases.act(tx, case.id, now, action, person, detail)
                audit.append(tx, now, action, case.id, person)
            case Refused():
                return  # the caller says it; nothing happened
    if case.plan.channel:
        outbox.want(tx, channel(case.plan.channel), "card", case.id, case.rev, now, b"", int(case.severity))
    show_everywhere(tx, case, now)
