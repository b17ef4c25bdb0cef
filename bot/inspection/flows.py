"""What must hold between the flows and the program: what buttons begin, what is read of answers, where routes go.

The loader has checked each file by itself. A school's own flows come here too, so nothing is taken for granted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.cases.routes import ROUTES
from bot.flow.model import Flow, Kind, Question, Severity
from bot.reading import meant
from bot.service.rulebook import Rulebook
from bot.service.verbs import gate_flows
from bot.settings import School

# What the buttons of cards and notices begin: flows of casework, by the procedure of the cases they act on.
_ALERT = ("acknowledge", "close", "decide", "lower", "note", "release", "reopen", "talked")
_OTHERS = {"notice": ("reply",), "policy": ("answer",)}
_PHONE = {"report": "phone", "permission": "phone_permission"}  # the flow of each rule for calls in an emergency
_ROUTED = ("record", "notice", "policy")  # who hears of these is said by their routes alone


@dataclass(frozen=True, slots=True)
class _Read:
    """A question of casework by whose answer the program goes on, the values that it knows, and those in words."""

    question: str
    values: str
    known: str


_READ: Mapping[str, _Read] = {
    "acknowledge": _Read("by", r"m[0-9]{1,4}", "m and a number of minutes, such as m15"),
    "lower": _Read("severity", "|".join(s.word for s in Severity), ", ".join(s.word for s in Severity)),
    "approve": _Read("approve", "yes|narrower|no", "yes, narrower, no"),
    "settle": _Read("settle", "again|leave", "again, leave"),
    "reply": _Read("reply", "agreed|talk|declined", "agreed, talk, declined"),
}


def on(book: Rulebook) -> tuple[Flow, ...]:
    """Give the flows that a school has switched on and that are there."""
    return tuple(flow for flow_id, flow in book.flows.items() if flow_id in book.school.flows)


def flow_problems(book: Rulebook) -> Iterator[str]:
    """Give everything that is wrong between a school's flows, its settings and the program, and what to do about it."""
    switched_on = on(book)
    for flow_id in sorted(set(book.school.flows) - set(book.flows)):
        there = ", ".join(sorted(book.flows))
        yield f"flows: there is no flow {flow_id!r}{meant(flow_id, book.flows)}; there are {there}"
    for flow_id, verb in sorted(_casework(book.school, switched_on)):
        flow = book.flows.get(flow_id)
        if flow is None or flow.verb != verb:
            what = f"a flow {flow_id!r} with verb = {verb!r}"
            yield f"flows: casework needs {what}: put {flow_id}.toml back among the flows"
        else:
            yield from (f"{flow_id}.toml: {mistake}" for mistake in _answered(flow, book.school))
    for rule, flow_id in _PHONE.items():
        if flow_id in book.school.flows and book.school.phone.rule != rule:
            yield f"flows: {flow_id!r} is on, but [phone] rule is not {rule!r}: take the flow out, or change the rule"
    for flow in switched_on:
        yield from (f"{flow.id}.toml: {mistake}" for mistake in _leads_on(flow, book.flows))


def _casework(school: School, switched_on: tuple[Flow, ...]) -> Iterator[tuple[str, str]]:
    """Give the id and the verb of every flow that a button of some case begins."""
    yield from ((verb, verb) for verb in _ALERT)
    procedures = {flow.procedure for flow in switched_on}
    yield from ((verb, verb) for procedure in procedures for verb in _OTHERS.get(procedure, ()))
    if "approval" in procedures:
        yield from ((flow, "approve") for gate in school.unblock.gates for flow in gate_flows(gate.id))
        yield "block", "block"
    if "approval" in procedures or any(flow.for_it for flow in switched_on):
        yield from ((flow, flow) for gate in ("task", "returned") for flow in gate_flows(gate))


def _answered(flow: Flow, school: School) -> Iterator[str]:
    """Say what a flow of casework must ask and does not: the program goes on by these answers."""
    asked = {question.id: question for question in flow.questions}
    if read := _READ.get(flow.verb):
        question = asked.get(read.question)
        if question is None or not _always_chosen(question):
            yield f"must ask {read.question!r}: a question of the kind 'choice' that cannot be skipped, without 'when'"
        else:
            for value in sorted(value for value in question.values if not re.fullmatch(read.values, value)):
                yield f"{value!r} is not one of the choices that {read.question!r} can have ({read.known})"
    if flow.verb == "approve" and "until" in asked and asked["until"].kind is not Kind.DATE:
        yield "'until' must be of the kind 'date': then what was allowed is over"
    if flow.verb == "close" and school.record == "external" and "record" not in asked:
        yield "must ask 'record', the reference in your other system: [record] kept is 'external'"


def _always_chosen(question: Question) -> bool:
    return question.kind is Kind.CHOICE and not question.optional and not question.when


def _leads_on(flow: Flow, flows: Mapping[str, Flow]) -> Iterator[str]:
    """Say where a flow would lead to nobody, or to a flow that is not there."""
    for route in flow.routes:
        if route.to not in ROUTES:
            yield f"there is no route {route.to!r}{meant(route.to, ROUTES)}; there are {', '.join(ROUTES)}"
    if flow.procedure in _ROUTED and all(route.when for route in flow.routes):
        yield f"{flow.procedure!r} needs a last [[route]] without 'when', or some answers would reach nobody"
    for offer in flow.offers:
        if offer.flow not in flows:
            yield f"offers a flow {offer.flow!r} that is not there{meant(offer.flow, flows)}"
    told_by_subject = flow.audience == "staff" and flow.procedure == "alert" and not flow.routes
    if told_by_subject and not any(question.subject for question in flow.questions):
        yield (
            "none of its questions has 'subject = true', so a report about the head would go to whom the head directs:"
            " say which question asks whom it is about"
        )
