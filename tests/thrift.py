"""What every test would do again, done once for all: files kept in memory, templates compiled. Knows no test."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment

_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
_ROOM = 2 << 30  # bytes: small ones, as containers have by default, would be full in the middle of a run


def begin() -> None:
    """Save what can be saved without a test noticing."""
    _files_in_memory()
    _no_authorities()
    _compile_templates_once()


def _files_in_memory() -> None:
    """Real files all the same; but nobody waits for a disk at each commit. Where it is too small, on the disk."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def _no_authorities() -> None:
    """Each client of HTTP reads a hundred and fifty certificates when it is made, and no test asks anybody outside."""
    os.environ.pop("SSL_CERT_FILE", None)
    os.environ["SSL_CERT_DIR"] = os.devnull


def _compile_templates_once() -> None:
    """Jinja2 keeps what it compiled for one environment, and every page of every test has an environment of its own."""
    compile_: Callable[..., Any] = Environment.compile
    known: dict[object, Any] = {}

    def compile_once(self: Environment, *template: Any, **more: Any) -> Any:
        settings = (type(self), self.autoescape, self.undefined, self.trim_blocks, self.lstrip_blocks)
        key = (template, *more.items(), settings, *map(frozenset, (self.filters, self.tests, self.extensions)))
        if key not in known:
            known[key] = compile_(self, *template, **more)
        return known[key]

    Environment.compile = compile_once  # type: ignore[method-assign]
