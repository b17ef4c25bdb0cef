"""What each activity comes to: something for the core, what is shown at once, and what follows. Knows no right.

A talk lives in somebody's own chat, in one card that is replaced in place. What is asked about a case, and what is in
one, is shown in a dialog to whoever pressed. In a channel nothing is ever taken down as words: others read there.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from adapters.teams import invokes
from adapters.teams.activity import Came, Chat, Installed, Other, Pressed, Said
from adapters.teams.cards import Cards
from adapters.teams.chats import SURFACE, Chats
from adapters.teams.connector import Connector, Posted
from adapters.teams.fields import filled_in
from adapters.teams.hanging import Hung
from adapters.teams.invokes import Answer
from adapters.teams.links import LinkCards
from adapters.teams.tasks import Tasks
from adapters.teams.text import Element
from adapters.teams.vouching import Vouching
from bot.flow.lists import normalise
from bot.inbound import Attached, Identity, Inbound, Press, Typed, Vouched
from bot.prompt import Card, Notice, Prompt, Reply, Token, Verb
from bot.service.desk import Desk
from bot.words import Words

_AUDIENCES: tuple[Literal["pupil", "staff"], ...] = ("pupil", "staff")


@dataclass(frozen=True, slots=True)
class Hands:
    """What answering takes."""

    desk: Desk
    connector: Connector
    chats: Chats
    hung: Hung
    tasks: Tasks
    words: Words
    tenant: str
    vouching: Vouching
    link_cards: LinkCards | None = None  # where the school has a page to lead to


class Answers:
    """Answers what comes from Teams."""

    def __init__(self, hands: Hands) -> None:
        self._desk = hands.desk
        self._connector = hands.connector
        self._chats = hands.chats
        self._hung = hands.hung
        self._tasks = hands.tasks
        self._words = hands.words
        self._tenant = hands.tenant
        self._vouching = hands.vouching
        self._link_cards = hands.link_cards
        self._cards = Cards(hands.words)
        self._front = frozenset(normalise(each) for each in hands.words.say("front-page").split(","))

    async def take(self, came: Came) -> Answer:
        """Answer one activity. Raises NotStored."""
        if not isinstance(came.what, Installed) or came.what.there:
            await self._chats.met(came.person, came.chat)
        match came.what:
            case Installed(there=False):
                await self._chats.left(came.person, came.chat)
            case Installed(first=True):
                await self._welcome(came)
            case Said() if came.chat.kind != "personal":
                await self._mentioned(came)
            case Said() as said:
                await self._said(came, said)
            case Pressed() as pressed:
                return await self._pressed(came, pressed)
            case Other(invoke=name) if name:
                return invokes.UNKNOWN
        return invokes.TAKEN

    def _who(self, came: Came) -> Identity:
        return Identity(SURFACE, self._tenant, came.person)

    async def _vouched(self, came: Came) -> Vouched | None:
        """Give what can be said for somebody; nothing need be for whom the list has."""
        listed = self._desk.office.directory.who(self._who(came)) is not None
        return None if listed else await self._vouching.of(came)

    def _drawn(self, reply: Reply, page: int = 0) -> Element:
        """Give the card of a reply for a chat, with pictures before the choices of a child."""
        return self._cards.of(reply, pictures=isinstance(reply, Prompt) and reply.pupil, page=page)

    async def _welcome(self, came: Came) -> None:
        if came.chat.kind == "personal" and came.person:
            home = await self._desk.home(self._who(came), await self._vouched(came))
            self._say(came.chat, self._cards.home(home))

    async def _mentioned(self, came: Came) -> None:
        """Say in a channel what can be done, and where; the front page comes in the own chat of whom the list has.

        What was written is not looked at: others read it already, and an answer would have them read on.
        """
        book, who = self._desk.office.book, self._who(came)
        can = [flow.title for audience in _AUDIENCES for flow in book.offered(audience)]
        lines = (self._words.say("in-a-channel"), self._words.say("in-a-channel-can"), *(f"• {title}" for title in can))
        self._say(came.chat, self._cards.line("\n".join(lines)), came.thread)
        chat = await self._chats.of(came.person)
        if chat is not None and self._desk.office.directory.who(who) is not None:
            self._say(chat, self._cards.home(await self._desk.home(who)))

    # Words ------------------------------------------------------------------------------------------------------------

    async def _said(self, came: Came, said: Said) -> None:
        who, vouched = self._who(came), await self._vouched(came)
        if normalise(said.text) in self._front and not said.files:
            home = await self._desk.home(who, vouched)
            if not home.unfinished:  # else it may be an answer
                self._say(came.chat, self._cards.home(home))
                return
        if self._link_cards and await self._link_cards.asked(came, who, said.text):
            return
        event = came.id or _digest(came.chat.id, said.text)
        reply: Reply | None = None
        if said.text:
            reply = await self._desk.receive(Inbound(who, event, Typed(said.text), vouched))
        if said.files:  # after the words, so that none of them are lost, and what is shown says that it was not taken
            reply = await self._desk.receive(Inbound(who, f"{event} files", Attached(), vouched))
        if reply is not None:
            self._show(came.chat, who, reply)

    def _show(self, chat: Chat, who: Identity, reply: Reply) -> None:
        """Put a reply below what was said, and take down what it takes the place of."""
        card = self._drawn(reply)

        async def show() -> None:
            posted = await self._connector.send(chat, card, self._words.say("notification"))
            if isinstance(reply, Prompt):
                await self._hung.shown(who, reply.talk, posted)
                await self._hung.moved(reply.talk, posted.activity)
            else:
                await self._hung.sweep(who)

        self._tasks.begin(chat.id, show)

    def _say(self, chat: Chat, card: Element, thread: str = "") -> None:
        async def say() -> None:
            await self._connector.send(chat, card, self._words.say("notification"), thread)

        self._tasks.begin(chat.id, say)

    # Buttons ----------------------------------------------------------------------------------------------------------

    async def _pressed(self, came: Came, pressed: Pressed) -> Answer:
        token = Token.decode(pressed.token)
        if pressed.automatic or token is None:  # a refresh, or another's card: no press of ours
            return invokes.said(pressed, self._words.say("nothing-new"), self._cards)
        if token.verb is Verb.OPEN and pressed.how in ("execute", "submit"):  # what is in a case is never in a chat
            return await self._no_dialog(came, pressed, token)
        who = self._who(came)
        page = pressed.page or 0
        reply: Reply | None = None
        if pressed.page is not None and token.verb.of_a_talk:
            reply = await self._desk.present(who, token.subject)
        if reply is None:
            values = filled_in(pressed.data) if token.verb is Verb.ANSWER else ()
            press = Press(token, values)
            reply = await self._desk.receive(Inbound(who, _event(came, pressed), press, await self._vouched(came)))
        match pressed.how:
            case "fetch" | "dialog":
                return invokes.dialog(self._cards.of(reply, "dialog", page=page), self._words.say("title-dialog"))
            case "execute":
                return self._in_place(came, pressed, token, reply, page)
            case "submit":
                await self._below(came, reply)
                return invokes.TAKEN

    async def _no_dialog(self, came: Came, pressed: Pressed, token: Token) -> Answer:
        """Lead whoever cannot be shown a dialog to Beacon's own page; without one, or without the right, say so."""
        text = self._words.say("no-dialog")
        if pressed.how == "submit":
            who = self._who(came)
            if self._link_cards is None:
                await self._below(came, Notice((text,)))
            elif not await self._link_cards.offer(came, who, token.subject):  # refused, and on the record, as for all
                asked = Inbound(who, _event(came, pressed), Press(token), await self._vouched(came))
                await self._below(came, await self._desk.receive(asked))
        return invokes.said(pressed, text, self._cards)

    def _in_place(self, came: Came, pressed: Pressed, token: Token, reply: Reply, page: int) -> Answer:
        """Show a reply where the pressed button was: to whoever pressed, and where else they look at the same chat."""
        who = self._who(came)
        if came.chat.kind != "personal":  # a card others read: only what a case's card says in any channel
            if isinstance(reply, Card) and not reply.rows:
                return invokes.card(self._cards.of(reply))
            if isinstance(reply, Notice):
                return invokes.said(pressed, " ".join(reply.lines), self._cards)
            return invokes.said(pressed, self._words.say("no-dialog"), self._cards)
        if isinstance(reply, Notice) and not token.verb.of_a_talk and token.verb is not Verb.START:
            return invokes.said(pressed, " ".join(reply.lines), self._cards)
        card = self._drawn(reply, page)
        posted = Posted(came.chat.service, came.chat.id, pressed.card)

        async def follow() -> None:
            if not pressed.card:
                return
            await self._connector.update(posted, card, self._words.say("notification"))
            if isinstance(reply, Prompt):
                await self._hung.shown(who, reply.talk, posted)
                await self._hung.moved(reply.talk, posted.activity)
            elif token.verb.of_a_talk:
                await self._hung.ended(token.subject, pressed.card)

        if isinstance(reply, Prompt) or token.verb.of_a_talk:
            self._tasks.begin(came.chat.id, follow)
        return invokes.card(card)

    async def _below(self, came: Came, reply: Reply) -> None:
        """Answer an old client, which cannot replace a card: below it, or, for a channel, in the presser's own chat."""
        who = self._who(came)
        chat = came.chat if came.chat.kind == "personal" else await self._chats.of(came.person)
        if chat is None:
            return
        if isinstance(reply, Card) and reply.rows:
            self._say(chat, self._cards.line(self._words.say("no-dialog")))
        else:
            self._show(chat, who, reply)


def _event(came: Came, pressed: Pressed) -> str:
    """Name a press. Where Teams gives it no id, the core's own turns tell a second press from a new one."""
    return came.id or _digest(came.chat.id, came.person, pressed.card, pressed.token)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
