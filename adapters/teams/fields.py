"""The fields of cards: from the core's to Teams', and what was filled in back. Must not know what is asked."""

import re
from collections.abc import Mapping
from datetime import date

from adapters.teams.actions import VALUE, Where, press
from adapters.teams.actions import stack as stacked
from adapters.teams.text import Element, words
from bot.prompt import Address, Button, Choose, Day, Option, Person, Prompt, Verb, Write
from bot.words import Words

FIELD, MANY, OTHER = "field", "choices", "other"  # the ids of inputs
BUTTONS = 6  # options that are shown as buttons; more, or several at once, are ticked in a list
_NAMES = 8_000  # characters of a list of names; a larger school types them


def field(prompt: Prompt, where: Where, words_of: Words, *, pictures: bool = False) -> list[Element]:
    """Give the elements of a prompt's field, filled in with what was answered before.

    With `pictures` a choice's button has a picture before its words, for those who read slowly.
    """
    kept = prompt.value[0] if prompt.value else ""
    match prompt.field:
        case None:
            return []
        case Choose(options=options) if as_buttons(prompt):
            return _buttons(prompt, options, where, words_of, pictures=pictures)
        case Choose(options=options, many=many):
            return _list(prompt, options, words_of, many=many)
        case Write(limit=limit, long=long):
            return [_text(prompt, kept, limit, words_of, long=long)]
        case Address(limit=limit):
            return [_text(prompt, kept, limit, words_of)]
        case Day(latest=latest, earliest=earliest):
            limits = {name: f"{day}" for name, day in (("max", latest), ("min", earliest)) if day}
            return [_input("Date", prompt, words_of, value=_day(kept), **limits)]
        case Person(suggestions=names, limit=limit):
            return _person(prompt, names, kept, limit, words_of)


def as_buttons(prompt: Prompt) -> bool:
    """Say whether a prompt is answered by pressing one of its choices."""
    match prompt.field:
        case Choose(options=options, many=False):
            return len(options) <= BUTTONS and not any(option.hint for option in options)
    return False


def _buttons(
    prompt: Prompt, options: tuple[Option, ...], where: Where, words_of: Words, *, pictures: bool
) -> list[Element]:
    if prompt.submit is None:
        return []
    token = prompt.submit.token
    chosen = [option.label for option in options if option.value in prompt.value]
    shown = words(*(words_of.say("answered", answer=label) for label in chosen), isSubtle=True)
    titles = {o.value: (words_of.lines.get(f"picture-{o.value}", "") if pictures else "") for o in options}
    return shown + stacked(
        press(Button(token, o.label), where, title=f"{titles[o.value]} {o.label}".strip(), beside={VALUE: o.value})
        for o in options
    )


def _input(kind: str, prompt: Prompt, words_of: Words, *, value: str = "", **more: object) -> Element:
    label = f"{prompt.ask} {prompt.hint}".strip()
    found: Element = {"type": f"Input.{kind}", "id": FIELD, "label": label, **more}
    if value:
        found["value"] = value
    # A choice is never optional: going on without one is more often a slip, and there is a button for leaving it out.
    if kind == "ChoiceSet" or not any(button.token.verb is Verb.SKIP for button in prompt.buttons):
        found |= {"isRequired": True, "errorMessage": words_of.say("needed")}
    return found


def _list(prompt: Prompt, options: tuple[Option, ...], words_of: Words, *, many: bool) -> list[Element]:
    choices = [{"title": option.label, "value": option.value} for option in options]
    hints = words(*(f"{option.label}: {option.hint}" for option in options if option.hint), isSubtle=True)
    value = ",".join(v for v in prompt.value if v in {option.value for option in options})
    style = {"style": "expanded", "isMultiSelect": many, "wrap": True}
    found = _input("ChoiceSet", prompt, words_of, value=value, choices=choices, **style)
    return [{**found, "id": MANY} if many else found, *hints]


def _text(prompt: Prompt, kept: str, limit: int, words_of: Words, *, long: bool = False) -> Element:
    # What was written is never cut, and is refused by the core when it is too long.
    longest = max(limit, len(kept.encode("utf-16-le", "replace")) // 2)
    multiline = long or "\n" in kept
    return _input("Text", prompt, words_of, value=kept, isMultiline=multiline, maxLength=longest)


def _person(prompt: Prompt, names: tuple[str, ...], kept: str, limit: int, words_of: Words) -> list[Element]:
    """Give two fields: a name from the school's list, or any other words for somebody."""
    if not names or sum(2 * len(name) + 24 for name in names) > _NAMES:
        return [_text(prompt, kept, limit, words_of)]
    listed = {"choices": [{"title": name, "value": name} for name in names], "style": "filtered", "wrap": True}
    choose = _input("ChoiceSet", prompt, words_of, value=kept if kept in names else "", **listed)
    write = _text(prompt, "" if kept in names else kept, limit, words_of)
    for one in (choose, write):  # either will do; with neither the core asks again
        one.pop("isRequired", None)
        one.pop("errorMessage", None)
    return [choose, {**write, "id": OTHER, "label": words_of.say("person-write")}]


def _day(kept: str) -> str:
    try:
        return f"{date.fromisoformat(kept)}" if re.fullmatch(r"\d{4}-\d\d-\d\d", kept) else ""
    except ValueError:
        return ""


def filled_in(data: Mapping[str, object]) -> tuple[str, ...]:
    """Give what a press says in answer to a question: the choice of its button, or what was filled in."""
    if isinstance(value := data.get(VALUE), str):
        return (value,)
    if isinstance(chosen := data.get(MANY), str):
        return tuple(one for one in chosen.split(",") if one)
    given = [one.replace("\r\n", "\n") for key in (FIELD, OTHER) if isinstance(one := data.get(key), str)]
    return (", ".join(given),) if len(given := [one for one in given if one.strip()]) > 1 else tuple(given)
