"""Tells an open page that what it shows has changed, and never what. Must not know pages or cards."""

from collections.abc import AsyncIterator, Callable

from sse_starlette import ServerSentEvent

from adapters.web.surface import WebSurface


async def changes(
    surface: WebSurface, place: str, since: int, may_look: Callable[[], bool]
) -> AsyncIterator[ServerSentEvent]:
    """Give one event for every change at a place after `since`; waits without asking the store in between.

    Ends at the first change after `may_look` no longer holds: a page may stay open for longer than a role is held.
    """
    with surface.watch(place) as changed:
        while may_look():
            changed.clear()  # before looking, so that nothing between the look and the wait is missed
            latest = await surface.latest(place)
            if latest != since:
                since = latest
                yield ServerSentEvent(event="changed", id=str(latest), data=str(latest))
            await changed.wait()
