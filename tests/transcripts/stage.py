"""Plays a golden conversation line by line: what people do, and below it what the bot says and to whom. Knows no case.

    == a heading, kept as it is
    # a remark, kept as it is
    -- 31 minutes later                          time passes, and what is due happens
    -- oyelaran reports: about=dsl, danger=yes   a whole concern, ordinary where nothing is said
    -- oyelaran begins: danger=yes, until=how    a concern up to the question `until`
    -- oyelaran sends unblock: part=site         any other flow, ordinary where nothing is said; or up_to=aim
    -- p-aisha worries: danger=no                a whole worry
    -- the platform fails at person:okafor       and "works again"
    -- the school is godinton                    first of all: one of the shipped schools
    -- the platform vouches for newcomer: Sam    somebody who is not on the list, and what they are called there
    -- the list gains newcomer as p-sam          as a pupil; and "the list loses p-sam"
    -- the concern flow is withdrawn             a new version takes the place of talks under way
    oyelaran> start concern                      also: start decide REF-1
    oyelaran> child                              an answer: a choice's value, several with +, or words
    oyelaran> [Back]                             a button of the screen or card they see
    okafor> [Open] REF-1                         a button of the card that hangs in their messages
    oyelaran> types: 2                           words typed into a chat
    oyelaran> sends a picture
    oyelaran> presses that again                 the same press once more, as a second event
    oyelaran> the platform resends that          the same event once more
    dunmore> presses what oyelaran pressed       somebody else's token
    oyelaran> looks                              their front page

Between every two lines the store is closed and everything is opened again from the disk.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.clock import LONDON
from bot.flow.load import load
from bot.inbound import Press, Vouched
from bot.people import Member, Role
from bot.prompt import Button, Card, Choose, Home, Notice, Prompt, Reply, Row, Token, Verb
from bot.service.rulebook import Rulebook
from bot.service.surface import Never
from bot.storage import members
from bot.storage.tx import Tx
from tests.school import School, identity, people_of, rules_of


def play(script: str, folder: Path) -> str:
    """Give the script with the bot's lines written below each of its own."""
    named = re.search(r"^-- the school is (\w+)$", script, re.MULTILINE)
    name = named[1] if named else "example"
    stage = _Stage(School(folder, book=rules_of(name), people=people_of(name)))
    try:
        return "\n".join(line for part in _scripted(script) for line in stage.line(part)) + "\n"
    finally:
        stage.school.close()


def _scripted(script: str) -> Iterator[str]:
    """Give the lines people wrote: what the bot said stands indented below them."""
    return (line for line in script.splitlines() if not line.startswith(" "))


_NOT_LISTED = re.compile("unlisted-[0-9a-f]{24}")  # their ids differ each time, as the keys do


class _Stage:
    def __init__(self, school: School) -> None:
        self.school = school
        self.seen: dict[str, Reply] = {}
        self.pressed: dict[str, tuple[Press, str]] = {}
        self.hung: dict[tuple[str, str], str] = {}
        self.refs: list[str] = []
        self.events = 0

    def line(self, line: str) -> Iterator[str]:
        yield line
        if line.startswith(("#", "==")) or not line.strip():
            return
        if line.startswith("-- "):
            said = list(self._happens(line[3:].strip()))
        else:
            who, _, act = line.partition("> ")
            said = list(self._does(who.strip(), act.strip()))
        known = [*said, *self._news()]
        self._learn_references()
        yield from (f"    {self._normal(text)}".rstrip() for text in known)
        self.school.reopen()

    # What happens -----------------------------------------------------------------------------------------------------

    def _happens(self, what: str) -> Iterator[str]:
        school = self.school
        if found := re.fullmatch(r"(\d+) (seconds?|minutes?|hours?|days?) later", what):
            unit = found[2] if found[2].endswith("s") else f"{found[2]}s"
            yield from self._time_passes(timedelta(**{unit: int(found[1])}))
        elif found := re.fullmatch(r"(\S+) (reports|begins|worries)(?: nothing special)?:? ?(.*)", what):
            given = dict(part.strip().split("=", 1) for part in found[3].split(", ") if part)
            until = given.pop("until", "")
            reply = school.talk(found[1], "worry" if found[2] == "worries" else "concern", up_to=until, **given)
            self.seen[found[1]] = reply
            yield from _screen(reply)
        elif found := re.fullmatch(r"(\S+) sends (\w+):? ?(.*)", what):
            given = dict(part.strip().split("=", 1) for part in found[3].split(", ") if part)
            self.seen[found[1]] = school.talk(found[1], found[2], up_to=given.pop("up_to", ""), **given)
            yield from _screen(self.seen[found[1]])
        elif re.fullmatch(r"the school is \w+", what):
            pass  # seen to before the first line
        elif found := re.fullmatch(r"the platform fails at (\S+)", what):
            school.platform.failing[found[1]] = Never("no such place")
        elif found := re.fullmatch(r"the platform vouches for (\S+): (.*)", what):
            school.vouched[found[1]] = Vouched(found[2])
        elif found := re.fullmatch(r"the list gains (\S+) as (\S+)", what):
            self._gain(*found.groups())
        elif found := re.fullmatch(r"the list loses (\S+)", what):
            school.leave(found[1])
        elif what == "the platform works again":
            school.platform.failing.clear()
        elif what == "the concern flow is withdrawn":
            school.book = _withdrawn(school.book)
        else:
            raise AssertionError(f"what is {what!r}?")

    def _gain(self, account: str, member: str) -> None:
        def job(tx: Tx) -> None:
            members.put(tx, [Member(member, "Sam Thornbury-Lowe", frozenset({Role.PUPIL}), "Willow")])
            members.link(tx, identity(account), member)

        self.school.run(job)
        self.school.refresh()

    def _time_passes(self, by: timedelta) -> Iterator[str]:
        school = self.school
        until = school.clock.now() + by
        while (due := school.next_due()) is not None and due <= until:
            school.clock.forward(max(due - school.clock.now(), timedelta()))
            yield from self._news()
        school.clock.forward(until - school.clock.now())

    def _news(self) -> Iterator[str]:
        """Do what is due, and give what hangs differently anywhere now."""
        before = len(self.school.platform.delivered)
        self.school.settle()
        wrong = "select error from outbox where error like '%Error'"
        failed = self.school.read(lambda tx: tx.execute(wrong).fetchall())
        assert not failed, f"something could not be shown: {failed}"
        self._learn_references()
        changed: dict[tuple[str, str], str] = {}
        for place, key, item in self.school.platform.delivered[before:]:
            changed[place, key] = _told(item)
        at = f"{self.school.clock.now().astimezone(LONDON):%a %H:%M}"
        # What is due at one moment goes out side by side, in no order.
        for (place, key), text in sorted(changed.items(), key=lambda told: (told[0][0], told[1])):
            if self.hung.get((place, key)) != text:
                self.hung[place, key] = text
                yield f"({at}, to {place.removeprefix('person:')}) {text}"

    # What people do ---------------------------------------------------------------------------------------------------

    def _does(self, who: str, act: str) -> Iterator[str]:
        school = self.school
        if act == "looks":
            yield from _front(school.home(who))
            return
        if act == "sends a picture":
            reply = school.attach(who)
        elif typed := re.fullmatch("types: (.*)", act):
            reply = school.type(who, typed[1])
        elif act == "the platform resends that":
            press, event = self.pressed[who]
            reply = school.send(who, press, event)
        else:
            reply = self._press(who, self._what(who, act))
        self.seen[who] = reply
        yield from _screen(reply)

    def _what(self, who: str, act: str) -> Press:
        if act == "presses that again":
            return self.pressed[who][0]
        if found := re.fullmatch(r"presses what (\S+) pressed", act):
            return self.pressed[found[1]][0]
        if found := re.fullmatch(r"start (\S+)(?: (REF-\d+))?", act):
            about = self._reference(found[2]) if found[2] else ""
            return Press(Token(Verb.START, about, 0, found[1]) if about else Token(Verb.START, found[1]))
        if found := re.fullmatch(r"\[(.+)\](?: (REF-\d+))?", act):
            on = self._hanging(who, self._reference(found[2])) if found[2] else self.seen[who]
            return Press(_button(on, found[1]))
        prompt = self.seen[who]
        assert isinstance(prompt, Prompt), f"{who} has nothing to answer: {prompt}"
        assert prompt.submit
        values = act.split("+") if isinstance(prompt.field, Choose) else [act.replace("\\n", "\n")]
        return Press(prompt.submit.token, tuple(values))

    def _press(self, who: str, press: Press) -> Reply:
        self.events += 1
        self.pressed[who] = (press, f"press-{self.events}")
        return self.school.send(who, *self.pressed[who])

    def _hanging(self, who: str, ref: str) -> Reply:
        """Give the card of a case in somebody's messages; buttons it does not have are forged beside it."""
        shown = self.school.platform.shown
        hung = [item for (place, _), item in shown.items() if place == f"person:{who}" and isinstance(item, Card)]
        card = next((item for item in hung if item.case == ref), Card(ref, 0, "", "routine"))
        return replace(card, buttons=(*card.buttons, *_forged(ref)))

    # Names for what differs each time ---------------------------------------------------------------------------------

    def _learn_references(self) -> None:
        self.refs += [case.ref for case in reversed(self.school.cases()) if case.ref not in self.refs]

    def _reference(self, name: str) -> str:
        return self.refs[int(name.removeprefix("REF-")) - 1]

    def _normal(self, text: str) -> str:
        for number, ref in enumerate(self.refs, 1):
            text = text.replace(ref, f"REF-{number}")
        return _NOT_LISTED.sub("whoever is not listed", text)


def _withdrawn(book: Rulebook) -> Rulebook:
    """Give the rules with a concern that has no "Yes, as far as I know", and takes the place of the old one."""
    old = b"""  { value = "yes", label = "Yes, as far as I know" },\n"""
    assert old in book.sources["concern"]
    source = book.sources["concern"].replace(old, b"""  { value = "known", label = "Yes, I know that" },\n""")
    newer = replace(load("concern.toml", source, book.lists), supersedes=True)
    return replace(book, flows={**book.flows, "concern": newer}, sources={**book.sources, "concern": source})


_FORGED = {
    "I'm taking this now": Verb.ACKNOWLEDGE,
    "Open": Verb.OPEN,
    "I can't: pass it on": Verb.PASS_ON,
}


def _forged(ref: str) -> Iterator[Button]:
    return (Button(Token(verb, ref), label) for label, verb in _FORGED.items())


def _button(on: Reply, label: str) -> Token:
    submit = [on.submit] if isinstance(on, Prompt) and on.submit else []
    rows = [row.change for row in on.rows if row.change] if isinstance(on, Prompt) else []
    changes = {f"Change {row.label}": row.change for row in on.rows if row.change} if isinstance(on, Prompt) else {}
    if label in changes:
        return changes[label].token
    buttons = [*on.buttons, *submit, *rows]
    found = [b.token for b in buttons if b.label == label]
    assert found, f"there is no button [{label}], only {[b.label for b in buttons]}"
    return found[0]


# How it reads --------------------------------------------------------------------------------------------------------


def _screen(reply: Reply) -> Iterator[str]:
    match reply:
        case Prompt():
            yield from (*reply.remarks, *reply.lines)
            for quote in reply.quotes:
                yield f'"{quote.lead_in + " " if quote.lead_in else ""}{quote.text}" ({quote.source})'
                yield from (f"around it: {passage}" for passage in quote.around)
                yield from (f"beware: {warning}" for warning in quote.warnings)
            if reply.error:
                yield f"! {reply.error}"
            yield f"{reply.progress + ': ' if reply.progress else ''}{reply.ask}"
            if reply.hint:
                yield f"({reply.hint})"
            if isinstance(reply.field, Choose):
                yield from (f"{n}. {o.label} <{o.value}>" for n, o in enumerate(reply.field.options, 1))
            if reply.value:
                yield f"Before: {' + '.join(reply.value)}"
            yield from _rows(reply.rows)
            yield _buttons((*reply.buttons, *([reply.submit] if reply.submit else [])))
            if reply.help:
                yield f"({reply.help})"
        case Card():
            yield reply.title
            yield from reply.lines
            yield from _rows((*reply.facts, *reply.rows))
            if reply.history:
                yield "What was done:"
                yield from _rows(reply.history)
            if reply.buttons:
                yield _buttons(reply.buttons)
        case Notice():
            yield from (line for line in (reply.title, *reply.lines) if line)
            if reply.buttons:
                yield _buttons(reply.buttons)


def _rows(rows: tuple[Row, ...]) -> Iterator[str]:
    yield from (f"{row.label}: {row.value}".replace("\n", " / ") for row in rows)


def _buttons(buttons: tuple[Button, ...]) -> str:
    return " ".join(f"[{button.label}]" for button in buttons)


def _told(item: Card | Notice) -> str:
    if isinstance(item, Notice):
        return " ".join(item.lines)
    assert not item.rows, "a card carries no content"
    assert not item.history, "a card carries no content"
    facts = "; ".join(f"{fact.label}: {fact.value}" for fact in item.facts)
    return " ".join(part for part in (f"{item.title}.", *item.lines, facts, _buttons(item.buttons)) if part)


def _front(page: Home) -> Iterator[str]:
    yield from (page.title, *page.lines)
    yield _buttons((*page.starts, *page.unfinished))
    for card in page.reports:
        yield f"Told: {_told(card)}"
    for card in page.cases:
        yield f"Case: {_told(card)}"
