"""The lint that the tests trust can fail: one known-bad view a rule."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.slack.lint import lint, lint_view

Json = dict[str, Any]


def text(words: str = "x") -> Json:
    return {"type": "plain_text", "text": words, "emoji": False}


def good() -> Json:
    option = {"text": text("A"), "value": "a"}
    return {
        "type": "modal",
        "callback_id": "x",
        "title": text(),
        "submit": text(),
        "blocks": [
            {"type": "header", "text": text()},
            {"type": "section", "text": text()},
            {"type": "input", "block_id": "f", "label": text(), "optional": False, "element": {
                "type": "radio_buttons", "action_id": "value", "options": [option]}},
            {"type": "actions", "elements": [{"type": "button", "action_id": "a", "text": text()}]},
        ],
    }  # fmt: skip


def test_what_is_well_passes() -> None:
    assert lint_view(good()) == []


def element(view: Json) -> Json:
    found: Json = view["blocks"][2]["element"]
    return found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda v: v.update(title=text("x" * 25)),
        lambda v: v.update(submit=text("x" * 25)),
        lambda v: v.pop("submit"),
        lambda v: v.update(callback_id="x" * 256),
        lambda v: v.update(private_metadata="x" * 3001),
        lambda v: v.update(nonsense=1),
        lambda v: v["blocks"].extend({"type": "divider"} for _ in range(97)),
        lambda v: v["blocks"].append({"type": "nonsense"}),
        lambda v: v["blocks"][0].update(text=text("x" * 151)),
        lambda v: v["blocks"][0].update(text={"type": "mrkdwn", "text": "x"}),
        lambda v: v["blocks"][0].update(nonsense=1),
        lambda v: v["blocks"][1].update(text=text("x" * 3001)),
        lambda v: v["blocks"][1].update(text=text("\U0001f600" * 1501)),
        lambda v: v["blocks"][1].update(text=text("  ")),
        lambda v: v["blocks"][1].update(text={"type": "plain_text", "text": "x"}),
        lambda v: v["blocks"][1].update(block_id="f"),
        lambda v: v["blocks"][1].update(fields=[text()] * 11),
        lambda v: element(v).update(options=element(v)["options"] * 2),
        lambda v: element(v).update(options=[{"text": text(), "value": str(n)} for n in range(11)]),
        lambda v: element(v).update(
            type="static_select", options=[{"text": text(), "value": str(n)} for n in range(101)]
        ),
        lambda v: element(v)["options"][0].update(text=text("x" * 76)),
        lambda v: element(v)["options"][0].update(description=text("x" * 76)),
        lambda v: element(v).update(initial_option={"text": text("B"), "value": "b"}),
        lambda v: v["blocks"][3]["elements"].append(v["blocks"][3]["elements"][0]),
        lambda v: v["blocks"][3]["elements"][0].update(text=text("x" * 76)),
        lambda v: v["blocks"][3]["elements"][0].update(style="loud"),
        lambda v: v["blocks"][3]["elements"][0].update(action_id="x" * 256),
        lambda v: v["blocks"][3].update(elements=[]),
        lambda v: v["blocks"][2].update(element={"type": "plain_text_input", "action_id": "v", "max_length": 3001}),
        lambda v: v["blocks"][2].update(
            element={"type": "plain_text_input", "action_id": "v", "max_length": 1, "initial_value": "xx"}
        ),
    ],
)
def test_what_is_wrong_is_found(spoil: Callable[[Json], object]) -> None:
    view = copy.deepcopy(good())
    spoil(view)
    assert lint_view(view) != []


def test_a_field_in_a_message_and_too_many_blocks_are_found() -> None:
    assert lint([good()["blocks"][2]], "message")
    assert lint([{"type": "divider"}] * 51, "message")
    assert not lint([{"type": "divider"}] * 51, "home")
