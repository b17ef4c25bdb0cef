"""Reads the procedures of a settings file: filter, phones, permissions, agencies. Must not know people or flows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from bot.people import Role
from bot.reading import Table, meant, quoted
from bot.settings import Agency, Filter, Gate, GateId, Permission, Phone, Referral, Signing, Unblock

TOLD = (  # who may hear of a report: never all staff
    *(Role.DSL, Role.DEPUTY, Role.HEAD, Role.CHAIR, Role.VICE_CHAIR, Role.IT),
)
ROLES = (*TOLD, Role.LEAD_DSL, Role.SENIOR, Role.COMPUTING, Role.OFFICE)  # who may be asked, or given a task
_ASSESSORS = (*ROLES, Role.STAFF)

Subject = Literal["videoconference", "social_media", "friends"]
_SUBJECTS: tuple[Subject, ...] = ("videoconference", "social_media", "friends")
_GATES: tuple[GateId, ...] = ("lead", "educational", "technical", "consent")
_LOGS: tuple[Literal["weekly", "none"], ...] = ("weekly", "none")
_RULES: tuple[Literal["report", "permission"], ...] = ("report", "permission")
_CALLS: tuple[Literal["ask", "not_stated"], ...] = ("ask", "not_stated")
_HAND_IN: tuple[Literal["teacher", "office"], ...] = ("teacher", "office")
_HOW: tuple[Literal["approval", "discussion"], ...] = ("approval", "discussion")
_SIGNERS: tuple[Literal["staff", "pupils", "parents", "visitors"], ...] = ("staff", "pupils", "parents", "visitors")
_WHEN: tuple[Literal["yearly", "before_first_use"], ...] = ("yearly", "before_first_use")
_LONGEST = 400  # days; a school year and the summer


class Agencies:
    """The agencies of a file, by key, and a reader of lists of them."""

    def __init__(self, table: Table) -> None:
        inner = {key: table.table(key) for key in table}
        self.known: Mapping[str, Agency] = {
            key: Agency(
                one.text("name", what="what your staff call this agency"),
                phone_number(one, "phone", "its telephone number, or take the line out") if "phone" in one else "",
            )
            for key, one in inner.items()
        }

    def named(self, table: Table) -> tuple[str, ...]:
        """Give the keys under `agencies`; there may be none."""
        keys = table.lines("agencies", optional=True)
        for key in keys:
            if key not in self.known:
                listed = ", ".join(self.known) or "none"
                table.mistake(f"there is no agency {quoted(key)} under [agencies] ({listed}){meant(key, self.known)}")
        return keys


def phone_number(table: Table, key: str, what: str) -> str:
    """Give a telephone number; 101 and 999 are numbers too. `what` says whose it is."""
    return table.name(key, r"\+?[0-9][0-9 ]{1,19}", "digits and spaces, and '+' in front", what=what)


def roles_or_nobody(table: Table, key: str) -> tuple[Role, ...]:
    """Give the roles under `key`, which may be missing: then nobody."""
    if key in table:
        return table.words(key, ROLES)
    table.lines(key, optional=True)  # so that a misspelt one is asked about
    return ()


def referral(table: Table, agencies: Agencies) -> Referral:
    """Read who hears of something, and whom they turn to outside."""
    return Referral(table.words("tell", TOLD), agencies.named(table))


def filter_of(table: Table) -> Filter:
    """Read what the school says of its web filter."""
    return Filter(
        product=table.text("product"),
        provider=table.text("provider"),
        changed_by=table.text("changed_by"),
        search_log=table.word("search_log", _LOGS) or "none",
        reports_read_by=table.words("reports_read_by", ROLES),
        misspellings=table.flag("misspellings"),
    )


def unblock(table: Table) -> Unblock:
    """Read how a blocked site is opened."""
    inner = table.tables("gate", "gate", "id")
    gates = tuple(_gate(one, first=one is inner[0]) for one in inner)
    if len({gate.id for gate in gates}) < len(gates):
        table.mistake("two gates have the same 'id'")
    days = table.number("longest_days", _LONGEST)
    if days is None and "longest_days" not in table:
        table.mistake("'longest_days' is missing")
    return Unblock(gates, timedelta(days=days or 1), roles_or_nobody(table, "copy_to"))


def _gate(table: Table, *, first: bool) -> Gate:
    gate = Gate(table.word("id", _GATES) or "lead", table.words("roles", ROLES), table.flag("where_needed"))
    if gate.consent and first:
        table.mistake("the first gate cannot be 'where_needed': an earlier one says whether it is")
    return gate


def phone(table: Table) -> Phone:
    """Read the rules for staff's and pupils' own phones."""
    return Phone(
        rule=table.word("rule", _RULES) or "report",
        withhold=table.flag("withhold"),
        seen_by=table.words("seen_by", ROLES),
        off_site=table.flag("off_site"),
        expected_call=table.word("expected_call", _CALLS) or "not_stated",
        hand_in=table.word("hand_in", _HAND_IN) or "office",
        confiscated=table.flag("confiscated"),
        staff_search=table.flag("staff_search"),
    )


def permissions(table: Table) -> Mapping[Subject, Permission]:
    """Read what staff need permission for; what is not there needs none."""
    return {
        subject: _permission(inner)
        for subject in _SUBJECTS
        if (inner := table.table(subject, optional=True)) and subject in table
    }


def _permission(table: Table) -> Permission:
    if "policy" in table:
        return Permission(policy=table.text("policy"))
    return Permission(
        ask=table.words("ask", ROLES),
        how=table.word("how", _HOW, optional=True) or "approval",
        parents=table.flag("parents"),
        risk_assessed_by=table.words("risk_assessed_by", _ASSESSORS) if "risk_assessed_by" in table else (),
    )


def signing(table: Table) -> Signing:
    """Read who signs the acceptable use policy, and when."""
    return Signing(table.words("signed_by", _SIGNERS), table.word("signed", _WHEN) or "before_first_use")
