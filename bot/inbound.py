"""What arrives from a platform, once an adapter has read it. Must not know any platform or store."""

from dataclasses import dataclass

from bot.prompt import Token


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a platform says is speaking: never a name. The school's list decides which person that is."""

    surface: str  # "web", "slack", "teams"
    tenant: str
    external: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """A platform says that somebody is a full member of the school's own organisation: for whom the list lacks.

    A guest, or somebody of another tenant or workspace, is never vouched for. `name` is what the platform calls them,
    and proves nothing.
    """

    name: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button, with the values of its field when it submits one."""

    token: Token
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """Words typed into the conversation."""

    text: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file or picture was sent. The adapter has not fetched it, and nothing of it is kept (UKCIS)."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One event from a platform. `event` is the platform's own id: a resend of the same event carries the same.

    `vouched` matters only for somebody who is not on the school's list.
    """

    identity: Identity
    event: str
    act: Press | Typed | Attached
    vouched: Vouched | None = None
