"""Prompts, cards and notices as the core makes them, with words nobody would choose."""

from datetime import date

from bot.prompt import (
    Address,
    Button,
    Card,
    Choose,
    Day,
    Field,
    Home,
    Notice,
    Option,
    Person,
    Prompt,
    Row,
    Token,
    Verb,
    Write,
)

TALK = "tAlk-1_x"
SUBMIT = Button(Token(Verb.ANSWER, TALK, 3), "Continue", main=True)
ALWAYS = tuple(Button(Token(verb, TALK, 3), verb.title()) for verb in (Verb.BACK, Verb.SKIP, Verb.STOP, Verb.HELP))
NASTY = "<script>alert(1)</script> \"quoted\" & 'single' \u202eRTL\u202c \U0001f600\n\n  مرحبا"
FIELDS: dict[str, Field] = {
    "choice": Choose((Option("yes", "Yes, now"), Option("no", "No", "I can wait"))),
    "choices": Choose((Option("a", "Online"), Option("b", "In class"), Option("c", "At home")), many=True),
    "line": Write(200),
    "long": Write(3000, long=True),
    "day": Day(date(2026, 11, 20)),
    "address": Address(1000),
    "person": Person(("Mrs Amara Okafor", "Dr Helen Lindqvist"), 200),
}


def prompt(field: Field | None = FIELDS["choice"], **more: object) -> Prompt:
    facts: dict[str, object] = {
        "talk": TALK,
        "turn": 3,
        "title": "Report a concern",
        "ask": "What did you see?",
        "field": field,
        "buttons": ALWAYS,
        "submit": SUBMIT,
    }
    return Prompt(**{**facts, **more})  # type: ignore[arg-type]


def check(**more: object) -> Prompt:
    change = Button(Token(Verb.CHANGE, TALK, 3, "what"), "Change")
    rows = (Row("What happened", NASTY, change), Row("Who", "Poppy Hartwell"))
    send = Button(Token(Verb.SEND, TALK, 3), "Send", True)
    return prompt(None, **{"ask": "Is this right?", "rows": rows, "submit": send, **more})


def card(ref: str = "KX7F2M", *, rows: tuple[Row, ...] = ()) -> Card:
    buttons = (Button(Token(Verb.ACKNOWLEDGE, ref), "I'm taking this", True), Button(Token(Verb.OPEN, ref), "Open"))
    return Card(ref, 1, "Concern, high", "high", facts=(Row("Reference", ref),), rows=rows, buttons=buttons)


OPENED = card(rows=(Row("What happened", NASTY),))
THANKS = Notice(("Thank you for telling.", "I am giving this to Mrs Okafor."), title="Thank you")
FRONT = Home(
    "What would you like to do?",
    starts=(Button(Token(Verb.START, "concern"), "Report a concern", True),),
    unfinished=(Button(Token(Verb.START, "worry"), "Go on"),),
    reports=(card("MINE22"),),
    cases=(card("OPEN33"),),
    help="Ring 999.",
)
PAGES = ["/", "/people", "/messages", "/channel/dsl", "/case/KX7F2M", f"/talk/{TALK}", "/nothing", "/channel/it"]
