"""What else staff begin at the page, and who sees what of it: one way through each talk, to the person it is for."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, Album, Be
from tests.browser.town import Town
from tests.browser.walking import Given, answer, card, do, fill_in, open_case, press, question, read, send, sent, walk

TEACHER, LEAD, DEPUTY = "Miss Folake Oyelaran", "Mrs Amara Okafor", "Mr Gethin Pritchard"
NOBODY_HERE: Given = {"Did an adult who works or volunteers here look for it, or show it?": "No, or I don't know"}
HEAD, IT, CHAIR = "Dr Helen Lindqvist", "Mr Bilal Qureshan", "Ms Isla Fairbairn"


def begin(page: Page, title: str) -> None:
    page.goto("/")
    press(page, title)


def breach(town: Town) -> str:
    """Report a word that got through, and give the reference."""
    word = {"What got through?": "A search word, a misspelling or an abbreviation", "What exactly was typed?": "wepons"}
    return town.send("Mr Callum Dunmore", "breach", {**NOBODY_HERE, **word})


def test_of_something_unsuitable_it_learns_the_address_and_nobodys_name(
    here: Be, larkfield: Town, album: Album
) -> None:
    teacher, lead, it = here(TEACHER), here(LEAD, size=DESK), here(IT, size=DESK)
    begin(teacher, "Unsuitable site or word")
    album.look_twice(teacher, "first")
    seen = {
        **NOBODY_HERE,
        "Might what was shown be illegal?": "No",
        "What got through?": "A site, page or video",
        "What is its address?": "bad.example.com/game",
        "What did it show? In a few words.": "Gambling, and Poppy Hartwell cried.",
        "How did it come up?": "An advert",
        "Did children see it?": "Yes",
        "Who saw it, and how are they?": "Poppy Hartwell, Hazel",
        "Is a child upset by it?": "Yes",
    }
    fill_in(teacher, seen, lambda asked: album.look_twice(teacher, "what") if asked.startswith("What did") else None)
    album.look_twice(teacher, "check")
    send(teacher)
    ref = sent(teacher)
    album.look_twice(teacher, "sent")
    expect(teacher.get_by_role("button", name="Report a concern about a child who saw it")).to_be_visible()

    open_case(lead, ref)
    for told in ("Poppy Hartwell, Hazel", TEACHER, "bad[.]example[.]com/game"):
        expect(lead.locator("main")).to_contain_text(told)
    album.look_twice(lead, "lead")

    larkfield.settle()
    it.goto("/channel/it")
    task = card(it, ref)
    expect(task).to_contain_text("Task for IT")
    pages = [it.content()]
    with it.expect_navigation():
        task.get_by_role("button", name="Open").click()
    expect(it.locator("main")).to_contain_text("bad[.]example[.]com/game")
    album.look_twice(it, "task")
    pages.append(it.content())
    for page in pages:
        assert not [word for word in ("Poppy", "Hazel", "Oyelaran", "Gambling", 'href="http') if word in page]
    assert open_case(it, ref) == 403


def test_about_the_head_only_the_chair_hears_and_not_from_whom(here: Be, larkfield: Town, album: Album) -> None:
    teacher = here(TEACHER)
    begin(teacher, "Concern about an adult")
    album.look_twice(teacher, "first")
    given = {
        "Who is this about?": "The headteacher",
        "Is this person with children now?": "No",
        "Was a child harmed, or might one have been?": "Not sure",
        "What happened?": "She shouted at a child by the gate.",
        "May the person who deals with this see your name?": "No, leave my name out",
    }
    fill_in(teacher, given, lambda asked: album.look_twice(teacher, "name") if asked.startswith("May") else None)
    assert question(teacher) == "Check what you wrote. It will go to: the chair of governors."
    send(teacher)
    album.look_twice(teacher, "sent")
    ref = sent(teacher)
    larkfield.settle()
    for name in (LEAD, DEPUTY, HEAD, IT):
        other = here(name)
        assert ref not in other.content()
        assert open_case(other, ref) == 403
        other.goto("/messages")
        assert ref not in other.content()
    chair = here(CHAIR)
    expect(card(chair, ref)).to_be_visible()
    open_case(chair, ref)
    expect(chair.locator("main")).to_contain_text("She shouted at a child by the gate.")
    expect(chair.locator("main")).to_contain_text("A member of staff whose name is left out")
    assert "Oyelaran" not in chair.content()
    album.look_twice(chair, "chair")


def test_a_call_in_an_emergency_is_helped_then_logged_then_seen(here: Be, larkfield: Town, album: Album) -> None:
    teacher, lead = here(TEACHER), here(LEAD, size=DESK)
    begin(teacher, "Emergency phone call")
    album.look_twice(teacher, "first")
    answer(teacher, "Not yet, tell me what to do")
    expect(teacher.locator("main")).to_contain_text("dial 141, then the number")
    album.look_twice(teacher, "what-to-do")
    press(teacher, "I have rung: log the call")
    given = {
        "Have you made the call?": "Yes, log it now",
        "Whose number did you ring?": "A parent or carer",
        "Did you dial 141 first?": "Yes",
        "Have you deleted the number from your phone?": "Not yet",
    }
    fill_in(teacher, given)
    album.look_twice(teacher, "check")
    send(teacher)
    ref = sent(teacher)
    assert open_case(lead, ref) == 200
    album.look_twice(lead, "lead")
    with lead.expect_navigation():
        lead.get_by_role("button", name="I have seen this").click()
    expect(lead.get_by_role("alert")).to_contain_text("Recorded")
    teacher.goto("/")
    expect(card(teacher, ref)).to_contain_text(f"{LEAD} saw it on")


def test_an_alert_says_that_a_lesson_was_announced(here: Be, larkfield: Town, album: Album) -> None:
    before = breach(larkfield)
    teacher, lead = here(TEACHER), here(LEAD, size=DESK)
    begin(teacher, "Tell of a lesson ahead")
    album.look_twice(teacher, "first")
    fill_in(
        teacher,
        {
            "On which day?": f"{larkfield.day()}",
            "Until which day?": f"{larkfield.day(2)}",
            "What is the lesson about?": "The Second World War",
            "Who teaches it?": TEACHER,
        },
        lambda asked: album.look_twice(teacher, "teacher") if asked == "Who teaches it?" else None,
    )
    album.look_twice(teacher, "check")
    send(teacher)
    notice = sent(teacher)
    open_case(lead, notice)
    album.look_twice(lead, "lead")
    do(lead, notice, "Answer it", {"What do you say to it?": "Noted"})
    teacher.goto("/")
    expect(card(teacher, notice)).to_contain_text(f"{LEAD} answered on")

    after = breach(larkfield)
    larkfield.settle()
    lead.goto("/channel/dsl")
    expect(card(lead, after)).to_contain_text(f"A lesson was announced for these days (notice {notice}).")
    expect(card(lead, after).get_by_role("button", name="I'm taking this now")).to_be_visible()
    expect(card(lead, before)).not_to_contain_text("announced")
    album.look_twice(lead, "channel")


def test_the_policy_is_quoted_with_its_place_and_what_it_leaves_out_is_answered_by_a_person(
    here: Be, larkfield: Town, album: Album
) -> None:
    teacher, lead = here(TEACHER), here(LEAD, size=DESK)
    ask, quoted = "What would you like to know?", "Was this what you needed?"
    begin(teacher, "Ask about the policy")
    album.look_twice(teacher, "first")
    walk(teacher, {ask: "can i use my own phone in class?"}, to=quoted)
    first = teacher.locator(".quote").first
    expect(first).to_contain_text("on silent and out of sight while they are with children.")
    expect(first.locator("figcaption")).to_contain_text("Online Safety Policy, September 2026")
    album.look_twice(teacher, "quoted")
    answer(teacher, "Show me the section around it")
    expect(teacher.locator(".quote .own").first).to_be_visible()
    assert teacher.locator(".quote blockquote p").count() > teacher.locator(".quote .own").count()
    album.look_twice(teacher, "around")
    answer(teacher, "Yes")
    expect(teacher.locator("main")).to_contain_text("Nothing of your question is kept with your name.")
    album.look_twice(teacher, "found")

    press(teacher, "Ask something else")
    answer(teacher, "May I bring my parrot to assembly?")
    expect(teacher.locator("h1")).to_contain_text("I cannot find this in your school's policies")
    assert teacher.locator(".quote").count() == 0
    album.look_twice(teacher, "not-covered")
    answer(teacher, "A person")
    press(teacher, "Skip this question")
    ref = sent(teacher)
    album.look_twice(teacher, "asked")
    do(lead, ref, "Answer it", {"What is your answer?": "Not without asking the office."})
    open_case(lead, ref)
    album.look_twice(lead, "answered")
    teacher.goto("/")
    expect(card(teacher, ref)).to_contain_text(f"{LEAD} answered on")
    read(teacher, ref, "Not without asking the office.")
    album.look_twice(teacher, "answer")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_address_that_is_none_is_said_to_be_so_and_kept(here: Be, album: Album, script: bool) -> None:
    teacher = here("Mrs Zofia Kowalczyk", script=script)
    begin(teacher, "Ask for a blocked site")
    answer(teacher, "It is blocked, and I cannot see why")
    for wrong in ("", "volcano", "the volcano page", "me@school.example", "javascript:alert(1)", "http://"):
        teacher.locator("#value").fill(wrong)
        press(teacher, "Continue")
        assert question(teacher) == "What is the address of the site?"
        expect(teacher.locator(".summary")).to_be_focused()
        expect(teacher.locator("#error")).to_contain_text("web address" if wrong else "Write an answer.")
        assert teacher.locator("#value").input_value() == wrong
    if script:
        album.look_twice(teacher, "mistake")
    answer(teacher, "HTTPS://me:secret@www.Example.com/volcano/#top")
    press(teacher, "Back")
    assert teacher.locator("#value").input_value() == "https://www.example.com/volcano"
    press(teacher, "Stop")
    press(teacher, "Stop")
