"""A school that keeps its record in another system: a case is closed with that system's reference, or not at all."""

from collections.abc import Callable

import pytest

from bot.prompt import Prompt
from tests.school import School, people_of, rules_of

Open = Callable[[str], School]


@pytest.fixture
def decided(new_school: Callable[..., School]) -> Open:
    """Give a function that gives a school with one case that was decided on by somebody."""

    def decided(name: str) -> School:
        school = new_school(book=rules_of(name), people=people_of(name))
        who, lead = {"cantrell": ("birchenall", "garrowby"), "example": ("oyelaran", "okafor")}[name]
        case = school.report(who)
        for flow in ("acknowledge", "decide"):
            school.talk(lead, flow, case.ref)
        return school

    return decided


def test_a_case_is_not_closed_without_the_reference_of_the_other_system(decided: Open) -> None:
    school = decided("cantrell")
    check = school.talk("garrowby", "close", school.case().ref, up_to="check")
    assert isinstance(check, Prompt)
    reply = school.answer("garrowby", check)
    assert isinstance(reply, Prompt)
    assert "in another system. Close the case with that record's reference" in reply.error
    assert school.case().status == "decided"


@pytest.mark.parametrize(("name", "given"), [("cantrell", {"record": "MC-4471"}), ("example", {})])
def test_a_case_is_closed_with_it_and_needs_none_where_the_record_is_here(
    decided: Open, name: str, given: dict[str, str]
) -> None:
    school = decided(name)
    school.talk({"cantrell": "garrowby", "example": "okafor"}[name], "close", school.case().ref, **given)
    assert school.case().status == "closed"
