"""What the page refuses, and how: foreign forms, foreign hosts, files, floods, rubbish, and its own failures."""

import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from itsdangerous import TimestampSigner

from adapters.web.app import WebConfig, WebSurface, build
from bot.clock import ManualClock
from bot.inbound import Attached
from bot.prompt import Notice
from bot.storage.writer import NotStored
from bot.words import Words
from tests.web.conftest import Visitor, hidden
from tests.web.page import Page
from tests.web.samples import FIELDS, PAGES, SUBMIT, TALK, THANKS, prompt
from tests.web.served import serve
from tests.web.standin import CannedDesk

ANSWER = SUBMIT.token.encode()


@pytest.fixture
def page(lead: Visitor, desk: CannedDesk) -> Page:
    desk.screens[TALK] = prompt(FIELDS["long"])
    return lead.look(f"/talk/{TALK}")


def changed(shown: Page, /, **fields: str | None) -> list[tuple[str, str]]:
    sent = dict(hidden(shown)) | {"token": ANSWER, "value": "my words"} | fields
    return [(name, value) for name, value in sent.items() if value is not None]


@pytest.mark.parametrize("csrf", [None, "", "x" * 32, "é"])
def test_a_form_of_another_session_is_refused_and_its_words_are_kept(
    lead: Visitor, desk: CannedDesk, page: Page, csrf: str | None
) -> None:
    answer = lead.send("/act", changed(page, csrf=csrf))
    assert answer.status_code == 403
    assert desk.received == []
    assert "my words" in answer.text
    assert Page(answer.text).title.startswith("Error: ")


def test_a_form_survives_nobody_elses_session(lead: Visitor, page: Page, desk: CannedDesk) -> None:
    lead.be("oyelaran")
    assert lead.send("/act", changed(page)).status_code == 403
    assert desk.received == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"sec-fetch-site": "cross-site", "origin": "null"},
    ],
)
def test_a_form_from_elsewhere_is_refused(lead: Visitor, desk: CannedDesk, page: Page, headers: dict[str, str]) -> None:
    assert lead.send("/act", changed(page), **headers).status_code == 403
    assert lead.send("/people", [*hidden(page), ("person", "okafor")], **headers).status_code == 403
    assert desk.received == []


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin", "origin": "null"}, {"origin": "null"}, {}])
def test_our_own_form_is_taken(lead: Visitor, desk: CannedDesk, page: Page, headers: dict[str, str]) -> None:
    desk.replies.append(prompt())
    assert lead.send("/act", changed(page), **headers).status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"token": None},
        {"token": "rubbish"},
        {"token": f"answer.{TALK}.3"},
        {"token": "x" * 300},
        {"event": None},
        {"event": "short"},
        {"event": "x" * 65},
        {"page": None},
        {"page": "//elsewhere.example"},
        {"page": "https://elsewhere.example"},
        {"page": "/people/../x"},
        {"page": "/\n"},
    ],
)
def test_rubbish_is_refused_and_words_are_kept(
    lead: Visitor, desk: CannedDesk, page: Page, fields: dict[str, str | None]
) -> None:
    answer = lead.send("/act", changed(page, **fields))
    assert answer.status_code == 400
    assert desk.received == []
    assert "my words" in answer.text


@pytest.mark.parametrize("more", [b"&value=%ff", b"&value=\xff", b"&value=1" * 300])
def test_unreadable_forms_are_refused(lead: Visitor, page: Page, desk: CannedDesk, more: bytes) -> None:
    body = urlencode(changed(page)).encode() + more
    answer = lead.http.post("/act", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 400
    assert desk.received == []


def test_other_kinds_of_body_are_refused(lead: Visitor, page: Page, desk: CannedDesk) -> None:
    assert lead.http.post("/act", json={"token": ANSWER}).status_code == 400
    assert lead.http.post("/act", content=b"x").status_code == 400
    assert desk.received == []


def test_two_tokens_are_none(lead: Visitor, page: Page, desk: CannedDesk) -> None:
    assert lead.send("/act", [*changed(page), ("token", ANSWER)]).status_code == 400
    assert desk.received == []


def test_a_flood_is_refused_in_words(lead: Visitor, page: Page, desk: CannedDesk) -> None:
    answer = lead.send("/act", changed(page, value="x" * 300_000))
    assert answer.status_code == 413
    assert "smaller parts" in answer.text

    def endless() -> list[bytes]:
        return [b"value=" + b"x" * 100_000] * 4

    streamed = lead.http.post(
        "/act", content=iter(endless()), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert streamed.status_code == 413
    assert desk.received == []


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
def test_a_file_from_elsewhere_reaches_nobody(
    lead: Visitor, page: Page, desk: CannedDesk, headers: dict[str, str]
) -> None:
    answer = lead.http.post("/act", data={}, files={"value": ("me.png", b"particular-bytes")}, headers=headers)
    assert answer.status_code == 403
    assert desk.received == []


def test_a_file_is_refused_by_the_core_and_never_read(lead: Visitor, page: Page, desk: CannedDesk) -> None:
    desk.replies.append(Notice(("Please do not send pictures here.",)))
    answer = lead.http.post("/act", data=dict(hidden(page)), files={"value": ("me.png", b"particular-bytes")})
    assert answer.status_code == 415
    assert "do not send pictures" in answer.text
    assert [i.act for i in desk.received] == [Attached()]


def test_a_resend_carries_the_same_event(lead: Visitor, page: Page, desk: CannedDesk) -> None:
    desk.replies += [prompt(), prompt()]
    for _ in range(2):
        lead.press(page, ANSWER, ("value", "once"))
    assert len({i.event for i in desk.received}) == 1
    assert desk.received[0] == desk.received[1]


@pytest.mark.parametrize(
    ("token", "values"),
    [(f"stop.{TALK}.3.", ()), (f"help.{TALK}.3.", ()), (ANSWER, ("other",)), (ANSWER, ("once", "")), (ANSWER, ())],
)
def test_another_press_on_the_same_page_is_no_resend(
    lead: Visitor, page: Page, desk: CannedDesk, token: str, values: tuple[str, ...]
) -> None:
    desk.replies += [prompt(), prompt()]
    lead.press(page, ANSWER, ("value", "once"))
    lead.press(page, token, *(("value", value) for value in values))
    first, second = (i.event for i in desk.received)
    assert first != second
    assert "once" not in first


def test_presses_on_two_pages_are_two_events(lead: Visitor, page: Page, desk: CannedDesk) -> None:
    desk.replies += [prompt(), prompt()]
    for shown in (page, lead.look(f"/talk/{TALK}")):
        lead.press(shown, ANSWER, ("value", "once"))
    assert len({i.event for i in desk.received}) == 2


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", ["elsewhere.example", "localhost", "localhost:1", "127.0.0.1.nip.example:{port}"])
def test_another_host_gets_nothing(address: str, path: str, host: str) -> None:
    named = host.format(port=httpx.URL(address).port)
    assert httpx.get(address + path, headers={"host": named}).status_code == 421


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"])
def test_nothing_comes_through_a_proxy(address: str, name: str) -> None:
    answer = httpx.get(f"{address}/people", headers={name: "127.0.0.1"})
    assert answer.status_code == 400
    assert Page(answer.text).title == "Error: School helper"  # whoever it is may be a child
    assert "only on this computer" in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/static/beacon.css", "/healthz", "/leave"])
def test_every_answer_is_locked_down(lead: Visitor, desk: CannedDesk, path: str) -> None:
    desk.replies.append(Notice(("No.",)))
    headers = lead.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "noindex" in headers["x-robots-tag"]


def test_the_cookie_is_for_this_page_alone(nobody: Visitor) -> None:
    cookie = nobody.get("/people").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age" not in cookie
    assert "expires" not in cookie


def test_a_session_ends_after_eight_hours_and_no_words_are_lost(
    lead: Visitor, desk: CannedDesk, page: Page, clock: ManualClock
) -> None:
    clock.forward(timedelta(hours=7, minutes=59))
    assert lead.get("/").status_code == 200
    clock.forward(timedelta(minutes=1))
    assert lead.get("/").headers["location"] == "/people"
    assert lead.get("/events").headers["location"] == "/people"
    answer = lead.send("/act", changed(page))
    assert answer.status_code == 403
    assert "open for too long" in answer.text
    assert "my words" in answer.text
    assert desk.received == []
    lead.be("okafor")
    assert lead.get("/").status_code == 200


def test_a_forged_cookie_is_nobody(address: str) -> None:
    answer = httpx.get(address, cookies={"beacon": "eyJtZW1iZXIiOiAib2thZm9yIn0=.x.y"})
    assert answer.headers["location"] == "/people"


def test_being_somebody_else_leaves_nothing_behind(lead: Visitor, desk: CannedDesk, page: Page) -> None:
    desk.replies.append(Notice(("For Mrs Okafor alone.",)))
    lead.press(page, "help." + TALK + ".3.")
    before = dict(hidden(lead.look("/people")))["csrf"]
    lead.be("oyelaran")
    assert "For Mrs Okafor alone." not in lead.get("/").text
    assert dict(hidden(lead.look("/people")))["csrf"] != before


def test_nobody_is_asked_who_they_are(nobody: Visitor) -> None:
    for path in ("/", "/messages", "/channel/dsl", "/case/KX7F2M", f"/talk/{TALK}"):
        assert nobody.get(path).headers["location"] == "/people"


def test_who_has_left_is_nobody(lead: Visitor, desk: CannedDesk) -> None:
    desk.office.directory.roster = type(desk.office.directory.roster)(())
    assert lead.get("/").headers["location"] == "/people"


@pytest.fixture
def real(desk: CannedDesk, surface: WebSurface, words: Words, clock: ManualClock) -> Iterator[str]:
    """The page of a school that is not made up."""
    hosts = ("127.0.0.1",)
    with serve(lambda port: build(desk, surface, words, WebConfig(b"s" * 32, False, port, hosts), clock)) as at:
        yield at


@pytest.mark.parametrize(("name", "status"), [("__Host-beacon", 200), ("beacon", 403)])
def test_without_demo_the_cookie_belongs_to_this_host_and_to_https(
    real: str, clock: ManualClock, name: str, status: int
) -> None:
    session = b64encode(json.dumps({"member": "okafor", "since": int(clock.now().timestamp())}).encode())
    signed = TimestampSigner((b"s" * 32).hex()).sign(session).decode()
    answer = httpx.get(real, headers={"cookie": f"{name}={signed}"})
    assert answer.status_code == status
    if status == 200:
        given = answer.headers["set-cookie"].lower()
        assert given.startswith("__host-beacon=")
        assert {"secure", "httponly", "path=/"} <= set(given.split("; "))
        assert "domain" not in given


def test_without_demo_the_browser_is_kept_to_https(real: str, address: str) -> None:
    assert httpx.get(real).headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in httpx.get(address).headers


def test_without_demo_nobody_can_choose(real: str) -> None:
    assert httpx.get(real).status_code == 403
    assert httpx.get(f"{real}/people").status_code == 404
    assert httpx.post(f"{real}/people", data={"person": "okafor"}).status_code == 404
    assert "made up" not in httpx.get(real).text
    assert httpx.get(real, headers={"host": "elsewhere.example"}).status_code == 400


def test_what_was_not_stored_is_said_honestly(lead: Visitor, desk: CannedDesk, page: Page) -> None:
    desk.fails = NotStored("full")
    answer = lead.press(page, ANSWER, ("value", "my words"))
    assert answer.status_code == 503
    assert "This was not saved" in answer.text
    assert "tell somebody in person" in answer.text
    assert "my words" in answer.text
    assert lead.get("/case/KX7F2M").status_code == 503


def test_a_failure_shows_and_logs_no_words(
    lead: Visitor, desk: CannedDesk, page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    desk.fails = ValueError("my words")
    with caplog.at_level(logging.DEBUG):
        answer = lead.press(page, ANSWER, ("value", "my words"))
    assert answer.status_code == 500
    assert "This was not saved" in answer.text
    assert "my words" not in answer.text
    assert "my words" not in caplog.text
    assert "ValueError at standin.py:" in caplog.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_long_banner_is_said_at_once(lead: Visitor, desk: CannedDesk, page: Page) -> None:
    desk.replies.append(Notice(("\U0001f600" * 2000, "The end."), title="Long"))
    del desk.screens[TALK]
    answer = lead.press(page, ANSWER)
    assert answer.status_code == 200
    assert "The end." in answer.text
    assert lead.get("/").status_code == 200  # the session is still whole


def test_a_banner_is_said_once(lead: Visitor, desk: CannedDesk, page: Page) -> None:
    desk.replies.append(THANKS)
    lead.press(page, ANSWER)
    assert "Thank you for telling." in lead.get(f"/talk/{TALK}").text
    assert "Thank you for telling." not in lead.get(f"/talk/{TALK}").text
