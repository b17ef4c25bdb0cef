"""What a school's people can begin, and in which order."""

from dataclasses import replace

import pytest

from bot.library import rulebook, shipped_school
from bot.service.rulebook import Rulebook
from tests.school import larkfield


def offered(*flows: str) -> list[str]:
    book = larkfield()
    return [flow.id for flow in replace(book, school=replace(book.school, flows=flows)).offered("staff")]


def test_the_settings_say_in_which_order_flows_are_offered() -> None:
    assert offered("spike", "concern", "ask", "worry") == ["spike", "concern", "ask"]
    assert offered("ask", "concern", "spike") == ["ask", "concern", "spike"]


def test_only_what_can_be_begun_is_offered() -> None:
    assert offered("close", "concern", "nothing") == ["concern"]
    assert [flow.id for flow in larkfield().offered("pupil")] == ["worry"]


@pytest.mark.parametrize("school", ["example", "cantrell", "godinton"])
def test_what_people_need_most_comes_first(school: str) -> None:
    book: Rulebook = rulebook(shipped_school(school)[0])
    assert [flow.id for flow in book.offered("staff")][:5] == ["concern", "adult", "breach", "unblock", "ask"]
