"""What Teams sends, read into what Beacon needs of it: leniently, since Teams adds to it. Knows no core and no store.

Nothing here raises for what is missing: what lacks something we need is None, and what we do not know is `Other`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from adapters.teams.actions import PAGE, TOKEN

Json = Mapping[str, object]
THREAD = ";messageid="  # what a channel's conversation id carries about the message that began the thread
# What comes beside words and is no file: the words again, what is answered to, and a preview of a link.
_NO_FILE = ("text/html", "messagereference", "application/vnd.microsoft.card")
_GONE = ("teamDeleted", "teamHardDeleted")
# A picture within the words is one too, unless it is a smiley: Teams draws those as pictures.
_PICTURE = re.compile(r"<img\b(?![^>]*\bitemtype=[\"'][^\"'>]*/Emoji[\"'])", re.IGNORECASE)
_QUOTED = re.compile(r"<attachment\b[^>]*>(?:</attachment>)?")  # where in the words that which is answered to stands


@dataclass(frozen=True, slots=True)
class Chat:
    """Where something can be written: a conversation, and what Teams wants to know to write there.

    `id` is that of the conversation and never of a thread in it.
    """

    service: str
    id: str
    kind: str  # "personal", "channel", "groupChat"
    tenant: str
    bot: str
    team: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message: its words without the mentions of the bot, and whether something was sent with it."""

    text: str
    files: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """A pressed button: its token, what goes with it, and the activity of the card it is on ("": a dialog's)."""

    how: Literal["execute", "submit", "fetch", "dialog"]
    token: str
    data: Json
    card: str
    automatic: bool = False

    @property
    def page(self) -> int | None:
        """The part of a card that is wanted, where that is all that is asked."""
        page = self.data.get(PAGE)
        return page if isinstance(page, int) and 0 <= page < 1000 else None


@dataclass(frozen=True, slots=True)
class Installed:
    """The app was put somewhere, or taken away. Teams says so twice; only once as `first`."""

    there: bool
    first: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """Something else; `invoke` is the name of a question that waits for an answer."""

    invoke: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """One activity: where, from whom (the directory's id, and Teams' own), its id, and what it is.

    `name` is what Teams calls them, and says nothing of who they are.
    """

    chat: Chat
    person: str
    user: str
    id: str
    what: Said | Pressed | Installed | Other
    thread: str = ""
    name: str = ""


def text(found: object, *path: str) -> str:
    """Give the text at the end of a path, or ""."""
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""


def part(found: object, *path: str) -> Json:
    """Give the object at the end of a path, or an empty one."""
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def tenants(body: Json) -> frozenset[str]:
    """Give every tenant that an activity names: of its conversation, its channel and who sends it."""
    found = (
        text(body, "conversation", "tenantId"),
        text(body, "channelData", "tenant", "id"),
        text(body, "from", "tenantId"),
        text(body, "from", "properties", "tenantId"),
    )
    return frozenset(each.lower() for each in found if each)


def read(body: Json) -> Came | None:
    """Read an activity; None for one that lacks what every activity has."""
    where = text(body, "conversation", "id").partition(THREAD)
    chat = Chat(
        text(body, "serviceUrl"),
        where[0],
        text(body, "conversation", "conversationType") or "personal",
        next(iter(sorted(tenants(body))), ""),
        text(body, "recipient", "id"),
        text(body, "channelData", "team", "id"),
    )
    if not chat.id or not chat.service or not text(body, "type"):
        return None
    person, user = text(body, "from", "aadObjectId"), text(body, "from", "id")
    return Came(chat, person.lower(), user, text(body, "id"), _what(body), where[2], text(body, "from", "name"))


def _what(body: Json) -> Said | Pressed | Installed | Other:
    match text(body, "type"):
        case "message" if text(part(body, "value"), TOKEN):
            return Pressed("submit", text(body, "value", TOKEN), part(body, "value"), text(body, "replyToId"))
        case "message":
            return Said(_typed(body), _sent(body))
        case "invoke":
            return _asked(body, text(body, "name"))
        case "installationUpdate" if text(body, "action") in ("add", "remove"):  # an upgrade changes nothing
            return Installed(there := text(body, "action") == "add", first=there)
        case "conversationUpdate" if text(body, "channelData", "eventType") in _GONE or _holds(body, "membersRemoved"):
            return Installed(there=False)
        case "conversationUpdate" if _holds(body, "membersAdded"):
            return Installed(there=True)
    return Other()


def _asked(body: Json, name: str) -> Pressed | Other:
    match name:
        case "adaptiveCard/action":
            data = part(body, "value", "action", "data")
            automatic = text(body, "value", "trigger") == "automatic"
            return Pressed("execute", text(data, TOKEN), data, text(body, "replyToId"), automatic)
        case "task/fetch":
            data = part(body, "value", "data")
            return Pressed("fetch", text(data, TOKEN), data, text(body, "replyToId"))
        case "task/submit":
            data = part(body, "value", "data")
            return Pressed("dialog", text(data, TOKEN), data, "")
    return Other(name or "unnamed")


def _holds(body: Json, members: str) -> bool:
    """Say whether the bot itself is among those who came or went."""
    listed = body.get(members)
    bot = text(body, "recipient", "id")
    return isinstance(listed, list) and any(text(member, "id") == bot for member in listed)


def _typed(body: Json) -> str:
    """Give what was typed. A mention of the bot is taken out where Teams says it stands; nothing else is touched."""
    typed = text(body, "text")
    entities = body.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        own = text(entity, "mentioned", "id") == text(body, "recipient", "id")
        if text(entity, "type") == "mention" and own and (mention := text(entity, "text")):
            typed = typed.replace(mention, " ", 1)
    typed = _QUOTED.sub(" ", typed)
    return typed.replace("\xa0", " ").replace("&nbsp;", " ").replace("\r\n", "\n").strip()


def _sent(body: Json) -> bool:
    attachments = body.get("attachments")
    return isinstance(attachments, list) and any(map(_is_file, attachments))


def _is_file(attachment: object) -> bool:
    kind = text(attachment, "contentType").lower()
    if kind.startswith("text/html"):
        return _PICTURE.search(text(attachment, "content")) is not None
    return not kind.startswith(_NO_FILE)
