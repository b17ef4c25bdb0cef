"""The fields of windows: from the core's to Slack's, and what was filled in back. Must not know what is asked.

A field's block is named after talk and turn: Slack keeps what is typed in a block as long as it has the same name.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from adapters.slack.blocks import NAME, OPTION, Block, asked, option, plain, words
from adapters.slack.text import LIMIT, size, whole
from bot.prompt import Address, Choose, Day, Option, Person, Prompt, Verb, Write
from bot.words import Words

SOME = 100  # options of a select
FEW = 10  # radio buttons or boxes to tick


def block_of(prompt: Prompt) -> str:
    """Name the block of a prompt's field."""
    return f"field.{prompt.talk}.{prompt.turn}"


def field(prompt: Prompt, words_of: Words) -> list[Block]:
    """Give the blocks of a prompt's field, filled in with what was answered before."""
    kept = prompt.value[0] if prompt.value else ""
    skippable = any(button.token.verb is Verb.SKIP for button in prompt.buttons)
    match prompt.field:
        case None:
            return []
        case Choose(options=options, many=many):
            # Never optional: going on without choosing is more often a slip, and there is a button for leaving it out.
            return [_asked(prompt, _choice(options, prompt.value, many=many))]
        case Write(limit=limit, long=long):
            return _written(prompt, kept, limit, long=long, optional=skippable)
        case Address(limit=limit):
            return _written(prompt, kept, limit, long=False, optional=skippable)
        case Day():
            element: Block = {"type": "datepicker"}
            if _is_day(kept):  # it may be what somebody typed, on its way to be put right
                element["initial_date"] = kept
            return [_asked(prompt, element, optional=skippable)]
        case Person(suggestions=names, limit=limit):
            fitting = tuple(name for name in names if size(name) <= OPTION)
            if not fitting:
                return _written(prompt, kept, limit, long=False, optional=skippable)
            return _person(prompt, fitting, kept, limit, words_of)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _asked(prompt: Prompt, element: Block, *, optional: bool = False) -> Block:
    return asked(prompt.ask, element, block_of(prompt), hint=prompt.hint, optional=optional)


def _choice(options: tuple[Option, ...], value: tuple[str, ...], *, many: bool) -> Block:
    shown = [option(each) for each in options]
    chosen = [each for each in shown if each["value"] in value]
    if len(options) <= FEW:
        element: Block = {"type": "checkboxes" if many else "radio_buttons", "options": shown}
    else:
        element = {"type": "multi_static_select" if many else "static_select", "options": shown}
    if chosen:
        element["initial_options" if many else "initial_option"] = chosen if many else chosen[0]
    return element


def _written(prompt: Prompt, kept: str, limit: int, *, long: bool, optional: bool) -> list[Block]:
    most = min(max(limit, size(kept)), LIMIT)  # the core counts characters, and checks; Slack may count otherwise
    element: Block = {"type": "plain_text_input", "multiline": long or "\n" in kept, "max_length": most}
    before: list[Block] = []
    if size(kept) > most:  # Slack could not put it back into the field
        before = words(kept)
    elif kept:
        element["initial_value"] = kept
    return [*before, _asked(prompt, element, optional=optional)]


def _person(prompt: Prompt, names: tuple[str, ...], kept: str, limit: int, words_of: Words) -> list[Block]:
    """Give two fields: a name from the school's list, or any other words for somebody."""
    written: Block = {"type": "plain_text_input", "multiline": "\n" in kept, "max_length": min(limit, LIMIT)}
    chosen = kept if kept in names else ""
    listed: Block = {"type": "external_select", "min_query_length": 1}
    if len(names) <= SOME:  # Slack looks through them itself, while somebody types
        listed = {"type": "static_select", "options": people(names)}
    listed["placeholder"] = plain(words_of.say("person-choose"), NAME)
    if chosen:
        listed["initial_option"] = people([chosen])[0]
    elif kept:
        written["initial_value"] = kept
    other = asked(words_of.say("person-write"), written, f"other.{prompt.talk}.{prompt.turn}", optional=True)
    return [_asked(prompt, listed, optional=True), other]


def people(names: Sequence[str]) -> list[Block]:
    """Give names as options."""
    return [{"text": plain(name), "value": name} for name in names]


def filled_in(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what was filled in, from the `values` of a window's state. Raises KeyError, TypeError for rubbish."""
    found = [value for block in state.values() for value in _values(block["value"])]
    if len(state) > 1 and found:  # the two fields of a person: what is in both is one answer
        return (", ".join(found),)
    return tuple(found)


def _values(element: Mapping[str, Any]) -> Iterator[str]:
    match element["type"]:
        case "plain_text_input":
            given = [element.get("value")]
        case "datepicker":
            given = [element.get("selected_date")]
        case "checkboxes" | "multi_static_select":
            given = [chosen["value"] for chosen in element.get("selected_options") or ()]
        case _:
            given = [(element.get("selected_option") or {}).get("value")]
    yield from (whole(value) for value in given if value)
