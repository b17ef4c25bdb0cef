"""Everything that Teams may send: whatever its shape, it is answered as the protocol says, and never with an error."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.teams.activity import Installed, Other, Said, read
from tests.teams.campus import DSL_CHANNEL, Campus, chat, person, said, titles
from tests.teams.microsoft import BOT, TEAM, TENANT

TEACHER, PUPIL = "oyelaran", "p-aisha"
Json = dict[str, Any]

# Questions that Teams asks of apps which have what Beacon has not; 501 is what the protocol says to them.
NOT_OURS = [
    *("composeExtension/query", "composeExtension/fetchTask", "composeExtension/submitAction"),
    *("composeExtension/queryLink", "composeExtension/anonymousQueryLink", "composeExtension/selectItem"),
    *("composeExtension/querySettingUrl", "composeExtension/setting", "composeExtension/onCardButtonClicked"),
    *("signin/verifyState", "signin/tokenExchange", "signin/failure", "application/search"),
    *("config/fetch", "config/submit", "tab/fetch", "tab/submit", "fileConsent/invoke", "handoff/action"),
    *("message/submitAction", "message/fetchTask", "actionableMessage/executeAction", "suggestedActions/submit"),
]
# What needs no answer.
NO_QUESTION = [
    *("typing", "event", "endOfConversation", "messageReaction", "messageUpdate", "messageDelete", "trace", "handoff"),
    *("conversationUpdate", "installationUpdate", "contactRelationUpdate", "deleteUserData", "suggestion", "command"),
    *("commandResult", "invokeResponse", "message"),
]


@pytest.mark.parametrize("name", NOT_OURS)
def test_a_question_that_is_not_for_us_is_answered_as_not_understood(campus: Campus, name: str) -> None:
    for channel in ("", TEAM):
        for value in (None, {}, {"data": {"token": "start.concern.0."}}, {"commandId": "x", "queryText": "y"}):
            answer = campus.post(campus.activity(TEACHER, "invoke", channel, name=name, value=value))
            assert (answer.status_code, answer.content) == (501, b""), value
    assert campus.teams.messages == {}
    assert campus.home(TEACHER).unfinished == ()


@pytest.mark.parametrize("type_", NO_QUESTION)
def test_what_needs_no_answer_is_taken(campus: Campus, type_: str) -> None:
    for channel in ("", TEAM):
        values: tuple[object, ...] = (None, {}, [], "x", 3, {"token": 5})
        for value in values:
            answer = campus.post(
                campus.activity(TEACHER, type_, channel, value=value, reactionsAdded=[{"type": "like"}])
            )
            assert (answer.status_code, answer.content) == (200, b"")


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from([*NO_QUESTION, "invoke"])
NAMES = st.sampled_from(["adaptiveCard/action", "task/fetch", "task/submit", *NOT_OURS[:3]])
PARTS = st.sampled_from(
    ["value", "entities", "attachments", "text", "recipient", "membersAdded", "membersRemoved", "replyToId", "name"]
)


@given(TYPES, NAMES, st.dictionaries(PARTS, SHAPES, max_size=4))
@settings(max_examples=150, deadline=None)
def test_whatever_shape_a_part_has_it_is_read(type_: str, name: str, odd: Json) -> None:
    whole = {"type": type_, "name": name, "conversation": {"id": "a:x", "tenantId": TENANT}, "serviceUrl": "https://x"}
    assert read({**whole, **odd}) is not None


@given(NAMES, SHAPES, SHAPES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_shape_a_press_has_it_is_answered(campus: Campus, name: str, data: object, token: object) -> None:
    value = {"action": {"data": data}, "data": {"token": token, "page": data, "value": data}, "trigger": data}
    answer = campus.post(campus.activity(TEACHER, "invoke", name=name, value=value))
    assert answer.status_code in (200, 501)


# Files and pictures ---------------------------------------------------------------------------------------------------

PICTURES = {
    "pasted into the words": ('<p>look <img src="https://x.example/1" itemscope="image/png"></p>', True),
    "in capitals": ('<IMG SRC="https://x.example/1">', True),
    "a moving one": ('<img itemtype="http://schema.skype.com/Giphy" src="https://x.example/1">', True),
    "a smiley": (
        '<p>ok <img itemtype="http://schema.skype.com/Emoji" alt="smile" src="https://x.example/1"></p>',
        False,
    ),
    "a smiley and a picture": ('<img itemtype="http://schema.skype.com/Emoji"><img src="https://x.example/1">', True),
    "no picture": ("<p>an image of him</p>", False),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_within_the_words_is_refused_and_never_fetched(campus: Campus, name: str) -> None:
    html, refused = PICTURES[name]
    campus.write(PUPIL, "look", attachments=[{"contentType": "text/html", "content": html}])
    assert ("do not send pictures" in said(campus.last(PUPIL)).lower()) is refused
    assert [method for method, _, _ in campus.teams.journal if method == "GET"] == []


# Channels -------------------------------------------------------------------------------------------------------------


def test_a_mention_in_a_channel_is_answered_with_what_beacon_can_do(campus: Campus) -> None:
    campus.install_team()
    mention = {"type": "mention", "mentioned": {"id": BOT}, "text": "<at>Beacon</at>"}
    campus.write("fairbairn", "<at>Beacon</at> my neighbour's child was hit", DSL_CHANNEL, entities=[mention])
    (answer,) = [
        card
        for (where, _), m in campus.teams.messages.items()
        if where == f"{DSL_CHANNEL};messageid=77"
        for card in [m["attachments"][0]["content"]]
    ]
    for flow in campus.book.school.flows:
        assert campus.book.flows[flow].title in said(answer)
    assert "Do not write about a child in a channel" in said(answer)
    assert "neighbour" not in json.dumps(list(campus.teams.messages.values()))
    assert titles(answer) == []
    assert campus.cases() == ()


def test_whoever_mentions_it_finds_their_front_page_in_their_own_chat(campus: Campus) -> None:
    campus.install_team()
    campus.teams.chats[person("u-new")] = chat("u-new")
    campus.install(PUPIL, "u-new")
    before = len(campus.cards(chat("u-new")))
    for who in (PUPIL, "u-new"):
        campus.write(who, "<at>Beacon</at> hello", DSL_CHANNEL)
    assert titles(campus.last(PUPIL)) == ["Tell us a worry"]
    assert len(campus.cards(chat(PUPIL))) == 2
    assert len(campus.cards(chat("u-new"))) == before


def test_a_group_chat_is_answered_as_a_channel_is(campus: Campus) -> None:
    campus.teams.chats["group"] = "19:group@thread.v2"
    where = {"id": "19:group@thread.v2", "conversationType": "groupChat", "tenantId": TENANT}
    body = campus.activity(PUPIL, "message", text="my dad hits me")
    assert campus.post({**body, "conversation": where}).status_code == 200
    (card,) = campus.cards("19:group@thread.v2")
    assert "I answer in our own chat" in said(card)
    assert campus.cases() == ()
    assert campus.home(PUPIL).unfinished == ()


# Coming and going -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["teamDeleted", "teamHardDeleted"])
def test_a_team_that_is_deleted_is_forgotten(campus: Campus, event: str) -> None:
    campus.install_team()
    teams = campus.wait_for(campus.app.chats.teams())
    assert [team.team for team in teams] == [TEAM]
    body = campus.activity("okafor", "conversationUpdate", TEAM)
    body["channelData"]["eventType"] = event
    assert campus.post(body).status_code == 200
    assert campus.wait_for(campus.app.chats.teams()) == ()


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"action": "add"}, Installed(there=True, first=True)),
        ({"action": "remove"}, Installed(there=False)),
        ({"action": "add-upgrade"}, Other()),
        ({"action": "remove-upgrade"}, Other()),
        ({"action": None}, Other()),
    ],
)
def test_installation(facts: Json, what: object) -> None:
    body = {"type": "installationUpdate", "conversation": {"id": "a:x"}, "serviceUrl": "https://x", **facts}
    came = read(body)
    assert came is not None
    assert came.what == what


def test_a_thread_is_answered_in_and_never_kept_as_a_conversation(campus: Campus) -> None:
    body = campus.activity(TEACHER, "message", DSL_CHANNEL, text="hello")
    came = read(body)
    assert came is not None
    assert (came.chat.id, came.thread) == (DSL_CHANNEL, "77")
    assert isinstance(came.what, Said)
