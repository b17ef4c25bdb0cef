"""A school's rules, as frozen dataclasses: who hears what, how soon, and when school is open. People live elsewhere.

The rows in which schools differ, and where their policies say so, are in the comments of content/schools/*.toml.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal

from bot.flow.model import Severity, Subject
from bot.people import Role


@dataclass(frozen=True, slots=True)
class Term:
    """A run of days on which the school may be open; both ends belong to it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Hours:
    """When the school is open. Weekends and the nation's bank holidays are closed by themselves."""

    opens: time
    closes: time
    terms: tuple[Term, ...]
    closed: frozenset[date]  # INSET days and others on which nobody is in
    nation: Literal["ENG", "WLS", "SCT", "NIR"] = "ENG"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel on the school's platform, and whose roles may read it."""

    id: str
    name: str
    readers: frozenset[Role]
    surface: str = "web"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: so long after the report, these roles are told."""

    after: timedelta
    tell: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """What happens while nobody acknowledges a case of one severity, and how soon it wants a decision.

    `elapsed` minutes run through nights and holidays; the others count while the school is open.
    """

    steps: tuple[Step, ...]
    decide_within: timedelta
    elapsed: bool


@dataclass(frozen=True, slots=True)
class Leads:
    """What the school says of its DSLs. The people file says who they are, and `beacon check` that the two agree."""

    pool: Literal["one", "several"]
    lead: bool  # whether one of them is the lead DSL
    head: bool  # whether the headteacher is one of them


@dataclass(frozen=True, slots=True)
class Referral:
    """Who in school hears of something, and which of `School.agencies` they turn to."""

    tell: tuple[Role, ...]
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """Somebody outside the school who can be turned to. An empty phone is not known yet."""

    name: str
    phone: str = ""


Deadline = Literal["immediately", "that_day"]


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How soon the policy wants something reported, in its own words; a rule about school days, not hours."""

    concern: Deadline
    offensive_message: Deadline


@dataclass(frozen=True, slots=True)
class Filter:
    """The web filter, as staff know it. Who changes it is in `School.task` and `School.unblock`."""

    product: str
    provider: str
    changed_by: str  # as the policy words it
    search_log: Literal["weekly", "none"]  # whether a log of suspicious searches is gone through
    reports_read_by: tuple[Role, ...]
    misspellings: bool  # whether staff report words and misspellings that get through


GateId = Literal["lead", "educational", "technical", "consent"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One approval that a request needs; anybody of `roles` gives it.

    With `consent` it is asked only when somebody at an earlier gate said that it is needed.
    """

    id: GateId
    roles: tuple[Role, ...]
    consent: bool = False


@dataclass(frozen=True, slots=True)
class Unblock:
    """How a blocked site is opened: through the gates in their order, for no longer than `longest`."""

    gates: tuple[Gate, ...]
    longest: timedelta
    copy_to: tuple[Role, ...]  # who also hears that something is blocked which a lesson needs


@dataclass(frozen=True, slots=True)
class Phone:
    """Staff's and pupils' own phones.

    `rule`: a call in an emergency is made and then reported to `seen_by`, or made only with their permission.
    """

    rule: Literal["report", "permission"]
    withhold: bool  # whether the number is to be withheld (the 141 card)
    seen_by: tuple[Role, ...]
    off_site: bool  # whether parents may be rung from one's own phone on a trip
    expected_call: Literal["ask", "not_stated"]
    hand_in: Literal["teacher", "office"]  # where pupils hand theirs in
    confiscated: bool  # whether one that is not handed in is kept until a parent comes
    staff_search: bool  # whether staff's own devices may be searched as routine monitoring


@dataclass(frozen=True, slots=True)
class Permission:
    """What staff need before they do something. With `policy`, another policy of the school's rules it instead."""

    ask: tuple[Role, ...] = ()
    how: Literal["approval", "discussion"] = "approval"
    parents: bool = False  # whether parents consent first
    risk_assessed_by: tuple[Role, ...] = ()
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs the acceptable use policy, and when."""

    by: tuple[Literal["staff", "pupils", "parents", "visitors"], ...]
    when: Literal["yearly", "before_first_use"]


@dataclass(frozen=True, slots=True)
class Web:
    """The page on the web, in a real school. `names` are the host names it answers to besides this machine's own."""

    on: bool = False
    names: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Where people find it, by the first of its names; "" where nobody outside this machine can."""
        return f"https://{self.names[0]}" if self.on and self.names else ""


@dataclass(frozen=True, slots=True)
class Slack:
    """Slack, where it is on: the id of the workspace. Its secrets are no settings: adapters/slack/config.py.

    With `pupils`, pupils on the school's list are let in too; Slack's own terms are said to want people of 16 and more.
    With `socket`, Beacon rings Slack up, for a school at which nothing from outside can knock. With `unlisted`, full
    members of the workspace who are on no list may tell something too, and open nothing. `groups` are user groups that
    add staff and IT to the school's list; nobody who works on cases about children comes from there.
    """

    on: bool = False
    team: str = ""
    pupils: bool = False
    socket: bool = False
    unlisted: bool = True
    groups: Mapping[Role, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Teams:
    """Microsoft Teams, where it is on: the ids of the app and of the school's own tenant. Secrets are no settings.

    `groups` are the directory's groups that add staff and pupils to the school's list, and with `school_data` School
    Data Sync does; nobody who works on cases comes from there. `mail` is the mailbox from which those are written to
    who do not hear otherwise. All three need Microsoft Graph, and permissions. With `unlisted`, people of the tenant
    who are on no list may tell something too, unless they are guests, and open nothing.
    """

    on: bool = False
    app: str = ""
    tenant: str = ""
    groups: Mapping[Role, str] = field(default_factory=dict)
    mail: str = ""
    school_data: bool = False
    unlisted: bool = True


@dataclass(frozen=True, slots=True)
class School:
    """Everything about one school that is a rule and not a person."""

    id: str
    name: str
    senior_team: str  # what the school calls it: "SLT", "SMT"
    flows: tuple[str, ...]  # those switched on, in the order in which they are offered; another does not exist there
    hours: Hours
    channels: Mapping[str, Channel]
    undelivered_after: timedelta  # then the reporter is told to go and find somebody
    numbers: Mapping[str, str]  # telephone numbers that the wording may name, by blank
    agencies: Mapping[str, Agency]
    leads: Leads
    web: Web
    # Who hears.
    tell: tuple[Role, ...]  # first, of a concern about a child
    channel: str  # where its card goes
    about: Mapping[Subject, tuple[Role, ...]]  # of a concern about an adult, one after the other
    ladders: Mapping[Severity, Ladder]
    raised_by_it: tuple[Role, ...]  # of a concern that IT staff raise
    breach: tuple[Role, ...]  # of an unsuitable site, or a word that gets through
    spike: tuple[Role, ...]  # of a lesson that may trip the filter
    visitor_breach: tuple[Role, ...]  # of a visitor's breach; nobody where the policy names no duty
    offensive_message: Referral
    illegal: Referral
    unsure: Referral  # whom they turn to who do not know how to go on
    deadlines: Deadlines
    # The filter.
    filter: Filter
    unblock: Unblock
    task: tuple[Role, ...]  # who carries out what was decided about it
    it_channel: str
    # Staff's days.
    phone: Phone
    permissions: Mapping[Literal["videoconference", "social_media", "friends"], Permission]  # absent: none is needed
    device_log: bool  # whether each lesson logs who used which device
    signing: Signing
    password_days: int | None  # None: passwords do not expire
    leaver_return: bool  # whether leavers hand in equipment and passwords
    image_review: Literal["policy", "national"]  # whose checklist a review of an image incident follows
    # The record, and the policy itself.
    record: Literal["bot", "external"]  # whether a closed case must carry a reference of another system
    record_name: str  # what the school calls where it is kept
    policy_owner: tuple[Role, ...]  # who is asked what the policy does not cover
    notice_days: int  # the most school days that a lesson announced counts for
    policy_review: tuple[str, ...]  # when it is reviewed, in its own words; more than one where it contradicts itself
    slack: Slack = Slack()
    teams: Teams = Teams()
