"""Leave this page quickly: nothing of the visit is shown afterwards, until somebody comes in again."""

import json
from base64 import b64decode

import pytest

from bot.prompt import Notice
from tests.web.conftest import Visitor, hidden
from tests.web.samples import FIELDS, PAGES, SUBMIT, TALK, prompt
from tests.web.standin import CannedDesk

ELSEWHERE = "https://www.bbc.co.uk/weather"
WITHIN = {"sec-fetch-site": "same-origin"}
DOORS = ("/people",)


def leave(visitor: Visitor, **headers: str) -> None:
    answer = visitor.send("/leave", [], **headers)
    assert (answer.status_code, answer.headers["location"]) == (303, ELSEWHERE)


@pytest.mark.parametrize("path", [page for page in PAGES if page not in DOORS] + ["/events", "/leave"])
def test_every_page_leads_elsewhere_afterwards(child: Visitor, desk: CannedDesk, path: str) -> None:
    desk.screens[TALK] = prompt(FIELDS["long"], value=("my words",))
    leave(child)
    answer = child.http.get(path, headers=WITHIN)
    assert (answer.status_code, answer.headers["location"]) == (303, ELSEWHERE)
    assert desk.received == []


def test_nor_are_words_shown_that_a_second_window_sends(child: Visitor, desk: CannedDesk) -> None:
    desk.screens[TALK] = prompt(FIELDS["long"])
    page = child.look(f"/talk/{TALK}")
    leave(child)
    answer = child.send("/act", [*hidden(page), ("value", "my words"), ("token", SUBMIT.token.encode())])
    assert answer.headers["location"] == ELSEWHERE
    assert "my words" not in answer.text
    assert desk.received == []


def test_nothing_of_the_visit_is_left_in_the_cookie(child: Visitor, desk: CannedDesk) -> None:
    desk.screens[TALK] = prompt()
    desk.replies.append(Notice(("For Aisha alone.",)))
    child.press(child.look(f"/talk/{TALK}"), f"stop.{TALK}.3.")
    assert "flash" in session(child)
    leave(child)
    assert session(child) == {"left": True}


def session(visitor: Visitor) -> dict[str, object]:
    kept: dict[str, object] = json.loads(b64decode(visitor.http.cookies["beacon"].partition(".")[0]))
    return kept


def test_who_types_the_address_comes_in_again(child: Visitor) -> None:
    leave(child)
    for headers in ({"sec-fetch-site": "none"}, {"sec-fetch-site": "cross-site"}, {}):
        assert child.http.get("/", headers=headers).headers["location"] == "/people"
    assert child.get("/people").status_code == 200
    assert child.get("/messages").headers["location"] == ELSEWHERE
    child.be("p-aisha")
    assert child.get("/messages").status_code == 200


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
def test_no_other_site_ends_a_visit(child: Visitor, headers: dict[str, str]) -> None:
    leave(child, **headers)
    assert child.get("/messages").status_code == 200


def test_the_form_may_lead_there_in_the_eyes_of_the_browser(child: Visitor) -> None:
    assert "form-action 'self' https://www.bbc.co.uk;" in child.get("/").headers["content-security-policy"] + ";"
