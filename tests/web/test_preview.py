"""A still picture of a screen: the page's own words, with nothing in it that acts."""

from html.parser import HTMLParser

import pytest

from adapters.web.preview import WebFace
from bot.library import wording
from bot.prompt import Card, Choose, Notice, Prompt, Reply
from tests.contract.adapter import _said, bare, tokens_of
from tests.contract.screens import ALL, AT, BOOK

FORBIDDEN = {"action", "method", "href", "autofocus", "tabindex", "src", "style"}


class Picture(HTMLParser):
    """Reads what a picture shows."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, *names: str) -> list[str]:
        return [value for name, value in self.attributes if name in names]


@pytest.fixture(scope="module")
def face() -> WebFace:
    return WebFace(wording("web"), BOOK.school.name)


def posted(reply: Reply) -> bool:
    return not isinstance(reply, Prompt) and not (isinstance(reply, Card) and reply.rows)


@pytest.mark.parametrize("name", ALL)
def test_a_picture_shows_every_word_choice_and_button(name: str, face: WebFace) -> None:
    for reply in ALL[name]:
        picture = Picture(face.figure(reply, AT if posted(reply) else None, pupil=name == "worry"))
        text = bare("".join([*picture.words, *picture.all("value")]))
        assert [words for words in _said(reply) if bare(words) not in text] == []
        assert tokens_of(reply) <= set(picture.all("value"))
        if isinstance(reply, Prompt) and isinstance(reply.field, Choose):
            assert {option.value for option in reply.field.options} <= set(picture.all("value"))


@pytest.mark.parametrize("name", ["concern", "worry", "cards"])
def test_nothing_in_a_picture_acts(name: str, face: WebFace) -> None:
    for reply in ALL[name]:
        picture = Picture(face.figure(reply, None, pupil=name == "worry"))
        found = {attribute for attribute, _ in picture.attributes}
        assert not found & FORBIDDEN
        assert not [attribute for attribute in found if attribute.startswith(("on", "data-"))]
        assert not {"script", "style", "link", "iframe", "main", "nav"} & set(picture.tags)
        assert "hidden" not in picture.all("type")


def test_no_two_pictures_share_an_id_and_each_finds_its_own(face: WebFace) -> None:
    seen: set[str] = set()
    for reply in ALL["concern"][:60]:
        picture = Picture(face.figure(reply, None, pupil=False))
        ids = picture.all("id")
        assert not seen & set(ids)
        seen |= set(ids)
        wanted = " ".join(picture.all("for", "list", "aria-labelledby", "aria-describedby")).split()
        assert set(wanted) <= set(ids)


def test_a_picture_is_the_part_of_the_page_that_matters(face: WebFace) -> None:
    notice = Notice(("One.",))
    assert bare("".join(Picture(face.figure(notice, AT, pupil=False)).words)) == "20November2026at09:30One."
    prompt = next(r for r in ALL["worry"] if isinstance(r, Prompt))
    assert "Leave this page quickly" in face.figure(prompt, None, pupil=True)
    assert "Leave this page quickly" not in face.figure(prompt, None, pupil=False)
    assert BOOK.school.name not in "".join(Picture(face.figure(notice, None, pupil=False)).words)
