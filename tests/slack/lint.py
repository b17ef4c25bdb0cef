"""What Slack takes of blocks and windows: its own library's rules by a round trip, and those that it does not check."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

Json = Mapping[str, Any]

TEXTS = {"section": 3000, "header": 150, "context": 2000, "input": 2000}
MOST = {"message": 50, "modal": 100, "home": 100}
SIZE = 250_000  # bytes of a view


def lint_view(view: Json) -> list[str]:
    """Give everything Slack would refuse of a window or an App Home."""
    found = list(_view(view)) + lint(view["blocks"], view["type"])
    try:
        again = View(**view).to_dict()
        if again != view:
            found.append(f"not the same after a round trip: {_difference(view, again)}")
    except (SlackObjectFormationError, TypeError) as wrong:
        found.append(f"{wrong}")
    return found


def _view(view: Json) -> Iterator[str]:
    if len(json.dumps(view)) > SIZE:
        yield "larger than a view may be"
    for part in ("title", "submit", "close"):
        if part in view and not 1 <= _length(view[part]["text"]) <= 24:
            yield f"{part} must have from 1 to 24 characters"
        if part in view and view[part]["type"] != "plain_text":
            yield f"{part} must be plain text"
    if view["type"] == "modal" and "title" not in view:
        yield "a modal needs a title"
    if len(view.get("callback_id", "")) > 255 or len(view.get("private_metadata", "")) > 3000:
        yield "callback_id or private_metadata is too long"
    if view["type"] == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        yield "a field without a button to send it"


def lint(blocks: Sequence[Json], where: str) -> list[str]:
    """Give everything Slack would refuse of blocks in a message, modal or home."""
    found = []
    if not 1 <= len(blocks) <= MOST[where]:
        found.append(f"{len(blocks)} blocks in a {where}")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    found += [f"block_id {one} twice" for one in sorted({i for i in ids if ids.count(i) > 1})]
    for number, block in enumerate(blocks):
        found += [f"block {number} ({block['type']}): {what}" for what in _block(block, where)]
    try:
        again = [block.to_dict() if block else {} for block in Block.parse_all([dict(block) for block in blocks])]
        if again != list(blocks):
            found.append(f"not the same after a round trip: {_difference(list(blocks), again)}")
    except (SlackObjectFormationError, TypeError) as wrong:
        found.append(f"{wrong}")
    return found


def _block(block: Json, where: str) -> Iterator[str]:
    kind = block["type"]
    if len(block.get("block_id", "")) > 255:
        yield "block_id is too long"
    yield from _texts(block, TEXTS.get(kind, 3000))
    actions = list(_action_ids(block))
    yield from (f"action_id {one} twice" for one in sorted({a for a in actions if actions.count(a) > 1}))
    yield from (f"action_id of {len(one)}" for one in actions if not 1 <= len(one) <= 255)
    match kind:
        case "input" if where == "message":
            yield "a field in a message"
        case "input":
            yield from _element(block["element"])
        case "section":
            if not block.get("text") and not block.get("fields"):
                yield "neither text nor fields"
            fields = block.get("fields", [])
            if len(fields) > 10 or any(_length(f["text"]) > 2000 for f in fields):
                yield "too many fields, or too long ones"
            if "accessory" in block:
                yield from _element(block["accessory"])
        case "actions":
            if not 1 <= len(block["elements"]) <= 25:
                yield f"{len(block['elements'])} elements"
            for element in block["elements"]:
                yield from _element(element)
        case "context" if not 1 <= len(block["elements"]) <= 10:
            yield f"{len(block['elements'])} elements"
        case "header" | "divider" | "context":
            pass
        case _:
            yield "not a kind we use"


def _texts(block: Json, limit: int) -> Iterator[str]:
    texts = [block.get(key) for key in ("text", "label", "hint")] + block.get("fields", [])
    texts += block.get("elements", []) if block["type"] == "context" else []
    for text in filter(None, texts):
        if text["type"] != "plain_text" or text.get("emoji") is not False:
            yield "text that Slack reads for mentions, links or emoji"
        if not text["text"].strip() or _length(text["text"]) > limit:
            yield f"a text of {_length(text['text'])}"


def _element(element: Json) -> Iterator[str]:
    kind, options = element["type"], element.get("options", [])
    if kind == "button":
        if not element["text"]["text"].strip() or _length(element["text"]["text"]) > 75:
            yield "a button's label"
        if len(element.get("value", "")) > 2000 or element.get("style") not in (None, "primary", "danger"):
            yield "a button's value or style"
        if _length(element.get("accessibility_label", "")) > 75:
            yield "accessibility_label"
    if kind in ("radio_buttons", "checkboxes") and not 1 <= len(options) <= 10:
        yield f"{len(options)} choices in {kind}"
    if kind in ("static_select", "multi_static_select") and not 1 <= len(options) <= 100:
        yield f"{len(options)} options in {kind}"
    values = [option["value"] for option in options]
    if len(set(values)) < len(values):
        yield "two options with the same value"
    for option in options:
        if not option["text"]["text"].strip() or _length(option["text"]["text"]) > 75 or len(option["value"]) > 150:
            yield f"option {option['value']}"
        if _length(option.get("description", {}).get("text", "")) > 75:
            yield f"description of {option['value']}"
    first = [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]
    if kind != "external_select" and any(one not in options for one in first):
        yield "what is chosen is none of the options"
    if kind == "plain_text_input":
        most = element.get("max_length", 3000)
        if not 1 <= most <= 3000 or _length(element.get("initial_value", "")) > most:
            yield "max_length or initial_value"


def _action_ids(block: Json) -> Iterator[str]:
    for part in (block.get("element"), block.get("accessory"), *block.get("elements", [])):
        if part and "action_id" in part:
            yield part["action_id"]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _difference(one: object, other: object) -> str:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
        return ", ".join(f"{key}: {_difference(one.get(key), other.get(key))}" for key in keys)
    if isinstance(one, list) and isinstance(other, list):
        return "; ".join(_difference(a, b) for a, b in zip(one, other, strict=False) if a != b) or "lengths"
    return f"{str(one)[:80]!r} against {str(other)[:80]!r}"
