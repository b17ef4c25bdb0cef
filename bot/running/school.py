"""A real school's service, from its own folder: which platforms it has, and how they start. Knows no made-up person."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.clock import Clock, SystemClock
from bot.library import wording
from bot.reading import Mistakes
from bot.running.people_import import PeopleFile
from bot.running.serving import Beside, application, listen, run
from bot.school.folder import SETTINGS, Held, read_folder
from bot.service.rulebook import Rulebook
from bot.service.surface import Surface
from bot.storage.database import Unusable
from bot.storage.reader import Reader
from bot.storage.tx import Tx
from bot.wiring import STORE, Beacon, Round, Stored, open_keys, open_store


@dataclass(frozen=True, slots=True)
class Face:
    """One platform on which a school can be spoken to.

    `name` is its column in the people file, and `tenant` whose accounts count there. `surface` is where the core
    delivers; without one it delivers nothing. `routes` are the addresses under which the platform is answered.
    `beside` runs for as long as the school is served, and `trouble` says what stands in the way, or "". `people` does
    what the platform's own directory has to say after the people file was brought in, in the same transaction. `mail`
    is where those are written to who cannot be reached on any platform, if it can.
    """

    name: str
    tenant: str
    surface: Surface | None
    routes: Callable[[Beacon], tuple[BaseRoute, ...]]
    beside: Beside | None = None
    trouble: Callable[[], str] = str
    people: Callable[[Tx], object] | None = None
    mail: Surface | None = None


def faces(folder: Path, book: Rulebook, stored: Stored, clock: Clock) -> tuple[Face, ...]:
    """Give the platforms that a school has switched on. Slack and Teams are added here. Raises Mistakes."""
    found: list[Face] = []
    if book.school.slack.on:  # before the page, which answers every address
        found.append(_slack(folder, book, stored, clock))
    if book.school.teams.on:
        found.append(_teams(folder, book, stored, clock))
    if book.school.web.on:
        found.append(Face("web", book.school.id, None, lambda beacon: (_no_sign_in(beacon),)))
    return tuple(found)


def _slack(folder: Path, book: Rulebook, stored: Stored, clock: Clock) -> Face:
    from adapters.slack.app import SlackApp  # noqa: PLC0415 - who has no Slack need not wait for it, or find room
    from adapters.slack.config import SlackConfig, read_config  # noqa: PLC0415

    def read() -> SlackConfig:
        return read_config(book.school.slack, folder)

    config = read()
    app = SlackApp(config, book.school, stored.writer, stored.reader, clock, wording("slack"), reread=read)
    follow = app.groups.follow
    return Face("slack", config.team, app.surface, lambda b: app.routes(b.desk), app, app.trouble, follow)


def _teams(folder: Path, book: Rulebook, stored: Stored, clock: Clock) -> Face:
    from adapters.teams.app import TeamsApp  # noqa: PLC0415 - as for Slack
    from adapters.teams.config import read_config  # noqa: PLC0415

    config = read_config(book.school.teams, folder)
    app = TeamsApp(config, book.school, stored.writer, stored.reader, clock, wording("teams"))
    page = _once(book)

    def routes(beacon: Beacon) -> tuple[BaseRoute, ...]:
        return app.routes(beacon.desk, beacon.links if page else None, page)

    people, mail = app.matching.follow, app.mailing
    return Face("teams", config.tenant, app.surface, routes, app, app.trouble, people, mail)


def _once(book: Rulebook) -> str:
    """Give how the addresses begin under which a case can be read once, or "" where the school has no page."""
    from adapters.web.once import PATH  # noqa: PLC0415

    return f"{book.school.web.address}{PATH}" if book.school.web.address else ""


def _no_sign_in(beacon: Beacon) -> Mount:
    """Give the page as it is until there is a sign-in: nobody may pick who they are in a real school."""
    from adapters.web.closed import closed  # noqa: PLC0415
    from adapters.web.config import LOOPBACK  # noqa: PLC0415

    school = beacon.office.book.school
    return Mount("/", closed(wording("web"), school.name, (*LOOPBACK, *school.web.names), beacon.links))


@dataclass(frozen=True, slots=True)
class Service:
    """A school that was begun: its parts, its application, and its people file."""

    beacon: Beacon
    app: Starlette
    people: PeopleFile
    faces: tuple[Face, ...]


def begin(folder: Path, clock: Clock) -> Service:
    """Open a school's folder and bring its people in.

    Raises:
        Mistakes: everything that is missing or wrong in the folder.
        Unusable: the store or its keys cannot be used.
    """
    held = read_folder(folder, clock.now())
    _same_school(folder, held)
    stored = open_store(folder, held.book.school.id)
    with contextlib.ExitStack() as undo:
        undo.callback(stored.close)
        on = faces(folder, held.book, stored, clock)
        surfaces = {face.name: face.surface for face in on if face.surface}
        mail = next((face.mail for face in on if face.mail), None)
        beacon = Beacon(stored, held.book, clock, surfaces | ({mail.name: mail} if mail else {}))
        people = PeopleFile(folder, beacon, clock, _tenants(on), [face.people for face in on if face.people])
        people.bring_in(held.people)
        troubles = {face.name: face.trouble for face in on}
        app = application(beacon, [route for face in on for route in face.routes(beacon)], troubles)
        undo.pop_all()
    return Service(beacon, app, people, on)


def _tenants(on: tuple[Face, ...]) -> Mapping[str, str]:
    return {face.name: face.tenant for face in on}


def _same_school(folder: Path, held: Held) -> None:
    """Refuse a folder whose settings were given another id: the open cases of the old one would be forgotten."""
    path, school = folder / STORE, held.book.school.id
    if not path.exists():
        return
    with contextlib.suppress(Unusable):  # one that was never begun; of any other, `open_store` says what is wrong
        reader = Reader(path, open_keys(folder), school)
        try:
            if other := reader.run_now(_other_school):
                raise Mistakes(f"{SETTINGS}: the store here is that of 'id = \"{other}\"': put that id back")
        finally:
            reader.close()


def _other_school(tx: Tx) -> str:
    row = tx.execute("select school from school where school <> ?", (tx.school,)).fetchone()
    return row[0] if row else ""


def serve(folder: Path, host: str, port: int, ready: Callable[[Service], None], clock: Clock | None = None) -> None:
    """Serve a school from its folder until it is stopped. `ready` is called once it answers. Raises as `begin` does."""
    clock = clock or SystemClock()
    with listen(host, port) as listening:
        service = begin(folder, clock)
        watching = Round("people", clock, service.people.look)
        beside = [face.beside for face in service.faces if face.beside]
        run(service.beacon, service.app, listening, lambda: ready(service), watching, *beside)
