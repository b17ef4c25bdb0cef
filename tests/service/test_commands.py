"""The commands from outside: what is wrong with a folder is said in one line, without a traceback."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import reports
from bot.reading import Mistakes
from bot.running import demo
from bot.school.folder import SETTINGS, read_folder, roster
from bot.storage import audit
from bot.storage.database import Unusable
from bot.storage.tx import Tx
from bot.storage.vault import Vault
from bot.wiring import KEYS, open_store
from tests.folder import hillside
from tests.school import FRIDAY, SCHOOL, School

Run = Callable[..., tuple[int, str, str]]


# Keys and secrets -----------------------------------------------------------------------------------------------------


def spoil(folder: Path, how: str) -> None:
    keys = folder / KEYS
    match how:
        case "empty":
            keys.write_bytes(b"")
        case "a folder":
            keys.unlink()
            keys.mkdir()
        case "missing":
            keys.unlink()
        case "another's":
            keys.unlink()
            Vault.create(keys)


SAID = {
    "empty": "is not a key file",
    "a folder": "keys.json cannot be read: ",
    "missing": "its keys are not: put keys.json back",
    "another's": "was written with other keys",
}


@pytest.mark.parametrize("how", list(SAID))
@pytest.mark.parametrize("words", [("cases",), ("cases", "--json"), ("audit", "verify"), ("demo",)], ids=" ".join)
def test_keys_that_do_not_open_the_store_end_a_command_in_one_line(
    school: School, command: Run, words: tuple[str, ...], how: str
) -> None:
    school.report()
    school.beacon.stored.close()
    spoil(school.folder, how)
    code, out, err = command(*words, "--folder", school.folder)
    assert (code, out) == (1, "")
    assert SAID[how] in err
    assert len(err.splitlines()) == 1


def test_a_folder_that_is_a_file_ends_a_command_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unusable, match="cannot be used"):
        open_store(tmp_path / "file", SCHOOL)


def test_a_store_without_this_school_is_not_an_empty_list(tmp_path: Path, command: Run) -> None:
    open_store(tmp_path, "elsewhere").close()
    code, out, err = command("cases", "--folder", tmp_path)
    assert (code, out) == (1, "")
    assert f"holds nothing of the school '{SCHOOL}'" in err


def test_a_secret_outlives_a_restart_and_is_private(tmp_path: Path) -> None:
    first = demo._secret(tmp_path / "secret")
    assert len(first) == 32
    assert demo._secret(tmp_path / "secret") == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("held", [b"", b"short"])
def test_a_secret_that_is_too_short_is_refused_in_words(tmp_path: Path, held: bytes) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / demo._SIGNING).write_bytes(held)
    with pytest.raises(Mistakes, match="too short for a secret: delete it"):
        demo.serve(folder, "example", 0, lambda: None)
    open_store(folder, SCHOOL).close()  # nobody holds it any more


# The record and the list ----------------------------------------------------------------------------------------------


def test_a_verified_record_and_its_head_are_of_one_moment(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.report()
    before, verify = school.read(audit.head), audit.verify

    def meanwhile(tx: Tx, head: tuple[int, str] | None = None) -> list[str]:
        found = verify(tx, head)
        school.run(lambda tx: audit.append(tx, FRIDAY, "opened", "case", ""))
        return found

    monkeypatch.setattr(audit, "verify", meanwhile)
    assert reports.verify_audit(school.folder, "example", None) == ([], f"{before[0]}:{before[1]}")
    assert school.read(audit.head)[0] == before[0] + 1


def test_a_damaged_case_keeps_no_other_from_the_list(school: School, command: Run) -> None:
    first, second = school.report(), school.report("kowalczyk")
    school.run(lambda tx: tx.execute("update case_file set sealed = x'00' where id = ?", (first.id,)))
    code, out, _ = command("cases", "--folder", school.folder, "--json")
    assert code == 0
    assert [case["reference"] for case in json.loads(out)] == [second.ref]


def test_a_list_without_cases_says_so(tmp_path: Path, command: Run) -> None:
    school = School(tmp_path)
    assert command("cases", "--folder", tmp_path) == (0, "there are no cases yet\n", "")
    assert command("cases", "--folder", tmp_path, "--json") == (0, "[]\n", "")
    school.close()


def test_the_columns_of_the_list_stand_below_each_other(school: School, command: Run) -> None:
    school.report("kowalczyk", "phone", rung="yes")
    school.report("kowalczyk", "concern")
    _, out, _ = command("cases", "--folder", school.folder)
    lines = out.splitlines()
    assert len({line.index("2026-11-20") for line in lines}) == 1
    assert [line.split()[1] for line in lines] == ["concern", "phone"]


# A school's own folder ------------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Iterator[School]:
    """Give a real school that has had one report, served from its own folder."""
    folder = hillside(tmp_path / "hillside")
    held = read_folder(folder, FRIDAY)
    school = School(folder, book=held.book, people=tuple(roster(held.people, FRIDAY)))
    school.report("it", "breach")
    yield school
    school.close()


@pytest.mark.parametrize("named", [(), ("--school", "godinton")], ids=["", "another school named"])
def test_a_real_schools_folder_says_itself_which_school_it_is(
    own: School, command: Run, named: tuple[str, ...]
) -> None:
    code, out, err = command("cases", "--folder", own.folder, *named)
    assert (code, err) == (0, "")
    assert out.startswith(own.case().ref)
    code, out, err = command("audit", "verify", "--folder", own.folder, *named)
    assert (code, err) == (0, "")
    assert out.startswith("whole; its head is ")


def test_a_real_school_whose_settings_are_wrong_is_told_so(own: School, command: Run) -> None:
    (own.folder / SETTINGS).write_text("id = 1", "utf-8")
    for words in (("cases",), ("audit", "verify")):
        code, out, err = command(*words, "--folder", own.folder)
        assert (code, out) == (1, "")
        assert "school.toml: 'id' must be text in quotation marks" in err


# Schools and flows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("cases",), ("audit", "verify"), ("demo",), ("check",), ("try", "concern")])
def test_an_unknown_school_is_told_which_there_are(school: School, command: Run, words: tuple[str, ...]) -> None:
    folder = () if words[0] in ("check", "try") else ("--folder", school.folder)
    code, _, err = command(*words, *folder, "--school", "exampel")
    assert code == 1
    assert "there is no school 'exampel' - did you mean 'example'?; there are cantrell, example, godinton" in err
    assert len(err.splitlines()) == 1
