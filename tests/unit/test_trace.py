"""Traces for the log: where it was, never what was said."""

import re

from bot.trace import trace


def test_a_trace_names_causes_and_never_what_they_say() -> None:
    try:
        try:
            raise KeyError("my words")
        except KeyError as error:
            raise ValueError("other words") from error
    except ValueError as error:
        said = trace(error)
    assert re.fullmatch(r"ValueError at test_trace\.py:\d+, from KeyError at test_trace\.py:\d+", said)


def test_where_something_went_wrong_is_the_innermost_line_first() -> None:
    try:
        re.compile("(")
    except re.error as error:
        said = trace(error)
    assert re.match(r"(error|PatternError) at _parser\.py:\d+ < ", said)


def test_what_was_never_raised_or_is_its_own_cause_has_a_trace_too() -> None:
    assert trace(ValueError("words")) == "ValueError at no line"
    assert trace(None) == ""
    own = ValueError("words")
    own.__cause__ = own
    assert trace(own).count("ValueError") == 5
