"""Moments as the store keeps them: whole microseconds since 1970, in UTC. The one place that converts."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def stored(at: datetime) -> int:
    """Give an aware moment as the store keeps it. Raises TypeError for a naive one."""
    return (at - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    """Give a kept moment back, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def moment_or_none(micros: int | None) -> datetime | None:
    """Do the same for a column that may be empty."""
    return None if micros is None else moment(micros)
