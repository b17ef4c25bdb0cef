"""A notice as whoever it goes to reads it: a sentence of the wording, and the button under it. Must not know places."""

from bot.prompt import Button, Notice, Token, Verb
from bot.service.office import Office
from bot.service.reporting import any_of
from bot.service.telling import NoticeBody


def notice(office: Office, body: NoticeBody, to: str) -> Notice:
    """Give a wanted notice in the words for whoever it goes to, and with the names of today.

    `to` is a member's id or the name of a channel, where it is in the words for staff.
    """
    words, member = office.book.words, office.directory.person(to)
    audience = "pupil" if member.talking_as(body.audience).is_pupil else "staff"
    who = office.directory.name(body.who) if body.who else ""
    roles = any_of(office.book, body.roles)
    blanks = {**office.book.school.numbers, "who": who, "reference": body.ref, "recipients": roles}
    line = words.say(f"inform-{body.key}-{audience}", **blanks)
    if body.own and member.listed:
        return Notice((line,), buttons=(Button(Token(Verb.OPEN, body.ref), words.say("button-read")),))
    if body.flow in office.book.flows:
        label = words.say(f"button-start-{body.flow}")
        return Notice((line,), buttons=(Button(Token(Verb.START, body.ref, 0, body.flow), label, main=True),))
    return Notice((line,))
