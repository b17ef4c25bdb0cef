"""The web surface's places."""

from datetime import timedelta

from bot.storage import posts

from .conftest import AT, Run


def show(run: Run, place: str, key: str, rev: int, body: bytes, minutes: int = 0) -> bool:
    return run(lambda tx: posts.show(tx, place, key, rev, body, AT + timedelta(minutes=minutes)))


def test_a_redelivery_is_no_duplicate_and_no_change(run: Run) -> None:
    assert show(run, "dsl", "case1", 1, b"one")
    assert not show(run, "dsl", "case1", 1, b"again", 5)
    assert run(lambda tx: posts.latest(tx, "dsl")) == 1
    (post,) = run(lambda tx: posts.at_place(tx, "dsl", 9))
    assert (post.key, post.rev, post.body, post.at) == ("case1", 1, b"one", AT)


def test_only_a_newer_revision_takes_the_place(run: Run) -> None:
    show(run, "dsl", "case1", 2, b"two")
    assert not show(run, "dsl", "case1", 1, b"one")
    assert show(run, "dsl", "case1", 3, b"three", 1)
    (post,) = run(lambda tx: posts.at_place(tx, "dsl", 9))
    assert (post.rev, post.body, post.at) == (3, b"three", AT + timedelta(minutes=1))


def test_each_place_counts_its_own_changes_and_lists_the_last_first(run: Run) -> None:
    assert run(lambda tx: posts.latest(tx, "dsl")) == 0
    show(run, "dsl", "case1", 1, b"a")
    show(run, "dsl", "case2", 1, b"b")
    show(run, "head", "case1", 1, b"c")
    assert run(lambda tx: posts.latest(tx, "head")) == 1
    show(run, "dsl", "case1", 2, b"d")
    assert run(lambda tx: posts.latest(tx, "dsl")) == 3
    assert [p.body for p in run(lambda tx: posts.at_place(tx, "dsl", 9))] == [b"d", b"b"]
    assert [p.body for p in run(lambda tx: posts.at_place(tx, "dsl", 1))] == [b"d"]
    assert run(lambda tx: posts.at_place(tx, "nobody", 9)) == []
