"""Flow files: what is read from them, and exactly what is said about mistakes."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.files import shipped
from bot.flow.blanks import BLANKS, mistake_in
from bot.flow.lists import load_lists
from bot.flow.load import load, load_folder
from bot.flow.model import Alert, Choice, Flow, Kind, Question, Severity, Timeout
from bot.reading import Mistakes

LISTS = {"harm": frozenset({"kill myself"}), "other": frozenset({"word"})}

STAFF = """
id = "report"
title = "Report a concern"
for = "staff"
procedure = "alert"
severity = "same_day"
summary = "Concern"
intro = ["Hello from {{ school }}.", "What you leave is passed on."]
help = "Ring 999 first."
check = "It will go to {{ recipients }}."
send = "Send"
stop = "ask"
thanks = ["Your reference is {{ reference }}.{% if next %} Then go to {{ next }}.{% endif %}"]
on_timeout = { after = "10m", do = "send", remind = true }

[[question]]
id = "about"
kind = "choice"
ask = "Who is it about?"
subject = true
choices = [{ value = "child", label = "A child" }, { value = "head", label = "The headteacher" }]

[[question]]
id = "who"
kind = "person"
ask = "Which adult?"
subject = true
optional = true

[[question]]
id = "danger"
kind = "choice"
ask = "Is anyone in danger?"
row = "Danger"
choices = [
    { value = "yes", label = "Yes", hint = "Now" },
    { value = "no", label = "No" },
    { value = "unsure", label = "Not sure" },
]

[[question]]
id = "where_now"
kind = "text"
ask = "Where are they?"
limit = 80
when = { danger = ["yes", "unsure"], about = "child" }

[[question]]
id = "what"
kind = "long_text"
ask = "What happened?"
hint = "Facts only."
optional = true

[[question]]
id = "day"
kind = "date"
ask = "When?"

[[alert]]
when = { danger = ["yes", "unsure"] }
severity = "urgent"
say = ["Tell {{ tell }} now."]

[[alert]]
mentions = "harm"
severity = "urgent"
"""

PUPIL = """
id = "worry"
title = "Tell us a worry"
for = "pupil"
procedure = "alert"
summary = "Worry"
check = "Is it right?"
send = "Send"
thanks = ["Thank you."]
on_timeout = { after = "2h", do = "close" }

[[question]]
id = "danger"
kind = "choice"
ask = "Do you need help?"
choices = [{ value = "yes", label = "Yes" }, { value = "no", label = "No" }]

[[question]]
id = "what"
kind = "text"
ask = "What happened?"
optional = true
"""

CASEWORK = """
id = "close"
title = "Close"
for = "caseworker"
procedure = "casework"
verb = "close"
check = "Is it right?"
send = "Close it"
thanks = ["Closed."]
on_timeout = { after = "90s", do = "close" }

[[question]]
id = "why"
kind = "text"
ask = "Why?"
"""


def read(toml: str, name: str = "report.toml") -> Flow:
    return load(name, toml.encode(), LISTS)


def mistakes(toml: str, name: str = "report.toml") -> list[str]:
    with pytest.raises(Mistakes) as raised:
        read(toml, name)
    return list(raised.value.mistakes)


def test_a_flow_is_read_whole() -> None:
    choices = (Choice("yes", "Yes", "Now"), Choice("no", "No"), Choice("unsure", "Not sure"))
    flow = read(STAFF)
    assert flow == Flow(
        id="report",
        title="Report a concern",
        audience="staff",
        procedure="alert",
        severity=Severity.SAME_DAY,
        summary="Concern",
        intro=("Hello from {{ school }}.", "What you leave is passed on."),
        help="Ring 999 first.",
        check="It will go to {{ recipients }}.",
        send="Send",
        stop="ask",
        thanks=("Your reference is {{ reference }}.{% if next %} Then go to {{ next }}.{% endif %}",),
        timeout=Timeout(timedelta(minutes=10), "send", remind=True),
        digest=flow.digest,
        questions=(
            Question(
                "about",
                Kind.CHOICE,
                "Who is it about?",
                choices=(Choice("child", "A child"), Choice("head", "The headteacher")),
                subject=True,
            ),
            Question("who", Kind.PERSON, "Which adult?", subject=True, optional=True),
            Question("danger", Kind.CHOICE, "Is anyone in danger?", choices=choices, row="Danger"),
            Question(
                "where_now",
                Kind.TEXT,
                "Where are they?",
                limit=80,
                when={"danger": frozenset({"yes", "unsure"}), "about": frozenset({"child"})},
            ),
            Question("what", Kind.LONG_TEXT, "What happened?", "Facts only.", optional=True, limit=3000),
            Question("day", Kind.DATE, "When?"),
        ),
        alerts=(
            Alert(Severity.URGENT, {"danger": frozenset({"yes", "unsure"})}, say=("Tell {{ tell }} now.",)),
            Alert(Severity.URGENT, mentions="harm"),
        ),
        mentions={"harm": LISTS["harm"]},
    )


def test_pupil_and_casework_flows_are_read() -> None:
    assert read(PUPIL, "worry.toml").severity is Severity.SAME_DAY
    assert read(CASEWORK, "close.toml").verb == "close"


def test_the_digest_names_the_file_and_the_lists_it_uses() -> None:
    digest = read(STAFF).digest
    assert len(digest) == 16
    assert digest == read(STAFF).digest
    assert digest != read(STAFF + "# a comment").digest
    more = {**LISTS, "harm": frozenset({"kill myself", "end it"})}
    assert digest != load("report.toml", STAFF.encode(), more).digest
    unused = {**LISTS, "other": frozenset({"another"})}
    assert digest == load("report.toml", STAFF.encode(), unused).digest


BLANK_RULE = "only {{ name }} and {% if name %} ... {% endif %} may stand in a line"
VALUE_RULE = "letters, 0-9, '_' and '-', at most 40 of them"
SUBJECTS = "(child, adult, head, dsl, deputy, it, chair, self, unsure)"
KINDS = "(choice, choices, text, long_text, date, person, address, lookup)"
PROCEDURES = "(alert, approval, record, notice, policy, casework)"
URGENT = "is urgent, and could go out on"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('hint = "Facts only."', 'hnt = "x"', ["question 5 (what): unknown setting 'hnt' - did you mean 'hint'?"]),
        (
            'danger = ["yes", "unsure"], about',
            'danger = ["yse", "unsure"], about',
            ["question 4 (where_now): 'yse' is not one of the choices of 'danger' (no, unsure, yes)"],
        ),
        ('title = "Report a concern"', "", [": 'title' is missing"]),
        (
            'title = "Report a concern"',
            'title = "Report a serious concern to us"',
            [": 'title' is 30 characters long; 24 is the most"],
        ),
        ('"Report a concern"', '"Tell {{ tell }}"', [": 'title': there is no blank 'tell' here"]),
        ('id = "report"', 'id = "Report"', [": 'id': 'Report' may hold only a-z, 0-9 and '_', at most 40 of them"]),
        ('id = "report"', 'id = "rep"', [": 'id' is 'rep', so the file must be called rep.toml"]),
        (
            '"alert"',
            '"alrt"',
            [f": 'alrt' is not one of the words for 'procedure' {PROCEDURES} - did you mean 'alert'?"],
        ),
        ('"same_day"', '"soon"', [": 'soon' is not one of the words for 'severity' (routine, same_day, high, urgent)"]),
        ('summary = "Concern"', "", [": 'summary' is missing"]),
        ('stop = "ask"', 'stop = "ask"\nverb = "close"', [": 'verb' is only for casework"]),
        (
            '"10m"',
            '"10 min"',
            [', on_timeout: \'after\': \'10 min\' is not a length of time like "90s", "10m" or "2h"'],
        ),
        ("intro = ", "#", [": sends what there is when time runs out, so 'intro' must say so"]),
        (
            "{{ recipients }}",
            "{{ recipents }}",
            [": 'check': there is no blank 'recipents' here - did you mean 'recipients'?"],
        ),
        ("{{ recipients }}", "{{ reference }}", [": 'check': there is no blank 'reference' here"]),
        ("{{ recipients }}", "{{ recipients }", [": 'check': its blanks cannot be read; write each as {{ name }}"]),
        ("{{ recipients }}", "{ recipients }", [": 'check': holds a stray curly bracket; write a blank as {{ name }}"]),
        ("{{ recipients }}", "{{ 9 ** 9 ** 9 }}", [f": 'check': {BLANK_RULE}"]),
        ("{{ recipients }}", "{{ tell.phone }}", [f": 'check': {BLANK_RULE}"]),
        ("{{ recipients }}", "{% for a in tell %}{% endfor %}", [f": 'check': {BLANK_RULE}"]),
        ("{% if next %}", "{% if nxt %}", [": 'thanks': there is no blank 'nxt' here - did you mean 'next'?"]),
        ("{{ next }}.", "{{ nex }}.", [": 'thanks': there is no blank 'nex' here - did you mean 'next'?"]),
        (
            'label = "A child"',
            'label = "' + "x" * 76 + '"',
            ["question 1 (about), choice 1 (child): 'label' is 76 characters long; 75 is the most"],
        ),
        (
            'value = "no", label',
            'value = "n o", label',
            [f"question 3 (danger), choice 2: 'value': 'n o' may hold only {VALUE_RULE}"],
        ),
        (
            'value = "unsure", label',
            'value = "no", label',
            [
                "question 3 (danger): two choices have the value 'no'",
                "question 4 (where_now): 'unsure' is not one of the choices of 'danger' (no, yes)",
                "alert 1: 'unsure' is not one of the choices of 'danger' (no, yes)",
            ],
        ),
        ('label = "Not sure"', 'label = "no."', ["question 3 (danger): two choices have the label 'no.'"]),
        (
            ', { value = "head", label = "The headteacher" }',
            "",
            ["question 1 (about): 'choices' must hold from 2 to 25, not 1"],
        ),
        (
            'kind = "text"',
            'kind = "txt"',
            [f"question 4 (where_now): 'txt' is not one of the words for 'kind' {KINDS} - did you mean 'text'?"],
        ),
        ('kind = "date"', 'kind = "choices"', ["question 6 (day): 'choices' is missing"]),
        (
            'kind = "date"',
            'kind = "date"\nchoices = [{ value = "a", label = "A" }]',
            ["question 6 (day): 'choices' cannot go with the kind 'date'"],
        ),
        ('row = "Danger"', "limit = 5", ["question 3 (danger): 'limit' is only for words and names"]),
        ("limit = 80", "limit = 201", ["question 4 (where_now): 'limit' must be from 1 to 200"]),
        ('id = "what"', 'id = "danger"', ["question 5 (danger): there is already a question 'danger'"]),
        (
            'about = "child"',
            'dagner = "yes"',
            ["question 4 (where_now): 'when' mentions 'dagner', which is no earlier question - did you mean 'danger'?"],
        ),
        (
            'about = "child"',
            'what = "yes"',
            ["question 4 (where_now): 'when' mentions 'what', which is no earlier question"],
        ),
        ('about = "child"', "about = []", ["question 4 (where_now), when: 'about' is an empty list"]),
        (
            'ask = "When?"',
            'ask = "When?"\nwhen = { what = "x" }',
            ["question 6 (day): 'when' mentions 'what', which has no choices"],
        ),
        (
            'mentions = "harm"',
            'mentions = "hrm"',
            ["alert 2: 'mentions': there is no word list 'hrm' - did you mean 'harm'?"],
        ),
        ('mentions = "harm"', "", ["alert 2: needs 'when' or 'mentions', or it would never be true"]),
        (
            'mentions = "harm"',
            'when = { dangr = "yes" }',
            [
                "alert 2: 'when' mentions 'dangr', which is no question of this flow - did you mean 'danger'?",
                "alert 2: needs 'when' or 'mentions', or it would never be true",
            ],
        ),
        ('mentions = "harm"\nseverity = "urgent"', 'mentions = "harm"', ["alert 2: 'severity' is missing"]),
        (
            'value = "head"',
            'value = "boss"',
            [f"question 1 (about): 'boss' is not one of those a report can be about {SUBJECTS}"],
        ),
        (
            'row = "Danger"',
            "subject = true",
            [
                f"question 3 (danger): 'yes' is not one of those a report can be about {SUBJECTS}",
                f"question 3 (danger): 'no' is not one of those a report can be about {SUBJECTS}",
                "question 3 (danger): 'about' asks already who a report is about",
            ],
        ),
        (
            "limit = 80",
            "subject = true",
            ["question 4 (where_now): only a question of the kind 'choice' or 'person' can say who a report is about"],
        ),
        (
            "subject = true\nchoices",
            "subject = true\noptional = true\nchoices",
            ["question 1 (about): who a report is about cannot be skipped: leave 'optional' out"],
        ),
        (
            '[[question]]\nid = "about"',
            '[[question]]\nid = "soon"\nkind = "text"\nask = "Soon?"\n\n[[question]]\nid = "about"',
            [
                f"alert 2: {URGENT} 'soon' before 'who' says who the report is about",
            ],
        ),
        (
            'for = "staff"',
            'for = "caseworker"',
            [": 'procedure' must be \"casework\" exactly when 'for' is \"caseworker\""],
        ),
    ],
)
def test_mistakes_are_said_exactly(old: str, new: str, said: list[str]) -> None:
    assert old in STAFF
    expected = [f"report.toml{line}" if line[0] in ":," else f"report.toml, {line}" for line in said]
    assert mistakes(STAFF.replace(old, new, 1)) == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a { b", "holds a stray curly bracket; write a blank as {{ name }}"),
        ("a } b", "holds a stray curly bracket; write a blank as {{ name }}"),
        ("{% if tell %}a{% else %}{{ who }}{% endif %}", "there is no blank 'who' here"),
        ("{% if tell %}a{% elif who %}b{% endif %}", "there is no blank 'who' here"),
        ("{{ " + "(" * 20_000 + "tell", "its blanks cannot be read; write each as {{ name }}"),
        ("{{ " + "9" * 5000 + " }}", "its blanks cannot be read; write each as {{ name }}"),
        ("{{ tell }} {% if tell_phone %}on {{ tell_phone }}{% else %}now{% endif %}", ""),
    ],
    ids=["open", "close", "else", "elif", "deep", "huge", "right"],
)
def test_blanks_are_checked(line: str, said: str) -> None:
    assert mistake_in(line, BLANKS) == said


def test_a_report_has_its_reference_only_after_sending() -> None:
    assert mistakes(STAFF.replace("What you leave", "{{ reference }}")) == [
        "report.toml: 'intro': there is no blank 'reference' here"
    ]


@pytest.mark.parametrize(("old", "new"), [("Report a concern", "x" * 24), ("A child", "x" * 75)])
def test_a_limit_may_be_reached(old: str, new: str) -> None:
    assert new in repr(read(STAFF.replace(old, new, 1)))


def in_order(*ids: str) -> str:
    """Give the flow with these questions first, and the others after them."""
    first, *rest = STAFF.split("[[alert]]")
    head, *asked = first.split("[[question]]")
    place = {question.split('"')[1]: n for n, question in enumerate(asked)}
    chosen = [asked[place[question_id]] for question_id in ids]
    others = [question for question in asked if question not in chosen]
    return "[[alert]]".join(["[[question]]".join([head, *chosen, *others]), *rest])


@pytest.mark.parametrize(
    ("ids", "last"),
    [
        (("danger", "about", "who"), "who"),
        (("about", "danger", "who"), "who"),  # "another adult" is known, and not yet which
        (("danger", "who", "about"), "about"),
        (("who", "danger", "about"), "about"),
    ],
)
def test_an_urgent_alert_may_not_come_before_who_it_is_about(ids: tuple[str, ...], last: str) -> None:
    late = in_order(*ids)
    assert mistakes(late) == [f"report.toml, alert 1: {URGENT} 'danger' before '{last}' says who the report is about"]
    assert read(late.replace('severity = "urgent"', 'severity = "high"')).questions[0].id == ids[0]


def test_words_asked_before_which_adult_it_is_may_not_raise_an_alert() -> None:
    early = in_order("about", "what")
    expected = [f"report.toml, alert 2: {URGENT} 'what' before 'who' says who the report is about"]
    assert mistakes(early) == expected
    needs_more = 'mentions = "harm"\nwhen = { danger = "yes" }'
    assert read(early.replace('mentions = "harm"', needs_more)).questions[1].id == "what"
    needs_early = 'mentions = "harm"\nwhen = { about = "child" }'
    assert mistakes(early.replace('mentions = "harm"', needs_early)) == expected


def test_an_urgent_alert_waits_for_all_that_it_needs() -> None:
    old = 'when = { danger = ["yes", "unsure"] }'
    assert mistakes(STAFF.replace(old, 'when = { about = "head" }')) == [
        f"report.toml, alert 1: {URGENT} 'about' before 'who' says who the report is about"
    ]
    both = 'when = { about = "head", danger = "yes" }'
    assert read(STAFF.replace(old, both))
    assert mistakes(in_order("about", "danger", "who").replace(old, both)) == [
        f"report.toml, alert 1: {URGENT} 'danger' before 'who' says who the report is about"
    ]


def test_without_a_question_of_whom_it_is_about_an_urgent_alert_may_come_first() -> None:
    assert read(PUPIL + '[[alert]]\nwhen = { danger = "yes" }\nseverity = "urgent"\n', "worry.toml").alerts


FIVE = ", ".join(f'{{ value = "v{n}", label = "L{n}" }}' for n in range(5))
YES_NO = '{ value = "yes", label = "Yes" }, { value = "no", label = "No" }'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (YES_NO, FIVE, []),
        (
            f"choices = [{YES_NO}]",
            f"optional = true\nchoices = [{FIVE}]",
            ["a pupil is given at most 4 choices, and one more to skip or to say 'not sure'"],
        ),
        (
            YES_NO,
            FIVE + ', { value = "six", label = "Six" }',
            ["a pupil is given at most 4 choices, and one more to skip or to say 'not sure'"],
        ),
        (
            "choices =",
            "subject = true\nchoices =",
            [
                "a pupil is not asked who a report is about by role: leave 'subject' out",
                f"'yes' is not one of those a report can be about {SUBJECTS}",
                f"'no' is not one of those a report can be about {SUBJECTS}",
            ],
        ),
    ],
)
def test_pupils_have_rules_of_their_own(old: str, new: str, said: list[str]) -> None:
    assert old in PUPIL
    changed = PUPIL.replace(old, new, 1)
    if said:
        assert mistakes(changed, "worry.toml") == [f"worry.toml, question 1 (danger): {line}" for line in said]
    else:
        assert read(changed, "worry.toml").audience == "pupil"


def test_a_pupil_can_skip_every_question_that_wants_words() -> None:
    assert mistakes(PUPIL.replace("optional = true", ""), "worry.toml") == [
        "worry.toml, question 2 (what): a pupil must be able to skip it: add 'optional = true'"
    ]


def test_casework_says_what_it_asks_of_its_case() -> None:
    assert mistakes(CASEWORK.replace('verb = "close"', ""), "close.toml") == [
        "close.toml: 'verb' is missing: casework must say what it asks of its case"
    ]


def test_words_are_looked_for_only_where_words_are_asked() -> None:
    toml = PUPIL[: PUPIL.index('[[question]]\nid = "what"')] + '[[alert]]\nmentions = "harm"\nseverity = "high"\n'
    assert mistakes(toml, "worry.toml") == [
        "worry.toml, alert 1: 'mentions' looks at words, and no question asks for any"
    ]


def test_a_flow_asks_something() -> None:
    toml = PUPIL[: PUPIL.index("[[question]]")]
    assert mistakes(toml, "worry.toml") == ["worry.toml: 'question' is missing"]
    assert mistakes("question = []\n" + toml, "worry.toml") == ["worry.toml: 'question' is an empty list"]


def test_all_mistakes_of_all_files_come_together(tmp_path: Path) -> None:
    (tmp_path / "report.toml").write_text(STAFF.replace("subject = true", "subjct = true"), "utf-8")
    (tmp_path / "worry.toml").write_text(PUPIL.replace('"2h"', '"2"').replace('send = "Send"', ""), "utf-8")
    with pytest.raises(Mistakes) as raised:
        load_folder(tmp_path, LISTS)
    assert raised.value.mistakes == (
        "report.toml, question 1 (about): unknown setting 'subjct' - did you mean 'subject'?",
        "report.toml, question 2 (who): unknown setting 'subjct' - did you mean 'subject'?",
        "worry.toml: 'send' is missing",
        'worry.toml, on_timeout: \'after\': \'2\' is not a length of time like "90s", "10m" or "2h"',
    )


def test_a_folder_gives_flows_by_id(tmp_path: Path) -> None:
    (tmp_path / "report.toml").write_text(STAFF, "utf-8")
    assert load_folder(tmp_path, LISTS) == {"report": read(STAFF)}


def test_the_shipped_flows_have_no_mistakes() -> None:
    flows = load_folder(shipped("flows"), load_lists(shipped("content") / "en" / "lists"))
    assert {"concern", "worry"} <= flows.keys()


# Whatever a file holds, an administrator is told ---------------------------------------------------------------------

SCRAPS = [
    "{{",
    "}}",
    "{% if a %}",
    "{{ 1/0 }}",
    "[[question]]",
    "= 1",
    '"',
    "[",
    "]",
    "\n",
    "é",
    "\x00",
    "'''",
    "{}",
    "true",
]


@given(st.binary())
def test_no_bytes_raise_anything_but_mistakes(source: bytes) -> None:
    with pytest.raises(Mistakes):
        load("report.toml", source, LISTS)


@given(
    st.sampled_from([STAFF, PUPIL, CASEWORK]),
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 30), st.sampled_from(SCRAPS) | st.text(max_size=8)), max_size=4
    ),
)
def test_no_change_to_a_flow_raises_anything_but_mistakes(toml: str, cuts: list[tuple[int, int, str]]) -> None:
    for at, length, scrap in cuts:
        toml = toml[:at] + scrap + toml[at + length :]
    with suppress(Mistakes):
        read(toml)


@given(st.sampled_from([STAFF, PUPIL, CASEWORK]), st.data())
def test_no_value_of_another_kind_raises_anything_but_mistakes(toml: str, data: st.DataObject) -> None:
    lines = toml.splitlines()
    at = data.draw(st.sampled_from([n for n, line in enumerate(lines) if " = " in line and line[0].isalpha()]))
    key = lines[at].partition(" = ")[0]
    wrong = [
        "0x" + "f" * 5000,
        "1.5",
        "nan",
        "[[]]",
        "[{}]",
        "{}",
        "[1, 'a']",
        "''",
        "12:00:00",
        "2026-01-01",
        "{a={b=[{}]}}",
        "-1",
    ]
    lines[at] = f"{key} = {data.draw(st.sampled_from(wrong))}"
    with suppress(Mistakes):
        read("\n".join(lines))
