"""The made-up schools that come with the program."""

import pytest

from bot.library import shipped_school
from bot.reading import Mistakes


def test_a_shipped_school_comes_with_its_people() -> None:
    school, people = shipped_school("example")
    assert school.id == "larkfield"
    assert any(member.id == "okafor" for member in people)


@pytest.mark.parametrize("name", ["exampel", "", "../schools/example", "example.people"])
def test_an_unknown_school_is_told_which_there_are(name: str) -> None:
    with pytest.raises(Mistakes, match=r"there is no school .*; there are cantrell, example, godinton"):
        shipped_school(name)
