"""The web adapter keeps the contract."""

from dataclasses import replace

import pytest

from adapters.web.render import Post, Render
from adapters.web.visit import Visit
from bot.library import wording
from bot.people import Member, Role
from bot.prompt import Card, Notice, Prompt, Reply
from tests.contract.adapter import AdapterContract, AdapterUnderTest, Rendered
from tests.contract.screens import ALL, AT, BOOK
from tests.web.page import Page

SIZE = 256 * 1024  # bytes of one page: more would be slow on a school's network
MEMBER = Member("okafor", "Mrs Amara Okafor", frozenset({Role.DSL}))


class WebUnderTest(AdapterUnderTest):
    """Reads the pages as a person without JavaScript does."""

    def __init__(self) -> None:
        self._render = Render(wording("web"), BOOK.school.name, demo=False)
        self._visit = Visit(MEMBER, "c" * 32)
        self._pages: dict[Reply, Page] = {}

    def page(self, reply: Reply) -> Page:
        if reply not in self._pages:
            self._pages[reply] = Page(self.html(reply))
        return self._pages[reply]

    def html(self, reply: Reply) -> str:
        match reply:
            case Prompt():
                return self._render.prompt(reply, self._visit)
            case Card() if reply.rows:
                return self._render.case(reply, self._visit)
            case Card():
                return self._render.posts("Channel", "channel:dsl", 1, [Post(reply, AT)], self._visit)
            case Notice():
                return self._render.notice(reply, self._visit)

    def render(self, reply: Reply) -> Rendered:
        page = self.page(reply)
        return Rendered(
            question=page.question if isinstance(reply, Prompt) else "",
            choices=tuple((c.value, c.label) for c in page.choices),
            tokens=frozenset(page.tokens),
            text="\n".join([page.text, *page.typed.values()]),
        )

    def breaches(self, reply: Reply) -> list[str]:
        size, page = len(self.html(reply).encode()), self.page(reply)
        found = [f"{what} is inline" for what in page.inline]
        if size > SIZE:
            found.append(f"{size} bytes")
        ids = [attributes["id"] for _, attributes in page.attributes if "id" in attributes]
        found += sorted({f"id {one} twice" for one in ids if ids.count(one) > 1})
        for _, attributes in page.attributes:
            for name in ("for", "aria-labelledby", "aria-describedby", "list"):
                found += [f"{name}={one} is nowhere" for one in attributes.get(name, "").split() if one not in ids]
        return found


class TestWeb(AdapterContract):
    adapter = WebUnderTest()


@pytest.mark.parametrize("name", ["concern", "worry"])
def test_a_date_and_a_kept_choice_are_filled_in(name: str) -> None:
    adapter = WebUnderTest()
    for reply in ALL[name]:
        if isinstance(reply, Prompt) and reply.value:
            page = Page(adapter.html(replace(reply, buttons=())))
            chosen = tuple(c.value for c in page.choices if c.chosen)
            typed = "-".join(page.typed[p].zfill(2) for p in ("year", "month", "day") if p in page.typed)
            assert reply.value in (chosen, (typed,), tuple(page.typed.values()))
