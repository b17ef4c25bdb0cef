"""Places: what is wanted gets there, once, and a worker that dies holds nothing up."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.storage import audit, outbox
from bot.storage.outbox import Item
from bot.storage.tx import Tx

from .conftest import AT, Run

LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


def claim(run: Run, now: int = 0, limit: int = 9) -> tuple[Item, ...]:
    return run(lambda tx: outbox.claim(tx, AT + now * SECOND, LEASE, limit))


def want(run: Run, rev: int, now: int = 0, place: str = "dm:dsl", body: bytes = b"", rank: int = 0) -> bool:
    return run(lambda tx: outbox.want(tx, place, "card", "case1", rev, AT + now * SECOND, body, rank))


def sent(run: Run, item: Item, now: int = 0, ref: str = "ts1", rev: int | None = None) -> None:
    run(lambda tx: outbox.sent(tx, item, item.rev if rev is None else rev, ref, AT + now * SECOND))


def test_what_is_wanted_is_claimed_sent_and_then_quiet(run: Run) -> None:
    assert want(run, 1, body=b"words")
    (item,) = claim(run, 1)
    assert (item.place, item.kind, item.subject, item.rev, item.ref, item.body) == (
        *("dm:dsl", "card", "case1", 1, "", b"words"),
    )
    assert (item.wanted_at, item.lease, item.attempts) == (AT, AT + SECOND + LEASE, 0)
    assert run(outbox.waiting) == 1
    sent(run, item, 2)
    assert run(outbox.waiting) == 0
    assert run(outbox.next_due) is None
    assert claim(run, 9999) == ()
    assert run(lambda tx: outbox.shown(tx, "case1")) == {"dm:dsl": AT + 2 * SECOND}


def test_an_update_carries_the_reference_of_what_is_there(run: Run) -> None:
    want(run, 1)
    sent(run, claim(run)[0], ref="ts1")
    want(run, 2, 5)
    (item,) = claim(run, 5)
    assert (item.rev, item.ref, item.wanted_at) == (2, "ts1", AT + 5 * SECOND)
    sent(run, item, 6)
    assert run(lambda tx: outbox.shown(tx, "case1")) == {"dm:dsl": AT}


def test_an_older_or_equal_revision_is_never_wanted(run: Run) -> None:
    assert want(run, 3, body=b"new")
    assert not want(run, 2, body=b"old")
    assert not want(run, 3, body=b"other")
    (item,) = claim(run)
    assert (item.rev, item.body) == (3, b"new")


def test_a_leased_place_is_nobody_elses_until_the_lease_runs_out(run: Run) -> None:
    want(run, 1)
    assert len(claim(run)) == 1
    want(run, 2, 1)  # does not break the lease: two revisions of one place at once could arrive the wrong way round
    assert claim(run, 1) == ()
    assert run(outbox.next_due) == AT + LEASE
    assert claim(run, 29) == ()
    (again,) = claim(run, 30)
    assert again.rev == 2


def test_what_was_wanted_while_sending_is_due_at_once_afterwards(run: Run) -> None:
    want(run, 1)
    (item,) = claim(run)
    want(run, 2, 1, body=b"newer")
    sent(run, item, 2)
    (more,) = claim(run, 2)
    assert (more.rev, more.ref, more.body) == (2, "ts1", b"newer")


def test_a_worker_whose_lease_ran_out_cannot_free_anothers(run: Run) -> None:
    want(run, 1)
    (slow,) = claim(run)
    want(run, 2, 5)
    (quick,) = claim(run, 31)
    sent(run, slow, 32, ref="slow")
    assert claim(run, 33) == ()
    run(lambda tx: outbox.failed(tx, slow, AT, "timeout"))
    run(lambda tx: outbox.dead(tx, slow, "Never"))
    assert claim(run, 33) == ()
    sent(run, quick, 34, ref="quick")
    assert run(outbox.waiting) == 0
    sent(run, slow, 35, ref="late")  # an older revision never takes the newer one's place
    sent(run, slow, 35, ref="late")
    assert run(outbox.waiting) == 0
    want(run, 3, 36)
    assert claim(run, 36)[0].ref == "quick"


def test_a_failure_waits_counts_and_then_is_tried_again(run: Run) -> None:
    want(run, 1)
    (item,) = claim(run)
    run(lambda tx: outbox.failed(tx, item, AT + 60 * SECOND, "rate_limited"))
    assert run(outbox.next_due) == AT + 60 * SECOND
    assert claim(run, 59) == ()
    (again,) = claim(run, 60)
    assert again.attempts == 1
    run(lambda tx: outbox.failed(tx, again, AT + 90 * SECOND, "rate_limited"))
    want(run, 2, 61)  # something new to say starts afresh
    (fresh,) = claim(run, 61)
    assert (fresh.rev, fresh.attempts) == (2, 0)


def test_a_failure_does_not_delay_what_was_wanted_meanwhile(run: Run) -> None:
    want(run, 1)
    (item,) = claim(run)
    want(run, 2, 1)
    run(lambda tx: outbox.failed(tx, item, AT + 3600 * SECOND, "timeout"))
    assert [i.rev for i in claim(run, 2)] == [2]


def test_what_is_given_up_stays_quiet_until_something_new_is_wanted(run: Run) -> None:
    want(run, 1)
    (item,) = claim(run)
    run(lambda tx: outbox.dead(tx, item, "Never"))
    assert claim(run, 9999) == ()
    assert (run(outbox.waiting), run(outbox.given_up)) == (0, 1)
    want(run, 2, 5)
    assert run(outbox.given_up) == 0
    (item,) = claim(run, 5)
    want(run, 3, 6)
    run(lambda tx: outbox.dead(tx, item, "Never"))
    assert [i.rev for i in claim(run, 7)] == [3]


def test_most_urgent_first_then_the_longest_wanted(run: Run) -> None:
    for place, now, rank in [("a", 3, 0), ("b", 2, 3), ("c", 1, 3), ("d", 0, 1)]:
        want(run, 1, now, place, rank=rank)
    want(run, 2, 5, "b", rank=3)  # what waits longest stays in front when it changes
    want(run, 2, 6, "c", rank=3)
    assert [i.place for i in claim(run, 9, limit=2)] == ["c", "b"]
    assert [i.place for i in claim(run, 9)] == ["d", "a"]


def test_only_cards_count_as_delivered(run: Run) -> None:
    run(lambda tx: outbox.want(tx, "dm:pupil1", "notice", "case1", 1, AT, b"saved"))
    sent(run, claim(run)[0])
    assert run(lambda tx: outbox.shown(tx, "case1")) == {}
    want(run, 1, 5)
    sent(run, claim(run, 5)[0], 7)
    assert run(lambda tx: outbox.shown(tx, "case1")) == {"dm:dsl": AT + 7 * SECOND}
    assert run(lambda tx: outbox.shown(tx, "case2")) == {}


def test_every_place_that_shows_a_subject_is_known(run: Run) -> None:
    for place in ("dm:head", "dm:dsl"):
        want(run, 1, place=place)
    run(lambda tx: outbox.want(tx, "dm:pupil1", "notice", "case1", 1, AT))
    run(lambda tx: outbox.want(tx, "dm:chair", "card", "case2", 1, AT))
    assert run(lambda tx: outbox.places(tx, "case1")) == ("dm:head", "dm:dsl")
    assert run(lambda tx: outbox.places(tx, "case3")) == ()


def test_a_body_goes_once_it_was_sent(run: Run) -> None:
    want(run, 1, body=b"words")
    sent(run, claim(run)[0])
    assert run(lambda tx: tx.execute("select body from outbox").fetchall()) == [(None,)]


def test_an_address_cannot_be_given_to_another_row(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    want(run, 1, place="dm:dsl")
    want(run, 1, place="dm:head")

    def swap(tx: Tx) -> None:
        tx.execute("update outbox set address = (select address from outbox where number = 1)")

    run(swap)
    assert [i.place for i in claim(run)] == ["dm:dsl"]
    assert run(lambda tx: outbox.places(tx, "case1")) == ("dm:dsl",)
    assert "outbox 2" in caplog.text
    assert run(lambda tx: outbox.lost(tx, "dm:head", "case1"))


@pytest.mark.parametrize("part", ["address", "ref", "body"])
def test_a_damaged_row_is_given_up_and_holds_up_no_other(run: Run, part: str) -> None:
    want(run, 1, place="dm:dsl", rank=3, body=b"words")
    want(run, 1, place="dm:head", body=b"words")
    sent(run, claim(run, limit=1)[0])
    want(run, 2, 5, place="dm:dsl", rank=3, body=b"words")
    run(lambda tx: tx.execute(f"update outbox set {part} = x'00' where number = 1"))  # noqa: S608
    assert [i.place for i in claim(run, 6)] == ["dm:head"]
    assert run(outbox.given_up) == 1
    assert run(outbox.next_due) == AT + 6 * SECOND + LEASE, "the damaged one is not tried for ever"
    assert run(lambda tx: tx.execute("select error from outbox where number = 1").fetchone()) == ("Tampered",)
    assert run(lambda tx: tx.execute("select kind, subject from audit").fetchall()) == [("tampered", "case1")]
    assert run(audit.verify) == []


def test_the_next_revision_brings_a_damaged_address_back(run: Run) -> None:
    want(run, 1)
    run(lambda tx: tx.execute("update outbox set address = x'00'"))
    assert claim(run) == ()
    want(run, 2, 5)
    assert [(i.place, i.rev) for i in claim(run, 5)] == [("dm:dsl", 2)]


def test_what_has_nothing_to_show_any_more_is_quiet_and_was_not_given_up(run: Run) -> None:
    want(run, 1)
    (item,) = claim(run)
    run(lambda tx: outbox.moot(tx, item))
    assert claim(run, 9999) == ()
    assert (run(outbox.waiting), run(outbox.given_up)) == (0, 0)
    want(run, 2, 5)
    (item,) = claim(run, 5)
    want(run, 3, 6)
    run(lambda tx: outbox.moot(tx, item))
    assert [i.rev for i in claim(run, 7)] == [3]


def test_a_place_is_lost_from_when_it_was_given_up_until_something_new_is_wanted(run: Run) -> None:
    assert not run(lambda tx: outbox.lost(tx, "dm:dsl", "case1"))
    want(run, 1)
    (item,) = claim(run)
    assert not run(lambda tx: outbox.lost(tx, "dm:dsl", "case1"))
    run(lambda tx: outbox.dead(tx, item, "Never"))
    assert run(lambda tx: outbox.lost(tx, "dm:dsl", "case1"))
    assert not run(lambda tx: outbox.lost(tx, "dm:dsl", "case2"))
    assert not run(lambda tx: outbox.lost(tx, "dm:head", "case1"))
    assert run(lambda tx: tx.execute("select error from outbox").fetchone()) == ("Never",)
    want(run, 2, 5)
    assert not run(lambda tx: outbox.lost(tx, "dm:dsl", "case1"))


@pytest.mark.parametrize(
    "record",
    [
        lambda tx, item: outbox.sent(tx, item, item.rev, "ts1", AT),
        lambda tx, item: outbox.failed(tx, item, AT, "Later"),
        lambda tx, item: outbox.dead(tx, item, "Never"),
        outbox.moot,
    ],
    ids=["sent", "failed", "dead", "moot"],
)
def test_whoever_waits_for_what_is_due_hears_of_a_place_that_is_free_again(
    run: Run, record: Callable[[Tx, Item], None]
) -> None:
    want(run, 1)
    (item,) = claim(run)
    want(run, 2)

    def job(tx: Tx) -> set[str]:
        record(tx, item)
        return set(tx.due)

    assert run(job) == {"outbox"}


def test_what_was_sent_wakes_nobody_when_nothing_more_is_wanted(run: Run) -> None:
    want(run, 1)
    (item,) = claim(run)

    def job(tx: Tx) -> set[str]:
        outbox.sent(tx, item, item.rev, "ts1", AT)
        return set(tx.due)

    assert run(job) == set()


def test_the_most_urgent_is_claimed_first_and_then_the_longest_wanted(run: Run) -> None:
    for place, now, rank in (("c", 3, 1), ("d", 1, 1), ("a", 2, 2), ("b", 0, 1), ("e", 1, 1)):
        want(run, 1, now, place, rank=rank)
    assert [item.place for item in claim(run, 9)] == ["a", "b", "d", "e", "c"]


def test_what_is_next_once_what_is_due_was_claimed(run: Run) -> None:
    def next_after(now: int) -> int | None:
        at = run(lambda tx: outbox.next_after(tx, AT + now * SECOND))
        return None if at is None else (at - AT) // SECOND

    assert next_after(0) is None
    want(run, 1)
    (item,) = claim(run)
    assert next_after(0) == LEASE // SECOND, "a worker that dies may leave it behind"
    want(run, 1, 7, "dm:head")
    assert next_after(5) == 7
    run(lambda tx: outbox.failed(tx, item, AT + 4 * SECOND, "Later"))
    assert next_after(0) == 4
    assert next_after(5) == 4
