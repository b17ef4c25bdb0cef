"""An examination of a school's Teams: everything that can be found out before the first alert. Changes nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from adapters.teams.activity import Chat
from adapters.teams.chats import SURFACE
from adapters.teams.connector import Connector
from adapters.teams.graph import Graph
from adapters.teams.keys import Keys, NoKeys
from adapters.teams.permissions import MAIL, WHY, granted, needed
from adapters.teams.tokens import BOT, GRAPH, NoToken, Tokens
from bot.cases.access import CASEWORKERS
from bot.people import Account
from bot.reading import Mistakes
from bot.school.people_file import Entry
from bot.service.surface import Later, Never
from bot.settings import Channel, School

_WHY = {
    "invalid_client": "the secret or certificate is wrong, or has run out: make a new one in Entra",
    "unauthorized_client": "there is no such app in this tenant: check 'app' and 'tenant'",
    "invalid_request": "there is no such tenant: check 'tenant'",
    "invalid": "the tenant or the certificate cannot be used: check 'tenant' and the certificate",
    "unreachable": "login.microsoftonline.com cannot be reached from this machine",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at: what was found, and whether it is well."""

    text: str
    well: bool


class Doctor:
    """Looks at one school's Teams."""

    def __init__(
        self,
        school: School,
        people: Sequence[Entry],
        tokens: Tokens,
        keys: Keys,
        connector: Connector,
        teams: Sequence[Chat],
        graph: Graph | None = None,
        leaving: int = 0,
    ) -> None:
        """Prepare it. `teams` are those in which Beacon is, and `leaving` how many wait to leave: the store knows."""
        self._school = school
        self._people = people
        self._tokens = tokens
        self._keys = keys
        self._connector = connector
        self._teams = teams
        self._graph = graph or Graph(tokens)
        self._leaving = leaving

    async def examine(self) -> AsyncIterator[Finding]:
        """Give one finding after the other."""
        yield await self._token()
        yield await self._published()
        yield self._listed()
        for finding in self._accounts():
            yield finding
        for key, channel in self._school.channels.items():
            if channel.surface == SURFACE:
                yield await self._channel(key, channel)
        if needed(self._school.teams):
            async for finding in self._directory():
                yield finding

    async def _directory(self) -> AsyncIterator[Finding]:
        """Find out what only matters where the school uses Microsoft Graph."""
        try:
            token = await self._tokens.get(GRAPH)
        except NoToken as wrong:
            yield Finding(
                f"Microsoft gives no token for Graph ({wrong.code}): {_WHY.get(wrong.code, 'look it up')}", False
            )
            return
        for finding in self._permissions(token):
            yield finding
        settings = self._school.teams
        sources: dict[str, Callable[[], Awaitable[tuple[Account, ...]]]] = {
            f"group '{role}'": partial(self._graph.members, group) for role, group in settings.groups.items()
        }
        if settings.school_data:
            sources["School Data Sync"] = self._graph.roll
        for name, ask in sources.items():
            try:
                found = await ask()
            except (Later, Never, Mistakes) as wrong:
                yield Finding(f"{name} cannot be read: {wrong}", False)
                continue
            guests = sum(each.guest for each in found)
            text = f"{name} has {len(found)} people; {guests} of them are guests, who are not added"
            yield Finding(text if found else f"{name} is empty: is it the right one?", bool(found))
        if self._leaving:
            yield Finding(
                f"{self._leaving} people would leave the list at once, and wait: `beacon leavers FOLDER`", False
            )
        if settings.mail:
            yield self._addresses()

    def _permissions(self, token: str) -> Iterator[Finding]:
        has, wanted = granted(token), needed(self._school.teams)
        if has is None:
            yield Finding("the token does not say which permissions there are: what follows shows it", True)
            return
        missing = [
            name for name in wanted if name not in has and name != MAIL
        ]  # Exchange's own word for it is elsewhere
        for name in missing:
            yield Finding(f"the permission {name} is missing: Beacon needs it {WHY[name]}", False)
        for name in sorted(has - {*wanted} - {MAIL}):
            yield Finding(f"the permission {name} is not used: take it back", False)
        if MAIL in has:
            yield Finding(
                f"the permission {MAIL} is for every mailbox: take it back in Entra, and grant it in Exchange for"
                " the one mailbox alone (RBAC for Applications)",
                False,
            )
        if not missing and not has - {*wanted} and MAIL not in has:
            yield Finding("the permissions in Microsoft Graph are those that are used, and no more", True)

    def _addresses(self) -> Finding:
        without = [e.member.id for e in self._people if e.member.roles & CASEWORKERS and not e.member.email]
        text = f"no e-mail address in people.csv, so nobody can write to them: {', '.join(without)}"
        return Finding(text if without else "everybody who works on cases has an e-mail address", not without)

    async def _token(self) -> Finding:
        try:
            await self._tokens.get(BOT)
        except NoToken as wrong:
            return Finding(f"Microsoft gives no token ({wrong.code}): {_WHY.get(wrong.code, 'look it up')}", False)
        return Finding("Microsoft takes the app's secret or certificate", True)

    async def _published(self) -> Finding:
        try:
            await self._keys.warm()
        except NoKeys:
            return Finding(
                "Teams' keys cannot be had: login.botframework.com must be reachable from this machine", False
            )
        return Finding("Teams' keys are here: what Teams sends can be told from what others send", True)

    def _listed(self) -> Finding:
        with_account = sum(SURFACE in entry.accounts for entry in self._people)
        text = f"{with_account} of {len(self._people)} people of the list have an account in the column 'teams'"
        return Finding(text, with_account > 0)

    def _accounts(self) -> list[Finding]:
        """Find the ids that can be no id of the directory, by line: an e-mail address is none, nor are capitals."""
        wrong = [
            f"{entry.line}" for entry in self._people if (account := entry.accounts.get(SURFACE)) and not is_id(account)
        ]
        text = "people.csv, column 'teams': not the directory's 'object id', in small letters, on line "
        return [Finding(text + ", ".join(wrong), False)] if wrong else []

    async def _channel(self, key: str, channel: Channel) -> Finding:
        """Find out whether a channel's team is known and lets itself be looked at."""
        for team in self._teams:
            try:
                kinds = await self._connector.channels(team)
                if channel.id not in kinds:
                    continue
                if kinds[channel.id] not in ("", "standard"):
                    return Finding(f"channel '{key}' is {kinds[channel.id]}: it must be a standard channel", False)
                people = [person async for person in self._connector.readers(team, channel.id)]
            except (Later, Never) as wrong:
                return Finding(f"channel '{key}' cannot be looked at ({wrong}): is Beacon still in its team?", False)
            return self._read_by(key, channel, people)
        known = f"{len(self._teams)} teams" if self._teams else "no team yet"
        return Finding(
            f"channel '{key}' is in no team that Beacon knows ({known}): install it in that team while it is running",
            False,
        )

    def _read_by(self, key: str, channel: Channel, people: Sequence[str]) -> Finding:
        members = {entry.accounts.get(SURFACE): entry.member for entry in self._people}
        unlisted = sum(person not in members for person in people)
        others = [members[p].id for p in people if p in members and not members[p].roles & channel.readers]
        if unlisted or others:
            return Finding(
                f"channel '{key}' is read by {unlisted} people who are not listed, and by others who should not:"
                f" {', '.join(others) or 'none'}. Until they are out of the team, nothing is posted there",
                False,
            )
        return Finding(f"channel '{key}' is read by {len(people)} people, all of them as the settings say", True)


def is_id(account: str) -> bool:
    """Say whether something can be an object id of the directory."""
    parts = account.split("-")
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and all(c in "0123456789abcdef-" for c in account)
