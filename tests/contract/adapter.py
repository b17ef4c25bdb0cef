"""What every adapter must do with every screen and card: the same question, choices and tokens, within its limits.

Knows no platform. An adapter is tested by a class that derives from `AdapterContract` and gives its `AdapterUnderTest`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache

import pytest

from bot.prompt import Button, Card, Choose, Day, Notice, Prompt, Reply
from tests.contract.screens import ALL, BOOK, HOSTILE


@dataclass(frozen=True, slots=True)
class Rendered:
    """What somebody meets of a reply on a platform, read back from what the adapter sends.

    `text` is everything that can be read, in order, what is filled in already included; `choices` are value and label.
    """

    question: str
    choices: tuple[tuple[str, str], ...]
    tokens: frozenset[str]
    text: str


class AdapterUnderTest(ABC):
    """One adapter, seen from outside."""

    @abstractmethod
    def render(self, reply: Reply) -> Rendered:
        """Render a reply as the platform would get it, and read that back."""

    @abstractmethod
    def breaches(self, reply: Reply) -> list[str]:
        """Name the limits of the platform that what the adapter sends would break."""


def tokens_of(reply: object) -> frozenset[str]:
    """Give every token in a reply, wherever it is."""
    if isinstance(reply, Button):
        return frozenset({reply.token.encode()})
    if isinstance(reply, tuple):
        return frozenset(t for part in reply for t in tokens_of(part))
    if is_dataclass(reply):
        return frozenset(t for f in fields(reply) for t in tokens_of(getattr(reply, f.name)))
    return frozenset()


def bare(text: str) -> str:
    """Give a text without white space: a platform may wrap or split, and may not change or drop a letter."""
    return "".join(text.split())


@cache
def _rendered(adapter: AdapterUnderTest, name: str) -> tuple[tuple[Reply, Rendered], ...]:
    """Give every screen of a flow as the adapter renders it: five tests look at the same."""
    return tuple((reply, adapter.render(reply)) for reply in ALL[name])


class AdapterContract:
    """Derive a test class from this one and give it an `adapter`."""

    adapter: AdapterUnderTest

    @pytest.mark.parametrize("name", ALL)
    def test_the_question_is_the_same(self, name: str) -> None:
        for reply, rendered in _rendered(self.adapter, name):
            if isinstance(reply, Prompt):
                assert bare(rendered.question) == bare(reply.ask)

    @pytest.mark.parametrize("name", ALL)
    def test_the_choices_are_the_same_in_the_same_order(self, name: str) -> None:
        for reply, rendered in _rendered(self.adapter, name):
            if isinstance(reply, Prompt):
                options = reply.field.options if isinstance(reply.field, Choose) else ()
                assert rendered.choices == tuple((o.value, o.label) for o in options)

    @pytest.mark.parametrize("name", ALL)
    def test_the_tokens_are_the_same(self, name: str) -> None:
        for reply, rendered in _rendered(self.adapter, name):
            assert rendered.tokens == tokens_of(reply)

    @pytest.mark.parametrize("name", ALL)
    def test_every_word_can_be_read(self, name: str) -> None:
        for reply, rendered in _rendered(self.adapter, name):
            text = bare(rendered.text)
            for words in _said(reply):
                assert bare(words) in text

    @pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
    def test_hostile_words_stay_words_everywhere(self, words: str) -> None:
        short = words[:200]
        for reply in {r.ask: r for r in ALL["concern"] if isinstance(r, Prompt)}.values():
            around = replace(reply, hint=short, error=short, help=short)
            for hostile in (replace(around, lines=(words,)), replace(around, remarks=(words,))):
                rendered = self.adapter.render(hostile)
                assert bare(words) in bare(rendered.text)
                assert rendered.tokens == tokens_of(reply)

    @pytest.mark.parametrize("name", ALL)
    def test_everything_is_within_the_limits(self, name: str) -> None:
        for reply in ALL[name]:
            assert self.adapter.breaches(reply) == []

    def test_there_is_something_to_test(self) -> None:
        """Every question of every flow is among the screens, and one that only this reply remarks on."""
        for flow in BOOK.flows.values():
            assert any(r.remarks for r in ALL[flow.id] if isinstance(r, Prompt))
            asked = sum(1 for q in flow.questions for r in ALL[flow.id] if isinstance(r, Prompt) and r.field and q.ask)
            assert asked >= len(flow.questions)
            titles = {r.ask for r in ALL[flow.id] if isinstance(r, Prompt)}
            assert {q.ask for q in flow.questions if q.ask and "{" not in q.ask} <= titles


def _said(reply: Reply) -> Iterator[str]:
    match reply:
        case Prompt():
            yield from (*reply.remarks, *reply.lines, reply.help, reply.hint, reply.progress, reply.error)
            if not isinstance(reply.field, Choose | Day):  # platforms write a date in their own way
                yield from reply.value
            yield from (text for row in reply.rows for text in (row.label, row.value))
        case Card():
            yield from (reply.title, *reply.lines)
            yield from (text for row in (*reply.facts, *reply.rows) for text in (row.label, row.value))
        case Notice():
            yield from (reply.title, *reply.lines)
