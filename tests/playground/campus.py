"""A real school's folder, served by a process of its own, and a Playground for each person who sits at one.

The Playground is Microsoft's, and whoever runs this has installed it: its licence lets nobody pass it on. It shows what
Teams would, for one person each. Knows processes and files; must not know what is on the page.
"""

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.files import shipped
from bot.school.folder import PEOPLE, SETTINGS, lay_out
from tests.folder import FILLED

PACKAGE, VERSION = "@microsoft/m365agentsplayground", "0.2.28"
VARIABLE = "BEACON_PLAYGROUND"  # the folder in which `npm install` put it; outside this repository
APP, TENANT = "11111111-2222-4333-8444-555555555555", "99999999-8888-4777-8666-555555555555"
DSL_CHANNEL, IT_CHANNEL = "19:dsl-alerts@thread.tacv2", "19:it@thread.tacv2"
PUBLIC = "beacon.hillside.example"  # what the page is called outside; here its path is what counts
LONGEST = 40.0  # seconds; then something that does not answer has failed
_ROOT = Path(__file__).parents[2]
# The Playground wants five people beside whoever sits at it, no more and no fewer, and Beacon posts only where all who
# read may: so there are many deputies.
_MORE = {f"deputy{n}": f"Mr Deputy Number{n}" for n in range(1, 6)}


def command() -> list[str]:
    """Give what starts a Playground; skips, and says why, where it is not installed."""
    node, folder = shutil.which("node"), os.environ.get(VARIABLE, "")
    wanted = f"npm install --prefix FOLDER {PACKAGE}@{VERSION}"
    if node is None:
        pytest.skip("the Playground needs node, which is not installed")
    if not folder:
        pytest.skip(f"{VARIABLE} names no folder: run `{wanted}`, with a folder outside this repository")
    package = Path(folder) / "node_modules" / PACKAGE
    if not (package / "cli.js").exists():
        pytest.skip(f"there is no Playground in {folder}: run `{wanted}`")
    assert not Path(folder).resolve().is_relative_to(_ROOT), "its licence forbids passing it on: keep it elsewhere"
    found = json.loads((package / "package.json").read_text("utf-8"))["version"]
    assert found == VERSION, f"these tests know the page of {VERSION}, and {found} is installed"
    return [node, "--require", str(Path(__file__).parent / "loopback.cjs"), str(package / "cli.js"), "start"]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def account(member: str) -> str:
    """Give the directory's id of somebody."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, member))


def school_folder(folder: Path) -> Path:
    """Make the folder of a school whose people are in Teams."""
    lay_out(folder)
    settings = (folder / SETTINGS).read_text("utf-8")
    for key, value in FILLED.items():
        settings = settings.replace(f'\n{key} = ""', f'\n{key} = "{value}"', 1)
    for key, channel in (("safeguarding", DSL_CHANNEL), ("it", IT_CHANNEL)):
        settings = settings.replace(f'\nid = "{key}"', f'\nid = "{channel}"\non = "teams"', 1)
    for table, told in (
        ("web", f'on = true\nnames = ["{PUBLIC}"]'),
        ("teams", f'on = true\napp = "{APP}"\ntenant = "{TENANT}"'),
    ):
        settings = settings.replace(f"\n[{table}]\non = false", f"\n[{table}]\n{told}", 1)
    (folder / SETTINGS).write_text(settings, "utf-8")
    (folder / PEOPLE).write_text(_people(), "utf-8")
    return folder


def _people() -> str:
    listed = (shipped("content") / "schools" / "example.people.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(listed)))
    rows += [{"id": key, "name": name, "roles": "deputy staff"} for key, name in _MORE.items()]
    written = io.StringIO()
    sheet = csv.DictWriter(written, [*rows[0], "teams"])
    sheet.writeheader()
    sheet.writerows({**row, "teams": account(row["id"])} for row in rows)
    return written.getvalue()


@contextmanager
def process(words: list[str], folder: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a folder, where it also writes what it says; end it, and nothing else."""
    with (folder / "said.log").open("ab") as said:
        started = subprocess.Popen(  # noqa: S603 - our own program, and the one that was asked for
            words, cwd=folder, env=dict(environ), stdout=said, stderr=said, start_new_session=True
        )
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(10)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def answers(address: str, started: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until something answers."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end and started.poll() is None:
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"{address} does not answer: {log.read_text('utf-8', 'replace')[-2000:]}")


@dataclass
class Served:
    """A school's Beacon, in a process of its own, that can be ended and begun again."""

    folder: Path
    port: int = field(default_factory=free_port)
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Served":
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        """Start it, and wait until it answers."""
        environ = {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(_ROOT), "BEACON_TEAMS_LOCAL": "1"}
        words = [sys.executable, "-m", "bot", "serve", str(self.folder), "--port", str(self.port)]
        started = self._open.enter_context(process(words, self.folder, environ))
        answers(f"{self.address}/healthz", started, self.folder / "said.log")

    def end(self) -> None:
        """Tell it to stop, and wait until it has."""
        self._open.close()

    def run(self, *words: str) -> None:
        """Run one of Beacon's commands on the school."""
        environ = {"PYTHONPATH": str(_ROOT)}
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *words, "--folder", str(self.folder)],
            cwd=self.folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def playground(
    who: str, name: str, channel: str, beside: tuple[str, ...], served: Served, folder: Path
) -> Iterator[str]:
    """Run the Playground of one person, who is in a team with one channel and some others; give its address."""
    words, port = command(), free_port()
    folder.mkdir()
    told = _config(who, name, channel, beside)
    (folder / ".m365agentsplayground.yml").write_text(json.dumps(told), "utf-8")  # JSON is YAML
    # Without the last it asks a collector of Microsoft's, and the cloud it thinks it is in, whatever is switched off.
    environ = {"PATH": os.environ["PATH"], "BROWSER": "none", "APPLICATION_INSIGHTS_NO_STATSBEAT": "1"}
    more = ["-e", f"{served.address}/api/messages", "-c", "msteams", "-p", str(port), "--disable-telemetry"]
    with process([*words, *more], folder, environ) as started:
        answers(f"http://127.0.0.1:{port}/_internal/v1/config", started, folder / "said.log")
        yield f"http://localhost:{port}"


def _config(who: str, name: str, channel: str, beside: tuple[str, ...]) -> dict[str, Any]:
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": APP, "name": "Beacon"},
        "currentUser": _user(who, name),
        "users": [_user(each, each) for each in [*beside, *_MORE][:5]],
        "personalChat": {"id": f"personal-{who}"},
        "groupChat": {"id": "group-1", "name": "Group"},
        "team": {
            "id": "19:team@thread.tacv2",
            "name": "Hillside",
            "aadGroupId": account("team"),
            "channels": [{"id": channel, "name": "Alerts"}],
        },
    }


def _user(who: str, name: str) -> dict[str, str]:
    first, _, last = name.rpartition(" ")
    mail = f"{who}@hillside.example"
    more = {"aadObjectId": account(who), "givenName": first, "surname": last, "email": mail, "userPrincipleName": mail}
    return {"id": f"29-{who}", "name": name, **more}
