"""How fast Teams may be written to, and when the next message's turn is. Must not know what is written.

The figures are Microsoft's ("Rate limit your bot"): messages to one conversation, requests of one app in a tenant.
"""

from bisect import bisect_left, bisect_right, insort
from collections import deque

_CONVERSATION = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))  # so many within so many seconds
_LONGEST = 1800
_TENANT = 30  # within a second
_FORGET = 1000  # conversations; then those at rest are forgotten


class Pace:
    """Gives turns. Whoever has one uses it."""

    def __init__(self) -> None:
        self._tenant: list[float] = []  # in order; some of them lie ahead
        self._conversations: dict[str, deque[float]] = {}

    def turn(self, conversation: str, now: float, patience: float) -> float | None:
        """Take the next turn and give in how many seconds it is; None, and none taken, when that is too long."""
        own = self._conversations.setdefault(conversation, deque(maxlen=_LONGEST))
        del self._tenant[: bisect_left(self._tenant, now - 1.0)]
        at = self._free(_next(own, now))
        if at - now > patience:
            return None
        own.append(at)
        insort(self._tenant, at)
        if len(self._conversations) > _FORGET:
            self._conversations = {
                name: turns for name, turns in self._conversations.items() if turns and now - turns[-1] < 3600
            }
        return at - now

    def _free(self, at: float) -> float:
        """Give the earliest moment from `at` on at which the tenant has room, whatever others have taken ahead."""
        while True:
            first, last = bisect_right(self._tenant, at - 1.0), bisect_left(self._tenant, at + 1.0)
            if last - first < _TENANT:
                return at
            at = self._tenant[first] + 1.0


def _next(turns: deque[float], now: float) -> float:
    """Give the earliest moment, not before the last turn that was taken, at which a conversation has room."""
    at = max(now, turns[-1] if turns else now)
    for most, seconds in _CONVERSATION:
        if len(turns) >= most:
            at = max(at, turns[-most] + seconds)
    return at
