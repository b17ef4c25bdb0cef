"""Nothing a person said, and nobody's name, can be read in the files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from msgspec import structs

from bot.cases.model import Case
from bot.flow.talk import State
from bot.inbound import Identity
from bot.people import Member, Role
from bot.storage import audit, cases, inbox, members, outbox, posts, talks
from bot.storage.talks import Talk
from bot.storage.tx import Tx
from bot.storage.writer import Writer

from .conftest import AT, Run

NAMES = ["Amara-Okafor", "canary-phone", "canary-room", "canary-external", "canary-tenant"]
WORDS = ["canary-answer", "canary-revision", "canary-note", "canary-notice", "canary-post", "canary-editing"]
PEOPLE = ["canary-reporter", "canary-told", "canary-place", "canary-event", "canary-actor", "canary-provider-ref"]


def everything(a_case: Callable[..., Case]) -> Callable[[Tx], None]:
    def job(tx: Tx) -> None:
        members.put(tx, [Member("m1", NAMES[0], frozenset({Role.DSL}), phone=NAMES[1], place=NAMES[2])])
        members.link(tx, Identity("slack", NAMES[4], NAMES[3]), "m1")
        state = State("t1", "d1", answers={"what": WORDS[0]}, editing=WORDS[5])
        talk = Talk("t1", PEOPLE[0], "worry", "", "case1", AT, state)
        talks.insert(tx, talk)
        inbox.note(tx, "slack", PEOPLE[3], AT, "t1")
        cases.insert(tx, a_case(1, reporter=PEOPLE[0], told=frozenset({PEOPLE[1]})), adult=False)
        cases.revise(tx, "case1", AT, "sent", {"what": WORDS[1]})
        cases.act(tx, "case1", AT, "decided", PEOPLE[4], {"why": WORDS[2]})
        audit.append(tx, AT, "decided", "case1", PEOPLE[4])
        outbox.want(tx, f"dm:{PEOPLE[2]}", "notice", "case1", 1, AT, WORDS[3].encode())
        (item,) = outbox.claim(tx, AT, AT - AT, 9)
        outbox.want(tx, f"dm:{PEOPLE[2]}", "notice", "case1", 2, AT, WORDS[3].encode())
        outbox.sent(tx, item, 1, PEOPLE[5], AT)
        posts.show(tx, f"web:{PEOPLE[2]}", PEOPLE[3], 1, WORDS[4].encode(), AT)
        talks.save(tx, replace(talk, state=structs.replace(state, turn=1)), AT)

    return job


def found(folder: Path) -> set[str]:
    held = b"".join(file.read_bytes() for file in folder.glob("beacon.db*"))
    return {canary for canary in [*NAMES, *WORDS, *PEOPLE] if canary.encode() in held}


def test_no_canary_is_in_any_file(writer: Writer, run: Run, path: Path, a_case: Callable[..., Case]) -> None:
    run(everything(a_case))
    assert {file.name for file in path.parent.glob("beacon.db*")} == {"beacon.db", "beacon.db-wal", "beacon.db-shm"}
    assert b"case1" in path.with_name("beacon.db-wal").read_bytes(), "the search would find what is not sealed"
    assert found(path.parent) == set()
    writer.close()
    assert b"case1" in path.read_bytes()
    assert found(path.parent) == set()
