"""Front page, cases, inboxes and channels: who sees what, and that it comes by itself."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import msgspec
import pytest
from starlette.types import Receive, Scope, Send

from adapters.web.app import WebSurface
from adapters.web.live import changes
from adapters.web.posted import pack, unpack
from bot.inbound import Press
from bot.people import Roster
from bot.prompt import Notice, Token, Verb
from bot.service.surface import Later
from bot.storage import outbox
from bot.storage.tx import Tx
from bot.storage.writer import NotStored
from tests.web.conftest import AT, Visitor, deliver
from tests.web.samples import FRONT, NASTY, OPENED, THANKS, card
from tests.web.served import Slot
from tests.web.standin import CannedDesk


def test_the_front_page_has_everything_and_only_readable_channels(lead: Visitor, desk: CannedDesk) -> None:
    desk.front = FRONT
    page = lead.look("/")
    assert page.question == FRONT.title
    assert {"start.concern.0.", "start.worry.0.", "ack.OPEN33.0.", "open.OPEN33.0."} <= page.tokens
    assert "MINE22" in page.text
    assert "Ring 999." in page.text
    assert "/channel/dsl" in page.links
    assert "/channel/it" not in page.links


def test_only_a_card_with_facts_is_marked_as_closed(lead: Visitor, desk: CannedDesk) -> None:
    """A child's report and a card that is looked after elsewhere are in the same quiet tone, and are not closed."""
    quiet = replace(card("MINE22"), tone="done")
    desk.front = replace(FRONT, reports=(replace(quiet, facts=()),), cases=())
    assert "tag" not in lead.look("/").shown
    desk.front = replace(FRONT, reports=(quiet,), cases=())
    assert "tag" in lead.look("/").shown


def test_what_waits_comes_before_what_can_be_begun(lead: Visitor, desk: CannedDesk) -> None:
    desk.front = FRONT
    text = lead.look("/").text
    places = [text.index(words) for words in ("OPEN33", "Go on", "Report a concern", "Ring 999.", "MINE22")]
    assert places == sorted(places)


def test_a_card_takes_its_presser_back_to_where_the_button_was(lead: Visitor, desk: CannedDesk) -> None:
    desk.front = FRONT
    page = lead.look("/")
    desk.replies.append(card("OPEN33"))
    answer = lead.press(page, "ack.OPEN33.0.")
    assert answer.headers["location"] == "/"
    assert "Reference: OPEN33" in lead.look("/").text
    assert "Reference: OPEN33" not in lead.look("/").text


def test_opening_a_case_is_one_look_each_time(lead: Visitor, desk: CannedDesk) -> None:
    desk.front = FRONT
    page = lead.look("/")
    answer = lead.press(page, "open.OPEN33.0.")
    assert answer.headers["location"] == "/case/OPEN33"
    assert desk.received == []
    desk.replies += [OPENED, OPENED]
    first = lead.look("/case/OPEN33")
    assert " ".join(NASTY.split()) in first.text
    lead.look("/case/OPEN33")
    assert [i.act for i in desk.received] == [Press(Token(Verb.OPEN, "OPEN33"))] * 2
    assert len({i.event for i in desk.received}) == 2
    assert {i.identity.external for i in desk.received} == {"okafor"}


PREFETCH = {"sec-purpose": "prefetch", "purpose": "Prefetch", "x-moz": "prefetch"}


@pytest.mark.parametrize(("header", "purpose"), [*PREFETCH.items(), ("sec-purpose", "prefetch;prerender")])
def test_a_case_is_not_opened_before_somebody_looks(lead: Visitor, desk: CannedDesk, header: str, purpose: str) -> None:
    assert lead.http.get("/case/OPEN33", headers={header: purpose}).status_code == 403
    assert lead.http.head("/case/OPEN33").status_code == 403
    assert desk.received == []


def test_a_case_may_be_refused(teacher: Visitor, desk: CannedDesk) -> None:
    desk.replies.append(Notice(("This is not yours to open.",)))
    answer = teacher.get("/case/OPEN33")
    assert answer.status_code == 403
    assert "not yours to open" in answer.text
    assert teacher.get("/case/not.a.ref").status_code == 404


def test_an_opened_card_leads_to_its_case(lead: Visitor, desk: CannedDesk) -> None:
    desk.front = FRONT
    page = lead.look("/")
    desk.replies.append(OPENED)
    answer = lead.press(page, "ack.OPEN33.0.")
    assert answer.headers["location"] == f"/case/{OPENED.case}"


def test_an_inbox_shows_the_newest_first_and_an_update_in_place(
    lead: Visitor, teacher: Visitor, surface: WebSurface
) -> None:
    assert "nothing here" in lead.look("/messages").text
    deliver(surface, "person:okafor", "one", 1, Notice((NASTY,), title="First"))
    deliver(surface, "person:okafor", "two", 1, Notice(("Words",), title="Second"))
    assert lead.look("/messages").headings["h2"] == ["Second", "First"]
    deliver(surface, "person:okafor", "one", 2, Notice(("Newer",), title="First again"))
    deliver(surface, "person:okafor", "one", 1, Notice(("Older",), title="Late"))
    assert lead.look("/messages").headings["h2"] == ["First again", "Second"]
    assert teacher.look("/messages").headings["h2"] == []


def test_a_channel_is_for_its_readers(lead: Visitor, teacher: Visitor, surface: WebSurface) -> None:
    deliver(surface, "channel:dsl", "one", 1, Notice(("Words",), title="Safe here"))
    assert lead.look("/channel/dsl").headings["h2"] == ["Safe here"]
    for path in ("/channel/dsl", "/events?place=channel:dsl", "/channel/none"):
        assert teacher.get(path).status_code == 403
    assert "Safe here" not in teacher.get("/channel/dsl").text


def test_readers_are_those_the_roles_allow(surface: WebSurface) -> None:
    assert asyncio.run(surface.readers("dsl")) == frozenset({"okafor", "pritchard"})
    assert asyncio.run(surface.readers("none")) is None


def test_readers_are_those_of_now(surface: WebSurface, desk: CannedDesk) -> None:
    desk.office.directory.roster = Roster(m for m in desk.roster if m.id != "okafor")
    assert asyncio.run(surface.readers("dsl")) == frozenset({"pritchard"})


def test_what_cannot_be_stored_is_delivered_later(surface: WebSurface, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> None:
        raise NotStored("full")

    monkeypatch.setattr(surface._writer, "run", full)
    with pytest.raises(Later):
        deliver(surface, "person:okafor", "one", 1, THANKS)


def test_a_change_is_told_once_and_only_at_its_place(surface: WebSurface) -> None:
    async def told() -> list[str]:
        stream = changes(surface, "person:okafor", 0, lambda: True)
        first = asyncio.ensure_future(anext(stream))
        await surface.deliver("person:oyelaran", "one", 1, THANKS, "")
        assert not first.done()
        await surface.deliver("person:okafor", "one", 1, THANKS, "")
        ids = [str((await first).id)]
        await surface.deliver("person:okafor", "two", 1, THANKS, "")
        ids.append(str((await anext(stream)).id))
        await stream.aclose()  # type: ignore[attr-defined]
        assert not surface._watching
        return ids

    assert asyncio.run(told()) == ["1", "2"]


def test_who_may_look_no_longer_is_told_no_more(surface: WebSurface) -> None:
    async def told() -> list[object]:
        may = [True]
        stream = changes(surface, "channel:dsl", 0, lambda: may[0])
        first = asyncio.ensure_future(anext(stream))
        await surface.deliver("channel:dsl", "one", 1, THANKS, "")
        ids: list[object] = [(await first).id]
        may[0] = False
        await surface.deliver("channel:dsl", "two", 1, THANKS, "")
        ids.append(await anext(stream, "its end"))
        assert not surface._watching
        return ids

    assert asyncio.run(told()) == ["1", "its end"]


@pytest.mark.parametrize("place", ["mine", "channel:dsl"])
def test_a_stream_ends_when_its_reader_leaves(
    lead: Visitor, slot: Slot, desk: CannedDesk, surface: WebSurface, place: str
) -> None:
    app, at = slot.app, "person:okafor" if place == "mine" else place

    async def delivering(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/deliver":  # on the server's own loop, as the delivery loop does
            await surface.deliver(at, "two", 1, THANKS, "")
        await app(scope, receive, send)

    slot.app = delivering
    deliver(surface, at, "one", 1, THANKS)
    with lead.http.stream("GET", f"/events?place={place}&since=0") as answer:
        lines = (line for line in answer.iter_lines() if line)
        assert [next(lines) for _ in range(3)] == ["id: 1", "event: changed", "data: 1"]
        desk.office.directory.roster = Roster(m for m in desk.roster if m.id != "okafor")
        httpx.get(f"http://127.0.0.1:{slot.port}/deliver")
        assert next(lines, "its end") == "its end"


def test_a_page_that_is_behind_hears_at_once_and_content_is_never_in_it(lead: Visitor, surface: WebSurface) -> None:
    deliver(surface, "person:okafor", "one", 1, Notice(("Very particular words",)))
    with lead.http.stream("GET", "/events?place=mine&since=0") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = []
        for line in answer.iter_lines():
            lines.append(line)
            if line.startswith("data:"):
                break
    assert lines == ["id: 1", "event: changed", "data: 1"]


def test_events_are_for_somebody(nobody: Visitor) -> None:
    assert nobody.get("/events").headers["location"] == "/people"


@pytest.mark.parametrize("item", [THANKS, OPENED, card()])
def test_posts_come_back_as_they_were(item: Notice) -> None:
    assert unpack(pack(item)) == item


@pytest.mark.parametrize("body", [b"{}", b'{"notice": {"lines": 3}}', b'{"other": 1}', b"rubbish"])
def test_a_foreign_post_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        unpack(body)


def test_health(address: str) -> None:
    assert httpx.get(f"{address}/healthz").json() == {"status": "ok", "waiting": 0, "given_up": 0}


def test_health_counts_what_has_not_reached_its_place(address: str, surface: WebSurface) -> None:
    for place in ("person:okafor", "person:pritchard", "channel:dsl"):
        surface._writer.run_now(lambda tx, at=place: outbox.want(tx, at, "card", "c1", 1, AT))  # type: ignore[misc]

    def give_up(tx: Tx) -> None:
        outbox.dead(tx, outbox.claim(tx, AT, timedelta(minutes=1), 1)[0], "Never")

    surface._writer.run_now(give_up)
    answer = httpx.get(f"{address}/healthz")
    assert answer.json() == {"status": "ok", "waiting": 2, "given_up": 1}
    assert "okafor" not in answer.text
