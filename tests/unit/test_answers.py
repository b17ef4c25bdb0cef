"""One answer: cleaned and checked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.answers import check, clean
from bot.flow.model import Answer, Choice, Kind, Question
from bot.flow.talk import Remark

TODAY = date(2026, 11, 20)
CHOICES = (Choice("yes", "Yes"), Choice("no", "No"), Choice("unsure", "Not sure"))


def question(kind: Kind, *, optional: bool = False, limit: int = 10) -> Question:
    choices = CHOICES if kind in (Kind.CHOICE, Kind.CHOICES) else ()
    return Question("q", kind, "?", optional=optional, limit=limit, choices=choices)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  hi  ", "hi"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\tb", "a\tb"),
        ("a\x00b\x07\x1b[2J", "ab[2J"),
        ("a\x7f\x80\x9fb", "ab"),
        ("\u202egnitirw\u202c", "gnitirw"),
        ("\u2066x\u2069\ufeff", "x"),
        ("\ud83d", "\ufffd"),
        ("ok \ud800\udc00", "ok \ufffd\ufffd"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),  # one family
        ("\u0645\u0631\u062d\u0628\u0627", "\u0645\u0631\u062d\u0628\u0627"),
        ("\x00\x01", ""),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters(codec=None)))
def test_what_is_clean_can_be_stored_and_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert once.encode() == once.encode("utf-8", "strict")
    assert clean(once) == once


@pytest.mark.parametrize(
    ("kind", "values", "answer"),
    [
        (Kind.CHOICE, ("yes",), "yes"),
        (Kind.CHOICE, (" yes ",), "yes"),
        (Kind.CHOICE, ("Yes",), "choose-one"),
        (Kind.CHOICE, ("maybe",), "choose-one"),
        (Kind.CHOICE, (), "choose-one"),
        (Kind.CHOICE, ("",), "choose-one"),
        (Kind.CHOICE, ("yes", "no"), "one-answer"),
        (Kind.CHOICES, ("no", "yes"), ("yes", "no")),  # in the flow's order
        (Kind.CHOICES, ("yes", "yes"), ("yes",)),
        (Kind.CHOICES, ("yes", "maybe"), "choose-listed"),
        (Kind.CHOICES, (), "choose-some"),
        (Kind.CHOICES, ("",), "choose-some"),
        (Kind.TEXT, ("a  b\nc",), "a b c"),
        (Kind.TEXT, ("x" * 10,), "x" * 10),
        (Kind.TEXT, ("x" * 11,), "too-long"),
        (Kind.TEXT, (" \n\x00",), "answer-needed"),
        (Kind.TEXT, ("a", "b"), "one-answer"),
        (Kind.LONG_TEXT, ("a\n\nb",), "a\n\nb"),
        (Kind.PERSON, ("Mrs  Fox",), "Mrs Fox"),
        (Kind.DATE, ("2026-11-20",), "2026-11-20"),
        (Kind.DATE, ("2026-3-7",), "2026-03-07"),
        (Kind.DATE, ("2026-11-21",), "date-ahead"),
        (Kind.DATE, ("2026-02-30",), "not-a-date"),
        (Kind.DATE, ("20 11 2026",), "2026-11-20"),
        (Kind.DATE, ("20/11/2026",), "2026-11-20"),
        (Kind.DATE, ("7.3.2026",), "2026-03-07"),
        (Kind.DATE, ("07-03-2026",), "2026-03-07"),
        (Kind.DATE, ("20 November 2026",), "2026-11-20"),
        (Kind.DATE, ("20 nov, 2026",), "2026-11-20"),
        (Kind.DATE, ("2026-November-20",), "2026-11-20"),  # the page's three parts
        (Kind.DATE, ("--20 11 2026",), "2026-11-20"),  # all of it in the first of them
        (Kind.DATE, ("21 11 2026",), "date-ahead"),
        (Kind.DATE, ("30 2 2026",), "not-a-date"),
        (Kind.DATE, ("11/20/2026",), "not-a-date"),
        (Kind.DATE, ("20 11 26",), "not-a-date"),  # never a guess
        (Kind.DATE, ("20 11",), "not-a-date"),
        (Kind.DATE, ("20 Nosuch 2026",), "not-a-date"),
        (Kind.DATE, ("20 11 2026 or so",), "not-a-date"),
        (Kind.DATE, ("0000-01-01",), "not-a-date"),
        (Kind.DATE, ("\u0662\u0660\u0662\u0666-11-20",), "not-a-date"),
    ],
)
def test_check(kind: Kind, values: tuple[str, ...], answer: Answer) -> None:
    found = check(question(kind), values, TODAY)
    if isinstance(found, Remark):
        assert found.error
        assert found.key == answer
    else:
        assert found == answer


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("values", [(), ("",), ("  ",)])
def test_nothing_skips_what_is_optional(kind: Kind, values: tuple[str, ...]) -> None:
    assert check(question(kind, optional=True), values, TODAY) == (() if kind is Kind.CHOICES else "")


def test_what_is_too_long_says_by_how_much() -> None:
    found = check(question(Kind.TEXT), ("x" * 14,), TODAY)
    assert isinstance(found, Remark)
    assert found.blanks == {"limit": "10", "length": "14"}


@given(st.sampled_from(Kind), st.booleans(), st.lists(st.text(st.characters(codec=None)), max_size=4))
def test_an_answer_that_was_taken_is_taken_again(kind: Kind, optional: bool, values: list[str]) -> None:
    asked = question(kind, optional=optional)
    found = check(asked, tuple(values), TODAY)
    if not isinstance(found, Remark):
        assert check(asked, found if isinstance(found, tuple) else (found,), TODAY) == found
