"""The web adapter on a real server with a real store; the desk behind it gives canned replies."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from adapters.web.app import WebConfig, WebSurface, build
from bot.clock import ManualClock
from bot.files import shipped
from bot.inbound import Press
from bot.people import Roster
from bot.prompt import Notice
from bot.school.people_file import read_people
from bot.school.settings_file import read_school
from bot.settings import School
from bot.storage.reader import Reader
from bot.storage.vault import Vault
from bot.storage.writer import Writer
from bot.words import Words
from tests.web.page import Form, Page
from tests.web.served import Slot
from tests.web.standin import CannedDesk

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def words() -> Words:
    return Words.load(shipped("content") / "en" / "web.toml")


@pytest.fixture(scope="session")
def school() -> School:
    return read_school(shipped("content") / "schools" / "example.toml")


@pytest.fixture(scope="session")
def roster() -> Roster:
    return Roster(read_people(shipped("content") / "schools" / "example.people.csv"))


@pytest.fixture
def desk(school: School, roster: Roster) -> CannedDesk:
    return CannedDesk(school, roster)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(AT)


@pytest.fixture
def surface(tmp_path: Path, school: School, desk: CannedDesk, clock: ManualClock) -> Iterator[WebSurface]:
    vault = Vault.create(tmp_path / "school.keys")
    writer = Writer(tmp_path / "beacon.db", vault, school.id)
    reader = Reader(tmp_path / "beacon.db", vault, school.id)
    yield WebSurface(writer, reader, school, clock, lambda: desk.roster)
    reader.close()
    writer.close()


@dataclass
class Visitor:
    """Somebody at a browser without JavaScript."""

    http: httpx.Client

    def be(self, member: str) -> None:
        page = self.look("/people")
        answer = self.send("/people", [*page.form.fields, ("person", member)])
        assert answer.headers["location"] == "/"

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def look(self, path: str) -> Page:
        answer = self.http.get(path)
        assert answer.status_code == 200
        return Page(answer.text)

    def send(self, path: str, fields: list[tuple[str, str]], **headers: str) -> httpx.Response:
        body = urlencode(fields)
        given = {"content-type": "application/x-www-form-urlencoded", **headers}
        return self.http.post(path, content=body, headers=given)

    def press(self, page: Page, token: str, *values: tuple[str, str]) -> httpx.Response:
        form = next(form for form in page.forms if token in form.buttons)
        return self.send("/act", [*hidden(page, form), *values, ("token", token)])


def hidden(page: Page, form: Form | None = None) -> list[tuple[str, str]]:
    return [(name, value) for name, value in (form or page.form).fields if name in ("csrf", "event", "page")]


def values_of(desk: CannedDesk) -> tuple[str, ...]:
    """What the last press handed to the desk."""
    act = desk.received[-1].act
    assert isinstance(act, Press)
    return act.values


def deliver(surface: WebSurface, place: str, key: str, rev: int, item: Notice) -> str:
    return asyncio.run(surface.deliver(place, key, rev, item, ""))


@pytest.fixture
def address(slot: Slot, desk: CannedDesk, surface: WebSurface, words: Words, clock: ManualClock) -> str:
    slot.app = build(desk, surface, words, WebConfig(b"s" * 32, True, slot.port), clock)
    return slot.address


@pytest.fixture
def nobody(address: str) -> Iterator[Visitor]:
    with httpx.Client(base_url=address) as http:
        yield Visitor(http)


@pytest.fixture
def teacher(nobody: Visitor) -> Visitor:
    nobody.be("oyelaran")
    return nobody


@pytest.fixture
def lead(address: str) -> Iterator[Visitor]:
    with httpx.Client(base_url=address) as http:
        visitor = Visitor(http)
        visitor.be("okafor")
        yield visitor


@pytest.fixture
def child(address: str) -> Iterator[Visitor]:
    with httpx.Client(base_url=address) as http:
        visitor = Visitor(http)
        visitor.be("p-aisha")
        yield visitor
