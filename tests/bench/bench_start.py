"""How soon a school's Beacon answers after its start, and its memory: Teams beside no platform. Run it by itself.

Each start is a fresh process, as an administrator starts it: `beacon serve` of a folder with nothing on, with Teams,
and with Teams and its directory, in turn in each round, so that a busy machine is as busy for each. The figures that
count are the ratios; the aim is an answer in 1.5 s and 120 MB on a quiet machine.
"""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from adapters.teams.config import SECRET
from bot.school.folder import SETTINGS
from tests.folder import hillside
from tests.teams.microsoft import APP, TENANT

ROUNDS = 5
AFTER = 4.0  # seconds after the first answer, when everything beside it has begun
TEAMS = f'on = true\napp = "{APP}"\ntenant = "{TENANT}"'
TABLES = {
    "no platform": "on = false",
    "Teams": TEAMS,
    "Teams with groups": f'{TEAMS}\n[teams.groups]\nstaff = "{APP}"',
}
out = sys.stdout.write


@dataclass(frozen=True)
class Start:
    """One start: seconds to the first answer, and megabytes then and a little later."""

    seconds: float
    then: float
    later: float


def memory(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(folder: Path) -> Start:
    """Start it, wait for its first answer, and end it."""
    port = free_port()
    begun = time.perf_counter()
    command = [sys.executable, "-m", "bot", "serve", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - our own
        try:
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                    break
                except httpx.HTTPError:
                    if process.poll() is not None:
                        raise SystemExit("it did not start") from None
                    time.sleep(0.005)
            seconds, then = time.perf_counter() - begun, memory(process.pid)
            time.sleep(AFTER)
            return Start(seconds, then, memory(process.pid))
        finally:
            process.terminate()


def school(folder: Path, table: str) -> Path:
    made = hillside(folder, web="true")
    text = (made / SETTINGS).read_text("utf-8")
    (made / SETTINGS).write_text(text.replace("[teams]\non = false", f"[teams]\n{table}"), "utf-8")
    (made / SECRET).write_text("a-secret-of-a-made-up-app", "utf-8")
    (made / SECRET).chmod(0o600)
    return made


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        schools = {name: school(Path(folder) / f"school{n}", table) for n, (name, table) in enumerate(TABLES.items())}
        for each in schools.values():
            start(each)  # makes the store, and fills the machine's caches
        found: dict[str, list[Start]] = {name: [] for name in schools}
        for _ in range(ROUNDS):
            for name, each in schools.items():
                found[name].append(start(each))
    base = statistics.median(s.seconds for s in found["no platform"])
    for name, starts in found.items():
        seconds = statistics.median(s.seconds for s in starts)
        then, later = (statistics.median(getattr(s, field) for s in starts) for field in ("then", "later"))
        out(f"{name:18} answers after {seconds:.2f} s ({seconds / base:.2f} of the first), {then:.0f} MB, ")
        out(f"{AFTER:.0f} s later {later:.0f} MB\n")


if __name__ == "__main__":
    main()
