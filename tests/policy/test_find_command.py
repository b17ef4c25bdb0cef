"""`beacon answer` and `beacon ask` from outside."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import beacon
from bot.reading import Mistakes

from .test_find import DATA, NEW, OLD, digested, in_force

FILES = json.dumps(
    {"thornbeck": str(DATA / "thornbeck-own-devices.txt"), "wrens": str(DATA / "little-wrens-phones.md")}
)


def answer(lines: str, files: str = FILES) -> Result:
    return CliRunner().invoke(beacon, ["answer"], input=lines, env={"POLICY_FILES": files})


def row(question: str, school: str = "thornbeck", id_: str = "1") -> str:
    return json.dumps({"id": id_, "school": school, "question": question}) + "\n"


def test_questions_are_answered_line_by_line_each_from_its_own_school() -> None:
    asked = row("can I give a mum my number") + "\n" + row("who carries the nursery mobile on outings", "wrens", "2")
    first, second = map(json.loads, answer(asked + row("how much is lunch", id_="3")).output.splitlines()[:2])
    assert (first["id"], first["abstained"]) == ("1", False)
    assert first["answers"][0]["text"].startswith("Staff do not give their private numbers")
    assert first["answers"][0]["section"] == "4.5 Staff"
    assert second["answers"][0]["text"].startswith("The outing leader carries the nursery mobile")


def test_what_is_not_covered_is_abstained_without_answers() -> None:
    assert json.loads(answer(row("how much is lunch")).output) == {"id": "1", "answers": [], "abstained": True}


def test_every_text_is_a_piece_of_the_file_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "phones.md"
    file.write_text("# Phones\n\n- **Lessons:** phones are\n  switched off.\n", "utf-8")
    (found,) = json.loads(answer(row("are phones off", "s"), json.dumps({"s": str(file)})).output)["answers"]
    assert found["text"] == "phones are switched off."


@pytest.mark.parametrize(
    ("lines", "files", "says"),
    [
        (row("x"), "", "set it to a JSON object"),
        (row("x"), "[]", "set it to a JSON object"),
        (row("x"), "{}", "names no file for the school 'thornbeck'"),
        (row("x"), '{"thornbeck": "missing.md"}', "there is no such file"),
        ("rubbish\n", FILES, "every line must be a JSON object"),
        ('{"id": 1}\n', FILES, "every line must be a JSON object"),
    ],
)
def test_what_is_wrong_is_said(lines: str, files: str, says: str) -> None:
    result = answer(lines, files)
    assert isinstance(result.exception, Mistakes)
    assert says in str(result.exception)


def ask(folder: Path, question: str) -> str:
    result = CliRunner().invoke(beacon, ["ask", question, "--folder", str(folder)], catch_exceptions=False)
    return result.output


def test_ask_quotes_what_is_in_force_with_its_source(tmp_path: Path) -> None:
    folder = tmp_path / "school"
    in_force(folder, "larkfield", digested(OLD), digested(NEW))
    said = ask(folder, "where are phones kept")
    assert NEW in said
    assert OLD not in said
    assert "Phones" in said.splitlines()[-1]
    assert ask(folder, "who won the cup final").strip() == "The policies in force do not cover this."


def test_a_schools_own_words_count(tmp_path: Path) -> None:
    folder = tmp_path / "school"
    in_force(folder, "larkfield", digested(NEW))
    assert "do not cover" in ask(folder, "where do the blippies live")
    (folder / "lexicon.toml").write_text('[concepts.phone]\nwords = ["blippy", "blippies"]\n', "utf-8")
    assert NEW in ask(folder, "where are the blippies kept")
