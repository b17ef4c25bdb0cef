"""The checked reader: what it gives, and exactly what it says about mistakes."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.files import _root, contents, read_folder, shipped
from bot.reading import Mistakes, Table, decoded, meant

Read = Callable[[Table], object]


def reading(toml: str, read: Read) -> tuple[object, tuple[str, ...]]:
    table = Table.parse("a.toml", toml.encode())
    given = read(table)
    try:
        table.finish()
    except Mistakes as error:
        return given, error.mistakes
    return given, ()


@pytest.mark.parametrize(
    ("toml", "read", "given"),
    [
        ('a = "words"', lambda t: t.text("a"), "words"),
        ("b = 1", lambda t: (t.text("a", optional=True), t.number("b", 5)), ("", 1)),
        ('a = ["x", "y"]', lambda t: t.lines("a"), ("x", "y")),
        ("a = []", lambda t: t.lines("a", optional=True), ()),
        ('a = "x"', lambda t: t.one_or_more("a"), ("x",)),
        ('a = ["x", "y"]', lambda t: t.one_or_more("a"), ("x", "y")),
        ('a = "yes"', lambda t: t.word("a", ("yes", "no")), "yes"),
        ('a = ["no", "yes"]', lambda t: t.words("a", ("yes", "no")), ("no", "yes")),
        ("a = true", lambda t: t.flag("a"), True),
        ("b = 1", lambda t: (t.flag("a"), t.number("b", 1)), (False, 1)),
        ('a = "90s"', lambda t: t.duration("a"), timedelta(seconds=90)),
        ('a = "10m"', lambda t: t.duration("a"), timedelta(minutes=10)),
        ('a = "2h"', lambda t: t.duration("a"), timedelta(hours=2)),
        ('a = "08:05"', lambda t: t.time_of_day("a"), time(8, 5)),
        ("a = [2026-09-01]", lambda t: t.days("a"), (date(2026, 9, 1),)),
        ("a = { b = 1 }", lambda t: t.table("a").number("b", 2), 1),
        ("[[a]]\nb = 1\n[[a]]\nb = 2", lambda t: [x.number("b", 2) for x in t.tables("a", "a")], [1, 2]),
    ],
)
def test_what_is_right_is_given(toml: str, read: Read, given: object) -> None:
    assert reading(toml, read) == (given, ())


@pytest.mark.parametrize(
    ("toml", "read", "mistake"),
    [
        ("x = 1", lambda t: t.text("a"), ["a.toml: 'a' is missing", "a.toml: unknown setting 'x'"]),
        ("a = 1", lambda t: t.text("a"), "a.toml: 'a' must be text in quotation marks"),
        ('a = " "', lambda t: t.text("a"), "a.toml: 'a' has no words in it"),
        (
            'a = "x\\ty"',
            lambda t: t.text("a"),
            "a.toml: 'a' must be one line, without tabs or other control characters",
        ),
        ('a = "abcd"', lambda t: t.text("a", limit=3), "a.toml: 'a' is 4 characters long; 3 is the most"),
        ('a = "x"', lambda t: t.lines("a"), "a.toml: 'a' must be a list in [square brackets]"),
        ("a = []", lambda t: t.lines("a"), "a.toml: 'a' is an empty list"),
        ("a = [1]", lambda t: t.lines("a"), "a.toml: 'a' must be a list of text in quotation marks"),
        ("a = 1", lambda t: t.one_or_more("a"), "a.toml: 'a' must be a list in [square brackets]"),
        (
            'a = "alrt"',
            lambda t: t.word("a", ("alert", "casework")),
            "a.toml: 'alrt' is not one of the words for 'a' (alert, casework) - did you mean 'alert'?",
        ),
        ('a = ["no", "no"]', lambda t: t.words("a", ("yes", "no")), "a.toml: 'a' names something twice"),
        ('a = "true"', lambda t: t.flag("a"), "a.toml: 'a' must be true or false"),
        ("a = true", lambda t: t.number("a", 5), "a.toml: 'a' must be a whole number"),
        ("a = 6", lambda t: t.number("a", 5), "a.toml: 'a' must be from 1 to 5"),
        ("a = 0", lambda t: t.number("a", 5), "a.toml: 'a' must be from 1 to 5"),
        (
            'a = "10 minutes"',
            lambda t: t.duration("a"),
            'a.toml: \'a\': \'10 minutes\' is not a length of time like "90s", "10m" or "2h"',
        ),
        (
            'a = "0m"',
            lambda t: t.duration("a"),
            'a.toml: \'a\': \'0m\' is not a length of time like "90s", "10m" or "2h"',
        ),
        ('a = "8:00"', lambda t: t.time_of_day("a"), "a.toml: 'a': '8:00' is not a time of day like \"08:30\""),
        ('a = "24:00"', lambda t: t.time_of_day("a"), "a.toml: 'a': '24:00' is not a time of day like \"08:30\""),
        (
            "a = 2026-09-01T10:00:00",
            lambda t: t.take("a", date),
            "a.toml: 'a' must be a date like 2026-09-01, without quotation marks",
        ),
        (
            'a = ["2026-09-01"]',
            lambda t: t.days("a"),
            "a.toml: 'a' must be a list of dates like 2026-09-01, without quotation marks",
        ),
        ('a = "B"', lambda t: t.name("a", "[a-z]+", "a-z"), "a.toml: 'a': 'B' may hold only a-z"),
        ("a = 1", lambda t: t.table("a"), "a.toml: 'a' must be a table"),
        (
            "a = [1]",
            lambda t: t.tables("a", "a"),
            "a.toml: 'a' must be a list of tables, as [[a]] or [{ ... }, { ... }]",
        ),
        ("a = { c = 1 }", lambda t: t.table("a").number("b", 2), "a.toml, a: unknown setting 'c'"),
        (
            '[[q]]\nid = "one"\nhnt = "x"',
            lambda t: [(q.text("id"), q.text("hint", optional=True)) for q in t.tables("q", "question", "id")],
            "a.toml, question 1 (one): unknown setting 'hnt' - did you mean 'hint'?",
        ),
    ],
)
def test_mistakes_are_said_exactly(toml: str, read: Read, mistake: str | list[str]) -> None:
    _, said = reading(toml, read)
    assert list(said) == ([mistake] if isinstance(mistake, str) else mistake)


def test_all_mistakes_are_found_in_the_order_of_the_file() -> None:
    table = Table.parse("a.toml", b"x = 1\n[[q]]\nb = 1\n[[q]]\nc = 2\n")
    for inner in table.tables("q", "question"):
        inner.text("b")
    with pytest.raises(Mistakes) as raised:
        table.finish()
    assert str(raised.value).splitlines() == [
        "a.toml: unknown setting 'x'",
        "a.toml, question 1: 'b' must be text in quotation marks",
        "a.toml, question 2: 'b' is missing",
        "a.toml, question 2: unknown setting 'c'",
    ]


def test_tables_are_gone_through_in_the_order_of_the_file_not_of_the_reader() -> None:
    table = Table.parse("a.toml", b"[one]\n[[two]]\n[three]\n[two_more]\n")
    for key in ("two_more", "three", "one"):
        table.table(key).text("x")
    for inner in table.tables("two", "two"):
        inner.text("x")
    with pytest.raises(Mistakes) as raised:
        table.finish()
    assert [mistake.split(":")[0] for mistake in raised.value.mistakes] == [
        "a.toml, one",
        "a.toml, two 1",
        "a.toml, three",
        "a.toml, two_more",
    ]


@pytest.mark.parametrize("gap", ['a = ""', 'a = " "'])
@pytest.mark.parametrize(
    "read", [lambda t: t.text("a", what="your name"), lambda t: t.name("a", "[a-z]+", "a-z", what="your name")]
)
def test_a_gap_says_what_it_is_for(gap: str, read: Read) -> None:
    assert reading(gap, read) == ("", ("a.toml: fill in 'a': your name",))
    assert reading('a = "x"', read) == ("x", ())


def test_a_long_or_strange_word_is_repeated_on_one_short_line() -> None:
    _, said = reading('"' + "x" * 60 + '\\n" = 1', lambda t: None)
    assert said == ("a.toml: unknown setting '" + "x" * 37 + "...'",)


@pytest.mark.parametrize(
    ("word", "said"),
    [("hnt", " - did you mean 'hint'?"), ("HINT", " - did you mean 'hint'?"), ("colour", ""), ("", "")],
)
def test_only_a_near_word_is_offered(word: str, said: str) -> None:
    assert meant(word, ["ask", "hint"]) == said


BOM = "a.toml: starts with a byte order mark; save it as plain 'UTF-8', not 'UTF-8 with BOM'"


@pytest.mark.parametrize(
    ("source", "mistake"),
    [
        (b"", "a.toml: is empty"),
        (b" \r\n\n", "a.toml: is empty"),
        (b"\xef\xbb\xbfa = 1", BOM),
        ("a = 1".encode("utf-16"), BOM),
        (b'a = 1\nb = "caf\xe9"', "a.toml, line 2: is not UTF-8; save the file as UTF-8"),
    ],
)
def test_what_is_not_utf_8_is_said_so(source: bytes, mistake: str) -> None:
    with pytest.raises(Mistakes) as raised:
        decoded("a.toml", source)
    assert raised.value.mistakes == (mistake,)


@pytest.mark.parametrize(
    "source",
    [b"a = yes", b"a = 1\na = 2", b"a", b"a = " + b"9" * 5000, b"a = " + b"[" * 100_000, b"a = 2026-02-30"],
    ids=["no value", "twice", "no sign", "huge number", "deep", "no such day"],
)
def test_what_is_not_toml_is_said_so(source: bytes) -> None:
    with pytest.raises(Mistakes) as raised:
        Table.parse("a.toml", source)
    (mistake,) = raised.value.mistakes
    assert mistake.startswith("a.toml: is not valid TOML: ")
    assert "\n" not in mistake


def test_a_folder_and_a_missing_file_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(Mistakes) as raised:
        contents(tmp_path)
    assert raised.value.mistakes == (f"{tmp_path.name}: is a folder, not a file",)
    with pytest.raises(Mistakes) as raised:
        contents(tmp_path / "gone.toml")
    assert raised.value.mistakes == (f"gone.toml: there is no such file in {tmp_path}",)


def test_a_folder_is_read_whole_and_its_mistakes_together(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_bytes(b"1")
    (tmp_path / "two.txt").write_bytes(b"")
    (tmp_path / "three.txt").mkdir()
    (tmp_path / "notes.md").write_bytes(b"")
    with pytest.raises(Mistakes) as raised:
        read_folder(tmp_path, ".txt", decoded)
    assert raised.value.mistakes == ("three.txt: is a folder, not a file", "two.txt: is empty")
    (tmp_path / "two.txt").write_bytes(b"2")
    (tmp_path / "three.txt").rmdir()
    assert read_folder(tmp_path, ".txt", decoded) == {"one": "1", "two": "2"}
    with pytest.raises(Mistakes) as raised:
        read_folder(tmp_path / "gone", ".txt", decoded)
    assert raised.value.mistakes == (f"gone: there is no such folder in {tmp_path}",)


def test_the_shipped_folders_are_found_from_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (shipped("content") / "schools" / "example.toml").is_file()
    assert shipped("flows").is_absolute()


def test_an_installed_package_carries_its_own_folders(tmp_path: Path) -> None:
    package = tmp_path / "bot"
    package.mkdir()
    assert _root(package) == tmp_path
    (package / "shipped").mkdir()
    assert _root(package) == package / "shipped"
