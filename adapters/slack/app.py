"""Puts the Slack adapter together: Bolt, its listeners, what delivers, and what runs beside. Must not know any table.

Bolt answers Slack only once a listener is done (`process_before_response`): by default it answers first, and a process
that ends then has lost what it said it took. Few listeners that take everything: each one costs every request, and what
none takes is a failed delivery to Slack.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.routing import Route

from adapters.slack.api import Api, log, pause, quiet
from adapters.slack.chat import Chat
from adapters.slack.config import ADDRESS, SlackConfig
from adapters.slack.dial import Dial
from adapters.slack.door import Door
from adapters.slack.entrance import Entrance
from adapters.slack.groups import Groups
from adapters.slack.homes import Homes
from adapters.slack.install import Install
from adapters.slack.listeners import Hands, Listeners
from adapters.slack.replies import Replies
from adapters.slack.standing import Standings
from adapters.slack.surface import SlackSurface
from adapters.slack.traces import Traces
from adapters.slack.windows import Windows
from bot.clock import Clock
from bot.inbound import Identity
from bot.prompt import Home
from bot.service.beside import Beside, tried
from bot.service.desk import Desk
from bot.service.joining import Joining
from bot.service.surface import Later, Never
from bot.settings import School
from bot.storage.joining import Source
from bot.storage.reader import Reader
from bot.storage.writer import Writer
from bot.trace import trace
from bot.words import Words

_SWEPT = 60.0  # seconds between two looks for talks that time has ended
_ANYTHING = re.compile(".*", re.DOTALL)


class SlackApp:
    """One school's Slack."""

    def __init__(
        self,
        config: SlackConfig,
        school: School,
        writer: Writer,
        reader: Reader,
        clock: Clock,
        words: Words,
        wait: Callable[[float], Awaitable[None]] = pause,
        reread: Callable[[], SlackConfig] | None = None,
    ) -> None:
        """Prepare it; nothing is asked of Slack before `forever` runs or something is delivered.

        `reread` gives the secrets as they are now, for when the token counts no more.
        """
        self._config = config
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._words = words
        self._wait = wait
        self.api = Api(config, clock)
        self.chat = Chat(self.api, clock, wait)
        self.surface = SlackSurface(self.api, self.chat, reader, school, config, words)
        self.tasks = Beside("Slack")
        self.standings = Standings(self.api, self.tasks, config.team, writer, reader, clock)
        named = school.slack.groups
        everybody = Groups(self.api, named, self.standings).everybody if named else None
        self.groups = Joining(Source("slack", config.team), "Slack's groups", everybody, writer, clock)
        self.install = Install(self.api, writer, reader, clock, reread)
        self.api.on_stop = lambda: self.tasks.begin(self.install.look())
        self._traces: Traces | None = None
        self._dial: Dial | None = None
        self._own = ""  # Beacon's own user there, once Slack has said

    def trouble(self) -> str:
        """Say what stands in the way until an administrator puts it right, or ""."""
        return self.api.trouble or (self._dial.trouble if self._dial else "") or self.groups.trouble

    def routes(self, desk: Desk) -> tuple[Route, ...]:
        """Give the address Slack calls; none where Beacon rings up itself."""
        self.install.office = desk.office
        bolt = self._bolt(desk)
        if self._config.app_token:
            self._dial = Dial(bolt, self._config)
            return ()
        door = Door(bolt, self._config.signing_secret, self._clock)
        return (Route(ADDRESS, door.knock, methods=["POST"]),)

    def _bolt(self, desk: Desk) -> AsyncApp:
        traces = Traces(self.chat, desk, self._writer, self._reader, self._clock, self._words)
        self._traces = traces
        replies = Replies(self.chat, traces, self._wait)
        windows = Windows(self.api, replies, traces, self._words, self._wait)

        async def front(who: Identity) -> Home:
            return await listeners.front(who)

        homes = Homes(self.api, front, self._words, self._wait)
        listeners = Listeners(
            Hands(
                *(self.api, desk, self._words, windows, replies, traces, homes, self.tasks),
                Entrance(self._config, desk.office.directory, self.standings, self._words),
            )
        )

        async def authorize() -> AuthorizeResult:
            """Give what is known: asking Slack each time would lose events whenever Slack does not answer."""
            token, team = self.api.token, self._config.team
            return AuthorizeResult(enterprise_id=None, team_id=team, bot_token=token, bot_user_id=self._own or None)

        return _listening(listeners, authorize)

    async def forever(self) -> None:
        """Say whether Slack takes the token, and go on until cancelled; then finish what is on its way."""
        begun = False
        try:
            while True:
                begun = begun or await tried(self.begin, "Slack")
                await self.look_round()
                await asyncio.sleep(_SWEPT)
        finally:
            if self._dial:
                await self._dial.end()
            await self.tasks.finish()
            await self.api.close()

    async def look_round(self) -> None:
        """Do once what is done again and again; what fails holds up nothing else, and is tried again in a minute."""
        for work in (self.install.look, self._sweep, self.standings.refresh, self.groups.look):
            await tried(work, "Slack")

    async def begin(self) -> None:
        """Ring Slack up where that is how it goes; see whether it takes the token; remember what an earlier run left.

        Raises Tampered, which must not keep anybody from being heard: so that comes last.
        """
        if self._dial:
            await self._dial.begin()
        await self.hello()
        await self.standings.load()
        if self._traces:
            await self._traces.load()

    async def hello(self) -> None:
        """Ask Slack who Beacon is there, and say so where that is not as the settings have it."""
        try:
            answer = await self.api.call("auth.test")
        except (Later, Never) as wrong:
            log.warning("Slack does not answer as it should (%s): run `beacon doctor slack`", trace(wrong))
            return
        self._own = str(answer["user_id"])
        if answer["team_id"] != self._config.team:
            log.error("the token is of workspace %s, not of %s as in [slack]", answer["team_id"], self._config.team)

    async def _sweep(self) -> None:
        """Take away the questions in direct messages whose talks time has ended. Raises Later, Never."""
        if self._traces:
            await self._traces.sweep()


def _listening(listeners: Listeners, authorize: Callable[[], Awaitable[AuthorizeResult]]) -> AsyncApp:
    app = AsyncApp(
        name="beacon",
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,  # the door did that, before anything was read, and without a word in a log
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
        logger=quiet,
    )
    app.action(_ANYTHING)(listeners.press)
    app.view_submission(_ANYTHING)(listeners.submit)
    app.event("message")(listeners.message)
    app.event("app_home_opened")(listeners.home)
    app.command(_ANYTHING)(listeners.command)
    app.shortcut(_ANYTHING)(listeners.shortcut)
    app.view_closed(_ANYTHING)(listeners.close)
    app.options(_ANYTHING)(listeners.search)
    app.event(re.compile("app_uninstalled|tokens_revoked"))(listeners.leave)
    app.event(_ANYTHING)(listeners.other)

    @app.error
    async def failed(error: Exception) -> BoltResponse:
        log.error("a request from Slack failed: %s", trace(error))
        return BoltResponse(status=500)

    return app
