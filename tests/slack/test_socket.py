"""Socket Mode: Beacon rings Slack up, and what comes that way is taken like what comes by the address."""

import asyncio
import json
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from adapters.slack.app import SlackApp
from adapters.slack.config import SlackConfig
from bot.clock import ManualClock
from bot.inbound import Identity
from bot.storage import members
from bot.wiring import Beacon, open_store
from tests.school import FRIDAY, larkfield, larkfield_people
from tests.slack.fake import TEAM, TOKEN
from tests.slack.town import WORDS, user


class Exchange:
    """Slack's end of the connection: it sends what it is told to, and keeps what is answered."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.authorized: list[str] = []
        self.port = 0

    async def api(self, request: web.Request) -> web.Response:
        self.authorized.append(request.headers["Authorization"])
        if request.path.endswith("apps.connections.open"):
            return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"})
        return web.json_response({"ok": True, "team_id": TEAM, "user_id": "UBEACON"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        reading = asyncio.create_task(self._read(socket))
        try:
            while not socket.closed:
                getting = asyncio.create_task(self.sent.get())
                await asyncio.wait([getting, reading], return_when=asyncio.FIRST_COMPLETED)
                if reading.done():
                    getting.cancel()
                    break
                await socket.send_json(getting.result())
        finally:
            reading.cancel()
        return socket

    async def _read(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT and message.data.startswith("{"):
                await self.answers.put(json.loads(message.data))


def test_a_command_that_comes_by_beacons_own_connection_is_answered(tmp_path: Path) -> None:
    asyncio.run(_talk(tmp_path))


async def _talk(folder: Path) -> None:
    exchange, book, clock = Exchange(), larkfield(), ManualClock(FRIDAY)
    served = web.Application()
    served.router.add_post("/api/{method}", exchange.api)
    served.router.add_get("/link", exchange.link)
    runner = web.AppRunner(served)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    exchange.port = runner.addresses[0][1]
    stored = open_store(folder, book.school.id)

    def settle(tx: Any) -> None:
        members.put(tx, larkfield_people())
        members.link(tx, Identity("slack", TEAM, user("oyelaran")), "oyelaran")

    stored.writer.run_now(settle)
    config = SlackConfig(TEAM, TOKEN, "", "xapp-1-A0-secret", api=f"http://127.0.0.1:{exchange.port}/api/")
    app = SlackApp(config, book.school, stored.writer, stored.reader, clock, WORDS)
    beacon = Beacon(stored, book, clock, {"slack": app.surface})
    assert app.routes(beacon.desk) == (), "nothing is open to the outside"
    beside = asyncio.create_task(app.forever())
    payload = {"team_id": TEAM, "user_id": user("oyelaran"), "command": "/beacon", "text": "", "trigger_id": "1.1"}
    await exchange.sent.put({"type": "slash_commands", "envelope_id": "e-1", "payload": payload})
    async with asyncio.timeout(20):
        answer = await exchange.answers.get()
    assert answer["envelope_id"] == "e-1"
    beside.cancel()
    await asyncio.gather(beside, return_exceptions=True)
    assert "Bearer xapp-1-A0-secret" in exchange.authorized
    assert f"Bearer {TOKEN}" in exchange.authorized
    await runner.cleanup()
    stored.close()
