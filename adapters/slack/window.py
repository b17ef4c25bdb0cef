"""Windows: a prompt, an opened case or a notice as one of Slack's modal views. Must not know who opens them, or when.

A window is private to whoever pressed. What it sends when it is submitted is its `callback_id`, a token of the core.
"""

import json
from collections.abc import Sequence

from adapters.slack import blocks
from adapters.slack.blocks import IN_A_WINDOW, Block
from adapters.slack.fields import block_of, field
from adapters.slack.text import short
from bot.prompt import Card, Notice, Prompt, Quotation, Reply, Token, Verb
from bot.words import Words

TITLE = 24  # characters; of its buttons too
PAGE = "page"  # the `callback_id` of a window that sends nothing
_ROOM = 200_000  # characters of JSON; Slack takes 250 kB


def window(reply: Reply, words: Words, page: int = 0) -> Block:
    """Give the view of a reply; `page` is which part of a case that is longer than a window."""
    match reply:
        case Prompt():
            return _of_prompt(reply, words)
        case Card():
            return _of_card(reply, words, page)
        case Notice():
            return _of_notice(reply, words)


def view(title: str, shown: Sequence[Block], words: Words) -> Block:
    """Give a window that sends nothing."""
    return {
        "type": "modal",
        "callback_id": PAGE,
        "title": blocks.plain(title, TITLE),
        "close": blocks.plain(words.say("close"), TITLE),
        "blocks": list(shown) or blocks.words(title),
    }


def _of_prompt(prompt: Prompt, words: Words) -> Block:
    filled = field(prompt, words)
    shown = before(prompt, words)
    if not filled:
        shown += _named(blocks.heading(prompt.ask))
        shown += blocks.words(prompt.hint)
        shown += [block for row in prompt.rows for block in blocks.answer(row)]
    shown += filled
    shown += blocks.actions([blocks.button(each) for each in prompt.buttons])
    shown += blocks.small(prompt.progress)
    shown += blocks.words(prompt.help)
    found = {**view(prompt.title, shown, words), "notify_on_close": True}
    if prompt.submit:
        found["callback_id"] = prompt.submit.token.encode()
        found["submit"] = blocks.plain(prompt.submit.label, TITLE)
    return found


def _named(shown: list[Block]) -> list[Block]:
    return [{**block, "block_id": f"ask.{number}"} for number, block in enumerate(shown)]


def before(prompt: Prompt, words: Words) -> list[Block]:
    """Give what is said before the question: first what to do this minute, then what is wrong."""
    rest = tuple(line for line in (*prompt.remarks, *prompt.lines) if line not in prompt.urgent)
    shown = blocks.words(*prompt.urgent)
    if prompt.error:
        shown += blocks.words(words.say("error", error=prompt.error))
    shown += blocks.words(*rest)
    return shown + [block for quote in prompt.quotes for block in quotation(quote)]


def quotation(quote: Quotation) -> list[Block]:
    """Give a passage of the policy, word for word, after the warnings that must be read with it."""
    lead_in = quote.lead_in if quote.lead_in and quote.lead_in not in quote.around else ""
    return [
        blocks.rule(),
        *blocks.words(*quote.warnings),
        *blocks.words(lead_in, *(quote.around or (quote.text,))),
        *blocks.small(quote.source),
    ]


def _of_notice(notice: Notice, words: Words) -> Block:
    title = notice.title or words.say("brand")
    whole = blocks.heading(notice.title) if len(notice.title) > TITLE else []
    shown = [*whole, *blocks.words(*notice.lines), *blocks.actions([blocks.button(each) for each in notice.buttons])]
    return view(title, shown, words)


def _of_card(card: Card, words: Words, page: int) -> Block:
    top = [
        *blocks.heading(card.title),
        *blocks.words(*card.lines),
        *blocks.facts(card.facts),
        *blocks.actions([blocks.button(each) for each in card.buttons]),
    ]
    body: list[Block] = []
    for heading, rows in (("card-report", card.rows), ("card-history", card.history)):
        if rows:
            body += blocks.heading(words.say(heading))
            body += blocks.words(*(f"{row.label}\n{row.value}" for row in rows))
    parts = _parts(body, IN_A_WINDOW - len(top) - 1)
    page = min(page, len(parts) - 1)
    more: list[Block] = []
    if len(parts) > 1:
        other = (page + 1) % len(parts)
        label = words.say("more", page=str(other + 1), pages=str(len(parts)))
        more = blocks.actions([blocks.pressable(label, turned(card.case, other))])
    return view(words.say("title-case"), [*top, *more, *parts[page]], words)


def _parts(body: list[Block], most: int) -> list[list[Block]]:
    """Give the blocks in as many parts as Slack's limits want; at least one, which may be empty."""
    parts: list[list[Block]] = [[]]
    room = _ROOM
    for block in body:
        length = len(json.dumps(block))
        if len(parts[-1]) == most or length > room:
            parts.append([])
            room = _ROOM
        parts[-1].append(block)
        room -= length
    return parts


def turned(case: str, page: int) -> str:
    """Give what the button sends that opens a case at another page."""
    return f"page{page}:{Token(Verb.OPEN, case).encode()}"


def mistake(reply: Prompt, block: str) -> dict[str, str]:
    """Give a prompt's error as Slack shows it at its field; nothing when it must be shown with more, or elsewhere."""
    more = reply.remarks or reply.urgent
    if not reply.error or more or reply.field is None or block_of(reply) != block:
        return {}
    return {block: short(reply.error, blocks.FIELD)}
