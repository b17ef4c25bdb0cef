"""The sentences of slack.toml: none missing, none unused; and who has no Slack does not pay for it."""

import ast
import subprocess
import sys

import pytest

from adapters.slack.text import pieces, short, size, typed, whole
from bot.files import shipped
from bot.library import wording
from tests.slack.test_manifest import ADAPTER

WORDS = wording("slack")


def test_every_sentence_is_there_and_is_said() -> None:
    texts = {
        node.value
        for file in ADAPTER.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert WORDS.lines.keys() - texts == set()
    said = {
        node.args[0].value
        for file in ADAPTER.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".say") and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    assert {key for key in said if isinstance(key, str) and " " not in key} <= WORDS.lines.keys()


def test_what_stands_where_slack_has_little_room_fits() -> None:
    for key in ("close", "title-case", "brand"):
        assert size(WORDS.say(key)) <= 24
    for key in ("go-on", "open"):
        assert size(WORDS.say(key)) <= 75


@pytest.mark.parametrize("command", [["--help"], ["demo", "--help"], ["try", "--help"]])
def test_who_has_no_slack_does_not_load_it(command: list[str]) -> None:
    code = (
        f"import sys; sys.argv[1:] = {command!r}\n"
        "from bot.running import demo, school\nfrom bot.__main__ import beacon\n"
        "beacon(standalone_mode=False)\n"
        "assert not {'aiohttp', 'slack_bolt', 'slack_sdk', 'adapters.slack'} & set(sys.modules), sorted(sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], cwd=shipped("content").parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", ["", " ", "a" * 7000, "é \n" * 4000, "\U0001f600" * 4001, "a b " * 2000 + "c" * 3001])
def test_a_long_text_comes_in_pieces_with_nothing_lost(text: str) -> None:
    parts = list(pieces(text))
    assert all(1 <= size(part) <= 3000 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_labels_are_cut_and_halves_of_characters_replaced() -> None:
    assert size(short("x" * 100, 24)) == 24
    assert short("fits", 24) == "fits"
    assert whole("a\ud800b") == "a?b"
    assert typed("5 &lt; 6 &amp;amp; &lt;!here&gt; ") == "5 < 6 &amp; <!here>"
