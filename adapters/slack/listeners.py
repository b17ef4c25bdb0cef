"""What Beacon does when somebody does something in Slack: first it is stored, then Slack is answered, then shown.

Slack waits three seconds and gives a press only once; an event it gives again until it is answered. Must not know
Bolt beyond its `ack`.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process, utils
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncBoltRequest

from adapters.slack import parse
from adapters.slack.api import Api
from adapters.slack.blocks import OPTION
from adapters.slack.entrance import Entrance
from adapters.slack.fields import SOME, people
from adapters.slack.homes import Homes
from adapters.slack.launcher import launcher
from adapters.slack.message import go_on, message
from adapters.slack.parse import Front, Heard, Page, Payload, Show
from adapters.slack.replies import Replies
from adapters.slack.text import size
from adapters.slack.traces import Traces
from adapters.slack.window import mistake, window
from adapters.slack.windows import Windows
from bot.inbound import Attached, Identity, Inbound, Press, Typed, Vouched
from bot.prompt import Home, Notice, Prompt, Reply
from bot.service.beside import Beside
from bot.service.desk import Desk
from bot.storage.writer import NotStored
from bot.words import Words

_PATIENCE = 2.2  # seconds; Slack gives up after three
_UNHURRIED = 10.0  # seconds; nobody waits at a front page that is brought up to date
_REPORT = ("concern", "worry")  # what is begun about a message that somebody chose
_LIKE = 60  # of 100: how alike a name must be to what is typed


@dataclass(frozen=True, slots=True)
class Hands:
    """What the listeners work with."""

    api: Api
    desk: Desk
    words: Words
    windows: Windows
    replies: Replies
    traces: Traces
    homes: Homes
    tasks: Beside
    entrance: Entrance


class Listeners:
    """One method for each kind of thing that Slack sends."""

    def __init__(self, hands: Hands) -> None:
        self._with = hands

    # Presses and windows --------------------------------------------------------------------------------------------

    async def press(self, ack: AsyncAck, body: Payload) -> None:
        """Take a pressed button."""
        await self._shown(ack, parse.press(body))

    async def command(self, ack: AsyncAck, body: Payload) -> None:
        """Take the slash command."""
        await self._shown(ack, parse.command(body))

    async def shortcut(self, ack: AsyncAck, body: Payload) -> None:
        """Take a shortcut."""
        await self._shown(ack, parse.shortcut(body))

    async def _shown(self, ack: AsyncAck, heard: Heard | None) -> None:
        if heard is None or not self._with.entrance.ours(heard.who):
            await ack()
            return
        begin, windows = self._with.tasks.begin, self._with.windows
        try:
            reply = await self._within(self._answer(heard))
        except NotStored:
            await ack()
            notice = self._not_stored()
            begin(windows.lay_over(heard, notice) if heard.window else windows.show(heard, notice))
            return
        await ack()
        if isinstance(reply, Home):
            begin(self._fronted(heard, reply))
            return
        begin(windows.show(heard, reply, heard.act.number if isinstance(heard.act, Page) else 0))
        self._follow(heard.who, reply)

    async def _fronted(self, heard: Heard, home: Home) -> None:
        await self._with.windows.put(heard, launcher(home, self._with.words), self._with.windows.instead_of_front())

    async def submit(self, ack: AsyncAck, body: Payload, req: AsyncBoltRequest) -> None:
        """Take a window that was sent, and move it on: the answer to Slack is the next page."""
        heard = parse.submission(body, "".join(req.headers.get("x-slack-request-timestamp", ())))
        if heard is None or not self._with.entrance.ours(heard.who):
            await ack()
            return
        try:
            reply = await self._within(self._answer(heard))
        except NotStored:  # at the field, so that what was written stays
            notice = self._not_stored()
            said = " ".join((f"{notice.title}.", *notice.lines))
            if heard.block:
                await ack(response_action="errors", errors={heard.block: said})
            else:
                await ack(response_action="update", view=window(notice, self._with.words))
            return
        if isinstance(reply, Home):
            await ack()
        elif isinstance(reply, Prompt) and (wrong := mistake(reply, heard.block)):
            await ack(response_action="errors", errors=wrong)
        else:
            await ack(response_action="update", view=window(reply, self._with.words))
            self._follow(heard.who, reply)

    async def close(self, ack: AsyncAck, body: Payload) -> None:
        """Say how to go on with what was closed before its end."""
        heard = parse.closing(body)
        await ack()
        if heard and self._with.entrance.ours(heard.who):
            self._with.tasks.begin(self._closed(heard))

    async def _closed(self, heard: Heard) -> None:
        assert isinstance(heard.act, Show)  # noqa: S101 - that is what `closing` gives
        talk, words = heard.act.talk, self._with.words
        if isinstance(await self._with.desk.present(heard.who, talk), Prompt):
            await self._with.replies.say(
                heard.who, f"closed {heard.event}", go_on(words.say("closed"), talk, words), talk
            )

    async def search(self, ack: AsyncAck, body: Payload) -> None:
        """Give names of the school's list that are like what somebody types. Only those on it may look."""
        who, text = parse.search(body)
        known = self._with.entrance.ours(who) and self._with.entrance.listed(who)
        names = [name for name in self._with.desk.roster.adult_names if size(name) <= OPTION] if known else []
        found = process.extract(
            text, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=SOME, score_cutoff=_LIKE
        )
        await ack(options=people([name for name, *_ in found]))

    # Events ---------------------------------------------------------------------------------------------------------

    async def message(self, body: Payload) -> BoltResponse | None:
        """Take what is said in the direct conversation. Slack brings it again where it could not be stored."""
        heard = parse.message(body)
        if heard is None or not self._with.entrance.ours(heard.who):
            return None
        key = f"reply {heard.event}"
        try:
            reply = await self._within(self._answer(heard))
        except NotStored:
            self._with.tasks.begin(
                self._with.replies.say(heard.who, key, message(self._not_stored(), self._with.words))
            )
            return BoltResponse(status=503)
        if not isinstance(reply, Home):
            talk = reply.talk if isinstance(reply, Prompt) else ""
            self._with.tasks.begin(self._with.replies.say(heard.who, key, message(reply, self._with.words), talk))
            self._follow(heard.who, reply)
        return None

    async def home(self, body: Payload) -> None:
        """Show the front page to whoever looks at it."""
        who = parse.opened(body)
        if who and self._with.entrance.ours(who):
            self._with.tasks.begin(self._with.homes.show(who))

    async def leave(self, body: Payload) -> None:
        """Stop when Beacon was taken out of the workspace, or its token away."""
        event = body["event"]
        gone = event["type"] == "app_uninstalled" or bool(event.get("tokens", {}).get("bot"))
        if gone and body["team_id"] == self._with.entrance.team:
            self._with.api.stop(str(event["type"]))

    async def other(self) -> None:
        """Take any other event: one that is not taken counts as failed with Slack, and comes again."""

    # What is answered -----------------------------------------------------------------------------------------------

    async def front(self, who: Identity) -> Home:
        """Give somebody's front page."""
        admitted = await self._with.entrance.admit(who, _UNHURRIED)
        if isinstance(admitted, Notice):
            return Home(self._with.words.say("brand"), admitted.lines)
        return await self._with.desk.home(who, admitted)

    async def _within(self, work: Awaitable[Reply | Home]) -> Reply | Home:
        """Wait for as long as Slack does. Raises NotStored also when that was too short to know."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await work
        except TimeoutError as late:
            raise NotStored("not within the time that Slack gives") from late

    async def _answer(self, heard: Heard) -> Reply | Home:
        vouched = await self._with.entrance.admit(heard.who)
        if isinstance(vouched, Notice):
            return vouched
        match heard.act:
            case Press() | Typed() | Attached() as act:
                return await self._receive(heard, act, vouched)
            case Page(token=token):
                return await self._receive(heard, Press(token), vouched)
            case Show(talk=talk):
                present = await self._with.desk.present(heard.who, talk)
                return present or Notice((self._with.words.say("gone"),))
            case Front(report=report):
                home = await self._with.desk.home(heard.who, vouched)
                return await self._reported(heard, home, vouched) if report else home

    async def _receive(self, heard: Heard, act: Press | Typed | Attached, vouched: Vouched | None) -> Reply:
        return await self._with.desk.receive(Inbound(heard.who, heard.event, act, vouched))

    async def _reported(self, heard: Heard, home: Home, vouched: Vouched | None) -> Reply | Home:
        """Begin a report about a message. What is unfinished comes first; where neither can be, the front page."""
        reports = (button for button in home.starts if button.token.subject in _REPORT)
        begins = next(iter((*home.unfinished, *reports)), None)
        if begins is None:
            return home
        reply = await self._receive(heard, Press(begins.token), vouched)
        if isinstance(reply, Prompt):
            return replace(reply, remarks=(*reply.remarks, self._with.words.say("report-message")))
        return reply

    def _not_stored(self) -> Notice:
        words = self._with.words
        return Notice((words.say("not-stored"),), title=words.say("not-stored-title"))

    def _follow(self, who: Identity, reply: Reply) -> None:
        """Bring up to date what else this person sees."""
        if not isinstance(reply, Prompt) or reply.turn == 0:
            self._with.tasks.begin(self._with.homes.freshen(who))
            self._with.tasks.begin(self._with.traces.sweep(who))
