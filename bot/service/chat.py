"""Words, and files, that come in a conversation and not from a button. Never a guess about what was meant."""

from datetime import datetime

from bot.flow import typed
from bot.flow.lists import mentions, normalise
from bot.flow.model import Flow
from bot.flow.talk import Give, Help, Remark
from bot.people import Member
from bot.prompt import Notice, Reply
from bot.service import talking
from bot.service.frontpage import offered, starts
from bot.service.office import Office
from bot.service.reporting import TalkBlanks
from bot.storage import talks
from bot.storage.tx import Tx


def typed_words(tx: Tx, office: Office, text: str, member: Member, now: datetime) -> tuple[str, Reply]:
    """Take in words typed into the conversation: an answer, a command, or the name of something to begin."""
    talk = talks.open_at(tx, member.id, "")
    if talk is None:
        return _named_flow(tx, office, text, member, now)
    flow = office.flow(tx, talk.flow, talk.state.digest)
    state = talk.state
    blanks = TalkBlanks(office.book, office.directory.roster, flow, state.answers, member, state.severity, now)
    event = typed.read(flow, state, text, office.book.commands, blanks)
    about = f"talk:{talk.id}"
    if isinstance(event, Remark):
        return about, talking.screen(tx, office, talk, member, now, (event,))
    return about, talking.move(tx, office, talk, member, event, now)


def _named_flow(tx: Tx, office: Office, text: str, member: Member, now: datetime) -> tuple[str, Reply]:
    """Begin the flow that was named, or ask the policies what ends in a question mark; else list what there is.

    A child who calls for help, or writes what a word list knows, has begun: the adults are told at once (CH-23, CH-32).
    """
    calling = office.book.commands.get(normalise(text)) == "help"
    for flow in offered(office, member):
        alarming = any(mentions(text, phrases) for phrases in flow.mentions.values())
        if member.is_pupil and (calling or alarming):
            talk = talking.begun(tx, office, flow, member, "", now)
            return f"talk:{talk.id}", talking.move(tx, office, talk, member, Help(), now)
    if calling:
        told = "help-pupil" if member.is_pupil else "help-staff"
        return "", Notice((office.book.words.say(told),), buttons=starts(offered(office, member)))
    if text.rstrip().endswith("?") and (policy := _policy(office, member)):
        talk = talking.begun(tx, office, policy, member, "", now)
        return f"talk:{talk.id}", talking.move(tx, office, talk, member, Give(talk.state.turn, (text,)), now)
    named = _named(office, text, member)
    if len(named) == 1:
        talk_id, reply = talking.begin(tx, office, named[0], member, "", now)
        return f"talk:{talk_id}", reply
    if named:
        return "", Notice((office.book.words.say("which-of-these"),), buttons=starts(named))
    return "", whereabouts(tx, office, member, now)


def _policy(office: Office, member: Member) -> Flow | None:
    return next((flow for flow in offered(office, member) if flow.procedure == "policy"), None)


def _named(office: Office, text: str, member: Member) -> tuple[Flow, ...]:
    """Give the flows that typed words name: by the whole title, or by what else they are called."""
    flows, said = offered(office, member), normalise(text)
    titled = tuple(flow for flow in flows if said == normalise(flow.title))
    return titled or tuple(f for f in flows if mentions(text, office.book.starts.get(f.id, frozenset())))


def whereabouts(tx: Tx, office: Office, member: Member, now: datetime) -> Reply:
    """Give the screen of the talk somebody has open, or what they can begin."""
    if talk := talks.open_at(tx, member.id, ""):
        return talking.screen(tx, office, talk, member, now)
    return Notice((office.book.words.say("what-to-do"),), buttons=starts(offered(office, member)))


def attached(tx: Tx, office: Office, member: Member, now: datetime) -> tuple[str, Reply]:
    """Refuse a file or picture, without a look at it, in the middle of a talk or outside one (UKCIS; CH-28)."""
    remark = Remark("no-pictures-pupil" if member.is_pupil else "no-pictures-staff", error=True)
    if talk := talks.open_at(tx, member.id, ""):
        return f"talk:{talk.id}", talking.screen(tx, office, talk, member, now, (remark,))
    return "", Notice((office.book.words.say(remark.key),), buttons=starts(offered(office, member)))
