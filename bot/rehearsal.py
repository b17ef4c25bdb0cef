"""Talks a flow in the terminal, for people who edit flows. Nothing is kept, nobody is told; no store is opened."""

from collections.abc import Callable

from bot.clock import Clock, school_date
from bot.flow.model import Flow
from bot.flow.show import show
from bot.flow.step import step
from bot.flow.talk import Event, Raise, Remark, Start, State
from bot.flow.typed import read
from bot.library import wording
from bot.people import Member, Role, Roster
from bot.prompt import Choose, Notice, Prompt
from bot.reading import Mistakes, meant
from bot.service.reporting import TalkBlanks
from bot.service.rulebook import Rulebook
from bot.words import Words

_REFERENCE = "TRY123"


def rehearse(
    flow_id: str, book: Rulebook, roster: Roster, ask: Callable[[str], str], say: Callable[[str], None], clock: Clock
) -> None:
    """Talk one flow to its end.

    Args:
        flow_id: which flow.
        book: the rules and the flows of the school that fills its blanks.
        roster: that school's people.
        ask: gives the next typed line; raises EOFError or KeyboardInterrupt to end early.
        say: shows a line.
        clock: where the time comes from.

    Raises:
        Mistakes: there is no such flow.
    """
    flow = book.flows.get(flow_id)
    if flow is None:
        raise Mistakes(f"there is no flow {flow_id!r}{meant(flow_id, book.flows)}; there are {', '.join(book.flows)}")
    _Rehearsal(book, roster, flow, clock, wording("terminal"), say).run(ask)


class _Rehearsal:
    def __init__(
        self, book: Rulebook, roster: Roster, flow: Flow, clock: Clock, words: Words, say: Callable[[str], None]
    ) -> None:
        self._book = book
        self._roster = roster
        self._flow = flow
        self._clock = clock
        self._words = words
        self._say = say
        roles = frozenset([Role.PUPIL if flow.audience == "pupil" else Role.STAFF])
        self._reporter = next((m for m in roster if m.roles == roles), Member("nobody", "", roles))

    def run(self, ask: Callable[[str], str]) -> None:
        state, remarks = self._step(State("try", self._flow.digest), Start())
        while self._show(state, remarks):
            event = read(self._flow, state, ask("> "), self._book.commands, self._blanks(state))
            state, remarks = (state, (event,)) if isinstance(event, Remark) else self._step(state, event)

    def _step(self, state: State, event: Event) -> tuple[State, tuple[Remark, ...]]:
        state, effects = step(self._flow, state, event, self._clock.now())
        for effect in effects:
            if isinstance(effect, Raise):
                key = "told-complete" if effect.complete else "told"
                self._say(self._words.say(key, severity=effect.severity.word, number=str(len(effect.answers))))
        return state, tuple(e for e in effects if isinstance(e, Remark))

    def _blanks(self, state: State) -> TalkBlanks:
        now = self._clock.now()
        return TalkBlanks(
            self._book, self._roster, self._flow, state.answers, self._reporter, state.severity, now, None, _REFERENCE
        )

    def _show(self, state: State, remarks: tuple[Remark, ...]) -> bool:
        """Show the screen; False when it was the last."""
        today = school_date(self._clock.now())
        names = tuple(m.name for m in self._roster if not m.is_pupil)
        screen = show(self._flow, state, self._book.words, self._blanks(state), today, remarks=remarks, names=names)
        for line in _lines(screen):
            self._say(line)
        return isinstance(screen, Prompt)


def _lines(screen: Prompt | Notice) -> list[str]:
    if isinstance(screen, Notice):
        return ["", screen.title, *screen.lines]
    lines = ["", *screen.remarks, *screen.lines, screen.progress, screen.ask, screen.hint]
    lines += [f"  {row.label}: {row.value}" for row in screen.rows]
    if isinstance(screen.field, Choose):
        lines += [f"  {number}. {option.label}" for number, option in enumerate(screen.field.options, 1)]
    buttons = [button.label for button in (*screen.buttons, *([screen.submit] if screen.submit else []))]
    return [
        *(line for line in lines[1:] if line),
        f"  [{'] ['.join(buttons)}]",
        *([screen.error] if screen.error else []),
    ]
