"""Somebody who told something without being on the list turns out to be a member: it becomes theirs. Knows no rule.

Their reports stay marked as told by somebody who was not on the list then, which is so.
"""

from datetime import UTC, datetime

from bot.storage import cases, outbox, talks, timers
from bot.storage.tx import Tx

_REPORTS = 10_000
_AT_ONCE = datetime.fromtimestamp(0, UTC)


def hand_over(tx: Tx, before: str, person: str) -> None:
    """Make the talks, the reports and the waiting notices of `before` those of `person`.

    For each report a timer "recognised" is set: what a procedure makes of it is not known here.
    """
    talks.hand_over(tx, before, person, "")
    for case in cases.reported_by(tx, before, _REPORTS):
        talks.hand_over(tx, before, person, case.ref)  # a child is asked whether anybody has talked to them
        cases.hand_over(tx, case, person)
        timers.put(tx, "recognised", case.id, 0, _AT_ONCE, int(case.severity))
    outbox.hand_over(tx, outbox.direct(before), outbox.direct(person))
