"""How fast Teams is answered, beside Microsoft's own HttpServer with an empty handler. Run it by itself.

A turn of ours is one press as Teams sends it: token checked, read, stored with a commit, the next card given. Theirs
checks the same token and gives nothing. Both run behind the same uvicorn in a process of their own, one after the other
in each round, asked by the same hundred people; the connector that ours writes to takes everything at once.
"""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.teams.app import ADDRESS, TeamsApp
from adapters.teams.config import TeamsConfig
from adapters.teams.connector import Posted
from bot.clock import SystemClock
from bot.inbound import Identity
from bot.library import wording
from bot.people import Member, Role
from bot.running.serving import application
from bot.storage import members
from bot.storage.tx import Tx
from bot.wiring import Beacon, open_store
from tests.school import larkfield
from tests.teams.campus import person
from tests.teams.microsoft import APP, BOT, TENANT, FakeTeams, signing_key
from tests.web.served import serve

PEOPLE, SECONDS, ROUNDS = 100, 5.0, 3
SERVICE = "https://connector.example/"
out = sys.stdout.write


class AtOnce:
    """A connector that takes everything at once."""

    trouble = ""

    async def send(self, *_: object) -> Posted:
        return Posted(SERVICE, "a", "1")

    async def update(self, *_: object) -> None: ...

    async def close(self) -> None: ...


def ours(folder: Path, keys: str) -> Any:
    """Give our application, with a hundred teachers."""
    book, clock = larkfield(), SystemClock()
    stored = open_store(folder, book.school.id)
    config = TeamsConfig(APP, TENANT, "x" * 20, keys=keys, service=SERVICE)
    app = TeamsApp(config, book.school, stored.writer, stored.reader, clock, wording("teams"))
    app.connector = AtOnce()  # type: ignore[assignment]
    people = [Member(f"m{n}", f"Person {n}", frozenset({Role.STAFF})) for n in range(PEOPLE)]
    people.append(Member("dsl", "Mrs Amara Okafor", frozenset({Role.DSL, Role.STAFF})))

    def listed(tx: Tx) -> None:
        members.put(tx, people)
        for member in people:
            members.link(tx, Identity("teams", TENANT, person(member.id)), member.id)

    stored.writer.run_now(listed)
    beacon = Beacon(stored, book, clock, {})
    return application(beacon, app.routes(beacon.desk))


def theirs(keys: str) -> Any:
    """Give Microsoft's server with an empty handler."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from microsoft_teams.api import InvokeResponse, TokenCredentials  # noqa: PLC0415
        from microsoft_teams.api.auth.cloud_environment import PUBLIC, with_overrides  # noqa: PLC0415
        from microsoft_teams.apps.http import HttpServer  # noqa: PLC0415

    class Kept:
        handler: Any

        def register_route(self, method: str, path: str, handler: Any) -> None:
            self.handler = handler

    kept = Kept()
    server = HttpServer(kept, ADDRESS)  # type: ignore[arg-type]

    async def nothing(_: object) -> Any:
        return InvokeResponse(status=200)

    server.on_request = nothing
    cloud = with_overrides(PUBLIC, openid_metadata_url=keys.replace("/openid", "/openidconfiguration"))
    server.initialize(TokenCredentials(client_id=APP, tenant_id=TENANT, token=lambda *_: ""), cloud)

    async def endpoint(request: Request) -> Response:
        told = {"body": await request.json(), "headers": dict(request.headers)}
        answer = await kept.handler(told)
        return JSONResponse(answer["body"], answer["status"])

    return Starlette(routes=[Route(ADDRESS, endpoint, methods=["POST"])])


@dataclass
class Talker:
    """Somebody who answers a question and goes back, again and again."""

    name: str
    bearer: str
    token: str = "start.concern.0."  # noqa: S105
    waits: list[float] = field(default_factory=list)
    turns: int = 0

    def request(self) -> bytes:
        self.turns += 1
        data = {"token": self.token, **({"value": "child"} if self.token.startswith("answer.") else {})}
        body = {
            "type": "invoke",
            "name": "adaptiveCard/action",
            "id": f"{self.name}-{self.turns}",
            "channelId": "msteams",
            "serviceUrl": SERVICE,
            "from": {"id": f"29:{self.name}", "aadObjectId": person(self.name)},
            "conversation": {"id": f"a:{self.name}", "conversationType": "personal", "tenantId": TENANT},
            "recipient": {"id": BOT},
            "channelData": {"tenant": {"id": TENANT}},
            "replyToId": "1",
            "value": {"action": {"type": "Action.Execute", "verb": "beacon", "data": data}, "trigger": "manual"},
        }
        content = json.dumps(body).encode()
        head = f"POST {ADDRESS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.bearer}\r\nContent-Length: "
        return f"{head}{len(content)}\r\nContent-Type: application/json\r\n\r\n".encode() + content

    def answered(self, body: bytes) -> None:
        """Go on: back where one can, else the first choice."""
        text = body.decode()
        for wanted in ('"token":"back.', '"token":"answer.'):
            if (at := text.find(wanted)) >= 0:
                self.token = text[at + 9 : text.index('"', at + 9)]
                return

    async def talk(self, port: int, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (start := time.perf_counter()) < until:
            writer.write(self.request())
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            self.waits.append(time.perf_counter() - start)
            self.answered(body)
        writer.close()


async def load(port: int, bearer: str, people: int) -> tuple[float, float, float]:
    """Give turns a second, and p50 and p99 of a turn in ms."""
    talkers = [Talker(f"m{n}", bearer) for n in range(people)]
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(talker.talk(port, until) for talker in talkers))
    waits = sorted(wait for talker in talkers for wait in talker.waits)
    return len(waits) / SECONDS, waits[len(waits) // 2] * 1e3, waits[len(waits) * 99 // 100] * 1e3


def measure(which: str, keys: str, bearer: str, people: int) -> tuple[float, float, float]:
    """Start a server, ask it, and end it."""
    with tempfile.TemporaryDirectory() as folder:
        ready, told = os.pipe()
        words = [sys.executable, "-W", "ignore", "-m", "tests.bench.bench_teams", which, keys, folder, str(told)]
        process = subprocess.Popen(words, pass_fds=[told])  # noqa: S603 - our own program
        os.close(told)
        try:
            with os.fdopen(ready) as said:
                port = int(said.readline())
            asyncio.run(load(port, bearer, 4))  # keys fetched, code warm
            return asyncio.run(load(port, bearer, people))
        finally:
            process.terminate()
            process.wait()


def run(which: str, keys: str, folder: str, told: int) -> None:
    """Serve one of the two, and say where."""
    app = ours(Path(folder), keys) if which == "ours" else theirs(keys)

    listening = socket.create_server(("127.0.0.1", 0))  # whoever comes before it runs waits
    os.write(told, f"{listening.getsockname()[1]}\n".encode())
    os.close(told)
    uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off")).run([listening])


def main() -> None:
    """Print both, side by side."""
    now = int(time.time())
    claims = {"iss": "https://api.botframework.com", "aud": APP, "exp": now + 3600, "serviceurl": SERVICE}
    bearer = jwt.encode(claims, signing_key("good"), "RS256", headers={"kid": "good"})
    ratios: list[tuple[float, float]] = []
    with serve(lambda _: FakeTeams().app()) as address:
        for _ in range(ROUNDS):
            found = {which: measure(which, f"{address}/openid", bearer, PEOPLE) for which in ("theirs", "ours")}
            for which, (turns, p50, p99) in found.items():
                out(f"{which:7} {turns:6.0f} turns/s   p50 {p50:6.1f}   p99 {p99:6.1f} ms\n")
            ratios.append((found["ours"][0] / found["theirs"][0], found["ours"][2] / found["theirs"][2]))
    throughput, slowest = (statistics.median(each) for each in zip(*ratios, strict=True))
    out(f"median: {throughput:.0%} of their throughput, p99 {slowest:.2f} times theirs, at {PEOPLE} people\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
