"""A school's own flows: one takes the place of the shipped one whole, another is added, and each is checked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.files import shipped
from bot.prompt import Notice
from bot.reading import Mistakes
from bot.school.folder import SETTINGS, read_folder, roster
from tests.folder import hillside
from tests.school import FRIDAY, School, said

Run = Callable[..., tuple[int, str, str]]

GATE = """id = "gate"
title = "Somebody at the gate"
for = "staff"
procedure = "record"
summary = "Somebody at the gate"
on_timeout = { after = "4h", do = "close" }
check = "Right? It goes to: {{ recipients }}."
send = "Log it"
thanks = ["Logged as {{ reference }}."]

[[route]]
to = "breach"

[[question]]
id = "who"
kind = "text"
ask = "Whom did you see at our gate?"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = hillside(tmp_path / "hillside")
    (folder / "flows").mkdir()
    return folder


def put(folder: Path, name: str, text: str) -> None:
    (folder / "flows" / name).write_text(text, "utf-8")


def changed(flow_id: str, old: str, new: str) -> str:
    text = (shipped("flows") / f"{flow_id}.toml").read_text("utf-8")
    assert text.count(old) == 1
    return text.replace(old, new)


def switch_on(folder: Path, flow_id: str) -> None:
    settings = (folder / SETTINGS).read_text("utf-8")
    (folder / SETTINGS).write_text(settings.replace("\nflows = [", f'\nflows = ["{flow_id}", ', 1), "utf-8")


def wrong(folder: Path) -> list[str]:
    with pytest.raises(Mistakes) as raised:
        read_folder(folder, FRIDAY)
    return list(raised.value.mistakes)


# In force ------------------------------------------------------------------------------------------------------------


def test_a_file_of_the_same_name_takes_the_place_of_the_shipped_one_whole(folder: Path) -> None:
    source = GATE.replace('"gate"', '"concern"').replace('"record"', '"alert"').replace('[[route]]\nto = "breach"', "")
    put(
        folder, "concern.toml", source + '\n[[question]]\nid = "about"\nkind = "person"\nask = "Who?"\nsubject = true\n'
    )
    book = read_folder(folder, FRIDAY).book
    assert [question.id for question in book.flows["concern"].questions] == ["who", "about"]
    assert book.sources["concern"] == (folder / "flows" / "concern.toml").read_bytes()
    others = {flow_id: source for flow_id, source in book.sources.items() if flow_id != "concern"}
    assert others == {f.stem: f.read_bytes() for f in shipped("flows").glob("*.toml") if f.stem != "concern"}


def test_a_new_flow_is_talked_to_its_end_and_reaches_whom_it_names(folder: Path, tmp_path: Path) -> None:
    put(folder, "gate.toml", GATE)
    switch_on(folder, "gate")
    held = read_folder(folder, FRIDAY)
    school = School(tmp_path / "store", book=held.book, people=tuple(roster(held.people, FRIDAY)))
    assert "Somebody at the gate" in {button.label for button in school.home("it").starts}
    prompt = school.start("it", "gate")
    assert "Whom did you see at our gate?" in said(prompt)
    reply = school.talk("it", "gate", who="A man in a red coat.")
    assert isinstance(reply, Notice)
    case = school.case()
    assert (case.flow, case.ref in said(reply)) == ("gate", True)
    school.settle()
    assert [card.title for card in school.platform.cards("person:dsl")] == ["Somebody at the gate"]
    school.close()


# Checked -------------------------------------------------------------------------------------------------------------


def test_check_says_what_becomes_of_every_file(folder: Path, command: Run) -> None:
    put(folder, "worry.toml", changed("worry", "Hello. I am a school robot", "Hi. I am a school robot"))
    put(folder, "gate.toml", GATE)
    put(folder, "late.toml", GATE.replace('"gate"', '"late"'))
    put(folder, "note.toml.txt", "")
    put(folder, "phone.txt", "")
    put(folder, ".hidden", "")
    switch_on(folder, "gate")
    code, out, err = command("check", folder)
    assert (code, err) == (0, "")
    assert out.splitlines()[:5] == [
        "flows/gate.toml: is added to those that came with Beacon",
        "flows/late.toml: nobody can start it: add 'late' to 'flows' in school.toml",
        "flows/note.toml.txt: is not read: the name of a flow's file ends in .toml",
        "flows/phone.txt: is not read: the name of a flow's file ends in .toml",
        "flows/worry.toml: takes the place of the one that came with Beacon",
    ]
    assert "Hillside Primary School: 29 flows" in out


def test_a_mistake_is_said_in_the_loaders_words_beside_all_others(folder: Path) -> None:
    put(folder, "worry.toml", changed("worry", 'id = "danger"\nkind', 'id = "danger"\nhnt = "x"\nkind'))
    put(folder, "gate.toml", GATE.replace('kind = "text"', 'kind = "words"'))
    (folder / "people.csv").write_text("id,name,roles\n")
    people, gate, worry = wrong(folder)
    assert people == "people.csv: lists nobody"
    assert gate.startswith("gate.toml, question 1 (who): 'words' is not one of the words for 'kind'")
    assert worry.startswith("worry.toml, question ")
    assert worry.endswith("(danger): unknown setting 'hnt' - did you mean 'hint'?")


def test_what_binds_a_flow_to_the_program_is_checked_too(folder: Path) -> None:
    put(folder, "gate.toml", GATE.replace('to = "breach"', 'to = "breech"'))
    switch_on(folder, "gate")
    (only,) = wrong(folder)
    assert only.startswith("gate.toml: there is no route 'breech' - did you mean 'breach'?")


def test_a_file_in_the_place_of_the_folder_is_said(folder: Path) -> None:
    (folder / "flows").rmdir()
    (folder / "flows").write_text("")
    assert wrong(folder) == [f"flows: there is no such folder in {folder}"]


def test_other_flow_files_are_checked_in_place_of_all_others(folder: Path, tmp_path: Path, command: Run) -> None:
    put(folder, "gate.toml", "rubbish")
    code, out, err = command("check", folder, "--flows", shipped("flows"))
    assert (code, err) == (0, "")
    assert "gate" not in out


# Tried out -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that sets what is typed in the terminal."""

    def typed(*lines: str) -> None:
        waiting = iter(lines)
        monkeypatch.setattr("builtins.input", lambda prompt: next(waiting))

    return typed


def test_a_flow_of_ones_own_is_tried_in_the_terminal(folder: Path, typed: Callable[..., None], command: Run) -> None:
    put(folder, "gate.toml", GATE)
    typed("A man in a red coat.", "send")
    code, out, err = command("try", "gate", "--folder", folder)
    assert (code, err) == (0, "")
    for line in ("Whom did you see at our gate?", "It goes to: the designated safeguarding lead", "Logged as TRY123."):
        assert line in out
    assert not (folder / "beacon.db").exists()


def test_without_a_folder_a_shipped_school_is_tried(typed: Callable[..., None], command: Run) -> None:
    typed("stop", "stop")
    code, out, _ = command("try", "worry", "--school", "godinton")
    assert code == 0
    assert "Hello. I am a school robot" in out


@pytest.mark.parametrize(
    ("words", "mistake"),
    [
        (("try", "gate"), "there is no flow 'gate'"),
        (("try", "wory"), "there is no flow 'wory' - did you mean 'worry'?"),
        (("try", "worry", "--folder", "nowhere"), "Directory 'nowhere' does not exist"),
    ],
)
def test_what_cannot_be_tried_is_said(words: tuple[str, ...], mistake: str, command: Run) -> None:
    code, out, err = command(*words)
    assert (code != 0, out) == (True, "")
    assert mistake in err
