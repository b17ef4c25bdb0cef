"""Which way imports point, and that every module says what it is. Nothing is imported here: the text is read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.files import shipped

ROOT = shipped("content").parent
PURE = (
    *("bot.prompt", "bot.inbound", "bot.clock", "bot.words", "bot.people", "bot.settings", "bot.flow", "bot.cases"),
    "bot.trace",
)
# Files into values; no store, no service.
READERS = (
    "bot.reading",
    "bot.files",
    "bot.school.settings_file",
    "bot.school.procedures_file",
    "bot.school.people_file",
)
TOP = (
    *("bot.wiring", "bot.__main__", "bot.reports", "bot.library", "bot.rehearsal", "bot.commands", "bot.inspection"),
    *("bot.preview", "bot.register", "bot.running", "bot.school.folder"),
)
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for folder in ("bot", "adapters")
    for file in (ROOT / folder).rglob("*.py")
    if "shipped" not in file.parts
}
# What each layer must not know. Everything else that is not named is the standard library, or allowed.
STORES = ("sqlite3", "sqlite_utils", "bot.storage")
PLATFORMS = (
    "starlette",
    "uvicorn",
    "itsdangerous",
    "multipart",
    "sse_starlette",
    "adapters",
    "slack_bolt",
    "slack_sdk",
    "microsoft_teams",
    "msal",
    "msgraph",
)
NEVER = {
    **dict.fromkeys(PURE, (*STORES, *PLATFORMS, "bot.service", *TOP, "asyncio", "logging", "random", "secrets")),
    "bot.policy.find_index": (*PLATFORMS, "bot.storage", "bot.service", *TOP),  # FTS5, in memory
    "bot.policy": (*STORES, *PLATFORMS, "bot.service", *TOP, "asyncio", "logging", "random", "secrets"),
    **dict.fromkeys(READERS, (*STORES, *PLATFORMS, "bot.service", *TOP)),
    "bot.storage": (*PLATFORMS, "bot.service", *TOP),
    "bot.service": (*PLATFORMS, "sqlite3", "sqlite_utils", *TOP),
    "adapters": TOP,
}
# Reading and writing files belongs to loaders; the clock is passed in.
LOADERS = ("bot.flow.load", "bot.flow.lists", "bot.words")


def within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def imports(file: Path) -> Iterator[str]:
    """Give every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> str:
    return next((name for name in NEVER if within(module, (name,))), "")


def test_every_module_has_a_layer() -> None:
    loose = [m for m in MODULES if not layer(m) and not within(m, TOP) and m not in ("bot", "adapters", "bot.school")]
    assert loose == [], "say in NEVER or TOP what these may know"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_one_way(module: str) -> None:
    never = NEVER.get(layer(module), ())
    assert sorted({name for name in imports(MODULES[module]) if within(name, never)}) == []


@pytest.mark.parametrize("module", sorted(m for m in MODULES if within(m, PURE) and m not in LOADERS))
def test_what_is_pure_reads_no_file_and_no_clock(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    if module != "bot.clock":
        assert not {c for c in called if c.endswith((".now", ".utcnow", ".today", "time.time", "monotonic"))}
    assert not {c for c in called if c.endswith(("read_text", "read_bytes", "write_text")) or c == "open"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_the_first_line_says_what_a_module_is(module: str) -> None:
    first = MODULES[module].read_text("utf-8").partition("\n")[0]
    assert first.startswith('"""')
    assert len(first) > 20
    assert ast.get_docstring(ast.parse(MODULES[module].read_text("utf-8")))


@pytest.mark.parametrize("module", sorted(m for m in MODULES if within(m, PURE)))
def test_what_a_report_says_is_never_logged_by_the_core(module: str) -> None:
    source = MODULES[module].read_text("utf-8")
    assert "print(" not in source
    assert "log." not in source


def test_modules_are_small() -> None:
    sizes = sorted(len(file.read_text("utf-8").splitlines()) for file in MODULES.values())
    assert sizes[len(sizes) // 2] <= 100
    assert {m: n for m, f in MODULES.items() if (n := len(f.read_text("utf-8").splitlines())) > 400} == {}
