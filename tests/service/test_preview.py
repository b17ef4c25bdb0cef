"""The page for people who edit flows: that everything is on it, and that mistakes are said instead."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from markupsafe import Markup, escape

from adapters.slack.preview import SlackFace
from adapters.teams.preview import TeamsFace
from adapters.web.preview import WebFace
from bot.files import shipped
from bot.flow.model import Flow
from bot.library import rulebook, shipped_school, wording
from bot.people import Roster
from bot.preview.cases import REFERENCE, Audience, Look, looks, notices
from bot.preview.page import Face, pages
from bot.preview.ways import Sample
from bot.prompt import Card, Home, Prompt, Quotation, Reply
from tests.school import said

Run = Callable[..., tuple[int, str, str]]
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SCHOOLS = ("example", "cantrell", "godinton")


class Plain:
    """A platform that shows everything as one line."""

    name, label = "plain", "Plain"
    style = Markup("")

    def __init__(self) -> None:
        self.shown: list[tuple[Reply, datetime | None, Audience]] = []
        self.fronts: list[tuple[Home, Audience]] = []

    def figure(self, reply: Reply, at: datetime | None, audience: Audience) -> Markup:
        self.shown.append((reply, at, audience))
        return escape(f"{self.name}: {said(reply)}")

    def front(self, home: Home, audience: Audience) -> Markup:
        self.fronts.append((home, audience))
        return escape(home.title)


def all_made(school: str, *faces: Face) -> list[str]:
    rules, people = shipped_school(school)
    files = {f"{number}.html": face for number, face in enumerate(faces)}
    return list(pages(rulebook(rules), Roster(people), files, wording("preview"), MORNING).values())


@cache
def shown_of(school: str) -> tuple[Plain, str]:
    """Give a platform that was shown all of a school, and its page: made once, for many tests look at the same."""
    face = Plain()
    (html,) = all_made(school, face)
    return face, html


def made(school: str) -> str:
    return shown_of(school)[1]


@cache
def lives(school: str) -> dict[str, tuple[Look, ...]]:
    rules, people = shipped_school(school)
    sample = Sample(("Words.",), "Rory", ("https://a.example/b",), (Quotation("Q.", "4"),), MORNING.date())
    return looks(rulebook(rules), Roster(people), sample, MORNING)


# What is on the page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("school", SCHOOLS)
def test_every_question_line_and_card_of_every_flow_is_shown(school: str) -> None:
    face, _ = shown_of(school)
    book = rulebook(shipped_school(school)[0])
    everything = " ".join(said(reply) for reply, *_ in face.shown)
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


def test_every_screen_is_on_the_page_of_each_platform() -> None:
    plain, slack, teams = Plain(), SlackFace(wording("slack")), TeamsFace(wording("teams"))
    web = WebFace(wording("web"), "Larkfield Primary School")
    *others, _ = pages_ = all_made("example", slack, teams, web, plain)
    frames = len(plain.shown) + len(plain.fronts)
    assert [html.count("<fieldset disabled") for html in pages_] == [frames] * len(pages_)
    drawn: tuple[Face, ...] = (slack, teams)
    for face, html in zip(drawn, others, strict=False):
        assert [reply for reply, at, audience in plain.shown if face.figure(reply, at, audience) not in html] == []
        assert [home for home, audience in plain.fronts if face.front(home, audience) not in html] == []


def test_each_page_leads_to_the_same_place_on_the_others() -> None:
    first, second = all_made("example", Plain(), Plain())
    for html, own, other in ((first, "0.html", "1.html"), (second, "1.html", "0.html")):
        assert f'href="{other}#worry"' in html
        assert f'href="{own}' not in html
        for place in re.findall(rf'href="{other}#([a-z_]+)"', html):
            assert f'id="{place}"' in html
    assert "Platforms" not in made("example")


def test_front_pages_show_what_was_told_and_what_waits() -> None:
    face, _ = shown_of("example")
    shown = {audience: home for home, audience in face.fronts}
    assert {side: (len(home.reports), len(home.cases)) for side, home in shown.items()} == {
        "staff": (1, 0),
        "pupil": (1, 0),
        "caseworker": (0, 1),
    }
    assert {token.subject for home in shown.values() for token in (b.token for b in home.starts)} >= {
        "worry",
        "concern",
    }
    assert not shown["pupil"].cases


def test_a_childs_screens_are_shown_as_a_childs() -> None:
    face, _ = shown_of("example")
    seen = {(r.title, audience) for r, _, audience in face.shown if isinstance(r, Prompt)}
    assert {audience for title, audience in seen if title == "Tell us a worry"} == {"pupil"}
    assert {audience for title, audience in seen if title == "Report a concern"} == {"staff"}
    assert {audience for title, audience in seen if title == "Record a decision"} == {"caseworker"}


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
    faces = SlackFace(wording("slack")), TeamsFace(wording("teams")), WebFace(wording("web"), "Larkfield")
    for html in all_made("example", *faces):
        assert not re.search(r"<(script|link|img|iframe)|\ssrc=|url\(|@import", html)


def test_what_is_made_twice_is_the_same() -> None:
    slack, teams = SlackFace(wording("slack")), TeamsFace(wording("teams"))
    assert all_made("example", Plain(), slack, teams) == all_made("example", Plain(), slack, teams)


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
    task = ("status-task-closed", "status-task-given-up")
    ends = [words.lines[key] for key in task]
    assert [look.state for look in found["breach"] if look.state in ends] == ends


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
    others = [(tmp_path / f"all-{name}.html").read_text("utf-8") for name in ("slack", "teams")]
    assert ['class="slack modal"' in other for other in others] == [True, False]
    assert ['class="teams chat"' in other for other in others] == [False, True]
    assert all('href="all-slack.html#worry"' in page for page in (html, others[1]))


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
