"""Every sentence the code asks for is there, every sentence is asked for, and its blanks are what the code passes.

Keys are found by walking the syntax trees. Keys put together from parts are spelt out in FAMILIES, by hand.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, meta

from bot.files import shipped
from bot.flow.model import Severity
from bot.library import wording
from bot.people import Role
from bot.prompt import Verb
from bot.settings import GateId
from bot.words import Words

from .reading_age import grade, longest_sentence, sentences, words
from .test_child_rules import any_word, found

ROOT = shipped("content").parent
WORDING, WEB, TERMINAL = wording("wording"), wording("web"), wording("terminal")
AUDIENCES = ("staff", "pupil", "caseworker")
SIDES = ("staff", "pupil")
# Where a request, a task, a record, a notice and a question can stand.
STAGES = (
    *(f"approval-{stage}" for stage in ("open", "approved", "done", "undoing", "refused", "lapsed", "closed")),
    *(f"approval-{stage}" for stage in ("returned", "given-up", "still-open", "left-open")),
    *("task-approved", "task-closed", "task-returned", "task-given-up", "record-open", "record-closed"),
    *("notice-open", "notice-acknowledged", "notice-declined", "notice-closed", "question-open", "question-closed"),
)
STATES = ("saved", "undelivered", "delivered", "unanswered", "acknowledged", "decided", "closed")  # of one's own report

# What the f-strings of the code can come to. A new f-string fails until it is spelt out here.
FAMILIES: Mapping[str, frozenset[str]] = {
    "button-{verb}": frozenset(
        f"button-{v}"
        for v in Verb
        if v not in (Verb.START, Verb.ANSWER, Verb.CHANGE, Verb.SEND)  # their buttons have words of their own
    ),
    "button-start-{flow}": frozenset(
        f"button-start-{flow}"
        for flow in (
            *("acknowledge", "decide", "note", "close", "reopen", "release", "lower"),
            *(f"approve_{gate}" for gate in get_args(GateId)),
            *("done", "cannot", "settle", "block", "reply", "answer"),
        )
    ),
    "button-{label or verb}": frozenset(f"button-{label}" for label in ("ack", "pass", "open", "seen")),
    "button-start-{body.flow}": frozenset({"button-start-talked"}),
    "{state.status}-{passed}-{flow.audience}": frozenset(
        f"{status}-{kept}-{audience}"
        for status, kept, audience in product(("cancelled", "expired"), ("passed-on", "not-kept"), AUDIENCES)
        # Casework is passed on to nobody, and kept or not kept as one whole.
        if (kept, audience) != ("passed-on", "caseworker")
    ),
    "{state.status}-title": frozenset({"cancelled-title", "expired-title"}),
    "sent-{flow.audience}": frozenset(f"sent-{audience}" for audience in AUDIENCES),
    "closed-{flow.audience}": frozenset(f"closed-{side}" for side in SIDES),
    "status-{stage}": frozenset(
        f"status-{s}" for s in ("open", "acknowledged", "acknowledged-by", "overdue", "decided", "closed", *STAGES)
    ),
    "mine-{_stage(case)}": frozenset(f"mine-{stage}" for stage in STAGES),
    "mine-{state}-{audience}": frozenset(
        {"mine-alone-staff", *(f"mine-{s}-{side}" for s, side in product(STATES, SIDES))}
    ),
    "severity-{case.severity.word}": frozenset(f"severity-{s.word}" for s in Severity),
    "marker-{case.halted}": frozenset({"marker-stopped", "marker-timeout"}),
    "report-{case.halted or 'coming'}": frozenset({"report-coming", "report-stopped", "report-timeout"}),
    "role-{role}": frozenset(f"role-{role}" for role in Role),
    "day-{local.isoweekday()}": frozenset(f"day-{n}" for n in range(1, 8)),
    "day-{day.isoweekday()}": frozenset(f"day-{n}" for n in range(1, 8)),
    **{f"month-{{{at}.month}}": frozenset(f"month-{n}" for n in range(1, 13)) for at in ("local", "day", "due")},
    "action-{action.action}": frozenset(),  # below: what `alert` records
    "inform-{body.key}-{audience}": frozenset(),  # below: what `alert` and the timers inform of
    "date-too-far-{far.why}": frozenset(f"date-too-far-{why}" for why in ("ahead", "request", "notice")),
    "part-{case.part.stage}": frozenset(f"part-{stage}" for stage in ("approved", "closed", "returned", "given-up")),
    "refused-{refused.key}": frozenset(),  # below: what is refused
    "refused-{NOT_YOURS.key}": frozenset({"refused-not-yours"}),
}
# Keys that are put together before they are said.
BEFORE = frozenset({"done-ack", "done-pass", "done-record"})
# What whoever asked, logged, announced or wanted to know is told, by the kind of their case; staff only.
MATTERS = {
    "approval": (
        *("passed-gate", "approved", "refused", "in-force", "expired", "undone", "lapsed", "nobody-yet"),
        *("ended", "cannot", "still-open", "asked-again", "given-up", "left-open"),
    ),
    "task": ("done", "cannot", "asked-again", "given-up", "nobody-yet"),
    "record": ("seen", "nobody-yet"),
    "notice": ("agreed", "talk", "declined", "unseen", "nobody-yet"),
    "question": ("answered", "nobody-yet"),
}
# A command's `say` prints; the others have wording files, and tests, of their own.
NOT_SAYING = ("commands", "preview", "register", "slack", "teams")
# Said to one side only: a child hears of a person and not of a delivery; staff are not asked whether anybody came.
ONLY = {
    "alone": ("staff",),
    "delivered": ("staff",),
    "heartbeat": ("staff",),
    "letters": ("staff",),
    "stopped": ("staff",),
    "talked": ("pupil",),
}
# Of `Record`, where it is worked out.
ADDED_BY_HAND = {"stopped", "timeout", "added_to", "completed", "seen", "agreed", "talk", "declined", "answered"}


@cache
def trees() -> dict[Path, ast.Module]:
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "adapters").rglob("*.py")]
    return {file: ast.parse(file.read_text("utf-8")) for file in files if "shipped" not in file.parts}


def calls(*names: str, without: tuple[str, ...] = ()) -> Iterator[ast.Call]:
    """Give the calls of functions, methods and classes by these names, but not in files or folders that begin so."""
    searched = (
        tree for file, tree in trees().items() if not (file.name.startswith(without) or file.parent.name in without)
    )
    for tree in searched:
        yield from called(tree, *names)


def called(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    """Give the calls in one file."""
    by_name = _calls(tree)
    return (call for name in names for call in by_name.get(name, ()))


@cache
def _calls(tree: ast.Module) -> Mapping[str, list[ast.Call]]:
    found_: dict[str, list[ast.Call]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found_.setdefault(name, []).append(node)
    return found_


def constants(node: ast.expr) -> set[str]:
    """Give the texts an expression can be, as far as it spells them out: "a" if x else "b"."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return constants(body) | constants(orelse)
        case ast.BoolOp(values=several):
            return {text for value in several for text in constants(value)}
    return set()


def firsts(*names: str, without: tuple[str, ...] = ()) -> set[str]:
    return {text for call in calls(*names, without=without) if call.args for text in constants(call.args[0])}


def patterns() -> set[str]:
    """Give the f-strings that a sentence is looked up by."""
    found_ = [call.args[0] for call in calls("say", "Remark", without=NOT_SAYING) if call.args]
    return {ast.unparse(node)[2:-1] for node in found_ if isinstance(node, ast.JoinedStr)}


def informed() -> set[str]:
    """Give what the reporter of an alert is told."""
    keys = firsts("Inform", "NoticeBody", without=("approval.py", "response.py"))
    return keys | {text for call in calls("inform") if len(call.args) > 2 for text in constants(call.args[2])}


def families() -> set[str]:
    actions = firsts("Record") | ADDED_BY_HAND
    return {
        *(key for members in FAMILIES.values() for key in members),
        *(f"action-{action}" for action in actions),
        *(f"refused-{key}" for key in firsts("Refused")),
        *(f"inform-{key}-{side}" for key in informed() for side in ONLY.get(key, SIDES)),
        *(f"inform-{kind}-{key}-staff" for kind, keys in MATTERS.items() for key in keys),
        *BEFORE,
    }


def spelt() -> set[str]:
    """Give the keys that stand in the code of bot/ as they are."""
    said = firsts("say", "Remark", without=NOT_SAYING)
    for tree in (tree for file, tree in trees().items() if (ROOT / "bot") in file.parents):
        for node in ast.walk(tree):  # keys that are chosen first and said afterwards
            if isinstance(node, ast.Assign | ast.NamedExpr):
                said |= constants(node.value) & WORDING.lines.keys()
    return said


def templates() -> str:
    return "\n".join(file.read_text("utf-8") for file in (ROOT / "adapters").rglob("*.html"))


def web_keys() -> set[str]:
    """Give the keys of web.toml that templates, pages and refusals name."""
    named = {text for tree in trees().values() for node in ast.walk(tree) for text in _texts(node)}
    in_templates = set(re.findall(r"""["']([a-z][a-z-]+)["']""", templates()))
    keys = {key for key in WEB.lines if key in in_templates or key in named}
    problems = {key.rpartition("-")[0] for key in WEB.lines if key.endswith(("-title", "-text"))}
    keys |= {f"{p}-{part}" for p in problems & (named | in_templates) for part in ("title", "text")}
    return keys | {f"{family}-{role}" for family in ("role", "try") for role in Role}


def _texts(node: ast.AST) -> set[str]:
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


# Keys ----------------------------------------------------------------------------------------------------------------


def test_every_family_is_spelt_out_here() -> None:
    assert patterns() == FAMILIES.keys()


def test_every_key_the_code_uses_is_there() -> None:
    known = {*WORDING.lines, *WEB.lines, *TERMINAL.lines}
    assert sorted((spelt() | families()) - known) == []


@pytest.mark.parametrize(
    ("part", "words"),
    [("bot/flow", WORDING), ("bot/cases", WORDING), ("bot/service", WORDING), ("adapters/web", WEB)],
    ids=["flow", "cases", "service", "web"],
)
def test_a_key_is_in_the_file_of_whoever_says_it(part: str, words: Words) -> None:
    """A sentence that another file has by the same key would not be found."""
    code = [tree for file, tree in trees().items() if (ROOT / part) in file.parents]
    asked = [call.args[0] for tree in code for call in called(tree, "say", "Remark") if call.args]
    assert sorted({key for node in asked for key in constants(node)} - words.lines.keys()) == []


def test_every_sentence_is_used() -> None:
    assert sorted(WORDING.lines.keys() - spelt() - families()) == []


def test_every_sentence_of_the_page_is_used() -> None:
    assert sorted(WEB.lines.keys() - web_keys()) == []


def test_every_sentence_of_the_terminal_is_used() -> None:
    source = (ROOT / "bot" / "rehearsal.py").read_text("utf-8")
    assert [key for key in TERMINAL.lines if f'"{key}"' not in source] == []


def test_the_templates_name_only_sentences_there_are() -> None:
    named = set(re.findall(r"""\bsay\(["']([a-z-]+)["'][,)]""", templates()))
    assert len(named) > 20
    assert sorted(named - WEB.lines.keys()) == []


def test_what_a_matter_informs_of_is_spelt_out_here() -> None:
    said = {text for call in calls("Inform") if call.args for text in constants(call.args[0])}
    others = firsts("Inform", without=("approval.py", "response.py", "ladder.py"))
    worked_out = ADDED_BY_HAND | {"done", "undone", "nobody-yet"}
    assert said - others == {key for keys in MATTERS.values() for key in keys} - worked_out


# Blanks --------------------------------------------------------------------------------------------------------------

_TALK = {
    *("school", "tell", "tell_place", "tell_phone", "next", "next_phone"),
    *("recipients", "alone", "deadline", "reference"),
}
_NUMBERS = {"lado", "mash", "out_of_hours"}
# What reaches a sentence that is not passed its blanks by name where it is said.
PASSED = {
    "inform-": {*_NUMBERS, "who", "reference", "recipients"},
    "marker-adult": _NUMBERS,
    "status-": {*_NUMBERS, "who", "at", "by", "until", "recipients"},
    **{f"mine-{kind}-": {*_NUMBERS, "who", "at", "by", "until", "recipients"} for kind in MATTERS},
    "refused-": {*_NUMBERS, "who", "at"},
    "help-pupil-told": {*_TALK, *_NUMBERS},
    **{f"mine-{state}-": {*_NUMBERS, "who", "at"} for state in (*STATES, "alone")},
    "cancelled-": {*_TALK, *_NUMBERS},
    "expired-": {*_TALK, *_NUMBERS},
    "closed-": {*_TALK, *_NUMBERS},
    "too-long": {"limit", "length"},
    "date-too-far-": {"day", "limit"},
    "did-you-mean": {"label", "number"},
    "type-a-number": {"last"},
}


def blanks(line: str) -> set[str]:
    return set(meta.find_undeclared_variables(Environment(autoescape=True).parse(line)))


def passed(key: str) -> set[str]:
    """Give the blanks every place that says a sentence passes to it."""
    if by_hand := next((names for start, names in PASSED.items() if key.startswith(start)), None):
        return by_hand
    ways = []
    for call in calls("say"):
        if not call.args:
            continue
        pattern = _pattern(call.args[0])
        actions = key.startswith("action-") and pattern == "action-{action.action}"
        if key in constants(call.args[0]) or key in FAMILIES.get(pattern, ()) or actions:
            ways.append({keyword.arg for keyword in call.keywords if keyword.arg})
    return set.intersection(*ways) if ways else set()


@cache
def _pattern(node: ast.expr) -> str:
    return ast.unparse(node)[2:-1] if isinstance(node, ast.JoinedStr) else ""


@pytest.mark.parametrize("key", WORDING.lines)
def test_a_sentence_has_only_blanks_that_are_filled(key: str) -> None:
    assert blanks(WORDING.lines[key]) <= passed(key)


def test_who_and_when_are_said_where_they_are_known() -> None:
    for key in ("status-acknowledged", "inform-taken-staff", "inform-taken-pupil", "refused-already-taken"):
        assert "who" in blanks(WORDING.lines[key]), key
    for key in WORDING.lines:
        if key.startswith("inform-") and key.endswith("-pupil"):
            assert "reference" not in blanks(WORDING.lines[key]), "a child is given no numbers to keep"


# What children read ---------------------------------------------------------------------------------------------------

BY_ADULTS = ("role-pupil", "reported-by-pupil")  # these are about children, and read by adults
BY_BOTH = ("who-are-you", "home-unlisted", "start-unlisted-staff")  # before it is known who reads
PUPIL = [key for key in WORDING.lines if (key.endswith("-pupil") or key in BY_BOTH) and key not in BY_ADULTS]


def for_a_child(key: str) -> str:
    return WORDING.say(key, **dict.fromkeys(blanks(WORDING.lines[key]), "Miss Lee"))


@pytest.mark.parametrize("key", PUPIL)
def test_what_a_child_reads_follows_the_child_rules(key: str) -> None:
    line = for_a_child(key)
    assert grade(line) <= 5.0  # CH-01
    assert len(words(line)) <= 25  # CH-02
    assert longest_sentence(line) <= 14
    assert len(sentences(line)) <= (4 if longest_sentence(line) <= 8 else 3)
    jargon = ("DSL", "safeguard", "disclos", "incident", "perpetrator", "abus", "concern", "refer", "submit")
    comfort = ("don't worry", "do not worry", "be OK", "be okay", "be all right", "be fine")
    secrets = ("private", "confidential", "anonymous", "secret", "promise")
    for banned in (jargon, comfort, secrets):
        assert found(any_word(*banned), (line,)) == []
    assert found(r"!|%|\bwhy\b|are you sure", (line,)) == []


@pytest.mark.parametrize("key", [key for key in PUPIL if "nobody" in key or "undelivered" in key or "closed" in key])
def test_a_child_nobody_has_heard_is_told_where_to_go(key: str) -> None:
    assert re.search("grown-up|Childline|tell us again", for_a_child(key))


@pytest.mark.parametrize("key", [k for k in WORDING.lines if k.startswith("help-") or k.startswith("closed-")])
def test_help_says_999(key: str) -> None:
    assert "999" in WORDING.lines[key]


# Nothing in Python says a sentence ------------------------------------------------------------------------------------

# Of errors, logs and commands: they are for administrators and developers (the common rules allow that).
TO_ADMINISTRATORS = {
    "reading.py", "load.py", "checks.py", "blanks.py", "lists.py", "files.py", "wiring.py", "reports.py", "__main__.py",
    "library.py", "words.py", "schema.py", "database.py", "writer.py", "vault.py", "rehearsal.py", "audit.py",
    "school/settings_file.py", "school/procedures_file.py", "school/people_file.py", "school/folder.py",
    "inspection/school.py", "inspection/flows.py", "inspection/inspect.py",
    "running/demo.py", "running/people_import.py", "running/school.py", "running/serving.py",
    "slack/doctor.py", "slack/guard.py", "slack/manifest.py",
    "teams/config.py", "teams/connector.py", "teams/doctor.py", "teams/package.py",
    "teams/graph_library.py", "teams/permissions.py", "service/joining.py",
    "read.py", "read_pdf.py", "read_shapes.py", "traps.py", "lexicon.py", "policies.py",  # what a policy file lacks
}  # fmt: skip


def sentences_in(tree: ast.Module) -> Iterator[str]:
    """Give the texts in code that read like a sentence: words with spaces that are no docstring, SQL, log or error."""
    skipped = {id(inner) for node in ast.walk(tree) if _not_said(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) not in skipped:
            yield from (text for text in _texts(node) if re.search(r"\b[A-Za-z']+ [a-z']+ [a-z']+\b", text))


def _not_said(node: ast.AST) -> bool:
    if isinstance(node, ast.Raise | ast.Assert):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        return re.match(r"_?log\.", called) is not None or called.endswith(
            ("execute", "_cases", "re.compile", "Never", "Later")
        )
    return False


@pytest.mark.parametrize("file", sorted(trees()), ids=lambda file: str(file.relative_to(ROOT)))
def test_no_sentence_is_written_in_python(file: Path) -> None:
    named = {file.name, f"{file.parent.name}/{file.name}"}
    if named & TO_ADMINISTRATORS or file.parent.name == "commands":
        return
    said = [
        text
        for text in sentences_in(trees()[file])
        if not re.match(r"(select|update|insert|where|;|default-src)", text)
    ]
    assert said == []
