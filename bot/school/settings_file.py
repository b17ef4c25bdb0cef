"""Reads a school's settings file into a checked School. Must not know the school's people, flows or platform."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

from bot.files import contents
from bot.flow.model import Severity, Subject
from bot.people import GIVES, Role
from bot.reading import Table, meant, quoted
from bot.school.procedures_file import (
    ROLES,
    TOLD,
    Agencies,
    filter_of,
    permissions,
    phone,
    phone_number,
    referral,
    roles_or_nobody,
    signing,
    unblock,
)
from bot.settings import Channel, Deadline, Deadlines, Hours, Ladder, Leads, School, Slack, Step, Teams, Term, Web

_READERS = (*ROLES, Role.STAFF)
_ABOUT = (Subject.ADULT, Subject.HEAD, Subject.DSL, Subject.DEPUTY, Subject.IT, Subject.CHAIR, Subject.SELF)
_NUMBERS = {  # what each is, for whoever fills it in
    "lado": "the telephone number of the local authority's designated officer, for concerns about adults",
    "mash": "the telephone number of children's social care in office hours",
    "out_of_hours": "the telephone number of children's social care at night and at weekends",
}
_NATIONS: tuple[Literal["ENG", "WLS", "SCT", "NIR"], ...] = ("ENG", "WLS", "SCT", "NIR")
_POOLS: tuple[Literal["one", "several"], ...] = ("one", "several")
_DEADLINES: tuple[Deadline, ...] = ("immediately", "that_day")
_RECORDS: tuple[Literal["bot", "external"], ...] = ("bot", "external")
_REVIEWS: tuple[Literal["policy", "national"], ...] = ("policy", "national")
_PLATFORMS: tuple[Literal["web", "slack", "teams"], ...] = ("web", "slack", "teams")
_FLOW = r"[a-z0-9_]{1,40}"
_FLOW_RULE = "a-z, 0-9 and '_', at most 40 of them"
_KEY = r"[A-Za-z0-9_-]{1,40}"
_KEY_RULE = "letters, 0-9, '_' and '-', at most 40 of them"
_HOST = r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?"
_HOST_RULE = "a host name such as beacon.school.example, without https:// and without a port"
_TEAM = r"T[A-Z0-9]{2,20}"
_TEAM_RULE = "a T, and then capital letters and figures; `beacon doctor slack` says what it is"
_USER_GROUP = r"S[A-Z0-9]{2,20}"
_USER_GROUP_RULE = "an S, and then capital letters and figures, as in the address of the user group's page"
_GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_GUID_RULE = "an id such as 00000000-0000-0000-0000-000000000000, in small letters, as the Entra admin centre shows it"
_MAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"
_YEARS = 10 * 365  # days; more than that is a slip of the pen
_NOTICE, _USUAL_NOTICE = 100, 20  # school days: two terms, and four weeks
_MINUTE = timedelta(minutes=1)


def load_school(name: str, source: bytes) -> School:
    """Read one settings file. `name` is what mistakes call it. Raises Mistakes with everything that is wrong."""
    file = Table.parse(name, source)
    channels = _channels(file.table("channels"))
    agencies = Agencies(file.table("agencies"))
    children, routes, filtering = file.table("children"), file.table("routes"), file.table("filter")
    staff, record, policy = file.table("staff"), file.table("record"), file.table("policy")
    leads, lessons = _leads(file.table("dsl")), file.table("lessons")
    school = School(
        id=file.name("id", _KEY, _KEY_RULE, what='a short name that never changes, without spaces, such as "hillside"'),
        name=file.text("name", what='your school\'s name as people read it, such as "Hillside Primary School"'),
        senior_team=file.text("senior_team", limit=40),
        flows=tuple(dict.fromkeys(file.names("flows", _FLOW, _FLOW_RULE))),
        hours=_hours(file.table("hours")),
        channels=channels,
        undelivered_after=file.duration("undelivered_after") or _MINUTE,
        numbers=_numbers(file.table("numbers")),
        agencies=agencies.known,
        leads=leads,
        web=_web(file.table("web", optional=True)),
        tell=children.words("tell", TOLD),
        channel=_channel(children, channels),
        about=_about(file.table("about"), leads),
        ladders=_ladders(file.table("ladder")),
        raised_by_it=routes.words("raised_by_it", TOLD),
        breach=routes.words("breach", TOLD),
        spike=routes.words("spike", TOLD),
        visitor_breach=roles_or_nobody(routes, "visitor_breach"),
        offensive_message=referral(routes.table("offensive_message"), agencies),
        illegal=referral(routes.table("illegal"), agencies),
        unsure=referral(routes.table("unsure"), agencies),
        deadlines=_deadlines(file.table("deadlines")),
        filter=filter_of(filtering),
        unblock=unblock(file.table("unblock")),
        task=filtering.words("tasks", ROLES),
        it_channel=_channel(filtering, channels),
        phone=phone(file.table("phone")),
        permissions=permissions(file.table("permissions", optional=True)),
        device_log=lessons.flag("device_log"),
        notice_days=lessons.number("notice_days", _NOTICE) or _USUAL_NOTICE,
        signing=signing(file.table("acceptable_use")),
        password_days=staff.number("password_days", _YEARS),
        leaver_return=staff.flag("leaver_return"),
        image_review=file.table("images").word("review", _REVIEWS) or "national",
        record=record.word("kept", _RECORDS) or "bot",
        record_name=record.text("called"),
        policy_owner=policy.words("owner", TOLD),
        policy_review=policy.lines("review"),
        slack=_slack(file.table("slack", optional=True)),
        teams=_teams(file.table("teams", optional=True)),
    )
    file.finish()
    return school


def read_school(path: Path) -> School:
    """Read the settings file at `path`. Raises Mistakes with everything that is wrong, a missing file included."""
    return load_school(path.name, contents(path))


def _hours(table: Table) -> Hours:
    opens, closes = table.time_of_day("opens"), table.time_of_day("closes")
    if opens and closes and opens >= closes:
        table.mistake(f"'closes' ({closes:%H:%M}) must be later than 'opens' ({opens:%H:%M})")
    terms = [(_term(inner), inner) for inner in table.tables("term", "term")]
    for (before, _), (after, inner) in pairwise(terms):
        if date.min < after.first <= before.last:  # date.min: it could not be read
            inner.mistake(f"begins on {after.first}, before the term above it is over ({before.last})")
    closed = frozenset(table.days("closed"))
    nation = table.word("nation", _NATIONS) or "ENG"
    return Hours(opens or time.min, closes or time.max, tuple(term for term, _ in terms), closed, nation)


def _term(table: Table) -> Term:
    first, last = table.take("first", date), table.take("last", date)
    if first and last and last < first:
        table.mistake(f"ends on {last}, before it begins on {first}")
    return Term(first or last or date.min, last or first or date.min)


def _channels(table: Table) -> Mapping[str, Channel]:
    found: dict[str, Channel] = {}
    for key in table:
        inner = table.table(key)
        readers = frozenset(inner.words("readers", _READERS))
        surface = inner.word("on", _PLATFORMS, optional=True) or "web"
        found[key] = Channel(
            inner.text("id", what="what the platform itself calls this channel"),
            inner.text("name", what="the channel's name as people see it"),
            readers,
            surface,
        )
    return found


def _channel(table: Table, channels: Mapping[str, Channel]) -> str:
    wanted = table.text("channel")
    if wanted and wanted not in channels:
        known = ", ".join(channels) or "none"
        table.mistake(f"there is no channel {quoted(wanted)} under [channels] ({known}){meant(wanted, channels)}")
    return wanted


def _leads(table: Table) -> Leads:
    leads = Leads(table.word("pool", _POOLS) or "several", table.flag("lead"), table.flag("head"))
    if leads.pool == "one" and leads.lead:
        table.mistake("'lead' must be false where 'pool' is 'one': the one DSL has no other to lead")
    return leads


def _web(table: Table) -> Web:
    names = table.names("names", _HOST, _HOST_RULE) if "names" in table else ()
    return Web(table.flag("on"), names)


def _slack(table: Table) -> Slack:
    on = table.flag("on")
    team = table.name("team", _TEAM, _TEAM_RULE) if on or "team" in table else ""
    unlisted = table.flag("unlisted") if "unlisted" in table else True
    groups = _groups(table.table("groups", optional=True), GIVES["slack"], _USER_GROUP, _USER_GROUP_RULE)
    return Slack(on, team, table.flag("pupils"), table.flag("socket"), unlisted, groups)


def _teams(table: Table) -> Teams:
    on = table.flag("on")
    app, tenant = (table.name(key, _GUID, _GUID_RULE) if on or key in table else "" for key in ("app", "tenant"))
    groups = _groups(table.table("groups", optional=True), GIVES["teams"], _GUID, _GUID_RULE)
    mail = table.name("mail", _MAIL, "a mailbox such as beacon@your-school.example") if "mail" in table else ""
    school_data = table.flag("school_data") if "school_data" in table else False
    unlisted = table.flag("unlisted") if "unlisted" in table else True
    return Teams(on, app, tenant, groups, mail, school_data, unlisted)


def _groups(table: Table, gives: tuple[Role, ...], pattern: str, rule: str) -> Mapping[Role, str]:
    """Read the groups. One that gave a role would let whoever looks after computers choose who reads about children."""
    groups: dict[Role, str] = {}
    for key in table:
        if key in gives:
            groups[Role(key)] = table.name(key, pattern, rule)
        elif key in (*_READERS, Role.PUPIL):
            table.name(key, pattern, rule)
            only = " and ".join(f"'{role}'" for role in gives)
            table.mistake(f"{key!r} is given by the list of people alone: a group can only add {only}")
    return groups


def _deadlines(table: Table) -> Deadlines:
    concern, offensive = (table.word(key, _DEADLINES) or "that_day" for key in ("concern", "offensive_message"))
    return Deadlines(concern, offensive)


def _about(table: Table, leads: Leads) -> Mapping[Subject, tuple[Role, ...]]:
    rules = {subject: table.words(subject.value, TOLD) for subject in _ABOUT}
    if leads.head and Role.HEAD in rules[Subject.DSL]:
        table.mistake("'head' cannot hear of a concern about the dsl: [dsl] says that the head is the DSL")
    for subject, told in rules.items():
        if subject.value in told:
            table.mistake(f"{subject.value!r} cannot hear of a concern about the {subject.value}")
    return rules


def _ladders(table: Table) -> Mapping[Severity, Ladder]:
    return {severity: _ladder(table.table(severity.word)) for severity in reversed(Severity)}


def _ladder(table: Table) -> Ladder:
    steps = [(_step(inner), inner) for inner in table.tables("step", "step")]
    for (before, _), (after, inner) in pairwise(steps):
        if timedelta() < after.after <= before.after:  # zero: it could not be read
            inner.mistake("must come later than the step above it")
    within = table.duration("decide_within") or _MINUTE
    return Ladder(tuple(step for step, _ in steps), within, table.flag("elapsed"))


def _step(table: Table) -> Step:
    return Step(table.duration("after") or timedelta(), table.words("tell", TOLD))


def _numbers(table: Table) -> Mapping[str, str]:
    return {name: phone_number(table, name, what) for name, what in _NUMBERS.items()}
