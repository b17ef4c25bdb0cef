"""The made-up school on a local page. Anybody may be anybody, so it answers only to this machine."""

import secrets
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount

from adapters.web.app import WebConfig, WebSurface, build
from bot.clock import Clock, SystemClock
from bot.files import contents, shipped, write_once
from bot.inbound import Identity
from bot.inspection.school import problems
from bot.library import rulebook, shipped_school, wording
from bot.people import Member
from bot.policy.read import read
from bot.reading import Mistakes
from bot.running.serving import application, listen, run
from bot.school.folder import SETTINGS
from bot.storage import members, policies
from bot.storage.tx import Tx
from bot.storage.writer import Writer
from bot.wiring import Beacon, open_store

_SIGNING = "page-secret"  # a file; it signs the page's cookie, so that a restart keeps the visitor
_POLICIES = {"example": "online-safety.md"}  # of our own writing; the real schools' texts are theirs
_SECRET = 32  # bytes of it


def begin(folder: Path, school: str, clock: Clock | None = None) -> Beacon:
    """Open the made-up school that is kept in `folder`, putting its people there.

    Raises:
        Mistakes: the folder is a real school's, or what is shipped is wrong.
        Unusable: the store cannot be opened.
    """
    for place in (folder, Path.cwd()):
        if (place / SETTINGS).exists():
            raise Mistakes(f"{place / SETTINGS} is a real school's settings: start the demo in another folder")
    clock = clock or SystemClock()
    rules, people = shipped_school(school)
    book = rulebook(rules)
    stored = open_store(folder, rules.id)
    stored.writer.run_now(lambda tx: _settle_in(tx, people))
    if school in _POLICIES:
        _give_policy(stored.writer, _POLICIES[school], clock)
    web = WebSurface(stored.writer, stored.reader, rules, clock, lambda: beacon.desk.roster)
    beacon = Beacon(stored, book, clock, {web.name: web})
    if wrong := problems(book, beacon.office.directory.roster, clock.now()):
        stored.close()
        raise Mistakes(*wrong)
    return beacon


def _settle_in(tx: Tx, people: tuple[Member, ...]) -> None:
    """Put the shipped people on the list, each reachable on the page, and take off who is no longer shipped."""
    shipped_ids = {member.id for member in people}
    members.leave(tx, [m.id for m in members.roster(tx) if m.id not in shipped_ids])
    members.put(tx, people)
    for member in people:
        members.link(tx, Identity("web", tx.school, member.id), member.id)


def _give_policy(writer: Writer, file: str, clock: Clock) -> None:
    """Put the model policy in force, unless this school has had one of that name: it may have been tried out on it."""
    path = shipped("content") / "policies" / file
    document = read(path.name, contents(path))

    def give(tx: Tx) -> None:
        if not policies.versions(tx, path.stem):
            policies.add(tx, path.stem, document, path.name, clock.now())

    writer.run_now(give)


def page(beacon: Beacon, folder: Path, port: int) -> Starlette:
    """Give the demo's page for a school that was begun. Raises Mistakes for a secret that is none."""
    config = WebConfig(_secret(folder / _SIGNING), demo=True, port=port)
    surface = beacon.surfaces["web"]
    assert isinstance(surface, WebSurface)  # noqa: S101 - `begin` put it there
    return application(beacon, [Mount("/", build(beacon.desk, surface, wording("web"), config, beacon.clock))])


def _secret(path: Path) -> bytes:
    if not path.exists():
        write_once(path, secrets.token_bytes(_SECRET))
    secret = contents(path)
    if len(secret) < _SECRET:
        raise Mistakes(f"{path} is too short for a secret: delete it, and the next start makes a new one")
    return secret


def serve(folder: Path, school: str, port: int, ready: Callable[[], None]) -> None:
    """Serve the demo on this machine's loopback until it is stopped. `ready` is called once it answers.

    Raises Mistakes, Unusable.
    """
    with listen("127.0.0.1", port) as listening:
        beacon = begin(folder, school)
        try:
            app = page(beacon, folder, port)
        except Mistakes:
            beacon.stored.close()
            raise
        run(beacon, app, listening, ready)
