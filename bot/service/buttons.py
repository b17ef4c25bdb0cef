"""Which buttons a case offers: on its card, and opened to somebody. They only ask; the core decides who may."""

from bot.cases import approval
from bot.cases.access import may_lower
from bot.cases.model import Case
from bot.people import Member
from bot.prompt import Button, Token, Verb
from bot.service.office import Office
from bot.service.verbs import gate_flows


def _press(office: Office, verb: Verb, case: Case, label: str = "", *, main: bool = False) -> Button:
    return Button(Token(verb, case.ref), office.book.words.say(f"button-{label or verb}"), main)


def _start(office: Office, flow: str, case: Case, *, main: bool = False) -> Button:
    return Button(Token(Verb.START, case.ref, 0, flow), office.book.words.say(f"button-start-{flow}"), main)


def read(case: Case, office: Office) -> Button:
    """Give the button that opens a case."""
    return _press(office, Verb.OPEN, case)


def on_card(case: Case, office: Office) -> tuple[Button, ...]:
    """Give the buttons of a card that hangs in a channel or in direct messages, the same for all who see it."""
    unread = case.procedure == "alert" and case.status == "open"
    if not unread:
        return (_press(office, Verb.OPEN, case, main=True),)
    return (
        _press(office, Verb.ACKNOWLEDGE, case, main=True),
        _start(office, "acknowledge", case),
        _press(office, Verb.PASS_ON, case),
        read(case, office),
    )


def when_open(case: Case, office: Office, reader: Member) -> tuple[Button, ...]:
    """Give what somebody who has opened a case can do next."""
    match case.procedure:
        case "alert":
            return (*_alert(case, office, reader), *_rare(case, office, reader))
        case "approval":
            return (*_approval(case, office, reader), _start(office, "note", case))
        case "record":
            seen = () if case.status == "closed" else (_press(office, Verb.ACKNOWLEDGE, case, "seen", main=True),)
            return (*seen, _start(office, "note", case))
        case "notice" | "question":
            flow = "reply" if case.procedure == "notice" else "answer"
            mine = case.status != "closed" and case.acknowledged_by in ("", reader.id)
            answer = (_start(office, flow, case, main=True),) if mine else ()
            return (*answer, _start(office, "note", case))


def _approval(case: Case, office: Office, reader: Member) -> tuple[Button, ...]:
    gate = approval.gate_of(case)
    asked = gate_flows(gate.id) if gate and approval.is_asked(case, reader) else ()
    end = ("block",) if approval.may_end(case, reader) else ()
    return tuple(_start(office, flow, case, main=flow in asked[:1]) for flow in (*asked, *end))


def _alert(case: Case, office: Office, reader: Member) -> tuple[Button, ...]:
    match case.status:
        case "open":
            return (
                _press(office, Verb.ACKNOWLEDGE, case, main=True),
                _start(office, "acknowledge", case),
                _press(office, Verb.PASS_ON, case),
                _start(office, "note", case),
            )
        case "acknowledged":
            back = (_press(office, Verb.PASS_ON, case),) if case.acknowledged_by == reader.id else ()
            return (_start(office, "decide", case), _start(office, "note", case), *back)
        case "decided":
            return tuple(_start(office, flow, case) for flow in ("close", "decide", "note"))
        case _:
            return (_start(office, "reopen", case),)


def _rare(case: Case, office: Office, reader: Member) -> tuple[Button, ...]:
    """Give what only some may do, and seldom."""
    lower = case.status in ("open", "acknowledged") and may_lower(reader)
    release = case.plan.held and reader.id in case.plan.guardians
    return tuple(_start(office, flow, case) for flow, offered in (("lower", lower), ("release", release)) if offered)
