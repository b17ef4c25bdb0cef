"""Files that are written once: whole, private, and never over another."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.files import write_once

DATA = b"secret " * 1000


def test_a_file_is_whole_private_and_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    write_once(path, DATA)
    assert path.read_bytes() == DATA
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path], "nothing is left beside it"


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(b"before")
    with pytest.raises(FileExistsError):
        write_once(path, DATA)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fdopen", "fsync", "link", "unlink"])
def test_a_kill_leaves_nothing_or_all_of_it(tmp_path: Path, step: str) -> None:
    path = tmp_path / "keys"
    dying = (
        "import os, sys; from pathlib import Path; from bot.files import write_once; "
        f"os.{step} = lambda *_, **__: os._exit(9); write_once(Path(sys.argv[1]), b'secret ' * 1000)"
    )
    died = subprocess.run([sys.executable, "-c", dying, str(path)], check=False)  # noqa: S603
    assert died.returncode == 9
    if step == "unlink":
        assert path.read_bytes() == DATA
    else:
        assert not path.exists()
        write_once(path, DATA)
        assert path.read_bytes() == DATA
