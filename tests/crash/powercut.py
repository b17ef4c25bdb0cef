"""Power cuts without a power switch: after a kill, the files become what powercut.c says was on the platter.

Linux only, and only where Python's SQLite goes through libc, as a distribution's does.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("powercut.c")
_FILES = ("beacon.db", "beacon.db-wal")
LEAK = 25  # of 100 writes, so many reach the platter unasked and out of order


@dataclass(frozen=True, slots=True)
class Shim:
    """The compiled disk that forgets, and the folders it works on."""

    library: Path
    school: Path
    platter: Path
    leak: int = LEAK

    @staticmethod
    def missing() -> str:
        """Say why there can be no power cuts here; "" when there can."""
        if sys.platform != "linux":
            return "LD_PRELOAD is Linux's"
        return "" if shutil.which("cc") else "there is no C compiler (cc)"

    @staticmethod
    def build(folder: Path, leak: int = LEAK) -> "Shim":
        """Compile it into `folder`, and make the folders of the school and of the platter beside it."""
        folder = folder.resolve()  # SQLite opens by resolved paths
        shim = Shim(folder / "powercut.so", folder / "school", folder / "platter", leak)
        shim.school.mkdir()
        shim.platter.mkdir()
        command = ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(shim.library), str(_SOURCE), "-ldl"]
        subprocess.run(command, check=True)  # noqa: S603 - our own command
        return shim

    def environment(self) -> dict[str, str]:
        """Give what a process needs so that its disk forgets."""
        return {
            "LD_PRELOAD": str(self.library),
            "POWERCUT_FOLDER": str(self.school),
            "POWERCUT_PLATTER": str(self.platter),
            "POWERCUT_LEAK": str(self.leak),
        }

    def cut(self) -> None:
        """Put what was on the platter in place of the files, once the process is dead."""
        for name in _FILES:
            kept = self.platter / name
            if kept.exists():  # otherwise the process died before it opened the file
                kept.replace(self.school / name)
        (self.school / "beacon.db-shm").unlink(missing_ok=True)
