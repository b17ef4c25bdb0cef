"""`beacon policy` from outside: what it shows, asks, keeps and refuses."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import beacon, main
from bot.commands.policy_store import opened
from bot.policy.model import Document
from bot.reading import Mistakes
from bot.storage import policies
from bot.storage.database import Unusable

from . import samples
from .test_read import picture

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "school"


@pytest.fixture
def run(folder: Path) -> Run:
    """Give a function that runs `beacon policy ...` on the folder of this test; what it raises is in the result."""

    def run(*words: object, asked: str = "") -> Result:
        return CliRunner().invoke(beacon, ["policy", *map(str, words), "--folder", str(folder)], input=asked)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "phones.md"
    path.write_bytes(samples.markdown())
    return path


def in_force(folder: Path) -> tuple[Document, ...]:
    with opened(folder, "example") as stored:
        return stored.reader.run_now(policies.current)


NAME = "mobile-phone-and-camera-policy"


def test_a_policy_is_shown_before_it_is_kept(run: Run, file: Path, folder: Path) -> None:
    said = run("add", file, asked="y\n").output
    assert "Mobile Phone and Camera Policy\n  dated 2026/27; review due by 30 April 2027\n" in said
    assert "16 passages in 7 sections" in said
    assert "1.1 WHO THIS IS FOR > Staff phones (3)\n  - Phones stay in the locked cupboard" in said
    assert f"It is new, under the name '{NAME}'." in said
    assert said.index("Put it in force?") > said.index("1.4 WHO")
    assert [len(document.passages) for document in in_force(folder)] == [16]


def test_nothing_is_kept_when_the_answer_is_no(run: Run, file: Path, folder: Path) -> None:
    result = run("add", file, asked="n\n")
    assert (result.exit_code, "is in force" in result.output) == (1, False)
    assert in_force(folder) == ()


def test_what_somebody_says_goes_before_what_the_file_says(run: Run, file: Path, folder: Path) -> None:
    given = ("--name", "Phones!", "--title", "Phones", "--dated", "May 2026", "--review-due", "Autumn 2028")
    assert "phones version 1 is in force" in run("add", file, "--yes", *given).output
    (document,) = in_force(folder)
    assert (document.title, document.dated, str(document.review_due)) == ("Phones", "May 2026", "2028-12-31")


@pytest.mark.parametrize(
    ("given", "said"),
    [(("--review-due", "soon"), "'soon' is no date: write 2026-12-31"), (("--name", "!!"), "makes no short name")],
)
def test_what_cannot_be_understood_is_refused(run: Run, file: Path, given: tuple[str, str], said: str) -> None:
    wrong = run("add", file, "--yes", *given).exception
    assert isinstance(wrong, Mistakes)
    assert said in str(wrong)


def test_the_life_of_a_policy(run: Run, file: Path, folder: Path) -> None:
    run("add", file, "--yes")
    assert isinstance(run("add", file, "--yes").exception, Mistakes)  # the very same
    file.write_bytes(
        samples.markdown().replace(b"say \xe2\x80\x9cno\xe2\x80\x9d kindly", b"say \xe2\x80\x9cno\xe2\x80\x9d at once")
    )
    said = run("add", file, "--yes").output
    assert f"It takes the place of version 1 of '{NAME}': 0 added, 0 removed, 1 reworded, 0 moved." in said
    assert "at once" in in_force(folder)[0].passages[5].text

    assert run("list").output.count("\n") == 1
    assert "version 1, kept for the record, out of answers since" in run("list", "--all").output
    said = run("diff", NAME).output
    assert f"{NAME}: from version 1 to version 2\n" in said
    assert "~ 1 WHO THIS IS FOR: say \u201cno\u201d [-kindly.-] {+at once.+}\n0 added, 0 removed, 1 reworded" in said
    assert "[-at once.-] {+kindly.+}" in run("diff", NAME, "--from", 2, "--to", 1).output
    assert "   6  say \u201cno\u201d at once.\n" in run("show", NAME).output
    assert "   6  say \u201cno\u201d kindly.\n" in run("show", NAME, "--version", 1).output

    assert in_force(folder)
    assert run("retire", NAME, asked="n\n").exit_code == 1
    assert in_force(folder)
    assert f"{NAME} is out of answers" in run("retire", NAME, asked="y\n").output
    assert in_force(folder) == ()
    assert run("list").output == "no policy is in force\n"
    assert run("check").output == "no policy is in force\n"
    assert isinstance(run("retire", NAME, "--yes").exception, Mistakes)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "mobile-phone-and-camera"), f"there is no policy 'mobile-phone-and-camera' - did you mean '{NAME}'"),
        (("show", NAME, "--version", "7"), "has no version 7; the last is 1"),
        (("diff", NAME), "has nothing before version 1"),
        (("diff", "trips"), f"there is no policy 'trips'; there are {NAME}"),
    ],
)
def test_a_wrong_name_or_version_is_told_which_there_are(
    run: Run, file: Path, words: tuple[str, ...], said: str
) -> None:
    run("add", file, "--yes")
    wrong = run(*words).exception
    assert isinstance(wrong, Mistakes)
    assert said in str(wrong)


@pytest.mark.parametrize("words", [("list",), ("show", "a"), ("diff", "a"), ("retire", "a"), ("check",)])
def test_without_a_store_nothing_is_made(run: Run, folder: Path, words: tuple[str, ...]) -> None:
    assert isinstance(run(*words).exception, Unusable)
    assert not folder.exists()


def test_what_was_not_read_is_said_before_anything_is_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(picture(2, words=True))
    said = run("add", tmp_path / "scan.pdf", asked="n\n").output
    assert said.startswith("look: page 2 is a picture without text: what it says was not read\n")


def test_a_file_that_is_not_there_makes_no_store(run: Run, folder: Path) -> None:
    wrong = run("add", "nowhere.pdf", "--yes").exception
    assert "there is no such file" in str(wrong)
    assert not folder.exists()


def test_warnings_whose_clause_is_gone_are_named(run: Run, file: Path, folder: Path) -> None:
    run("add", file, "--yes")
    assert "0 warnings, every clause is there" in run("check").output
    (folder / "traps").mkdir()
    trap = '[[trap]]\nid = "{}"\nwarning = "Look."\nanchor = "{}"\n'
    (folder / "traps" / "larkfield.toml").write_text(trap.format("kept", "Nobody takes pictures"))
    assert "1 warnings, every clause is there" in run("check").output
    (folder / "traps" / "larkfield.toml").write_text(trap.format("gone", "Everybody takes pictures"))
    wrong = run("check").exception
    assert "trap gone: no clause holds 'Everybody takes pictures'" in str(wrong)


def test_a_real_schools_folder_is_known_by_its_settings(run: Run, file: Path, folder: Path) -> None:
    folder.mkdir()
    settings = (Path(__file__).parents[2] / "content" / "schools" / "example.toml").read_text("utf-8")
    (folder / "school.toml").write_text(settings.replace('id = "larkfield"', 'id = "hollybank"'), "utf-8")
    run("add", file, "--yes")
    with opened(folder, "example") as stored:
        assert stored.reader.run_now(lambda tx: tx.school) == "hollybank"
        assert len(stored.reader.run_now(policies.current)) == 1


def test_a_mistake_ends_the_program_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 nothing more")
    monkeypatch.setattr(sys, "argv", ["beacon", "policy", "add", str(tmp_path / "scan.pdf"), "--folder", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == ["scan.pdf: is damaged; open it and save or print it as a PDF again"]
