"""Words, and files, that come in a conversation and not from a button. Never a guess about what was meant."""

from datetime import datetime

from bot.flow import typed
from bot.flow.lists import mentions, normalise
from bot.flow.model import Flow
from bot.flow.talk import Give, Help, Remark
from bot.people import Member
from bot.prompt import Notice, Reply
from bot.service import talking
from bot.service.frontpage import offered, starts, stranger
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
    state, member = talk.state, member.talking_as(flow.audience)
    blanks = TalkBlanks(office.book, office.directory.roster, flow, state.answers, member, state.severity, now)
    event = typed.read(flow, state, text, office.book.commands, blanks)
    about = f"talk:{talk.id}"
    if isinstance(event, Remark):
        return about, talking.screen(tx, office, talk, member, now, (event,))
    return about, talking.move(tx, office, talk, member, event, now)


def _named_flow(tx: Tx, office: Office, text: str, member: Member, now: datetime) -> tuple[str, Reply]:
    """Begin the flow that was named, or ask the policies what ends in a question mark; else list what there is.

    A child who calls for help, or writes what a word list knows, has begun: the adults are told at once (CH-23, CH-32).
    So has somebody who is not on the list: it may be a child, and for an adult no harm is done.
    """
    calling = office.book.commands.get(normalise(text)) == "help"
    for flow in offered(office, member):
        alarming = any(mentions(text, phrases) for phrases in flow.mentions.values())
        if flow.audience == "pupil" and (calling or alarming):
            words = {} if calling else typed.first_words(flow, text)
            talk = talking.begun(tx, office, flow, member, "", now, words)
            return f"talk:{talk.id}", talking.move(tx, office, talk, member, Help(), now)
    if calling:
        told = "help-pupil" if member.is_pupil else "help-staff"
        return "", Notice((office.book.words.say(told),), buttons=starts(office, member))
    if text.rstrip().endswith("?") and (policy := _policy(office, member)):
        talk = talking.begun(tx, office, policy, member, "", now)
        return f"talk:{talk.id}", talking.move(tx, office, talk, member, Give(talk.state.turn, (text,)), now)
    named = _named(office, text, member)
    if len(named) == 1:
        talk_id, reply = talking.begin(tx, office, named[0], member, "", now)
        return f"talk:{talk_id}", reply
    if named:
        return "", Notice((office.book.words.say("which-of-these"),), buttons=starts(office, member, named))
    if not normalise(text) or normalise(text) in office.book.commands:  # a greeting, or a button of no screen
        return "", whereabouts(tx, office, member, now)
    if member.is_pupil and (begun := _told_already(tx, office, text, member, now)):
        return begun
    if member.listed and not member.is_pupil:
        said = (office.book.words.say("not-understood"), office.book.words.say("what-to-do"))
        return "", Notice(said, buttons=starts(office, member))
    return "", whereabouts(tx, office, member, now, lost=True)


def _told_already(tx: Tx, office: Office, text: str, member: Member, now: datetime) -> tuple[str, Reply] | None:
    """Begin with what a child wrote before anything was asked: it may have taken all their courage to write it once.

    The words are the answer they are; the child sees them before they are sent, and when they go away they have been
    said all the same (CH-24). None where a school has no flow that asks a child for words.
    """
    for flow in offered(office, member):
        if flow.procedure == "alert" and (answers := typed.first_words(flow, text)):
            talk = talking.begun(tx, office, flow, member, "", now, answers)
            return f"talk:{talk.id}", talking.screen(tx, office, talk, member, now, (Remark("words-kept-pupil"),))
    return None


def _policy(office: Office, member: Member) -> Flow | None:
    return next((flow for flow in offered(office, member) if flow.procedure == "policy"), None)


def _named(office: Office, text: str, member: Member) -> tuple[Flow, ...]:
    """Give the flows that typed words name: by the whole title or button, or by what else they are called."""
    flows, said = offered(office, member), normalise(text)
    called = [(flow.title, button.label) for flow, button in zip(flows, starts(office, member), strict=True)]
    titled = tuple(f for f, names in zip(flows, called, strict=True) if said in map(normalise, names))
    return titled or tuple(f for f in flows if mentions(text, office.book.starts.get(f.id, frozenset())))


def whereabouts(tx: Tx, office: Office, member: Member, now: datetime, *, lost: bool = False) -> Reply:
    """Give the screen of the talk somebody has open, or what they can begin.

    `lost`: they wrote something that is not kept, and whoever thinks that they have told it must not be left to.
    """
    if talk := talks.open_at(tx, member.id, ""):
        return talking.screen(tx, office, talk, member, now)
    if member.listed:
        return Notice((office.book.words.say("what-to-do"),), buttons=starts(office, member))
    if not offered(office, member):
        return stranger(office)
    words = office.book.words
    first = (words.say("not-kept-unlisted"),) if lost else ()
    said = (*first, words.say("home-unlisted"))
    return Notice(said, title=words.say("who-are-you"), buttons=starts(office, member))


def attached(tx: Tx, office: Office, member: Member, now: datetime) -> tuple[str, Reply]:
    """Refuse a file or picture, without a look at it, in the middle of a talk or outside one (UKCIS; CH-28)."""
    talk = talks.open_at(tx, member.id, "")
    if talk:
        member = member.talking_as(office.flow(tx, talk.flow, talk.state.digest).audience)
    childlike = member.is_pupil or (talk is None and not member.listed)  # who it is has not been said yet
    remark = Remark("no-pictures-pupil" if childlike else "no-pictures-staff", error=True)
    if talk:
        return f"talk:{talk.id}", talking.screen(tx, office, talk, member, now, (remark,))
    return "", Notice((office.book.words.say(remark.key),), buttons=starts(office, member))
