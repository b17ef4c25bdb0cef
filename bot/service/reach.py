"""One step of a talk whose days must lie within the school's reach. Must not know where talks are kept."""

from datetime import datetime

from msgspec.structs import replace

from bot.cases.windows import too_far
from bot.clock import school_date
from bot.flow.model import Flow
from bot.flow.step import Result, current, step
from bot.flow.talk import Event, Give, Remark, State
from bot.service.reporting import day_said
from bot.service.rulebook import Rulebook


def within_reach(book: Rulebook, flow: Flow, state: State, event: Event, now: datetime) -> Result:
    """Do `step`, and refuse a day that is further away than the school's settings let it be, with the last that is not.

    Where a first day makes an earlier answer's last day too far, that is asked again, as if it came before the first.
    """
    moved, effects = step(flow, state, event, now)
    far = too_far(book.school, flow, moved.answers, school_date(now)) if isinstance(event, Give) else None
    if far is None or moved.answers == state.answers:
        return moved, effects
    asked = current(flow, state)
    if asked and asked.id != far.question:
        kept = {question: answer for question, answer in state.answers.items() if question != far.question}
        return step(flow, replace(state, answers=kept), event, now)
    blanks = {"day": day_said(book, far.last), "limit": str(book.school.notice_days)}
    return state, (Remark(f"date-too-far-{far.why}", blanks, error=True),)
