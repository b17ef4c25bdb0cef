"""Microsoft Graph against a fake on this machine: paging, throttling, refusals, and what follows for the list."""

import asyncio
import gc
import subprocess
import sys
import warnings
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.teams.config import TeamsConfig
from adapters.teams.graph import Graph, Known
from adapters.teams.matching import Matching, keep
from adapters.teams.tokens import NoToken, Tokens
from bot.inbound import Identity
from bot.people import Member, Role
from bot.service.surface import Later, Never
from bot.storage import members
from tests.school import School
from tests.teams.microsoft import APP, TENANT, FakeEntra, Reply
from tests.web.served import serve

GROUP = "77777777-2222-4333-8444-555555555555"
TEACHER = "oyelaran"
T = TypeVar("T")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the library's own


def user(number: int, **facts: object) -> dict[str, Any]:
    return {
        "@odata.type": "#microsoft.graph.user",
        "id": f"{number:08}-2222-4333-8444-555555555555",
        "displayName": f"Person {number}",
        "mail": f"person{number}@larkfield.example",
        "userPrincipalName": f"p{number}@larkfield.example",
        "userType": "Member",
        "accountEnabled": True,
        **facts,
    }


@dataclass
class FakeGraph:
    """The directory at its edge."""

    people: list[dict[str, Any]] = field(default_factory=list)
    page: int = 2
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # what is said first: status and headers
    mails: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    token: str = ""

    def app(self) -> Starlette:
        group = "/v1.0/groups/{group:str}/transitiveMembers/graph.user"
        return Starlette(
            routes=[
                Route(group, self._members),
                Route("/v1.0/users/{user:str}/sendMail", self._mail, methods=["POST"]),
            ]
        )

    def _refused(self, request: Request) -> Response | None:
        self.asked.append(str(request.url.path))
        self.token = request.headers.get("authorization", "")
        if not self.answers:
            return None
        status, headers = self.answers.pop(0)
        return JSONResponse({"error": {"code": "x", "message": "a name that must not be logged"}}, status, headers)

    async def _members(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        first = int(request.query_params.get("$skiptoken") or 0)
        more = first + self.page
        found: dict[str, Any] = {"value": self.people[first:more]}
        if more < len(self.people):
            found["@odata.nextLink"] = f"{request.url.replace(query='')}?$skiptoken={more}"
        return JSONResponse(found)

    async def _mail(self, request: Request) -> Response:
        if refused := self._refused(request):
            return refused
        told = {key[0].lower() + key[1:]: value for key, value in (await request.json()).items()}
        self.mails.append({"from": request.path_params["user"], **told})
        return Response(status_code=202)


@pytest.fixture
def directory() -> FakeGraph:
    return FakeGraph([user(n) for n in range(1, 6)])


@pytest.fixture
def graph(directory: FakeGraph) -> Iterator[Graph]:
    with serve(lambda _: directory.app()) as address:
        yield Graph(Tokens(TeamsConfig(APP, TENANT, "a-secret-of-a-made-up-app"), FakeEntra()), f"{address}/v1.0")


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


def ask(graph: Graph) -> tuple[Known, ...]:
    return done(graph, graph.members(GROUP))


def test_a_group_is_read_page_by_page(graph: Graph, directory: FakeGraph) -> None:
    found = ask(graph)
    assert [known.name for known in found] == [f"Person {n}" for n in range(1, 6)]
    assert found[0].mails == ("person1@larkfield.example", "p1@larkfield.example")
    assert len(directory.asked) == 3
    assert directory.token == f"Bearer {FakeEntra().token}"


def test_guests_and_accounts_that_are_off_are_told_apart(graph: Graph, directory: FakeGraph) -> None:
    directory.people = [user(1, userType="Guest"), user(2, accountEnabled=False), user(3, mail=None)]
    assert [(k.guest, k.enabled) for k in ask(graph)] == [(True, True), (False, False), (False, True)]


def test_throttling_is_waited_out(graph: Graph, directory: FakeGraph) -> None:
    directory.answers = [(429, {"Retry-After": "0"}), (503, {"Retry-After": "0"})]
    assert len(ask(graph)) == 5


@pytest.mark.parametrize(("status", "kind"), [(401, Never), (403, Never), (404, Never), (500, Later)])
def test_a_refusal_is_told_apart_from_a_failure(
    graph: Graph, directory: FakeGraph, status: int, kind: type[Exception]
) -> None:
    directory.answers = [(status, {})] * 10
    with pytest.raises(kind) as wrong:
        ask(graph)
    assert "must not be logged" not in str(wrong.value)


def test_a_revoked_secret_is_said(directory: FakeGraph) -> None:
    entra = FakeEntra([Reply(401, {"error": "invalid_client"})])
    graph = Graph(Tokens(TeamsConfig(APP, TENANT, "a-secret-of-a-made-up-app"), entra), "http://127.0.0.1:1/v1.0")
    with pytest.raises(NoToken):
        ask(graph)


def test_a_mail_says_who_and_what_and_is_not_kept(graph: Graph, directory: FakeGraph) -> None:
    done(graph, graph.mail("beacon@larkfield.example", "okafor@larkfield.example", "Waiting", "Words."))
    (mail,) = directory.mails
    assert mail["from"] == "beacon@larkfield.example"
    assert mail["saveToSentItems"] is False
    assert mail["message"]["toRecipients"] == [{"emailAddress": {"address": "okafor@larkfield.example"}}]
    assert mail["message"]["body"] == {"contentType": "text", "content": "Words."}


def test_who_does_not_use_it_does_not_load_it() -> None:
    """Two hundred megabytes and seconds: `beacon demo`, and a school without Teams, must not pay for them."""
    loaded = "import sys, bot.__main__, bot.running.school, bot.running.demo;"
    ours = loaded + "print([m for m in ('msgraph', 'msal', 'microsoft_teams', 'jsonschema') if m in sys.modules])"
    teams = "import sys, adapters.teams.app; print([m for m in ('msgraph', 'jsonschema') if m in sys.modules])"
    for program in (ours, teams):
        said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own
        assert said.stdout.strip() == "[]"


# The list -------------------------------------------------------------------------------------------------------------


@dataclass
class Given:
    """Stands in for Graph's client where only what it gives matters."""

    people: tuple[Known, ...]
    wrong: Exception | None = None
    asked: int = 0

    async def members(self, group: str) -> tuple[Known, ...]:
        self.asked += 1
        if self.wrong:
            raise self.wrong
        return self.people


OWN = Known("00000001-2222-4333-8444-555555555555", "Someone", ("folake@larkfield.example",))


def matching(school: School, *people: Known, wrong: Exception | None = None) -> tuple[Matching, Given]:
    given = Given(people, wrong)
    stored = school.beacon.stored
    return (
        Matching(given, {Role.STAFF: GROUP}, TENANT, stored.writer, stored.reader, school.clock),  # type: ignore[arg-type]
        given,
    )


def accounts(school: School) -> dict[str, str]:
    found = school.read(members.identities)
    return {identity.external: member for identity, member in found.items() if identity.surface == "teams"}


@pytest.fixture
def listed(school: School) -> School:
    """Give a school that knows a teacher's e-mail address."""
    teacher = school.beacon.desk.roster.get(TEACHER)
    assert teacher is not None
    school.put((replace(teacher, email="Folake@Larkfield.example"),))
    return school


def test_somebody_is_found_by_their_address(listed: School) -> None:
    job, given = matching(listed, OWN)
    listed._loop.run(job.look())
    assert accounts(listed) == {OWN.id: TEACHER}
    listed._loop.run(job.look())
    assert given.asked == 1
    listed.later(hours=7)
    listed._loop.run(job.look())
    assert given.asked == 2


def test_a_list_that_is_brought_in_again_is_matched_again_without_asking(listed: School) -> None:
    job, given = matching(listed, OWN)
    listed._loop.run(job.look())
    teacher = listed.beacon.desk.roster.get(TEACHER)
    assert teacher is not None
    listed.leave(TEACHER)
    listed.put((teacher,))
    assert accounts(listed) == {}
    listed._loop.run(job.look())
    assert (accounts(listed), given.asked) == ({OWN.id: TEACHER}, 1)


@pytest.mark.parametrize(
    "people",
    [
        (replace(OWN, guest=True),),
        (replace(OWN, enabled=False),),
        (replace(OWN, mails=("another@larkfield.example",)),),
        (replace(OWN, mails=()),),
        (OWN, replace(OWN, id=OWN.id.replace("1", "2"))),
    ],
)
def test_a_guest_or_a_doubtful_account_is_nobody(listed: School, people: tuple[Known, ...]) -> None:
    job, _ = matching(listed, *people)
    listed._loop.run(job.look())
    assert accounts(listed) == {}


def test_an_address_that_two_people_share_is_nobodys(listed: School) -> None:
    listed.put((Member("twin", "Mr Also There", frozenset({Role.STAFF}), email="folake@larkfield.example"),))
    job, _ = matching(listed, OWN)
    listed._loop.run(job.look())
    assert accounts(listed) == {}


def test_who_has_an_account_keeps_it(listed: School) -> None:
    own = Identity("teams", TENANT, "the-lists-own")
    listed.run(lambda tx: members.link(tx, own, TEACHER))
    job, _ = matching(listed, OWN)
    listed._loop.run(job.look())
    assert accounts(listed) == {"the-lists-own": TEACHER}


def test_what_was_known_stays_while_graph_cannot_be_asked(listed: School, caplog: pytest.LogCaptureFixture) -> None:
    listed.run(lambda tx: keep(tx, [OWN], listed.clock.now()))
    job, given = matching(listed, wrong=Never("Graph refuses (403)"))
    listed._loop.run(job.look())
    assert accounts(listed) == {OWN.id: TEACHER}
    assert "Graph refuses (403)" in caplog.text
    listed.later(minutes=16)
    listed._loop.run(job.look())
    assert given.asked == 2


def test_who_left_the_groups_is_forgotten(listed: School) -> None:
    listed.run(lambda tx: keep(tx, [OWN], listed.clock.now()))
    listed.run(lambda tx: keep(tx, [], listed.clock.now()))
    job, _ = matching(listed, wrong=Later("not now"))
    listed._loop.run(job.look())
    assert accounts(listed) == {}
