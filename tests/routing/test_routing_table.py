"""Who hears of what: every cell written by hand from design 3 and the brief, then random schools held to the rules.

D the designated safeguarding lead, P the deputy, H the head, C the chair, I IT, T the teacher who reports, U another.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.access import CASEWORKERS
from bot.cases.model import Plan
from bot.cases.routing import Report, plan
from bot.flow.model import Severity, Subject
from bot.people import Member, Role, Roster
from bot.settings import Channel
from tests.school import FRIDAY, larkfield

LARKFIELD = larkfield().school


def person(name: str, *roles: Role) -> Member:
    return Member(name, f"Mx {name}", frozenset(roles))


_ALL = (
    person("P", Role.DEPUTY, Role.STAFF),
    person("I", Role.IT, Role.STAFF),
    person("C", Role.CHAIR),
    person("T", Role.STAFF),
    person("U", Role.STAFF),
    person("kid", Role.PUPIL),
)
TWO = Roster((person("D", Role.DSL, Role.STAFF), person("H", Role.HEAD, Role.STAFF), *_ALL))
ONE = Roster((person("H", Role.DSL, Role.HEAD, Role.STAFF), *_ALL))  # the head is the DSL: Godinton

URGENT_CHILD_TWO = "D@0 P@5 H@10 C@15"
URGENT_CHILD_ONE = "H@0 P@5 C@15"

# subject: (rungs with the minutes after the report, is there a card in the channel) for TWO, then for ONE
TABLE = {
    Subject.CHILD: ((URGENT_CHILD_TWO, True), (URGENT_CHILD_ONE, True)),
    Subject.UNSURE: ((URGENT_CHILD_TWO, True), (URGENT_CHILD_ONE, True)),
    Subject.ADULT: (("H@0 C@5", False), ("H@0 C@5", False)),
    Subject.HEAD: (("C@0", False), ("C@0", False)),
    Subject.DSL: (("H@0 C@5", False), ("C@0", False)),
    Subject.DEPUTY: (("H@0 C@5", False), ("H@0 C@5", False)),
    Subject.IT: (("H@0 C@5", False), ("H@0 C@5", False)),
    Subject.CHAIR: (("H@0", False), ("H@0", False)),
}
# the reporter: reporting themselves
SELF = {
    "T": (("H@0 C@5", False), ("H@0 C@5", False)),
    "D": (("H@0 C@5", False), None),
    "H": (("C@0", False), ("C@0", False)),
}
# another adult, named
NAMED = {
    "D": (("H@0 C@5", False), None),
    "P": (("H@0 C@5", False), ("H@0 C@5", False)),
    "H": (("C@0", False), ("C@0", False)),
    "I": (("H@0 C@5", False), ("H@0 C@5", False)),
    "C": (("H@0", False), ("H@0", False)),
    "U": (("H@0 C@5", False), ("H@0 C@5", False)),
}
EXCLUDED = {
    Subject.CHILD: "",
    Subject.UNSURE: "",
    Subject.ADULT: "",
    Subject.HEAD: "DPHITU",
    Subject.DSL: "DP",
    Subject.DEPUTY: "P",
    Subject.IT: "I",
    Subject.CHAIR: "C",
}


def shown(found: Plan) -> tuple[str, bool]:
    rungs = " ".join(
        f"{''.join(sorted(rung.people))}@{(rung.due - FRIDAY) // timedelta(minutes=1)}" for rung in found.rungs
    )
    return rungs, bool(found.channel)


def report(subject: Subject, reporter: str = "T", **facts: object) -> Report:
    return Report(subject, reporter, Severity.URGENT, FRIDAY, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("subject", TABLE)
def test_who_hears_by_subject(subject: Subject) -> None:
    two, one = TABLE[subject]
    assert shown(plan(LARKFIELD, TWO, report(subject))) == two
    assert shown(plan(LARKFIELD, ONE, report(subject))) == one


@pytest.mark.parametrize("subject", EXCLUDED)
def test_who_never_hears_by_subject(subject: Subject) -> None:
    found = plan(LARKFIELD, TWO, report(subject))
    assert found.excluded == frozenset(EXCLUDED[subject])


@pytest.mark.parametrize("reporter", SELF)
def test_who_hears_when_somebody_reports_themselves(reporter: str) -> None:
    for roster, cell in zip((TWO, ONE), SELF[reporter], strict=True):
        if cell:
            assert shown(plan(LARKFIELD, roster, report(Subject.SELF, reporter))) == cell


@pytest.mark.parametrize("chosen", [Subject.ADULT, Subject.UNSURE])
@pytest.mark.parametrize("name", NAMED)
def test_who_hears_when_an_adult_is_named(name: str, chosen: Subject) -> None:
    for roster, cell in zip((TWO, ONE), NAMED[name], strict=True):
        if cell:
            assert shown(plan(LARKFIELD, roster, report(chosen, named=frozenset([name])))) == cell


def test_the_lead_and_the_head_are_told_of_their_own_reports_about_a_child() -> None:
    for reporter in ("D", "H"):
        assert shown(plan(LARKFIELD, TWO, report(Subject.CHILD, reporter))) == (URGENT_CHILD_TWO, True)


@pytest.mark.parametrize(
    ("severity", "rungs"),
    [
        (Severity.URGENT, "D@0 P@5 H@10 C@15"),
        (Severity.HIGH, "D@0 P@30 H@60"),
        (Severity.SAME_DAY, "D@0 P@120 H@240"),
        # 8 hours of an open school: from Friday 10:40 to Monday 10:40
        (Severity.ROUTINE, f"D@0 P@{3 * 24 * 60}"),
    ],
)
def test_how_soon(severity: Severity, rungs: str) -> None:
    assert shown(plan(LARKFIELD, TWO, replace(report(Subject.CHILD), severity=severity))) == (rungs, True)


# A child's words that name somebody ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roster", "mentioned", "rungs", "held", "guardians"),
    [
        (TWO, "D", "P@0 H@10 C@15", "D", "P"),
        (TWO, "P", "H@0 D@0 C@15", "P", "H"),
        (TWO, "H", "C@0", "DPHITU", "C"),
        (TWO, "DP", "H@0 C@15", "DP", "H"),
        (TWO, "DH", "C@0", "DPHITU", "C"),
        (TWO, "U", "D@0 P@5 H@10 C@15", "", ""),
        (TWO, "I", "D@0 P@5 H@10 C@15", "", ""),
        (ONE, "H", "C@0", "PHITU", "C"),
    ],
)
def test_a_child_who_names_somebody(roster: Roster, mentioned: str, rungs: str, held: str, guardians: str) -> None:
    found = plan(LARKFIELD, roster, report(Subject.CHILD, "kid", mentioned=frozenset(mentioned)))
    assert found.held == frozenset(held)
    if guardians:
        assert found.guardians == frozenset(guardians)
    assert shown(found)[0] == rungs
    assert not (found.held and found.channel), "a held report shows in no channel that a held person reads"


# Nobody there --------------------------------------------------------------------------------------------------------


def without(roster: Roster, *gone: str) -> Roster:
    return Roster(m for m in roster if m.id not in gone)


@pytest.mark.parametrize(
    ("gone", "subject", "rungs"),
    [
        ("D", Subject.CHILD, "P@0 H@10 C@15"),  # the next takes the place and the time of who is missing
        ("DP", Subject.CHILD, "H@0 C@15"),
        ("DPH", Subject.CHILD, "C@0"),
        ("H", Subject.ADULT, "C@0"),
        ("C", Subject.ADULT, "H@0"),
        ("C", Subject.HEAD, ""),  # `beacon check` refuses such a school
        ("DPHC", Subject.CHILD, ""),
    ],
)
def test_who_is_missing(gone: str, subject: Subject, rungs: str) -> None:
    assert shown(plan(LARKFIELD, without(TWO, *gone), report(subject)))[0] == rungs


@pytest.mark.parametrize("readers", [{Role.DSL, Role.DEPUTY}, {Role.STAFF}, {Role.IT, Role.DSL}])
def test_no_card_where_somebody_held_can_read_it(readers: set[Role]) -> None:
    channels: Mapping[str, Channel] = {"dsl": Channel("x", "X", frozenset(readers))}
    school = replace(LARKFIELD, channels=channels)
    found = plan(school, TWO, report(Subject.CHILD, "kid", mentioned=frozenset("D")))
    assert (found.channel, found.readers) == ("", frozenset())


# Random schools ------------------------------------------------------------------------------------------------------

ADULT_ROLES = [role for role in Role if role is not Role.PUPIL]
PEOPLE = st.lists(st.frozensets(st.sampled_from(ADULT_ROLES), min_size=1, max_size=3), min_size=1, max_size=7)
ROLE_OF = {
    Subject.HEAD: Role.HEAD,
    Subject.DSL: Role.DSL,
    Subject.DEPUTY: Role.DEPUTY,
    Subject.IT: Role.IT,
    Subject.CHAIR: Role.CHAIR,
}


def holders(roster: Roster, *roles: Role) -> frozenset[str]:
    return frozenset(m.id for m in roster if m.roles & frozenset(roles))


def rule_about(roster: Roster, about: frozenset[str]) -> frozenset[str]:
    """Give whom design 3 keeps it from: the subjects; about a head, everybody under one; about a DSL, those below."""
    kept_from = set(about)
    chairs = holders(roster, Role.CHAIR)
    if about & holders(roster, Role.HEAD):
        kept_from |= holders(roster, *(set(ADULT_ROLES) - {Role.HEAD, Role.CHAIR, Role.VICE_CHAIR})) - chairs
    if about & holders(roster, Role.LEAD_DSL):
        kept_from |= holders(roster, Role.DSL, Role.DEPUTY) - chairs
    if about & holders(roster, Role.DSL):
        kept_from |= holders(roster, Role.DEPUTY) - chairs
    return frozenset(kept_from)


@given(PEOPLE, st.sampled_from(Subject), st.sampled_from(Severity), st.data())
def test_any_school(roles: list[frozenset[Role]], subject: Subject, severity: Severity, data: st.DataObject) -> None:
    roster = Roster(Member(f"m{n}", f"Name{n}", held) for n, held in enumerate(roles))
    ids = [m.id for m in roster]
    some = st.frozensets(st.sampled_from(ids), max_size=2)
    reporter = data.draw(st.sampled_from(ids))
    named = data.draw(some) if subject in (Subject.ADULT, Subject.UNSURE, Subject.DSL, Subject.IT) else frozenset()
    mentioned = data.draw(some) if subject is Subject.CHILD else frozenset()
    minutes = data.draw(st.integers(0, 60 * 24 * 200))
    at = FRIDAY + timedelta(minutes=minutes)
    found = plan(LARKFIELD, roster, Report(subject, reporter, severity, at, named, mentioned))

    about = named | (holders(roster, ROLE_OF[subject]) if subject in ROLE_OF else frozenset())
    about |= {reporter} if subject is Subject.SELF else frozenset()
    kept_from = rule_about(roster, about)
    heard = frozenset().union(*(rung.people for rung in found.rungs))

    assert found.excluded == kept_from
    assert not heard & (kept_from | found.held)
    leads = holders(roster, Role.DSL, Role.DEPUTY, Role.HEAD)
    assert mentioned & leads - kept_from <= found.held
    assert found.held <= rule_about(roster, mentioned)
    assert found.rungs or not holders(roster, Role.HEAD, Role.CHAIR) - kept_from - found.held, "somebody could hear"
    assert all(before.due <= after.due for before, after in pairwise(found.rungs))
    assert all(rung.people for rung in found.rungs)
    assert sum(len(rung.people) for rung in found.rungs) == len(heard), "nobody is told twice"
    if found.rungs:
        assert found.rungs[0].due == at
    if found.channel:
        assert not found.readers & (kept_from | found.held)
        assert holders(roster, *LARKFIELD.channels[found.channel].readers) == found.readers
    else:
        assert found.readers == frozenset()
    if found.held:
        assert found.guardians or not found.rungs or leads
    assert found.guardians <= heard
    assert heard <= holders(roster, *CASEWORKERS), "whoever is told may also open it"
