"""Reads a flow file (TOML) into a checked Flow, and names that version of it. Must not know cases or schools."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from bot.files import read_folder
from bot.flow.blanks import AFTER_SENDING, BLANKS, STANDING, mistake_in
from bot.flow.checks import check
from bot.flow.model import (
    ADDRESS_LIMIT,
    LONG_TEXT_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Alert,
    Choice,
    Ending,
    Flow,
    Kind,
    Offer,
    Procedure,
    Question,
    Route,
    Severity,
    Timeout,
    When,
    Window,
)
from bot.reading import Table, meant, quoted

LABEL_LIMIT = 75  # characters: what Slack shows of an option
CHOICES_LIMIT = 25

_AUDIENCES: tuple[Literal["staff", "pupil", "caseworker"], ...] = ("staff", "pupil", "caseworker")
_PROCEDURES: tuple[Procedure, ...] = ("alert", "approval", "record", "notice", "policy", "casework")
_VERBS = (
    *("acknowledge", "decide", "note", "close", "reopen", "lower", "release", "talked"),
    *("approve", "done", "cannot", "settle", "block", "reply", "answer"),
)
_FOUND = tuple(Choice(value, value) for value in ("sure", "several", "none"))
_SEVERITIES = tuple(severity.word for severity in Severity)
_STOPS: tuple[Literal["send", "ask"], ...] = ("send", "ask")
_ON_TIMEOUT: tuple[Literal["send", "close"], ...] = ("send", "close")
_ID = r"[a-z0-9_]{1,40}"
_ID_RULE = "a-z, 0-9 and '_', at most 40 of them"
_VALUE = r"[A-Za-z0-9_-]{1,40}"
_NOWHERE = "no question of this flow"
_VALUE_RULE = "letters, 0-9, '_' and '-', at most 40 of them"


def load(name: str, source: bytes, lists: Mapping[str, frozenset[str]]) -> Flow:
    """Read one flow file.

    Args:
        name: the file's name, for mistakes; its stem is the flow's id.
        source: what is in the file.
        lists: the word lists there are, normalised, by name.

    Raises:
        Mistakes: everything that is wrong with the file.
    """
    file = Table.parse(name, source)
    flow_id = file.name("id", _ID, _ID_RULE)
    if flow_id and name != f"{flow_id}.toml":
        file.mistake(f"'id' is {flow_id!r}, so the file must be called {flow_id}.toml")
    asked = _questions(file)
    questions = tuple(question for question, _ in asked)
    warned = [(_alert(table, questions, lists), table) for table in file.tables("alert", "alert", optional=True)]
    alerts = tuple(alert for alert, _ in warned)
    used = {alert.mentions: lists[alert.mentions] for alert in alerts if alert.mentions in lists}
    procedure = file.word("procedure", _PROCEDURES) or "alert"
    checked = procedure != "policy"
    flow = Flow(
        id=flow_id,
        title=_plain(file, "title", limit=TITLE_LIMIT),
        audience=file.word("for", _AUDIENCES) or "staff",
        procedure=procedure,
        questions=questions,
        timeout=_timeout(file.table("on_timeout")),
        digest=_digest(source, used),
        severity=(Severity.SAME_DAY if procedure in ("alert", "casework") else Severity.ROUTINE)
        if (given := _severity(file, optional=True)) is None
        else given,
        summary=_plain(file, "summary", optional=procedure == "casework"),
        verb=file.word("verb", _VERBS, optional=True) or "",
        alerts=alerts,
        intro=_lines(file, "intro", optional=True),
        help=_line(file, "help", optional=True),
        check=_line(file, "check", optional=not checked),
        send=_line(file, "send", optional=not checked),
        stop=file.word("stop", _STOPS, optional=True) or "ask",
        thanks=_lines(file, "thanks", AFTER_SENDING),
        routes=tuple(_route(table, questions) for table in file.tables("route", "route", optional=True)),
        for_it=_of(file, "for_it", questions),
        expected=_when(file, questions, _NOWHERE, key="expected") if "expected" in file else None,
        unnamed=_when(file, questions, _NOWHERE, key="unnamed") if "unnamed" in file else None,
        window=_window(file.table("window"), questions) if "window" in file else None,
        endings=tuple(_ending(table, questions) for table in file.tables("ending", "ending", optional=True)),
        offers=tuple(_offer(table, questions) for table in file.tables("offer", "offer", optional=True)),
        supersedes=file.flag("supersedes"),
        mentions=used,
    )
    check(flow, file, asked, warned)
    file.finish()
    return flow


def load_folder(folder: Path, lists: Mapping[str, frozenset[str]]) -> dict[str, Flow]:
    """Read every flow file of a folder, by flow id. Raises the Mistakes of all files together."""
    return read_folder(folder, ".toml", lambda name, source: load(name, source, lists))


def _digest(source: bytes, used: Mapping[str, frozenset[str]]) -> str:
    """Name this version of a flow: another file, or another word in a list it uses, is another version."""
    whole = hashlib.sha256(source)
    for name in sorted(used):
        whole.update(b"\0" + "\n".join([name, *sorted(used[name])]).encode())
    return whole.hexdigest()[:16]


def _questions(file: Table) -> list[tuple[Question, Table]]:
    asked: list[tuple[Question, Table]] = []
    for table in file.tables("question", "question", "id"):
        asked.append((_question(table, [question for question, _ in asked]), table))
    return asked


def _question(table: Table, earlier: Sequence[Question]) -> Question:
    kind = table.word("kind", tuple(Kind))
    question_id = table.name("id", _ID, _ID_RULE)
    if question_id and any(question.id == question_id for question in earlier):
        table.mistake(f"there is already a question {question_id!r}")
    most = {Kind.LONG_TEXT: LONG_TEXT_LIMIT, Kind.ADDRESS: ADDRESS_LIMIT}.get(kind or Kind.TEXT, TEXT_LIMIT)
    return Question(
        id=question_id,
        kind=kind or Kind.TEXT,
        ask=_line(table, "ask", optional=kind is Kind.LOOKUP),
        hint=_line(table, "hint", optional=True),
        choices=_FOUND if kind is Kind.LOOKUP else _choices(table, kind),
        optional=table.flag("optional"),
        when=_when(table, earlier, "no earlier question"),
        limit=table.number("limit", most) or most,
        row=_line(table, "row", optional=True),
        subject=table.flag("subject"),
        ahead=table.flag("ahead"),
        quotes=_quoted(table, earlier),
        around=table.flag("around"),
    )


def _quoted(table: Table, earlier: Sequence[Question]) -> str:
    quoted_id = table.text("quotes", optional=True)
    if quoted_id and not any(q.id == quoted_id and q.kind in (Kind.TEXT, Kind.LONG_TEXT) for q in earlier):
        table.mistake(f"'quotes' must name an earlier question that asks for words, not {quoted(quoted_id)}")
    return quoted_id


def _choices(table: Table, kind: Kind | None) -> tuple[Choice, ...]:
    choosing = kind in (Kind.CHOICE, Kind.CHOICES)
    choices = tuple(
        Choice(
            inner.name("value", _VALUE, _VALUE_RULE),
            _line(inner, "label", limit=LABEL_LIMIT),
            _line(inner, "hint", optional=True),
        )
        for inner in table.tables("choices", "choice", "value", optional=not choosing)
    )
    if kind and choices and not choosing:
        table.mistake(f"'choices' cannot go with the kind {kind.value!r}")
    if choosing and "limit" in table:
        table.mistake("'limit' is only for words and names")
    if choosing and choices and not 2 <= len(choices) <= CHOICES_LIMIT:
        table.mistake(f"'choices' must hold from 2 to {CHOICES_LIMIT}, not {len(choices)}")
    return choices


def _alert(table: Table, questions: Sequence[Question], lists: Mapping[str, frozenset[str]]) -> Alert:
    mentions = table.take("mentions", str, optional=True) or ""
    if "mentions" in table and mentions not in lists:
        table.mistake(f"'mentions': there is no word list {quoted(mentions)}{meant(mentions, lists)}")
    return Alert(
        severity=_severity(table) or Severity.ROUTINE,
        when=_when(table, questions, _NOWHERE),
        mentions=mentions,
        say=_lines(table, "say", optional=True),
    )


def _route(table: Table, questions: Sequence[Question]) -> Route:
    return Route(table.name("to", _ID, _ID_RULE), _when(table, questions, _NOWHERE))


def _ending(table: Table, questions: Sequence[Question]) -> Ending:
    when = _when(table, questions, _NOWHERE)
    if not when:
        table.mistake("needs 'when', or the flow would end with its first answer")
    return Ending(when, _lines(table, "say", STANDING))


def _offer(table: Table, questions: Sequence[Question]) -> Offer:
    label = _plain(table, "label", optional=True, limit=LABEL_LIMIT)
    return Offer(table.name("flow", _ID, _ID_RULE), _when(table, questions, _NOWHERE), label)


def _window(table: Table, questions: Sequence[Question]) -> Window:
    days = [q.id for q in questions if q.kind is Kind.DATE]
    first, last = table.text("first"), table.text("last", optional=True)
    for given in filter(None, (first, last)):
        if given not in days:
            table.mistake(f"{quoted(given)} is no question of this flow that asks for a date{meant(given, days)}")
    return Window(first, last)


def _of(table: Table, key: str, questions: Sequence[Question]) -> tuple[str, ...]:
    """Give a list of questions of the flow."""
    named = table.lines(key, optional=True)
    ids = [q.id for q in questions]
    for given in named:
        if given not in ids:
            table.mistake(f"{key!r} mentions {quoted(given)}, which is {_NOWHERE}{meant(given, ids)}")
    return named


def _when(table: Table, known: Sequence[Question], nothing: str, key: str = "when") -> When:
    condition = table.table(key, optional=True)
    found: dict[str, frozenset[str]] = {}
    for question_id in condition:
        values = condition.one_or_more(question_id)
        question = next((q for q in known if q.id == question_id), None)
        if question is None:
            ids = [q.id for q in known]
            table.mistake(f"{key!r} mentions {quoted(question_id)}, which is {nothing}{meant(question_id, ids)}")
        elif question.kind not in (Kind.CHOICE, Kind.CHOICES, Kind.LOOKUP):
            table.mistake(f"{key!r} mentions {question_id!r}, which has no choices")
        else:
            listed = ", ".join(sorted(question.values))
            for value in values:
                if value not in question.values:
                    table.mistake(f"{quoted(value)} is not one of the choices of {question_id!r} ({listed})")
            found[question_id] = frozenset(values)
    return found


def _severity(table: Table, *, optional: bool = False) -> Severity | None:
    word = table.word("severity", _SEVERITIES, optional=optional)
    return Severity.of(word) if word else None


def _timeout(table: Table) -> Timeout:
    after = table.duration("after") or timedelta(minutes=1)
    return Timeout(after, table.word("do", _ON_TIMEOUT) or "close", table.flag("remind"))


# Lines, and the blanks in them ---------------------------------------------------------------------------------------


def _line(table: Table, key: str, *, optional: bool = False, limit: int = 0) -> str:
    line = table.text(key, optional=optional, limit=limit)
    _check_blanks(table, key, line, BLANKS)
    return line


def _lines(table: Table, key: str, known: Sequence[str] = BLANKS, *, optional: bool = False) -> tuple[str, ...]:
    lines = table.lines(key, optional=optional)
    for line in lines:
        _check_blanks(table, key, line, known)
    return lines


def _plain(table: Table, key: str, *, optional: bool = False, limit: int = 0) -> str:
    """Give a line without blanks: nothing of a report may show in it."""
    line = table.text(key, optional=optional, limit=limit)
    _check_blanks(table, key, line, ())
    return line


def _check_blanks(table: Table, key: str, line: str, known: Sequence[str]) -> None:
    if mistake := mistake_in(line, known):
        table.mistake(f"{key!r}: {mistake}")
