"""How long to wait before something that failed is tried again. Must not know what it was."""

from datetime import timedelta

_LONGEST = timedelta(minutes=5)


def wait_before(attempts: int) -> timedelta:
    """Give how long to wait after so many earlier failures: 2 s, 4 s, 8 s ... up to five minutes."""
    return min(timedelta(seconds=2 ** min(attempts + 1, 16)), _LONGEST)
