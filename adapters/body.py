"""Reads the body of a request, and no more of it than an address takes. Must not know whose address that is."""

from starlette.requests import Request


async def read_body(request: Request, limit: int) -> bytes | None:
    """Give the body; None for one of more than `limit` bytes, of which no more is read."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > limit:
        return None
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > limit:
            return None
    return bytes(found)
