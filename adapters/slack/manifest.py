"""Beacon's app as Slack is told of it: its name, what it may do, what it hears. Must not know any school.

The one place that says which scopes there are, each with what it is for: nothing is asked for that is not used. Not
asked for: reading channels (`groups:history`), files, posting where nobody asked Beacon in, administration. The feature
for agents stays off: with it, guests could not use the app at all, and a chair of governors is often a guest.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.slack.config import ADDRESS, COMMAND

SCOPES = {
    "chat:write": "to post and change its own messages",
    "commands": "for the command and the shortcuts",
    "im:history": "to hear what is written to it, and to find its own message again after a fault",
    "im:write": "to write to people one to one",
    "groups:read": "to see who is in a private channel, before it posts there",
    "users:read": "to tell members of the workspace from guests and strangers, where somebody is not on the list",
}
MATCHING = {
    "users:read.email": "for `beacon doctor slack` and [slack.groups] to say who is who by e-mail address",
    "usergroups:read": "the same, with the user groups somebody is in",
}
EVENTS = ("app_home_opened", "app_uninstalled", "message.im", "tokens_revoked")
REPORT = "report_message"
_NAME = 35  # characters of an app's name; of a shortcut's 24
_NEVER = ("assistant_view", "agent_view")


def manifest(address: str, *, socket: bool = False, matching: bool = False) -> dict[str, Any]:
    """Give the manifest of one school's app.

    Args:
        address: where Beacon is reached from outside, such as https://beacon.school.example.
        socket: Beacon rings Slack up instead; then no address is given.
        matching: ask also for what `beacon doctor slack` needs to say who is who.
    """
    url = {} if socket else {"request_url": address.rstrip("/") + ADDRESS}
    command = {"command": COMMAND, "description": "Tell Beacon something, or see what waits", "should_escape": True}
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {
            "name": "Beacon",
            "description": "Tell the right person in school that a child may not be safe",
            "background_color": "#1d70b8",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Beacon", "always_online": True},
            "shortcuts": [
                {
                    "name": "Open Beacon",
                    "type": "global",
                    "callback_id": "open_beacon",
                    "description": "Tell Beacon something, or see what waits",
                },
                {
                    "name": "Report this message",
                    "type": "message",
                    "callback_id": REPORT,
                    "description": "Tell Beacon about it. The message is not copied",
                },
            ],
            "slash_commands": [command | ({} if socket else {"url": url["request_url"]})],
        },
        "oauth_config": {"scopes": {"bot": sorted([*SCOPES, *(MATCHING if matching else ())])}},
        "settings": {
            "event_subscriptions": {**url, "bot_events": list(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **url,
                **({} if socket else {"message_menu_options_url": url["request_url"]}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def text(found: Mapping[str, Any]) -> str:
    """Give a manifest as Slack takes it."""
    return json.dumps(found, indent=2) + "\n"


def problems(found: Mapping[str, Any]) -> Iterator[str]:
    """Say what Slack would refuse of a manifest, or what would make Beacon less safe."""
    features, settings = found["features"], found["settings"]
    socket = settings["socket_mode_enabled"]
    if len(found["display_information"]["name"]) > _NAME or len(found["display_information"]["description"]) > 140:
        yield "the name or description is too long"
    if not features.get("bot_user", {}).get("display_name"):
        yield "there is no bot user"
    for feature in _NEVER:
        if feature in features:
            yield f"{feature} locks guests out"
    scopes = set(found["oauth_config"]["scopes"]["bot"])
    yield from (f"the scope {scope} is not needed" for scope in sorted(scopes - SCOPES.keys() - MATCHING.keys()))
    yield from (f"the scope {scope} is missing" for scope in sorted(SCOPES.keys() - scopes))
    if found["oauth_config"]["scopes"].get("user"):
        yield "Beacon acts for nobody: there must be no scopes of users"
    if sorted(settings["event_subscriptions"]["bot_events"]) != sorted(EVENTS):
        yield "the events are not those that Beacon hears"
    if settings.get("org_deploy_enabled"):
        yield "it must belong to one workspace"
    yield from (f"{url} is not https" for url in _addresses(found) if not socket and not url.startswith("https://"))
    for each in features["shortcuts"]:
        if len(each["name"]) > 24 or each["type"] not in ("global", "message"):
            yield f"the shortcut {each['name']!r}"
    for each in features["slash_commands"]:
        if not each["command"].startswith("/") or not each.get("should_escape"):
            yield f"the command {each['command']!r}"


def _addresses(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if isinstance(value, str) and key.endswith("url"):
                yield value
            else:
                yield from _addresses(value)
    elif isinstance(part, list):
        for each in part:
            yield from _addresses(each)
