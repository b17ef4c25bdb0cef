"""What the pages do better with JavaScript: reading aloud, counting, refreshing; and the keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Be
from tests.browser.walking import CHECK, WORRY, press, question, walk

VOICES = """
const said = []; window.said = said;
const voice = { lang: "en-GB", localService: %s, name: "v", voiceURI: "v", default: true };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [voice], speak: (words) => said.push([words.text, words.localVoice]),
  cancel() {}, addEventListener() {},
}});
window.SpeechSynthesisUtterance = class {
  constructor(text) { this.text = text; }
  set voice(v) { this.own = v; this.localVoice = v.localService; }
  get voice() { return this.own; }
};
"""


@pytest.mark.parametrize("local", [True, False])
def test_only_a_voice_of_this_computer_reads(be: Be, local: bool) -> None:
    child = be("Aisha Rahimi")
    child.add_init_script(VOICES % ("true" if local else "false"))
    press(child, "Tell us a worry")
    button = child.get_by_role("button", name="Read this to me")
    if not local:
        expect(button).to_be_hidden()
        return
    button.click()
    said = child.evaluate("window.said")
    assert ["Do you need help right now?", True] in said
    assert ["No, I can wait", True] in said


def test_letters_are_counted_as_the_core_counts_them(be: Be) -> None:
    child = be("Aisha Rahimi")
    press(child, "Tell us a worry")
    walk(child, WORRY, to="Tell me what happened.")
    count = child.locator("[data-count]")
    expect(count).to_have_text("You can write up to 3,000 letters.")
    child.locator("#value").fill("\U0001f600" * 10)
    expect(count).to_have_text("You can write 2,990 more letters.")
    child.locator("#value").fill("a" * 3_005)
    expect(count).to_have_text("That is 5 letters too many.")


def test_an_open_channel_refreshes_by_itself_and_keeps_the_focus(be: Be) -> None:
    lead = be("Mrs Amara Okafor")
    lead.goto("/channel/dsl")
    expect(lead.locator(".card")).to_have_count(0)
    for number, name in enumerate(("Aisha Rahimi", "Poppy Hartwell"), 1):
        child = be(name)
        press(child, "Tell us a worry")
        walk(child, WORRY, to=CHECK)
        press(child, "Send")
        expect(lead.locator(".card")).to_have_count(number)
        if number == 1:
            first = lead.get_by_role("button", name="Open").first
            first.focus()
            token = first.get_attribute("value")
    assert lead.evaluate("document.activeElement.value") == token


def test_a_refused_stream_is_asked_for_again(be: Be) -> None:
    lead = be("Mrs Amara Okafor")
    lead.clock.install()
    lead.route("**/events?*", lambda route: route.fulfill(status=503))
    with lead.expect_response("**/events?*"):
        lead.goto("/channel/dsl")
    lead.unroute("**/events?*")
    with lead.expect_request("**/events?*"):
        lead.clock.run_for(5_000)


def test_a_window_left_open_shows_nothing_once_its_visit_is_over(be: Be) -> None:
    child = be("Aisha Rahimi")
    press(child, "Tell us a worry")
    walk(child, WORRY, to=CHECK)
    press(child, "Send")
    second = child.context.new_page()
    second.goto("/messages")
    child.get_by_role("button", name="Leave this page quickly").click()
    child.wait_for_url("**/weather")
    lead = be("Mrs Amara Okafor")
    with second.expect_navigation():
        lead.get_by_role("button", name="I'm taking this now").click()
    assert second.title() == "Weather"


def test_a_teacher_sees_at_home_that_somebody_took_it(be: Be) -> None:
    child = be("Aisha Rahimi")
    press(child, "Tell us a worry")
    walk(child, WORRY, to=CHECK)
    press(child, "Send")
    child.goto("/")
    lead = be("Mrs Amara Okafor")
    lead.get_by_role("button", name="I'm taking this now").click()
    expect(child.locator(".card")).to_contain_text("Mrs Amara Okafor")


def test_everything_works_from_the_keyboard(be: Be) -> None:
    teacher = be("Miss Folake Oyelaran")
    teacher.keyboard.press("Tab")
    assert teacher.evaluate("document.activeElement.textContent") == "Skip to main content"
    teacher.get_by_role("button", name="Report a concern").focus()
    teacher.keyboard.press("Enter")
    teacher.wait_for_url("**/talk/*")
    teacher.locator("#value").focus()
    teacher.keyboard.press("Space")
    teacher.keyboard.press("Enter")
    expect(teacher.locator("h1")).not_to_have_text("Who is this about?")
    walk(teacher, {"Is anyone in danger right now?": "No"}, to="What is the child's full name, and their class?")
    teacher.locator("#value").focus()
    teacher.keyboard.type("Poppy Hartwell, Hazel")
    teacher.keyboard.press("Enter")  # goes on: it must never press Back or Stop
    expect(teacher.locator("h1")).not_to_have_text("What is the child's full name, and their class?")
    press(teacher, "Back")
    assert teacher.locator("#value").input_value() == "Poppy Hartwell, Hazel"


def test_the_focus_can_be_seen(be: Be) -> None:
    teacher = be("Miss Folake Oyelaran")
    button = teacher.get_by_role("button", name="Report a concern")
    before = button.evaluate("it => getComputedStyle(it).backgroundColor")
    teacher.keyboard.press("Tab")
    button.focus()
    assert button.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(255, 221, 0)" != before
    assert question(teacher)
