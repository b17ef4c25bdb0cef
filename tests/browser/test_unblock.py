"""A blocked site, from the request to the day it is blocked again, as a teacher, whoever decides and IT see it."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, Album, Be, seats
from tests.browser.town import Town, running
from tests.browser.walking import Given, card, do, fill_in, open_case, press, read, send, sent

SHOWN = "www[.]example[.]com/volcano"
LESS = "Only the page on volcanoes, for Willow."
REASON = "The best film there is, and that page has no adverts."
ADDRESS, NEEDED = "What is the address of the site?", "When do you first need it?"
DONE: Given = {
    "What did you change?": "Allowed for the group Willow.",
    "Have you tried it as the people it is for?": "Yes, it is as it should be",
}


def request(town: Town) -> Given:
    """Give the answers to a request for some days."""
    return {
        "What does the page say when you try to open it?": "It is blocked because of a category",
        ADDRESS: "https://www.example.com/volcano",
        "Do you need the whole site, or one page?": "One page or one video",
        "Who is it for?": "My class",
        "Which class or year?": "Willow",
        "What is it for, and what will it help with?": "How volcanoes work, for our topic.",
        NEEDED: f"{town.day(3)}",
        "Until when do you need it?": f"{town.day(5)}",
        "Have you looked through all of it yourself?": "Yes, all of it",
        "What is on it besides what you need?": "Adverts",
        "Would children type in their name, or anything else about themselves?": "No",
        "Could the lesson lead to searches that look worrying?": "No",
    }


def decide(page: Page, ref: str, answer: str, **more: str) -> None:
    do(page, ref, "Decide", {"Should this be opened?": answer, "Why?": REASON, **more})


def stands(page: Page, ref: str, text: str) -> None:
    """Find on somebody's front page where their request stands."""
    page.goto("/")
    expect(card(page, ref)).to_contain_text(text)


def test_it_is_granted_in_part_opened_and_blocked_again(here: Be, larkfield: Town, album: Album) -> None:
    teacher, lead = here("Miss Folake Oyelaran"), here("Mrs Amara Okafor", size=DESK)
    press(teacher, "Ask for a blocked site")
    album.look_twice(teacher, "first")
    fill_in(
        teacher,
        request(larkfield),
        lambda asked: album.look_twice(teacher, "question") if asked in (ADDRESS, NEEDED) else None,
    )
    assert SHOWN in teacher.locator("dd").all_text_contents()
    album.look_twice(teacher, "check")
    send(teacher)
    album.look_twice(teacher, "sent")
    ref = sent(teacher)
    stands(teacher, ref, "Waiting for the designated safeguarding lead or the deputy safeguarding lead")

    open_case(lead, ref)
    album.look_twice(lead, "asked")
    last = f"{larkfield.day(4)}"
    less = {"What exactly may be opened, and for whom?": LESS, "Until which day?": last}
    decide(lead, ref, "Yes, but less than was asked", **less)
    expect(card(teacher, ref)).to_contain_text("Approved. Waiting for IT to open it.")  # it refreshes by itself

    it = here("Mr Bilal Qureshan", size=DESK)
    larkfield.settle()
    it.goto("/channel/it")
    expect(card(it, ref)).to_contain_text("Waiting for IT to open what was agreed")
    assert not {"volcano", "Oyelaran"} & set(card(it, ref).inner_text().split())
    album.look_twice(it, "channel")
    open_case(it, ref)
    for told in (SHOWN, LESS, REASON):
        expect(it.locator("main")).to_contain_text(told)
    assert it.locator("a[href*=example]").count() == 0
    album.look_twice(it, "task")
    do(it, ref, "Record that it is done", DONE)
    stands(teacher, ref, "You can use it until Tuesday 24 November")
    read(teacher, ref, LESS)
    album.look_twice(teacher, "read")

    larkfield.later(days=5)
    it, teacher = here("Mr Bilal Qureshan"), here("Miss Folake Oyelaran")
    it.goto("/channel/it")
    expect(card(it, ref)).to_contain_text("Over. Waiting for IT to block it again")
    stands(teacher, ref, "It is to be blocked again")
    do(it, ref, "Record that it is done", {**DONE, "What did you change?": "Taken out again."})
    larkfield.settle()
    stands(teacher, ref, "It is blocked again")
    teacher.goto("/messages")
    expect(teacher.locator("main")).to_contain_text(f"What you asked for in {ref} is blocked again.")
    album.look_twice(teacher, "messages")


def test_it_is_granted_as_asked_by_the_deputy_and_ends_without_script(here: Be, larkfield: Town) -> None:
    teacher, deputy, it = (
        here(name, script=False) for name in ("Miss Folake Oyelaran", "Mr Gethin Pritchard", "Mr Bilal Qureshan")
    )
    press(teacher, "Ask for a blocked site")
    fill_in(teacher, request(larkfield))
    send(teacher)
    ref = sent(teacher)
    assert open_case(it, ref) == 403  # nothing was decided yet
    decide(deputy, ref, "Yes, as it was asked")
    do(it, ref, "Record that it is done", DONE)
    stands(teacher, ref, "You can use it until")
    larkfield.later(days=7)
    it, teacher = here("Mr Bilal Qureshan", script=False), here("Miss Folake Oyelaran", script=False)
    do(it, ref, "Record that it is done", DONE)
    stands(teacher, ref, "It is blocked again")


def test_it_is_refused_and_the_teacher_reads_why(here: Be, larkfield: Town, album: Album) -> None:
    ref = larkfield.send("Miss Folake Oyelaran", "unblock", request(larkfield))
    teacher, deputy, it = (here(name) for name in ("Miss Folake Oyelaran", "Mr Gethin Pritchard", "Mr Bilal Qureshan"))
    decide(deputy, ref, "No")
    assert open_case(it, ref) == 403
    stands(teacher, ref, "Not approved. Open it to read why.")
    read(teacher, ref, REASON)
    expect(teacher.locator("main")).to_contain_text("Not approved by Mr Gethin Pritchard")
    album.look_twice(teacher, "refused")


def test_at_godinton_it_goes_through_three_gates(browser: Browser, album: Album, tmp_path: Path) -> None:
    with running(tmp_path, "godinton") as godinton, seats(browser, godinton.address) as people:
        be = people.sit_down
        teacher, it = be("Miss Tamsin Ashgrove"), be("Ms Priya Denholme", size=DESK)
        ref = godinton.send("Miss Tamsin Ashgrove", "unblock", request(godinton))
        stands(teacher, ref, "Waiting for the computing lead or the deputy safeguarding lead")
        computing, senior = be("Mr Elliot Marchbanks"), be("Mrs Naomi Eastergate")
        assert open_case(senior, ref) == 403
        do(
            computing,
            ref,
            "Record the educational assessment",
            {
                "From the educational side: should this be opened?": "Yes, as it was asked",
                "Does all of it suit the age of the children it is for?": "Yes, with an adult beside them",
                "Does the SMT have to consent to this one?": "Yes",
                "Why?": REASON,
            },
        )
        stands(teacher, ref, "Waiting for IT")
        do(
            it,
            ref,
            "Record the technical assessment",
            {
                "From the technical side: can this be opened safely?": "Yes, as it was asked",
                "What have you looked at?": "The category the filter puts it in",
                "Why?": REASON,
            },
        )
        stands(teacher, ref, "Waiting for the senior team")
        consent = {"Does the SMT consent?": "Yes, as it was asked", "Why?": "An adult sits with them."}
        do(senior, ref, "Decide for the senior team", consent)
        do(it, ref, "Record that it is done", DONE)
        stands(teacher, ref, "You can use it until")
        open_case(teacher, ref)
        album.look_twice(teacher, "three-gates")
        people.stand_up()
