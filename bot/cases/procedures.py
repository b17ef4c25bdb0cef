"""Which procedure decides on a case. Pure."""

from datetime import datetime

from bot.cases import alert, approval, response
from bot.cases.ladder import Due, elapsed
from bot.cases.model import AlertVerb, ApprovalVerb, Case, CaseVerb, Outcome, ResponseVerb


def decide(case: Case, verb: CaseVerb, person: str, now: datetime, due: Due = elapsed) -> Outcome:
    """Do one thing to a case by the rules of its procedure; see `alert.decide`. ValueError for a verb they lack."""
    match case.procedure:
        case "alert" if isinstance(verb, AlertVerb):
            return alert.decide(case, verb, person, now, due)
        case "approval" if isinstance(verb, ApprovalVerb):
            return approval.decide(case, verb, person, now, due)
        case "record" | "notice" | "question" if isinstance(verb, ResponseVerb):
            return response.decide(case, verb, person, now, due)
        case _:
            raise ValueError(f"the procedure {case.procedure!r} knows no {type(verb).__name__}")
