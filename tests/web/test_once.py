"""A link that opens one case once: to whom, when, how often, and what of it stays anywhere."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest

from bot.people import Role
from bot.prompt import Reply
from bot.storage import inbox
from bot.wiring import STORE
from tests.school import School, larkfield_people
from tests.web.page import Page
from tests.web.reading import Reading, reading

DSL, DEPUTY, TEACHER, IT = "okafor", "pritchard", "oyelaran", "qureshan"
WORDS = "He hides his hands, <b>always</b>."


@pytest.fixture
def page(new_school: Callable[..., School]) -> Iterator[Reading]:
    school = new_school()
    school.report(what=WORDS)
    school.settle()
    with reading(school) as page:
        yield page


def opened(school: School) -> list[str]:
    return [who for action, who in school.actions(school.case()) if action == "opened"]


def test_the_button_opens_the_case_once_and_it_is_recorded_as_read(page: Reading) -> None:
    link = page.link(DSL)
    before = httpx.get(link)
    assert (before.status_code, Page(before.text).headings["h1"]) == (200, ["Read the report you asked for"])
    assert opened(page.school) == [], "looking at it opens nothing"
    shown = httpx.post(link)
    assert shown.status_code == 200
    assert WORDS in Page(shown.text).text
    assert "<b>always" not in shown.text
    assert opened(page.school) == [DSL]
    assert Page(shown.text).forms == [], "there is nothing to press"
    for again in (httpx.post(link), httpx.get(link)):
        assert (again.status_code, WORDS in Page(again.text).text) == (410, False)
        assert "press “Open” again" in Page(again.text).text
    assert opened(page.school) == [DSL]


def test_nothing_of_it_stays_in_a_browser_or_goes_elsewhere(page: Reading) -> None:
    link = page.link(DSL)
    for answer in (httpx.get(link), httpx.post(link), httpx.get(link)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in answer.headers["x-robots-tag"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        assert Page(answer.text).title.endswith("School helper"), "all that a history says of it"
        assert link.rpartition("/")[2] not in answer.text


@pytest.mark.parametrize("method", ["HEAD", "GET", "OPTIONS", "PUT", "PROPFIND"])
def test_what_only_looks_at_the_address_uses_nothing_up(page: Reading, method: str) -> None:
    link = page.link(DSL)
    for _ in range(3):
        answer = httpx.request(method, link, headers={"Purpose": "prefetch"})
        assert WORDS not in answer.text
    assert opened(page.school) == []
    assert httpx.post(link).status_code == 200


def test_a_form_of_another_site_opens_nothing(page: Reading) -> None:
    link = page.link(DSL)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = httpx.post(link, headers=headers)
        assert (answer.status_code, WORDS in Page(answer.text).text) == (403, False)
    assert opened(page.school) == []
    assert httpx.post(link, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_it_lasts_five_minutes(page: Reading) -> None:
    link = page.link(DSL)
    page.school.clock.forward(timedelta(minutes=4, seconds=59))
    assert httpx.get(link).status_code == 200
    page.school.clock.forward(timedelta(seconds=1))
    assert [httpx.get(link).status_code, httpx.post(link).status_code] == [410, 410]
    assert opened(page.school) == []


def test_a_new_one_ends_the_one_before_and_nobody_elses(page: Reading) -> None:
    first, others, second = page.link(DSL), page.link(DEPUTY), page.link(DSL)
    assert [httpx.get(each).status_code for each in (first, others, second)] == [410, 200, 200]


def test_what_is_over_is_not_kept(page: Reading) -> None:
    def kept() -> int:
        query = "select count(*) from reference where kind = 'link'"
        return int(page.school.read(lambda tx: tx.execute(query).fetchone()[0]))

    page.link(DSL)
    page.link(DEPUTY)
    page.school.clock.forward(timedelta(minutes=6))
    link = page.link(DSL)
    assert kept() == 1
    httpx.post(link)
    assert kept() == 0


@pytest.mark.parametrize("who", ["lindqvist", TEACHER, IT, "p-aisha", "nobody"])
def test_who_may_not_open_a_case_gets_no_link(page: Reading, who: str) -> None:
    assert page.link(who) == ""
    assert page.link(DSL, "AAAAAA") == ""


def _resigned(school: School) -> None:
    changed = tuple(m for m in larkfield_people() if m.id == DSL)
    school.put(tuple(type(m)(m.id, m.name, frozenset({Role.STAFF}), m.klass, m.phone, m.place) for m in changed))


@pytest.mark.parametrize("lost", [_resigned, lambda school: school.leave(DSL)])
def test_whether_they_may_is_asked_again_when_it_is_used(page: Reading, lost: Callable[[School], None]) -> None:
    link = page.link(DSL)
    lost(page.school)
    answer = httpx.post(link)
    assert (answer.status_code, WORDS in Page(answer.text).text) == (403, False)
    assert opened(page.school) == []
    assert httpx.post(link).status_code == 410, "and it is used up"


@pytest.mark.parametrize("secret", ["", "x", "x" * 43, "..", "%00", "a/b", "\u00e9", "x" * 4000])
def test_a_guess_is_a_link_that_is_over(page: Reading, secret: str) -> None:
    link = page.link(DSL)
    wrong = f"{page.address}/once/{secret}"
    for method in ("GET", "POST"):
        assert httpx.request(method, wrong).status_code in (410, 503, 404, 307)
        assert WORDS not in httpx.request(method, wrong).text
    assert httpx.get(link).status_code == 200


def test_what_cannot_be_stored_is_not_shown_and_the_link_is_still_good(
    page: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = page.link(DSL)

    def full(*_: object) -> None:
        wrong = sqlite3.OperationalError("database or disk is full")
        wrong.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise wrong

    with monkeypatch.context() as broken:
        broken.setattr(inbox, "note", full)
        answer = httpx.post(link)
    assert (answer.status_code, WORDS in Page(answer.text).text) == (503, False)
    assert opened(page.school) == []
    assert httpx.post(link).status_code == 200


def test_what_fails_says_nothing_of_the_report(page: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(secret: str) -> Reply | None:
        raise ZeroDivisionError(WORDS)

    link = page.link(DSL)
    monkeypatch.setattr(page.links, "use", broken)
    answer = httpx.post(link)
    assert (answer.status_code, "hides" in answer.text) == (500, False)
    assert answer.headers["cache-control"] == "no-store"


def test_two_presses_at_once_show_it_to_one(page: Reading) -> None:
    link = page.link(DSL)
    found: list[int] = []
    both = [threading.Thread(target=lambda: found.append(httpx.post(link).status_code)) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(found) == [200, 410]
    assert opened(page.school) == [DSL]


def test_the_store_does_not_hold_the_secret(page: Reading) -> None:
    secret = page.link(DSL).rpartition("/")[2]
    files = b"".join(path.read_bytes() for path in page.school.folder.glob(f"{STORE}*"))
    assert secret.encode() not in files


def test_everybody_else_still_meets_the_closed_page(page: Reading) -> None:
    for path in ("/", "/once", "/case/KX7F2M"):
        answer = httpx.get(f"{page.address}{path}", follow_redirects=True)
        assert (answer.status_code, "You cannot sign in here yet" in answer.text) == (503, True)


def test_it_answers_only_to_its_own_names(page: Reading) -> None:
    assert httpx.get(page.link(DSL), headers={"Host": "elsewhere.example"}).status_code == 400


def test_links_outlive_a_restart(new_school: Callable[..., School]) -> None:
    school = new_school()
    school.report(what=WORDS)
    school.settle()
    with reading(school) as page:
        secret = page.link(DSL).rpartition("/")[2]
    school.reopen()
    with reading(school) as page:
        assert WORDS in Page(httpx.post(f"{page.address}/once/{secret}").text).text
