"""Question pages: what is asked, how it is answered, and that nothing anybody wrote is changed or lost."""

from dataclasses import replace

import pytest

from bot.prompt import Notice, Prompt, Quotation, Row
from tests.web.conftest import Visitor, values_of
from tests.web.page import Page
from tests.web.samples import ALWAYS, FIELDS, NASTY, SUBMIT, TALK, THANKS, check, prompt
from tests.web.standin import CannedDesk

ANSWER = SUBMIT.token.encode()


def shown(visitor: Visitor, desk: CannedDesk, screen: Prompt) -> Page:
    desk.screens[TALK] = screen
    return visitor.look(f"/talk/{TALK}")


@pytest.mark.parametrize("kind", FIELDS)
def test_every_question_has_its_heading_and_all_its_buttons(teacher: Visitor, desk: CannedDesk, kind: str) -> None:
    page = shown(teacher, desk, prompt(FIELDS[kind], progress="Question 2 of about 5", help="Ring 999."))
    assert page.question == "What did you see?"
    assert "Question 2 of about 5" in page.text
    assert list(page.form.buttons) == [ANSWER, *(b.token.encode() for b in ALWAYS)]  # Enter presses the first
    assert "Ring 999." in page.text


def test_choices_are_shown_with_what_was_chosen_before(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt(FIELDS["choices"], value=("a", "c")))
    found = [(c.value, c.label, c.chosen, c.many) for c in page.choices]
    assert found == [("a", "Online", True, True), ("b", "In class", False, True), ("c", "At home", True, True)]


def test_words_come_back_exactly(teacher: Visitor, desk: CannedDesk) -> None:
    for kind, words in (("long", "\n  " + NASTY + "\n"), ("line", NASTY.replace("\n", " ")), ("person", "O'Rahilly")):
        page = shown(teacher, desk, prompt(FIELDS[kind], value=(words,)))
        assert page.typed["value"] == words


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        ([("value", "yes")], ("yes",)),
        ([("value", "a"), ("value", "c")], ("a", "c")),
        ([], ()),
        ([("value", "")], ("",)),
        ([("value", "one\r\ntwo")], ("one\ntwo",)),
        ([("value", NASTY)], (NASTY,)),
        ([("value", "x" * 100_000)], ("x" * 100_000,)),
        ([("day", "3"), ("month", "11"), ("year", "2026")], ("2026-11-03",)),
        ([("day", "3rd"), ("month", "Nov"), ("year", "-")], ("--Nov-3rd",)),
        ([("day", ""), ("month", ""), ("year", "")], ()),
    ],
)
def test_answers_reach_the_desk_as_they_were_given(
    teacher: Visitor, desk: CannedDesk, sent: list[tuple[str, str]], given: tuple[str, ...]
) -> None:
    page = shown(teacher, desk, prompt(FIELDS["long"]))
    desk.replies.append(prompt())
    assert teacher.press(page, ANSWER, *sent).headers["location"] == f"/talk/{TALK}"
    assert values_of(desk) == given


@pytest.mark.parametrize("typed", [("2026-09-03", "3", "9", "2026"), ("-Nov-3rd", "3rd", "Nov", ""), ("", "", "", "")])
def test_a_date_is_kept_part_by_part(teacher: Visitor, desk: CannedDesk, typed: tuple[str, str, str, str]) -> None:
    value, day, month, year = typed
    page = shown(teacher, desk, prompt(FIELDS["day"], value=(value,)))
    assert page.typed == {"day": day, "month": month, "year": year}


@pytest.mark.parametrize("kind", FIELDS)
def test_a_mistake_is_shown_on_the_same_page(teacher: Visitor, desk: CannedDesk, kind: str) -> None:
    page = shown(teacher, desk, prompt(FIELDS[kind]))
    desk.replies.append(prompt(FIELDS[kind], error="Choose one.", value=("9999",)))
    answer = teacher.press(page, ANSWER)
    assert answer.status_code == 422
    wrong = Page(answer.text)
    assert wrong.title == "Error: Report a concern \N{EN DASH} Beacon \N{EN DASH} Larkfield Primary School"
    assert "There is a problem" in wrong.headings["h2"]
    assert "#value" in wrong.links
    assert [a["id"] for _, a in wrong.attributes if a.get("id") == "value"] == ["value"]
    summaries = [a for _, a in wrong.attributes if a.get("class") == "summary"]
    assert [("autofocus" in a, a["tabindex"]) for a in summaries] == [(True, "-1")]
    assert hidden_event(wrong) != hidden_event(page)


def hidden_event(page: Page) -> str:
    return dict(page.form.fields)["event"]


def test_the_check_page_shows_every_answer_and_how_to_change_it(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, check())
    assert page.form.buttons[f"change.{TALK}.3.what"] == "Change What happened"
    assert page.form.buttons[f"send.{TALK}.3."] == "Send"
    assert " ".join(NASTY.split()) in page.text


def test_help_keeps_what_was_typed(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt(FIELDS["long"]))
    desk.replies.append(prompt(FIELDS["long"], remarks=("Go and find Mrs Okafor.",)))
    answer = teacher.press(page, f"help.{TALK}.3.", ("value", NASTY))
    assert values_of(desk) == ()  # only an answer hands over words
    helped = Page(answer.text)
    assert (answer.status_code, helped.typed["value"]) == (200, NASTY)
    assert "Go and find Mrs Okafor." in helped.text


def test_help_that_is_a_notice_keeps_what_was_typed(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt(FIELDS["long"]))
    desk.replies.append(THANKS)
    helped = Page(teacher.press(page, f"help.{TALK}.3.", ("value", NASTY)).text)
    assert helped.typed["value"] == NASTY
    assert "Thank you for telling." in helped.text


def test_a_remark_is_said_once_after_the_redirect(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt(lines=("Hello.",)))
    desk.replies.append(prompt(lines=("Hello.",), remarks=("You had begun already.",)))
    teacher.press(page, ANSWER, ("value", "yes"))
    after = teacher.look(f"/talk/{TALK}").text
    assert after.count("You had begun already.") == 1
    assert after.count("Hello.") == 1
    assert "You had begun already." not in teacher.look(f"/talk/{TALK}").text


def test_what_the_screen_says_is_no_remark_whatever_became_of_the_talk(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt())
    desk.replies.append(prompt(lines=("Hello.",)))
    teacher.press(page, ANSWER, ("value", "yes"))
    assert "Hello." not in teacher.look(f"/talk/{TALK}").text  # the talk has gone on in another window


def test_a_remark_too_long_for_the_cookie_is_said_at_once(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt())
    desk.replies.append(prompt(remarks=("\U0001f600" * 2000 + "The end.",)))
    answer = teacher.press(page, ANSWER, ("value", "yes"))
    assert answer.status_code == 200
    assert "The end." in answer.text


def test_a_remark_beside_a_mistake_is_said_with_it(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt())
    desk.replies.append(prompt(error="Choose one.", remarks=("The questions have changed.",)))
    assert "The questions have changed." in teacher.press(page, ANSWER, ("value", "yes")).text


def test_a_talk_that_is_over_shows_its_ending(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, check())
    desk.replies.append(THANKS)
    desk.screens[TALK] = THANKS
    assert teacher.press(page, f"send.{TALK}.3.").headers["location"] == f"/talk/{TALK}"
    ending = teacher.look(f"/talk/{TALK}")
    assert ending.question == "Thank you"
    assert ending.text.count("Thank you for telling.") == 1


def test_a_talk_of_somebody_else_does_not_exist(teacher: Visitor) -> None:
    assert teacher.get("/talk/another").status_code == 404


def test_a_child_can_leave_quickly_and_is_not_given_away(child: Visitor, desk: CannedDesk) -> None:
    page = shown(child, desk, prompt(progress="Question 3 of about 5"))
    assert page.title == "School helper"
    assert "/leave" in [form.action for form in page.forms]
    desk.replies.append(prompt(error="Choose one."))
    assert Page(child.press(page, ANSWER).text).title == "Error: School helper"
    refused = Page(child.get("/nothing").text)
    assert refused.title == "Error: School helper"
    assert "/leave" in [form.action for form in refused.forms]


def test_a_grown_up_is_not_offered_to_leave(teacher: Visitor, desk: CannedDesk) -> None:
    assert "/leave" not in [form.action for form in shown(teacher, desk, prompt()).forms]


def test_a_title_says_which_question_it_is(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt(progress="Question 3 of about 5", ask=NASTY, lines=(NASTY,), value=(NASTY,)))
    start = "Question 3 of about 5 \N{EN DASH} Report a concern"
    assert page.title == f"{start} \N{EN DASH} Beacon \N{EN DASH} Larkfield Primary School"


def test_what_to_do_now_comes_first_in_a_box_with_a_heading_and_once(teacher: Visitor, desk: CannedDesk) -> None:
    screen = prompt(lines=("Hello.", "Ring 999."), remarks=("You had begun.",), urgent=("Ring 999.",))
    page = shown(teacher, desk, screen)
    assert page.text.count("Ring 999.") == 1
    main = page.text.index("What did you see?")
    assert page.text.index("Do this now Ring 999.") < page.text.index("You had begun.") < main
    (box,) = (a for _, a in page.attributes if a.get("class") == "urgent")
    assert box["role"] == "alert"
    assert "autofocus" in box
    assert "urgent" not in shown(teacher, desk, prompt(lines=("Hello.",))).shown


def test_a_mistake_is_led_to_even_beside_what_to_do_now(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt(lines=("Ring 999.",), urgent=("Ring 999.",), error="Choose one."))
    assert [a["class"] for _, a in page.attributes if "autofocus" in a] == ["summary"]
    assert page.shown.index("urgent") < page.shown.index("summary")


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_to_go_on_without_choosing_is_a_slip_where_one_can_skip(teacher: Visitor, desk: CannedDesk, kind: str) -> None:
    page = shown(teacher, desk, prompt(FIELDS[kind], value=("a",), lines=("Hello.",)))
    assert page.form.buttons[f"skip.{TALK}.3."] == "Skip this question"
    answer = teacher.press(page, ANSWER)
    assert answer.status_code == 422
    assert desk.received == []
    again = Page(answer.text)
    assert "Choose an answer, or press" in again.text
    assert "Hello." in again.text
    assert not any(choice.chosen for choice in again.choices)
    desk.replies.append(prompt())
    assert teacher.press(again, f"skip.{TALK}.3.").status_code == 303


NO_SKIP = tuple(button for button in ALWAYS if "skip" not in button.token.encode())


@pytest.mark.parametrize(
    "screen", [prompt(buttons=NO_SKIP), prompt(turn=4), prompt(FIELDS["line"]), prompt(FIELDS["day"]), check(), THANKS]
)
def test_every_other_empty_answer_is_for_the_core(teacher: Visitor, desk: CannedDesk, screen: Prompt | Notice) -> None:
    page = shown(teacher, desk, prompt())
    desk.screens[TALK] = screen
    desk.replies.append(prompt(error="The core says."))
    assert "The core says." in teacher.press(page, ANSWER).text


def test_a_passage_is_quoted_whole_with_its_source_and_warnings(teacher: Visitor, desk: CannedDesk) -> None:
    quote = Quotation(NASTY, "Online safety policy, 4.2", lead_in="Staff must:", warnings=("Out of date.",))
    section = Quotation("Two.", "Phones", around=("One.", "Two.", "Three."))
    page = shown(teacher, desk, prompt(quotes=(quote, section)))
    said = (*quote.warnings, quote.lead_in, " ".join(NASTY.split()), quote.source, *section.around, section.source)
    places = [page.text.index(words) for words in said]
    assert places == sorted(places)
    assert page.text.count("Two.") == 1
    assert page.shown.count("own") == 1
    assert [tag for tag, _ in page.attributes].count("blockquote") == 2


def test_an_address_is_never_a_link(teacher: Visitor, desk: CannedDesk) -> None:
    address = "https://games.example.com/a/very/long/page?with=much&more=behind"
    page = shown(teacher, desk, prompt(FIELDS["address"], lines=(address,), value=(address,)))
    assert page.typed["value"] == address
    assert not any("example" in link for link in page.links)
    desk.screens[TALK] = check(rows=(Row("Website", address),))
    assert not any("example" in link for link in teacher.look(f"/talk/{TALK}").links)


def test_help_at_an_ended_talk_says_the_ending_once(teacher: Visitor, desk: CannedDesk) -> None:
    page = shown(teacher, desk, prompt())
    desk.screens[TALK] = THANKS
    desk.replies.append(replace(THANKS, lines=("Go to a grown-up now.", *THANKS.lines)))
    assert teacher.press(page, f"help.{TALK}.3.").headers["location"] == f"/talk/{TALK}"
    ending = teacher.look(f"/talk/{TALK}")
    assert ending.text.count("Thank you for telling.") == 1
    assert ending.headings["h1"] == ["Thank you"]
    assert ending.headings["h2"] == ["Do this now"]
    assert ending.text.count("Go to a grown-up now.") == 1
    assert "Go to a grown-up now." not in teacher.look(f"/talk/{TALK}").text
