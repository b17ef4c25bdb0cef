"""Sentences: Jinja2 lines with blanks, and the wording files that hold them. Must not know what they are said about."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import StrictUndefined, Template, UndefinedError
from jinja2.nodes import Name, Output, TemplateData
from jinja2.sandbox import ImmutableSandboxedEnvironment

# Adapters escape for their own platform, so nothing is escaped here. An unfilled blank is an error, never a gap.
_JINJA = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@lru_cache(maxsize=4096)
def _compiled(line: str) -> Template:
    return _JINJA.from_string(line)


@lru_cache(maxsize=4096)
def _parts(line: str) -> tuple[tuple[str, bool], ...] | None:
    """Give a line as text and blanks in turn (True marks a blank); None for one that Jinja2 has to render itself.

    Nearly every line is of this kind, and setting up Jinja2's context costs more than all else that a turn does.
    """
    body = _JINJA.parse(line).body
    nodes = body[0].nodes if len(body) == 1 and isinstance(body[0], Output) else [None]
    parts = [
        (n.data, False) if isinstance(n, TemplateData) else (n.name, True) if isinstance(n, Name) else None
        for n in nodes
    ]
    return None if None in parts else tuple(part for part in parts if part)


def fill(line: str, blanks: Mapping[str, str]) -> str:
    """Give the line with its `{{ blanks }}` filled. Raises jinja2.UndefinedError for a missing one."""
    if "{" not in line:
        return line
    if (parts := _parts(line)) is None:
        return _compiled(line).render(blanks)
    try:
        return "".join(blanks[part] if blank else part for part, blank in parts)
    except KeyError as missing:
        raise UndefinedError(f"{missing} is undefined") from missing


class Words:
    """The sentences of one wording file, by key."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self.lines = lines

    @staticmethod
    def load(path: Path) -> "Words":
        """Read a file of `key = "sentence"`. Raises ValueError for anything else."""
        lines = tomllib.loads(path.read_text("utf-8"))
        wrong = [key for key, line in lines.items() if not isinstance(line, str)]
        if wrong:
            raise ValueError(f"{path.name}: {', '.join(wrong)} must be text in quotation marks")
        return Words(lines)

    def say(self, key: str, **blanks: str) -> str:
        """Give the sentence `key` with its blanks filled. Raises KeyError for a key the file lacks."""
        return fill(self.lines[key], blanks)
