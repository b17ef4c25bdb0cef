"""What somebody finds on their front page: what they can begin, what they left, and what became of their reports."""

from datetime import datetime
from typing import Literal

from bot.cases.access import may_open
from bot.cases.ladder import is_waiting
from bot.flow.model import Flow
from bot.people import Member
from bot.prompt import Button, Home, Notice, Token, Verb
from bot.service import cards, telling
from bot.service.office import Office
from bot.storage import cases, talks
from bot.storage.tx import Tx

_SHOWN = 50  # reports or cases
# What anybody may begin, by the name it has unless a school has another of its own.
_ANYBODY: tuple[tuple[Literal["pupil", "staff"], str], ...] = (("pupil", "worry"), ("staff", "concern"))


def home(tx: Tx, office: Office, member: Member, now: datetime) -> Home:
    """Give somebody's front page."""
    words = office.book.words
    unfinished = talks.open_at(tx, member.id, "")
    begun = office.book.flows.get(unfinished.flow) if unfinished else None
    if not member.listed and not offered(office, member):
        return Home(title=office.book.school.name, lines=stranger(office).lines)
    return Home(
        title=words.say("what-to-do" if member.listed or begun else "who-are-you"),
        lines=(_greeting(office, member, unfinished=begun is not None),),
        starts=() if begun else starts(office, member),  # one at a time: what is unfinished comes first
        unfinished=(Button(Token(Verb.START, begun.id), words.say("button-go-on", title=begun.title)),)
        if begun
        else (),
        reports=tuple(
            cards.to_reporter(case, office, member, now, telling.delivered_at(tx, case))
            for case in cases.reported_by(tx, member.id, _SHOWN)
            if member.listed or case.procedure == "alert"  # of what they once asked for they can open nothing now
        ),
        cases=tuple(
            cards.face(case, office)
            for case in cases.told(tx, member.id, limit=_SHOWN)
            if may_open(case, member) and (case.procedure == "alert" or is_waiting(case))
        ),
        help=words.say("help-pupil" if member.is_pupil or not member.listed else "help-staff"),
    )


def _greeting(office: Office, member: Member, *, unfinished: bool) -> str:
    words = office.book.words
    if member.listed:
        return words.say("home-pupil" if member.is_pupil else "home-staff")
    return words.say("unfinished" if unfinished else "home-unlisted")


def offered(office: Office, member: Member) -> tuple[Flow, ...]:
    """Give the flows somebody can begin.

    Who is not on the list can tell that somebody may not be safe, as a pupil or as an adult, and nothing else: not even
    ask the policy, since what it does not cover is put before people, and what they answer is not for everybody.
    """
    if member.listed:
        return office.book.offered("pupil" if member.is_pupil else "staff")
    return tuple(flow for audience, usual in _ANYBODY for flow in _alert(office.book.offered(audience), usual))


def _alert(flows: tuple[Flow, ...], usual: str) -> tuple[Flow, ...]:
    """Give the flow by its usual name, else a school's own that alerts people; at most one."""
    alerts = sorted((f for f in flows if f.procedure == "alert"), key=lambda flow: flow.id != usual)
    return tuple(alerts[:1])


def starts(office: Office, member: Member, flows: tuple[Flow, ...] | None = None) -> tuple[Button, ...]:
    """Give the buttons that begin what somebody can begin, or of that only some flows.

    Who is not on the list chooses what they are, and a wrong choice does no harm: both ways lead to the same people.
    """
    words = office.book.words
    return tuple(
        Button(
            Token(Verb.START, flow.id),
            flow.title
            if member.listed
            else words.say("start-unlisted-pupil" if flow.audience == "pupil" else "start-unlisted-staff"),
            main=True,
            picture="" if member.listed else flow.audience,
        )
        for flow in (offered(office, member) if flows is None else flows)
    )


def stranger(office: Office) -> Notice:
    """Give what somebody is told whom the school does not list."""
    return Notice((office.book.words.say("stranger", school=office.book.school.name),))
