"""Where no dialog opens: a link in the presser's own chat, what it says, who gets one, and what is left of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Mount

from adapters.web.closed import closed
from adapters.web.config import LOOPBACK
from adapters.web.once import PATH
from bot.library import wording
from bot.running.serving import application
from tests.teams.campus import DSL_CHANNEL, Campus, action, chat, said, titles
from tests.teams.microsoft import FakeTeams

PUPIL, TEACHER, DSL, IT = "p-aisha", "oyelaran", "okafor", "qureshan"
PAGE = f"https://beacon.hillside.example{PATH}"
WORDS = "He hides his hands"
Json = dict[str, Any]


class Paged(Campus):
    """A campus whose school has a page."""

    def open(self) -> None:
        super().open()
        beacon = self.beacon
        page = closed(wording("web"), "Larkfield Primary School", (*LOOPBACK, "beacon.test"), beacon.links)
        routes = self.app.routes(beacon.desk, beacon.links, PAGE)
        self._loop.run(self.client.aclose())
        self._loop.run(self._begin(application(beacon, [*routes, Mount("/", page)])))

    def follow(self, card: Json) -> httpx.Response:
        """Follow the link of a card and press the button there."""
        url: str = action(card, "Read it in my browser")["url"]
        assert url.startswith(PAGE)
        return self.wait_for(self.client.post(f"{PATH}{url.removeprefix(PAGE)}"))


@pytest.fixture
def paged(tmp_path: Path, teams: FakeTeams, address: str) -> Iterator[Paged]:
    campus = Paged(tmp_path / "paged", teams, address)
    campus.install_team()
    campus.install(DSL, TEACHER)
    campus.report(TEACHER, what=WORDS)
    campus.settle()
    yield campus
    campus.close()


def press_open(campus: Campus, who: str, channel: str = "") -> None:
    """Press Open where the client takes a dialog's button for an ordinary one."""
    value = {"token": f"open.{campus.case().ref}.0.", "msteams": {"type": "task/fetch"}}
    answer = campus.post(campus.activity(who, "message", channel, value=value))
    assert (answer.status_code, answer.content) == (200, b"")


def opened(campus: Campus) -> list[str]:
    return [who for action, who in campus.actions(campus.case()) if action == "opened"]


def everything(campus: Campus) -> str:
    return json.dumps(list(campus.teams.messages.values()), ensure_ascii=False)


@pytest.mark.parametrize("channel", ["", DSL_CHANNEL])
def test_open_gives_a_link_in_the_own_chat_and_the_page_shows_the_case_once(paged: Paged, channel: str) -> None:
    hanging = len(paged.cards(DSL_CHANNEL))
    press_open(paged, DSL, channel)
    card = paged.last(DSL)
    assert (titles(card), opened(paged)) == (["Read it in my browser"], [])
    assert paged.case().ref in said(card)
    assert len(paged.cards(DSL_CHANNEL)) == hanging, "others read a channel"
    assert WORDS in paged.follow(card).text
    assert opened(paged) == [DSL]
    assert paged.follow(card).status_code == 410
    assert WORDS not in everything(paged)


def test_once_read_the_link_is_gone_and_what_comes_next_needs_no_dialog(paged: Paged) -> None:
    press_open(paged, DSL)
    paged.follow(paged.last(DSL))
    card = paged.last(DSL)
    assert "If that was not you" in said(card)
    assert PAGE not in everything(paged)
    assert "Add a note" in titles(card)
    asked = paged.button(DSL, card, "Add a note")
    assert asked["type"] == "application/vnd.microsoft.card.adaptive"
    assert asked["value"] == paged.last(DSL), "the note is asked for in the chat"


@pytest.mark.parametrize("words", ["open {}", "Open {}.lower", "  READ   {} "])
def test_who_writes_open_and_a_reference_gets_one_too(paged: Paged, words: str) -> None:
    ref = paged.case().ref
    paged.write(DSL, words.replace("{}.lower", ref.lower()).replace("{}", ref))
    assert WORDS in paged.follow(paged.last(DSL)).text


@pytest.mark.parametrize("words", ["open", "open the window", "open AAAAAA", "I open {}", "open {} now"])
def test_other_words_are_taken_as_ever(paged: Paged, words: str) -> None:
    paged.write(DSL, words.format(paged.case().ref))
    assert "Read it in my browser" not in titles(paged.last(DSL))
    assert titles(paged.last(DSL)), "what there is to begin"


@pytest.mark.parametrize("who", [TEACHER, IT, PUPIL])
def test_who_may_not_open_it_is_refused_on_the_record_and_gets_no_link(paged: Paged, who: str) -> None:
    paged.install(who)
    press_open(paged, who)
    assert titles(paged.last(who)) == []
    assert PAGE not in everything(paged)
    denied = paged.read(lambda tx: tx.execute("select count(*) from audit where kind = 'denied'").fetchone()[0])
    assert denied == 1
    paged.write(who, f"open {paged.case().ref}")
    assert PAGE not in everything(paged)


def test_staff_read_what_they_asked_for_themselves(paged: Paged) -> None:
    paged.talk(TEACHER, "unblock")
    paged.settle()
    press_open(paged, TEACHER)
    assert "/volcano" in paged.follow(paged.last(TEACHER)).text


def test_a_second_press_ends_the_first_link_and_takes_it_down(paged: Paged) -> None:
    press_open(paged, DSL)
    first = paged.last(DSL)
    press_open(paged, DSL)
    assert paged.follow(first).status_code == 410
    assert [t for card in paged.cards(chat(DSL)) for t in titles(card)].count("Read it in my browser") == 1
    assert WORDS in paged.follow(paged.last(DSL)).text


def test_a_link_from_before_a_restart_is_answered_below_it(paged: Paged) -> None:
    press_open(paged, DSL)
    card = paged.last(DSL)
    paged.reopen()
    assert WORDS in paged.follow(card).text
    assert "was opened in a browser" in said(paged.last(DSL))


def test_who_lost_the_role_in_between_is_shown_nothing_and_offered_nothing(paged: Paged) -> None:
    press_open(paged, DSL)
    card = paged.last(DSL)
    paged.leave(DSL)
    answer = paged.follow(card)
    assert (answer.status_code, WORDS in answer.text) == (403, False)
    assert (titles(paged.last(DSL)), opened(paged)) == ([], [])


def test_without_a_page_it_is_said_that_it_cannot_be_opened(campus: Campus) -> None:
    campus.install_team()
    campus.install(DSL)
    campus.report(TEACHER)
    campus.settle()
    for channel in ("", DSL_CHANNEL):
        press_open(campus, DSL, channel)
        assert "cannot open it" in said(campus.last(DSL))
