"""The front page: as Slack's App Home, and as a window. Must not know when it is shown, or whether it changed."""

from collections.abc import Iterator

from adapters.slack import blocks
from adapters.slack.blocks import IN_A_WINDOW, Block
from adapters.slack.window import view
from bot.prompt import Card, Home
from bot.words import Words

_SPARE = 6  # blocks for what stands around the cards


def tab(home: Home, words: Words) -> Block:
    """Give the view of the App Home."""
    return {"type": "home", "blocks": [*blocks.heading(home.title), *_shown(home, words)]}


def launcher(home: Home, words: Words) -> Block:
    """Give the same as a window, for the command and the shortcut."""
    return view(words.say("brand"), [*blocks.heading(home.title), *_shown(home, words)], words)


def _shown(home: Home, words: Words) -> list[Block]:
    shown = blocks.words(*home.lines)
    for heading, buttons in (("unfinished", home.unfinished), ("starts", home.starts)):
        if buttons:
            shown += blocks.heading(words.say(heading))
            shown += blocks.actions([blocks.button(each) for each in buttons])
    shown += blocks.words(home.help)
    # What waits for somebody comes before what became of their own; neither may push the other out whole.
    left = IN_A_WINDOW - len(shown) - _SPARE
    own = min(3 * len(home.reports), left // 3)
    cases = list(_cards("cases", home.cases, left - own, words))
    return [*shown, *cases, *_cards("reports", home.reports, left - len(cases), words)]


def _cards(heading: str, cards: tuple[Card, ...], room: int, words: Words) -> Iterator[Block]:
    """Give as many cards as there is room for, and how many there are besides."""
    if not cards:
        return
    yield from blocks.heading(words.say(heading))
    for number, card in enumerate(cards):
        shown = _card(card)
        room -= len(shown)
        if room < 0:
            yield from blocks.words(words.say("besides", count=str(len(cards) - number)))
            return
        yield from shown


def _card(card: Card) -> list[Block]:
    facts = (f"{row.label}: {row.value}" for row in card.facts)
    lines = "\n".join((card.title, *card.lines, *facts))
    return [*blocks.words(lines), *blocks.actions([blocks.button(each) for each in card.buttons])]
