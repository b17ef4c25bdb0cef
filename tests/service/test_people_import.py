"""The list of people in the store: what an import changes, and that a spoilt file changes nothing."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.inbound import Identity
from bot.running.people_import import Counts, PeopleFile, bring_in
from bot.running.school import Service, begin
from bot.school.folder import PEOPLE
from bot.school.people_file import load_list
from bot.storage import members
from bot.wiring import Stored, open_store
from tests.folder import LIST, hillside
from tests.school import FRIDAY

TODAY, SLACK = date(2026, 11, 20), {"slack": "T1"}
HEAD = "id,name,roles,slack\n"
TWO = HEAD + "a,Ann Hill,head,U1\nb,Bo Dee,dsl,U2\n"


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    stored = open_store(tmp_path, "hillside")
    yield stored
    stored.close()


def imported(stored: Stored, source: str, tenants: dict[str, str] = SLACK, today: date = TODAY) -> Counts:
    people = load_list("people.csv", source.encode())
    return stored.writer.run_now(lambda tx: bring_in(tx, people, today, tenants))


def listed(stored: Stored) -> list[str]:
    return [member.name for member in stored.reader.run_now(members.roster)]


def accounts(stored: Stored) -> dict[str, str]:
    return {f"{i.surface} {i.tenant} {i.external}": who for i, who in stored.reader.run_now(members.identities).items()}


def test_a_list_comes_in_with_its_accounts(stored: Stored) -> None:
    assert imported(stored, TWO) == Counts(2, 2, 0, 0)
    assert listed(stored) == ["Ann Hill", "Bo Dee"]
    assert accounts(stored) == {"slack T1 U1": "a", "slack T1 U2": "b"}


def test_what_did_not_change_is_not_written_again(stored: Stored) -> None:
    imported(stored, TWO)
    before = stored.reader.run_now(lambda tx: tx.execute("select id, sealed from member").fetchall())
    assert imported(stored, TWO) == Counts(2, 0, 0, 0)
    assert stored.reader.run_now(lambda tx: tx.execute("select id, sealed from member").fetchall()) == before


@pytest.mark.parametrize(
    ("source", "counts", "names", "linked"),
    [
        (TWO.replace("Bo Dee,dsl", "Bo Dee,dsl deputy"), (2, 0, 1, 0), ["Ann Hill", "Bo Dee"], ["U1", "U2"]),
        (TWO.replace("U2", "U9"), (2, 0, 1, 0), ["Ann Hill", "Bo Dee"], ["U1", "U9"]),
        (TWO.replace("U2", ""), (2, 0, 1, 0), ["Ann Hill", "Bo Dee"], ["U1"]),
        (TWO + "c,Cy Dole,staff,U3\n", (3, 1, 0, 0), ["Ann Hill", "Bo Dee", "Cy Dole"], ["U1", "U2", "U3"]),
        (HEAD + "a,Ann Hill,head,U1\n", (1, 0, 0, 1), ["Ann Hill"], ["U1"]),
        # an account that goes from one person to another
        (HEAD + "a,Ann Hill,head,U2\nb,Bo Dee,dsl,U1\n", (2, 0, 2, 0), ["Ann Hill", "Bo Dee"], ["U1", "U2"]),
    ],
)
def test_what_changed_in_the_file_changes_in_the_store(
    stored: Stored, source: str, counts: tuple[int, int, int, int], names: list[str], linked: list[str]
) -> None:
    imported(stored, TWO)
    assert imported(stored, source) == Counts(*counts)
    assert listed(stored) == names
    assert sorted(account.removeprefix("slack T1 ") for account in accounts(stored)) == linked
    people = {entry.member.id: entry.accounts.get("slack") for entry in load_list("p", source.encode())}
    assert all(people[who] == account.removeprefix("slack T1 ") for account, who in accounts(stored).items())


def test_an_account_on_a_platform_that_is_off_leads_to_nobody(stored: Stored) -> None:
    imported(stored, TWO, {})
    assert accounts(stored) == {}
    assert imported(stored, TWO, SLACK) == Counts(2, 0, 2, 0), "it was switched on"
    assert imported(stored, TWO, {"slack": "T2"}) == Counts(2, 0, 2, 0), "the same id of another workspace"
    assert set(accounts(stored)) == {"slack T2 U1", "slack T2 U2"}


def test_somebody_comes_and_goes_with_the_days(stored: Stored) -> None:
    source = "id,name,roles,joined,left,slack\na,Ann Hill,head,,,U1\nb,Bo Dee,dsl,2026-11-23,2026-12-18,U2\n"
    found = {}
    for day in (date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 18), date(2026, 12, 19)):
        imported(stored, source, today=day)
        found[day.isoformat()] = (listed(stored), len(accounts(stored)))
    assert found == {
        "2026-11-22": (["Ann Hill"], 1),
        "2026-11-23": (["Ann Hill", "Bo Dee"], 2),
        "2026-12-18": (["Ann Hill", "Bo Dee"], 2),
        "2026-12-19": (["Ann Hill"], 1),
    }
    left = stored.reader.run_now(lambda tx: members.get(tx, "b"))
    assert left is not None, "old cases still name them"


# The file, watched ---------------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(FRIDAY)


@pytest.fixture
def service(tmp_path: Path, clock: ManualClock, caplog: pytest.LogCaptureFixture) -> Iterator[Service]:
    caplog.set_level(logging.INFO, "beacon.people")
    service = begin(hillside(tmp_path / "hillside"), clock)
    yield service
    service.beacon.stored.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hillside" / PEOPLE


def look(people: PeopleFile, times: int = 2) -> None:
    for _ in range(times):
        asyncio.run(people.look())


def ids(service: Service) -> list[str]:
    return [member.id for member in service.beacon.office.directory.roster]


def test_the_list_is_there_at_the_start_and_logged_in_counts(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    assert ids(service) == ["head", "dsl", "chair", "it"]
    logged = [record.getMessage() for record in caplog.get_records("setup")]
    assert logged == ["people.csv: 4 people listed, 4 of them new, 0 changed; 0 left"]


def test_a_changed_file_is_brought_in_once_it_is_quiet(
    service: Service, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    look(service.people)
    path.write_text(LIST + "cook,Mr Gus Pan,staff,,,,\n")
    look(service.people, 1)
    assert "cook" not in ids(service), "it may still be being written"
    look(service.people, 1)
    assert ids(service)[-1] == "cook"
    caplog.clear()
    look(service.people, 3)
    assert caplog.messages == [], "nothing is brought in twice"


def test_a_spoilt_file_changes_nothing_and_is_logged_without_names(
    service: Service, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    look(service.people)
    caplog.clear()
    path.write_text(LIST.replace("Mr Bo Dee,dsl staff", "Mr Bo Dee,dls Zebedee"))
    look(service.people, 4)
    assert ids(service) == ["head", "dsl", "chair", "it"]
    assert caplog.messages == ["people.csv: wrong in 2 places, so the list stays as it was: run `beacon check`"]
    path.write_text(LIST + "cook,Mr Gus Pan,staff,,,,\n")
    look(service.people)
    assert ids(service)[-1] == "cook"


@pytest.mark.parametrize(
    "source",
    [LIST.replace("chair,Ms Di Chair,chair", "chair,Ms Di Chair,staff"), LIST + "example-x,EXAMPLE X,staff,,,,\n"],
)
def test_a_list_by_which_a_route_would_lead_to_nobody_changes_nothing(
    service: Service, path: Path, source: str
) -> None:
    look(service.people)
    path.write_text(source)
    look(service.people, 3)
    assert ids(service) == ["head", "dsl", "chair", "it"]


def test_a_file_that_is_gone_for_a_moment_changes_nothing(service: Service, path: Path) -> None:
    look(service.people)
    path.unlink()
    look(service.people, 3)
    assert ids(service) == ["head", "dsl", "chair", "it"]


def test_a_new_day_brings_somebody_without_a_change_of_the_file(service: Service, clock: ManualClock) -> None:
    look(service.people)
    clock.forward(timedelta(days=45))  # 4 January 2027
    look(service.people)
    assert ids(service) == ["head", "dsl", "chair", "it", "new"]


def test_a_platform_that_is_off_knows_nobody(service: Service) -> None:
    assert service.beacon.office.directory.who(Identity("slack", "T1", "U2")) is None
