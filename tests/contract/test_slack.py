"""The Slack adapter keeps the contract, in windows; and its messages hold nothing that was reported."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.fields import filled_in
from adapters.slack.launcher import launcher, tab
from adapters.slack.message import message
from adapters.slack.text import LIMIT, size
from adapters.slack.window import window
from bot.library import wording
from bot.prompt import Card, Choose, Home, Notice, Person, Prompt, Reply, Row, Token, Verb
from tests.contract.adapter import AdapterContract, AdapterUnderTest, Rendered, bare, tokens_of
from tests.contract.screens import ALL, HOSTILE
from tests.slack.lint import lint, lint_view

WORDS = wording("slack")


def elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give every button and field."""
    for block in blocks:
        found = [block.get("element"), block.get("accessory"), *block.get("elements", [])]
        yield from (element for element in found if element and "action_id" in element)


def texts(part: object) -> Iterator[str]:
    """Give everything that can be read, in order."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key in ("text", "initial_value") and isinstance(value, str):
                yield value
            elif key != "options" or part.get("type") in ("radio_buttons", "checkboxes", "multi_static_select"):
                yield from texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from texts(each)


def tokens(view: dict[str, Any]) -> frozenset[str]:
    sent = [view.get("callback_id", ""), *(element["action_id"] for element in elements(view["blocks"]))]
    return frozenset(text for text in sent if Token.decode(text))


class SlackUnderTest(AdapterUnderTest):
    """Reads windows as Slack shows them."""

    def render(self, reply: Reply) -> Rendered:
        view = window(reply, WORDS)
        asked = [b["label"]["text"] for b in view["blocks"] if b.get("block_id", "").startswith("field.")]
        asked += [b["text"]["text"] for b in view["blocks"] if b.get("block_id", "").startswith("ask.")]
        choosing = isinstance(reply, Prompt) and isinstance(reply.field, Choose)
        options = [o for e in elements(view["blocks"]) for o in e.get("options", [])] if choosing else []
        return Rendered(
            question="".join(asked),
            choices=tuple((o["value"], o["text"]["text"]) for o in options),
            tokens=tokens(view),
            text="\n".join(texts(view)),
        )

    def breaches(self, reply: Reply) -> list[str]:
        return lint_view(window(reply, WORDS))


class TestSlack(AdapterContract):
    adapter = SlackUnderTest()


def outside(reply: Reply) -> Reply:
    """Give a reply as a message may hold it."""
    match reply:
        case Prompt():
            return replace(reply, value=(), rows=())
        case Card():
            return replace(reply, rows=(), history=())
        case Notice():
            return reply


@pytest.mark.parametrize("name", ALL)
def test_a_message_is_within_the_limits_and_holds_no_answers(name: str) -> None:
    for reply in ALL[name]:
        posted = message(reply, WORDS)
        assert lint(posted.blocks, "message") == []
        assert posted == message(outside(reply), WORDS)
        assert posted.text == WORDS.say("notification")


@pytest.mark.parametrize("name", ALL)
def test_a_question_in_a_message_says_all_there_is_to_say(name: str) -> None:
    for reply in ALL[name]:
        if isinstance(reply, Prompt):
            said = bare("\n".join(texts(message(reply, WORDS).blocks)))
            lines = (*reply.urgent, *reply.remarks, *reply.lines, reply.ask, reply.hint, reply.error, reply.help)
            assert [words for words in lines if bare(words) not in said] == []
            sent = {element["action_id"] for element in elements(message(reply, WORDS).blocks)}
            assert {button.token.encode() for button in reply.buttons} <= sent
            assert f"show:{reply.talk}" in sent


def test_quotations_are_word_for_word_with_their_warnings_before_them() -> None:
    seen = 0
    for reply in (r for name in ALL for r in ALL[name] if isinstance(r, Prompt)):
        for quote in reply.quotes:
            for blocks in (window(reply, WORDS)["blocks"], message(reply, WORDS).blocks):
                said = bare("\n".join(texts(blocks)))
                for words in (quote.lead_in, quote.source, *(quote.around or (quote.text,)), *quote.warnings):
                    assert bare(words) in said
                if quote.warnings:
                    assert said.index(bare(quote.warnings[0])) < said.index(bare((quote.around or (quote.text,))[0]))
            seen += 1
    assert seen


def test_what_is_most_pressing_is_read_first() -> None:
    prompt = next(r for r in ALL["concern"] if isinstance(r, Prompt))
    pressing = replace(prompt, lines=("Ring 999.", "Advice."), urgent=("Ring 999.",), remarks=("A remark.",))
    for blocks in (window(pressing, WORDS)["blocks"], message(pressing, WORDS).blocks):
        assert next(texts(blocks)).startswith("Ring 999.")
        assert "\n".join(texts(blocks)).count("Ring 999.") == 1


@pytest.mark.parametrize("name", ALL)
def test_what_was_answered_comes_back_from_the_window_as_it_went_in(name: str) -> None:
    for reply in ALL[name]:
        if not isinstance(reply, Prompt) or not reply.field or not reply.value or size(reply.value[0]) > LIMIT:
            continue
        state = {}
        for block in window(reply, WORDS)["blocks"]:
            if block["type"] == "input":
                state[block["block_id"]] = {"value": untouched(block["element"])}
        assert filled_in(state) == reply.value


def untouched(element: dict[str, Any]) -> dict[str, Any]:
    """Give the state of a field that nobody touched, as Slack sends it."""
    names = {
        "initial_value": "value",
        "initial_date": "selected_date",
        "initial_option": "selected_option",
        "initial_options": "selected_options",
    }
    return {"type": element["type"], **{names[key]: value for key, value in element.items() if key in names}}


def test_a_name_may_be_chosen_written_or_both() -> None:
    def state(chosen: str, written: str) -> dict[str, Any]:
        option = {"text": {"type": "plain_text", "text": chosen}, "value": chosen} if chosen else None
        return {
            "field.t.1": {"value": {"type": "static_select", "selected_option": option}},
            "other.t.1": {"value": {"type": "plain_text_input", "value": written or None}},
        }

    assert filled_in(state("Mrs Amara Okafor", "")) == ("Mrs Amara Okafor",)
    assert filled_in(state("", "the new cook")) == ("the new cook",)
    assert filled_in(state("Mrs Amara Okafor", "or the cook")) == ("Mrs Amara Okafor, or the cook",)
    assert filled_in(state("", "")) == ()


@pytest.mark.parametrize(("count", "kind"), [(0, "plain_text_input"), (100, "static_select"), (101, "external_select")])
def test_more_names_than_slack_lists_are_looked_for(count: int, kind: str) -> None:
    asked = next(r for r in ALL["concern"] if isinstance(r, Prompt) and isinstance(r.field, Person))
    names = tuple(f"Person {number}" for number in range(count))
    view = window(replace(asked, field=Person(names, 100), value=()), WORDS)
    assert next(b["element"]["type"] for b in view["blocks"] if b["type"] == "input") == kind
    assert lint_view(view) == []


def test_a_case_that_is_longer_than_a_window_is_read_page_by_page() -> None:
    rows = tuple(Row(f"Note {number}", "é" * 2900 + f" end{number}.") for number in range(250))
    card = Card("KX7F2M", 1, "Concern", "urgent", rows=rows[:100], history=rows[100:])
    read, number = "", 0
    while True:
        view = window(card, WORDS, number)
        assert lint_view(view) == []
        read += "\n".join(texts(view))
        turn = next(e["action_id"] for e in elements(view["blocks"]) if e["action_id"].startswith("page"))
        number = int(turn.partition(":")[0].removeprefix("page"))
        if number == 0:
            break
    assert [r for r in rows if f"end{r.label.removeprefix('Note ')}." not in read] == []


def test_the_front_page_has_room_for_what_waits_and_what_was_told() -> None:
    (card, *_) = (r for r in ALL["cards"] if isinstance(r, Card) and not r.rows)
    for cases, reports in ((0, 0), (1, 1), (50, 0), (0, 50), (50, 50)):
        home = Home("What would you like to do?", ("A line.",), reports=(card,) * reports, cases=(card,) * cases)
        for view in (tab(home, WORDS), launcher(home, WORDS)):
            assert lint_view(view) == []
            said = "\n".join(texts(view))
            assert (said.count(card.title) >= min(cases, 20) + min(reports, 8)) or "more" in said
            assert tokens_of(card) <= tokens(view) or not cases + reports


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_anybody_writes_becomes_a_mention_a_link_or_a_button(words: str) -> None:
    card = Card("KX7F2M", 1, words[:200], "urgent", lines=(words,), rows=(Row("What", words),))
    for blocks in (window(card, WORDS)["blocks"], message(card, WORDS).blocks):
        assert "mrkdwn" not in str(blocks)
        assert lint(blocks, "modal") == []
        assert not list(elements(blocks))


def test_help_is_on_every_question() -> None:
    for reply in (r for name in ALL for r in ALL[name] if isinstance(r, Prompt)):
        if any(b.token.verb is Verb.HELP for b in reply.buttons):
            sent = [Token.decode(e["action_id"]) for e in elements(window(reply, WORDS)["blocks"])]
            assert any(token and token.verb is Verb.HELP for token in sent)
