"""How fast Teams may be written to, and when the next message's turn is. Must not know what is written.

The figures are Microsoft's ("Rate limit your bot"): messages to one conversation, requests of one app in a tenant.
"""

from collections import deque

_CONVERSATION = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))  # so many within so many seconds
_TENANT = ((30, 1.0),)
_FORGET = 1000  # conversations; then those at rest are forgotten


class Pace:
    """Gives turns. Whoever has one uses it."""

    def __init__(self) -> None:
        self._tenant: deque[float] = deque()
        self._conversations: dict[str, deque[float]] = {}

    def turn(self, conversation: str, now: float, patience: float) -> float | None:
        """Take the next turn and give in how many seconds it is; None, and none taken, when that is too long."""
        own = self._conversations.setdefault(conversation, deque())
        at = max(_next(own, _CONVERSATION, now), _next(self._tenant, _TENANT, now))
        if at - now > patience:
            return None
        _take(own, _CONVERSATION, at)
        _take(self._tenant, _TENANT, at)
        if len(self._conversations) > _FORGET:
            self._conversations = {
                name: turns for name, turns in self._conversations.items() if turns and now - turns[-1] < 3600
            }
        return at - now


def _next(turns: deque[float], limits: tuple[tuple[int, float], ...], now: float) -> float:
    """Give the earliest moment, not before the last turn that was taken, at which no limit is broken."""
    at = max(now, turns[-1] if turns else now)
    for most, seconds in limits:
        if len(turns) >= most:
            at = max(at, turns[-most] + seconds)
    return at


def _take(turns: deque[float], limits: tuple[tuple[int, float], ...], at: float) -> None:
    turns.append(at)
    while len(turns) > max(most for most, _ in limits):
        turns.popleft()
