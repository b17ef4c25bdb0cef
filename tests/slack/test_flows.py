"""Whole talks in Slack, pressed and submitted as people do, with real-shaped payloads over HTTP."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack import listeners
from bot.flow.model import Severity
from bot.people import Role
from bot.settings import Slack
from tests.slack.fake import TEAM, FakeSlack, Fault
from tests.slack.town import DSL_CHANNEL, Town, buttons, direct, read, user

WORDS = "A bruise on the left arm, like a hand."


def labels(view: dict[str, object]) -> list[str]:
    return [button["text"]["text"] for button in buttons(view["blocks"])]  # type: ignore[arg-type]


def posted(town: Town) -> str:
    return str(list(town.fake.messages.values())) + str(town.fake.posts)


def test_a_concern_is_one_window_from_the_first_question_to_the_thanks(town: Town) -> None:
    teacher = town.person("oyelaran")
    said = teacher.report("concern", about="child", danger="no", what=WORDS)
    assert town.case().complete
    assert town.case().ref in said
    assert town.fake.calls["views.open"] == 1
    town.settle()
    assert WORDS not in posted(town)


@pytest.mark.parametrize("flow", ["adult", "breach", "concern", "phone", "spike", "unblock"])
def test_every_flow_of_staff_can_be_told_from_end_to_end(town: Town, flow: str) -> None:
    teacher = town.person("oyelaran")
    teacher.report(flow)
    case = town.cases()[-1]  # the newest are first; what IT is to do comes after
    assert (case.flow, case.reporter, case.complete) == (flow, "oyelaran", True)
    assert set(town.fake.calls) <= {"views.publish", "views.open", "views.update", "chat.postMessage"}


def test_a_question_for_the_policy_is_answered_in_the_window(town: Town) -> None:
    town.beacon.office.policies.prepare(town.beacon.stored.reader)  # as at the start of the program
    teacher = town.person("oyelaran")
    said = teacher.report("ask", asked="May I use my own phone in class?")
    assert said


def test_the_check_page_changes_one_answer_and_goes_back_to_it(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", town.fake.homes[user("oyelaran")])
    given = {"about": "child", "danger": "no", "what": WORDS}
    while any(block["type"] == "input" for block in teacher.window["blocks"]):
        teacher.step(given)
    assert WORDS in read(teacher.window)
    change = next(
        b
        for b in buttons(teacher.window["blocks"])
        if b.get("action_id", "").startswith("change") and "what" in b["action_id"]
    )
    teacher.act(change["action_id"])
    field = next(b for b in teacher.window["blocks"] if b["type"] == "input")
    assert field["element"]["initial_value"] == WORDS
    teacher.submit("Only a scratch.")
    assert "Only a scratch." in read(teacher.window)
    assert WORDS not in read(teacher.window)


def test_back_shows_what_was_answered_and_help_keeps_the_field(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    teacher.submit("child")
    before = [b["block_id"] for b in teacher.window["blocks"] if b["type"] == "input"]
    teacher.press("Get help now")
    assert [b["block_id"] for b in teacher.window["blocks"] if b["type"] == "input"] == before, "Slack keeps its words"
    teacher.press("Back")
    field = next(b for b in teacher.window["blocks"] if b["type"] == "input")
    assert field["element"]["initial_option"]["value"] == "child"


def test_a_wrong_answer_is_said_at_its_field_and_the_right_one_is_taken(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press(next(f.title for f in town.book.flows.values() if f.id == "spike"), teacher.home)
    while not any(b["type"] == "input" and b["element"]["type"] == "datepicker" for b in teacher.window["blocks"]):
        teacher.step({})
    block = next(b["block_id"] for b in teacher.window["blocks"] if b["type"] == "input")
    for _ in range(2):
        town.clock.forward(timedelta(seconds=1))
        answer = teacher.submit("2020-01-01")
        assert answer["response_action"] == "errors"
        assert list(answer["errors"]) == [block]
    assert teacher.submit(f"{town.clock.now().date()}")["response_action"] == "update", "same window, same hash"


def test_the_same_request_twice_is_one_answer(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    window = dict(teacher.window)
    first = teacher.submit("child")
    town.fake.windows[teacher.view_id] = window
    assert teacher.submit("child") == first
    assert len(town.fake.windows) == 1


def test_stop_asks_once_and_leaves_nothing(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    teacher.submit("child")
    teacher.press("Stop")
    assert "Stop" in labels(teacher.window)
    teacher.press("Stop")
    assert "submit" not in teacher.window
    assert town.cases() == ()
    assert town.fake.messages == {}


def test_a_closed_window_is_gone_on_with_from_a_message_without_content(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    teacher.submit("child")
    asked = read(teacher.window)
    teacher.close()
    (message,) = teacher.chat
    assert "Go on" in labels(message)
    assert "concern" not in read(message).lower()
    teacher.press("Go on", message)
    assert read(teacher.window) == asked
    (message,) = teacher.chat
    assert labels(message) == [], "and it is taken away once the window shows it"


def test_where_no_window_opens_the_talk_goes_on_in_messages_and_leaves_no_trace(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home, trigger="late.1")
    (first,) = teacher.chat
    assert "could not open" in read(first)
    assert "A child" in labels(first)
    teacher.press("A child", first, trigger="late.2")
    gone, second = teacher.chat
    assert labels(gone) == []
    teacher.press("Stop", second, trigger="late.3")
    teacher.press("Stop", teacher.chat[-1], trigger="late.4")
    assert [labels(message) for message in teacher.chat][:-1] == [[], [], []]
    assert "Who is" not in "".join(map(read, teacher.chat))


def test_after_a_timeout_nothing_of_the_talk_hangs_in_the_chat_even_after_a_restart(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home, trigger="late.1")
    town.reopen()
    town.later(days=8)
    town.go_round()
    assert labels(teacher.chat[0]) == []
    assert "child" not in read(teacher.chat[0])


# The front page, commands, shortcuts, words, files -------------------------------------------------------------------


def test_the_app_home_is_published_only_when_it_changed(town: Town) -> None:
    teacher = town.person("oyelaran")
    for _ in range(3):
        teacher.look()
    assert town.fake.calls["views.publish"] == 1
    teacher.report("concern", about="child", danger="no", what=WORDS)
    town.settle()
    teacher.look()
    assert town.case().ref in read(teacher.home)
    assert WORDS not in str(teacher.home)


def test_a_command_alone_and_the_shortcut_show_the_front_page(town: Town) -> None:
    teacher = town.person("oyelaran")
    assert teacher.command().text == ""
    assert "Report a concern" in labels(teacher.window)
    teacher.shortcut()
    assert "Report a concern" in labels(teacher.window)
    teacher.press("Report a concern")
    assert any(b["type"] == "input" for b in teacher.window["blocks"]), "in the same window"
    assert town.fake.calls["views.update"] == 1


def test_a_command_with_words_is_as_if_they_had_been_typed(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.command("report a concern")
    assert any(b["type"] == "input" for b in teacher.window["blocks"])
    assert town.fake.messages == {}


def test_a_message_is_reported_without_a_word_of_it(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.shortcut("report_message", "CANARY: something somebody wrote")
    assert "Nothing of the message was copied" in read(teacher.window)
    while "submit" in teacher.window:
        teacher.step({"about": "child", "danger": "no", "what": WORDS})
    town.settle()
    dsl = town.person("okafor")
    (card,) = town.fake.at(DSL_CHANNEL)
    dsl.press("Open", card)
    everything = posted(town) + str(town.fake.windows) + str(town.fake.homes)
    assert "CANARY" not in everything
    assert "UOTHER" not in everything


def test_words_are_answered_in_the_chat_and_go_on_in_a_window(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.say("Report a concern")
    (message,) = teacher.chat
    assert "A child" in labels(message)
    teacher.press("A child", message)
    assert any(b["type"] == "input" for b in teacher.window["blocks"])
    assert labels(teacher.chat[0]) == []
    teacher.say("what &amp; &lt;@U1&gt; now")
    assert len(teacher.chat) == 2


def test_what_slack_spells_out_is_read_as_it_was_typed(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.report("concern", about="child", danger="no", what="5 < 6 & <!here> &amp; <@U0>")
    town.settle()
    dsl = town.person("okafor")
    dsl.press("Open", town.fake.at(DSL_CHANNEL)[0])
    assert "5 < 6 & <!here> &amp; <@U0>" in read(dsl.window)
    assert "mrkdwn" not in str(town.fake.windows) + posted(town)


def test_a_file_is_refused_and_never_fetched(town: Town) -> None:
    teacher = town.person("oyelaran")
    town.fake.calls.clear()
    teacher.say("look", subtype="file_share", files=[{"id": "F1", "url_private": "https://files.slack.example/F1"}])
    assert set(town.fake.calls) == {"conversations.open", "conversations.history", "chat.postMessage"}
    assert "picture" in read(teacher.chat[0]).lower()


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"channel_type": "channel", "channel": "C0STAFF"},
        {"channel_type": "mpim", "channel": "G0STAFF"},
        {"channel_type": None, "channel": "C0STAFF"},
    ],
)
def test_what_is_not_said_to_beacon_alone_is_not_heard(town: Town, more: dict[str, str]) -> None:
    assert town.person("oyelaran").say("Report a concern", **more).status_code == 200
    assert town.fake.calls == {}
    assert town.read(lambda tx: tx.execute("select count(*) from inbox").fetchone()) == (0,)


def test_an_event_that_slack_brings_again_is_answered_once(town: Town) -> None:
    teacher = town.person("oyelaran")
    for number in range(4):
        retry = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_timeout"} if number else {}
        body = {"type": "message", "channel": direct("oyelaran"), "channel_type": "im", "user": user("oyelaran")}
        town.event({**body, "text": "Report a concern", "ts": "1.1", "team": TEAM}, "Ev1", **retry)
    assert len(teacher.chat) == 1
    assert len(town.fake.posts) == 1


def test_names_are_looked_for_by_those_on_the_list_only(town: Town) -> None:
    assert "Mrs Amara Okafor" in town.person("oyelaran").search("okafr")
    assert town.person("oyelaran").search("") == []
    assert town.person("nobody").search("okafor") == []


# Cases ---------------------------------------------------------------------------------------------------------------


def test_a_card_in_the_channel_is_taken_opened_and_changed_in_place(town: Town) -> None:
    town.person("oyelaran").report("concern", about="child", danger="no", what=WORDS)
    town.settle()
    case = town.case()
    (card,) = town.fake.at(DSL_CHANNEL)
    assert case.ref in read(card)
    assert "Folake" not in read(card)
    dsl, deputy = town.person("okafor"), town.person("pritchard")
    dsl.press("Open", card)
    assert WORDS in read(dsl.window)
    assert ("opened", "okafor") in town.actions(case)
    dsl.press("I'm taking this now")
    town.settle()
    (card,) = town.fake.at(DSL_CHANNEL)
    assert "Okafor" in read(card)
    assert labels(card) == ["Open"]
    assert len([p for p in town.fake.posts if p["channel"] == DSL_CHANNEL]) == 1
    deputy.press("Open", card)
    deputy.act(f"ack.{case.ref}.0.", card)
    assert "Mrs Amara Okafor" in read(deputy.window), "the second is told who was first"
    assert WORDS not in posted(town)


def test_two_who_press_at_once_leave_one_who_has_it(town: Town) -> None:
    town.person("oyelaran").report("concern", about="child", danger="no", what=WORDS)
    town.settle()
    (card,) = town.fake.at(DSL_CHANNEL)
    for who in ("okafor", "pritchard", "okafor"):
        town.person(who).act(f"ack.{town.case().ref}.0.", card)
    town.settle()
    assert town.case().acknowledged_by == "okafor"
    assert len([a for a, _ in town.actions(town.case()) if a == "acknowledged"]) == 1


def test_a_whole_case_is_worked_in_windows(town: Town) -> None:
    town.person("oyelaran").report("concern", about="child", danger="no", what=WORDS)
    town.settle()
    dsl = town.person("okafor")
    dsl.press("Open", town.fake.at(DSL_CHANNEL)[0])
    dsl.press("I'm taking this now")
    for button in ("Record a decision", "Close the case"):
        dsl.act(f"open.{town.case().ref}.0.")
        dsl.press(button)
        while "submit" in dsl.window:
            dsl.step({})
    assert town.case().status == "closed"
    town.settle()
    assert "Closed" in read(town.fake.at(DSL_CHANNEL)[0]) or "closed" in read(town.fake.at(DSL_CHANNEL)[0])


def test_where_a_case_cannot_be_shown_in_a_window_nothing_of_it_is_said_elsewhere(town: Town) -> None:
    town.person("oyelaran").report("concern", about="child", danger="no", what=WORDS)
    town.settle()
    dsl = town.person("okafor")
    dsl.press("Open", town.fake.at(DSL_CHANNEL)[0], trigger="late.1")
    assert labels(dsl.chat[-1]) == ["Open"]
    assert WORDS not in posted(town)
    dsl.press("Open", dsl.chat[-1])
    assert WORDS in read(dsl.window)


# Who is who ----------------------------------------------------------------------------------------------------------


def test_another_workspace_gets_nothing(town: Town) -> None:
    stranger = town.person("oyelaran")  # the same id, of a user in a workspace that shares a channel with ours
    payload = stranger.payload | {"user": {"id": user("oyelaran"), "team_id": "T0OTHER"}}
    done = town.interaction(
        {
            "type": "block_actions",
            **payload,
            "trigger_id": "1.1",
            "actions": [{"type": "button", "action_id": "start.concern.0.", "block_id": "b", "action_ts": "1.1"}],
        }
    )
    assert (done.status_code, done.text) == (200, "")
    assert stranger.say("Report a concern", user_team="T0OTHER").status_code == 200
    assert town.fake.calls == {}


def pupil(town: Town) -> str:
    return next(m.id for m in town.beacon.desk.roster if Role.PUPIL in m.roles)


def test_pupils_are_not_talked_to_unless_the_school_says_so(town: Town) -> None:
    child = town.person(pupil(town))
    child.look()
    assert "grown-up" in read(child.home)
    child.command("tell us a worry")
    assert "grown-up" in read(child.window)
    child.act("start.worry.0.", child.home)
    assert town.read(lambda tx: tx.execute("select count(*) from talk").fetchone()) == (0,)


def test_pupils_are_let_in_where_the_school_says_so(tmp_path: Path, fake: FakeSlack, api: str) -> None:
    town = Town(tmp_path / "pupils", fake, api, pupils=True)
    child = town.person(pupil(town))
    child.report("worry")
    assert town.case().flow == "worry"
    town.settle()
    town.close()


def test_the_settings_say_that_slack_is_off_and_pupils_too() -> None:
    assert Slack() == Slack(on=False, team="", pupils=False, socket=False, unlisted=True, groups={})


def test_what_is_urgent_reaches_the_channel_before_the_report_is_sent(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    teacher.submit("child")
    while not town.cases():
        teacher.step({"danger": "yes"})
    town.settle()
    assert town.case().severity == Severity.URGENT
    assert len(town.fake.at(DSL_CHANNEL)) == 1
    assert "999" in read(teacher.window)
    assert replace(town.case(), complete=False) == town.case()


def test_nothing_is_stored_is_said_at_the_field(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    town.beacon.stored.writer.close()
    answer = teacher.submit("child")
    assert answer["response_action"] == "errors"
    assert "in person" in next(iter(answer["errors"].values()))
    teacher.press("Get help now")
    assert "in person" in read(teacher.window), "over the window, in which the words stay"
    done = teacher.say("Report a concern")
    assert done.status_code == 503, "Slack brings it again"
    assert "in person" in read(teacher.chat[-1])


def test_a_slow_store_is_not_waited_for_longer_than_slack_waits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    monkeypatch.setattr(listeners, "_PATIENCE", 0.01)

    async def never(inbound: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(town.beacon.desk, "receive", never)
    assert teacher.submit("child")["response_action"] == "errors"


def test_a_fault_that_passes_moves_the_window_on_all_the_same(town: Town) -> None:
    teacher = town.person("oyelaran")
    teacher.look()
    teacher.press("Report a concern", teacher.home)
    teacher.submit("child")
    town.fake.faults = [Fault("429", "views.update", after="3"), Fault("500", "views.update")]
    teacher.press("Back")
    assert "initial_option" in str(teacher.window)
    assert town.fake.failed == {"views.update 429": 1, "views.update 500": 1}
    assert town.waits == [3.0, 1.0]
