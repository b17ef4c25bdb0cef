"""The example school with many more people in it, and somebody who fills in a report. Knows no way of dying."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.clock import SystemClock
from bot.files import shipped
from bot.inbound import Identity, Inbound, Press
from bot.library import rulebook
from bot.people import Member, Role
from bot.prompt import Choose, Day, Notice, Prompt, Reply, Token, Verb
from bot.school.people_file import read_people
from bot.school.settings_file import read_school
from bot.service.surface import Surface
from bot.storage import members
from bot.storage.tx import Tx
from bot.wiring import Beacon, open_store

_SCHOOLS = shipped("content") / "schools"
Words = Callable[[Prompt], str]


def begin(folder: Path, surface: Surface, *, staff: int, pupils: int, flows: Path | None = None) -> Beacon:
    """Open the example school in `folder` with so many more people, all of them reached on one surface.

    `flows` is a folder of flow files to use instead of those that are shipped.
    """
    school = read_school(_SCHOOLS / "example.toml")
    book = rulebook(school, flows)
    channels = {key: replace(channel, surface=surface.name) for key, channel in school.channels.items()}
    switched_on = tuple(book.flows) if flows else school.flows
    book = replace(book, school=replace(school, channels=channels, flows=switched_on))
    people = [
        *read_people(_SCHOOLS / "example.people.csv"),
        *(Member(staff_id(n), f"Ms Ada Teacher{n:03}", frozenset({Role.STAFF})) for n in range(staff)),
        *(Member(pupil_id(n), f"Bo Pupil{n:03}", frozenset({Role.PUPIL}), "Willow") for n in range(pupils)),
    ]
    stored = open_store(folder, school.id)

    def settle(tx: Tx) -> None:
        members.put(tx, people)
        for member in people:
            members.link(tx, Identity(surface.name, school.id, member.id), member.id)

    stored.writer.run_now(settle)
    return Beacon(stored, book, SystemClock(), {surface.name: surface})


def staff_id(n: int) -> str:
    """Name the nth of the many staff."""
    return f"staff{n:03}"


def pupil_id(n: int) -> str:
    """Name the nth of the many pupils."""
    return f"pupil{n:03}"


def pressed(surface: str, person: str, event: str, token: Token, values: tuple[str, ...] = ()) -> Inbound:
    """Give the event of somebody pressing a button."""
    return Inbound(Identity(surface, "larkfield", person), event, Press(token, values))


def start(flow: str) -> Token:
    """Give the token that starts a flow."""
    return Token(Verb.START, flow)


def answer(prompt: Prompt, choices: Mapping[str, str], words: Words) -> tuple[Token, tuple[str, ...]]:
    """Give what somebody presses on a screen, and with what values.

    `choices` are answers by question (as it is asked); other questions that can be skipped are, and those with options
    get the second (often "no"). `words` writes whatever is to be written.
    """
    skip = next((b for b in prompt.buttons if b.token.verb is Verb.SKIP), None)
    assert prompt.submit is not None, prompt
    token = prompt.submit.token
    if prompt.field is None:
        return token, ()
    if chosen := choices.get(prompt.ask):
        return token, (words(prompt) if chosen == "words" else chosen,)
    if skip:
        return skip.token, ()
    match prompt.field:
        case Choose(options=options):
            return token, (options[1].value,)
        case Day(latest=date() as latest):
            return token, (latest.isoformat(),)
        case _:
            return token, (words(prompt),)


def ended(reply: Reply) -> bool:
    """Say whether a report has come to its end."""
    return isinstance(reply, Notice)
