"""Policies in the store: versions, what is in force, and that an older store is upgraded."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.policy.model import Document
from bot.policy.read import digest, read
from bot.storage import audit, policies
from bot.storage.database import APPLICATION, open_writer
from bot.storage.schema import migrations
from bot.storage.tx import Conflict
from bot.storage.vault import Vault
from bot.storage.writer import Writer

from . import samples

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATER = AT + timedelta(days=300)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    writer = Writer(tmp_path / "beacon.db", Vault.create(tmp_path / "keys.json"), "hill")
    yield writer
    writer.close()


def phones() -> Document:
    return read("phones.md", samples.markdown())


def newer() -> Document:
    document = phones()
    passages = document.passages[:-1]
    return replace(document, passages=passages, digest=digest(passages), dated="2027/28", review_due=None)


def test_what_is_added_comes_back_as_it_was_and_is_in_force(writer: Writer) -> None:
    kept = writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "phones.md", AT))
    assert (kept.name, kept.version, kept.title, kept.dated) == ("phones", 1, samples.TITLE, "2026/27")
    assert (kept.review_due, kept.file, kept.added_at, kept.retired_at) == (date(2027, 4, 30), "phones.md", AT, None)
    assert writer.run_now(policies.current) == (phones(),)
    assert writer.run_now(lambda tx: policies.in_force(tx, "phones")) == kept


def test_a_newer_version_takes_the_place_of_the_older_which_is_kept(writer: Writer) -> None:
    writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "phones.md", AT))
    kept = writer.run_now(lambda tx: policies.add(tx, "phones", newer(), "phones.pdf", LATER))
    assert kept.version == 2
    assert writer.run_now(policies.current) == (newer(),)
    old, new = writer.run_now(lambda tx: policies.versions(tx, "phones"))
    assert (old.version, old.retired_at, new.retired_at) == (1, LATER, None)
    assert writer.run_now(lambda tx: policies.document(tx, old)) == phones()


def test_a_retired_policy_is_out_of_answers_and_can_come_back(writer: Writer) -> None:
    writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "phones.md", AT))
    writer.run_now(lambda tx: policies.retire(tx, "phones", LATER))
    assert writer.run_now(policies.current) == ()
    assert len(writer.run_now(policies.listed)) == 1
    with pytest.raises(Conflict, match="is not in force"):
        writer.run_now(lambda tx: policies.retire(tx, "phones", LATER))
    assert writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "phones.md", LATER)).version == 2
    assert writer.run_now(policies.current) == (phones(),)


def test_the_same_text_is_not_kept_twice_unless_its_dates_changed(writer: Writer) -> None:
    writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "phones.md", AT))
    with pytest.raises(Conflict, match="version 1 is this very text"):
        writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "phones.pdf", LATER))
    assert len(writer.run_now(policies.listed)) == 1
    later = replace(phones(), review_due=date(2028, 4, 30))
    assert writer.run_now(lambda tx: policies.add(tx, "phones", later, "phones.md", LATER)).version == 2


def test_the_number_of_the_version_grows_with_every_change_and_only_then(writer: Writer) -> None:
    seen = [writer.run_now(policies.version)]
    for change in (
        lambda tx: policies.add(tx, "phones", phones(), "a", AT),
        lambda tx: policies.add(tx, "phones", newer(), "a", AT),
        lambda tx: policies.add(tx, "trips", phones(), "a", AT),
        lambda tx: policies.retire(tx, "trips", AT),
        lambda tx: policies.add(tx, "trips", phones(), "a", AT),
    ):
        writer.run_now(change)
        seen.append(writer.run_now(policies.version))
    assert seen == sorted(set(seen))
    writer.run_now(policies.current)
    assert writer.run_now(policies.version) == seen[-1]


def test_policies_are_given_by_name_and_of_one_school_only(writer: Writer, tmp_path: Path) -> None:
    writer.run_now(lambda tx: policies.add(tx, "trips", newer(), "a", AT))
    writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "a", AT))
    assert writer.run_now(policies.current) == (phones(), newer())
    other = Writer(tmp_path / "beacon.db", Vault.load(tmp_path / "keys.json"), "vale")
    assert other.run_now(policies.listed) == []
    assert other.run_now(policies.version) == 0
    other.run_now(lambda tx: policies.add(tx, "phones", newer(), "a", AT))
    assert other.run_now(policies.current) == (newer(),)
    other.close()
    assert writer.run_now(policies.current) == (phones(), newer())


def test_what_was_done_is_on_the_record(writer: Writer) -> None:
    writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "a", AT))
    writer.run_now(lambda tx: policies.retire(tx, "phones", AT))
    rows = writer.run_now(lambda tx: tx.execute("select kind, subject, detail from audit order by seq").fetchall())
    assert rows[-2:] == [
        ("policy_added", "phones 1", bytes.fromhex(phones().digest)),
        ("policy_retired", "phones 1", b""),
    ]
    assert writer.run_now(audit.verify) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update passage set text = 'x'",
        "delete from passage",
        "delete from policy",
        "update policy set retired_at = null",
    ],
)
def test_what_was_kept_stays_as_it_was(writer: Writer, statement: str) -> None:
    for document in (phones(), newer()):
        writer.run_now(lambda tx, d=document: policies.add(tx, "phones", d, "a", AT))  # type: ignore[misc]
    with pytest.raises(sqlite3.IntegrityError):
        writer.run_now(lambda tx: tx.execute(statement))


def test_an_older_store_is_upgraded_and_keeps_what_it_held(tmp_path: Path) -> None:
    path = tmp_path / "beacon.db"
    db = open_writer(path)
    db.close()
    path.unlink()
    conn = sqlite3.connect(path)
    old = Database(conn)
    migrations.apply(old, stop_before="0002_policies")
    conn.execute("insert into flow_version values ('hill', 'd1', 'worry', x'00')")
    conn.execute(f"pragma application_id = {APPLICATION}")
    conn.execute("pragma user_version = 1")
    conn.commit()
    conn.close()
    vault = Vault.create(tmp_path / "keys.json")
    writer = Writer(path, vault, "hill")
    writer.run_now(lambda tx: policies.add(tx, "phones", phones(), "a", AT))
    assert writer.run_now(lambda tx: tx.execute("select flow from flow_version").fetchall()) == [("worry",)]
    writer.close()
