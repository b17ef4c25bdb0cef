"""What is asked of the connector is what Microsoft's own models of it ask: the same requests, byte for byte as JSON."""

import asyncio
from typing import Any

import pytest
from microsoft_teams.api.activities.message.message import MessageActivityInput
from microsoft_teams.api.clients.conversation.client import ConversationClient
from microsoft_teams.api.clients.conversation.params import CreateConversationParams
from microsoft_teams.api.clients.team.client import TeamClient
from microsoft_teams.common.http import Client, ClientOptions

from adapters.teams.activity import Chat
from adapters.teams.config import TeamsConfig
from adapters.teams.connector import Connector, Gone, Posted
from adapters.teams.tokens import Tokens
from bot.clock import SystemClock
from bot.service.surface import Later
from tests.teams.microsoft import APP, BOT, TEAM, TENANT, FakeEntra, FakeTeams, Fault

CHANNEL, CHAT = "19:dsl@thread.tacv2", "a:okafor"
CARD: dict[str, Any] = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Café"}]}


@pytest.fixture
def connector(teams: FakeTeams, address: str) -> Connector:
    config = TeamsConfig(APP, TENANT, "a-secret-of-a-made-up-app", service=f"{address}/")
    return Connector(config, Tokens(config, FakeEntra()), SystemClock())


@pytest.fixture
def tenant(teams: FakeTeams) -> FakeTeams:
    teams.teams[TEAM] = {TEAM: "standard", CHANNEL: ""}
    teams.chats["person"] = CHAT
    teams.members[CHANNEL] = [{"id": f"29:{n}", "aadObjectId": f"ID-{n}"} for n in range(3)]
    teams.page = 2
    return teams


async def ours(connector: Connector, address: str) -> None:
    team = Chat(f"{address}/", TEAM, "channel", TENANT, BOT, TEAM)
    chat = Chat(f"{address}/", CHAT, "personal", TENANT, BOT)
    await connector.send(chat, CARD, "S")
    await connector.send(team, CARD, "S", thread="77")
    posted = await connector.post(team, CHANNEL, CARD, "S")
    await connector.update(posted, CARD, "S")
    await connector.open(chat, "person")
    assert [person async for person in connector.readers(team, CHANNEL)] == ["id-0", "id-1", "id-2"]
    assert await connector.channels(team) == {TEAM: "standard", CHANNEL: ""}
    await connector.close()


async def theirs(address: str, posted: str) -> None:
    async def token() -> str:
        return FakeEntra().token

    http = Client(ClientOptions(token=token))
    client = ConversationClient(address, http)
    attachments = [{"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}]
    message = MessageActivityInput.model_validate({"type": "message", "summary": "S", "attachments": attachments})
    told = {"tenantId": TENANT, "bot": {"id": BOT}}
    await client.create_activity(CHAT, message)
    await client.create_activity(f"{TEAM};messageid=77", message)
    data: dict[str, Any] = {"channel": {"id": CHANNEL}, "tenant": {"id": TENANT}}
    post = {**told, "isGroup": True, "channelData": data, "activity": message}
    await client.create(CreateConversationParams.model_validate(post))
    await client.update_activity(CHANNEL, posted, message)
    chat = {**told, "isGroup": False, "members": [{"id": "person"}], "channelData": {"tenant": {"id": TENANT}}}
    await client.create(CreateConversationParams.model_validate(chat))
    page = await client.get_paged_members(CHANNEL, 100, None)
    await client.get_paged_members(CHANNEL, 100, page.continuation_token)
    await TeamClient(address, http).get_conversations(TEAM)
    await http.http.aclose()


def test_the_same_is_asked(connector: Connector, tenant: FakeTeams, address: str) -> None:
    asyncio.run(ours(connector, address))
    asked, tenant.journal = tenant.journal, []
    asyncio.run(theirs(address, asked[3][1].rpartition("/")[2]))
    assert len(asked) == 8
    for mine, other in zip(asked, tenant.journal, strict=True):
        assert mine == other


@pytest.mark.parametrize("answer", ["html", "empty", "list", "half"])
def test_an_answer_that_is_none_is_tried_again(
    connector: Connector, tenant: FakeTeams, address: str, answer: str
) -> None:
    chat = Chat(f"{address}/", CHAT, "personal", TENANT, BOT)
    tenant.faults = [Fault(answer)]

    async def whole() -> None:
        try:
            await connector.send(chat, CARD, "S")
        finally:
            await connector.close()

    with pytest.raises(Later, match="no answer of Teams"):
        asyncio.run(whole())


def test_an_id_leads_nowhere_else(connector: Connector, tenant: FakeTeams, address: str) -> None:
    async def whole() -> None:
        try:
            await connector.update(Posted(f"{address}/", f"x/../{CHAT}", "1?y=1"), CARD, "S")
        finally:
            await connector.close()

    with pytest.raises(Gone):
        asyncio.run(whole())
    assert [path for _, path, _ in tenant.journal] in ([], [f"/v3/conversations/x/../{CHAT}/activities/1?y=1"])


def test_a_channel_that_nobody_reads_is_no_answer(connector: Connector, tenant: FakeTeams, address: str) -> None:
    """Whoever put Beacon there reads it: the guard must not take an empty list for a safe channel."""
    tenant.members[CHANNEL] = []

    async def whole() -> None:
        try:
            assert [p async for p in connector.readers(Chat(f"{address}/", TEAM, "channel", TENANT, BOT), CHANNEL)]
        finally:
            await connector.close()

    with pytest.raises(Later):
        asyncio.run(whole())
