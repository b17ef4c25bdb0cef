"""The running parts together: when a round looks again, and what a closed store leaves behind."""

import asyncio
import gc
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import ManualClock
from bot.inbound import Inbound, Press
from bot.prompt import Token, Verb
from bot.wiring import Round, open_store
from tests.school import FRIDAY, School, identity

SECOND = timedelta(seconds=1)


def test_a_closed_store_is_one_file(tmp_path: Path) -> None:
    """Whoever copies beacon.db once the program has stopped has copied everything."""
    stored = open_store(tmp_path, "larkfield")
    stored.reader.run_now(lambda tx: tx.execute("select count(*) from talk").fetchone())
    stored.writer.run_now(lambda tx: tx.execute("insert into flow_version values ('larkfield', 'd', 'worry', x'00')"))
    assert (tmp_path / "beacon.db-wal").exists()
    stored.close()
    assert {path.name for path in tmp_path.iterdir()} == {"beacon.db", "keys.json"}


@pytest.mark.parametrize(
    ("due", "until"),
    [(FRIDAY + SECOND, FRIDAY + SECOND), (None, FRIDAY + 5 * SECOND), (FRIDAY + 60 * SECOND, FRIDAY + 5 * SECOND)],
    ids=["when-it-is-due", "nothing-due", "never-longer-than-a-few-seconds"],
)
def test_a_round_is_woken_only_for_what_is_due_before_it_looks_again(due: datetime | None, until: datetime) -> None:
    woken_at_work: list[bool] = []

    async def once() -> datetime | None:
        woken_at_work.append(each.sleeps_past(FRIDAY + 1000 * SECOND))
        return due

    async def main() -> None:
        async with asyncio.timeout(20):
            task = asyncio.create_task(each.forever())
            while each.sleeps_past(until):  # noqa: ASYNC110 - the round goes on, one step of the loop at a time
                await asyncio.sleep(0)
            assert each.sleeps_past(until - timedelta(microseconds=1))
            each.wake.set()
            assert not each.sleeps_past(until - timedelta(microseconds=1)), "to be woken once is enough"
            while len(woken_at_work) == 1:  # noqa: ASYNC110
                await asyncio.sleep(0)
            task.cancel()

    each = Round("outbox", ManualClock(FRIDAY), once)
    asyncio.run(main())
    assert woken_at_work == [True, True], "it may have looked already, and has to look again"


def test_what_is_wanted_is_brought_without_waiting_for_the_next_look(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a look only once an hour, cards arrive all the same: the writer says that there is something."""
    monkeypatch.setattr("bot.wiring._IDLE", timedelta(hours=1))
    case = school.report()
    taking = Inbound(identity("okafor"), "taking", Press(Token(Verb.ACKNOWLEDGE, case.ref)))

    async def main() -> None:
        async with school.beacon.running():
            async with asyncio.timeout(60):
                while not school.platform.cards("person:okafor"):  # noqa: ASYNC110 - a platform has no event for it
                    await asyncio.sleep(0)
                await school.beacon.desk.receive(taking)
                while "Mrs Amara Okafor" not in str(school.platform.cards("channel:dsl")):  # noqa: ASYNC110
                    await asyncio.sleep(0)

    school._loop.run(main())


def test_what_was_read_at_the_start_is_not_gone_through_again_while_it_runs(school: School) -> None:
    async def main() -> int:
        async with school.beacon.running():
            return gc.get_freeze_count()

    assert school._loop.run(main()) > 0
    assert gc.get_freeze_count() == 0
