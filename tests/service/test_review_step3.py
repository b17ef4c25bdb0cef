"""What reviews of the second step left open, from end to end: each test says what was wrong before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.model import Case
from bot.inspection.school import warnings
from bot.people import Member, Role, Roster
from bot.prompt import Card, Notice, Prompt, Reply, Token, Verb
from bot.register.entries import Step, entries
from tests.school import FRIDAY, School, label, people_of, rules_of, said

REQUEST = {"part": "page", "needed": "2026-11-20", "until": "2026-11-25"}
BREACH = {"kind": "site", "address": "bad.example.com/game", "saw": "no"}
NOBODYS = "There is nothing here for you to open or change."


def open_(school: School, who: str, case: Case) -> Card:
    reply = school.press(who, Token(Verb.OPEN, case.ref))
    assert isinstance(reply, Card), reply
    return reply


def told(school: School, who: str) -> str:
    return " ".join(school.platform.notices(f"person:{who}"))


def buttons(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


def granted(school: School) -> Case:
    case = school.report("oyelaran", "unblock", **REQUEST)
    school.talk("okafor", "approve_lead", case.ref, approve="yes", reason="A good lesson.")
    school.settle()
    return school.case(case.ref)


def in_force(school: School) -> Case:
    case = granted(school)
    school.talk("qureshan", "done", case.ref, changed="Rule 12.")
    school.settle()
    return school.case(case.ref)


def steps(school: School, case: Case) -> tuple[Step, ...]:
    listed = school.read(lambda tx: entries(tx, school.beacon.office))
    return next(entry.steps for entry in listed if entry.reference == case.ref)


# 1. What is open can be ended before its time ------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["okafor", "qureshan"])
def test_what_was_opened_can_be_blocked_at_once_by_who_allowed_it_and_by_it(school: School, who: str) -> None:
    """There was no way but to wait for its last day."""
    case = in_force(school)
    assert "Block it now" in buttons(open_(school, who, case))
    school.talk(who, "block", case.ref, reason="Comments name a person.")
    school.settle()
    assert "has ended your request" in told(school, "oyelaran")
    assert "Comments name a person." in said(open_(school, "oyelaran", case))
    assert "Record that it is done" in buttons(open_(school, "qureshan", case))
    school.talk("qureshan", "done", case.ref, changed="Rule 12 taken out.")
    assert school.case(case.ref).status == "closed"
    name = {member.id: member.name for member in people_of("example")}[who]
    assert steps(school, case) == (Step("ended", name, FRIDAY, "Comments name a person."),)
    (entry,) = school.read(lambda tx: entries(tx, school.beacon.office))
    assert entry.ended_at == FRIDAY
    assert (entry.done, entry.undone) != (None, None)
    assert entry.undone is not None
    assert entry.undone.changed == "Rule 12 taken out."


def test_who_asked_and_who_was_never_asked_end_nothing(school: School) -> None:
    case = in_force(school)
    for who in ("oyelaran", "lindqvist", "kowalczyk", "p-aisha"):
        assert school.press(who, Token(Verb.START, case.ref, 0, "block")) == Notice((NOBODYS,)), who


def test_what_was_allowed_and_not_opened_yet_can_be_taken_back(school: School) -> None:
    case = granted(school)
    assert "Block it now" in buttons(open_(school, "okafor", case))
    assert "Block it now" not in buttons(open_(school, "qureshan", case)), "IT says that it cannot be done"
    school.talk("okafor", "block", case.ref, reason="It has a chat.")
    assert "NOT" not in said(open_(school, "qureshan", case))
    assert "to block it again" in said(open_(school, "qureshan", case))


def test_ended_twice_is_said_and_changes_nothing(school: School) -> None:
    case = in_force(school)
    prompt = school.talk("okafor", "block", case.ref, up_to="check", reason="One.")
    assert isinstance(prompt, Prompt)
    school.talk("qureshan", "block", case.ref, reason="Two.")
    reply = school.answer("okafor", prompt)
    assert isinstance(reply, Prompt)
    assert reply.error
    assert [step.reason for step in steps(school, case)] == ["Two."]


# 2. IT can say that it cannot be done ---------------------------------------------------------------------------------


def test_what_it_cannot_open_goes_back_and_the_register_says_so(school: School) -> None:
    """IT could only leave it for ever, or record as done what was not."""
    case = granted(school)
    school.talk("qureshan", "cannot", case.ref, reason="The provider forbids it.")
    school.settle()
    assert "could not open what you asked for" in told(school, "oyelaran")
    for who in ("okafor", "pritchard"):
        assert "The provider forbids it." in said(open_(school, who, case))
        assert "Say what happens now" in buttons(open_(school, who, case))
    school.talk("okafor", "settle", case.ref, settle="again", instead="Ask for one page.")
    assert "Record that it is done" in buttons(open_(school, "qureshan", case))
    assert "Say what happens now" not in buttons(open_(school, "okafor", case))
    school.talk("qureshan", "cannot", case.ref, reason="Not that either.")
    school.talk("pritchard", "settle", case.ref, settle="leave", reason="There is a book.")
    school.settle()
    assert school.case(case.ref).status == "closed"
    assert "IT could not open what you asked for" in told(school, "oyelaran")
    assert "There is a book." in said(open_(school, "oyelaran", case))
    assert [(step.step, step.reason) for step in steps(school, case)] == [
        ("cannot", "The provider forbids it."),
        ("asked_again", "Ask for one page."),
        ("cannot", "Not that either."),
        ("given_up", "There is a book."),
    ]


def test_what_it_cannot_block_again_is_never_called_blocked(school: School) -> None:
    case = in_force(school)
    school.later(days=7)
    school.talk("qureshan", "cannot", case.ref, reason="The provider is shut.")
    school.settle()
    assert "Still open" in said(open_(school, "okafor", case))
    school.talk("okafor", "settle", case.ref, settle="leave", reason="It is a museum's page.")
    school.settle()
    assert "NOT blocked again" in said(open_(school, "okafor", case))
    assert "Blocked again" not in said(open_(school, "okafor", case))


def test_nothing_that_came_back_waits_for_ever(school: School) -> None:
    """It climbs as every gate does, whoever asked hears when it has climbed in vain, and its last day ends it."""
    case = granted(school)
    school.talk("qureshan", "cannot", case.ref, reason="No.")
    school.later(days=8)
    assert school.case(case.ref).status == "closed"
    assert "Nobody has dealt with" in told(school, "oyelaran")
    assert "the request is closed" in told(school, "oyelaran")


def test_cannot_be_opened_is_not_taken_for_cannot_be_blocked(school: School) -> None:
    """Begun to say that it cannot be opened, sent after its end: it would have said that it stays open."""
    case = granted(school)
    prompt = school.talk("qureshan", "cannot", case.ref, up_to="check", reason="The provider forbids it.")
    assert isinstance(prompt, Prompt)
    school.clock.forward(timedelta(minutes=1))
    school.talk("okafor", "block", case.ref, reason="It has a chat.")
    reply = school.answer("qureshan", prompt)
    assert isinstance(reply, Prompt)
    assert reply.error.startswith("The agreed time ended while you were writing.")
    assert "to block it again" in said(open_(school, "okafor", case))


def test_a_task_of_a_breach_goes_back_to_the_leads_of_the_breach(school: School) -> None:
    task = school.report("oyelaran", "breach", **BREACH)
    school.talk("qureshan", "cannot", task.ref, reason="It changes its address.")
    school.settle()
    assert "could not do IT's part" in told(school, "oyelaran")
    card = open_(school, "okafor", task)
    assert "Miss Folake Oyelaran" not in said(card), "IT's part names nobody, also where it comes back"
    school.talk("okafor", "settle", task.ref, settle="leave", reason="The tablets are locked away.")
    assert school.case(task.ref).status == "closed"
    assert [step.step for step in steps(school, task)] == ["cannot", "given_up"]


# 3. The report says where IT's part of it stands ---------------------------------------------------------------------


def test_the_card_of_a_breach_says_whether_it_has_done_its_part(school: School) -> None:
    """The DSL had to ask IT in the corridor."""
    task = school.report("oyelaran", "breach", **BREACH)
    report = school.cases()[1]
    school.settle()
    part = f"Waiting for IT since Friday 20 November, 10:40 ({task.ref})"
    assert part in said(school.platform.cards("channel:dsl")[0])
    assert part in said(open_(school, "okafor", report))
    school.later(hours=1)
    school.talk("qureshan", "done", task.ref, changed="Blocked for all.")
    school.settle()
    part = f"Done by Mr Bilal Qureshan on Friday 20 November, 11:40 ({task.ref})"
    assert part in said(school.platform.cards("channel:dsl")[0])
    assert "Blocked for all." not in said(school.platform.cards("channel:dsl")[0]), "cards carry no words"
    assert part in said(open_(school, "okafor", report))
    assert "Blocked for all." in said(open_(school, "okafor", report))


def test_the_part_outlives_what_becomes_of_the_report(school: School) -> None:
    task = school.report("oyelaran", "breach", **BREACH)
    report = school.cases()[1]
    school.press("okafor", Token(Verb.ACKNOWLEDGE, report.ref))
    school.talk("okafor", "decide", report.ref)
    school.talk("okafor", "close", report.ref)
    school.talk("qureshan", "done", task.ref, changed="Blocked for all.")
    assert school.case(report.ref).status == "closed"
    assert "Done by Mr Bilal Qureshan" in said(open_(school, "okafor", report))


@pytest.mark.parametrize(("up_to", "tasks"), [("kind", 0), ("address", 0), ("shown", 1)])
def test_a_breach_left_before_it_says_what_to_block_makes_no_task(school: School, up_to: str, tasks: int) -> None:
    """IT got a task that said "Possibly illegal: No", and nothing else."""
    school.talk("oyelaran", "breach", up_to=up_to, **BREACH)
    school.later(hours=2)
    assert len([case for case in school.cases() if case.made_for]) == tasks
    (report,) = [case for case in school.cases() if not case.made_for]
    assert (report.halted, report.part is not None) == ("timeout", bool(tasks))


def test_a_breach_that_was_sent_is_its_task_also_without_an_address(school: School) -> None:
    """Whoever sent it was told that IT is asked; IT can look into the filter's own log."""
    school.report("oyelaran", "breach", kind="site", saw="no", up_to="")
    prompt = school.start("oyelaran", "breach")
    school.press("oyelaran", label(prompt, "Stop"))
    assert any(case.made_for for case in school.cases())


# 4. Any one of them ---------------------------------------------------------------------------------------------------


def test_what_any_one_of_them_may_decide_waits_for_one_or_the_other(school: School) -> None:
    """ "Waiting for A and B to decide" sounded as if both had to."""
    case = school.report("oyelaran", "unblock", **REQUEST)
    school.settle()
    waits = "Waiting for the designated safeguarding lead or the deputy safeguarding lead to decide"
    assert waits in said(open_(school, "okafor", case))
    assert waits in said(school.home("oyelaran").reports[0])


# 5. Two assessments are two people's ---------------------------------------------------------------------------------


def godinton(new_school: Callable[..., School], **roles: frozenset[Role]) -> School:
    people = tuple(replace(m, roles=roles.get(m.id, m.roles)) for m in people_of("godinton"))
    return new_school(book=rules_of("godinton"), people=people)


def assess(school: School, who: str, side: str, case: Case) -> Reply:
    given = {"approve": "yes", "reason": "Fine."} | ({"consent": "no"} if side == "educational" else {})
    return school.talk(who, f"approve_{side}", case.ref, **given)


def waits_for(school: School, case: Case) -> set[str]:
    now = school.case(case.ref)
    return {person for rung in now.plan.rungs[: now.rung + 1] for person in rung.people}


def test_who_assessed_the_educational_side_cannot_climb_into_the_technical_one(
    new_school: Callable[..., School],
) -> None:
    """The deputy is on Godinton's ladder: after eight hours the same person could pass both assessments."""
    school = godinton(new_school)
    case = school.report("ashgrove", "unblock", part="page", needed="2026-12-01", until="2026-12-09")
    assess(school, "castellane", "educational", case)
    school.later(days=5)
    assert school.case(case.ref).unanswered is True
    assert "castellane" not in waits_for(school, case)
    start = Token(Verb.START, case.ref, 0, "approve_technical")
    assert "not waiting for you" in said(school.press("castellane", start))
    assess(school, "denholme", "technical", case)
    assert school.case(case.ref).status == "approved"


def test_where_one_person_holds_both_it_climbs_to_somebody_else_and_is_not_stuck(
    new_school: Callable[..., School],
) -> None:
    both = frozenset({Role.IT, Role.COMPUTING, Role.STAFF})
    nothing = frozenset({Role.STAFF})
    school = godinton(new_school, denholme=both, marchbanks=nothing, castellane=nothing)
    case = school.report("ashgrove", "unblock", part="page", needed="2026-12-01", until="2026-12-09")
    assess(school, "denholme", "educational", case)
    assert waits_for(school, case) == {"wrothambell"}, "the head"
    assess(school, "wrothambell", "technical", case)
    school.settle()
    assert school.case(case.ref).status == "approved"
    assert "Record that it is done" in buttons(open_(school, "denholme", case)), "the task is IT's all the same"


def test_the_settings_check_says_where_one_person_holds_both() -> None:
    def found(**roles: frozenset[Role]) -> list[str]:
        people = [replace(m, roles=roles.get(m.id, m.roles)) for m in people_of("godinton")]
        return [w for w in warnings(rules_of("godinton").school, Roster(people), FRIDAY.date()) if "[unblock]" in w]

    assert found() == []
    both, nothing = frozenset({Role.IT, Role.COMPUTING, Role.STAFF}), frozenset({Role.STAFF})
    (warning,) = found(denholme=both, marchbanks=nothing, castellane=nothing)
    assert warning.startswith("[unblock] the gates 'educational' and 'technical' are for two people, and only Ms Priya")
    assert found(denholme=both) == []


# 6. How far a lesson, or a request, may reach -------------------------------------------------------------------------


def refused_day(school: School, flow: str, question: str, written: str, /, **given: str) -> str:
    prompt = school.talk("oyelaran", flow, up_to=question, **given)
    assert isinstance(prompt, Prompt)
    reply = school.answer("oyelaran", prompt, written)
    assert isinstance(reply, Prompt)
    if reply.error:
        assert school.question(reply).id == question, "it is asked again"
        assert reply.value == (written,), "and what was written is there to be put right"
    return reply.error


@pytest.mark.parametrize(
    ("last", "error"),
    [
        ("2026-12-17", ""),  # twenty school days from Friday 20 November
        ("2026-12-18", "20 school days at the most. Choose Thursday 17 December or a day before"),
        ("2027-11-20", "Choose Thursday 17 December"),
        ("9999-12-31", "Choose Thursday 17 December"),
    ],
)
def test_a_lesson_is_announced_for_so_many_school_days_at_the_most(school: School, last: str, error: str) -> None:
    """A year could be announced at once: every alert of it said that a lesson had been."""
    assert error in refused_day(school, "spike", "last_day", last, day="2026-11-20")
    assert bool(error) == bool(refused_day_again(school))


def refused_day_again(school: School) -> str:
    """Give what the talk that is open says to the same: nothing was kept of what was refused."""
    reply = school.type("oyelaran", "31 12 9998")
    return reply.error if isinstance(reply, Prompt) else ""


def test_holidays_do_not_count_as_days_of_a_lesson(school: School) -> None:
    assert refused_day(school, "spike", "last_day", "2027-01-15", day="2026-12-18") == ""


def test_a_lesson_of_a_far_year_is_a_slip_of_the_pen(school: School) -> None:
    assert "too far ahead" in refused_day(school, "spike", "day", "9999-12-31")


def test_a_first_day_that_leaves_too_long_a_lesson_asks_for_the_last_day_again(school: School) -> None:
    prompt = school.talk("oyelaran", "spike", up_to="check", day="2026-12-14", last_day="2027-01-15")
    assert isinstance(prompt, Prompt)
    change = next(row.change for row in prompt.rows if row.label == "Day")
    assert change is not None
    asked = school.press("oyelaran", change.token)
    assert isinstance(asked, Prompt)
    reply = school.answer("oyelaran", asked, "2026-11-20")
    assert isinstance(reply, Prompt)
    assert (school.question(reply).id, reply.error) == ("last_day", "")


def test_the_settings_say_how_many_days_a_lesson_is_announced_for(new_school: Callable[..., School]) -> None:
    book = rules_of("example")
    school = new_school(book=replace(book, school=replace(book.school, notice_days=2)))
    assert "2 school days" in refused_day(school, "spike", "last_day", "2026-11-24", day="2026-11-20")


@pytest.mark.parametrize(
    ("question", "day", "error"),
    [
        ("needed", "2027-02-12", ""),
        ("needed", "2027-02-13", "too far ahead. Choose Friday 12 February or a day before"),
        ("needed", "9999-12-31", "too far ahead"),
        ("until", "2027-02-12", ""),
        ("until", "2027-02-13", "until Friday 12 February at the latest"),
    ],
)
def test_a_site_is_asked_for_within_the_schools_longest(school: School, question: str, day: str, error: str) -> None:
    """What was needed after its own end was approved for nothing, and an end too late was cut in silence."""
    said_ = refused_day(school, "unblock", question, day, part="page", needed="2026-11-23")
    assert error in said_
    assert bool(error) == bool(said_)


# 7. Who is new gets what waits at once --------------------------------------------------------------------------------


def replaced(school: School, old: str, new: str) -> None:
    """Let somebody take over all roles of somebody who leaves, and let that be read."""
    gone = next(m for m in people_of(school.book.school.id.replace("larkfield", "example")) if m.id == old)
    school.leave(old)
    school.put((replace(gone, id=new, name=f"Ms {new.title()} Newcome"),))
    school.settle()


def test_a_new_dsl_gets_the_request_that_waits_at_once(school: School) -> None:
    """They got it at the next step of the ladder, days later, or never."""
    case = school.report("oyelaran", "unblock", **REQUEST)
    school.later(hours=1)
    replaced(school, "okafor", "neve")
    assert [card.case for card in school.platform.cards("person:neve")] == [case.ref]
    school.press("neve", Token(Verb.OPEN, case.ref))
    school.talk("neve", "approve_lead", case.ref, approve="yes", reason="Fine.")
    assert school.case(case.ref).status == "approved"
    assert ("handed_over", "") in school.actions(case)


def test_the_ladder_of_what_is_handed_over_goes_on_as_it_was(school: School) -> None:
    school.report("oyelaran", "unblock", **REQUEST)
    school.later(hours=1)
    due = school.next_due()
    replaced(school, "okafor", "neve")
    assert school.next_due() == due


@pytest.mark.parametrize(
    ("flow", "old", "given"),
    [
        ("spike", "okafor", {"day": "2026-11-24"}),
        ("phone", "lindqvist", {}),
        ("ask", "okafor", {"question": "May a moose visit?", "missing": "person"}),
        ("breach", "qureshan", BREACH),  # IT's task
        ("breach", "okafor", BREACH),  # the alert
        ("adult", "lindqvist", {"about": "adult", "who": "Mr Callum Dunmore"}),
    ],
)
def test_whatever_waits_is_put_before_who_is_new(school: School, flow: str, old: str, given: dict[str, str]) -> None:
    school.report("oyelaran", flow, **given)
    school.settle()
    mine = {card.case for card in school.platform.cards(f"person:{old}")}
    replaced(school, old, "neve")
    assert {card.case for card in school.platform.cards("person:neve")} == mine != set()
    for ref in mine:
        assert isinstance(school.press("neve", Token(Verb.OPEN, ref)), Card)


def test_who_is_new_hears_nothing_of_what_is_taken_or_over(school: School) -> None:
    taken = school.report("oyelaran", "concern")
    school.press("okafor", Token(Verb.ACKNOWLEDGE, taken.ref))
    seen = school.report("oyelaran", "phone")
    school.press("okafor", Token(Verb.ACKNOWLEDGE, seen.ref))
    school.settle()
    replaced(school, "lindqvist", "neve")
    assert school.platform.cards("person:neve") == []


def test_nobody_new_hears_of_what_is_about_them(school: School) -> None:
    """A new head of the same name as the adult whom a report names, as if the list had only just caught up."""
    school.leave("lindqvist")
    school.report("oyelaran", "adult", about="adult", who="Ms Neve Newcome")
    school.settle()
    school.put((replace(people_of("example")[2], id="neve", name="Ms Neve Newcome"),))
    school.settle()
    assert Role.HEAD in people_of("example")[2].roles
    assert school.platform.cards("person:neve") == []


def test_a_list_that_says_the_same_again_changes_nothing(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    school.settle()
    before = school.case(case.ref)
    kowalczyk = next(m for m in people_of("example") if m.id == "kowalczyk")
    school.put((replace(kowalczyk, place="The library"),))
    school.settle()
    school.reopen()
    school.settle()
    assert school.case(case.ref) == before
    assert ("handed_over", "") not in school.actions(case)


# 8. What somebody opens follows the roles they hold now ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "given"),
    [
        ("unblock", REQUEST),
        ("spike", {"day": "2026-11-24"}),
        ("phone", {}),
        ("ask", {"question": "May a moose visit?", "missing": "person"}),
    ],
)
def test_a_former_dsl_opens_nothing_that_came_to_them_as_a_dsl(
    school: School, flow: str, given: dict[str, str]
) -> None:
    """Any role at all was enough for what is no alert: the office could read what the DSL had been sent."""
    case = school.report("oyelaran", flow, **given)
    school.settle()
    assert isinstance(school.press("okafor", Token(Verb.OPEN, case.ref)), Card)
    okafor = next(m for m in people_of("example") if m.id == "okafor")
    school.put((replace(okafor, roles=frozenset({Role.OFFICE, Role.STAFF})),))
    school.settle()
    assert school.press("okafor", Token(Verb.OPEN, case.ref)) == Notice((NOBODYS,))
    assert school.home("okafor").cases == ()
    school.put((okafor,))
    assert isinstance(school.press("okafor", Token(Verb.OPEN, case.ref)), Card), "and may again, as the DSL again"


def test_a_dsl_who_is_the_deputy_now_still_opens_what_went_to_deputies_too(school: School) -> None:
    case = school.report("oyelaran", "unblock", **REQUEST)
    okafor = next(m for m in people_of("example") if m.id == "okafor")
    school.put((replace(okafor, roles=frozenset({Role.DEPUTY, Role.STAFF})),))
    assert isinstance(school.press("okafor", Token(Verb.OPEN, case.ref)), Card)


# 9. The chair reports the head ----------------------------------------------------------------------------------------


def without(*gone: str) -> tuple[Member, ...]:
    return tuple(m for m in people_of("example") if m.id not in gone)


CHAIRS = {"about": "head", "with_children": "no", "harmed": "no", "crime": "no", "spoken": "no"}


@pytest.mark.parametrize("flow", ["adult", "concern"])
def test_what_the_chair_says_of_the_head_reaches_the_vice_chair_too(school: School, flow: str) -> None:
    case = school.report("fairbairn", flow, **CHAIRS)
    school.settle()
    assert case.told == {"fairbairn", "ferncliffe"}
    assert isinstance(school.press("ferncliffe", Token(Verb.OPEN, case.ref)), Card)
    school.press("ferncliffe", Token(Verb.ACKNOWLEDGE, case.ref))
    school.settle()
    assert "Mr Tobias Ferncliffe has taken your report" in told(school, "fairbairn")
    assert "NOT reached" not in told(school, "fairbairn")


def test_the_vice_chair_hears_of_nothing_else(school: School) -> None:
    for given in ({"about": "head"}, {"about": "adult", "who": "Mr Callum Dunmore"}, {"about": "chair"}):
        school.report("oyelaran", "adult", **given)
    school.report("oyelaran", "concern")
    school.later(days=3)
    assert school.platform.cards("person:ferncliffe") == []


@pytest.mark.parametrize("flow", ["adult", "concern"])
def test_a_chair_without_a_second_governor_is_sent_to_the_lado_and_told_nothing_that_is_not_so(
    new_school: Callable[..., School], flow: str
) -> None:
    """They read "it is being passed on", then "tell the chair of governors in person", and were their own reader."""
    school = new_school(people=without("ferncliffe"))
    prompt = school.talk("fairbairn", flow, up_to="check", **CHAIRS)
    assert isinstance(prompt, Prompt)
    assert "nobody here but you" in prompt.ask
    reply = school.answer("fairbairn", prompt)
    school.later(days=3)
    texts = (said(reply), told(school, "fairbairn"), said(school.home("fairbairn").reports[0]))
    assert "Ring children's social care on 01632 960110." in texts[0], "where the LADO cannot be reached"
    assert "only to Ms Isla Fairbairn" not in texts[0], "they are the reporter"
    for text in texts:
        assert "01632 960105" in text, "the LADO's number"
        for lie in ("passed on", "NOT reached", "the chair of governors", "a named person", "done your part", "{"):
            assert lie not in text, (lie, text)
    assert "Nobody here but you may see your report" in told(school, "fairbairn")
    (case,) = school.cases()
    assert case.told == {"fairbairn"}
    assert isinstance(school.press("fairbairn", Token(Verb.ACKNOWLEDGE, case.ref)), Card), "it can be worked on"


def test_the_head_who_reports_the_chair_is_not_alone_either(school: School) -> None:
    assert school.report("lindqvist", "adult", about="chair").told == {"lindqvist", "ferncliffe"}


def test_the_settings_check_says_that_there_is_no_second_governor() -> None:
    school = rules_of("example").school
    (warning,) = warnings(school, Roster(without("ferncliffe")), FRIDAY.date())
    assert warning.startswith("nobody holds the role 'vice_chair' and no other: where the chair of governors reports")
    teacher = replace(people_of("example")[0], roles=frozenset({Role.VICE_CHAIR, Role.STAFF}))
    assert warnings(school, Roster((teacher, *without("ferncliffe", teacher.id))), FRIDAY.date())[-1] == warning
    assert warnings(school, Roster(people_of("example")), FRIDAY.date()) == []


# 11. What a flow offers has words of its own --------------------------------------------------------------------------


def test_an_offer_says_what_it_is_for(school: School) -> None:
    """It had the title of its flow: "Report a concern", after somebody had just reported something."""
    reply = school.talk("oyelaran", "breach", **{**BREACH, "saw": "yes", "saw_who": "Aisha"})
    assert isinstance(reply, Notice)
    assert [(b.label, b.token) for b in reply.buttons] == [
        ("Report a concern about a child who saw it", Token(Verb.START, "concern"))
    ]
