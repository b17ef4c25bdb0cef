"""Prompts, cards, notices and front pages as HTML. Must not know requests, sessions' cookies or the desk.

Everything a person wrote goes through Jinja2's escaping; no template marks anything as safe.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.web.visit import Visit
from bot.clock import LONDON
from bot.people import Member, Role
from bot.prompt import Address, Card, Choose, Day, Field, Home, Notice, Person, Prompt, Write
from bot.words import Words

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Post:
    """One card or notice of an inbox or channel, and when it came."""

    item: Card | Notice
    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A place somebody can go to."""

    path: str
    label: str


class Render:
    """The pages of one school, in one wording."""

    def __init__(self, words: Words, school: str, *, demo: bool) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals |= {
            "say": words.say,
            "school": school,
            "demo": demo,
            "event": lambda: secrets.token_urlsafe(16),  # a form sent twice is one event
            "kind": kind,
            "is_card": lambda item: isinstance(item, Card),
            "when": lambda at: words.say("when", day=day(at), time=f"{at.astimezone(LONDON):%H:%M}"),
        }
        self.say = words.say

    def _page(self, template: str, visit: Visit | None, **more: Any) -> str:
        return self._jinja.get_template(template).render(visit=visit, **more)

    def prompt(self, prompt: Prompt, visit: Visit) -> str:
        """Give the page of a question, or of the check before sending."""
        return self._page("prompt.html", visit, prompt=prompt, described=described_by(prompt), day=day_parts(prompt))

    def notice(self, notice: Notice, visit: Visit) -> str:
        """Give a page that only says something."""
        return self._page("notice.html", visit, notice=notice)

    def case(self, card: Card, visit: Visit) -> str:
        """Give the page of a case, opened by somebody who may."""
        return self._page("case.html", visit, item=card)

    def once(self, card: Card | None = None, key: str = "") -> str:
        """Give a case to read and nothing to press, or by its `key` why there is none; with neither, what shows it."""
        return self._page("once.html", None, item=card, key=key)

    def home(self, home: Home, visit: Visit, rev: int, links: Iterable[Link]) -> str:
        """Give somebody's front page."""
        return self._page("home.html", visit, home=home, rev=rev, links=tuple(links))

    def posts(self, title: str, place: str, rev: int, posts: Iterable[Post], visit: Visit) -> str:
        """Give an inbox or a channel, in the order of `posts`; `rev` is the last change that they show."""
        return self._page("posts.html", visit, title=title, place=place, rev=rev, posts=tuple(posts))

    def people(self, members: Iterable[Member], visit: Visit) -> str:
        """Give the page on which one chooses who of the made-up school to be."""
        everybody = tuple(members)
        groups = {role: [m for m in everybody if _first_role(m) is role] for role in Role}
        return self._page("people.html", visit, groups={r: g for r, g in groups.items() if g})

    def problem(self, key: str, visit: Visit | None, typed: Iterable[str] = ()) -> str:
        """Give the page of something that went wrong, with what was typed so that it is not lost."""
        kept = tuple(t for t in typed if t)
        return self._page("problem.html", visit, key=key, typed=kept)


def kind(field: Field | None) -> str:
    """Name the part of the question page that a field needs."""
    match field:
        case None:
            return "none"
        case Choose(many=many):
            return "choices" if many else "choice"
        case Write(long=long):
            return "long" if long else "line"
        case Day():
            return "day"
        case Person():
            return "person"
        case Address():
            return "address"


def described_by(prompt: Prompt) -> tuple[str, ...]:
    """Name the parts of the page that describe the field, for people who hear the page."""
    part = kind(prompt.field)
    there = {
        "hint": bool(prompt.hint) or part in ("choices", "day"),
        "limit": part in ("line", "long", "person"),
        "error": bool(prompt.error),
    }
    return tuple(name for name, is_there in there.items() if is_there)


def day(at: datetime) -> str:
    """Give the school's date of a moment, in figures and the month's name."""
    return f"{at.astimezone(LONDON):%-d %B %Y}"


def day_parts(prompt: Prompt) -> tuple[str, str, str]:
    """Give day, month and year as they were answered or typed, whatever that was."""
    typed = prompt.value[0] if prompt.value else ""
    year, month, of_month, *_ = *typed.split("-", 2), "", "", ""
    return of_month.lstrip("0") or of_month, month.lstrip("0") or month, year


def _first_role(member: Member) -> Role:
    return next(role for role in Role if role in member.roles)
