"""Jobs on talks, each inside one transaction: begin one, move it by an event, show it, let time pass over it."""

import secrets
from dataclasses import replace
from datetime import datetime

from bot.cases.hours import is_open
from bot.clock import LONDON
from bot.flow.model import Answers, Flow, Kind, Severity
from bot.flow.show import show
from bot.flow.step import current, step
from bot.flow.talk import Event, Give, Raise, Reload, Remark, Remind, Start, State, Tick
from bot.people import Member
from bot.prompt import Button, Notice, Prompt, Quotation, Token, Verb
from bot.service import casework, matters, quoting, telling, verbs
from bot.service.office import Office
from bot.service.reach import within_reach
from bot.service.reporting import TalkBlanks
from bot.service.telling import NoticeBody
from bot.storage import cases, flows, outbox, talks, timers
from bot.storage.talks import Talk
from bot.storage.tx import Tx

Screen = Prompt | Notice


def begin(tx: Tx, office: Office, flow: Flow, member: Member, about: str, now: datetime) -> tuple[str, Screen]:
    """Begin a talk, or go back to the one this person has open: there is one at a time about each thing.

    Returns:
        The talk's id, and its screen.
    """
    if unfinished := talks.open_at(tx, member.id, about):
        return unfinished.id, screen(tx, office, unfinished, member, now, (Remark("unfinished"),))
    talk = begun(tx, office, flow, member, about, now)
    return talk.id, screen(tx, office, talk, member, now)


def begun(
    tx: Tx, office: Office, flow: Flow, member: Member, about: str, now: datetime, answers: Answers | None = None
) -> Talk:
    """Give a new talk, stored; `answers` are what it begins with. Raises Conflict where one is open about the same."""
    flows.keep(tx, flow.digest, flow.id, office.book.sources[flow.id])
    state, _ = step(flow, State(secrets.token_urlsafe(12), flow.digest, answers=answers or {}), Start(), now)
    talk = Talk(state.talk, member.id, flow.id, about, "", now, state)
    talks.insert(tx, talk)
    _wait(tx, state)
    return talk


def move(tx: Tx, office: Office, talk: Talk, member: Member, event: Event, now: datetime) -> Screen:
    """Move a talk by one event, do what follows, and give its screen."""
    before = talk
    talk, remarks = _up_to_date(tx, office, talk, now)
    flow = office.flow(tx, talk.flow, talk.state.digest)
    member = member.talking_as(flow.audience)
    state, effects = within_reach(office.book, flow, talk.state, event, now)
    while (asked := current(flow, state)) and asked.kind is Kind.LOOKUP and not state.over:
        answer = office.policies.answer(tx, str(state.answers[asked.quotes]), now)
        state, more = step(flow, state, Give(state.turn, (quoting.found(answer),)), now)
        effects = (*effects, *more)
    talk = replace(talk, state=state)
    for effect in effects:
        match effect:
            case Raise() if flow.procedure == "casework":
                told = before.state.raised
                if refused := verbs.perform(tx, office, talk, flow, effect, member, now, told=told):
                    # The talk stays as it was: what was written can be changed and sent again, and is not lost.
                    return screen(tx, office, before, member, now, (verbs.why(office, refused, now),))
            case Raise() if flow.procedure == "alert":
                raised = effect
                if before.state.over and talk.case:  # its answers live in the case by now
                    raised = replace(effect, answers=cases.answers(tx, talk.case))
                case = casework.take_report(tx, office, talk, flow, raised, member, now)
                if state.over and not before.state.over:
                    matters.take_task(tx, office, flow, case, raised.answers, now)
                talk = replace(talk, case=case.id)
            case Raise():
                talk = replace(talk, case=matters.take(tx, office, flow, effect, member, now).id)
            case Remind():
                words_of = "" if member.listed else "pupil" if member.is_pupil else "staff"
                about = NoticeBody("remind", "", audience=words_of)
                subject = f"{talk.id}.remind.{state.turn}"
                telling.say(tx, outbox.direct(member.id), subject, about, now, Severity.ROUTINE)
            case Remark():
                remarks = (*remarks, effect)
    if flow.procedure == "policy" and not before.state.over and _is_noted(office, state):
        quoting.take_note(tx, flow, state.answers, now)
    _keep(tx, before, talk, now)
    refused_values = event.values if isinstance(event, Give) and any(r.error for r in remarks) else None
    return screen(tx, office, talk, member, now, remarks, refused_values)


def pass_time(tx: Tx, office: Office, talk_id: str, now: datetime) -> None:
    """Let a talk's deadline come. Where it was put off meanwhile, wait for the new one."""
    talk = talks.load(tx, talk_id)
    if talk is None or talk.state.over:
        return
    member = office.directory.person(talk.person)
    move(tx, office, talk, member, Tick(), now)
    after = talks.load(tx, talk_id)
    if after and not after.state.over:
        _wait(tx, after.state)


def screen(
    tx: Tx,
    office: Office,
    talk: Talk,
    member: Member,
    now: datetime,
    remarks: tuple[Remark, ...] = (),
    given: tuple[str, ...] | None = None,
) -> Screen:
    """Give a talk's screen as it is now."""
    book, state = office.book, talk.state
    flow = office.flow(tx, talk.flow, state.digest)
    member = member.talking_as(flow.audience)
    case = cases.by_id(tx, talk.case) if talk.case else None
    answers = cases.answers(tx, case.id) if case and state.over else state.answers
    at = case.reported_at if case else now
    blanks = TalkBlanks(book, office.directory.roster, flow, answers, member, state.severity, at, case)
    # When school is shut, the screens that speak of telling somebody say so too (child_rules CH-19).
    speaks = state.turn == 0 or bool(state.said) or state.status == "sent"
    shut = speaks and flow.procedure == "alert" and not is_open(book.school.hours, now)
    standing = (Remark(f"closed-{flow.audience}"),) if shut else ()
    shown = show(
        flow,
        state,
        book.words,
        blanks,
        now.astimezone(LONDON).date(),
        remarks=remarks,
        standing=standing,
        given=given,
        # Who works at the school is not told to anybody; a name that is written is looked for in the list all the same.
        names=office.directory.roster.adult_names if member.listed else (),
        quotes=_quotes(tx, office, flow, state, now),
    )
    more = isinstance(shown, Notice) and state.offered and member.listed
    return replace(shown, buttons=_next(office, flow, state)) if more else shown


def _quotes(tx: Tx, office: Office, flow: Flow, state: State, now: datetime) -> tuple[Quotation, ...]:
    """Give what the policies say to the words that the present question is about, if it is about any."""
    question = None if state.over or state.status == "stopping" else current(flow, state)
    if question is None or not question.quotes:
        return ()
    answer = office.policies.answer(tx, str(state.answers[question.quotes]), now)
    return quoting.quotations(office.policies, answer, office.book.words, around=question.around)


def _next(office: Office, flow: Flow, state: State) -> tuple[Button, ...]:
    """Give the buttons that begin what a talk offers at its end, of the flows this school has."""
    labels = {offer.flow: offer.label for offer in flow.offers}
    flows = [f for f in office.book.offered("staff") if f.id in state.offered]
    return tuple(Button(Token(Verb.START, f.id), labels.get(f.id) or f.title) for f in flows)


def _is_noted(office: Office, state: State) -> bool:
    """Say whether a question may be kept for whoever owns the policies: of one that was left, or that turned out to be
    a concern, its asker was told that nothing is kept.
    """
    concern = any(f.id in state.offered for f in office.book.offered("staff") if f.procedure == "alert")
    return state.status in ("sent", "ended") and not concern


def _wait(tx: Tx, state: State) -> None:
    if state.deadline:
        timers.put(tx, "talk", state.talk, 0, state.deadline, int(state.severity))


def _keep(tx: Tx, before: Talk, talk: Talk, now: datetime) -> None:
    """Store what the talk has become. Once it is over, its answers live in the case or nowhere."""
    if talk == before:
        return
    over = talk.state.over
    talks.save(tx, talks.cleared(talk) if over else talk, now)
    if over:
        timers.stop(tx, talk.id)


def _up_to_date(tx: Tx, office: Office, talk: Talk, now: datetime) -> tuple[Talk, tuple[Remark, ...]]:
    """Carry a talk over to the present version of its flow when that takes the place of older ones."""
    newest = office.book.flows.get(talk.flow)
    if newest is None or not newest.supersedes or newest.digest == talk.state.digest or talk.state.over:
        return talk, ()
    flows.keep(tx, newest.digest, newest.id, office.book.sources[newest.id])
    state, effects = step(newest, talk.state, Reload(newest), now)
    return replace(talk, state=state), tuple(e for e in effects if isinstance(e, Remark))
