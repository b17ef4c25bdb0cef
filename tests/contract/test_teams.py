"""The Teams adapter keeps the contract: the same question, choices and tokens, in cards that Teams takes and shows."""

import json
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from adapters.teams.actions import IN_A_ROW, TOKEN, VALUE, VERB, Where
from adapters.teams.cards import LIMIT, Cards, size
from adapters.teams.fields import filled_in
from bot.library import wording
from bot.prompt import Choose, Day, Person, Prompt, Reply, Verb
from tests.contract.adapter import AdapterContract, AdapterUnderTest, Rendered
from tests.contract.screens import ALL, BOOK

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the library's own remarks about its previews
    from microsoft_teams.cards import AdaptiveCard

SHOWN = {
    "AdaptiveCard",
    "TextBlock",
    "RichTextBlock",
    "TextRun",
    "Container",
    *("ColumnSet", "Column"),
    "ActionSet",
    "Action.Execute",
    "Action.Submit",
    "Action.OpenUrl",
    *("Input.Text", "Input.ChoiceSet", "Input.Date"),
}
CARDS = Cards(wording("teams"))


def parts(node: object) -> Iterator[dict[str, Any]]:
    """Give every element of a card, in order; what only stands in for another is left out."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        yield from (part for key, value in node.items() if key not in ("fallback", "data") for part in parts(value))
    elif isinstance(node, list):
        yield from (part for value in node for part in parts(value))


def plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def texts(card: dict[str, Any]) -> Iterator[str]:
    for part in parts(card):
        match part["type"]:
            case "TextBlock":
                yield plain(part["text"])
            case "TextRun":
                yield part["text"]
            case "Input.Text":
                yield from (part["label"], part.get("value", ""))
            case "Input.ChoiceSet" | "Input.Date":
                yield from (part["label"], part.get("value", ""))


def tokens(card: dict[str, Any]) -> frozenset[str]:
    return frozenset(part["data"][TOKEN] for part in parts(card) if part["type"].startswith("Action."))


def breaches(card: dict[str, Any]) -> list[str]:
    """Name what Teams, on a computer or a telephone, would not take or show."""
    found = [f"{size(card)} bytes"] if size(card) > LIMIT else []
    found += [] if card["version"] == "1.5" and card["fallbackText"] else ["no version, or nothing for old clients"]
    elements = list(parts(card))
    ids = [part["id"] for part in elements if "id" in part]
    found += [f"id {one} twice" for one in set(ids) if ids.count(one) > 1]
    for part in elements:
        found += [] if part["type"] in SHOWN else [f"{part['type']} is not shown everywhere"]
        match part["type"]:
            case "TextBlock" if not part.get("wrap"):
                found.append("a text is cut")
            case "ColumnSet" if [column["width"] for column in part["columns"]] != ["stretch", "auto"]:
                found.append("too much beside each other for a telephone")
            case "ActionSet" if len(part["actions"]) > IN_A_ROW:
                found.append("too many buttons beside each other")
            case "Action.Execute" if part["verb"] != VERB or part["fallback"]["data"] != part["data"]:
                found.append("a press would not arrive")
            case "Action.Execute" | "Action.Submit" | "Action.OpenUrl" if not part["title"].strip():
                found.append("a button without words")
            case "Input.Text" | "Input.ChoiceSet" | "Input.Date" if not part["label"] or not part["id"]:
                found.append("a field without a name")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        AdaptiveCard.model_validate(card)  # Microsoft's own model of a card; raises for what it does not know
    return found


class TeamsUnderTest(AdapterUnderTest):
    def __init__(self, where: Where) -> None:
        self.where = where

    def pages(self, reply: Reply) -> list[dict[str, Any]]:
        first = CARDS.of(reply, self.where)
        more = [part for part in parts(first) if "page" in part.get("data", {})]
        pages = int(re.findall(r"\d+", more[0]["title"])[1]) if more else 1
        return [CARDS.of(reply, self.where, page=page) for page in range(pages)]

    def render(self, reply: Reply) -> Rendered:
        pages = self.pages(reply)
        own = frozenset(t for page in pages for t in tokens(page))
        return Rendered(
            question=self._question(reply, pages[0]) if isinstance(reply, Prompt) else "",
            choices=tuple(self._choices(reply, pages[0])) if isinstance(reply, Prompt) else (),
            tokens=own,
            text="\n".join(text for page in pages for text in texts(page)),
        )

    def _question(self, prompt: Prompt, card: dict[str, Any]) -> str:
        labels = [part["label"] for part in parts(card) if part["type"].startswith("Input.")]
        headings = [plain(part["text"]) for part in parts(card) if part.get("style") == "heading"]
        return labels[0].removesuffix(prompt.hint) if labels else headings[-1]

    def _choices(self, prompt: Prompt, card: dict[str, Any]) -> Iterator[tuple[str, str]]:
        for part in parts(card):
            if part["type"] == "Input.ChoiceSet" and not isinstance(prompt.field, Person):
                yield from ((choice["value"], choice["title"]) for choice in part["choices"])
            elif VALUE in part.get("data", {}):
                yield part["data"][VALUE], part["title"]

    def breaches(self, reply: Reply) -> list[str]:
        return [breach for page in self.pages(reply) for breach in breaches(page)]


class TestInAChat(AdapterContract):
    adapter = TeamsUnderTest("chat")


class TestInADialog(AdapterContract):
    adapter = TeamsUnderTest("dialog")


@cache
def prompts() -> list[Prompt]:
    return [reply for replies in ALL.values() for reply in replies if isinstance(reply, Prompt)]


def test_what_is_filled_in_comes_back_as_it_was() -> None:
    """An answer that is not touched is the same when its form is sent again."""
    kept = 0
    for prompt in prompts():
        if not prompt.value or prompt.error:
            continue
        inputs = {p["id"]: p.get("value", "") for p in parts(CARDS.of(prompt)) if p["type"].startswith("Input.")}
        if not inputs:
            continue
        kept += 1
        if isinstance(prompt.field, Choose) and prompt.field.many:
            assert set(filled_in(inputs)) == set(prompt.value)
        elif not isinstance(prompt.field, Day):
            assert filled_in(inputs) == tuple(v for v in prompt.value if v.strip())
    assert kept > 50


@pytest.mark.parametrize("where", ["chat", "dialog"])
def test_a_choice_on_a_button_is_what_it_says(where: Where) -> None:
    for prompt in prompts():
        pressed = [p for p in parts(CARDS.of(prompt, where)) if VALUE in p.get("data", {})]
        for part in pressed:
            assert prompt.submit is not None
            assert isinstance(prompt.field, Choose)
            assert part["data"][TOKEN] == prompt.submit.token.encode()
            assert (filled_in(part["data"])[0], part["title"]) in [(o.value, o.label) for o in prompt.field.options]


def test_a_child_sees_a_picture_and_always_its_words() -> None:
    flow = BOOK.flows["worry"]
    options = {o.value for q in flow.questions for o in q.choices}
    assert options <= {key.removeprefix("picture-") for key in wording("teams").lines}
    for prompt in (reply for reply in ALL["worry"] if isinstance(reply, Prompt)):
        shown = [p for p in parts(CARDS.of(prompt, pictures=True)) if VALUE in p.get("data", {})]
        bare = [p for p in parts(CARDS.of(prompt)) if VALUE in p.get("data", {})]
        for with_picture, without in zip(shown, bare, strict=True):
            picture, _, label = with_picture["title"].partition(" ")
            assert (label, picture.isascii()) == (without["title"], False)


def test_what_shows_a_report_opens_a_dialog_and_a_talk_stays_in_the_chat() -> None:
    for reply in (r for replies in ALL.values() for r in replies):
        for part in parts(CARDS.of(reply)):
            if part["type"].startswith("Action."):
                dialog = part["data"].get("msteams") == {"type": "task/fetch"}
                assert dialog == part["data"][TOKEN].startswith(Verb.OPEN)
                assert dialog == (part["type"] == "Action.Submit")
        assert "Action.Execute" not in json.dumps(CARDS.of(reply, "dialog"))
