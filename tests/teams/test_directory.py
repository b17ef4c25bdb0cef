"""The directory in a school that is served: what Graph says comes onto the list, and what fails changes nothing."""

import asyncio
import gc
import logging
import sys
import warnings
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.teams import app, config
from adapters.teams.app import TeamsApp
from adapters.teams.config import VARIABLE, TeamsConfig
from adapters.teams.graph import Graph
from adapters.teams.tokens import GRAPH, Tokens
from bot.clock import ManualClock
from bot.commands.leavers import leavers as command
from bot.inbound import Identity
from bot.people import Role
from bot.running.school import Service, begin
from bot.school.folder import PEOPLE, SETTINGS
from bot.service import mailing
from bot.storage import joining, references
from tests.folder import hillside
from tests.school import FRIDAY
from tests.teams.graph_fake import PUPILS, STAFF, FakeGraph, object_id, user
from tests.teams.microsoft import APP, TENANT, FakeEntra, FakeTeams, Reply
from tests.web.served import serve

ON = f'on = true\napp = "{APP}"\ntenant = "{TENANT}"'
GROUPS = f'\n[teams.groups]\nstaff = "{STAFF}"\npupil = "{PUPILS}"'
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the library's own


class Hill:
    """Hillside in a made-up tenant, served from its folder."""

    def __init__(self, folder: Path, directory: FakeGraph, entra: FakeEntra) -> None:
        self.folder = folder
        self.directory = directory
        self.entra = entra
        self.clock = ManualClock(FRIDAY)
        self.runner = asyncio.Runner()
        self.service: Service | None = None

    def settings(self, table: str) -> None:
        text = (self.folder / SETTINGS).read_text("utf-8")
        head, _, rest = text.partition("[teams]\n")
        (self.folder / SETTINGS).write_text(f"{head}[teams]\n{table}\n{rest[rest.index('# Telephone') :]}", "utf-8")

    def begin(self) -> None:
        self.service = begin(self.folder, self.clock)

    def end(self) -> None:
        if self.service:
            self.service.beacon.stored.close()
        self.service = None

    @property
    def teams(self) -> TeamsApp:
        assert self.service is not None
        found = self.service.faces[0].beside
        assert isinstance(found, TeamsApp)
        return found

    def look(self) -> None:
        """Let it ask the directory if it is time to, as it does beside everything else."""

        async def once() -> None:
            await self.teams.matching.look()
            await self.teams.graph.close()

        self.run(once())
        self.refresh()

    def serve(self) -> None:
        """Run it as a served school does, until it has learnt who is there."""
        assert self.service is not None
        beacon = self.service.beacon

        async def served() -> None:
            stored, loop = asyncio.Event(), asyncio.get_running_loop()

            def committed() -> None:
                loop.call_soon_threadsafe(stored.set)

            beacon.stored.writer.committed.append(committed)
            async with beacon.running(), asyncio.timeout(30):
                beside = asyncio.create_task(self.teams.forever())
                while not self.added():
                    await stored.wait()
                    stored.clear()
                    self.refresh()
                beside.cancel()
                await asyncio.gather(beside, return_exceptions=True)

        self.runner.run(served())

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        self.runner.run(work)
        with warnings.catch_warnings():  # the library does not close what it tries again, or was refused
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def refresh(self) -> None:
        assert self.service is not None
        beacon = self.service.beacon
        beacon.stored.reader.run_now(beacon.office.directory.refresh)

    def added(self) -> dict[str, Role]:
        assert self.service is not None
        return {m.name: next(iter(m.roles)) for m in self.service.beacon.office.directory.roster if m.source}

    def who(self, number: int) -> str:
        assert self.service is not None
        found = self.service.beacon.office.directory.who(Identity("teams", TENANT, object_id(number)))
        return found.name if found else ""


@pytest.fixture
def directory() -> FakeGraph:
    staff = [user(1, mail="Ann@hillside.example"), *(user(n) for n in (2, 3))]
    return FakeGraph({STAFF: staff, PUPILS: [user(n) for n in range(11, 16)]})


@pytest.fixture
def hill(tmp_path: Path, directory: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hill]:
    monkeypatch.setenv(VARIABLE, "abc~DEF.0123456789-secret-value")
    entra = FakeEntra()
    with serve(lambda _: directory.app()) as graph, serve(lambda _: FakeTeams().app()) as teams:
        read = config.read_config

        def elsewhere(*given: Any) -> TeamsConfig:
            return replace(read(*given), graph=f"{graph}/v1.0", keys=f"{teams}/openid", service=f"{teams}/")

        monkeypatch.setattr(config, "read_config", elsewhere)
        monkeypatch.setattr(app, "Tokens", partial(Tokens, http_client=entra))
        made = Hill(hillside(tmp_path / "hillside"), directory, entra)
        made.settings(ON + GROUPS)
        yield made
        made.end()
        made.runner.close()


EVERYBODY = {**{f"Person {n}": Role.STAFF for n in (2, 3)}, **{f"Person {n}": Role.PUPIL for n in range(11, 16)}}


def test_a_served_school_learns_who_is_there_by_itself(hill: Hill) -> None:
    hill.begin()
    hill.serve()
    assert hill.added() == EVERYBODY
    assert (hill.who(1), hill.who(2), hill.who(11)) == ("Mrs Ann Hill", "Person 2", "Person 11")


def test_what_cannot_be_read_any_more_of_an_earlier_run_stops_nothing(
    hill: Hill, caplog: pytest.LogCaptureFixture
) -> None:
    """It would end all that goes on beside Teams, and with it the connection by which everybody is alerted."""
    hill.begin()
    assert hill.service is not None
    writer = hill.service.beacon.stored.writer
    writer.run_now(lambda tx: references.put(tx, "teams", "card", "x", b"{}", FRIDAY))
    writer.run_now(lambda tx: tx.execute("update reference set sealed = x'00'"))
    hill.serve()
    assert hill.added() == EVERYBODY
    assert "something beside Teams failed and is tried again: " in caplog.text


def test_it_is_asked_again_when_it_is_time_and_not_before(hill: Hill) -> None:
    hill.begin()
    hill.look()
    asked = len(hill.directory.asked)
    hill.look()
    assert len(hill.directory.asked) == asked
    hill.directory.groups[PUPILS].append(user(16))
    hill.clock.forward(timedelta(hours=6))
    hill.look()
    assert hill.who(16) == "Person 16"


def test_what_is_known_outlives_a_restart_and_a_new_list(hill: Hill) -> None:
    """Nobody who is found by their address is unreachable meanwhile, though the people file knows no account."""
    hill.begin()
    hill.look()
    asked = len(hill.directory.asked)
    hill.end()
    hill.begin()
    assert (hill.added(), hill.who(1)) == (EVERYBODY, "Mrs Ann Hill")
    with (hill.folder / PEOPLE).open("a", encoding="utf-8") as file:
        file.write("also,Mrs Al So,staff,,,,person2@larkfield.example\n")
    assert hill.service is not None
    hill.service.people.bring_in(hill.service.people._read())
    assert (hill.who(1), hill.who(2)) == ("Mrs Ann Hill", "Mrs Al So")
    assert hill.added() == {name: role for name, role in EVERYBODY.items() if name != "Person 2"}
    assert len(hill.directory.asked) == asked


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(429, {"Retry-After": "7200"})], "429"),
        ([(403, {})], "grant the permission"),
        (["half"], "half an answer"),
        (["html"], "no answer of Graph"),
        ([(404, {})], "no such group"),
        (["hang"], "does not answer"),
        ([(401, {})], "revoked"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
@pytest.mark.parametrize("after", [0, 3])
def test_what_fails_takes_nothing_away_and_is_said(
    hill: Hill, caplog: pytest.LogCaptureFixture, answers: list[object], said: str, after: int
) -> None:
    hill.begin()
    hill.look()
    hill.directory.groups = {STAFF: [user(2), user(3), user(4)], PUPILS: [user(11)]}
    hill.directory.after, hill.directory.answers = after, [*answers]  # type: ignore[list-item]
    if after == 3:
        hill.directory.groups[PUPILS] = [user(n) for n in range(11, 15)]
    hill.teams.graph._patience = timedelta(seconds=1)
    hill.clock.forward(timedelta(hours=6))
    hill.look()
    assert hill.added() == EVERYBODY
    assert said in hill.teams.trouble()
    assert said in caplog.text
    assert "must not be logged" not in caplog.text
    later = hill.teams.matching._next
    assert later is not None
    assert later - hill.clock.now() == timedelta(minutes=60 if "429" in said else 15)
    hill.clock.forward(later - hill.clock.now())
    hill.look()
    assert hill.teams.trouble() == ""
    assert "Person 4" in hill.added()


def test_a_secret_that_runs_out_between_two_pages_takes_nothing_away(hill: Hill) -> None:
    hill.begin()
    hill.look()
    hill.directory.groups = {STAFF: [user(2), user(3), user(4)], PUPILS: []}
    hill.entra.lives = 1  # from here each page wants a new token
    hill.teams.tokens._app = None
    hill.entra.answers = [
        Reply(200, {"token_type": "Bearer", "expires_in": 1, "access_token": "first"}),
        Reply(401, {"error": "invalid_client", "error_description": "AADSTS7000222: secret of the app has expired"}),
    ]
    hill.clock.forward(timedelta(hours=6))
    hill.look()
    assert hill.added() == EVERYBODY
    assert "invalid_client" in hill.teams.trouble()
    assert "AADSTS" not in hill.teams.trouble()


def test_without_the_extra_it_is_said_and_the_school_is_served(
    hill: Hill, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "msgraph.graph_service_client", None)
    hill.begin()
    hill.look()
    assert "install Beacon with its extra 'graph'" in hill.teams.trouble()
    assert [r.levelno for r in caplog.records if "extra 'graph'" in r.message] == [logging.ERROR]
    assert hill.added() == {}


def test_an_emptied_group_empties_nothing_before_somebody_has_looked(hill: Hill) -> None:
    hill.directory.groups[PUPILS] = [user(n) for n in range(11, 21)]
    hill.begin()
    hill.look()
    hill.directory.groups[PUPILS] = []
    hill.clock.forward(timedelta(hours=6))
    hill.look()
    assert "10 people would leave the list" in hill.teams.trouble()
    assert hill.who(11) == "Person 11"
    hill.end()
    hill.begin()
    assert hill.who(11) == "Person 11", "a new start is nobody's word"
    assert "10 people would leave" in hill.teams.trouble()


def test_an_administrator_looks_and_gives_their_word(hill: Hill) -> None:
    hill.directory.groups[PUPILS] = [user(n) for n in range(11, 21)]
    hill.begin()
    hill.look()

    def leavers(*more: str) -> str:
        done = CliRunner().invoke(command, [str(hill.folder), *more])
        assert done.exit_code == 0, done.output
        return done.output

    assert leavers() == "nobody waits to leave the list\n"
    hill.directory.groups[PUPILS] = []
    hill.clock.forward(timedelta(hours=6))
    hill.look()
    said = leavers()
    assert "Person 11 (pupil)" in said
    assert "10 would leave or change sides" in said
    assert hill.who(11) == "Person 11", "to look changes nothing"
    assert "10 left the list" in leavers("--yes")
    hill.refresh()
    assert hill.added() == {"Person 2": Role.STAFF, "Person 3": Role.STAFF}
    hill.clock.forward(timedelta(hours=6))
    hill.look()
    assert hill.teams.trouble() == ""


@pytest.mark.parametrize("table", [ON, "on = false"])
def test_groups_that_are_no_longer_used_take_whom_they_added_with_them(hill: Hill, table: str) -> None:
    hill.directory.groups[PUPILS] = [user(n) for n in range(11, 31)]
    hill.begin()
    hill.look()
    hill.end()
    hill.settings(table)
    hill.begin()
    assert hill.added() == {}
    assert hill.who(11) == ""


def test_school_data_and_groups_are_read_together(hill: Hill, caplog: pytest.LogCaptureFixture) -> None:
    hill.settings(f"{ON}\nschool_data = true\n{GROUPS}")
    roles = {2: "student", 3: "teacher", 21: "student"}
    hill.directory.roll = [user(number, primaryRole=role) for number, role in roles.items()]
    hill.begin()
    with caplog.at_level(logging.INFO):
        hill.look()
    expected = {name: role for name, role in EVERYBODY.items() if name != "Person 2"}
    assert hill.added() == {**expected, "Person 21": Role.PUPIL}, "who is said to be both counts as neither"
    assert "1 accounts are staff's and pupils' at once" in caplog.text
    assert "Person" not in caplog.text, "no name is logged"


def test_who_talks_to_beacon_is_asked_about(hill: Hill) -> None:
    hill.begin()
    assert hill.service is not None
    stored = hill.service.beacon.stored
    for number in (2, 41, 42):
        key = object_id(number)
        stored.writer.run_now(lambda tx, key=key: references.put(tx, "teams", "chat", key, b"{}", FRIDAY))  # type: ignore[misc]
    hill.directory.people = {object_id(41): user(41, userType="Guest")}
    hill.look()
    told = stored.reader.run_now(
        lambda tx: {n: joining.known(tx, joining.Source("teams", TENANT), object_id(n)) for n in (2, 41, 42, 43)}
    )
    assert {n: (k.guest, k.enabled) for n, k in told.items() if k} == {
        2: (False, True),
        41: (True, True),
        42: (False, False),
    }


def test_a_served_school_writes_mail_where_it_has_a_mailbox(hill: Hill) -> None:
    """With the token of the same msal, once, also when the program ends in between."""
    hill.settings(f'{ON}\nmail = "beacon@hillside.example"')
    people = (hill.folder / PEOPLE).read_text("utf-8").replace("dsl staff,,,U2,", "dsl staff,,,U2,bo@hillside.example")
    (hill.folder / PEOPLE).write_text(people, "utf-8")

    async def deliver() -> None:
        assert hill.service is not None
        await hill.service.beacon.delivery.once()
        await hill.teams.graph.close()

    hill.begin()
    assert hill.service is not None
    office, at = hill.service.beacon.office, hill.clock.now()
    hill.service.beacon.stored.writer.run_now(lambda tx: mailing.stopped(tx, office, "Slack", at))
    hill.directory.answers = [(503, {})]
    hill.run(deliver())
    assert hill.directory.mails == []
    hill.end()
    hill.begin()
    hill.clock.forward(timedelta(minutes=6))
    for _ in range(2):
        hill.run(deliver())
    ((to, subject, _),) = hill.directory.written()
    assert (to, subject) == ("bo@hillside.example", "Beacon cannot reach Slack")
    assert {told["scope"] for told in hill.entra.asked} == {GRAPH}
    hill.end()
    hill.settings(ON)
    hill.begin()
    assert hill.service is not None
    assert list(hill.service.beacon.surfaces) == ["teams"]


def test_nothing_is_asked_where_nothing_is_wanted(hill: Hill, monkeypatch: pytest.MonkeyPatch) -> None:
    hill.settings(ON)
    asked: Callable[..., None] = lambda *_: pytest.fail("asked")  # noqa: E731
    monkeypatch.setattr(Graph, "_ready", asked)
    hill.begin()
    hill.look()
    assert (hill.directory.asked, hill.teams.matching._next) == ([], None)
