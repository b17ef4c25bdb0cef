"""Cards and notices to bytes and back, for the page's own inboxes and for the banner after a press. Knows no page."""

import msgspec

from bot.prompt import Card, Notice


class _Posted(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One of the two; dataclasses carry no tag of their own."""

    card: Card | None = None
    notice: Notice | None = None


_decoder = msgspec.json.Decoder(_Posted)


def pack(item: Card | Notice) -> bytes:
    """Give the bytes that `unpack` reads."""
    return msgspec.json.encode(_Posted(card=item) if isinstance(item, Card) else _Posted(notice=item))


def unpack(body: bytes | str) -> Card | Notice:
    """Give what was packed. Raises msgspec.ValidationError or msgspec.DecodeError for anything else."""
    posted = _decoder.decode(body)
    item = posted.card or posted.notice
    if item is None:
        raise msgspec.ValidationError("neither a card nor a notice")
    return item
