"""The buttons of a card: which way each of them asks. Must not know prompts, cases or people.

In a chat a press is an `Action.Execute`, answered with the card that takes this one's place; what would show a report,
or asks about a case, opens a dialog, of which nothing stays in the chat. Within a dialog everything is a submit;
where there are no dialogs, nothing asks for one.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from adapters.teams.text import Element
from bot.prompt import Button, Token, Verb

Where = Literal["chat", "dialog", "plain"]  # "plain": a chat of whoever has no dialogs

VERB = "beacon"  # Teams does not carry an Execute without one
TOKEN, VALUE, PAGE = "token", "value", "page"  # what a press says, beside its inputs
IN_A_ROW = 6  # Teams puts more than that into a menu, and telephones leave them out
_NOTHING: Mapping[str, object] = MappingProxyType({})


def opens_a_dialog(token: Token) -> bool:
    """Say whether a press is answered in a dialog: a report that is opened, and everything that is asked about one."""
    return token.verb is Verb.OPEN or (token.verb is Verb.START and bool(token.arg))


def press(
    button: Button, where: Where, *, title: str = "", inputs: bool = False, beside: Mapping[str, object] = _NOTHING
) -> Element:
    """Give a button. Only with `inputs` does it send what was filled in; `beside` goes with its token."""
    data = {TOKEN: button.token.encode(), **beside}
    action: Element = {"title": title or button.label, "associatedInputs": "auto" if inputs else "none"}
    if button.main:
        action["style"] = "positive"
    if where == "dialog":
        return {"type": "Action.Submit", **action, "data": data}
    if where == "chat" and opens_a_dialog(button.token):
        return {"type": "Action.Submit", **action, "data": {**data, "msteams": {"type": "task/fetch"}}}
    submit = {"type": "Action.Submit", **action, "data": data}
    return {"type": "Action.Execute", **action, "verb": VERB, "data": data, "fallback": submit}


def rows(actions: Iterable[Element]) -> list[Element]:
    """Give buttons beside each other."""
    found = list(actions)
    return [
        {"type": "ActionSet", "actions": found[first : first + IN_A_ROW]} for first in range(0, len(found), IN_A_ROW)
    ]


def stack(actions: Iterable[Element]) -> list[Element]:
    """Give buttons below each other."""
    return [{"type": "ActionSet", "actions": [action]} for action in actions]
