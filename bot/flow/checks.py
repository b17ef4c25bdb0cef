"""The rules that bind the questions of a flow together, found broken when it is loaded. Must not know files."""

from collections.abc import Iterator, Sequence

from bot.flow.lists import normalise
from bot.flow.model import Alert, Flow, Kind, Question, Severity, Subject
from bot.reading import Table

PUPIL_CHOICES = 4  # and one more to skip, or to say "not sure": child_rules CH-09

Asked = Sequence[tuple[Question, Table]]
Warned = Sequence[tuple[Alert, Table]]

_ONLY_ALERTS = {
    "for_it": 'of another flow IT gets no part. Leave the line out, or make it procedure = "alert"',
    "expected": "only an alert says that a lesson was announced. Leave the line out",
    "unnamed": "of other flows everybody who opens them sees who sent them. Leave the line out",
}
_CHOOSING = (Kind.CHOICE, Kind.CHOICES)
_WORDS = (Kind.TEXT, Kind.LONG_TEXT)  # what word lists are looked for in


def check(flow: Flow, file: Table, asked: Asked, warned: Warned) -> None:
    """Note on the tables of a flow file what breaks a rule of the whole flow.

    Args:
        flow: the flow as far as it could be read.
        file: the table the flow was read from.
        asked: its questions, each with its own table.
        warned: its alerts, each with its own table.
    """
    _procedure(flow, file)
    if flow.procedure not in ("alert", "casework"):
        _goes_nowhere_by_itself(flow, file, warned)
    if flow.window and flow.procedure not in ("notice", "approval"):
        file.mistake("'window' is only for notices and approvals")
    if flow.procedure == "notice" and not flow.window and "window" not in file:
        file.mistake("'window' is missing: a notice must say for which days it counts")
    if flow.timeout.do == "send" and not flow.intro:
        file.mistake("sends what there is when time runs out, so 'intro' must say so")
    for question, table in asked:
        for mistake in (*_subject_question(flow, question), *_labels(question), *_kind(flow, question)):
            table.mistake(mistake)
        if flow.audience == "pupil":
            for mistake in _for_pupils(question):
                table.mistake(mistake)
    for alert, table in warned:
        for mistake in _alert(flow, alert):
            table.mistake(mistake)
    labels: dict[str, str] = {}
    for offer in flow.offers:
        if labels.setdefault(offer.flow, offer.label) != offer.label:
            file.mistake(f"offers {offer.flow!r} under two labels: whichever 'when' matches, give it the same 'label'")
    _one_subject(flow, asked, warned)


def _procedure(flow: Flow, file: Table) -> None:
    for key, what in _ONLY_ALERTS.items():
        if flow.procedure != "alert" and key in file:
            file.mistake(f"{key!r} is only for alerts: {what}")
    if flow.for_it and flow.audience != "staff":
        file.mistake("'for_it' is only for flows for staff: what IT did is not told to a child. Leave the line out")
    casework = flow.procedure == "casework"
    if casework and not flow.verb and "verb" not in file:
        file.mistake("'verb' is missing: casework must say what it asks of its case")
    if not casework and "verb" in file:
        file.mistake("'verb' is only for casework")
    answers_adults = flow.audience == "pupil" and flow.verb == "talked"  # the one casework a child has a part in
    if casework != (flow.audience == "caseworker" or answers_adults):
        file.mistake("'procedure' must be \"casework\" exactly when 'for' is \"caseworker\"")


def _goes_nowhere_by_itself(flow: Flow, file: Table, warned: Warned) -> None:
    """Only an alert goes out before it was sent, or when its reporter has left."""
    if flow.audience != "staff":
        file.mistake(f"a flow whose 'procedure' is {flow.procedure!r} is for staff")
    if flow.timeout.do == "send" or flow.stop == "send":
        file.mistake(f"{flow.procedure!r} is never sent by itself: let it 'close' when time runs out, and 'stop' ask")
    if flow.severity is not Severity.ROUTINE:
        file.mistake(f"{flow.procedure!r} is always routine: leave 'severity' out")
    for alert, table in warned:
        if alert.severity is not Severity.ROUTINE:
            table.mistake(f"{flow.procedure!r} is always routine: an alert of it only says something")


def _kind(flow: Flow, question: Question) -> Iterator[str]:
    """What a question of one kind must have, and what only it can have."""
    if question.ahead and question.kind is not Kind.DATE:
        yield "'ahead' is only for a date"
    if question.quotes and flow.procedure != "policy":
        yield "'quotes' is only for the procedure 'policy'"
    if question.kind is Kind.LOOKUP and (not question.quotes or question.optional):
        yield "a lookup needs 'quotes', and cannot be optional"
    if question.around and not question.quotes:
        yield "'around' needs 'quotes'"


def _labels(question: Question) -> Iterator[str]:
    """Two choices that read the same cannot be told apart by somebody who types one."""
    values: set[str] = set()
    labels: set[str] = set()
    for choice in question.choices:
        if choice.value and choice.value in values:
            yield f"two choices have the value {choice.value!r}"
        if choice.label and normalise(choice.label) in labels:
            yield f"two choices have the label {choice.label!r}"
        values.add(choice.value)
        labels.add(normalise(choice.label))


def _for_pupils(question: Question) -> Iterator[str]:
    if question.kind in _CHOOSING and len(question.choices) + question.optional > PUPIL_CHOICES + 1:
        yield f"a pupil is given at most {PUPIL_CHOICES} choices, and one more to skip or to say 'not sure'"
    if question.kind not in _CHOOSING and not question.optional:
        yield "a pupil must be able to skip it: add 'optional = true'"


def _alert(flow: Flow, alert: Alert) -> Iterator[str]:
    if not alert.when and not alert.mentions:
        yield "needs 'when' or 'mentions', or it would never be true"
    if alert.mentions and not any(question.kind in _WORDS for question in flow.questions):
        yield "'mentions' looks at words, and no question asks for any"


# Who it is about: routing must know that before anything goes out --------------------------------------------------


def _subject_question(flow: Flow, question: Question) -> Iterator[str]:
    if not question.subject:
        return
    if question.kind is Kind.PERSON:
        return
    if question.kind is not Kind.CHOICE:
        yield "only a question of the kind 'choice' or 'person' can say who a report is about"
        return
    if flow.audience == "pupil":
        yield "a pupil is not asked who a report is about by role: leave 'subject' out"
    if question.optional:
        yield "who a report is about cannot be skipped: leave 'optional' out"
    known = ", ".join(Subject)
    for choice in question.choices:
        if choice.value and choice.value not in frozenset(Subject):
            yield f"{choice.value!r} is not one of those a report can be about ({known})"


def _one_subject(flow: Flow, asked: Asked, warned: Warned) -> None:
    """Nothing may route before everything that says who a report is about is asked: `domain/questions.md` 6.1."""
    choices = [(question, table) for question, table in asked if question.subject and question.kind is Kind.CHOICE]
    for _, table in choices[1:]:
        table.mistake(f"{choices[0][0].id!r} asks already who a report is about")
    told_by = [n for n, q in enumerate(flow.questions) if q.subject and q.kind in (Kind.CHOICE, Kind.PERSON)]
    if not told_by:
        return
    last = flow.questions[told_by[-1]]
    for alert, table in warned:
        if alert.severity is Severity.URGENT:
            for question in _goes_out_on(alert, flow.questions[: told_by[-1]]):
                table.mistake(
                    f"is urgent, and could go out on {question.id!r} before {last.id!r} says who the report is about"
                )


def _goes_out_on(alert: Alert, questions: Sequence[Question]) -> Iterator[Question]:
    """Give those of a flow's first questions whose answers could make an alert true, with no later one answered."""
    needed = [question for question in questions if question.id in alert.when]
    if len(needed) < len(alert.when):
        return
    if alert.mentions:
        yield from (question for question in questions if question.kind in _WORDS)
    else:
        yield from needed[-1:]
