"""The made-up school in a made-up tenant: the real service and adapter, Microsoft's edge, people who press and type.

One loop runs it all and stands still between a test's lines, so that nothing happens unless a test asks for it.
"""

import json
import time
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import jwt

from adapters.teams.app import ADDRESS, TeamsApp
from adapters.teams.config import TeamsConfig
from adapters.teams.tokens import Tokens
from bot.inbound import Identity
from bot.library import wording
from bot.people import Member
from bot.running.serving import application
from bot.wiring import Beacon, open_store
from tests.contract.test_teams import breaches, parts, texts
from tests.reached import Reached
from tests.school import larkfield
from tests.teams.microsoft import APP, BOT, TEAM, TENANT, FakeEntra, FakeTeams, signing_key

DSL_CHANNEL, IT_CHANNEL = "19:dsl@thread.tacv2", "19:it@thread.tacv2"
WORDS = wording("teams")
Json = dict[str, Any]


def person(member: str) -> str:
    """Give the directory's id of somebody."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, member))


def chat(member: str) -> str:
    """Give the conversation with somebody."""
    return f"a:{member}"


class Campus(Reached):
    """A school whose people are in Teams."""

    app: TeamsApp

    def __init__(self, folder: Path, teams: FakeTeams, address: str, *, local: bool = False, **more: Any) -> None:
        self.teams = teams
        self.entra = FakeEntra()
        self.address = f"{address}/"
        self.config = TeamsConfig(
            *(APP, TENANT, "a-secret-of-a-made-up-app"), local=local, keys=f"{address}/openid", service=address
        )
        book = larkfield()
        ids = {"dsl": DSL_CHANNEL, "it": IT_CHANNEL}
        channels = {
            key: replace(channel, surface="teams", id=ids[key]) for key, channel in book.school.channels.items()
        }
        teams.teams[TEAM] = {TEAM: "standard", DSL_CHANNEL: "standard", IT_CHANNEL: ""}
        super().__init__(folder, book=replace(book, school=replace(book.school, channels=channels)), **more)
        for key, where in ids.items():
            roles = book.school.channels[key].readers
            teams.members[where] = [account(m.id) for m in self.beacon.desk.roster.holding(roles)]

    def open(self) -> None:
        stored = open_store(self.folder, self.book.school.id)
        tokens = Tokens(self.config, self.entra)
        self.app = TeamsApp(
            self.config, self.book.school, stored.writer, stored.reader, self.clock, WORDS, self.wait, tokens
        )
        self.beacon = Beacon(stored, self.book, self.clock, {"teams": self.app.surface})
        served = application(self.beacon, self.app.routes(self.beacon.desk))
        self._loop.run(self._begin(served))

    async def _begin(self, app: Any) -> None:
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://beacon.test")
        assert self.app.hung is not None
        await self.app.hung.load()

    async def end(self) -> None:
        await self.client.aclose()
        await self.app.tasks.finish()
        await self.app.connector.close()

    def put(self, people: tuple[Member, ...]) -> None:
        for member in people:
            self.teams.chats[person(member.id)] = chat(member.id)
        super().put(people)

    def identity(self, who: str) -> Identity:
        return Identity("teams", TENANT, person(who))

    def sweep(self) -> None:
        """Look for the cards of talks that time has ended."""
        assert self.app.hung is not None
        self._loop.run(self.app.hung.sweep())

    # What Teams sends -------------------------------------------------------------------------------------------------

    def activity(self, who: str, type_: str, channel: str = "", **more: Any) -> Json:
        where: Json = {"id": chat(who), "conversationType": "personal", "tenantId": TENANT}
        data: Json = {"tenant": {"id": TENANT}}
        if channel:
            where = {"id": f"{channel};messageid=77", "conversationType": "channel", "tenantId": TENANT}
            data |= {"team": {"id": TEAM}, "channel": {"id": channel}}
        return {
            "type": type_,
            "id": f"activity-{next(self.numbers)}",
            "channelId": "msteams",
            "serviceUrl": self.address,
            "from": {"id": f"29:{who}", "name": "A Name", "aadObjectId": person(who)},
            "conversation": where,
            "recipient": {"id": BOT, "name": "Beacon"},
            "channelData": data,
            **more,
        }

    def token(self, key: str = "good", kid: str = "good", **claims: Any) -> str:
        now = int(time.time())
        told = {
            "iss": "https://api.botframework.com",
            "aud": APP,
            "exp": now + 3600,
            "nbf": now - 10,
            "serviceurl": self.address,
            **claims,
        }
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(told, signing_key(key), "RS256", headers={"kid": kid})

    def post(self, body: Json | bytes, authorization: str | None = None, **headers: str) -> httpx.Response:
        """Post what Teams sends, and let what follows from it happen."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        bearer = f"Bearer {self.token()}" if authorization is None else authorization
        sent = {"authorization": bearer, "content-type": "application/json", **headers}
        return self.wait_for(self.client.post(ADDRESS, content=content, headers=sent))

    # What people do ---------------------------------------------------------------------------------------------------

    def install(self, *people: str) -> None:
        for who in people:
            assert self.post(self.activity(who, "installationUpdate", action="add")).status_code == 200

    def install_team(self, who: str = "okafor") -> None:
        assert self.post(self.activity(who, "installationUpdate", TEAM, action="add")).status_code == 200

    def write(self, who: str, text: str, channel: str = "", **more: Any) -> None:
        answer = self.post(self.activity(who, "message", channel, text=text, textFormat="plain", **more))
        assert (answer.status_code, answer.content) == (200, b"")

    def button(self, who: str, card: Json, title: str, **filled: str) -> Json:
        """Press a button of a card in somebody's chat, and give what Teams is answered."""
        return self.execute(who, self.id_of(card), action(card, title), **filled)

    def execute(self, who: str, card: str, pressed: Json, channel: str = "", **filled: str) -> Json:
        assert pressed["type"] == "Action.Execute"
        data = {**pressed["data"], **(filled if pressed["associatedInputs"] == "auto" else {})}
        told = {"action": {"type": "Action.Execute", "verb": pressed["verb"], "data": data}, "trigger": "manual"}
        body = self.activity(who, "invoke", channel, name="adaptiveCard/action", value=told, replyToId=card)
        return self._answer(body)

    def fetch(self, who: str, card: Json, title: str, channel: str = "") -> Json:
        """Press a button that opens a dialog, and give the card in it."""
        pressed = action(card, title)
        assert pressed["data"]["msteams"] == {"type": "task/fetch"}
        value = {"data": pressed["data"], "context": {"theme": "default"}}
        return self._dialog(self.activity(who, "invoke", channel, name="task/fetch", value=value))

    def submit(self, who: str, card: Json, title: str, **filled: str) -> Json:
        """Press a button in a dialog, and give the card that is in it then."""
        data = {**action(card, title)["data"], **filled}
        return self._dialog(self.activity(who, "invoke", name="task/submit", value={"data": data}))

    def submit_open(self, who: str, ref: str) -> Json:
        """Open a case from a card in somebody's own chat."""
        value = {"data": {"token": f"open.{ref}.0.", "msteams": {"type": "task/fetch"}}}
        return self._dialog(self.activity(who, "invoke", name="task/fetch", value=value))

    def _dialog(self, body: Json) -> Json:
        card: Json = self._answer(body)["task"]["value"]["card"]["content"]
        assert breaches(card) == []
        assert not [part for part in parts(card) if part["type"] == "Action.Execute"]
        return card

    def _answer(self, body: Json) -> Json:
        answer = self.post(body)
        assert answer.status_code == 200, answer.content
        found: Json = answer.json()
        return found

    # What is shown ----------------------------------------------------------------------------------------------------

    def cards(self, where: str) -> list[Json]:
        """Give what hangs in a conversation."""
        found = self.teams.at(where)
        for card in found:
            assert breaches(card) == []
        return found

    def last(self, who: str) -> Json:
        """Give the newest card in somebody's chat."""
        return self.cards(chat(who))[-1]

    def id_of(self, card: Json) -> str:
        return next(number for (_, number), m in self.teams.messages.items() if m["attachments"][0]["content"] is card)


def account(member: str) -> Json:
    return {"id": f"29:{member}", "aadObjectId": person(member), "tenantId": TENANT, "userRole": "user", "name": "N"}


def action(card: Json, title: str) -> Json:
    """Give the one button of a card whose title ends so: a child's has a picture before it."""
    found = [p for p in parts(card) if p["type"].startswith("Action.") and p["title"].endswith(title)]
    assert found, f"no button {title!r} in {titles(card)}"
    return found[0]


def titles(card: Json) -> list[str]:
    return [part["title"] for part in parts(card) if part["type"].startswith("Action.")]


def said(card: Json) -> str:
    return " | ".join(texts(card))
