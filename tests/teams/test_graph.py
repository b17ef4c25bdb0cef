"""Microsoft Graph against a fake here: paging, throttling, refusals, half answers, and what is not loaded."""

import asyncio
import gc
import subprocess
import sys
import warnings
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from adapters.teams.config import TeamsConfig
from adapters.teams.graph import Graph
from adapters.teams.graph_library import Gone
from adapters.teams.mailing import Mailing
from adapters.teams.tokens import NoToken, Tokens
from bot.people import Account
from bot.prompt import Card, Notice
from bot.reading import Mistakes
from bot.service.surface import Later, Never
from tests.school import School
from tests.teams.graph_fake import STAFF, FakeGraph, object_id, user
from tests.teams.microsoft import APP, TENANT, FakeEntra, Reply
from tests.web.served import serve

T = TypeVar("T")
CONFIG = TeamsConfig(APP, TENANT, "a-secret-of-a-made-up-app")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the library's own


@pytest.fixture
def directory() -> FakeGraph:
    return FakeGraph({STAFF: [user(n) for n in range(1, 6)]})


@pytest.fixture
def address(directory: FakeGraph) -> Iterator[str]:
    with serve(lambda _: directory.app()) as address:
        yield f"{address}/v1.0"


@pytest.fixture
def graph(address: str) -> Graph:
    return Graph(Tokens(CONFIG, FakeEntra()), address)


def done(graph: Graph, work: Coroutine[Any, Any, T]) -> T:
    async def whole() -> T:
        try:
            return await work
        finally:
            await graph.close()

    try:
        return asyncio.run(whole())
    finally:
        with warnings.catch_warnings():  # the library does not close what it tries again
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def ask(graph: Graph) -> tuple[Account, ...]:
    return done(graph, graph.members(STAFF))


def test_a_group_is_read_page_by_page(graph: Graph, directory: FakeGraph) -> None:
    found = ask(graph)
    assert [known.name for known in found] == [f"Person {n}" for n in range(1, 6)]
    assert found[0].mails == ("person1@larkfield.example", "p1@larkfield.example")
    assert len(directory.asked) == 3
    assert list(directory.tokens) == [f"Bearer {FakeEntra().token}"]


def test_guests_and_accounts_that_are_off_are_told_apart(graph: Graph, directory: FakeGraph) -> None:
    directory.groups[STAFF] = [
        *(user(1, userType="Guest"), user(2, accountEnabled=False), user(3, mail=None, userType=None)),
        user(4, userType=None, userPrincipalName="di_home.example#EXT#@larkfield.example"),
    ]
    assert [(k.guest, k.enabled) for k in ask(graph)] == [(True, True), (False, False), (False, True), (True, True)]


def test_people_whom_the_app_may_not_read_are_no_people(graph: Graph, directory: FakeGraph) -> None:
    """Without User.Read.All Graph gives their ids and nothing else: nobody would be a guest."""
    hidden = user(1, displayName=None, mail=None, userPrincipalName=None, userType=None, accountEnabled=None)
    directory.groups[STAFF] = [hidden]
    with pytest.raises(Never, match=r"grant User\.Read\.All"):
        ask(graph)


def test_school_data_says_who_is_a_pupil(graph: Graph, directory: FakeGraph) -> None:
    directory.roll = [
        *(user(1, primaryRole="student"), user(2, primaryRole="teacher"), user(3, primaryRole="none")),
        *(user(4), user(5, primaryRole="faculty"), user(6, primaryRole="student", userType="Guest")),
    ]
    found = done(graph, graph.roll())
    assert [(k.id, *k.roles, k.guest) for k in found] == [
        (object_id(1), "pupil", False),
        (object_id(2), "staff", False),
        (object_id(6), "pupil", True),
    ]


def test_one_account_is_asked_for(graph: Graph, directory: FakeGraph) -> None:
    directory.people[object_id(9)] = user(9, userType="Guest")
    assert done(graph, graph.person(object_id(9))).guest


def test_an_account_that_is_gone_is_told_apart(graph: Graph) -> None:
    with pytest.raises(Gone):
        done(graph, graph.person(object_id(9)))


def test_throttling_is_waited_out(graph: Graph, directory: FakeGraph) -> None:
    directory.answers = [(429, {"Retry-After": "1"}), (503, {"Retry-After": "1"})]
    assert len(ask(graph)) == 5


def test_who_is_throttled_for_long_comes_back_when_graph_says(graph: Graph, directory: FakeGraph) -> None:
    directory.answers = [(429, {"Retry-After": "1800"})]
    with pytest.raises(Later) as wrong:
        ask(graph)
    assert wrong.value.after == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (401, Never, "secret or certificate was revoked"),
        (403, Never, "grant the permission"),
        (404, Gone, "no such group"),
        (400, Never, "refuses"),
        (500, Later, "failed"),
    ],
)
def test_a_refusal_is_told_apart_from_a_failure(
    graph: Graph, directory: FakeGraph, status: int, kind: type[Exception], said: str
) -> None:
    directory.answers = [(status, {})] * 10
    with pytest.raises(kind, match=said) as wrong:
        ask(graph)
    assert "must not be logged" not in str(wrong.value)


@pytest.mark.parametrize("answer", ["html", "half", (403, {}), (500, {})])
@pytest.mark.parametrize("after", [0, 2])
def test_a_group_that_is_half_read_is_not_read(graph: Graph, directory: FakeGraph, answer: Any, after: int) -> None:
    directory.after, directory.answers = after, [answer]
    with pytest.raises((Later, Never)):
        ask(graph)
    assert len(directory.asked) == after + 1


def test_a_graph_that_hangs_is_not_waited_for(address: str, directory: FakeGraph) -> None:
    directory.after, directory.answers = 1, ["hang"]
    graph = Graph(Tokens(CONFIG, FakeEntra()), address, timedelta(seconds=1))
    with pytest.raises(Later, match="does not answer"):
        ask(graph)


def test_pages_without_end_are_left(graph: Graph, directory: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.teams.graph._PAGES", 2)
    with pytest.raises(Later, match="does not end"):
        ask(graph)


def test_a_secret_that_runs_out_in_the_middle_is_said(address: str, directory: FakeGraph) -> None:
    entra = FakeEntra(lives=1, answers=[Reply(200, {"token_type": "Bearer", "expires_in": 1, "access_token": "first"})])
    entra.answers.append(Reply(401, {"error": "invalid_client"}))
    with pytest.raises(NoToken) as wrong:
        ask(Graph(Tokens(CONFIG, entra), address))
    assert (wrong.value.code, len(directory.asked)) == ("invalid_client", 1)


def test_a_token_that_is_revoked_in_the_middle_is_said(graph: Graph, directory: FakeGraph) -> None:
    directory.after, directory.answers = 1, [(401, {})]
    with pytest.raises(Never, match="revoked"):
        ask(graph)


def test_a_mail_says_who_and_what_and_is_not_kept(graph: Graph, directory: FakeGraph) -> None:
    done(graph, graph.mail("beacon@larkfield.example", "okafor@larkfield.example", "Waiting", "Words."))
    (mail,) = directory.mails
    assert mail["from"] == "beacon@larkfield.example"
    assert mail["saveToSentItems"] is False
    assert directory.written() == [("okafor@larkfield.example", "Waiting", "Words.")]
    assert mail["message"]["body"]["contentType"] == "text"


def test_a_mail_is_never_tried_again_behind_our_back(graph: Graph, directory: FakeGraph) -> None:
    directory.answers = [(503, {"Retry-After": "0"})]
    with pytest.raises(Later):
        done(graph, graph.mail("beacon@larkfield.example", "okafor@larkfield.example", "Waiting", "Words."))
    assert (len(directory.asked), directory.mails) == (1, [])


LETTER = Notice(("One.", "Two."), "About it")


def bring(school: School, graph: Graph, item: Card | Notice = LETTER, place: str = "person:okafor") -> str:
    surface = Mailing(graph, "beacon@larkfield.example", school.beacon.stored.reader)
    return done(graph, surface.deliver(place, "x", 1, item, ""))


@pytest.fixture
def listed(school: School) -> School:
    dsl = school.beacon.desk.roster.get("okafor")
    assert dsl is not None
    school.put((replace(dsl, email="amara@larkfield.example"),))
    return school


def test_the_core_writes_to_people_of_the_list(listed: School, graph: Graph, directory: FakeGraph) -> None:
    assert bring(listed, graph)
    assert directory.written() == [("amara@larkfield.example", "About it", "One.\n\nTwo.")]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((429, {"Retry-After": "30"}), Later),
        ((503, {}), Later),
        ((400, {}), Never),
        ((403, {}), Never),
    ],
)
def test_what_goes_wrong_with_mail_is_told_apart(
    listed: School, graph: Graph, directory: FakeGraph, answer: tuple[int, dict[str, str]], kind: type[Later | Never]
) -> None:
    directory.answers = [answer]
    with pytest.raises(kind) as wrong:
        bring(listed, graph)
    assert len(directory.asked) == 1
    if isinstance(wrong.value, Later) and answer[1]:
        assert wrong.value.after == timedelta(seconds=30)


@pytest.mark.parametrize("place", ["person:qureshan", "person:nobody"])
def test_who_has_no_address_can_never_be_written_to(listed: School, graph: Graph, place: str) -> None:
    with pytest.raises(Never):
        bring(listed, graph, place=place)


def test_a_card_is_never_mailed(listed: School, graph: Graph, directory: FakeGraph) -> None:
    with pytest.raises(Never):
        bring(listed, graph, Card("K7M", 1, "Concern", "urgent"))
    assert directory.mails == []


def test_mail_without_the_library_is_given_up(listed: School, graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgraph.graph_service_client", None)
    with pytest.raises(Never, match="extra 'graph'"):
        bring(listed, graph)


def test_a_library_that_is_not_installed_is_said(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgraph.graph_service_client", None)
    with pytest.raises(Mistakes, match=r"extra 'graph' \(beacon-school\[graph\]\)"):
        ask(graph)


def test_who_does_not_use_it_does_not_load_it() -> None:
    """Two hundred megabytes and seconds: `beacon demo`, and a school without Teams, must not pay for them."""
    loaded = "import sys, bot.__main__, bot.running.school, bot.running.demo;"
    ours = loaded + "print([m for m in ('msgraph', 'msal', 'microsoft_teams', 'jsonschema') if m in sys.modules])"
    teams = "import sys, adapters.teams.app; print([m for m in ('msgraph', 'jsonschema') if m in sys.modules])"
    for program in (ours, teams):
        said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own
        assert said.stdout.strip() == "[]"
