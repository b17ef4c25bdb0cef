"""Tokens: asked for once and kept, told apart by what they are for, and what is wrong is said by its code."""

import asyncio

import pytest
import requests

from adapters.teams.config import TeamsConfig
from adapters.teams.tokens import BOT, GRAPH, NoToken, Tokens
from tests.teams.microsoft import APP, TENANT, FakeEntra, Reply

CONFIG = TeamsConfig(APP, TENANT, "a-secret-of-a-made-up-app")


def test_a_token_is_asked_for_once_for_each_thing() -> None:
    entra = FakeEntra()
    tokens = Tokens(CONFIG, entra)
    assert [tokens.now(BOT), tokens.now(BOT), tokens.now(GRAPH), tokens.now(GRAPH)] == [entra.token] * 4
    assert [asked["scope"] for asked in entra.asked] == [BOT, GRAPH]
    assert {asked["url"] for asked in entra.asked} == {
        f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"
    }, "the school's own tenant, and no other"


def test_a_token_that_has_run_out_is_asked_for_again() -> None:
    entra = FakeEntra(lives=1)
    tokens = Tokens(CONFIG, entra)
    tokens.now(BOT)
    tokens.now(BOT)
    assert len(entra.asked) == 2


def test_where_none_is_needed_none_is_asked_for() -> None:
    entra = FakeEntra()
    assert asyncio.run(Tokens(TeamsConfig(APP, TENANT, local=True), entra).bot()) is None
    assert entra.asked == []


@pytest.mark.parametrize("code", ["invalid_client", "unauthorized_client", "temporarily_unavailable"])
def test_a_refusal_is_said_by_its_code_and_nothing_else(code: str) -> None:
    entra = FakeEntra([Reply(401, {"error": code, "error_description": "AADSTS7000222 of app a-secret-of"})])
    tokens = Tokens(CONFIG, entra)
    with pytest.raises(NoToken) as wrong:
        tokens.now(BOT)
    assert (wrong.value.code, str(wrong.value)) == (code, code)
    assert (wrong.value.after is None) == (code == "temporarily_unavailable")
    assert tokens.now(BOT) == entra.token, "put right, it goes on"


class Broken(FakeEntra):
    def post(self, url: str, data: object = None, **more: object) -> Reply:
        raise requests.ConnectionError("no route")


def test_no_connection_is_said_and_tried_again() -> None:
    with pytest.raises(NoToken) as wrong:
        Tokens(CONFIG, Broken()).now(BOT)
    assert wrong.value.code == "unreachable"


def test_an_answer_that_is_none_is_no_defect() -> None:
    entra = FakeEntra([Reply(200, {})])
    with pytest.raises(NoToken):
        Tokens(CONFIG, entra).now(BOT)
