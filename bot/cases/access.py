"""Who may read a case and work on it. What they hold in their hand (a token, a card) gives no right. Pure."""

from bot.cases.model import Case
from bot.people import Member, Role

CASEWORKERS = frozenset({Role.DSL, Role.DEPUTY, Role.HEAD, Role.CHAIR, Role.VICE_CHAIR})
_NO_PART = frozenset({Role.STAFF, Role.PUPIL})


def may_open(case: Case, member: Member) -> bool:
    """Say whether somebody may read this case and work on it.

    They must have been told of it and be neither whom it is about nor somebody who waits for a guardian. For an alert
    they hold a role that works on cases today; for anything else one of the roles that it was put before: who was a
    DSL and now looks after the office reads no more of what came to them as a DSL.
    """
    if member.id not in case.told - case.plan.barred:
        return False
    return bool(member.roles & CASEWORKERS if case.procedure == "alert" else (member.roles & case.told_as) - _NO_PART)


def asked_for(case: Case, member: Member) -> bool:
    """Say whether somebody asked for this themselves, and so may follow it. What is reported is nobody's to follow."""
    return case.procedure != "alert" and case.reporter == member.id


def may_lower(member: Member) -> bool:
    """Say whether somebody may lower a severity: the DSL, and the deputy who stands in (domain/questions.md 6.10)."""
    return bool(member.roles & {Role.DSL, Role.DEPUTY})
