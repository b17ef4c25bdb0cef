"""What a platform is given to show: prompts, cards and notices. Must not know any platform, flow or store.

Adapters render these and nothing else; the one string that crosses a platform and comes back is `Token.encode()`.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

Tone = Literal["urgent", "high", "same_day", "routine", "done"]


class Verb(StrEnum):
    """Everything a button can ask for. Who may ask is decided in the core, from the person who pressed."""

    START = "start"  # subject: flow id, or case reference with the flow id as `arg`
    ANSWER = "answer"  # subject: talk id; `arg`: the choice, or "" when the value comes beside the token
    SKIP = "skip"
    BACK = "back"
    CHANGE = "change"  # `arg`: question id
    SEND = "send"
    STOP = "stop"
    KEEP = "keep"  # "no, keep going" on the page that asks whether to stop
    HELP = "help"
    ACKNOWLEDGE = "ack"  # subject: case reference
    PASS_ON = "pass"  # noqa: S105
    OPEN = "open"

    @property
    def of_a_talk(self) -> bool:
        """Whether the subject is a talk, moved by whoever has it; the other verbs are about flows and cases."""
        return self in _OF_A_TALK


_OF_A_TALK = frozenset({Verb.ANSWER, Verb.SKIP, Verb.BACK, Verb.CHANGE, Verb.SEND, Verb.STOP, Verb.KEEP, Verb.HELP})

_PART = r"[A-Za-z0-9_-]*"
_TOKEN = re.compile(rf"({'|'.join(Verb)})\.({_PART})\.(\d{{1,6}})\.({_PART})", re.ASCII)
TOKEN_LIMIT = 200  # characters; Slack's action_id holds 255


@dataclass(frozen=True, slots=True)
class Token:
    """What a pressed button says. It carries no right: a forged token can ask only what its presser may do."""

    verb: Verb
    subject: str
    turn: int = 0
    arg: str = ""

    def encode(self) -> str:
        """Give the string a platform carries. Raises ValueError for parts that would not decode again."""
        text = f"{self.verb}.{self.subject}.{self.turn}.{self.arg}"
        if Token.decode(text) != self:
            raise ValueError(f"token parts must be letters, digits, '_' and '-': {text!r}")
        return text

    @staticmethod
    def decode(text: str) -> "Token | None":
        """Read a string from outside; None for anything that `encode` would not have written."""
        found = _TOKEN.fullmatch(text) if len(text) <= TOKEN_LIMIT else None
        if found is None:
            return None
        verb, subject, turn, arg = found.groups()
        return Token(Verb(verb), subject, int(turn), arg)


@dataclass(frozen=True, slots=True)
class Button:
    """A labelled press. `main` marks the one a screen leads to; `picture` names one that may stand before its words."""

    token: Token
    label: str
    main: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question. `value` is letters, digits, '_' and '-'."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Choose:
    """One of the options, or with `many` any number of them."""

    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Words: one line, or with `long` a text area. `limit` is in characters."""

    limit: int
    long: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A date: not after `latest`, not before `earliest`, where there is one."""

    latest: date | None = None
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's name; the suggestions are names from the school's list, and any other name is accepted."""

    suggestions: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a website, typed or pasted; never fetched, and never shown as a link."""

    limit: int


Field = Choose | Write | Day | Person | Address


@dataclass(frozen=True, slots=True)
class Row:
    """A question and its answer as the reporter gave it, on the check page or in an opened case."""

    label: str
    value: str
    change: Button | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage of the school's own policy, word for word, and where it stands.

    `lead_in` is the sentence that a bullet completes, `around` the passages of its section, this one among them; both
    are quoted too. `warnings` must be read with it: that it contradicts another clause, or is out of date.
    """

    text: str
    source: str  # the document, its date and the section
    lead_in: str = ""
    around: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """One screen of a talk: a question, or the check page when `field` is None and there are rows.

    `lines` are said before the question whenever the screen is shown (greetings, advice after the last answer), and
    `remarks` before them by this reply alone (that a press came too late). `urgent` are those of both that say what to
    do this minute (ring 999, tell in person): a platform shows them first, where nobody overlooks them. `quotes` come
    after the lines. `help` stays on every screen. `value` is what was answered before. `error` belongs to the field;
    `submit` is the button that sends it. With `pupil` a child reads it: a picture may stand before each choice's words.
    """

    talk: str
    turn: int
    title: str
    ask: str
    remarks: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    quotes: tuple[Quotation, ...] = ()
    help: str = ""
    hint: str = ""
    progress: str = ""
    field: Field | None = None
    value: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    error: str = ""
    buttons: tuple[Button, ...] = ()
    submit: Button | None = None
    pupil: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What an adult gets about a case. In a channel it carries no content.

    `rows` are the report and `history` what was done since; both are filled only one to one, for somebody who may read
    them.
    """

    case: str
    rev: int
    title: str
    tone: Tone
    facts: tuple[Row, ...] = ()
    lines: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    history: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said, with nothing to answer; `title` heads it where a platform has room."""

    lines: tuple[str, ...]
    title: str = ""
    buttons: tuple[Button, ...] = ()


Reply = Prompt | Card | Notice


@dataclass(frozen=True, slots=True)
class Home:
    """Somebody's front page: what they can start, what they left unfinished, and the cases that concern them."""

    title: str
    lines: tuple[str, ...] = ()
    starts: tuple[Button, ...] = ()
    unfinished: tuple[Button, ...] = ()
    reports: tuple[Card, ...] = ()  # their own reports, content-free: what happened to them
    cases: tuple[Card, ...] = ()  # the open cases that were put before them
    help: str = ""
