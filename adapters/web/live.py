"""Tells an open page that what it shows has changed, and never what. Must not know pages or cards."""

import asyncio
from collections.abc import AsyncIterator, Callable

from anyio import Event
from sse_starlette import ServerSentEvent

from adapters.web.surface import WebSurface


async def changes(
    surface: WebSurface, place: str, since: int, may_look: Callable[[], bool], ending: Event | None = None
) -> AsyncIterator[ServerSentEvent]:
    """Give one event for every change at a place after `since`; waits without asking the store in between.

    Ends at the first change after `may_look` no longer holds: a page may stay open for longer than a role is held. Also
    ends once `ending` is set: the program stops.
    """
    ending = ending or Event()
    with surface.watch(place) as changed:
        while may_look() and not ending.is_set():
            changed.clear()  # before looking, so that nothing between the look and the wait is missed
            latest = await surface.latest(place)
            if latest != since:
                since = latest
                yield ServerSentEvent(event="changed", id=str(latest), data=str(latest))
            await _either(changed, ending)


async def _either(changed: asyncio.Event, ending: Event) -> None:
    waiting = [asyncio.create_task(changed.wait()), asyncio.create_task(ending.wait())]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
