"""The front desk: whatever a platform hands over is answered here, after it is safely stored. Knows no platform."""

from dataclasses import replace
from datetime import datetime

from bot.cases.access import asked_for, may_open
from bot.cases.model import Case, Open, PassOn, Respond
from bot.clock import Clock
from bot.flow.talk import Back, Change, Event, Give, Help, Keep, Send, Skip, Stop
from bot.inbound import Attached, Identity, Inbound, Press, Typed, Vouched
from bot.people import Member, Roster
from bot.prompt import Card, Home, Reply, Token, Verb
from bot.service import cards, casework, talking, today, verbs
from bot.service.chat import attached, typed_words, whereabouts
from bot.service.frontpage import home, offered, stranger
from bot.service.office import Office
from bot.settings import School
from bot.storage import cases, inbox, members, talks
from bot.storage.reader import Reader
from bot.storage.talks import Talk
from bot.storage.tx import Tx
from bot.storage.writer import Writer

_NAME = 80  # characters of what a platform calls somebody


class Desk:
    """Answers people. Every answer that says something was kept is given after its transaction was committed."""

    def __init__(self, office: Office, writer: Writer, reader: Reader, clock: Clock) -> None:
        self.office = office
        self._writer = writer
        self._reader = reader
        self._clock = clock

    @property
    def school(self) -> School:
        """The school's rules."""
        return self.office.book.school

    @property
    def roster(self) -> Roster:
        """Everybody the school lists now."""
        return self.office.directory.roster

    async def receive(self, inbound: Inbound) -> Reply:
        """Take in one event and give what to show.

        A resend of an event that was stored before gets the same answer and has no second effect. Raises NotStored
        when nothing could be stored: then the adapter says so, and whom to tell instead.
        """
        now = self._clock.now()

        def job(tx: Tx) -> Reply:
            return receive(tx, self.office, inbound, now)

        return await self.office.policies.meanwhile(self._reader, lambda: self._writer.run(job))

    async def present(self, identity: Identity, talk: str) -> Reply | None:
        """Give the screen of one of this person's talks as it is now; None when there is none of theirs by that id."""
        now = self._clock.now()

        def job(tx: Tx) -> Reply | None:
            member = self.office.directory.who(identity) or members.outside(tx, identity)
            return _present(tx, self.office, talk, member, now)

        return await self.office.policies.meanwhile(self._reader, lambda: self._reader.run(job))

    async def home(self, identity: Identity, vouched: Vouched | None = None) -> Home:
        """Give somebody's front page; of somebody who is not on the list only when they are vouched for."""
        now = self._clock.now()

        def job(tx: Tx) -> Home:
            member = _speaker(tx, self.office, identity, vouched)
            if member is None:
                return Home(title=self.school.name, lines=stranger(self.office).lines)
            return home(tx, self.office, member, now)

        return await self._reader.run(job)


def receive(tx: Tx, office: Office, inbound: Inbound, now: datetime) -> Reply:
    """Do `Desk.receive` inside an open transaction."""
    member = _speaker(tx, office, inbound.identity, inbound.vouched)
    if member is None:
        return stranger(office)
    surface = inbound.identity.surface
    seen = inbox.seen(tx, surface, inbound.event)
    if seen and (again := _again(tx, office, seen, member, now)):
        return again
    match inbound.act:
        case Press(token=token, values=values):
            about, reply = _press(tx, office, token, values, member, now)
        case Typed() if seen is not None:  # what was meant for an earlier screen is no answer to this one
            return whereabouts(tx, office, member, now)
        case Typed(text=text):
            about, reply = typed_words(tx, office, text, member, now)
        case Attached():
            about, reply = attached(tx, office, member, now)
    if seen is None:
        inbox.note(tx, surface, inbound.event, now, about)
    if not member.listed and about.startswith("talk:") and members.meet(tx, inbound.identity, member):
        office.directory.met(inbound.identity, member)
    return reply


def _speaker(tx: Tx, office: Office, identity: Identity, vouched: Vouched | None) -> Member | None:
    """Give who is speaking; None for a stranger. Nobody becomes somebody by what they say: only a platform vouches."""
    member = office.directory.who(identity)
    if member is not None or vouched is None:
        return member
    called = " ".join(vouched.name.split())[:_NAME]
    return members.outside(tx, identity, called or office.book.words.say("somebody-unlisted"))


def _again(tx: Tx, office: Office, about: str, member: Member, now: datetime) -> Reply | None:
    """Answer a resend from what its event led to, as that is now; a case is not acted on a second time."""
    kind, _, key = about.partition(":")
    if kind == "talk":
        return _present(tx, office, key, member, now)
    ref, _, verb = key.partition(":")
    if kind == "case" and verb == Verb.OPEN:
        return _work(tx, office, Token(Verb.OPEN, ref), member, now)
    case = cases.load(tx, ref) if kind == "case" else None
    if case is None or not may_open(case, member):
        return None
    return _done(case, office, verb) if verb else cards.face(case, office)


def _press(
    tx: Tx, office: Office, token: Token, values: tuple[str, ...], member: Member, now: datetime
) -> tuple[str, Reply]:
    match token.verb:
        case Verb.START:
            return _start(tx, office, token, member, now)
        case verb if not verb.of_a_talk:
            reply = _work(tx, office, token, member, now)
            return f"case:{token.subject}:{token.verb if isinstance(reply, Card) else ''}", reply
        case _:
            talk = talks.load(tx, token.subject)
            if talk is None or talk.person != member.id:
                return "", verbs.not_yours(office)
            if talk.about and not _may_go_on(tx, office, talk, member):
                return "", verbs.not_yours(office)
            return f"talk:{talk.id}", talking.move(tx, office, talk, member, _event(token, values), now)


def _event(token: Token, values: tuple[str, ...]) -> Event:
    turn = token.turn
    match token.verb:
        case Verb.ANSWER:
            return Give(turn, (token.arg,) if token.arg else values)
        case Verb.SKIP:
            return Skip(turn)
        case Verb.BACK:
            return Back(turn)
        case Verb.CHANGE:
            return Change(turn, token.arg)
        case Verb.SEND:
            return Send(turn)
        case Verb.STOP:
            return Stop(turn)
        case Verb.KEEP:
            return Keep(turn)
        case Verb.HELP:
            return Help()
        case _:
            raise ValueError(f"{token.verb} is not for a talk")


def _start(tx: Tx, office: Office, token: Token, member: Member, now: datetime) -> tuple[str, Reply]:
    flow = office.book.flows.get(token.arg or token.subject)
    if token.arg:  # a casework flow about a case
        case = cases.load(tx, token.subject)
        if flow is None or case is None or not verbs.may_begin(case, flow, member):
            return "", verbs.not_yours(office)
        if hindered := verbs.hindrance(tx, office, case, flow, member, now):
            return f"case:{case.ref}:", verbs.refusal(office, hindered, now)
        talk, reply = talking.begin(tx, office, flow, member, token.subject, now)
        return f"talk:{talk}", reply
    if flow not in offered(office, member):
        return "", verbs.not_yours(office)
    talk, reply = talking.begin(tx, office, flow, member, "", now)
    return f"talk:{talk}", reply


def _may_go_on(tx: Tx, office: Office, talk: Talk, member: Member) -> bool:
    """Say whether a talk about a case may still be gone on with: a role may be gone since it was begun."""
    case = cases.load(tx, talk.about)
    flow = office.flow(tx, talk.flow, talk.state.digest)
    return case is not None and verbs.may_go_on(case, flow, member)


def _work(tx: Tx, office: Office, token: Token, member: Member, now: datetime) -> Reply:
    """Do what a card's button asks of its case."""
    case = cases.load(tx, token.subject)
    if case is None:
        return verbs.not_yours(office)
    match token.verb:
        case Verb.OPEN if member.listed and asked_for(case, member) and not may_open(case, member):
            return cards.own(tx, office, case, member, now)
        case Verb.ACKNOWLEDGE if case.procedure == "record":
            done = casework.act(tx, office, case.ref, Respond("seen"), member, now)
        case Verb.ACKNOWLEDGE | Verb.PASS_ON if case.procedure != "alert":
            return verbs.not_yours(office)
        case Verb.ACKNOWLEDGE:
            done = casework.act(tx, office, case.ref, today.acknowledgement(office, case, now), member, now)
        case Verb.PASS_ON:
            done = casework.act(tx, office, case.ref, PassOn(), member, now)
        case _:
            done = casework.act(tx, office, case.ref, Open(), member, now)
    if done is None:
        return verbs.not_yours(office)
    case, refused = done
    if refused:
        return verbs.refusal(office, refused, now)
    if token.verb is Verb.OPEN:
        return cards.opened(tx, office, case, member, now)
    return _done(case, office, token.verb)


def _done(case: Case, office: Office, verb: str) -> Card:
    said = f"done-{verb}" if case.procedure == "alert" else f"done-{case.procedure}"
    return replace(cards.face(case, office), lines=(office.book.words.say(said),))


def _present(tx: Tx, office: Office, talk_id: str, member: Member, now: datetime) -> Reply | None:
    talk = talks.load(tx, talk_id)
    if talk is None or talk.person != member.id or (talk.about and not _may_go_on(tx, office, talk, member)):
        return None
    return talking.screen(tx, office, talk, member, now)
