"""Socket Mode: Beacon rings Slack up. Whatever becomes of the connection, what comes by it is stored, once."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from adapters.slack import dial
from adapters.slack.app import SlackApp
from adapters.slack.config import SlackConfig
from bot.clock import SystemClock
from bot.inbound import Identity, Inbound
from bot.prompt import Reply
from bot.storage import members, references
from bot.storage.tx import Tx
from bot.storage.writer import NotStored
from bot.wiring import Beacon, Stored, open_store
from tests.school import larkfield, larkfield_people
from tests.slack.fake import TEAM, TOKEN
from tests.slack.town import WORDS, user

Json = dict[str, Any]
_SOON = 30  # seconds; all of it takes a fraction of that


class Exchange:
    """Slack's end of the connection. An address it gives is good for one connection, as Slack's are."""

    def __init__(self) -> None:
        self.port = 0
        self.refusals: list[tuple[int, str]] = []  # of apps.connections.open, before it gives an address again
        self.closed_doors = 0  # connections that are refused before one is let in
        self.asked = 0
        self.authorized: list[str] = []
        self.acked: list[str] = []
        self.changed = asyncio.Event()
        self.links: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)

    async def api(self, request: web.Request) -> web.Response:
        self.authorized.append(request.headers["Authorization"])
        if not request.path.endswith("apps.connections.open"):
            return web.json_response({"ok": True, "team_id": TEAM, "user_id": "UBEACON", "messages": [], "ts": "1.1"})
        self.asked += 1
        if self.refusals:
            status, error = self.refusals.pop(0)
            return web.json_response({"ok": False, "error": error}, status=status, headers={"Retry-After": "0"})
        ticket = str(next(self._numbers))
        self._tickets.add(ticket)
        return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/link?ticket={ticket}"})

    async def link(self, request: web.Request) -> web.StreamResponse:
        if request.query["ticket"] not in self._tickets:
            return web.Response(status=404)
        self._tickets.remove(request.query["ticket"])
        if self.closed_doors:
            self.closed_doors -= 1
            return web.Response(status=503)
        link = web.WebSocketResponse()
        await link.prepare(request)
        await link.send_json({"type": "hello", "num_connections": 1})
        self.links.append(link)
        self._notify()
        async for message in link:
            if message.type is WSMsgType.TEXT and message.data.startswith("{"):
                self.acked.append(json.loads(message.data)["envelope_id"])
                self._notify()
        if link in self.links:
            self.links.remove(link)
        return link

    def _notify(self) -> None:
        self.changed.set()

    async def until(self, so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(_SOON):
            while not so():
                self.changed.clear()
                await self.changed.wait()

    async def send(self, payload: Json, envelope: str = "", **more: Any) -> str:
        """Send an envelope by the newest connection, once there is one, and give its id."""
        envelope = envelope or f"e-{next(self._numbers)}"
        await self.until(lambda: bool(self.links))
        await self.links[-1].send_json({"envelope_id": envelope, "payload": payload, **more})
        return envelope

    async def deliver(self, event_id: str, text: str = "Report a concern") -> str:
        """Bring an event as Slack does: again by the connection there is, until it is acknowledged."""
        for attempt in itertools.count():
            try:
                envelope = await self.send(event(event_id, text), type="events_api", retry_attempt=attempt)
            except ConnectionError:
                continue
            try:
                async with asyncio.timeout(2 + attempt):
                    await self.until(lambda e=envelope: e in self.acked)  # type: ignore[misc]
            except TimeoutError:
                assert attempt < 8, "it is never acknowledged"
                continue
            return envelope
        raise AssertionError

    async def disconnect(self, reason: str) -> None:
        """Say that this connection ends, as Slack does some seconds before; and end it."""
        link = self.links.pop()
        await link.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "x"}})
        await self.until(lambda: bool(self.links) or link.closed)
        await link.close()

    async def drop(self) -> None:
        """Let the connection break without a word."""
        transport = self.links.pop()._req.transport  # type: ignore[union-attr]
        assert transport
        transport.abort()


def event(event_id: str, text: str) -> Json:
    said = {"type": "message", "channel": "DOYELARAN", "channel_type": "im", "user": user("oyelaran"), "text": text}
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": event_id,
        "event": {**said, "ts": "1.1", "team": TEAM},
    }


class Line:
    """A school that is connected."""

    def __init__(self, exchange: Exchange, app: SlackApp, beacon: Beacon, stored: Stored) -> None:
        self.exchange = exchange
        self.app = app
        self.beacon = beacon
        self.stored = stored

    def seen(self) -> int:
        """Give how many events are stored."""
        return int(self.stored.reader.run_now(lambda tx: tx.execute("select count(*) from inbox").fetchone())[0])

    def talks(self) -> int:
        return int(self.stored.reader.run_now(lambda tx: tx.execute("select count(*) from talk").fetchone())[0])


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[Line]:
    exchange, book = Exchange(), larkfield()
    served = web.Application()
    served.router.add_post("/api/{method}", exchange.api)
    served.router.add_get("/link", exchange.link)
    runner = web.AppRunner(served)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    exchange.port = runner.addresses[0][1]
    stored = open_store(folder, book.school.id)

    def settle(tx: Any) -> None:
        members.put(tx, larkfield_people())
        members.link(tx, Identity("slack", TEAM, user("oyelaran")), "oyelaran")

    stored.writer.run_now(settle)
    config = SlackConfig(TEAM, TOKEN, "", "xapp-1-A0-secret", api=f"http://127.0.0.1:{exchange.port}/api/")
    app = SlackApp(config, book.school, stored.writer, stored.reader, SystemClock(), WORDS)
    beacon = Beacon(stored, book, SystemClock(), {"slack": app.surface})
    assert app.routes(beacon.desk) == (), "nothing is open to the outside"
    beside = asyncio.create_task(app.forever())
    try:
        yield Line(exchange, app, beacon, stored)
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)
        await runner.cleanup()
        stored.close()


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what takes minutes with Slack take a second."""
    monkeypatch.setattr(dial.Dial.__init__, "__defaults__", (0.5, 1.0))


def talk(folder: Path, test: Callable[[Line], Awaitable[None]]) -> None:
    async def run() -> None:
        async with connected(folder) as line:
            await test(line)

    asyncio.run(run())


def test_a_command_that_comes_by_beacons_own_connection_is_answered(tmp_path: Path) -> None:
    async def test(line: Line) -> None:
        asked = {"team_id": TEAM, "user_id": user("oyelaran"), "command": "/beacon", "text": "", "trigger_id": "1.1"}
        sent = await line.exchange.send(asked, type="slash_commands")
        await line.exchange.until(lambda: sent in line.exchange.acked)
        assert "Bearer xapp-1-A0-secret" in line.exchange.authorized
        assert f"Bearer {TOKEN}" in line.exchange.authorized

    talk(tmp_path, test)


async def refresh(exchange: Exchange) -> None:
    await exchange.disconnect("refresh_requested")


async def warning(exchange: Exchange) -> None:
    await exchange.disconnect("warning")


async def link_disabled(exchange: Exchange) -> None:
    await exchange.disconnect("too_many_websockets")


async def dropped(exchange: Exchange) -> None:
    await exchange.drop()


async def door_closed(exchange: Exchange) -> None:
    """The address is used up by a try that fails: Slack's own client would try it for ever."""
    exchange.closed_doors = 1
    await exchange.drop()


def refused(status: int, error: str, times: int) -> Callable[[Exchange], Awaitable[None]]:
    async def happen(exchange: Exchange) -> None:
        exchange.refusals = [(status, error)] * times
        await exchange.drop()

    happen.__name__ = f"{status} {error}"
    return happen


@pytest.mark.parametrize(
    "happens",
    [
        refresh,
        warning,
        link_disabled,
        dropped,
        door_closed,
        refused(429, "ratelimited", 2),
        refused(500, "internal_error", 3),
        refused(200, "invalid_auth", 3),
    ],
    ids=lambda happens: happens.__name__,
)
def test_after_whatever_happens_to_the_connection_messages_flow_again(
    tmp_path: Path, happens: Callable[[Exchange], Awaitable[None]]
) -> None:
    async def test(line: Line) -> None:
        await line.exchange.deliver("Ev1")
        await happens(line.exchange)
        await line.exchange.deliver("Ev2", "a child")
        await line.exchange.deliver("Ev1")  # brought once more
        assert (line.seen(), line.talks()) == (2, 1)
        await asyncio.wait_for(_well(line.app), _SOON)

    talk(tmp_path, test)


async def _well(app: SlackApp) -> None:
    while app.trouble():  # noqa: ASYNC110 - it notices by itself, and wakes nobody
        await asyncio.sleep(0.05)


def test_a_start_without_slack_goes_on_and_says_so(tmp_path: Path) -> None:
    async def test(line: Line) -> None:
        line.exchange.refusals = [(200, "invalid_auth")] * 3
        async with asyncio.timeout(_SOON):
            while line.app.trouble() != "invalid_auth":  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
        await line.exchange.deliver("Ev1")
        await asyncio.wait_for(_well(line.app), _SOON)
        assert line.exchange.asked >= 4

    talk(tmp_path, test)


def test_a_damaged_row_keeps_nobody_from_being_heard(tmp_path: Path) -> None:
    async def test(line: Line) -> None:
        await line.exchange.deliver("Ev1")

    def damage(tx: Tx) -> None:
        for kind, key in (("standing", "U1"), ("group", "U1"), ("stopped", "")):
            references.put(tx, "slack", kind, key, b"{}", SystemClock().now())  # type: ignore[arg-type]
        tx.execute("update reference set sealed = x'00'")

    stored = open_store(tmp_path, larkfield().school.id)
    stored.writer.run_now(damage)
    stored.close()
    talk(tmp_path, test)


def test_a_redelivered_envelope_is_acknowledged_again_and_stored_once(tmp_path: Path) -> None:
    async def test(line: Line) -> None:
        for _ in range(3):
            await line.exchange.deliver("Ev1")
        assert Counter(line.exchange.acked).most_common(1)[0][1] == 1
        assert len(line.exchange.acked) == 3
        assert (line.seen(), line.talks()) == (1, 1)

    talk(tmp_path, test)


def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(line: Line) -> None:
        receive, failing = line.beacon.desk.receive, True

        async def fails(inbound: Inbound) -> Reply:
            if inbound.event == "Ev1" and failing:
                raise NotStored("the disk is full")
            return await receive(inbound)

        monkeypatch.setattr(line.beacon.desk, "receive", fails)
        first = await line.exchange.send(event("Ev1", "Report a concern"), "first", type="events_api")
        await line.exchange.deliver("Ev2", "help")
        assert first not in line.exchange.acked
        assert line.seen() == 1
        failing = False
        await line.exchange.deliver("Ev1")
        assert first not in line.exchange.acked
        assert line.seen() == 2

    talk(tmp_path, test)


def test_an_answer_that_comes_after_its_connection_has_gone_is_stored_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(line: Line) -> None:
        receive, stored, go_on = line.beacon.desk.receive, asyncio.Event(), asyncio.Event()

        async def slow(inbound: Inbound) -> Reply:
            reply = await receive(inbound)
            stored.set()
            await go_on.wait()
            return reply

        monkeypatch.setattr(line.beacon.desk, "receive", slow)
        await line.exchange.send(event("Ev1", "Report a concern"), type="events_api")
        await stored.wait()
        await line.exchange.drop()
        go_on.set()
        await line.exchange.deliver("Ev1")
        assert (line.seen(), line.talks()) == (1, 1)

    talk(tmp_path, test)


@pytest.mark.parametrize(
    ("tries", "after", "seconds"), [(1, 0.0, 5.0), (2, 60.0, 60.0), (9, 0.0, 300.0), (5000, 0.0, 300.0)]
)
def test_it_is_tried_ever_more_seldom_and_for_as_long_as_it_takes(tries: int, after: float, seconds: float) -> None:
    """After a holiday without a line there have been thousands of tries."""
    assert dial.pause(10.0, tries, after) == seconds
