"""What a flow file can say beside questions and alerts: where it goes, when it ends early, what it offers, what it
quotes. Each mistake in it is said exactly."""

from dataclasses import replace

import pytest

from bot.flow.load import load
from bot.flow.model import ADDRESS_LIMIT, Choice, Ending, Flow, Kind, Offer, Route, Severity, Window
from bot.reading import Mistakes

LESSON = """
id = "lesson"
title = "A lesson ahead"
for = "staff"
procedure = "notice"
summary = "Lesson"
check = "Is it right?"
send = "Send"
thanks = ["Sent."]
on_timeout = { after = "1h", do = "close" }

[window]
first = "day"
last = "last_day"

[[route]]
to = "spike"
when = { hard = "yes" }

[[route]]
to = "it"

[[question]]
id = "hard"
kind = "choice"
ask = "Is it hard?"
choices = [{ value = "yes", label = "Yes" }, { value = "no", label = "No" }]

[[question]]
id = "day"
kind = "date"
ahead = true
ask = "Which day?"

[[question]]
id = "last_day"
kind = "date"
ahead = true
ask = "Until when?"
optional = true

[[question]]
id = "site"
kind = "address"
ask = "Which site?"

[[alert]]
when = { hard = "yes" }
severity = "routine"
say = ["Take care."]

[[ending]]
when = { hard = "no" }
say = ["Then nobody at {{ school }} need know."]

[[offer]]
flow = "concern"
when = { hard = "yes" }
"""

ASK = """
id = "ask"
title = "Ask"
for = "staff"
procedure = "policy"
summary = "Question"
thanks = ["Sent."]
on_timeout = { after = "1h", do = "close" }

[[question]]
id = "question"
kind = "text"
ask = "What would you like to know?"

[[question]]
id = "found"
kind = "lookup"
quotes = "question"

[[question]]
id = "useful"
kind = "choice"
ask = "Was it this?"
quotes = "question"
around = true
when = { found = ["sure", "several"] }
choices = [{ value = "yes", label = "Yes" }, { value = "no", label = "No" }]

[[ending]]
when = { useful = "yes" }
say = ["Good."]
"""

ALERT = """
id = "breach"
title = "Breach"
for = "staff"
procedure = "alert"
summary = "Breach"
check = "Is it right?"
send = "Send"
thanks = ["Sent."]
for_it = ["address"]
expected = {}
unnamed = { named = "no" }
on_timeout = { after = "1h", do = "close" }

[[question]]
id = "address"
kind = "address"
ask = "Which address?"

[[question]]
id = "named"
kind = "choice"
ask = "May they see your name?"
choices = [{ value = "yes", label = "Yes" }, { value = "no", label = "No" }]
"""
FILES = {"lesson.toml": LESSON, "ask.toml": ASK, "breach.toml": ALERT}


def read(name: str, old: str = "", new: str = "") -> Flow:
    toml = FILES[name]
    assert old in toml
    return load(name, (toml.replace(old, new, 1) if old else toml).encode(), {})


# What is read --------------------------------------------------------------------------------------------------------


def test_an_offer_may_have_a_label_of_its_own() -> None:
    flow = read("lesson.toml", 'flow = "concern"', 'flow = "concern"\nlabel = "Report it"')
    assert [offer.label for offer in flow.offers] == ["Report it"]
    twice = '[[offer]]\nflow = "concern"\n[[offer]]\n'
    assert len(read("lesson.toml", "[[offer]]\n", twice).offers) == 2, "for two reasons, under one label"


def test_a_notice_is_read_whole() -> None:
    flow = read("lesson.toml")
    yes, no = {"hard": frozenset({"yes"})}, {"hard": frozenset({"no"})}
    assert (flow.procedure, flow.severity, flow.is_checked) == ("notice", Severity.ROUTINE, True)
    assert flow.window == Window("day", "last_day")
    assert flow.routes == (Route("spike", yes), Route("it"))
    assert flow.endings == (Ending(no, ("Then nobody at {{ school }} need know.",)),)
    assert flow.offers == (Offer("concern", yes),)
    assert [q.ahead for q in flow.questions] == [False, True, True, False]
    assert flow.questions[3].limit == ADDRESS_LIMIT
    assert read("lesson.toml", 'last = "last_day"\n', "").window == Window("day")


def test_a_question_about_the_policy_is_read_whole() -> None:
    flow = read("ask.toml")
    assert (flow.severity, flow.is_checked, flow.check, flow.send) == (Severity.ROUTINE, False, "", "")
    found, useful = flow.questions[1:]
    assert found.kind is Kind.LOOKUP
    assert found.choices == (Choice("sure", "sure"), Choice("several", "several"), Choice("none", "none"))
    assert (found.quotes, found.around, found.ask) == ("question", False, "")
    assert (useful.quotes, useful.around, useful.when) == ("question", True, {"found": frozenset({"sure", "several"})})


def test_what_only_reports_have_is_read() -> None:
    flow = read("breach.toml")
    assert (flow.for_it, flow.expected, flow.unnamed) == (("address",), {}, {"named": frozenset({"no"})})
    assert flow.severity is Severity.SAME_DAY
    without = read("breach.toml", 'for_it = ["address"]\nexpected = {}\nunnamed = { named = "no" }\n', "")
    assert replace(flow, for_it=(), expected=None, unnamed=None, digest="") == replace(without, digest="")


# What is wrong with a file -------------------------------------------------------------------------------------------

ROUTINE = "is always routine"
ONLY_ALERTS, OUT = "is only for alerts", "Leave the line out"
NEVER = "is never sent by itself: let it 'close' when time runs out, and 'stop' ask"


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        # whom it goes to
        ("lesson.toml", 'to = "spike"', "", [", route 1: 'to' is missing"]),
        (
            "lesson.toml",
            'to = "spike"',
            'to = "Spike it"',
            [", route 1: 'to': 'Spike it' may hold only a-z, 0-9 and '_', at most 40 of them"],
        ),
        (
            "lesson.toml",
            'to = "spike"\nwhen = { hard',
            'to = "spike"\nwhen = { hrd',
            [", route 1: 'when' mentions 'hrd', which is no question of this flow - did you mean 'hard'?"],
        ),
        ("lesson.toml", 'to = "it"', 'to = "it"\nsay = "x"', [", route 2: unknown setting 'say'"]),
        # when it is over early
        ("lesson.toml", 'say = ["Then', 'saay = ["Then', [
            ", ending 1: 'say' is missing",
            ", ending 1: unknown setting 'saay' - did you mean 'say'?",
        ]),
        (
            "lesson.toml",
            '[[ending]]\nwhen = { hard = "no" }\n',
            "[[ending]]\n",
            [", ending 1: needs 'when', or the flow would end with its first answer"],
        ),
        (
            "lesson.toml",
            '[[ending]]\nwhen = { hard = "no" }',
            '[[ending]]\nwhen = { hard = "never" }',
            [", ending 1: 'never' is not one of the choices of 'hard' (no, yes)"],
        ),
        # by then nobody is told, so nobody can be named
        ("lesson.toml", "{{ school }}", "{{ tell }}", [", ending 1: 'say': there is no blank 'tell' here"]),
        ("lesson.toml", "{{ school }}", "{{ reference }}", [", ending 1: 'say': there is no blank 'reference' here"]),
        # what it offers
        ("lesson.toml", 'flow = "concern"', "", [", offer 1: 'flow' is missing"]),
        (
            "lesson.toml",
            'flow = "concern"\nwhen = { hard = "yes" }',
            'flow = "concern"\nwhen = { site = "yes" }',
            [", offer 1: 'when' mentions 'site', which has no choices"],
        ),
        (
            "lesson.toml",
            'flow = "concern"',
            'flow = "concern"\nlabel = "{{ tell }}"',
            [", offer 1: 'label': there is no blank 'tell' here"],
        ),
        (
            "lesson.toml",
            '[[offer]]\n',
            '[[offer]]\nflow = "concern"\nlabel = "Report it"\n[[offer]]\n',
            [": offers 'concern' under two labels: whichever 'when' matches, give it the same 'label'"],
        ),
        # what only an alert has: nothing would come of it elsewhere
        (
            "lesson.toml",
            'summary = "Lesson"',
            'summary = "Lesson"\nfor_it = ["site"]',
            [f": 'for_it' {ONLY_ALERTS}: of another flow IT gets no part. {OUT}, or make it procedure = \"alert\""],
        ),
        (
            "lesson.toml",
            'summary = "Lesson"',
            'summary = "Lesson"\nexpected = { hard = "yes" }',
            [f": 'expected' {ONLY_ALERTS}: only an alert says that a lesson was announced. {OUT}"],
        ),
        (
            "lesson.toml",
            'summary = "Lesson"',
            'summary = "Lesson"\nunnamed = { hard = "yes" }',
            [f": 'unnamed' {ONLY_ALERTS}: of other flows everybody who opens them sees who sent them. {OUT}"],
        ),
        # for which days it counts
        ("lesson.toml", 'first = "day"', "", [", window: 'first' is missing"]),
        (
            "lesson.toml",
            'first = "day"',
            'first = "dayy"',
            [", window: 'dayy' is no question of this flow that asks for a date - did you mean 'day'?"],
        ),
        (
            "lesson.toml",
            'last = "last_day"',
            'last = "hard"',
            [", window: 'hard' is no question of this flow that asks for a date"],
        ),
        (
            "lesson.toml",
            '[window]\nfirst = "day"\nlast = "last_day"\n',
            "",
            [": 'window' is missing: a notice must say for which days it counts"],
        ),
        ("lesson.toml", '"notice"', '"record"', [": 'window' is only for notices and approvals"]),
        ("lesson.toml", '"notice"', '"approval"', []),
        # it waits for its sender, and for nobody else
        ("lesson.toml", 'do = "close"', 'do = "send"', [
            f": 'notice' {NEVER}",
            ": sends what there is when time runs out, so 'intro' must say so",
        ]),
        ("lesson.toml", 'send = "Send"', 'send = "Send"\nstop = "send"', [f": 'notice' {NEVER}"]),
        (
            "lesson.toml",
            'summary = "Lesson"',
            'summary = "Lesson"\nseverity = "high"',
            [f": 'notice' {ROUTINE}: leave 'severity' out"],
        ),
        (
            "lesson.toml",
            'severity = "routine"',
            'severity = "urgent"',
            [f", alert 1: 'notice' {ROUTINE}: an alert of it only says something"],
        ),
        ("breach.toml", '"alert"', '"record"', [
            f": 'for_it' {ONLY_ALERTS}: of another flow IT gets no part. {OUT}, or make it procedure = \"alert\"",
            f": 'expected' {ONLY_ALERTS}: only an alert says that a lesson was announced. {OUT}",
            f": 'unnamed' {ONLY_ALERTS}: of other flows everybody who opens them sees who sent them. {OUT}",
        ]),
        # questions
        ("lesson.toml", 'kind = "address"', 'kind = "address"\nahead = true', [
            ", question 4 (site): 'ahead' is only for a date",
        ]),
        ("lesson.toml", 'kind = "address"', f'kind = "address"\nlimit = {ADDRESS_LIMIT + 1}', [
            f", question 4 (site): 'limit' must be from 1 to {ADDRESS_LIMIT}",
        ]),
        ("lesson.toml", 'kind = "address"', 'kind = "text"\nquotes = "hard"', [
            ", question 4 (site): 'quotes' must name an earlier question that asks for words, not 'hard'",
            ", question 4 (site): 'quotes' is only for the procedure 'policy'",
        ]),
        ("lesson.toml", 'kind = "address"', 'kind = "text"\naround = true', [
            ", question 4 (site): 'around' needs 'quotes'",
        ]),
        ("ask.toml", 'kind = "lookup"\nquotes = "question"', 'kind = "lookup"', [
            ", question 2 (found): a lookup needs 'quotes', and cannot be optional",
        ]),
        ("ask.toml", 'kind = "lookup"', 'kind = "lookup"\noptional = true', [
            ", question 2 (found): a lookup needs 'quotes', and cannot be optional",
        ]),
        ("ask.toml", 'quotes = "question"', 'quotes = "useful"', [
            ", question 2 (found): 'quotes' must name an earlier question that asks for words, not 'useful'",
        ]),
        ("ask.toml", '"several"', '"sevral"', [
            ", question 3 (useful): 'sevral' is not one of the choices of 'found' (none, several, sure)",
        ]),
        ("ask.toml", 'kind = "lookup"', 'kind = "lookup"\nchoices = [{ value = "a", label = "A" }]', [
            ", question 2 (found): unknown setting 'choices'",
        ]),
        # what IT gets, and who is named
        ("breach.toml", '["address"]', '["adress"]', [
            ": 'for_it' mentions 'adress', which is no question of this flow - did you mean 'address'?",
        ]),
        ("breach.toml", "expected = {}", 'expected = { named = "maybe" }', [
            ": 'maybe' is not one of the choices of 'named' (no, yes)",
        ]),
        ("breach.toml", 'unnamed = { named = "no" }', 'unnamed = { nmd = "no" }', [
            ": 'unnamed' mentions 'nmd', which is no question of this flow - did you mean 'named'?",
        ]),
        ("breach.toml", 'unnamed = { named = "no" }', 'unnamed = { address = "no" }', [
            ": 'unnamed' mentions 'address', which has no choices",
        ]),
    ],
)  # fmt: skip
def test_mistakes_are_said_exactly(name: str, old: str, new: str, said: list[str]) -> None:
    if not said:
        assert read(name, old, new)
        return
    with pytest.raises(Mistakes) as raised:
        read(name, old, new)
    assert list(raised.value.mistakes) == [f"{name}{line}" for line in said]


@pytest.mark.parametrize("procedure", ["approval", "record", "notice", "policy"])
def test_only_an_alert_can_be_a_childs(procedure: str) -> None:
    toml = LESSON.replace('"notice"', f'"{procedure}"').replace('"staff"', '"pupil"')
    with pytest.raises(Mistakes) as raised:
        load("lesson.toml", toml.encode(), {})
    assert f"lesson.toml: a flow whose 'procedure' is {procedure!r} is for staff" in raised.value.mistakes


@pytest.mark.parametrize("key", ["check", "send"])
def test_only_a_question_about_the_policy_goes_unchecked(key: str) -> None:
    with pytest.raises(Mistakes) as raised:
        read("lesson.toml", f"{key} = ", "# ")
    assert list(raised.value.mistakes) == [f"lesson.toml: '{key}' is missing"]


@pytest.mark.parametrize("verb", ["approve", "done", "reply", "answer"])
def test_casework_on_matters_is_read(verb: str) -> None:
    toml = ALERT.partition('[[question]]\nid = "named"')[0]
    toml = toml.replace('"alert"', f'"casework"\nverb = "{verb}"').replace('"staff"', '"caseworker"')
    toml = toml.replace('expected = {}\nunnamed = { named = "no" }\n', "").replace('for_it = ["address"]\n', "")
    assert load("breach.toml", toml.encode(), {}).verb == verb
