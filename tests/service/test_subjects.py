"""An urgent answer goes out at once, and never to the person it is about, however that person is called."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.prompt import Prompt, Reply
from tests.school import School


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    school = School(tmp_path / "school")
    yield school
    school.close()


@pytest.mark.parametrize(
    ("about", "who", "person"),
    [
        ("adult", "Dr Helen Lindqvist", "lindqvist"),
        ("adult", "Helen", "lindqvist"),
        ("adult", "the hed teacher", "lindqvist"),
        ("adult", "the head", "lindqvist"),
        ("adult", "Miss Amara", "okafor"),
        ("dsl", "gethin", "pritchard"),
        ("unsure", "Amara", "okafor"),
        ("unsure", "the dsl", "okafor"),
    ],
)
def test_the_person_it_is_about_is_not_warned(school: School, about: str, who: str, person: str) -> None:
    given = {"about": about, "adult_name": who, "maybe_adult": who, "danger": "yes", "child_name": "Rory Pell"}
    screen: Reply = school.start("oyelaran", "concern")
    while isinstance(screen, Prompt) and (answer := given.get(school.question(screen).id)):
        screen = school.answer("oyelaran", screen, answer)
        school.settle()  # what goes out goes out before the next answer
    told = {place for place, _ in school.platform.tried}
    assert told
    assert f"person:{person}" not in told
    assert person in school.case().plan.excluded
