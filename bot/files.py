"""Where files are and how they are fetched: shipped folders, one file, a folder of files. Knows no format."""

import os
import tempfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Literal, TypeVar

from bot.reading import Mistakes

T = TypeVar("T")


def shipped(name: Literal["flows", "content"]) -> Path:
    """Give the folder that came with the program: inside an installed wheel, else in the source tree.

    It does not depend on the folder the program is started in.
    """
    return _root(Path(str(resources.files("bot")))) / name


def _root(package: Path) -> Path:
    installed = package / "shipped"  # pyproject.toml puts it there (force-include)
    return installed if installed.is_dir() else package.parent


def contents(path: Path) -> bytes:
    """Give what is in a file. Raises Mistakes for a folder, and for what is missing or may not be read."""
    if path.is_dir():
        raise Mistakes(f"{path.name}: is a folder, not a file")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Mistakes(f"{path.name}: there is no such file in {path.parent}") from None
    except OSError as error:
        raise Mistakes(f"{path.name}: cannot be opened ({error.strerror})") from error


def private(path: Path) -> bytes:
    """Give what is in a file of secrets. Raises Mistakes as `contents` does, and where others could read it too."""
    if os.name == "posix" and path.is_file() and path.stat().st_mode & 0o077:
        raise Mistakes(f"{path.name}: other users of this machine can read it: run `chmod 600 {path}`")
    return contents(path)


def write_once(path: Path, data: bytes) -> None:
    """Put a file there, readable by this user only: whole or not at all, also after a kill or a power cut.

    Raises FileExistsError for a file that is there already, or another OSError.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # nobody else may read what it makes
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(beside)  # a rename would take the place of what is there
    finally:
        beside.unlink()
    if hasattr(os, "O_DIRECTORY"):  # Windows has none, nor the need
        # A power cut must not take this name from a folder that keeps those which come after it.
        folder = os.open(path.parent, os.O_DIRECTORY)
        os.fsync(folder)
        os.close(folder)


def read_folder(folder: Path, suffix: str, read: Callable[[str, bytes], T]) -> dict[str, T]:
    """Read every file of a folder that ends in `suffix`, by its stem. Raises the Mistakes of all of them."""
    if not folder.is_dir():
        raise Mistakes(f"{folder.name}: there is no such folder in {folder.parent}")
    found: dict[str, T] = {}
    mistakes: list[str] = []
    for path in sorted(p for p in folder.iterdir() if p.suffix.casefold() == suffix):
        try:
            found[path.stem] = read(path.name, contents(path))
        except Mistakes as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise Mistakes(*mistakes)
    return found
