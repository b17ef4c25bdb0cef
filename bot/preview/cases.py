"""The cards of a case in each state, and the notices, made by the service itself in a store that is thrown away.

For people who edit flows and wording. Knows no platform.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from bot.cases import approval
from bot.cases.access import may_open
from bot.cases.model import Case, Expire, Respond
from bot.flow.model import Alert, Answers, Flow, Severity, applies, counted
from bot.flow.talk import Raise, State
from bot.people import Member, Role, Roster
from bot.preview.ways import Sample, ways
from bot.prompt import Button, Card, Home, Notice, Token, Verb
from bot.service import cards, casework, frontpage, matters, today, verbs
from bot.service.directory import Directory
from bot.service.office import Office
from bot.service.rulebook import Rulebook
from bot.storage import cases, members
from bot.storage.talks import Talk
from bot.storage.tx import Tx
from bot.wiring import open_store

T = TypeVar("T")
Audience = Literal["staff", "pupil", "caseworker"]
AUDIENCES: tuple[Audience, ...] = ("staff", "pupil", "caseworker")
REFERENCE = "KX7F2M"
_SAID = ("done-", "refused-", "inform-")  # what the wording's notices begin with


@dataclass(frozen=True, slots=True)
class Look:
    """A case in one state, as it looks to everybody. What somebody does not get is None."""

    state: str  # as its card says it
    channel: Card  # and in direct messages
    opened: Card | None
    reporter: Card | None
    pupil: bool  # whether its reporter is one


@dataclass(frozen=True, slots=True)
class Said:
    """A notice, by the key of its sentence in wording.toml; one that does not `come` is an answer to a press."""

    key: str
    notice: Notice
    pupil: bool
    comes: bool


def speaker(flow: Flow, roster: Roster) -> Member:
    """Give somebody of a school who would be in a flow's talk."""
    return _one_of(flow.audience, roster)


def _one_of(audience: Audience, roster: Roster) -> Member:
    wanted = {"staff": Role.STAFF, "pupil": Role.PUPIL, "caseworker": Role.DSL}[audience]
    ordinary = (m for m in roster if m.roles == {wanted})
    return next(ordinary, next(iter(roster.holding([wanted])), Member("nobody", "", frozenset([wanted]))))


def looks(book: Rulebook, people: Roster, sample: Sample, now: datetime) -> dict[str, tuple[Look, ...]]:
    """Give the cases that each flow's talks become, in each of their states; by the flow's id."""

    def job(tx: Tx, office: Office) -> dict[str, tuple[Look, ...]]:
        return {
            flow.id: tuple(_Life(tx, office, flow, sample, now).looks())
            for flow in book.flows.values()
            if flow.procedure != "casework"
        }

    return _in_a_store(book, people, job)


def fronts(
    book: Rulebook, people: Roster, lives: Mapping[str, tuple[Look, ...]], now: datetime
) -> dict[Audience, Home]:
    """Give the front pages: of a member of staff and a child who told something, and of whoever it waits for."""

    def job(tx: Tx, office: Office) -> dict[Audience, Home]:
        return {side: frontpage.home(tx, office, _one_of(side, people), now) for side in AUDIENCES}

    found = _in_a_store(book, people, job)
    first = [next((lives[f.id][0] for f in book.offered(side) if lives.get(f.id)), None) for side in ("staff", "pupil")]
    staff, pupil = (look.reporter if look else None for look in first)
    waiting = first[0].channel if first[0] else None
    return {
        "staff": replace(found["staff"], reports=(staff,) if staff else ()),
        "pupil": replace(found["pupil"], reports=(pupil,) if pupil else ()),
        "caseworker": replace(found["caseworker"], cases=(waiting,) if waiting else ()),
    }


def _in_a_store(book: Rulebook, people: Roster, job: Callable[[Tx, Office], T]) -> T:
    """Run a job with a school's people in a store that is thrown away."""

    def begin(tx: Tx) -> T:
        members.put(tx, people)
        office = Office(book, Directory())
        office.directory.refresh(tx)
        return job(tx, office)

    with tempfile.TemporaryDirectory() as folder:
        stored = open_store(Path(folder), book.school.id)
        try:
            return stored.writer.run_now(begin)
        finally:
            stored.close()


def notices(book: Rulebook, who: str, when: str) -> tuple[Said, ...]:
    """Give every notice of the wording; `who` and `when` fill the blanks for a person and a time."""
    blanks = {**dict.fromkeys(("who", "recipients"), who), "at": when, "until": when, "reference": REFERENCE}
    return tuple(
        Said(
            key,
            Notice((book.words.say(key, **book.school.numbers, **blanks),), buttons=_of_notice(book, key)),
            pupil=key.endswith("-pupil"),
            comes=key.startswith("inform-"),
        )
        for key in book.words.lines
        if key.startswith(_SAID)
    )


def _of_notice(book: Rulebook, key: str) -> tuple[Button, ...]:
    """Give a notice's button: it is read, or answered in a flow that is called as the notice is."""
    kind = key.removeprefix("inform-").rpartition("-")[0] if key.startswith("inform-") else ""
    if kind in book.flows:
        return (Button(Token(Verb.START, REFERENCE, 0, kind), book.words.say(f"button-start-{kind}"), main=True),)
    own = key.startswith(("inform-approval-", "inform-task-", "inform-record-", "inform-notice-", "inform-question-"))
    return (Button(Token(Verb.OPEN, REFERENCE), book.words.say("button-read")),) if own else ()


def _speaks(alert: Alert, answers: Answers) -> bool:
    return not alert.mentions and applies(alert.when, answers)


class _Life:
    """One flow's case from its beginning to its end."""

    def __init__(self, tx: Tx, office: Office, flow: Flow, sample: Sample, now: datetime) -> None:
        self._tx = tx
        self._office = office
        self._flow = flow
        self._sample = sample
        self._now = now
        self._reporter = speaker(flow, office.directory.roster)

    def looks(self) -> Iterator[Look]:
        case = self._begin("sent")
        yield self._look(case)
        match case.procedure:
            case "alert":
                yield self._look(self._work(case, "acknowledge"))
                yield self._look(self._time_passes(case))
                yield self._look(self._work(case, "decide"))
                yield self._look(self._work(case, "close"))
                yield self._look(self._begin("stopped"))
                yield from self._of_task(case)
            case "approval":
                yield from self._of_approval(case)
            case "record":
                yield self._look(self._respond(case))
            case "notice":
                yield self._look(self._work(case, "reply"))
                yield self._look(self._expire(case))
                yield self._look(self._work(self._begin("sent"), "reply", reply="declined"))
            case "question":
                yield self._look(self._work(case, "answer"))
        withdrawn = cards.withdrawn(replace(case, ref=REFERENCE), self._office)
        yield Look(withdrawn.title, withdrawn, None, None, self._reporter.is_pupil)

    def _of_approval(self, case: Case) -> Iterator[Look]:
        while case.status == "open" and (gate := approval.gate_of(case)):
            case = self._work(case, verbs.gate_flows(gate.id)[0])
            yield self._look(case)
        if case.status == "approved":
            case = self._work(case, "done")
            yield self._look(case)
        case = self._expire(case)
        yield self._look(case)
        if case.status == "approved":
            yield self._look(self._work(case, "done"))
        yield from self._of_returned(self._passed(self._begin("sent")))
        early = self._work(self._work(self._passed(self._begin("sent")), "done"), "block")
        yield self._look(early)
        yield from self._of_returned(early)
        again = self._begin("sent")
        if gate := approval.gate_of(again):
            yield self._look(self._work(again, verbs.gate_flows(gate.id)[0], approve="no"))
            yield self._look(self._expire(self._begin("sent")))

    def _passed(self, case: Case) -> Case:
        """Give a request to which everybody has agreed."""
        while case.status == "open" and (gate := approval.gate_of(case)):
            case = self._work(case, verbs.gate_flows(gate.id)[0])
        return case

    def _of_returned(self, case: Case) -> Iterator[Look]:
        """Give a task that comes back, and what becomes of it."""
        yield self._look(self._work(case, "cannot"))
        yield self._look(self._work(self._as_it_is(case), "settle", settle="leave"))

    def _of_task(self, report: Case) -> Iterator[Look]:
        """Give the task that IT gets of a report, where it gets one."""
        matters.take_task(self._tx, self._office, self._flow, report, self._answers(self._flow), self._now)
        task = next((c for c in cases.all(self._tx, 1) if c.made_for == report.ref), None)
        if task:
            yield self._look(task)
            yield self._look(self._work(task, "done"))
            matters.take_task(self._tx, self._office, self._flow, report, self._answers(self._flow), self._now)
            yield from self._of_returned(next(c for c in cases.all(self._tx, 1) if c.made_for == report.ref))

    def _begin(self, why: str) -> Case:
        answers, complete = self._answers(self._flow), why == "sent"
        if self._flow.procedure != "alert":
            raised = Raise("sent", answers, Severity.ROUTINE, complete=True)
            return matters.take(self._tx, self._office, self._flow, raised, self._reporter, self._now)
        severity = max([self._flow.severity, *(a.severity for a in self._flow.alerts if _speaks(a, answers))])
        raised = Raise("sent" if complete else "stopped", answers, severity, complete=complete)
        talk = self._talk(self._flow, self._reporter)
        return casework.take_report(self._tx, self._office, talk, self._flow, raised, self._reporter, self._now)

    def _work(self, case: Case, flow_id: str, **given: str) -> Case:
        """Let whoever the case waits for go through a casework flow; a flow that is not there leaves it as it is."""
        flow = self._office.book.flows.get(flow_id)
        if flow and (member := self._worker(self._as_it_is(case))):
            answers = counted(flow, {**self._answers(flow), **given})
            raised = Raise("sent", answers, Severity.ROUTINE, complete=True)
            talk = self._talk(flow, member, case.ref)
            verbs.perform(self._tx, self._office, talk, flow, raised, member, self._now, told=False)
        return self._as_it_is(case)

    def _respond(self, case: Case) -> Case:
        if member := self._worker(case):
            casework.act(self._tx, self._office, case.ref, Respond("seen"), member, self._now)
        return self._as_it_is(case)

    def _expire(self, case: Case) -> Case:
        over = case.span.last if case.span else self._now
        casework.pass_time(self._tx, self._office, case.id, Expire(), over)
        return self._as_it_is(case)

    def _time_passes(self, case: Case) -> Case:
        taken = self._as_it_is(case)
        overdue = today.overdue(self._tx, self._office, taken, self._now)
        casework.pass_time(self._tx, self._office, case.id, overdue, self._now)
        return self._as_it_is(case)

    def _talk(self, flow: Flow, member: Member, about: str = "") -> Talk:
        return Talk("preview", member.id, flow.id, about, "", self._now, State("preview", flow.digest))

    def _answers(self, flow: Flow) -> Answers:
        """Give the answers of a way through a flow that comes to its end."""
        given = (counted(flow, way.answers) for way in ways(flow, self._sample))
        return next((a for a in given if not any(applies(ending.when, a) for ending in flow.endings)), {})

    def _as_it_is(self, case: Case) -> Case:
        found = cases.by_id(self._tx, case.id)
        if found is None:
            raise KeyError(case.id)
        return found

    def _worker(self, case: Case) -> Member | None:
        able = [m for m in self._office.directory.roster.among(case.told) if may_open(case, m)]
        asked = [m for m in able if case.procedure != "approval" or approval.is_asked(case, m)]
        return next(iter(asked or able), None)

    def _look(self, case: Case) -> Look:
        reader = self._worker(case)
        # The same reference each time, so that two previews of the same files are the same.
        shown = replace(case, ref=REFERENCE, made_for=case.made_for and REFERENCE)
        face = cards.face(shown, self._office)
        status = self._office.book.words.say("fact-status")
        return Look(
            next(fact.value for fact in face.facts if fact.label == status),
            face,
            cards.opened(self._tx, self._office, shown, reader, self._now) if reader else None,
            cards.to_reporter(shown, self._office, self._reporter, self._now, self._now),
            self._reporter.is_pupil,
        )
