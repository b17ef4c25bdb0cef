"""A school served in earnest, as a process of its own: how it starts, what it answers, and how it ends."""

import asyncio
import contextlib
import logging
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.clock import ManualClock
from bot.reading import Mistakes
from bot.running.school import begin
from bot.running.serving import kept_up, listen
from bot.school.folder import SETTINGS
from bot.school.people_file import PLATFORMS
from bot.storage.database import Unusable
from tests.folder import hillside
from tests.school import FRIDAY
from tests.web.page import Page
from tests.web.served import serve

STOPPED = "Beacon has stopped. What was said is kept."
LONGEST = 30  # seconds; then a process that says nothing has failed


class Running:
    """A command that serves, and what it has said."""

    def __init__(self, *words: object) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PYTHONUNBUFFERED": "1"},
            cwd=Path(__file__).parents[2],
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reading = threading.Thread(target=self._read)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as said:
            for line in said:
                self._lines.put(line.rstrip())

    def until(self, words: str) -> str:
        """Give the first line that holds these words."""
        said: list[str] = []
        while not said or words not in said[-1]:
            try:
                said.append(self._lines.get(timeout=LONGEST))
            except queue.Empty:
                pytest.fail("\n".join(["it has said only this:", *said]))
        return said[-1]

    def end(self, sig: signal.Signals) -> tuple[int, list[str]]:
        """Send a signal; give the exit code, and the lines said since."""
        self.process.send_signal(sig)
        return self.over()

    def over(self) -> tuple[int, list[str]]:
        """Wait for its end; give the exit code, and the lines said since."""
        code = self.process.wait(LONGEST)
        self._reading.join(LONGEST)
        return code, [self._lines.get_nowait() for _ in range(self._lines.qsize())]


@contextmanager
def running(*words: object) -> Iterator[Running]:
    process = Running(*words)
    try:
        yield process
    finally:
        process.process.kill()
        process.over()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(params=["serve", "demo"])
def words(request: pytest.FixtureRequest, tmp_path: Path) -> list[object]:
    if request.param == "serve":
        return ["serve", hillside(tmp_path / "hillside")]
    return ["demo", "--folder", tmp_path / "demo"]


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_answers_and_ends_in_one_line_each(words: list[object], sig: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    with running(*words, "--port", port) as process:
        process.until(f":{port}")
        health = httpx.get(f"http://127.0.0.1:{port}/healthz")
        assert (health.status_code, health.json()) == (200, {"status": "ok", "waiting": 0, "given_up": 0})
        assert process.end(sig) == (0, [STOPPED])
    assert [path.name for path in tmp_path.rglob("beacon.db*")] == ["beacon.db"], "the store was closed"


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_one_line_while_a_page_listens_for_changes(sig: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    with running("demo", "--folder", tmp_path / "demo", "--port", port) as process:
        process.until(f":{port}")
        with open_page(port) as page:
            assert process.end(sig) == (0, [STOPPED])
            assert page.read() == b"", "the stream was ended, not torn off"


def test_however_often_it_is_told_to_stop_it_stops_once(tmp_path: Path) -> None:
    """`uv run` passes on a Ctrl-C that the terminal has sent to both of them already."""
    port = free_port()
    with running("demo", "--folder", tmp_path / "demo", "--port", port) as process:
        process.until(f":{port}")
        with open_page(port):
            while process.process.poll() is None:
                process.process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.process.wait(0.02)
            assert process.over() == (0, [STOPPED])
    assert [path.name for path in tmp_path.rglob("beacon.db*")] == ["beacon.db"], "the store was closed"


@contextmanager
def open_page(port: int) -> Iterator[httpx.Response]:
    """Be somebody of the made-up school and have a page open that waits to be told of changes."""
    with httpx.Client(base_url=f"http://localhost:{port}") as client:
        form = next(f for f in Page(client.get("/people").text).forms if f.buttons or f.fields)
        assert client.post(form.action, data={**dict(form.fields), "person": "okafor"}).status_code == 303
        with client.stream("GET", "/events", timeout=LONGEST) as page:
            assert page.headers["content-type"].startswith("text/event-stream")
            yield page


def test_a_port_that_is_in_use_is_said_in_one_line(words: list[object], tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with running(*words, "--port", port) as process:
            code, (line,) = process.over()
    assert code == 1
    assert line.startswith(f"nothing can be served at 127.0.0.1, port {port} (Address already in use): stop what is")
    assert not list(tmp_path.rglob("beacon.db")), "nothing was begun"


def test_the_same_folder_is_served_only_once(tmp_path: Path) -> None:
    folder, port = hillside(tmp_path / "hillside"), free_port()
    with running("serve", folder, "--port", port) as first:
        first.until(f":{port}")
        with running("serve", folder, "--port", port) as second:
            code, (line,) = second.over()
    assert code == 1
    assert f"port {port}" in line


def test_what_is_missing_is_said_in_one_go_and_nothing_is_served(tmp_path: Path) -> None:
    with running("init", tmp_path / "new") as made:
        code, lines = made.over()
    assert (code, len(lines)) == (0, 5)
    with running("serve", tmp_path / "new", "--port", free_port()) as process:
        code, lines = process.over()
    assert code == 1
    assert len(lines) == 10
    assert all(line.startswith(("school.toml", "people.csv, line ")) for line in lines)
    with running("check", tmp_path / "new") as process:
        assert process.over() == (1, lines), "check says the same"


def test_a_folder_that_is_ready_is_checked_well(tmp_path: Path) -> None:
    with running("check", hillside(tmp_path / "hillside")) as process:
        code, (*_, line) = process.over()
    assert (code, line.partition(":")[0]) == (0, "Hillside Primary School")
    assert line.endswith("4 people, nothing wrong")


@pytest.mark.parametrize("address", [("nowhere.invalid", 8010), ("192.0.2.1", 8010)])
def test_an_address_that_is_not_ours_is_said(address: tuple[str, int]) -> None:
    with pytest.raises(Mistakes, match=f"nothing can be served at {address[0]}, port 8010 "):
        listen(*address)


# The page ------------------------------------------------------------------------------------------------------------


def routes(folder: Path) -> list[str]:
    service = begin(folder, ManualClock(FRIDAY))
    service.beacon.stored.close()
    return [getattr(route, "path", "") for route in service.app.routes]


def test_the_page_is_off_unless_it_is_switched_on(tmp_path: Path) -> None:
    assert routes(hillside(tmp_path / "off")) == ["/healthz"]
    assert routes(hillside(tmp_path / "on", web="true")) == ["/healthz", ""]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    service = begin(hillside(tmp_path / "hillside", web="true"), ManualClock(FRIDAY))
    with serve(lambda _: service.app) as address:
        yield address
    service.beacon.stored.close()


@pytest.mark.parametrize(
    "path", ["/", "/people", "/talk/x", "/case/ABC123", "/channel/dsl", "/messages", "/events", "/act"]
)
def test_without_a_sign_in_every_page_says_so_and_nobody_is_named(address: str, path: str) -> None:
    asked = [httpx.get(address + path), httpx.post(address + path, data={"person": "dsl", "csrf": "x"})]
    for answer in asked:
        assert answer.status_code == 503
        assert "You cannot sign in here yet" in answer.text
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert "<form" not in answer.text
        assert not any(name in answer.text for name in ("Ann Hill", "Bo Dee", "Be somebody else"))


def test_the_page_looks_as_it_should_and_health_is_beside_it(address: str) -> None:
    assert httpx.get(f"{address}/static/beacon.css").status_code == 200
    assert httpx.get(f"{address}/healthz").json()["status"] == "ok"


def test_the_page_answers_to_no_other_name(address: str) -> None:
    assert httpx.get(address, headers={"host": "evil.example"}).status_code == 400
    assert httpx.get(address, headers={"host": "localhost"}).status_code == 503


def test_the_page_answers_to_the_names_in_the_settings(tmp_path: Path) -> None:
    folder = hillside(tmp_path / "hillside", web='true\nnames = ["beacon.hillside.example"]')
    service = begin(folder, ManualClock(FRIDAY))
    with serve(lambda _: service.app) as address:
        assert httpx.get(address, headers={"host": "beacon.hillside.example"}).status_code == 503
        assert httpx.get(address, headers={"host": "evil.example"}).status_code == 400
    service.beacon.stored.close()


def test_nothing_is_delivered_to_a_page_that_nobody_can_open(tmp_path: Path) -> None:
    service = begin(hillside(tmp_path / "hillside", web="true"), ManualClock(FRIDAY))
    assert service.beacon.surfaces == {}
    assert [face.name for face in service.faces] == ["web"]
    assert service.faces[0].name in PLATFORMS
    service.beacon.stored.close()


# The store -----------------------------------------------------------------------------------------------------------


def test_a_school_that_was_given_another_id_is_refused(tmp_path: Path) -> None:
    """The open cases of the old id would be forgotten, and their timers with them."""
    folder = hillside(tmp_path / "hillside")
    begin(folder, ManualClock(FRIDAY)).beacon.stored.close()
    settings = (folder / SETTINGS).read_text("utf-8")
    (folder / SETTINGS).write_text(settings.replace('id = "hillside"', 'id = "hilltop"'), "utf-8")
    with pytest.raises(Mistakes, match="the store here is that of 'id = \"hillside\"': put that id back"):
        begin(folder, ManualClock(FRIDAY))
    (folder / SETTINGS).write_text(settings, "utf-8")
    begin(folder, ManualClock(FRIDAY)).beacon.stored.close()


def test_a_store_that_was_never_begun_is_begun(tmp_path: Path) -> None:
    folder = hillside(tmp_path / "hillside")
    (folder / "beacon.db").touch()  # killed in its first moment
    begin(folder, ManualClock(FRIDAY)).beacon.stored.close()


def test_a_file_that_is_no_store_is_said(tmp_path: Path) -> None:
    folder = hillside(tmp_path / "hillside")
    (folder / "beacon.db").write_text("not a database" * 100)
    with pytest.raises(Unusable):
        begin(folder, ManualClock(FRIDAY))


def test_no_made_up_person_is_in_a_real_school(tmp_path: Path) -> None:
    service = begin(hillside(tmp_path / "hillside"), ManualClock(FRIDAY))
    assert [m.id for m in service.beacon.office.directory.roster] == ["head", "dsl", "chair", "it"]
    service.beacon.stored.close()


class Broken:
    async def forever(self) -> None:
        raise ValueError("what a child wrote")


def test_what_runs_beside_and_ends_by_a_defect_is_said_at_once_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It was said nowhere, not even at the end: a platform then delivered nothing, and nobody knew."""
    with caplog.at_level(logging.CRITICAL), pytest.raises(ValueError, match="child"):
        asyncio.run(kept_up(Broken()))
    assert "what runs beside has ended" in caplog.text
    assert "child" not in caplog.records[0].getMessage()
