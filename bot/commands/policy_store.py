"""Where the commands about policies find a school, its store and its warnings. Must not know what is shown."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.files import shipped
from bot.library import shipped_school
from bot.policy.traps import Trap, read_traps
from bot.reading import Mistakes, meant
from bot.school_file import read_school
from bot.school_folder import SETTINGS
from bot.storage.database import Unusable
from bot.storage.policies import Kept
from bot.storage.tx import Conflict
from bot.wiring import STORE, Stored, open_store

TRAPS = "traps"  # a folder of warnings, in the shipped policies or in a school's own folder


@contextmanager
def opened(folder: Path, school: str, *, new: bool = False) -> Iterator[Stored]:
    """Open the store of a school while the block runs; `new` makes it where there is none.

    Raises Mistakes and Unusable, and what cannot be stored as Mistakes.
    """
    if not new and not (folder / STORE).exists():
        raise Unusable(f"there is no store in {folder}: nothing was kept there yet")
    stored = open_store(folder, _id(folder, school))
    try:
        yield stored
    except Conflict as wrong:
        raise Mistakes(str(wrong)) from wrong
    finally:
        stored.close()


def chosen(listed: Sequence[Kept], name: str, version: int | None = None) -> Kept:
    """Give a version of a policy; without a number the one in force, else the last. Raises Mistakes."""
    found = [kept for kept in listed if kept.name == name]
    if not found:
        names = sorted({kept.name for kept in listed})
        raise Mistakes(f"there is no policy {name!r}{meant(name, names)}; there are {', '.join(names) or 'none yet'}")
    if version is None:
        return next((kept for kept in found if kept.retired_at is None), found[-1])
    for kept in found:
        if kept.version == version:
            return kept
    raise Mistakes(f"{name}: has no version {version}; the last is {found[-1].version}")


def traps_of(folder: Path, school: str) -> tuple[Trap, ...]:
    """Read the warnings about a school's clauses: its own, else the shipped ones. Raises Mistakes."""
    own = folder / TRAPS
    return read_traps(own if own.is_dir() else shipped("content") / "policies" / TRAPS, _id(folder, school))


def _id(folder: Path, school: str) -> str:
    if (folder / SETTINGS).exists():
        return read_school(folder / SETTINGS).id
    rules, _ = shipped_school(school)
    return rules.id
