"""Opens windows and moves them on; where Slack cannot, the same is said in direct messages. Must not know any verb."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from adapters.slack.api import Api, Refused, pause
from adapters.slack.blocks import Block
from adapters.slack.message import Message, line, message
from adapters.slack.parse import Heard
from adapters.slack.replies import Replies
from adapters.slack.traces import Traces
from adapters.slack.window import window
from bot.prompt import Button, Card, Notice, Prompt, Reply, Token, Verb
from bot.service.surface import Later, Never
from bot.words import Words

_TRIES = 3
_LONGEST = timedelta(seconds=5)


class Windows:
    """The windows of one school's Slack."""

    def __init__(
        self,
        api: Api,
        replies: Replies,
        traces: Traces,
        words: Words,
        wait: Callable[[float], Awaitable[None]] = pause,
    ) -> None:
        self._api = api
        self._replies = replies
        self._traces = traces
        self._words = words
        self._wait = wait

    async def show(self, heard: Heard, reply: Reply, page: int = 0) -> None:
        """Show a reply where somebody pressed. Raises Later, Never once nothing helped."""
        view, instead = window(reply, self._words, page), self._instead(reply)
        talk = reply.talk if isinstance(reply, Prompt) else ""
        if await self.put(heard, view, instead, talk) and talk:
            await self._traces.take_away(talk)

    async def put(self, heard: Heard, view: Block, instead: Message, talk: str = "") -> bool:
        """Show a view, or post a message `instead`; True for the view."""
        try:
            if heard.window:
                await self._update(heard.window.id, heard.window.hash, view)
            else:
                await self._api.call("views.open", quick=True, trigger_id=heard.trigger, view=view)
        except Refused as refused:
            if refused.error == "hash_conflict":  # they pressed again meanwhile, and that shows what is so now
                return False
            await self._replies.say(heard.who, f"instead {heard.event}", instead, talk)
            return False
        except (Later, Never):
            await self._replies.say(heard.who, f"instead {heard.event}", instead, talk)
            return False
        return True

    async def lay_over(self, heard: Heard, notice: Notice) -> None:
        """Show a notice over the window somebody is writing in, so that what they wrote stays. Raises Later, Never."""
        try:
            view = window(notice, self._words)
            await self._api.call("views.push", quick=True, trigger_id=heard.trigger, view=view)
        except (Later, Never):
            await self._replies.say(heard.who, f"instead {heard.event}", message(notice, self._words))

    async def _update(self, view_id: str, seen: str, view: Block) -> None:
        for _ in range(1, _TRIES):
            try:
                await self._api.call("views.update", quick=True, view_id=view_id, hash=seen, view=view)
            except Later as late:
                await self._wait(min(late.after or timedelta(seconds=1), _LONGEST).total_seconds())
            else:
                return
        await self._api.call("views.update", quick=True, view_id=view_id, hash=seen, view=view)

    def _instead(self, reply: Reply) -> Message:
        """Give what is said where no window can be shown: of a case nothing but how to open it again."""
        match reply:
            case Prompt():
                return message(replace(reply, remarks=(self._words.say("busy"), *reply.remarks)), self._words)
            case Card(case=case, rows=rows, history=history) if rows or history:
                again = Button(Token(Verb.OPEN, case), self._words.say("open"))
                return message(Notice((self._words.say("busy-here"),), buttons=(again,)), self._words)
            case _:
                return message(reply, self._words)

    def instead_of_front(self) -> Message:
        """Give the same for the front page."""
        return line(self._words.say("busy-front"))
