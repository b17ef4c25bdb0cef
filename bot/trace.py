"""Where an exception came from, fit for a log: kinds, files and line numbers. Must never give what one says."""

import traceback
from pathlib import Path

_FRAMES = 4
_CAUSES = 5  # one may be given as its own cause


def trace(error: BaseException | None) -> str:
    """Name an exception and its causes, and where each was raised. What they say may be a child's words."""
    parts: list[str] = []
    while error is not None and len(parts) < _CAUSES:
        frames = traceback.extract_tb(error.__traceback__)
        where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-_FRAMES:]))
        parts.append(f"{type(error).__name__} at {where or 'no line'}")
        error = error.__cause__ or error.__context__
    return ", from ".join(parts)
