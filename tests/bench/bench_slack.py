"""How fast the Slack adapter is beside a hello-world Bolt app, in one run: `python -m tests.bench.bench_slack`.

First clicks: a window that is sent and answered with the next, signed, over HTTP. Ours is stored durably before it is
answered; the floor's is only acknowledged. Both are processes of their own behind uvicorn, asked by the same client in
turns, each round in the other order, after a second that is not measured: Slack connects once, and not for each click.
Only the ratios say anything about this program, and of them the median over the rounds. Then a crowd: a hundred people
report at once while 8 % of all calls to Slack go wrong, and every report and alert is counted.
"""

import argparse
import asyncio
import gc
import hashlib
import hmac
import itertools
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from slack_bolt import Ack
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.slack import chat
from adapters.slack.app import SlackApp
from adapters.slack.config import SlackConfig
from bot.clock import SystemClock
from bot.library import wording
from bot.prompt import Card, Notice, Prompt
from bot.running.serving import application, listen
from bot.wiring import Beacon
from tests.crash.large_school import begin, pressed, staff_id, start
from tests.slack.fake import TOKEN, FakeSlack
from tests.web.served import serve

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of this run
TEAM = "larkfield"
PEOPLE = 100
_MOST = 50  # times that somebody presses again
FLOWS = Path(__file__).parent / "flows"
_say = sys.stdout.write
_numbers = itertools.count()


class Bound:
    """A surface that is made after the school."""

    name = "slack"
    real: Any

    async def deliver(self, place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        return str(await self.real.deliver(place, key, rev, item, previous))

    async def readers(self, channel: str) -> frozenset[str] | None:
        found: frozenset[str] | None = await self.real.readers(channel)
        return found


def school(folder: Path, api: str) -> tuple[Beacon, SlackApp, Starlette]:
    """Give a school of many staff in Slack."""
    bound, clock = Bound(), SystemClock()
    beacon = begin(folder, bound, staff=PEOPLE, pupils=0, flows=FLOWS)
    config = SlackConfig(TEAM, TOKEN, SECRET, api=api)
    parts = (beacon.office.book.school, beacon.stored.writer, beacon.stored.reader, clock, wording("slack"))
    app = SlackApp(config, *parts)
    bound.real = app.surface
    return beacon, app, application(beacon, app.routes(beacon.desk))


# Servers, each a process ----------------------------------------------------------------------------------------------


def floor() -> Starlette:
    """Give the hello world: Bolt as its own documentation has it, but answering once the listener is done."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token=TOKEN)

    app = AsyncApp(name="floor", signing_secret=SECRET, authorize=authorize, process_before_response=True)

    @app.view(re.compile(".*"))
    async def sent(ack: Ack) -> None:
        await ack()  # type: ignore[misc]

    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


async def run(which: str) -> None:
    """Serve one of the two, and say where and with which windows to begin."""
    taken = listen("127.0.0.1", 0)
    address = taken.getsockname()[1]
    with tempfile.TemporaryDirectory() as name:
        if which == "floor":
            _say(json.dumps({"port": address, "windows": [f"answer.t{n}.0." for n in range(PEOPLE)]}) + "\n")
            sys.stdout.flush()
            await _uvicorn(floor(), taken)
            return
        beacon, app, served = school(Path(name), "http://127.0.0.1:9/api/")
        windows = []
        for n in range(PEOPLE):
            reply = await beacon.desk.receive(pressed("slack", staff_id(n), f"s{n}", start("bench")))
            assert isinstance(reply, Prompt)
            assert reply.submit
            windows.append(reply.submit.token.encode())
        _say(json.dumps({"port": address, "windows": windows}) + "\n")
        sys.stdout.flush()
        try:
            async with beacon.running():
                await _uvicorn(served, taken)
        finally:
            await app.api.close()
            beacon.stored.close()


async def _uvicorn(app: Starlette, taken: socket.socket) -> None:
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    await uvicorn.Server(config).serve([taken])


@contextmanager
def server(which: str) -> Iterator[dict[str, Any]]:
    """Run one of the two in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_slack", "--serve", which]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own command
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait()


# Clients --------------------------------------------------------------------------------------------------------------


class Clicker:
    """Somebody who answers the first question, goes back, answers it again: each a click that is stored."""

    def __init__(self, port: int, number: int, window: str) -> None:
        self.port = port
        self.user = staff_id(number)
        self.window = window  # what the next click sends
        self.waits: list[float] = []

    async def begin(self) -> None:
        """Connect anew, which a server ends that nobody speaks to for a while, and forget the waits."""
        self.waits.clear()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def click(self, due: float | None = None) -> None:
        _, talk, turn, _ = self.window.split(".")
        field = {"type": "radio_buttons", "selected_option": {"value": "child"}}
        values = {f"field.{talk}.{turn}": {"value": field}} if self.window.startswith("answer") else {}
        view = {"id": f"V{self.user}", "type": "modal", "callback_id": self.window, "hash": str(next(_numbers))}
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "larkfield"},
            "user": {"id": self.user, "username": self.user, "team_id": TEAM},
            "api_app_id": "A0",
            "trigger_id": "1.1.x",
            "view": {**view, "blocks": [{"type": "divider"}] * 60, "state": {"values": values}},  # about 2 kB
            "response_urls": [],
        }
        body = urlencode({"payload": json.dumps(payload)}).encode()
        at = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        head = (
            f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            f"x-slack-request-timestamp: {at}\r\nx-slack-signature: v0={mac}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        began = time.perf_counter() if due is None else due
        self.writer.write(head.encode() + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", answer, re.IGNORECASE)
        text = (await self.reader.readexactly(int(length[1]))).decode() if length else ""
        self.waits.append(time.perf_counter() - began)
        assert b" 200 " in answer.partition(b"\r\n")[0], answer
        self._next(text)

    def _next(self, text: str) -> None:
        if not text:  # the floor's: it says nothing of what comes next
            return
        shown = json.loads(text)["view"]["callback_id"]
        self.window = shown if self.window.startswith("back") else shown.replace("answer.", "back.", 1)


async def closed_loop(clickers: list[Clicker], seconds: float) -> float:
    """Let each click as fast as it is answered; give clicks a second."""
    end = time.perf_counter() + seconds

    async def one(clicker: Clicker) -> None:
        while time.perf_counter() < end:
            await clicker.click()

    await asyncio.gather(*(one(clicker) for clicker in clickers))
    return sum(len(c.waits) for c in clickers) / seconds


async def open_loop(clickers: list[Clicker], seconds: float) -> list[float]:
    """Let each click once a second, whatever the others do; give the waits."""
    began = time.perf_counter()

    async def one(n: int, clicker: Clicker) -> None:
        for second in range(int(seconds)):
            due = began + second + n / len(clickers)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await clicker.click(due)

    await asyncio.gather(*(one(n, clicker) for n, clicker in enumerate(clickers)))
    return [wait for clicker in clickers for wait in clicker.waits]


def percentile(waits: list[float], part: float) -> float:
    """Give a percentile of waits, in milliseconds."""
    return sorted(waits)[int(len(waits) * part)] * 1e3


async def ready(clickers: list[Clicker]) -> None:
    """Connect, and click for a second as in what follows; none of that is measured."""
    await asyncio.gather(*(clicker.begin() for clicker in clickers))
    await open_loop(clickers, 1)
    for clicker in clickers:
        clicker.waits.clear()
    gc.collect()


def in_turns(rounds: int) -> Iterator[str]:
    """Give whose turn it is: both in each round, and neither always the first."""
    for number in range(rounds):
        yield from ("floor", "ours")[:: -1 if number % 2 else 1]


def middle(own: list[float], bare: list[float]) -> str:
    """Give the median of the ratios of each round, and between what they lay."""
    ratios = sorted(a / b for a, b in zip(own, bare, strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


async def clicks(seconds: float, steady: float, rounds: int) -> None:
    """Print the clicks a second of ours beside the floor's, and their waits."""
    gc.freeze()  # what the client keeps is not gone through while it measures
    with server("floor") as bare, server("ours") as own:
        crowds = {
            which: [Clicker(said["port"], n, window) for n, window in enumerate(said["windows"])]
            for which, said in (("floor", bare), ("ours", own))
        }
        for count in (1, PEOPLE):
            rates: dict[str, list[float]] = {"floor": [], "ours": []}
            for which in in_turns(rounds):
                crowd = crowds[which][:count]
                await ready(crowd)
                rates[which].append(await closed_loop(crowd, seconds))
                waits = [wait for clicker in crowd for wait in clicker.waits]
                _say(
                    f"  {count:3} at a time, {which:5}: {rates[which][-1]:5.0f} clicks/s,"
                    f" p50 {percentile(waits, 0.5):6.2f} p99 {percentile(waits, 0.99):6.2f} ms\n"
                )
            _say(
                f"{count} at a time: ours has {middle(rates['ours'], rates['floor'])} of the floor's clicks a second\n"
            )
        p99s: dict[str, list[float]] = {"floor": [], "ours": []}
        for which in in_turns(rounds):
            await ready(crowds[which])
            waits = await open_loop(crowds[which], steady)
            p99s[which].append(percentile(waits, 0.99))
            _say(
                f"  {PEOPLE} people, a click each a second, {which:5}: p50 {percentile(waits, 0.5):6.2f}"
                f" p99 {p99s[which][-1]:6.2f} worst {max(waits) * 1e3:6.1f} ms\n"
            )
        times = middle(p99s["ours"], p99s["floor"])
        _say(f"{PEOPLE} people, a click each a second: p99 of ours is {times} times the floor's\n")


# A crowd with faults --------------------------------------------------------------------------------------------------


class Reporter:
    """Somebody who reports once, however Slack behaves: in windows, and where none opens from a message."""

    def __init__(self, fake: FakeSlack, client: Any, number: int) -> None:
        self.fake = fake
        self.client = client
        self.user = staff_id(number)
        self.waits: list[float] = []
        self.reference = ""
        self.fallbacks = 0
        self.again = 0

    async def report(self) -> None:
        view = await self._press("start.bench.0.", None)
        while "submit" in view:
            fields = [block for block in view["blocks"] if block["type"] == "input"]
            state = {b["block_id"]: {"value": _fill(b["element"])} for b in fields[:1]}
            sent = {**view, "state": {"values": state}}
            answer = await self._send({"type": "view_submission", "view": sent})
            while answer["response_action"] == "errors":  # it may not have been saved, so they press again
                self.again += 1
                assert self.again < _MOST, answer
                answer = await self._send({"type": "view_submission", "view": sent})
            assert answer["response_action"] == "update", answer
            view = self.fake._kept(answer["view"], view["id"])["view"]
        said = str([block.get("text") for block in view["blocks"]])
        found = re.search(r"reference is ([A-Z0-9]{6})", said)
        self.reference = found[1] if found else ""

    async def _press(self, action: str, message: dict[str, Any] | None) -> dict[str, Any]:
        trigger = f"{next(_numbers)}.1.x"
        button = {"type": "button", "action_id": action, "block_id": "b", "action_ts": f"{next(_numbers)}.1"}
        seen = len(self._chat())
        await self._send({"type": "block_actions", "trigger_id": trigger, "actions": [button]})
        while trigger not in self.fake.opened and len(self._chat()) <= seen:  # noqa: ASYNC110 - the fake wakes nobody
            await asyncio.sleep(0.01)
        if trigger in self.fake.opened:
            return self.fake.windows[self.fake.opened[trigger]]
        self.fallbacks += 1
        on = [e for b in self._chat()[-1]["blocks"] for e in b.get("elements", []) if "action_id" in e]
        return await self._press(next(e["action_id"] for e in on if e["action_id"].startswith("show:")), None)

    def _chat(self) -> list[dict[str, Any]]:
        return [m for m in self.fake.at(f"D{self.user}") if "show:" in str(m)]

    async def _send(self, payload: dict[str, Any]) -> dict[str, Any]:
        whole = {"user": {"id": self.user, "team_id": TEAM}, "team": {"id": TEAM}, **payload}
        body = urlencode({"payload": json.dumps(whole)}).encode()
        at = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-slack-request-timestamp": at,
            "x-slack-signature": f"v0={mac}",
        }
        began = time.perf_counter()
        async with self.client.post("/slack/events", data=body, headers=headers) as done:
            text = await done.text()
            assert done.status == 200, (done.status, text)
        self.waits.append(time.perf_counter() - began)
        return dict(json.loads(text)) if text else {}


def _fill(element: dict[str, Any]) -> dict[str, Any]:
    match element["type"]:
        case "datepicker":
            return {"type": "datepicker", "selected_date": time.strftime("%Y-%m-%d")}
        case "plain_text_input":
            return {"type": "plain_text_input", "value": "They took my bag again."}
        case "checkboxes":
            return {"type": "checkboxes", "selected_options": element["options"][:1]}
        case "external_select":
            return {"type": "external_select", "selected_option": {"value": "Bo Brown"}}
        case kind:
            return {"type": kind, "selected_option": element["options"][1]}


async def crowd(people: int, rate: float) -> None:
    """Let people report at once, and count what became of every report."""
    import aiohttp  # noqa: PLC0415 - only here

    chat._APART = 0.05  # of a second between messages in one channel, so that a hundred cards do not take as many
    fake = FakeSlack()
    fake.users = {who: {"id": who} for who in (*map(staff_id, range(people)), "okafor", "pritchard", "lindqvist")}
    for channel, inside in (("safeguarding", ("okafor", "pritchard")), ("it", ())):
        fake.private(channel, *inside)
    with tempfile.TemporaryDirectory() as name, serve(lambda _: fake.app()) as api:
        beacon, app, served = school(Path(name), f"{api}/api/")
        taken = listen("127.0.0.1", 0)
        running = asyncio.create_task(_uvicorn(served, taken))
        fake.rate = rate
        async with (
            aiohttp.ClientSession(
                f"http://127.0.0.1:{taken.getsockname()[1]}", connector=aiohttp.TCPConnector(limit=people)
            ) as client,
            beacon.running(),
        ):
            reporters = [Reporter(fake, client, n) for n in range(people)]
            await asyncio.gather(*(reporter.report() for reporter in reporters))
            while await beacon.delivery.next_due():  # noqa: ASYNC110 - rows are waited for, not an event
                await asyncio.sleep(0.2)
            await app.tasks.finish()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await app.api.close()
        beacon.stored.close()
    waits = [wait for reporter in reporters for wait in reporter.waits]
    told = [reporter.reference for reporter in reporters]
    _say(
        f"{people} people at once, {rate:.0%} of calls to Slack go wrong ({sum(fake.failed.values())} of"
        f" {sum(fake.calls.values())}): {len(waits)} answers, p50 {percentile(waits, 0.5):.1f}"
        f" p99 {percentile(waits, 0.99):.1f} worst {max(waits) * 1e3:.0f} ms; no window"
        f" for {sum(r.fallbacks for r in reporters)}; {sum(r.again for r in reporters)} were told that it may not be"
        " saved, and pressed again\n"
    )
    _say(f"  reports lost: {people - len(set(told) - {''})} of {people}\n")
    for place in ("safeguarding", "Dokafor"):
        hanging = Counter(ref for m in fake.at(place) for ref in set(told) if ref and ref in str(m["blocks"]))
        lost, twice = sum(ref not in hanging for ref in told), sum(n - 1 for n in hanging.values())
        _say(f"  alerts lost at {place}: {lost}; shown twice there: {twice}\n")
    after = fake.failed["chat.postMessage lost_after"]
    _say(f"  posts whose answer was lost: {after} (what is shown twice in a channel is of these)\n")


def main() -> None:
    """Print it all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--steady", type=float, default=20.0, help="Seconds of a round in which a p99 is measured.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", choices=("floor", "ours"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        asyncio.run(run(wanted.serve))
        return
    asyncio.run(clicks(wanted.seconds, wanted.steady, wanted.rounds))
    asyncio.run(crowd(PEOPLE, 0.08))


if __name__ == "__main__":
    main()
