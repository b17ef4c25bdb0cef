"""What Slack sends, read into what the core understands. Must not know what is answered.

Slack's ids become the event's: a resend carries the same. The header that says "retry" is never looked at: dropping
what carries it loses messages whose first delivery failed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.fields import filled_in
from adapters.slack.message import SHOW
from adapters.slack.text import typed
from bot.inbound import Attached, Identity, Press, Typed
from bot.prompt import Token, Verb

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Show:
    """Show a talk in a window, as it is now."""

    talk: str


@dataclass(frozen=True, slots=True)
class Page:
    """Open a case at another page."""

    token: Token
    number: int


@dataclass(frozen=True, slots=True)
class Front:
    """Show the front page. With `report`, begin a report: somebody chose a message to report."""

    report: bool = False


Act = Press | Typed | Attached | Show | Page | Front


@dataclass(frozen=True, slots=True)
class Window:
    """The window something was pressed or sent in: with an old `hash`, Slack changes nothing in it."""

    id: str
    hash: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that somebody did. `trigger` opens a window, for three seconds and once."""

    who: Identity
    event: str
    act: Act
    trigger: str = ""
    window: Window | None = None
    block: str = ""  # of the field that was filled in


def _who(body: Payload) -> Identity:
    """Give who is speaking. Somebody of a workspace that shares a channel with ours belongs to their own."""
    user = body["user"]
    return Identity("slack", str(user.get("team_id") or body["team"]["id"]), str(user["id"]))


def press(body: Payload) -> Heard | None:
    """Read a pressed button; None for a change of a field that waits for its window to be sent. Raises on rubbish."""
    action = body["actions"][0]
    who = _who(body)
    act = _pressed(str(action["action_id"]))
    if act is None or action.get("type", "button") != "button":
        return None
    view = body.get("view") or {}
    window = Window(str(view["id"]), str(view["hash"])) if view.get("type") == "modal" else None
    event = f"{who.external}.{action['action_id']}.{action['action_ts']}"
    return Heard(who, event, act, str(body.get("trigger_id", "")), window)


def _pressed(action: str) -> Act | None:
    kind, _, rest = action.partition(":")
    if kind == SHOW:
        return Show(rest)
    token = Token.decode(rest if kind.startswith("page") else action)
    if token is None:
        return None
    if kind.startswith("page"):
        number = kind.removeprefix("page")
        return Page(token, int(number)) if token.verb is Verb.OPEN and number.isdecimal() else None
    return Press(token)


def submission(body: Payload, sent_at: str = "") -> Heard | None:
    """Read a window that was sent; None for one that sends nothing. `sent_at` tells a second try from a resend."""
    view = body["view"]
    who = _who(body)
    token = Token.decode(str(view["callback_id"]))
    if token is None:
        return None
    state = view.get("state", {}).get("values", {})
    values = filled_in(state) if token.verb is Verb.ANSWER else ()
    # The hash stays when an answer is refused at its field, so it does not tell a corrected one from the first.
    told = hashlib.sha256(json.dumps([sent_at, values]).encode()).hexdigest()[:16]
    event = f"{view['id']}.{view['hash']}.{told}"
    return Heard(who, event, Press(token, values), block=next(iter(state), ""))


def closing(body: Payload) -> Heard | None:
    """Read a window that was closed before it was sent; None for one that had nothing to send."""
    token = Token.decode(str(body["view"]["callback_id"]))
    if token is None or not token.verb.of_a_talk:
        return None
    return Heard(_who(body), str(body["view"]["id"]), Show(token.subject))


def command(body: Payload) -> Heard:
    """Read a slash command: alone it shows the front page, with words it is as if they had been typed."""
    who, trigger = Identity("slack", str(body["team_id"]), str(body["user_id"])), str(body["trigger_id"])
    text = typed(str(body.get("text") or ""))
    return Heard(who, trigger, Typed(text) if text else Front(), trigger)


def shortcut(body: Payload) -> Heard:
    """Read a shortcut. Of a message that was chosen, nothing is read: not even who wrote it."""
    trigger = str(body["trigger_id"])
    return Heard(_who(body), trigger, Front(report=body["type"] == "message_action"), trigger)


def search(body: Payload) -> tuple[Identity, str]:
    """Read what is looked for among names."""
    return _who(body), typed(str(body.get("value") or ""))


def message(body: Payload) -> Heard | None:
    """Read a message in the direct conversation; None for anything else that is said anywhere, or by a bot."""
    event = body["event"]
    subtype, kind = event.get("subtype"), event.get("channel_type")
    direct = kind == "im" or (kind is None and str(event.get("channel", "")).startswith("D"))
    if not direct or event.get("bot_id") or subtype not in (None, "file_share") or "user" not in event:
        return None
    team = str(event.get("user_team") or event.get("team") or body["team_id"])
    who = Identity("slack", team, str(event["user"]))
    if event.get("files") or subtype:
        return Heard(who, str(body["event_id"]), Attached())
    text = typed(str(event.get("text") or ""))
    return Heard(who, str(body["event_id"]), Typed(text)) if text else None


def opened(body: Payload) -> Identity | None:
    """Read that somebody looks at the App Home."""
    event = body["event"]
    if event.get("tab") not in (None, "home"):
        return None
    return Identity("slack", str(body["team_id"]), str(event["user"]))
