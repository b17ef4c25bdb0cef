"""The register of filter changes: golden outputs of one school's life, and that it tells what it must not of nobody.

`pytest --update` rewrites the files in `register/`.
"""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cases.model import Case
from bot.clock import ManualClock
from bot.library import wording
from bot.prompt import Notice
from bot.register.entries import Entry
from bot.register.forms import as_csv, as_text
from bot.running.school import begin
from tests.folder import hillside
from tests.school import FRIDAY, School, people_of, rules_of

Run = Callable[..., tuple[int, str, str]]
GOLDEN = Path(__file__).parent / "register"
PURPOSE = '=HYPERLINK("https://a.example","Maths")'
NOTHING = "Nothing was asked for, and nothing was blocked or opened."
SAW = "Zayn Hollowell saw it and cried."


def ask(school: School, **given: str) -> Case:
    wanted = {"who_for": "class", "year": "Year 4", "aim": "The eruption of 1980.", "needed": "2026-11-23"}
    school.talk("ashgrove", "unblock", **{**wanted, **given})
    return school.cases()[0]


def work(school: School, person: str, flow: str, case: Case, **given: str) -> None:
    reply = school.talk(person, flow, case.ref, **given)
    assert isinstance(reply, Notice), reply
    school.later(hours=1)


@pytest.fixture
def godinton(new_school: Callable[..., School]) -> School:
    """Give a school in which one request was granted and is over, one refused, one in force, and one waits."""
    school = new_school(book=rules_of("godinton"), people=people_of("godinton"))
    over = ask(school, until="2026-12-04", address="https://www.example.com/volcano?a=1")
    work(
        school,
        "marchbanks",
        "approve_educational",
        over,
        approve="narrower",
        instead="The film only.\nNot the comments.",
        until="2026-12-01",
        consent="yes",
        reason="It shows it better than a book.",
    )
    work(school, "denholme", "approve_technical", over, approve="yes", reason="No adverts.")
    work(school, "wrothambell", "approve_consent", over, approve="yes", reason="Agreed.")
    work(school, "denholme", "done", over, changed="Rule 12, group Year 4.", tested="yes")
    school.later(days=1)
    school.report("olatunde", "breach", address="https://bad.example.org", saw="yes", saw_who=SAW, shown="Blood.")
    school.settle()
    task = next(case for case in school.cases() if case.made_for)
    work(school, "denholme", "done", task, changed="Blocked for everybody.", tested="no")
    refused = ask(school, aim=PURPOSE)
    work(school, "castellane", "approve_educational", refused, approve="no", reason="-1 is not\x1b[31m a reason")
    school.later(days=12)
    work(school, "denholme", "done", over, changed="Rule 12 taken out.", tested="yes")
    in_force = ask(school, who_for="staff", needed="2026-12-07", until="2026-12-20")
    work(school, "marchbanks", "approve_educational", in_force, approve="yes", consent="no", reason="Fine.")
    work(school, "denholme", "approve_technical", in_force, approve="yes", reason="Fine.")
    work(school, "denholme", "done", in_force, changed="Rule 13.", tested="yes")
    early = ask(school, who_for="me", needed="2026-12-08")
    work(school, "marchbanks", "approve_educational", early, approve="yes", consent="no", reason="Fine.")
    work(school, "denholme", "approve_technical", early, approve="yes", reason="Fine.")
    work(school, "denholme", "cannot", early, reason="The provider blocks it.")
    work(school, "marchbanks", "settle", early, settle="again", instead="Ask the provider.")
    work(school, "denholme", "done", early, changed="The provider opened it.", tested="yes")
    work(school, "castellane", "block", early, reason="It has a chat.")
    ask(school, needed="2026-12-20")
    return school


@pytest.fixture
def show(godinton: School, command: Run) -> Callable[..., str]:
    """Give what runs the command on that school; its references are written as REF-1 and so on."""
    refs = {case.ref: f"REF-{n}" for n, case in enumerate(reversed(godinton.cases()), 1)}

    def run(*words: str) -> str:
        code, shown, err = command("register", "--folder", godinton.folder, "--school", "godinton", *words)
        assert (code, err) == (0, "")
        for ref, name in refs.items():
            shown = shown.replace(ref, name)
        return shown

    return run


@pytest.mark.parametrize(("words", "file"), [((), "text.txt"), (("--csv",), "table.csv"), (("--json",), "json.json")])
def test_it_reads_as_it_did(
    show: Callable[..., str], words: tuple[str, ...], file: str, request: pytest.FixtureRequest
) -> None:
    shown = show(*words)
    if request.config.getoption("--update"):
        (GOLDEN / file).write_text(shown, "utf-8", newline="")
        return
    assert shown == (GOLDEN / file).read_bytes().decode()


@pytest.mark.parametrize("words", [(), ("--csv",), ("--json",)], ids=" ".join)
def test_who_reported_or_saw_a_breach_is_nowhere(show: Callable[..., str], words: tuple[str, ...]) -> None:
    shown = show(*words)
    assert "Olatunde" not in shown
    assert "Zayn" not in shown
    assert "Blood" not in shown
    assert "Blocked for everybody." in shown


def test_no_cell_of_the_table_is_a_formula(show: Callable[..., str]) -> None:
    rows = list(csv.reader(io.StringIO(show("--csv"))))
    cells = [cell for row in rows for cell in row]
    assert f"'{PURPOSE}" in cells
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []
    assert {len(row) for row in rows} == {len(rows[0])}
    assert json.loads(show("--json"))[2]["purpose"] == PURPOSE


@pytest.mark.parametrize("start", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])  # noqa: RUF001
def test_what_a_spreadsheet_would_take_for_a_formula_is_a_word(start: str) -> None:
    entry = Entry("KX7F2M", "", "request", FRIDAY, word=start)
    rows = list(csv.DictReader(io.StringIO(as_csv([entry]), newline="")))
    assert rows[0]["word"] == f"'{start}"


def test_the_text_makes_no_links_and_steers_no_terminal(show: Callable[..., str]) -> None:
    shown = show()
    assert "www[.]example[.]com/volcano?a=1" in shown
    assert "www.example.com" not in shown
    entry = Entry("KX7F2M", "", "request", FRIDAY, purpose="One.\nTwo \x1b[31m\u202e\x9b.")
    assert "One.\n                Two �[31m��.\n" in f"{as_text([entry], wording('register'), 'Larkfield')}\n"


def test_an_empty_register_says_so(school: School, command: Run) -> None:
    code, out, _ = command("register", "--folder", school.folder)
    assert (code, out.splitlines()) == (0, [f"Register of filter changes: {school.book.school.name}", "", NOTHING])
    assert command("register", "--json", "--folder", school.folder)[:2] == (0, "[]\n")


def test_a_schools_own_folder_needs_no_name(tmp_path: Path, command: Run) -> None:
    folder = hillside(tmp_path / "own")
    begin(folder, ManualClock(FRIDAY)).beacon.stored.close()
    assert command("register", "--folder", folder)[1].startswith("Register of filter changes: Hillside Primary School")


def test_a_folder_without_a_store_is_said_in_one_line(tmp_path: Path, command: Run) -> None:
    code, out, err = command("register", "--folder", tmp_path)
    assert (code, out, len(err.splitlines())) == (1, "", 1)


def test_nothing_is_written(godinton: School, show: Callable[..., str]) -> None:
    before = godinton.read(lambda tx: tx.execute("select count(*), max(seq) from audit").fetchone())
    show()
    assert godinton.read(lambda tx: tx.execute("select count(*), max(seq) from audit").fetchone()) == before
