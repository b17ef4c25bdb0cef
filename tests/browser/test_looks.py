"""Every page through axe, at the width of a phone and of a desk, and nothing wider than a small phone's screen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from adapters.web.render import Post, Render
from adapters.web.visit import Visit
from bot.library import wording
from bot.people import Member, Role
from bot.prompt import Address, Button, Card, Choose, Notice, Option, Quotation, Row, Token, Verb
from tests.browser.conftest import DESK, PHONE, SMALL, Album, Be, Size
from tests.browser.walking import CHECK, WORDS, WORRY, answer, press, question, walk
from tests.web import samples

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MANY = (Verb.ACKNOWLEDGE, Verb.PASS_ON, Verb.OPEN, Verb.START, Verb.SEND, Verb.CHANGE)
EVERY = (SMALL, PHONE, DESK)


def test_a_childs_pages(be: Be, album: Album) -> None:
    child = be("Niamh O'Rahilly", size=SMALL)
    album.look(child, "home", *EVERY)
    press(child, "Tell us a worry")
    album.look(child, "choice", *EVERY)
    press(child, "Stop")
    album.look(child, "stopped", *EVERY)
    child.goto("/")
    press(child, "Tell us a worry")
    walk(child, WORRY, to="Tell me what happened.")
    album.look(child, "words", *EVERY)
    child.locator("#value").fill(WORDS * 200)
    press(child, "Continue")
    album.look(child, "too-long", *EVERY)
    child.locator("#value").fill(WORDS + "x" * 400)
    press(child, "Get help now")
    expect(child.locator(".urgent")).to_be_focused()
    album.look(child, "help", *EVERY)
    press(child, "Continue")
    walk(child, {}, to=CHECK)
    album.look(child, "check", *EVERY)
    press(child, "Send")
    album.look(child, "thanks", *EVERY)
    child.goto("/")
    album.look(child, "home-again", *EVERY)
    child.goto("/messages")
    album.look(child, "messages", *EVERY)
    child.goto("/nothing")
    album.look(child, "missing", *EVERY)


def test_a_grown_ups_pages(be: Be, album: Album) -> None:
    teacher = be("Miss Folake Oyelaran", size=SMALL)
    press(teacher, "Report a concern")
    album.look(teacher, "choice", *EVERY)
    press(teacher, "Continue")
    album.look(teacher, "mistake", *EVERY)
    given = {
        "Who is this about?": "A child",
        "Is anyone in danger right now?": "No",
        "How did you find out?": "The child told me",
        "Have you seen marks or injuries?": "Yes",
    }
    walk(teacher, given, to="What is the child's full name, and their class?")
    album.look(teacher, "person", *EVERY)
    walk(teacher, given, to="Where on the body?")
    album.look(teacher, "choices", *EVERY)
    while not teacher.get_by_role("button", name="Change").count():
        walk(teacher, given, to=next_question(teacher, given))
    album.look(teacher, "check", *EVERY)
    with teacher.expect_navigation():
        teacher.locator(".presses button").first.click()
    album.look(teacher, "sent", *EVERY)
    teacher.goto("/people")
    album.look(teacher, "people", *EVERY)
    teacher.goto("/channel/dsl")
    album.look(teacher, "forbidden", *EVERY)

    lead = be("Mrs Amara Okafor", size=SMALL)
    album.look(lead, "home", *EVERY)
    lead.get_by_role("button", name="I'm taking this now").click()
    lead.get_by_role("alert").wait_for()
    album.look(lead, "taken", *EVERY)
    lead.get_by_role("button", name="Open").click()
    lead.wait_for_url("**/case/*")
    album.look(lead, "case", *EVERY)
    lead.get_by_role("button", name="Decide").or_(lead.get_by_role("button", name="Record")).first.click()
    lead.wait_for_url("**/talk/*")
    album.look(lead, "decide", *EVERY)
    for place in ("/channel/dsl", "/messages"):
        lead.goto(place)
        album.look(lead, place.strip("/").replace("/", "-"), *EVERY)
    assert len(album.shown) == 14


def test_an_urgent_answer_and_an_ended_talk(be: Be, album: Album) -> None:
    child, teacher = be("Rhys Bevanson", size=SMALL), be("Miss Folake Oyelaran", size=SMALL)
    press(child, "Tell us a worry")
    hello = child.locator(".said").inner_text()
    press(child, "Continue")
    assert child.title() == "Error: School helper"
    assert child.locator(".said").inner_text() == hello
    album.look(child, "mistake", *EVERY)
    answer(child, "Yes, now")
    expect(child.locator(".urgent")).to_be_focused()
    album.look(child, "urgent", *EVERY)
    window = child.context.new_page()
    window.goto(child.url)
    press(child, "Stop")
    press(window, "Get help now")
    assert window.locator("main").inner_text().count("What you told me is saved.") == 1
    album.look(window, "help-after-the-end", *EVERY)
    press(teacher, "Report a concern")
    walk(teacher, {"Who is this about?": "A child"}, to="Is anyone in danger right now?")
    answer(teacher, "Yes")
    assert teacher.title().startswith("Question 3 of about ")
    album.look(teacher, "urgent-staff", *EVERY)
    assert "Ring 999" in teacher.locator(".urgent").inner_text()


# What has the focus must not lie below what stays in place (WCAG 2.4.11).
UNCOVERED = """it => {
  const at = it.getBoundingClientRect();
  return it.contains(document.elementFromPoint(at.x + 5, at.y + at.height / 2));
}"""


@pytest.mark.parametrize("size", [SMALL, (320, 480), PHONE], ids=["small", "low", "phone"])
def test_a_child_always_sees_where_to_get_help_and_how_to_leave(be: Be, size: tuple[int, int]) -> None:
    child = be("Rhys Bevanson", size=size)
    press(child, "Tell us a worry")
    for down in (0, 200, 10_000):
        child.mouse.wheel(0, down)
        expect(child.get_by_role("button", name="Get help now")).to_be_in_viewport(ratio=1)
        expect(child.get_by_role("button", name="Leave this page quickly")).to_be_in_viewport(ratio=1)
    for button in child.locator("main button, main input:not([type=hidden])").all():
        button.focus()
        assert button.evaluate(UNCOVERED)
        button.blur()
        button.evaluate("it => scrollTo(0, it.getBoundingClientRect().top + scrollY)")  # below what stays at the top
        button.focus()
        assert button.evaluate(UNCOVERED)


PROBLEMS = sorted(key.removesuffix("-text") for key in wording("web").lines if key.endswith("-text"))


def test_every_refusal(be: Be, album: Album) -> None:
    child = be("Rhys Bevanson", size=SMALL)
    render = Render(wording("web"), "Larkfield Primary School", demo=True)
    visit = Visit(Member("p-rhys", "Rhys Bevanson", frozenset({Role.PUPIL})), "c" * 32)
    for key in PROBLEMS:
        if key != "people":
            show(child, render.problem(key, visit, (WORDS,)))
            assert child.title() == "Error: School helper"
            album.look(child, key)
            show(child, render.problem(key, None))
            album.look(child, f"{key}-nobody")


def show(page: Page, html: str) -> None:
    """Show a page that nobody is led to by pressing buttons, as if the server had sent it."""
    page.route("**/shown", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/shown")
    page.unroute("**/shown")


ADDRESS = "https://games.example.com/" + "a-long-path/" * 12 + "?and=much&more=behind"
PASSAGE = "Staff must not use their own telephones where children are, unless the headteacher has agreed to it. " * 6


@pytest.mark.parametrize(("who", "sizes"), [(Role.PUPIL, (SMALL, PHONE)), (Role.DSL, (SMALL, DESK))])
def test_whatever_a_flow_may_bring(be: Be, album: Album, sizes: tuple[Size, ...], who: Role) -> None:
    """Much of everything the model has: choices, buttons, facts, history, passages, and an address nobody may press."""
    page = be("Miss Folake Oyelaran", size=SMALL)
    render = Render(wording("web"), "Larkfield Primary School", demo=True)
    visit = Visit(Member("x", "Miss Folake Oyelaran", frozenset({who})), "c" * 32)
    buttons = tuple(Button(Token(verb, "REF123"), f"{verb.title()} this and what goes with it") for verb in MANY)
    many = Choose(tuple(Option(f"v{n}", f"The choice number {n}", "With a hint." * (n % 2)) for n in range(12)))
    quotes = (
        Quotation(PASSAGE, "Online safety policy, 2026, section 4.2", "Staff must:", warnings=("Its review is due.",)),
        Quotation("Two.", "Phones, section 1", around=("One.", "Two.", PASSAGE)),
    )
    screen = samples.prompt(many, buttons=(*samples.ALWAYS, *buttons[:2]), progress="Question 3 of about 5")
    show(page, render.prompt(replace(screen, urgent=("Ring 999.",), lines=("Ring 999.", "Hello.")), visit))
    album.look(page, "choices", *sizes)
    show(page, render.prompt(replace(screen, quotes=quotes, field=None, ask="Does this answer it?"), visit))
    album.look(page, "quotes", *sizes)
    show(page, render.prompt(samples.prompt(Address(1000), value=(ADDRESS,), hint="Copy it."), visit))
    album.look(page, "address", *sizes)
    show(page, render.prompt(samples.check(rows=(Row("Website", ADDRESS), Row("What", PASSAGE))), visit))
    album.look(page, "check", *sizes)
    facts = tuple(Row(f"Fact {n}", "Something that takes more than one line on a telephone") for n in range(10))
    history = tuple(Row("Opened by Mrs Amara Okafor", f"Friday 20 November, 09:3{n}\nWhy: {PASSAGE}") for n in range(8))
    rows = (Row("Website", ADDRESS), Row("What the policy says", PASSAGE))
    card = Card("REF123", 1, "Request: Routine", "routine", facts, ("A line.",), rows, history, buttons)
    show(page, render.case(card, visit))
    album.look(page, "case", *sizes)
    posts = (Post(replace(card, rows=(), history=()), AT), Post(Notice((PASSAGE, ADDRESS), "Answer", buttons), AT))
    show(page, render.posts("Channel: IT", "channel:it", 1, posts, visit))
    album.look(page, "posts", *sizes)
    show(page, render.notice(Notice((PASSAGE, ADDRESS), "What the policy says", buttons), visit))
    album.look(page, "notice", *sizes)
    assert page.locator("a[href*=example]").count() == 0


def next_question(page: Page, given: dict[str, str]) -> str:
    """Go one question further and give what is asked then."""
    now = question(page)
    if page.get_by_role("button", name="Skip this question").count() and now not in given:
        press(page, "Skip this question")
    else:
        if page.locator(".option").count():
            page.locator(".option input").last.check()
        else:
            page.locator("#value").fill("Something.")
        press(page, "Continue")
    return question(page)
