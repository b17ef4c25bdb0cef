"""Examines a school's Slack: the token, what it may do, the channels and who is in them, the clock. Changes nothing."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from adapters.slack.api import Api
from adapters.slack.groups import users_of
from adapters.slack.guard import why_open
from adapters.slack.manifest import MATCHING, SCOPES
from bot.clock import Clock, school_date
from bot.people import Role
from bot.school.people_file import Entry
from bot.service.surface import Later, Never
from bot.settings import Channel, School

_SKEW = timedelta(seconds=60)  # Slack's signatures are refused after five minutes


@dataclass(frozen=True, slots=True)
class Finding:
    """One line, and whether all is well with it."""

    text: str
    well: bool = True


class Doctor:
    """Looks at one school's Slack with its own token. `people` is the school's file."""

    def __init__(self, api: Api, school: School, people: Sequence[Entry], clock: Clock) -> None:
        self._api = api
        self._school = school
        self._people = people
        self._clock = clock

    async def examine(self) -> AsyncIterator[Finding]:
        """Give what is found, line by line."""
        try:
            hello = await self._api.call("auth.test")
        except (Later, Never) as wrong:
            yield Finding(
                f"Slack does not take the token ({wrong}): put the one there that 'OAuth & Permissions' shows", False
            )
            return
        yield self._team(hello)
        for finding in (*self._scopes(hello["headers"]), *self._time(hello["headers"])):
            yield finding
        for key, channel in self._school.channels.items():
            if channel.surface == "slack":
                async for finding in self._channel(key, channel, str(hello["user_id"])):
                    yield finding
        for role, group in self._school.slack.groups.items():
            yield await self._group(role, group)
        async for finding in self._accounts(_scopes_of(hello["headers"])):
            yield finding

    def _team(self, hello: Mapping[str, Any]) -> Finding:
        team, wanted = str(hello["team_id"]), self._school.slack.team
        if team != wanted:
            return Finding(f'[slack]: this token is of {hello["team"]}: write team = "{team}"', False)
        return Finding(f"the token is good; the workspace is {hello['team']} ({team})")

    def _scopes(self, headers: Mapping[str, str]) -> Iterable[Finding]:
        held = _scopes_of(headers)
        if not held:
            return
        for scope in sorted(SCOPES.keys() - held):
            yield Finding(f"the scope {scope} is missing ({SCOPES[scope]}): add it, and install the app again", False)
        for scope in sorted(held - SCOPES.keys() - MATCHING.keys()):
            yield Finding(f"the scope {scope} is not needed: take it away, and install the app again", False)
        if SCOPES.keys() <= held <= SCOPES.keys() | MATCHING.keys():
            yield Finding("it may do what it needs, and no more")

    def _time(self, headers: Mapping[str, str]) -> Iterable[Finding]:
        if not (said := headers.get("Date", "")):
            return
        skew = self._clock.now() - parsedate_to_datetime(said)
        late = abs(skew) > _SKEW
        how = f"{abs(skew).total_seconds():.0f} seconds {'ahead of' if skew > timedelta() else 'behind'} Slack's"
        yield Finding(f"this machine's clock is {how}{': set it by the network' if late else ''}", not late)

    async def _channel(self, key: str, channel: Channel, own: str) -> AsyncIterator[Finding]:
        named = f"[channels.{key}] {channel.id}"
        try:
            info = (await self._api.call("conversations.info", channel=channel.id))["channel"]
            inside = await self._members(channel.id)
        except (Later, Never) as wrong:
            yield Finding(
                f"{named} cannot be looked at ({wrong}): is it right, and has Beacon been added to it?", False
            )
            return
        if why := why_open(info):
            yield Finding(f"{named}: {why}, so Beacon posts nothing there", False)
        if own not in inside:
            yield Finding(f"{named}: Beacon is not in it: write /invite @Beacon there", False)
        listed = {entry.accounts.get("slack"): entry for entry in self._now()}
        outside = 0
        for account in sorted(inside - {own}):
            entry = listed.get(account)
            if entry is None or not entry.member.roles & channel.readers:
                outside += 1
                who = f"{account} is not on the list" if entry is None else f"{entry.member.id} has none of its roles"
                yield Finding(f"{named}: {who}, so Beacon posts nothing there", False)
        if not why and not outside and own in inside:
            yield Finding(f"{named}: private, and only those are in it who may read it ({len(inside) - 1})")

    async def _group(self, role: Role, group: str) -> Finding:
        named = f"[slack.groups] {role} = {group}"
        try:
            users = frozenset(await users_of(self._api, group))
        except (Later, Never) as wrong:
            what = "is it right, and has the app the scopes that `beacon slack manifest --match` asks for?"
            return Finding(f"{named} cannot be looked at ({wrong}): {what}", False)
        if not users:
            return Finding(f"{named}: nobody is in it, so nothing follows from it", False)
        new = len(users - {entry.accounts.get("slack") for entry in self._now()})
        return Finding(f"{named}: {len(users)} people, {new} of them without their id on the list")

    async def _members(self, channel: str) -> set[str]:
        found: set[str] = set()
        cursor = None
        while True:
            page = await self._api.call("conversations.members", channel=channel, limit=200, cursor=cursor)
            found.update(map(str, page["members"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return found

    def _now(self) -> list[Entry]:
        return [entry for entry in self._people if entry.listed(school_date(self._clock.now()))]

    async def _accounts(self, held: frozenset[str]) -> AsyncIterator[Finding]:
        """Say which account somebody of the list seems to have. A person writes it into the file, and nobody else."""
        missing = [e for e in self._now() if not e.accounts.get("slack") and not e.member.is_pupil]
        if missing:
            count = len(missing)
            yield Finding(f"{count} of the list have no id in the column 'slack', and cannot be reached there")
        if "users:read.email" not in held:
            return
        groups = await self._groups(held)
        for entry in missing:
            if not entry.member.email:
                continue
            try:
                found = await self._api.call("users.lookupByEmail", email=entry.member.email)
            except (Later, Never):
                continue
            user = found["user"]
            also = [handle for handle, users in groups.items() if user["id"] in users]
            guest = " as a guest" if user.get("is_restricted") or user.get("is_ultra_restricted") else ""
            within = f", in the groups {', '.join(also)}" if also else ""
            yield Finding(f"{entry.member.id}: by the e-mail address this is {user['id']}{guest}{within}")

    async def _groups(self, held: frozenset[str]) -> Mapping[str, list[str]]:
        if "usergroups:read" not in held:
            return {}
        try:
            found = await self._api.call("usergroups.list", include_users="true")
        except (Later, Never):
            return {}
        return {group["handle"]: group.get("users", []) for group in found["usergroups"]}


def _scopes_of(headers: Mapping[str, str]) -> frozenset[str]:
    """Give the scopes that Slack says a token has; none where it does not say."""
    said = headers.get("x-oauth-scopes", "")
    return frozenset(scope.strip() for scope in said.split(",") if scope.strip())
