"""Everything a child is shown, against domain/child_rules.md. A rule that a program can check is checked here.

Not here: what needs a screen (CH-07, 11, 12, 46), a clock or a case (CH-14, 19, 21, 25, 31, 34, 38 to 41), or people
(CH-47, 48). A safeguarding lead reads every line and signs it off; these tests do not stand in for that.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.flow.lists import mentions
from bot.flow.model import Flow, Kind, Severity, path
from bot.flow.step import step
from bot.flow.talk import Give, Raise, Send, Skip, Start, State

from .reading_age import grade, longest_sentence, sentences, words
from .shipped import filled, flows, labels, lists, messages, screens, ways

NOW = datetime(2026, 11, 20, 10, 40, tzinfo=UTC)
PHRASES = Path(__file__).with_name("self_harm_phrases.txt")

PUPIL = [flow for flow in flows().values() if flow.audience == "pupil"]
WORRY = flows()["worry"]

P0 = "Hello. I am a school robot, not a person. Grown-ups at school read what you tell me. You can stop at any time."
P1 = "I cannot keep secrets. If you might not be safe, we tell the grown-ups who can help. We try to tell you first."
P1B = "If you stop half-way, the safety grown-up still sees what you have sent."

each_flow = pytest.mark.parametrize("flow", PUPIL, ids=lambda flow: flow.id)
# Where a child tells something; "talked" only asks, the next day, whether a grown-up came.
each_telling = pytest.mark.parametrize("flow", [f for f in PUPIL if f.procedure == "alert"], ids=lambda flow: flow.id)
each_message = pytest.mark.parametrize("message", [m for flow in PUPIL for m in messages(flow)])


def everything(flow: Flow) -> tuple[str, ...]:
    return (*messages(flow), *labels(flow))


def found(pattern: str, texts: tuple[str, ...]) -> list[str]:
    return [text for text in texts if re.search(pattern, text, re.IGNORECASE)]


def any_word(*listed: str) -> str:
    return rf"\b(?:{'|'.join(re.escape(word) for word in listed)})"


def test_there_is_a_flow_for_pupils() -> None:
    assert WORRY in PUPIL


# 4.1 Language --------------------------------------------------------------------------------------------------------


@each_message
def test_a_message_is_easy_to_read(message: str) -> None:
    assert grade(message) <= 5.0  # CH-01


@each_flow
def test_a_whole_flow_is_easy_to_read(flow: Flow) -> None:
    whole = " ".join(text if text[-1] in ".?" else f"{text}." for text in everything(flow))
    assert grade(whole) <= 3.0  # CH-01


@each_message
def test_a_message_is_short(message: str) -> None:
    """CH-02: 25 words, 14 a sentence, 3 sentences; 4 when none has more than 8 words."""
    assert len(words(message)) <= 25
    assert longest_sentence(message) <= 14
    assert len(sentences(message)) <= (4 if longest_sentence(message) <= 8 else 3)


@each_flow
def test_a_choice_can_be_read_at_a_glance(flow: Flow) -> None:
    assert [label for label in labels(flow) if len(words(label)) > 6] == []


@each_flow
def test_a_screen_asks_one_thing(flow: Flow) -> None:
    """CH-03. Two questions in one sentence have a second asking word after "and" or "or"."""
    second = (
        r"\b(?:and|or|then)\s+(?:who|what|when|where|why|how|which|do|does|did|is|are|was|were|can|will|have|has)\b"
    )
    for screen in screens(flow):
        assert sum(line.count("?") for line in screen) <= 1, screen
    asks = filled(*(question.ask for question in flow.questions), flow.check)
    assert found(second, asks) == []
    assert found(r"and/or", everything(flow)) == []


@each_flow
def test_no_question_has_a_negative(flow: Flow) -> None:
    questions = tuple(s for m in messages(flow) for s in re.findall(r"[^.?]*\?", m))
    assert questions
    assert found(r"n['\u2019]t\b|\b(?:not|no|never|nothing|nobody|none)\b", questions) == []  # CH-04


@each_flow
def test_there_is_no_jargon(flow: Flow) -> None:
    jargon = ("DSL", "safeguard", "disclos", "incident", "perpetrator", "abus", "concern", "refer", "submit")
    assert found(any_word(*jargon), everything(flow)) == []  # CH-05


@each_flow
def test_there_is_no_cheering_and_no_emoji(flow: Flow) -> None:
    assert found(r"!|[\u2600-\u27bf\U0001f000-\U0001faff]", everything(flow)) == []  # CH-06
    cheer = ("awesome", "great", "well done", "good job", "amazing", "fantastic", "yay", "hooray", "super")
    assert found(any_word(*cheer), everything(flow)) == []


@each_flow
def test_no_child_is_asked_to_count_or_date_what_happened(flow: Flow) -> None:
    assert found(r"how many times|how often|how long|what date|what time|since when", everything(flow)) == []  # CH-08
    assert not [question.id for question in flow.questions if question.kind is Kind.DATE]


# 4.2 Choices and controls --------------------------------------------------------------------------------------------


@each_flow
def test_at_most_four_choices(flow: Flow) -> None:
    assert {q.id: len(q.choices) for q in flow.questions if len(q.choices) > 4} == {}  # CH-09


@each_telling
def test_every_question_can_be_skipped(flow: Flow) -> None:
    """CH-10, walked: a child who answers nothing at all can still send, and somebody is told."""
    assert [question.id for question in flow.questions if not question.optional] == []
    state, _ = step(flow, State("t", flow.digest), Start(), NOW)
    while state.status == "asking":
        state, effects = step(flow, state, Skip(state.turn), NOW)
        assert effects == ()
    _, effects = step(flow, state, Send(state.turn), NOW)
    assert [(e.complete, e.severity) for e in effects if isinstance(e, Raise)] == [(True, Severity.HIGH)]


@each_flow
def test_nothing_pushes_a_child_on(flow: Flow) -> None:
    pushes = ("streak", "point", "badge", "score", "star", "prize", "win", "keep going", "nearly there", "hurry")
    assert found(any_word(*pushes) + r"\b|%|countdown|seconds? left", everything(flow)) == []  # CH-13


@each_flow
def test_the_way_from_start_to_sent_is_short(flow: Flow) -> None:
    """CH-15, with the check page: 3 screens at the shortest, 8 at the longest."""
    screens_of_ways = {len(questions) + 1 for _, questions in ways(flow)}
    assert min(screens_of_ways) <= 3
    assert max(screens_of_ways) <= 8


def test_come_and_find_me_is_the_shortest_way() -> None:
    asked = path(WORRY, {"danger": "no", "how": "find"})
    assert [question.id for question in asked] == ["danger", "how"]


# 4.3 Honesty first ---------------------------------------------------------------------------------------------------


@each_telling
def test_a_child_hears_who_reads_it_before_any_question(flow: Flow) -> None:
    first, second, third = filled(*flow.intro)
    assert first == P0  # CH-16
    assert second == P1  # CH-17
    assert third.startswith(P1B)  # CH-24


@each_flow
def test_no_promise_that_cannot_be_kept(flow: Flow) -> None:
    """CH-18. Only the sentence that says that there are no secrets may say the word."""
    comfort = ("don't worry", "do not worry", "be OK", "be okay", "be all right", "be alright", "be fine")
    banned = ("private", "confidential", "anonymous", "secret", "just between us", "promise", *comfort)
    said = tuple(text.replace("I cannot keep secrets.", "") for text in everything(flow))
    assert found(any_word(*banned), said) == []


@each_telling
def test_a_child_hears_that_it_is_kept_before_telling_anything(flow: Flow) -> None:
    kept = [place for place, q in enumerate(flow.questions) if "We keep what you say in a safe place." in q.hint]
    told = [place for place, q in enumerate(flow.questions) if q.kind is Kind.LONG_TEXT]
    assert kept  # CH-20
    assert kept[0] < told[0]


@each_flow
def test_nobody_is_said_to_have_read_it_yet(flow: Flow) -> None:
    """CH-21. When these lines are shown the report is saved, and nobody has said that they took it."""
    said = everything(flow)
    assert found(r"\b(?:has|have|had|was|been|is) (?:read|seen|told|sent)\b|\b(?:I )?sent (?:it|this)\b", said) == [
        third
        for third in filled(*flow.intro)
        if third.startswith(P1B)  # "what you have sent": by the child
    ]


@each_flow
def test_no_time_is_claimed(flow: Flow) -> None:
    claims = ("today", "tomorrow", "soon", "in a minute", "will come", "is coming", "straight away", "always")
    assert found(any_word(*claims) + r"\b", everything(flow)) == []  # CH-22


# 4.4 Safety ----------------------------------------------------------------------------------------------------------


@each_telling
def test_danger_is_asked_first_and_help_is_on_every_screen(flow: Flow) -> None:
    danger = flow.questions[0]
    assert danger.id == "danger"  # CH-23
    assert danger.ask == "Do you need help right now?"
    assert [choice.value for choice in danger.choices] == ["yes", "no", "unsure"]
    assert "grown-up you can see" in flow.help
    assert "999" in flow.help


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("danger", "yes"),
        ("danger", "unsure"),
        ("tell", "i want to kill my self"),
        ("more", "i want to kill my self"),
        ("tell", "he has a nife"),
        ("tell", "im going to run away tonite"),
        ("tell", "he wants me to send nudes"),
    ],
)
def test_a_child_in_danger_gets_the_same_words_and_people_are_told_at_once(question: str, answer: str) -> None:
    """CH-23, CH-32: however it was noticed."""
    state, _ = step(WORRY, State("t", WORRY.digest), Start(), NOW)
    first = {"danger": "no", "how": "write", "who": "me"}
    while True:
        asked = next(q.id for q in path(WORRY, state.answers) if q.id not in state.answers)
        if asked == question:
            break
        event = Give(state.turn, (first[asked],)) if asked in first else Skip(state.turn)
        state, effects = step(WORRY, state, event, NOW)
        assert effects == ()
    state, effects = step(WORRY, state, Give(state.turn, (answer,)), NOW)
    assert [e.severity for e in effects if isinstance(e, Raise)] == [Severity.URGENT]
    said = " ".join(filled(*state.said))
    assert all(part in said for part in ("grown-up near you now", "999", "Childline", "0800 1111"))


@pytest.mark.parametrize("answer", ["no", "yes", "unsaid", ""])
def test_that_nobody_came_is_told_at_once_and_not_only_when_it_is_sent(answer: str) -> None:
    """CH-40. Any other answer alarms nobody."""
    flow = flows()["talked"]
    state, _ = step(flow, State("t", flow.digest), Start(), NOW)
    state, effects = step(flow, state, Give(state.turn, (answer,)) if answer else Skip(state.turn), NOW)
    told = [(e.severity, e.answers, e.complete) for e in effects if isinstance(e, Raise)]
    assert told == ([(Severity.URGENT, {"talked": "no"}, False)] if answer == "no" else [])
    said = " ".join(filled(*state.said))
    parts = ("I am telling another grown-up now", "Until then", "a grown-up you trust", "999", "0800 1111")
    assert [part in said for part in parts] == [answer == "no"] * len(parts)


@each_telling
def test_what_is_left_half_way_is_passed_on(flow: Flow) -> None:
    assert flow.stop == "send"  # CH-24
    assert (flow.timeout.do, flow.timeout.after) == ("send", timedelta(minutes=10))


@each_telling
def test_nothing_is_probed(flow: Flow) -> None:
    """CH-26: these questions and no others; at most two that are open."""
    assert [question.id for question in flow.questions] == [
        "danger", "how", "who", "tell", "more", "adult", "adult_who", "find_when",
    ]  # fmt: skip
    open_asks = [question.ask for question in flow.questions if question.kind is Kind.LONG_TEXT]
    assert open_asks == ["Tell me what happened.", "Thank you. Is there anything else you want to say?"]


@each_flow
def test_nothing_blames_or_doubts(flow: Flow) -> None:
    """CH-27, CH-30, CH-42."""
    leading = (
        r"\bwhy\b|\bdid (?:he|she|they|it|you|someone|anyone)\b|are you sure|is that all|should(?: not)? have"
        r"|did it hurt|show me|prove|really happen|really true"
    )
    shock = ("shock", "terrible", "horrible", "awful", "bad", "wrong", "sorry")
    blame = ("naughty", "silly", "trouble", "lie", "lying", "joke", "punish", "tell tales")
    praise_or_less = ("brave", "clever", "only ", "just a", "calm down")
    judging = any_word(*shock, *blame, *praise_or_less)
    assert found(leading, everything(flow)) == []
    assert found(judging, everything(flow)) == []


@each_flow
def test_no_child_is_asked_to_show_or_gather_anything(flow: Flow) -> None:
    asking = r"\b(?:show|photo|picture|screenshot|upload|attach|collect|evidence|find out|save (?:it|the))"
    assert found(asking, everything(flow)) == []  # CH-28, CH-36


@each_telling
def test_the_end_says_what_a_child_needs_to_hear(flow: Flow) -> None:
    """CH-29: thanks, right to tell, no fault, who, what next, what if it gets worse."""
    end = " ".join(filled(*flow.thanks))
    parts = (
        "Thank you for telling.",
        "You did the right thing.",
        "It is not your fault.",
        "I am giving this to Mrs Amara Okafor now.",
        "I will tell you here when a grown-up has it.",
        "Until then, stay near a grown-up you trust. You can call Childline free on 0800 1111.",
        "If it gets worse, tell a grown-up",
    )
    places = [end.find(part) for part in parts]
    assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_no_phrase_of_self_harm_is_missed() -> None:
    """CH-32. The phrases were written apart from the list that has to find them."""
    phrases = [line for line in PHRASES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert len(phrases) >= 80
    assert [phrase for phrase in phrases if not mentions(phrase, lists()["self_harm"])] == []


@pytest.mark.parametrize(
    "worry",
    [
        "my nan died last week",
        "my hamster is dead and i am sad",
        "she pushed me in the playground",
        "nobody plays with me at lunch",
        "mum and dad shout a lot",
        "i fell over and hurt my knee",
        "i dont like maths",
    ],
)
def test_the_lists_do_not_cry_wolf_at_everyday_worries(worry: str) -> None:
    assert [name for name, phrases in lists().items() if mentions(worry, phrases)] == []


@each_telling
def test_every_worry_is_high_whatever_its_words(flow: Flow) -> None:
    assert flow.severity >= Severity.HIGH  # CH-33
    assert all(alert.severity is Severity.URGENT for alert in flow.alerts)


def test_a_child_may_bring_a_friend_and_ask_for_another_grown_up() -> None:
    adult = WORRY.question("adult")
    assert adult is not None
    assert "bring a friend" in adult.hint  # CH-35
    assert {"other", "unsure"} <= adult.values  # CH-34


def test_a_worry_about_somebody_else_goes_the_same_way() -> None:
    about = {
        who: [q.id for q in path(WORRY, {"danger": "no", "how": "write", "who": who})]
        for who in ("me", "other", "unsure", "")
    }
    assert len({tuple(ids) for ids in about.values()}) == 1  # CH-36


def test_a_childs_words_are_taken_as_they_are() -> None:
    """CH-43: swearing, slang and drawn-out letters are accepted, and kept as they were written."""
    state = State("t", WORRY.digest, answers={"danger": "no", "how": "write", "who": "me"})
    written = "he is a fucking dickhead!!!\n\nI h8 him  sooooo much \U0001f621"
    state, _ = step(WORRY, state, Give(0, (written,)), NOW)
    assert state.answers["tell"] == written
