"""Every reply as an Adaptive Card 1.5. Must not know who looks at it, or whether it hangs anywhere yet.

1.5 is the newest that Teams shows on computers and telephones alike. What nobody else may read is shown in a dialog
only; what hangs in a chat is what the core made for there.
"""

import json
from collections.abc import Iterable, Sequence

from adapters.teams.actions import PAGE, Where, press, rows, stack
from adapters.teams.fields import as_buttons, field
from adapters.teams.text import Element, box, heading, side_by_side, words
from bot.prompt import Button, Card, Home, Notice, Prompt, Quotation, Reply, Row, Token, Tone, Verb
from bot.words import Words

LIMIT = 20 * 1024  # bytes of a card; Teams takes about 80 kB with everything around it
_ROOM = LIMIT - 1024  # of them for what a card shows, and what a button costs that turns its page
# The words say how severe it is; a second colour would be too pale on white.
_TONES: dict[Tone, dict[str, str]] = {"urgent": {"color": "attention"}}


def size(card: object) -> int:
    """Give how many bytes something is on the wire."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


class Cards:
    """Makes cards, with the sentences that only Teams needs."""

    def __init__(self, words_of: Words) -> None:
        self._words = words_of

    def of(self, reply: Reply, where: Where = "chat", *, pictures: bool = False, page: int = 0) -> Element:
        """Give the card of a reply; `page` is which part of what is longer than a card."""
        match reply:
            case Prompt():
                return self._prompt(reply, where, page, pictures=pictures)
            case Card():
                return self._case(reply, where, page)
            case Notice():
                starts = stack(self._begin(button, where) for button in reply.buttons)
                return self._card([*heading(reply.title, size="large"), *words(*reply.lines), *starts])

    def line(self, text: str) -> Element:
        """Give a card of one sentence."""
        return self._card(words(text))

    def link(self, reference: str, address: str) -> Element:
        """Give a card that leads to where a case can be read, outside Teams."""
        there = {"type": "Action.OpenUrl", "title": self._words.say("link-button"), "url": address, "style": "positive"}
        title, text = self._words.say("link-title", reference=reference), self._words.say("link-text")
        return self._card([*heading(title, size="large"), *words(text), *rows([there])])

    def read(self, reference: str, buttons: Iterable[Button]) -> Element:
        """Give what takes its place once a case was read there, with what can be done next."""
        text = self._words.say("link-read", reference=reference)
        return self._card([*words(text), *rows(press(button, "plain") for button in buttons)])

    def _begin(self, button: Button, where: Where) -> Element:
        """Give a button that begins something, with its picture before the words where it has one."""
        picture = self._words.say(f"picture-{button.picture}") if button.picture else ""
        return press(button, where, title=f"{picture} {button.label}".strip())

    def home(self, home: Home) -> Element:
        """Give somebody's front page: what waits for them first, then what they can begin."""
        body = [*heading(home.title, size="large"), *words(*home.lines)]
        for key, buttons in (("unfinished", home.unfinished), ("starts", home.starts)):
            if buttons:
                body += [*heading(self._words.say(key)), *stack(self._begin(button, "chat") for button in buttons)]
        end = words(home.help)
        room = LIMIT - size(self._card([*body, *end])) - 512
        for key, cards in (("cases", home.cases), ("reports", home.reports)):
            shown, room = self._listed(key, cards, room)
            body += shown
        return self._card([*body, *end])

    def _listed(self, key: str, cards: tuple[Card, ...], room: int) -> tuple[list[Element], int]:
        found = heading(self._words.say(key)) if cards else []
        for number, card in enumerate(cards):
            shown = box("emphasis", *self._face(card), *rows(press(button, "chat") for button in card.buttons))
            if size(shown) > room:
                return [*found, *words(self._words.say("besides", count=str(len(cards) - number)))], 0
            found += shown
            room -= size(shown)
        return found, room

    def _card(self, body: Sequence[Element]) -> Element:
        return {
            "type": "AdaptiveCard",
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "version": "1.5",
            "fallbackText": self._words.say("fallback"),
            "body": list(body) or words(self._words.say("brand")),
        }

    def _prompt(self, prompt: Prompt, where: Where, page: int, *, pictures: bool) -> Element:
        rest = [line for line in (*prompt.remarks, *prompt.lines) if line not in prompt.urgent]
        error = self._words.say("error", error=prompt.error) if prompt.error else ""
        top = [
            *words(prompt.title, isSubtle=True),
            *box("attention", *words(*prompt.urgent, weight="bolder")),
            *box("attention", *words(error)),
            *words(*rest),
            *(element for quote in prompt.quotes for element in _quotation(quote)),
        ]
        if prompt.field is None or as_buttons(prompt):  # elsewhere both are the label of the field: heard with it
            top += [*heading(prompt.ask, size="large"), *words(prompt.hint)]
        asked = field(prompt, where, self._words, pictures=pictures)
        if asked and "label" in asked[0]:  # a label stands out from nothing above it
            asked[0] |= {"separator": True, "spacing": "large"}
        submits = [prompt.submit] if prompt.submit and not as_buttons(prompt) else []
        end = [
            *asked,
            *words(prompt.progress, isSubtle=True, size="small"),
            *rows(
                [
                    *(press(button, where, inputs=True) for button in submits),
                    *(press(button, where) for button in prompt.buttons),
                ]
            ),
            *words(prompt.help),
        ]
        turner = prompt.submit.token if prompt.submit else Token(Verb.HELP, prompt.talk)
        return self._in_parts(top, [_answer(row, where) for row in prompt.rows], end, turner, where, page)

    def _face(self, card: Card) -> list[Element]:
        return [*heading(card.title, **_TONES.get(card.tone, {})), *words(*card.lines), *_facts(card.facts)]

    def _case(self, card: Card, where: Where, page: int) -> Element:
        body: list[list[Element]] = []
        for key, listed in (("card-report", card.rows), ("card-history", card.history)):
            if listed:
                first, *more = (_answer(row, where) for row in listed)
                body += [[*heading(self._words.say(key)), *first], *more]
        end = rows(press(button, where) for button in card.buttons)
        return self._in_parts(self._face(card), body, end, Token(Verb.OPEN, card.case), where, page)

    def _in_parts(
        self, top: list[Element], body: list[list[Element]], end: list[Element], turner: Token, where: Where, page: int
    ) -> Element:
        """Give a card with one part of what is too long for it, and a button that brings the next.

        That button's token asks for nothing by itself: whoever takes it in looks for the page first.
        """
        parts = _parts(body, _ROOM - size([top, end])) if body else [[]]
        page %= len(parts)
        turn: list[Element] = []
        if len(parts) > 1:
            other = (page + 1) % len(parts)
            label = self._words.say("more", page=str(other + 1), pages=str(len(parts)))
            turn = rows([press(Button(turner, label), where, beside={PAGE: other})])
        return self._card([*top, *parts[page], *turn, *end])


def _facts(facts: Iterable[Row]) -> list[Element]:
    """Give short facts, each on a line: its name, and what it is."""
    return [
        {
            "type": "RichTextBlock",
            "spacing": "small",
            "inlines": [
                {"type": "TextRun", "text": f"{fact.label}: ", "weight": "bolder"},
                {"type": "TextRun", "text": fact.value},
            ],
        }
        for fact in facts
    ]


def _answer(row: Row, where: Where) -> list[Element]:
    """Give a question and what was answered, with its button beside it where there is one: below, it is lost."""
    said = [*words(row.label, weight="bolder"), *({**line, "spacing": "small"} for line in words(row.value))]
    if row.change is None:
        return said
    button = {**press(row.change, where), "tooltip": f"{row.change.label}: {row.label}"[:100]}
    return [side_by_side(said, rows([button]))]


def _quotation(quote: Quotation) -> list[Element]:
    """Give a passage of the policy, word for word, after the warnings that must be read with it."""
    lead_in = quote.lead_in if quote.lead_in and quote.lead_in not in quote.around else ""
    return [
        *words(*quote.warnings, weight="bolder"),
        *box("emphasis", *words(lead_in, *(quote.around or (quote.text,)))),
        *words(quote.source, isSubtle=True, size="small"),
    ]


def _parts(body: list[list[Element]], room: int) -> list[list[Element]]:
    """Give what belongs together in as many parts as fit a card each; at least one, which may be empty."""
    parts: list[list[Element]] = [[]]
    left = room
    for group in body:
        length = size(group)
        if length > left and parts[-1]:
            parts.append([])
            left = room
        parts[-1] += group
        left -= length
    return parts
