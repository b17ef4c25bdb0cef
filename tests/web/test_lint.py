"""What every page is made of: no inline script, guarded forms, escaped words, sentences only from the wording file."""

import re
from pathlib import Path

import httpx
import pytest

from adapters.web.app import WebSurface
from adapters.web.render import FOLDER
from bot.files import shipped
from bot.prompt import Home, Notice
from bot.words import Words
from tests.web.conftest import Visitor, deliver
from tests.web.page import Page
from tests.web.samples import ALWAYS, FIELDS, FRONT, NASTY, PAGES, TALK, check, prompt
from tests.web.standin import CannedDesk


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_inline_script_and_every_form_is_guarded(
    lead: Visitor, desk: CannedDesk, surface: WebSurface, path: str
) -> None:
    desk.front = FRONT
    desk.screens[TALK] = check(error="Look again.")
    desk.replies.append(Notice(("No.",), buttons=ALWAYS))
    deliver(surface, "channel:dsl", "one", 1, Notice(("Words",), buttons=ALWAYS))
    page = Page(lead.get(path).text)
    assert page.inline == []
    for form in page.forms:
        assert form.method == "post"
        assert {"csrf", "event"} <= {name for name, _ in form.fields}
    for _, found in page.attributes:
        for name in ("src", "href", "action"):
            assert found.get(name, "/").startswith(("/", "#"))
    assert page.title.endswith("Beacon \N{EN DASH} Larkfield Primary School")


def test_hostile_words_stay_words(lead: Visitor, desk: CannedDesk) -> None:
    desk.front = Home(NASTY, lines=(NASTY,), help=NASTY)
    assert "<script>alert" not in lead.get("/").text
    desk.screens[TALK] = prompt(FIELDS["person"], ask=NASTY, hint=NASTY, error=NASTY, value=(NASTY,), lines=(NASTY,))
    assert "<script>alert" not in lead.get(f"/talk/{TALK}").text


def test_every_sentence_of_the_page_is_used(words: Words) -> None:
    sources = "".join(p.read_text("utf-8") for p in [*FOLDER.glob("*.py"), *(FOLDER / "templates").glob("*.html")])
    keys = set(Words.load(shipped("content") / "en" / "web.toml").lines)
    patterns = [r"^(role|try)-\w+$", r"^\w[\w-]*-(title|text)$", r"^(day|month|year)$"]
    unused = {k for k in keys if f'"{k}"' not in sources and f"'{k}'" not in sources}
    assert {k for k in unused if not any(re.match(p, k) for p in patterns)} == set()
    problems = {k.removesuffix("-text") for k in keys if k.endswith("-text")} - {"people"}
    assert {k for k in problems if f'"{k}"' not in sources} == set()
    assert {k for k in problems if f"{k}-title" not in keys} == set()


def test_no_sentence_is_in_a_template() -> None:
    for template in sorted((FOLDER / "templates").glob("*.html")):
        code = r"\{#.*?#\}| [a-z-]+=\"[^\"]*\"|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>"
        bare = re.sub(code, " ", template.read_text("utf-8"), flags=re.S)
        assert not re.search(r"[A-Za-z]{2,}", bare), template.name


def test_the_stylesheet_and_script_are_served_and_small(address: str) -> None:
    for name in ("beacon.css", "beacon.js", "beacon.svg"):
        answer = httpx.get(f"{address}/static/{name}")
        assert answer.status_code == 200
        assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg", "", answer.text)
    assert httpx.get(f"{address}/static/../app.py").status_code == 404
    assert Path(FOLDER / "static" / "beacon.js").stat().st_size < 8_000
