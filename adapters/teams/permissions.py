"""Which permissions of Microsoft Graph Beacon uses, each with its reason, and what an app was given. Asks nobody."""

import base64
import binascii
from collections.abc import Mapping

import msgspec

from bot.settings import Teams

GROUPS, PEOPLE, ROLL, MAIL = "GroupMember.Read.All", "User.Read.All", "EduRoster.Read.All", "Mail.Send"
WHY: Mapping[str, str] = {
    GROUPS: "to read who is in the groups of [teams.groups]",
    PEOPLE: "to read who they are: name, address, whether a guest, whether switched off",
    ROLL: "to read from School Data Sync who is staff and who a pupil ('school_data')",
    MAIL: "to write from the mailbox 'mail'",
}
_decode = msgspec.json.Decoder(dict[str, object]).decode


def needed(teams: Teams) -> tuple[str, ...]:
    """Give what a school's settings need, in the order of `WHY`. None of them writes anything but a mail."""
    used = {
        GROUPS: bool(teams.groups),
        PEOPLE: bool(teams.groups or teams.school_data),
        ROLL: teams.school_data,
        MAIL: bool(teams.mail),
    }
    return tuple(name for name in WHY if used[name])


def granted(token: str) -> frozenset[str] | None:
    """Give the permissions that a token carries; None when it does not say, which Microsoft does not promise it will.

    It only explains: nothing is allowed because of it, and so nothing is checked.
    """
    part = [*token.split("."), ""][1]
    try:
        told = _decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return None
    roles = told.get("roles", [])
    return frozenset(str(role) for role in roles) if isinstance(roles, list) else None
