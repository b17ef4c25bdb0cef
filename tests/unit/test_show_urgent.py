"""Which of a screen's lines say what to do this minute, and that a mistake hides none of them."""

from datetime import date

import pytest

from bot.flow.show import show
from bot.flow.talk import Remark, State
from bot.prompt import Prompt
from tests.school import larkfield
from tests.small_flow import FLOW, at

WORDS = larkfield().words
BLANKS = {"recipients": "the DSL", "tell": "Mrs Okafor"}


def urgent(state: State, *remarks: Remark) -> tuple[str, ...]:
    prompt = show(FLOW, state, WORDS, BLANKS, date(2026, 11, 20), remarks=remarks)
    assert isinstance(prompt, Prompt)
    assert set(prompt.urgent) <= {*prompt.remarks, *prompt.lines}
    return prompt.urgent


@pytest.mark.parametrize(("said", "expected"), [(("Ring 999.",), ("Ring 999.",)), (("First aid.",), ()), ((), ())])
def test_the_advice_of_an_urgent_alert_and_of_no_other(said: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert urgent(at(answers={"danger": "yes"}, said=said)) == expected


@pytest.mark.parametrize("key", ["help-staff", "help-pupil", "help-pupil-told"])
def test_what_is_said_to_a_call_for_help(key: str) -> None:
    (line,) = urgent(at(), Remark(key))
    assert "999" in line


def test_nothing_else_that_is_said_once() -> None:
    assert urgent(at(), Remark("moved-on"), Remark("choose-one", error=True)) == ()


def test_a_mistake_at_the_first_question_does_not_hide_the_greeting() -> None:
    prompt = show(
        FLOW, State("t1", "d1"), WORDS, BLANKS, date(2026, 11, 20), remarks=(Remark("choose-one", error=True),)
    )
    assert isinstance(prompt, Prompt)
    assert prompt.error
    assert prompt.lines == ("Hello.",)
