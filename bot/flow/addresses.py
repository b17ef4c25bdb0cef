"""The address of a website: read as people type it, and shown so that nobody gets there by a tap. Pure."""

import re
from urllib.parse import urlsplit, urlunsplit

# A host has dots between labels, the last of them letters, or is an IPv4 address: what a browser would go to.
_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,63}|xn--[a-z0-9-]{1,59}|\d{1,3})", re.IGNORECASE)
_SCHEMES = ("http", "https")


def read(text: str) -> str | None:
    """Give an address as it is kept, "https://example.com/page", or None for what is none: an e-mail address, too.

    A scheme that was left out is filled in; a name and password in front of the host, which can make an address look
    like another, and what comes after "#" are dropped.
    """
    text = text.strip().strip("<>\"'")
    if any(c.isspace() for c in text) or "\\" in text:
        return None
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port, name = (parts.hostname or "").rstrip("."), parts.port, parts.username
    except ValueError:  # a port that is no number, half an IPv6 address
        return None
    if parts.scheme not in _SCHEMES or not _HOST.fullmatch(host) or (name is not None and "://" not in text):
        return None
    whole = urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path, parts.query, ""))
    return whole.rstrip("/?<>\"'")


def unlinked(address: str) -> str:
    """Give a kept address as it is shown: no chat, mail or browser turns it into a link ("example[.]com/page")."""
    parts = urlsplit(address)
    rest = address.partition("://")[2].removeprefix(parts.netloc)
    return parts.netloc.replace(".", "[.]") + rest.replace(".", "[.]").replace(":", "[:]")  # "?to=https://..."
