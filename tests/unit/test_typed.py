"""Words typed into a chat, as events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.model import Answer
from bot.flow.step import step
from bot.flow.talk import Back, Event, Give, Help, Keep, Remark, Send, Skip, State, Stop
from bot.flow.typed import read
from tests.school import FRIDAY, larkfield
from tests.small_flow import ALL, FLOW, at

COMMANDS = larkfield().commands
NO: dict[str, Answer] = {"danger": "no"}
AT_MARKS = at(answers={**NO, "who": "R"})
AT_WORDS = at(answers={**NO, "who": "R", "marks": ()})
CHECKING = at("checking", answers=ALL)
STOPPING = at("stopping", answers=NO)


@pytest.mark.parametrize(
    ("state", "text", "event"),
    [
        (at(), "1", Give(3, ("yes",))),
        (at(), " 2. ", Give(3, ("no",))),
        (at(), "label NO", Give(3, ("no",))),
        (at(), "Label: unsure!", Give(3, ("unsure",))),
        (at(), "0", "type-a-number"),
        (at(), "4", "type-a-number"),
        (at(), "-1", Give(3, ("yes",))),  # a dash before a number is a list's, not a sum
        (at(), "1" * 5000, "type-a-number"),
        (at(), "\u0662", "type-a-number"),
        (at(), "", "type-a-number"),
        (at(), "something else", "type-a-number"),
        (at(), "lable unsure", "did-you-mean"),  # never a guess
        (at(), "yes", "type-a-number"),  # a value is not what is shown
        (at(), "back", Back(3)),
        (at(), "GO  BACK!", Back(3)),
        (at(), "stop", Stop(3)),
        (at(), "help me", Help()),
        (at(), "skip", Skip(3)),
        (at(), "keep going", "type-a-number"),
        (at(), "send", "type-a-number"),
        (AT_MARKS, "1, 3", Give(3, ("arm", "head"))),
        (AT_MARKS, "label arm,label leg", Give(3, ("arm", "leg"))),
        (AT_MARKS, "1, 9", "type-a-number"),
        (AT_WORDS, "1", Give(3, ("1",))),
        (AT_WORDS, "send", Give(3, ("send",))),
        (AT_WORDS, "I said stop to him", Give(3, ("I said stop to him",))),
        (AT_WORDS, "stop", Stop(3)),
        (CHECKING, "send", Send(3)),
        (CHECKING, "Send it.", Send(3)),
        (CHECKING, "yes", "type-send"),
        (CHECKING, "back", Back(3)),
        (CHECKING, "skip", "type-send"),
        (STOPPING, "stop", Stop(3)),
        (STOPPING, "no", Keep(3)),
        (STOPPING, "keep going", Keep(3)),
        (STOPPING, "skip", "type-stop-or-keep"),
        (STOPPING, "send", "type-stop-or-keep"),
        (STOPPING, "perhaps", "type-stop-or-keep"),
    ],
)
def test_read(state: State, text: str, event: Event | str) -> None:
    found = read(FLOW, state, text, COMMANDS, {})
    if isinstance(found, Remark):
        assert found.error
        assert found.key == event
    else:
        assert found == event


def test_a_near_miss_is_asked_about_with_its_number() -> None:
    found = read(FLOW, at(), "labl yes", COMMANDS, {})
    assert found == Remark("did-you-mean", {"label": "Label yes", "number": "1"}, error=True)


@given(st.text(st.characters(codec=None)), st.sampled_from([at(), AT_MARKS, AT_WORDS, CHECKING, STOPPING]))
def test_anything_typed_is_an_event_of_this_turn_or_a_remark(text: str, state: State) -> None:
    found = read(FLOW, state, text, COMMANDS, {})
    if not isinstance(found, Remark):
        step(FLOW, state, found, FRIDAY)
        assert isinstance(found, Help) or found.turn == state.turn  # type: ignore[union-attr]
    if isinstance(found, Give) and state is at():
        assert found.values[0] in ("yes", "no", "unsure")
