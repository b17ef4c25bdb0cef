"""What a button says, and which verbs are about a talk."""

import pytest

from bot.prompt import Button, Card, Prompt, Token, Verb
from bot.service.desk import _event
from tests.contract.screens import ALL, cards

TALK = {Verb.ANSWER, Verb.SKIP, Verb.BACK, Verb.CHANGE, Verb.SEND, Verb.STOP, Verb.KEEP, Verb.HELP}


def test_which_verbs_are_of_a_talk() -> None:
    assert {verb for verb in Verb if verb.of_a_talk} == TALK


def test_a_talk_offers_only_verbs_of_a_talk_and_a_card_none() -> None:
    for screen in (reply for replies in ALL.values() for reply in replies if isinstance(reply, Prompt)):
        changes = (row.change for row in screen.rows)
        offered = [b for b in (*screen.buttons, screen.submit, *changes) if isinstance(b, Button)]
        assert [b for b in offered if not b.token.verb.of_a_talk] == []
    assert [b for card in cards() if isinstance(card, Card) for b in card.buttons if b.token.verb.of_a_talk] == []


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_of_a_talk_is_an_event_of_it(verb: Verb) -> None:
    if verb.of_a_talk:
        assert _event(Token(verb, "t1", 3), ())
    else:
        with pytest.raises(ValueError, match="not for a talk"):
            _event(Token(verb, "t1", 3), ())
