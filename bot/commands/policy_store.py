"""Where the commands about policies find a school's store. Must not know what is shown."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.reading import Mistakes, meant
from bot.school.folder import rules_of
from bot.storage.database import Unusable
from bot.storage.policies import Kept
from bot.storage.tx import Conflict
from bot.wiring import STORE, Stored, open_store


@contextmanager
def opened(folder: Path, school: str, *, new: bool = False) -> Iterator[Stored]:
    """Open the store of a school while the block runs; `new` makes it where there is none.

    Raises Mistakes and Unusable, and what cannot be stored as Mistakes.
    """
    if not new and not (folder / STORE).exists():
        raise Unusable(f"there is no store in {folder}: nothing was kept there yet")
    stored = open_store(folder, rules_of(folder, school).id)
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
