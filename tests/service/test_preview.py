"""The page for people who edit flows: that everything is on it, and that mistakes are said instead."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from markupsafe import Markup, escape

from bot.files import shipped
from bot.flow.model import Flow
from bot.library import rulebook, shipped_school, wording
from bot.people import Roster
from bot.preview.cases import REFERENCE, Look, looks, notices
from bot.preview.page import page
from bot.preview.ways import Sample
from bot.prompt import Card, Prompt, Quotation, Reply
from tests.school import said

Run = Callable[..., tuple[int, str, str]]
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SCHOOLS = ("example", "cantrell", "godinton")


class Plain:
    """A platform that shows everything as one line."""

    name = "plain"
    style = Markup("")

    def __init__(self) -> None:
        self.shown: list[tuple[Reply, bool]] = []

    def figure(self, reply: Reply, at: datetime | None, *, pupil: bool) -> Markup:
        self.shown.append((reply, pupil))
        return escape(f"{self.name}: {said(reply)}")


def made(school: str, *faces: Plain) -> str:
    rules, people = shipped_school(school)
    return page(rulebook(rules), Roster(people), faces, wording("preview"), MORNING)


def lives(school: str) -> dict[str, tuple[Look, ...]]:
    rules, people = shipped_school(school)
    sample = Sample(("Words.",), "Rory", ("https://a.example/b",), (Quotation("Q.", "4"),), MORNING.date())
    return looks(rulebook(rules), Roster(people), sample, MORNING)


# What is on the page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("school", SCHOOLS)
def test_every_question_line_and_card_of_every_flow_is_shown(school: str) -> None:
    face = Plain()
    made(school, face)
    book = rulebook(shipped_school(school)[0])
    everything = " ".join(said(reply) for reply, _ in face.shown)
    for flow in book.flows.values():
        for line in lines(flow):
            assert line in everything, f"{flow.id}: {line}"
    for key, line in book.words.lines.items():
        if key.startswith(("inform-", "refused-", "done-", "status-")) and "{" not in line and key not in UNSEEN:
            assert line in everything, key


# Of a report that became urgent while it was being written, or whose reader has gone: no state of a case by itself.
UNSEEN = {"status-task-open"}


def lines(flow: Flow) -> list[str]:
    asked = [q.ask for q in flow.questions if q.ask]
    own = [*flow.intro, *flow.thanks, flow.check, *(s for e in flow.endings for s in e.say)]
    return [line for line in (*asked, *own, *(s for a in flow.alerts for s in a.say)) if line and "{" not in line]


def test_each_platform_shows_each_thing_once_in_the_same_order() -> None:
    first, second = Plain(), Plain()
    second.name = "other"
    html = made("example", first, second)
    assert first.shown == second.shown
    assert len(re.findall("<fieldset disabled", html)) == 2 * len(first.shown)
    assert "<legend>other</legend>" in html


def test_a_childs_screens_are_shown_as_a_childs() -> None:
    face = Plain()
    made("example", face)
    assert {pupil for reply, pupil in face.shown if isinstance(reply, Prompt) and reply.title == "Tell us a worry"} == {
        True
    }
    assert {
        pupil for reply, pupil in face.shown if isinstance(reply, Prompt) and reply.title == "Report a concern"
    } == {False}


def test_conditions_are_said_in_the_words_of_the_answers() -> None:
    html = unescape(made("example"))
    assert "<code>year</code>: asked only when <code>who_for</code> is “My class”." in html
    assert "When <code>blocked_as</code> is “It says illegal, child abuse or terrorism”. Nothing is kept." in html
    assert "<code>until</code>: always asked; can be skipped." in html


def test_what_a_school_has_off_is_marked() -> None:
    assert "Emergency phone call (switched off)" in made("godinton")
    assert "Tell of a lesson ahead (switched off)" in made("godinton")
    assert "Tell of a lesson ahead (switched off)" not in made("example")


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = made("example")
    assert not re.search(r"<(script|link|img|iframe)|\ssrc=|url\(|@import", html)


def test_what_is_made_twice_is_the_same() -> None:
    assert made("example", Plain()) == made("example", Plain())


# Cases and notices ----------------------------------------------------------------------------------------------------

LIFE = {
    "concern": ("open", "acknowledged", "overdue", "decided", "closed"),
    "unblock": (
        "approval-open",
        "approval-approved",
        "approval-done",
        "approval-undoing",
        "approval-closed",
        "approval-refused",
        "approval-lapsed",
    ),
    "phone": ("record-open", "record-closed"),
    "spike": ("notice-open", "notice-acknowledged", "notice-closed", "notice-declined"),
    "ask": ("question-open", "question-closed"),
}


@pytest.mark.parametrize("school", SCHOOLS)
def test_a_case_is_shown_in_each_of_its_states(school: str) -> None:
    found = lives(school)
    words = wording("wording")
    for flow, states in LIFE.items():
        shown = " | ".join(look.state for look in found[flow])
        for state in states:
            end = re.split(r"\{.*\}", words.lines[f"status-{state}"])[-1]
            assert end in shown, f"{flow}: {state}"
    assert [look.state for look in found["breach"]][-2:-1] == [words.lines["status-task-closed"]]


def test_each_gate_of_the_school_is_a_state() -> None:
    waiting = [look for look in lives("godinton")["unblock"] if look.state.endswith("to decide")]
    assert len(waiting) == 3


def test_an_open_case_has_its_words_and_a_card_none() -> None:
    first, *_ = lives("example")["concern"]
    assert first.opened is not None
    assert "Words." in said(first.opened)
    assert "Words." not in said(first.channel)
    assert first.channel.case == REFERENCE


def test_what_took_its_leave_shows_a_card_that_says_nothing() -> None:
    *_, last = lives("example")["worry"]
    assert (last.opened, last.reporter, last.channel.buttons) == (None, None, ())


def test_a_notice_has_the_button_it_is_read_by() -> None:
    rules, _ = shipped_school("example")
    found = {said.key: [b.label for b in said.notice.buttons] for said in notices(rulebook(rules), "Mrs A", "Monday")}
    assert found["inform-approval-refused-staff"] == ["Read it"]
    assert found["inform-talked-pupil"] == ["Answer it"]
    assert found["inform-taken-staff"] == found["done-ack"] == []


# The command ----------------------------------------------------------------------------------------------------------


def test_the_command_writes_one_page(tmp_path: Path, command: Run) -> None:
    out = tmp_path / "all.html"
    assert command("preview", "--out", out, "--school", "cantrell") == (0, f"Open {out} in a browser\n", "")
    html = out.read_text("utf-8")
    assert "Tell us a worry" in html
    assert "Larkfield" not in html


def test_own_flow_files_are_shown_instead(tmp_path: Path, command: Run) -> None:
    shutil.copy(shipped("flows") / "worry.toml", tmp_path)
    worry = tmp_path / "worry.toml"
    worry.write_text(worry.read_text("utf-8").replace("Do you need help right now?", "Is it bad now?"), "utf-8")
    out = tmp_path / "preview.html"
    assert command("preview", "--flows", tmp_path, "--out", out)[0] == 0
    assert "Is it bad now?" in out.read_text("utf-8")
    assert "Report a concern" not in out.read_text("utf-8")


def test_a_mistake_in_a_flow_is_said_and_nothing_is_written(tmp_path: Path, command: Run) -> None:
    worry = (shipped("flows") / "worry.toml").read_text("utf-8")
    (tmp_path / "worry.toml").write_text(worry.replace("\nhint = ", "\nhnt = ", 1), "utf-8")
    out = tmp_path / "preview.html"
    code, shown, err = command("preview", "--flows", tmp_path, "--out", out)
    assert (code, shown) == (1, "")
    assert "unknown setting 'hnt' - did you mean 'hint'?" in err
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path, command: Run) -> None:
    code, _, err = command("preview", "--out", tmp_path / "nowhere" / "preview.html")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "cannot be written" in err


def test_every_sample_word_is_used() -> None:
    source = (Path(__file__).parents[2] / "bot" / "preview" / "page.py").read_text("utf-8")
    assert [key for key in wording("preview").lines if f'"{key}"' not in source] == []
    assert isinstance(lives("example")["ask"][0].channel, Card)
