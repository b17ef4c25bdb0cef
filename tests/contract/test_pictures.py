"""The pictures of Slack's windows and Teams' cards show what is really sent: every word, choice and button of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.blocks import LABEL
from adapters.slack.launcher import tab
from adapters.slack.message import message
from adapters.slack.preview import SlackFace
from adapters.slack.window import TITLE, window
from adapters.teams.actions import Where
from adapters.teams.preview import TeamsFace, read
from adapters.teams.text import escaped
from bot.library import wording
from bot.preview.page import Face
from bot.prompt import Button, Card, Choose, Home, Notice, Prompt, Reply, Row, Token, Verb
from tests.contract import test_slack, test_teams
from tests.contract.adapter import _said, bare
from tests.contract.picture import Picture
from tests.contract.screens import ALL, AT, HOSTILE, NASTY
from tests.slack.lint import lint_view

SLACK, TEAMS = SlackFace(wording("slack")), TeamsFace(wording("teams"))
MAY_HAVE = {"class", "type", "checked", "role", "aria-level", "aria-label"}
DRAWN = {"div", "p", "span", "b", "i", "small", "hr", "ul", "li", "label", "input", "button"}


def audience(name: str) -> Any:
    return "pupil" if name == "worry" else "staff"


def sent(face: Face, name: str, reply: Reply) -> Iterator[str]:
    """Give every text of what the adapter sends of a reply, in the chat or privately."""
    if isinstance(face, SlackFace):
        yield from test_slack.texts(window(reply, wording("slack")))
        return
    where: Where = "dialog" if isinstance(reply, Card) else "chat"
    for part in test_teams.parts(test_teams.CARDS.of(reply, where, pictures=name == "worry")):
        yield from (part["title"],) if part["type"].startswith("Action.") else ()
    yield from test_teams.texts(test_teams.CARDS.of(reply, where))


@pytest.mark.parametrize("face", [SLACK, TEAMS], ids=["slack", "teams"])
@pytest.mark.parametrize("name", ALL)
def test_all_that_is_sent_is_in_the_picture_and_nothing_in_it_acts(name: str, face: Face) -> None:
    for reply in ALL[name]:
        picture = Picture(face.figure(reply, None, audience(name)))
        text = bare("".join(picture.words))
        assert [words for words in _said(reply) if bare(words) not in text] == []
        # An expanded list says by a tick what was chosen.
        chosen = reply.value if isinstance(reply, Prompt) and isinstance(reply.field, Choose) else ()
        gone = {wording("slack").say("person-choose")} if isinstance(reply, Prompt) and reply.value else set()
        left_out = [w for w in sent(face, name, reply) if bare(w) not in text and w not in gone]
        assert [w for w in left_out if not set(w.split(",")) <= set(chosen)] == []
        assert {attribute for attribute, _ in picture.attributes} <= MAY_HAVE
        assert set(picture.tags) <= DRAWN
        if isinstance(reply, Prompt) and isinstance(reply.field, Choose):
            labels = [bare(option.label) for option in reply.field.options]
            assert bare(reply.ask) in text
            assert [label for label in labels if label not in text] == []
            drawn = "listed" in picture.all("class") or isinstance(face, TeamsFace)
            assert drawn or picture.all("checked") == [""] * len(reply.value)


@pytest.mark.parametrize("name", ALL)
def test_a_message_in_slack_is_drawn_as_it_is_posted(name: str) -> None:
    for reply in ALL[name]:
        text = "".join(Picture(SLACK.figure(reply, AT, audience(name))).words)
        posted = list(test_slack.texts(message(reply, wording("slack")).blocks))
        assert [w for w in posted if bare(w) not in bare(text)] == []
        assert text.count(NASTY) == "".join(posted).count(NASTY)
        assert "09:30" in text


def test_a_card_in_a_chat_has_its_time_and_one_in_a_dialog_a_title() -> None:
    card = next(r for r in ALL["cards"] if isinstance(r, Card))
    assert "09:30" in TEAMS.figure(card, AT, "staff")
    assert "teams chat" in TEAMS.figure(card, AT, "staff")
    assert "teams dialog" in TEAMS.figure(card, None, "staff")
    prompt = next(r for r in ALL["decide"] if isinstance(r, Prompt))
    assert "teams dialog" in TEAMS.figure(prompt, None, "caseworker")
    assert "teams chat" in TEAMS.figure(prompt, None, "staff")


def test_a_child_sees_pictures_in_teams_and_an_adult_none() -> None:
    prompt = next(r for r in ALL["worry"] if isinstance(r, Prompt) and isinstance(r.field, Choose))
    picture = wording("teams").say("picture-yes")
    assert picture in TEAMS.figure(prompt, None, "pupil")
    assert picture not in TEAMS.figure(prompt, None, "staff")


def test_what_slack_has_no_room_for_is_cut_as_it_is_sent() -> None:
    long = "A title that is longer than a window takes"
    label = "A button " * 12
    prompt = next(r for r in ALL["concern"] if isinstance(r, Prompt))
    button = Button(Token(Verb.STOP, prompt.talk, prompt.turn), label)
    reply = replace(prompt, title=long, buttons=(button,))
    assert lint_view(window(reply, wording("slack"))) == []
    html = SLACK.figure(reply, None, "staff")
    said = Picture(html).words
    assert long not in html
    assert label not in html
    assert [w for w in said if w.startswith("A title") and w.endswith("…") and len(w) <= TITLE]
    assert [w for w in said if 0 < len(w) <= LABEL and w.startswith("A button A") and w.endswith("…")]


@pytest.mark.parametrize("face", [SLACK, TEAMS], ids=["slack", "teams"])
def test_a_case_that_is_longer_than_one_is_drawn_whole(face: Face) -> None:
    rows = tuple(Row(f"Note {number}", "é" * 2900 + f" end{number}.") for number in range(150))
    text = face.figure(Card("KX7F2M", 1, "Concern", "urgent", rows=rows), None, "caseworker")
    assert [row.label for row in rows if f"end{row.label.removeprefix('Note ')}." not in text] == []
    assert text.count(f'<div class="{face.name} ') > 1


@pytest.mark.parametrize("face", [SLACK, TEAMS], ids=["slack", "teams"])
@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words(words: str, face: Face) -> None:
    card = Card("KX7F2M", 1, words[:120], "urgent", lines=(words,), rows=(Row(words[:60], words),))
    home = Home(words[:120], (words,), reports=(card,), help=words)
    prompt = next(r for r in ALL["concern"] if isinstance(r, Prompt) and isinstance(r.field, Choose))
    shown = (
        face.figure(card, None, "staff"),
        face.figure(card, AT, "staff"),
        face.figure(Notice((words,), words[:30]), AT, "staff"),
        face.figure(replace(prompt, title=words[:24], ask=words[:140], hint=words, error=words), None, "staff"),
        face.front(home, "staff"),
    )
    for html in shown:
        picture = Picture(html)
        assert bare(words) in bare("".join(picture.words))
        assert "\\" not in "".join(picture.words), "what Teams needs escaped is shown as people read it"
        assert set(picture.tags) <= DRAWN
        assert {attribute for attribute, _ in picture.attributes} <= MAY_HAVE


def test_a_front_page_is_drawn_as_it_is_published() -> None:
    card = next(r for r in ALL["cards"] if isinstance(r, Card) and not r.rows)
    start = Button(Token(Verb.START, "concern"), "Report a concern", main=True)
    home = Home("What would you like to do?", ("A line.",), (start,), reports=(card,), cases=(card,), help="Ring 999.")
    for face in (SLACK, TEAMS):
        words = bare("".join(Picture(face.front(home, "staff")).words))
        for said in (home.title, *home.lines, start.label, card.title, *card.lines, home.help):
            assert bare(said) in words
    published = test_slack.texts(tab(home, wording("slack"))["blocks"])
    drawn = bare("".join(Picture(SLACK.front(home, "staff")).words))
    assert [w for w in published if bare(w) not in drawn] == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_what_was_escaped_for_teams_is_read_as_it_was(words: str) -> None:
    assert read(escaped(words)) == words
