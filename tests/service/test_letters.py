"""What could not be delivered: shown to whoever looks after Beacon, told to IT once, tried again when they say so."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.people import Role
from bot.service.letters import again
from bot.service.surface import Never
from bot.storage import audit
from bot.wiring import open_store
from tests.school import School

Run = Callable[..., tuple[int, str, str]]
DSL, REPORTER, CHANNEL, IT_CHANNEL = "person:okafor", "person:oyelaran", "channel:dsl", "channel:it"
WORDS = "A bruise on the left arm."


@pytest.fixture
def lost(school: School, monkeypatch: pytest.MonkeyPatch) -> School:
    """A school where a report was sent, the DSL cannot be reached and the reporter cannot either."""
    monkeypatch.setattr("bot.clock.SystemClock", lambda: school.clock)
    school.platform.failing = {DSL: Never("account gone"), REPORTER: Never("account gone")}
    school.report("oyelaran", what=WORDS)
    school.settle()
    return school


def it_people(school: School) -> list[str]:
    return [f"person:{m.id}" for m in school.beacon.desk.roster.holding([Role.IT])]


def told(school: School, place: str) -> list[str]:
    return [line for line in school.platform.notices(place) if "could not be delivered" in line]


def test_it_is_listed_with_what_an_administrator_needs_and_no_more(lost: School, command: Run) -> None:
    code, out, _ = command("letters", "--folder", lost.folder, "--json")
    found = json.loads(out)
    ref = lost.case().ref
    assert code == 0
    assert [(each["to"], each["kind"], each["case"], each["why"], each["tried"]) for each in found] == [
        ("Mrs Amara Okafor", "card", ref, "account gone", 1),
        ("", "notice", ref, "account gone", 1),
    ]
    code, out, _ = command("letters", "--folder", lost.folder)
    assert "Mrs Amara Okafor" in out
    assert f"whoever reported it  notice  {ref}  {lost.clock.now():%Y-%m-%d %H:%M}" in out
    assert "Oyelaran" not in out, "whoever looks after Beacon does not learn who reported"
    assert WORDS not in out


def test_a_channel_is_named_as_people_see_it(school: School, command: Run) -> None:
    school.platform.failing = {CHANNEL: Never("archived")}
    school.report()
    school.settle()
    name = school.book.school.channels["dsl"].name
    assert f"the channel {name}" in command("letters", "--folder", school.folder)[1]


def test_where_all_arrived_it_says_so(school: School, command: Run) -> None:
    school.report()
    school.settle()
    assert command("letters", "--folder", school.folder) == (
        0,
        "everything reached its place, or is still being tried\n",
        "",
    )
    assert command("letters", "--folder", school.folder, "--json")[1] == "[]\n"


@pytest.mark.parametrize("which", ["all", "the case"])
def test_after_it_was_put_right_it_is_tried_again_and_on_the_record(lost: School, command: Run, which: str) -> None:
    lost.platform.failing = {}
    lost.settle()
    assert lost.platform.cards(DSL) == [], "by itself it is not"
    ref = lost.case().ref
    before = lost.read(audit.head)[0]
    wanted = "all" if which == "all" else ref
    assert command("letters", "--folder", lost.folder, "--again", wanted)[1] == "2 tried again\n"
    kinds = lost.read(
        lambda tx: tx.execute("select kind, subject from audit where seq > ? order by seq", (before,)).fetchall()
    )
    assert kinds == [("tried_again", "" if which == "all" else lost.case().id)]
    lost.settle()
    assert len(lost.platform.cards(DSL)) == 1
    assert ref in lost.platform.notices(REPORTER)[0]
    assert json.loads(command("letters", "--folder", lost.folder, "--json")[1]) == []
    assert lost.read(audit.verify) == []


def test_what_still_cannot_be_delivered_is_given_up_again(lost: School, command: Run) -> None:
    command("letters", "--folder", lost.folder, "--again", "all")
    lost.settle()
    assert len(json.loads(command("letters", "--folder", lost.folder, "--json")[1])) == 2


def test_a_case_of_which_nothing_was_given_up_is_said(lost: School, command: Run) -> None:
    before = lost.read(audit.head)
    assert command("letters", "--folder", lost.folder, "--again", "ABCDEF")[1] == "nothing was given up about ABCDEF\n"
    assert lost.read(audit.head) == before


def test_without_a_store_nothing_is_made(tmp_path: object, command: Run) -> None:
    code, _, err = command("letters", "--folder", tmp_path, "--again", "all")
    assert (code, "there is no store" in err) == (1, True)


def test_what_was_given_up_for_another_reason_is_left_alone(lost: School) -> None:
    now = lost.clock.now()
    assert lost.run(lambda tx: again(tx, "", now, ["invalid_auth"])) == 0
    assert lost.run(lambda tx: again(tx, "", now, ["invalid_auth", "gone"])) == 2


def test_what_another_program_wants_again_goes_out_by_itself(lost: School) -> None:
    """The command runs beside the program that serves: the row is found at the next look, however it came there."""
    lost.platform.failing = {}
    other = open_store(lost.folder, lost.book.school.id)
    now = lost.clock.now()
    assert other.writer.run_now(lambda tx: again(tx, "", now)) == 2
    other.close()
    lost.settle()
    assert len(lost.platform.cards(DSL)) == 1


# IT is told -----------------------------------------------------------------------------------------------------------


def test_it_hears_once_a_day_that_something_was_given_up_and_nothing_of_it(lost: School) -> None:
    (line,) = told(lost, IT_CHANNEL)
    assert "beacon letters" in line
    for part in (WORDS, lost.case().ref, "Oyelaran", "Okafor"):
        assert part not in line
    lost.clock.forward(timedelta(minutes=1))
    lost.report("oyelaran")
    lost.settle()
    assert len(told(lost, IT_CHANNEL)) == 1, "not one for each"
    lost.clock.forward(timedelta(days=3))
    lost.report("oyelaran")
    lost.settle()
    assert len(told(lost, IT_CHANNEL)) == 2, "and again on a day on which there are more"


def test_where_its_channel_cannot_be_reached_its_people_hear_one_to_one(school: School) -> None:
    school.platform.failing = {DSL: Never("account gone"), IT_CHANNEL: Never("archived")}
    school.report()
    school.settle()
    assert [len(told(school, person)) for person in it_people(school)] == [1] * len(it_people(school)) != []


def test_where_nobody_can_be_told_it_ends(school: School) -> None:
    school.platform.failing = {"": Never("all gone")}
    school.report()
    school.settle()
    dead = school.read(lambda tx: tx.execute("select count(*) from outbox where subject like 'letters.%'").fetchone())
    assert dead == (1 + len(it_people(school)),)
