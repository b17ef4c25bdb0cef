"""Messages: cards and notices in channels and direct messages, and a question that cannot be put in a window.

They stay in the chat, so nothing that anybody reported or answered is ever in one: no rows, no history, no answers.
"""

from dataclasses import dataclass

from adapters.slack import blocks
from adapters.slack.blocks import IN_A_MESSAGE, Block
from adapters.slack.text import escaped
from adapters.slack.window import before
from bot.prompt import Card, Choose, Notice, Prompt, Reply, Token, Verb
from bot.words import Words

SHOW = "show"  # begins the action that shows a talk in a window


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: blocks, and the line that a telephone shows when it rings."""

    text: str
    blocks: list[Block]


def message(reply: Reply, words: Words) -> Message:
    """Give the message of a reply."""
    match reply:
        case Prompt():
            return _of_prompt(reply, words)
        case Card():
            shown = [
                *blocks.heading(reply.title),
                *blocks.words(*reply.lines),
                *blocks.facts(reply.facts),
                *blocks.actions([blocks.button(each) for each in reply.buttons]),
            ]
        case Notice():
            shown = [
                *blocks.heading(reply.title),
                *blocks.words(*reply.lines),
                *blocks.actions([blocks.button(each) for each in reply.buttons]),
            ]
    return Message(escaped(words.say("notification")), shown[:IN_A_MESSAGE])


def line(text: str) -> Message:
    """Give one sentence."""
    return Message(escaped(text), blocks.words(text))


def go_on(text: str, talk: str, words: Words) -> Message:
    """Give a sentence with a button that shows a talk in a window."""
    return Message(escaped(text), [*blocks.words(text), *blocks.actions([_show(talk, words)])])


def _show(talk: str, words: Words) -> Block:
    return blocks.pressable(words.say("go-on"), f"{SHOW}:{talk}", main=True)


def _of_prompt(prompt: Prompt, words: Words) -> Message:
    """Give a question that is answered by pressing or typing; the check page only leads to its window."""
    options = prompt.field.options if isinstance(prompt.field, Choose) and not prompt.field.many else ()
    presses = [
        blocks.pressable(option.label, Token(Verb.ANSWER, prompt.talk, prompt.turn, option.value).encode())
        for option in options
    ]
    how = "answer-here" if prompt.field else "check-there"
    shown = [
        *before(prompt, words),
        *blocks.heading(prompt.ask),
        *blocks.words(prompt.hint),
        *blocks.actions(presses),
        *blocks.words(words.say(how)),
        *blocks.actions([_show(prompt.talk, words), *(blocks.button(each) for each in prompt.buttons)]),
        *blocks.words(prompt.help),
    ]
    return Message(escaped(words.say("notification")), shown[:IN_A_MESSAGE])
