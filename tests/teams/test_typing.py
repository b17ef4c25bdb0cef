"""Every talk from its first word to its last by typing alone, and what is left of it in the chat. Without a press."""

import json

import pytest

from bot.flow.model import Flow, Kind, Question
from bot.flow.step import current
from bot.storage import talks
from bot.storage.talks import Talk
from bot.words import fill
from tests.school import larkfield
from tests.teams.campus import WORDS as OURS
from tests.teams.campus import Campus, chat, person, said, titles

BOOK = larkfield()
FLOWS = [flow for flow in BOOK.school.flows if BOOK.flows[flow].procedure != "casework"]
MINE = "zebrafish"  # in everything that is written
WRITTEN = (Kind.TEXT, Kind.LONG_TEXT, Kind.ADDRESS)
CALM = {"danger": "no", "illegal": "no", "home": "yes", "blocked_as": "category", "missing": "person"}
GIVEN = {  # what leads past a question that asks for words, and to the talk's end
    "worry": {"how": "write"},
    "ask": {"useful": "person", "around": "person"},
    "breach": {"how": "search", "saw": "no"},
    "concern": {"about": "child", "how": "saw"},
}


def who_of(flow: Flow) -> str:
    return "p-aisha" if flow.audience == "pupil" else "oyelaran"


def the_talk(campus: Campus, who: str) -> Talk | None:
    return campus.read(lambda tx: talks.open_at(tx, who, ""))


def asked(campus: Campus, talk: Talk) -> Question | None:
    return current(campus.book.flows[talk.flow], talk.state)


def answer(campus: Campus, question: Question, given: dict[str, str]) -> str:
    """Give what somebody would type."""
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            wanted = next((c for c in question.choices if c.value == given.get(question.id)), question.choices[0])
            return fill(wanted.label, {"tell": "Mrs Amara Okafor"})
        case Kind.DATE:
            return f"{campus.clock.now():%d %m %Y}"
        case Kind.ADDRESS:
            return f"https://www.example.com/{MINE}"
        case _:
            return f"My words about the {MINE}"


def type_on(campus: Campus, who: str, flow: str, *, until: tuple[Kind, ...] = ()) -> None:
    """Begin a talk by its name and type until it is over, or until it asks for something of a kind."""
    given = {**CALM, **GIVEN.get(flow, {})}
    campus.write(who, campus.book.flows[flow].title)
    for _ in range(60):
        talk = the_talk(campus, who)
        if talk is None:
            return
        question = asked(campus, talk)
        if question and question.kind in until:
            return
        campus.write(who, "send" if question is None else answer(campus, question, given))
    raise AssertionError(f"{flow} does not come to an end: {said(campus.last(who))}")


def hanging(campus: Campus) -> str:
    return json.dumps(list(campus.teams.messages.values()), ensure_ascii=False)


def can_be_answered(campus: Campus, who: str) -> list[str]:
    """Give the buttons, in all of somebody's chat, that would answer a talk."""
    shown = {title for card in campus.cards(chat(who)) for title in titles(card)}
    return sorted(shown & {"Continue", "Send", "Skip", "Stop"})


def type_on_to_words(campus: Campus, who: str, flow: str) -> tuple[Talk, Question]:
    """Go on to the first question that is answered in words, and give it with its talk."""
    type_on(campus, who, flow, until=WRITTEN)
    talk = the_talk(campus, who)
    assert talk is not None
    question = asked(campus, talk)
    assert question is not None
    return talk, question


@pytest.mark.parametrize("flow", FLOWS)
def test_it_is_talked_through_and_sent_by_typing(campus: Campus, flow: str) -> None:
    campus.install_team()
    who = who_of(BOOK.flows[flow])
    type_on(campus, who, flow)
    campus.settle()
    assert campus.cases(), said(campus.last(who))
    assert MINE not in hanging(campus), "nothing that was written hangs anywhere"
    assert can_be_answered(campus, who) == []


@pytest.mark.parametrize("flow", FLOWS)
def test_help_back_and_stop_are_understood_where_words_are_asked_for(campus: Campus, flow: str) -> None:
    who = who_of(BOOK.flows[flow])
    talk, question = type_on_to_words(campus, who, flow)
    campus.write(who, "Get help")
    assert "999" in said(campus.last(who))
    if talk.state.answers:
        campus.write(who, "back")
        before = the_talk(campus, who)
        assert before is not None
        earlier = asked(campus, before)
        assert earlier is not None
        assert earlier.id != question.id
    campus.write(who, "STOP")
    if the_talk(campus, who) is not None:  # a talk that would keep nothing asks first
        assert "Keep going" in titles(campus.last(who))
        campus.write(who, "stop")
    assert the_talk(campus, who) is None
    assert can_be_answered(campus, who) == []


@pytest.mark.parametrize("flow", FLOWS)
def test_a_talk_that_runs_out_of_time_leaves_lines(campus: Campus, flow: str) -> None:
    who = who_of(BOOK.flows[flow])
    _, question = type_on_to_words(campus, who, flow)
    campus.write(who, answer(campus, question, {}))
    campus.later(hours=9)
    campus.sweep()
    assert the_talk(campus, who) is None
    assert MINE not in hanging(campus)
    assert OURS.say("over") in [said(card) for card in campus.cards(chat(who))]
    assert can_be_answered(campus, who) == []


@pytest.mark.parametrize("way", ["stop", "send", "time"])
def test_nothing_hangs_of_somebody_who_is_not_on_the_list_either(campus: Campus, way: str) -> None:
    who = "u-new"
    campus.teams.chats[person(who)] = chat(who)
    for words in ("I am a pupil at this school", "no, i can wait", "write it", "me", f"the {MINE}", "skip"):
        campus.write(who, words)
    match way:
        case "stop":
            campus.write(who, "stop")
        case "send":
            for words in ("my teacher", "lunch", "send"):
                campus.write(who, words)
        case "time":
            campus.later(minutes=11)
    campus.sweep()
    campus.settle()
    assert campus.case().unlisted == "pupil"
    assert MINE not in hanging(campus)
    assert can_be_answered(campus, who) == []
    assert campus.app.hung is not None
    assert campus.app.hung._hanging == {}
