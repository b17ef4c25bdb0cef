"""A still picture of a screen: the page's own words, with nothing in it that acts."""

from typing import Literal

import pytest

from adapters.web.preview import WebFace
from bot.library import wording
from bot.prompt import Button, Card, Choose, Home, Notice, Prompt, Reply, Token, Verb
from tests.contract.adapter import _said, bare, tokens_of
from tests.contract.picture import ACTING, Picture
from tests.contract.screens import ALL, AT, BOOK


@pytest.fixture(scope="module")
def face() -> WebFace:
    return WebFace(wording("web"), BOOK.school.name)


def audience(name: str) -> Literal["staff", "pupil"]:
    return "pupil" if name == "worry" else "staff"


def posted(reply: Reply) -> bool:
    return not isinstance(reply, Prompt) and not (isinstance(reply, Card) and reply.rows)


@pytest.mark.parametrize("name", ALL)
def test_a_picture_shows_every_word_choice_and_button(name: str, face: WebFace) -> None:
    for reply in ALL[name]:
        picture = Picture(face.figure(reply, AT if posted(reply) else None, audience(name)))
        text = bare("".join([*picture.words, *picture.all("value")]))
        assert [words for words in _said(reply) if bare(words) not in text] == []
        assert tokens_of(reply) <= set(picture.all("value"))
        if isinstance(reply, Prompt) and isinstance(reply.field, Choose):
            assert {option.value for option in reply.field.options} <= set(picture.all("value"))


@pytest.mark.parametrize("name", ["concern", "worry", "cards"])
def test_nothing_in_a_picture_acts(name: str, face: WebFace) -> None:
    for reply in ALL[name]:
        picture = Picture(face.figure(reply, None, audience(name)))
        found = {attribute for attribute, _ in picture.attributes}
        assert not found & ACTING
        assert not [attribute for attribute in found if attribute.startswith(("on", "data-"))]
        assert not {"script", "style", "link", "iframe", "main", "nav"} & set(picture.tags)
        assert "hidden" not in picture.all("type")


def test_no_two_pictures_share_an_id_and_each_finds_its_own(face: WebFace) -> None:
    seen: set[str] = set()
    for reply in ALL["concern"][:60]:
        picture = Picture(face.figure(reply, None, "staff"))
        ids = picture.all("id")
        assert not seen & set(ids)
        seen |= set(ids)
        wanted = " ".join(picture.all("for", "list", "aria-labelledby", "aria-describedby")).split()
        assert set(wanted) <= set(ids)


def test_a_picture_is_the_part_of_the_page_that_matters(face: WebFace) -> None:
    notice = Notice(("One.",))
    assert bare("".join(Picture(face.figure(notice, AT, "staff")).words)) == "20November2026at09:30One."
    prompt = next(r for r in ALL["worry"] if isinstance(r, Prompt))
    assert "Leave this page quickly" in face.figure(prompt, None, "pupil")
    assert "Leave this page quickly" not in face.figure(prompt, None, "staff")
    assert BOOK.school.name not in "".join(Picture(face.figure(notice, None, "staff")).words)


def test_a_front_page_shows_what_waits_and_what_was_told(face: WebFace) -> None:
    card = next(r for r in ALL["cards"] if isinstance(r, Card) and not r.rows)
    start = Button(Token(Verb.START, "concern"), "Report a concern", main=True)
    home = Home("What now?", ("A line.",), (start,), reports=(card,), cases=(card,), help="Ring 999.")
    picture = Picture(face.front(home, "staff"))
    text = "".join(picture.words)
    assert [words for words in ("What now?", "A line.", "Report a concern", "Ring 999.") if words not in text] == []
    assert text.count(card.title) == 2
    assert not {attribute for attribute, _ in picture.attributes} & ACTING
