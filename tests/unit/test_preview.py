"""Every way through a flow, and every screen on it."""

from dataclasses import replace
from datetime import date

from bot.flow.model import Choice, Ending, Kind, Question
from bot.library import wording
from bot.preview.ways import Sample, Screen, screens, ways
from bot.prompt import Prompt, Quotation
from tests.contract.screens import ALL, BOOK
from tests.small_flow import FLOW

SAMPLE = Sample(("Words.",), "Rory", ("https://a.example",), (Quotation("Q.", "4.2"),), date(2026, 11, 20))


def of(what: str, flow: object = FLOW) -> list[Screen]:
    found = screens(flow, wording("wording"), lambda _: {"recipients": "the DSL", "reference": "R"}, SAMPLE)  # type: ignore[arg-type]
    return [screen for screen in found if screen.what == what]


def asked(screen: Screen) -> str:
    assert isinstance(screen.reply, Prompt)
    return screen.reply.ask


def test_each_set_of_questions_is_one_way_with_what_decides_on_it() -> None:
    with_detail, without = ways(FLOW, SAMPLE)
    assert [q.id for q in with_detail.questions] == ["danger", "who", "marks", "what", "detail"]
    assert [q.id for q in without.questions] == ["danger", "who", "marks", "what"]
    assert (with_detail.picked, without.picked) == ({"marks": ("arm", "leg")}, {"marks": ("head", "")})


def test_what_decides_is_named_only_where_it_does() -> None:
    choice = Question(
        "marks", Kind.CHOICE, "Marks?", choices=(Choice("arm", "A"), Choice("leg", "L"), Choice("no", "N"))
    )
    flow = replace(FLOW, questions=(*FLOW.questions[:2], choice, FLOW.questions[4]), alerts=())
    assert [dict(way.picked) for way in ways(flow, SAMPLE)] == [{"marks": ("arm", "leg")}, {"marks": ("no",)}]


def test_to_leave_out_what_a_question_depends_on_is_a_way_too() -> None:
    choice = Question("marks", Kind.CHOICE, "Marks?", choices=(Choice("arm", "A"), Choice("leg", "L")), optional=True)
    flow = replace(FLOW, questions=(choice, FLOW.questions[4]), alerts=())
    assert [dict(way.picked) for way in ways(flow, SAMPLE)] == [{"marks": ("arm", "leg")}, {"marks": ("",)}]


def test_every_kind_of_screen_of_a_flow_is_there() -> None:
    assert {asked(s) for s in of("question")} == {"Danger?", "Who?", "Marks?", "What?", "Detail?"}
    assert {asked(s) for s in of("check")} == {"Right? It goes to the DSL."}
    assert {s.raised for s in of("stopping")} == {False, True}
    assert [(s.status, s.raised) for s in of("over")] == [
        (status, raised) for status in ("sent", "cancelled", "expired") for raised in (False, True)
    ]


def test_advice_stands_over_the_question_that_comes_after_what_raised_it() -> None:
    shown = [(s.alert.say[0] if s.alert else "", asked(s), s.reply.lines) for s in of("advice")]
    assert shown == [
        ("Ring 999.", "Who?", ("Ring 999.",)),
        ("First aid.", "What?", ("First aid.",)),
        ("Stay with them.", "Detail?", ("Stay with them.",)),
        ("Take care.", "Detail?", ("Take care.",)),
    ]


def test_advice_at_the_end_stands_over_the_check_page() -> None:
    flow = replace(FLOW, questions=FLOW.questions[:1], alerts=FLOW.alerts[:1])
    (screen,) = of("advice", flow)
    assert (screen.status, asked(screen)) == ("checking", "Right? It goes to the DSL.")


def test_an_ending_says_what_it_says() -> None:
    flow = replace(FLOW, endings=(Ending({"danger": frozenset({"no"})}, ("Nothing was sent.",)),))
    assert [s.reply.lines for s in of("ending", flow)] == [("Nothing was sent.",)]


def test_what_beacon_answers_itself_has_no_screen() -> None:
    (flow,) = (f for f in BOOK.flows.values() if f.id == "ask")
    lookups = {q.id for q in flow.questions if q.kind is Kind.LOOKUP}
    found = screens(flow, BOOK.words, lambda _: dict.fromkeys(("recipients", "reference"), "x"), SAMPLE)
    asked_for = [screen for screen in found if screen.what == "question"]
    assert lookups
    assert lookups.isdisjoint(screen.question for screen in asked_for)
    assert {q for s in asked_for if isinstance(s.reply, Prompt) for q in s.reply.quotes} == set(SAMPLE.quotes)


def test_urgent_advice_of_every_shipped_flow_is_among_the_screens() -> None:
    for flow in BOOK.flows.values():
        urgent = {line for r in ALL[flow.id] if isinstance(r, Prompt) for line in r.urgent}
        wanted = {line for a in flow.alerts if a.severity.word == "urgent" for line in a.say if "{" not in line}
        assert wanted <= urgent
