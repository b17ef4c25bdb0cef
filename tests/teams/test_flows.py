"""People in Teams: a child tells a worry, staff report, the DSL takes it, IT does it, and what stays in the chats."""

import json
from typing import Any

import pytest

from bot.library import wording
from bot.prompt import Prompt
from tests.contract.test_teams import parts
from tests.school import FRIDAY
from tests.teams.campus import (
    DSL_CHANNEL,
    Campus,
    action,
    chat,
    person,
    said,
    titles,
)
from tests.teams.microsoft import BOT

PUPIL, TEACHER, DSL, DEPUTY, IT = "p-aisha", "oyelaran", "okafor", "pritchard", "qureshan"
WORDS = "He took my lunch and hit me"
Json = dict[str, Any]


def in_place(campus: Campus, who: str, title: str, **filled: str) -> Json:
    """Press a button of the newest card in a chat; what takes its place must be what hangs there then."""
    shown = campus.last(who)
    answer = campus.button(who, shown, title, **filled)
    assert answer["type"] == "application/vnd.microsoft.card.adaptive", answer
    assert answer["value"] == campus.last(who), "what others see of the same chat is the same"
    card: Json = answer["value"]
    return card


def worry(campus: Campus, words: str = WORDS) -> Json:
    """Tell a worry up to the check page."""
    campus.install(PUPIL)
    for title, filled in (
        ("Tell us a worry", {}),
        ("No, I can wait", {}),
        ("Write it", {}),
        ("Me", {}),
        ("Continue", {"field": words}),
        ("Skip", {}),
        ("My teacher", {}),
    ):
        card = in_place(campus, PUPIL, title, **filled)
    while "Send" not in titles(card):
        card = in_place(campus, PUPIL, "Not sure")
    return card


def everything(campus: Campus) -> str:
    """Give all that hangs anywhere now."""
    return json.dumps(list(campus.teams.messages.values()), ensure_ascii=False)


# A child --------------------------------------------------------------------------------------------------------------


def test_a_child_tells_a_worry_by_pressing_in_one_card(campus: Campus) -> None:
    campus.install_team()
    card = worry(campus)
    assert WORDS in said(card)
    assert len(campus.cards(chat(PUPIL))) == 1, "one card, replaced in place"
    card = in_place(campus, PUPIL, "Send")
    assert "Thank you for telling" in said(card)
    assert WORDS not in everything(campus)
    campus.settle()
    assert titles(campus.cards(DSL_CHANNEL)[0])[0] == "I'm taking this now"
    assert WORDS not in everything(campus), "an alert carries no content"


def test_pictures_are_for_children_only(campus: Campus) -> None:
    campus.install(PUPIL, TEACHER)
    assert "✅ Yes, now" in titles(in_place(campus, PUPIL, "Tell us a worry"))
    card = in_place(campus, TEACHER, "Report a concern")
    assert all(title.isascii() for title in titles(card))


def test_back_change_and_help(campus: Campus) -> None:
    card = worry(campus)
    change = [a for a in parts(card) if a["type"] == "Action.Execute" and a["title"] == "Change"][3]
    assert change["tooltip"] == "Change: What you told me"
    answer = campus.execute(PUPIL, campus.id_of(campus.last(PUPIL)), change)
    inputs = [p for p in parts(answer["value"]) if p["type"] == "Input.Text"]
    assert inputs[0]["value"] == WORDS
    card = in_place(campus, PUPIL, "Continue", field="It was Dan")
    assert "It was Dan" in said(card)
    card = in_place(campus, PUPIL, "Get help now")
    assert "999" in said(card)
    card = in_place(campus, PUPIL, "Back")
    assert "Send" not in titles(card)


def test_the_whole_of_it_by_typing(campus: Campus) -> None:
    campus.write(PUPIL, "Tell us a worry")
    for words in ("No, I can wait", "write it", "1", WORDS, "skip", "my teacher"):
        campus.write(PUPIL, words)
    while "Send" not in titles(campus.last(PUPIL)):
        campus.write(PUPIL, "not sure")
    assert WORDS in said(campus.last(PUPIL))
    campus.write(PUPIL, "send")
    assert "Thank you for telling" in said(campus.last(PUPIL))
    assert WORDS not in everything(campus)
    hung = [said(card) for card in campus.cards(chat(PUPIL))]
    over, goes_on = (wording("teams").say(key) for key in ("over", "goes-on"))
    assert hung[:-1] == [*[goes_on] * (len(hung) - 2), over], "every earlier card is a line without content"


def test_a_card_that_was_left_behind_goes_on_where_the_talk_is(campus: Campus) -> None:
    campus.install(PUPIL)
    in_place(campus, PUPIL, "Tell us a worry")
    old = campus.last(PUPIL)
    campus.write(PUPIL, "no, i can wait")
    assert "goes on" in said(campus.cards(chat(PUPIL))[0])
    answer = campus.execute(PUPIL, campus.id_of(campus.cards(chat(PUPIL))[0]), action(old, "Yes, now"))
    assert "earlier question" in said(answer["value"])


def test_stop_leaves_nothing(campus: Campus) -> None:
    worry(campus)
    assert titles(in_place(campus, PUPIL, "Stop")) == []
    assert WORDS not in everything(campus)
    assert campus.app.hung is not None
    assert campus.app.hung._hanging == {}


def test_time_that_ends_a_talk_takes_its_card_away(campus: Campus) -> None:
    worry(campus)
    campus.later(minutes=11)
    campus.sweep()
    assert WORDS not in everything(campus)
    assert "This is over" in said(campus.cards(chat(PUPIL))[0])
    assert campus.case().status == "open", "what there was, was sent"


def test_a_restart_in_the_middle_forgets_nothing(campus: Campus) -> None:
    campus.install_team()
    worry(campus)
    campus.reopen()
    in_place(campus, PUPIL, "Send")
    campus.settle()
    assert len(campus.cards(DSL_CHANNEL)) == 1
    assert WORDS not in everything(campus)


def test_a_talk_that_ends_while_we_are_away_leaves_nothing_either(campus: Campus) -> None:
    worry(campus)
    campus.reopen()
    campus.later(minutes=11)
    campus.sweep()
    assert WORDS not in everything(campus)


def test_words_and_buttons_sent_again_by_teams_have_no_second_effect(campus: Campus) -> None:
    campus.install_team()
    worry(campus)
    shown = campus.last(PUPIL)
    pressed = action(shown, "Send")
    told = {"action": {"verb": "beacon", "data": pressed["data"]}, "trigger": "manual"}
    body = campus.activity(PUPIL, "invoke", name="adaptiveCard/action", value=told, replyToId=campus.id_of(shown))
    first, second = campus.post(body).json(), campus.post(body).json()
    assert first == second
    assert len(campus.cases()) == 1


@pytest.mark.parametrize("kind", ["image/png", "application/vnd.microsoft.teams.file.download.info"])
def test_files_and_pictures_are_never_fetched(campus: Campus, kind: str) -> None:
    campus.install(PUPIL)
    in_place(campus, PUPIL, "Tell us a worry")
    before = len(campus.teams.journal)
    file = {"contentType": kind, "contentUrl": f"{campus.address}v3/attachments/1", "name": "secret.png"}
    html = {"contentType": "text/html", "content": "<p>no, i can wait</p>"}
    campus.write(PUPIL, "", attachments=[file])
    assert "do not send pictures" in said(campus.last(PUPIL)).lower()
    campus.write(PUPIL, "no, i can wait", attachments=[file, html])
    assert "How would you like to tell us?" in said(campus.last(PUPIL)), "the words are not lost"
    assert "do not send pictures" in said(campus.last(PUPIL)).lower()
    assert not [call for call in campus.teams.journal[before:] if call[0] == "GET"]


def test_the_words_of_a_message_are_not_a_file(campus: Campus) -> None:
    campus.write(PUPIL, "hello there", attachments=[{"contentType": "text/html", "content": "<p>hello there</p>"}])
    assert "picture" not in said(campus.last(PUPIL))


# The DSL --------------------------------------------------------------------------------------------------------------


def alerted(campus: Campus) -> Json:
    """Give the alert in the DSL's channel."""
    campus.install_team()
    worry(campus)
    in_place(campus, PUPIL, "Send")
    campus.settle()
    return campus.cards(DSL_CHANNEL)[0]


def test_the_dsl_acknowledges_in_the_channel_and_everybody_sees_it(campus: Campus) -> None:
    alert = alerted(campus)
    answer = campus.execute(DSL, campus.id_of(alert), action(alert, "I'm taking this now"), DSL_CHANNEL)
    assert "Mrs Amara Okafor" in said(answer["value"]), "the invoke reply, which only who pressed sees"
    campus.settle()
    assert "Mrs Amara Okafor" in said(campus.cards(DSL_CHANNEL)[0]), "the update, which everybody sees"
    assert len(campus.cards(DSL_CHANNEL)) == 1
    assert "Mrs Amara Okafor" in said(campus.last(PUPIL)), "the child is told who has it"


def test_who_comes_second_is_told_who_was_first(campus: Campus) -> None:
    alert = alerted(campus)
    pressed, card = action(alert, "I'm taking this now"), campus.id_of(alert)
    campus.execute(DSL, card, pressed, DSL_CHANNEL)
    answer = campus.execute(DEPUTY, card, pressed, DSL_CHANNEL)
    assert answer["type"] == "application/vnd.microsoft.activity.message"
    assert "Mrs Amara Okafor" in answer["value"]


def test_what_a_child_said_is_read_in_a_dialog_and_the_reading_is_recorded(campus: Campus) -> None:
    alert = alerted(campus)
    dialog = campus.fetch(DSL, alert, "Open", DSL_CHANNEL)
    assert WORDS in said(dialog)
    assert ("opened", DSL) in campus.actions(campus.case())
    assert WORDS not in everything(campus)


@pytest.mark.parametrize("who", [TEACHER, PUPIL, IT, "nobody"])
def test_nobody_else_reads_it(campus: Campus, who: str) -> None:
    alert = alerted(campus)
    dialog = campus.fetch(who, alert, "Open", DSL_CHANNEL)
    assert WORDS not in said(dialog)
    answer = campus.execute(who, campus.id_of(alert), action(alert, "I'm taking this now"), DSL_CHANNEL)
    assert WORDS not in json.dumps(answer)
    assert campus.case().status == "open"


def test_a_forged_press_shows_nothing_in_the_channel_even_to_who_may_read(campus: Campus) -> None:
    """The reply to an Execute may stay in the channel's client: what is in a case is for the dialog."""
    alert = alerted(campus)
    forged = {**action(alert, "I'm taking this now")}
    for token in (action(alert, "Open")["data"]["token"], f"start.{campus.case().ref}.0.decide"):
        forged["data"] = {"token": token}
        answer = campus.execute(DSL, campus.id_of(alert), forged, DSL_CHANNEL)
        assert answer["type"] == "application/vnd.microsoft.activity.message"
        assert WORDS not in json.dumps(answer)


def test_a_decision_is_recorded_in_dialogs_and_stays_nowhere(campus: Campus) -> None:
    alert = alerted(campus)
    campus.execute(DSL, campus.id_of(alert), action(alert, "I'm taking this now"), DSL_CHANNEL)
    campus.settle()
    before = dict(campus.teams.messages)
    dialog = campus.fetch(DSL, campus.cards(DSL_CHANNEL)[0], "Open", DSL_CHANNEL)
    dialog = to_the_end(campus, DSL, campus.submit(DSL, dialog, "Record a decision"))
    campus.settle()
    assert campus.case().status == "decided", said(dialog)
    assert "Because of this" not in everything(campus)
    assert set(before) <= set(campus.teams.messages)


def test_an_old_client_that_sends_a_press_as_a_message_is_answered_too(campus: Campus) -> None:
    alert = alerted(campus)
    fallback = action(alert, "I'm taking this now")["fallback"]
    body = campus.activity(DSL, "message", DSL_CHANNEL, value=fallback["data"], replyToId=campus.id_of(alert))
    assert campus.post(body).status_code == 200
    campus.settle()
    assert campus.case().acknowledged_by == DSL
    assert "Mrs Amara Okafor" in said(campus.cards(DSL_CHANNEL)[0])


def test_where_no_dialog_can_be_opened_nothing_of_the_case_is_shown(campus: Campus) -> None:
    alert = alerted(campus)
    campus.install(DSL)
    before = len(campus.cards(chat(DSL)))
    opened = action(alert, "Open")["data"]
    body = campus.activity(DSL, "message", value=opened, replyToId="1")
    assert campus.post(body).status_code == 200
    assert "cannot open it" in said(campus.cards(chat(DSL))[-1])
    assert len(campus.cards(chat(DSL))) == before + 1
    assert ("opened", DSL) not in campus.actions(campus.case())


def test_a_case_longer_than_a_card_is_read_in_parts(campus: Campus) -> None:
    campus.install_team()
    ref = campus.report(TEACHER, what="é" * 2900, words="ü" * 2900, done="told", told="ö" * 2900).ref
    campus.settle()
    alert = campus.cards(DSL_CHANNEL)[0]
    pages = [campus.fetch(DSL, alert, "Open", DSL_CHANNEL)]
    while more := [t for t in titles(pages[-1]) if t.startswith("Show part")]:
        pages.append(campus.submit(DSL, pages[-1], more[0]))
        if more[0].startswith("Show part 1 "):
            break
    whole = " ".join(map(said, pages))
    assert "é" * 2900 in whole
    assert ref in whole


# A channel ------------------------------------------------------------------------------------------------------------


def mention(campus: Campus, who: str, words: str, channel: str = DSL_CHANNEL) -> None:
    entity = {"type": "mention", "text": "<at>Beacon</at>", "mentioned": {"id": BOT, "name": "Beacon"}}
    campus.write(who, f"<at>Beacon</at>&nbsp;{words}", channel, entities=[entity])


def test_a_mention_is_answered_with_where_to_go_and_never_taken_down(campus: Campus) -> None:
    campus.install_team()
    mention(campus, TEACHER, "I am worried about a child")
    answer = campus.cards(f"{DSL_CHANNEL};messageid=77")
    assert "in our own chat" in said(answer[0])
    assert titles(answer[0]) == []
    assert campus.home(TEACHER).unfinished == ()


def test_a_mention_in_the_own_chat_is_taken_out_where_it_stands(campus: Campus) -> None:
    campus.write(PUPIL, "tell us a worry")
    for words in ("no, i can wait", "write it", "me"):
        campus.write(PUPIL, words)
    entity = {"type": "mention", "text": "<at>Beacon</at>", "mentioned": {"id": BOT}}
    campus.write(PUPIL, "<at>Beacon</at> He said <at>Dan</at> did it", entities=[entity])
    campus.write(PUPIL, "back")
    fields = [p for p in parts(campus.last(PUPIL)) if p["type"] == "Input.Text"]
    assert fields[0]["value"] == "He said <at>Dan</at> did it"


# Others ---------------------------------------------------------------------------------------------------------------


def test_a_person_the_school_does_not_list_is_told_so_and_gets_nothing(campus: Campus) -> None:
    campus.teams.chats[person("guest")] = chat("guest")
    campus.teams.people["29:guest"] = {"id": "29:guest", "userRole": "guest"}  # others of the tenant: test_unlisted.py
    campus.install("guest")
    campus.write("guest", "report a concern")
    for card in campus.cards(chat("guest")):
        assert titles(card) == []
    assert campus.cases() == ()


def test_staff_have_no_worry_and_children_no_staff_flow(campus: Campus) -> None:
    campus.install(PUPIL, TEACHER)
    assert titles(campus.last(PUPIL)) == ["Tell us a worry"]
    assert "Tell us a worry" not in titles(campus.last(TEACHER))
    answer = campus.execute(PUPIL, "1", _press("start.concern.0."))
    assert answer["type"].endswith("adaptive") is False or "Report a concern" not in said(answer["value"])
    assert campus.home(PUPIL).unfinished == ()


def _press(token: str) -> Json:
    return {"type": "Action.Execute", "verb": "beacon", "data": {"token": token}, "associatedInputs": "none"}


def test_what_is_removed_is_forgotten_and_what_comes_back_is_known(campus: Campus) -> None:
    campus.install(TEACHER)
    campus.post(campus.activity(TEACHER, "installationUpdate", action="remove"))
    assert campus._loop.run(campus.app.chats.of(person(TEACHER))) is None
    body = campus.activity(TEACHER, "conversationUpdate", membersAdded=[{"id": BOT}])
    assert campus.post(body).status_code == 200
    assert campus._loop.run(campus.app.chats.of(person(TEACHER))) is not None
    assert len(campus.cards(chat(TEACHER))) == 1, "it is greeted once, though Teams says it twice"


def test_home_brings_the_front_page_unless_something_is_asked(campus: Campus) -> None:
    campus.write(PUPIL, "Home")
    assert titles(campus.last(PUPIL)) == ["Tell us a worry"]
    in_place(campus, PUPIL, "Tell us a worry")
    campus.write(PUPIL, "home")
    assert "Do you need help right now?" in said(campus.last(PUPIL))


def test_the_front_page_lists_reports_and_cases_within_a_card(campus: Campus) -> None:
    campus.install_team()
    for _ in range(30):
        campus.report(TEACHER)
    campus.settle()
    campus.write(TEACHER, "home")
    assert "more, for which there is no room" in said(campus.last(TEACHER))
    campus.write(DSL, "home")
    assert "Open reports" in said(campus.last(DSL))


# A request ------------------------------------------------------------------------------------------------------------


def to_the_end(campus: Campus, who: str, dialog: Json | None = None) -> Json:
    """Answer whatever is asked, in a chat or in a dialog, with the first choice or with words."""
    card = dialog or campus.last(who)
    for _ in range(25):
        presses = [p for p in parts(card) if p["type"].startswith("Action.")]
        go = next((p for p in presses if p["associatedInputs"] == "auto" or "value" in p["data"]), None)
        if go is None:
            return card
        filled = {p["id"]: _filled(p) for p in parts(card) if p["type"].startswith("Input.")}
        title = go["title"]
        card = campus.submit(who, card, title, **filled) if dialog else in_place(campus, who, title, **filled)
    raise AssertionError(said(card))


def _filled(field: Json) -> str:
    match field["type"]:
        case "Input.ChoiceSet":
            value: str = field["choices"][0]["value"]
            return value
        case "Input.Date":
            return str(field.get("min") or FRIDAY.date())
    return "Because of this" if field["isMultiline"] else "https://www.example.com/volcano"


def test_a_site_is_asked_for_decided_opened_by_it_and_the_teacher_sees_every_step(campus: Campus) -> None:
    campus.install_team()
    campus.install(TEACHER)
    in_place(campus, TEACHER, "Ask for a blocked site")
    assert titles(to_the_end(campus, TEACHER)) == []
    campus.settle()
    ref = campus.case().ref
    for who, title in ((DSL, "Decide"), (IT, "Record that it is done")):
        opened = campus.submit_open(who, ref)
        assert "www.example.com/volcano" in said(opened)
        assert titles(to_the_end(campus, who, campus.submit(who, opened, title))) == []
        campus.settle()
    assert campus.case(ref).status == "closed" or campus.case(ref).approval
    steps = [said(card) for card in campus.cards(chat(TEACHER))]
    assert ["Saved" in steps[0], "is approved" in steps[1], "has opened what you asked for" in steps[2]] == [True] * 3
    own = campus.fetch(TEACHER, campus.cards(chat(TEACHER))[1], "Read it")
    assert "www.example.com/volcano" in said(own)
    assert "volcano" not in everything(campus), "what is asked for is read one to one"


def test_a_policy_question_is_answered_word_for_word(campus: Campus) -> None:
    campus.write(TEACHER, "Can I use my own phone in class?")
    shown = said(campus.last(TEACHER))
    assert "phone" in shown.lower()
    prompt = campus.press(TEACHER, campus.home(TEACHER).unfinished[0].token)
    assert isinstance(prompt, Prompt)
    assert prompt.quotes
    assert all(quote.text in shown and quote.source in shown for quote in prompt.quotes)
