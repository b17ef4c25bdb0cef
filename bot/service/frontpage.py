"""What somebody finds on their front page: what they can begin, what they left, and what became of their reports."""

from datetime import datetime

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


def home(tx: Tx, office: Office, member: Member, now: datetime) -> Home:
    """Give somebody's front page."""
    words = office.book.words
    unfinished = talks.open_at(tx, member.id, "")
    begun = office.book.flows.get(unfinished.flow) if unfinished else None
    return Home(
        title=words.say("what-to-do"),
        lines=(words.say("home-pupil" if member.is_pupil else "home-staff"),),
        starts=() if begun else starts(offered(office, member)),  # one at a time: what is unfinished comes first
        unfinished=(Button(Token(Verb.START, begun.id), words.say("button-go-on", title=begun.title)),)
        if begun
        else (),
        reports=tuple(
            cards.to_reporter(case, office, member, now, telling.delivered_at(tx, case))
            for case in cases.reported_by(tx, member.id, _SHOWN)
        ),
        cases=tuple(
            cards.face(case, office)
            for case in cases.told(tx, member.id, limit=_SHOWN)
            if may_open(case, member) and (case.procedure == "alert" or is_waiting(case))
        ),
        help=words.say("help-pupil" if member.is_pupil else "help-staff"),
    )


def offered(office: Office, member: Member) -> tuple[Flow, ...]:
    """Give the flows somebody can begin."""
    return office.book.offered("pupil" if member.is_pupil else "staff")


def starts(flows: tuple[Flow, ...]) -> tuple[Button, ...]:
    """Give the buttons that begin some flows."""
    return tuple(Button(Token(Verb.START, f.id), f.title, main=True) for f in flows)


def stranger(office: Office) -> Notice:
    """Give what somebody is told whom the school does not list."""
    return Notice((office.book.words.say("stranger", school=office.book.school.name),))
