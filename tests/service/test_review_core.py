"""Who gets what nobody meant for them: when the list of people changes, by another platform, by an administrator."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.files import shipped
from bot.flow.load import load
from bot.inbound import Vouched
from bot.library import word_lists
from bot.people import Member, Role
from bot.prompt import Card, Token, Verb
from bot.reading import Mistakes
from bot.service.surface import Never
from bot.storage import cases, members, outbox
from bot.storage.tx import Tx
from tests.school import School, identity, larkfield

Run = Callable[..., tuple[int, str, str]]
NEVE = Member("neve", "Mr Neve Newcome", frozenset({Role.DSL, Role.STAFF}))


def may_open(school: School, who: str) -> bool:
    return isinstance(school.press(who, Token(Verb.OPEN, school.case().ref)), Card)


# The list changes -----------------------------------------------------------------------------------------------------


def test_whom_a_child_named_before_the_list_had_them_is_held_from_it_all_the_same(school: School) -> None:
    """They were told of it at once, as somebody new: names were only looked for in the list of that day."""
    school.report("p-aisha", "worry", danger="no", how="write", tell="Mr Newcome hits me")
    school.settle()
    assert "okafor" in school.case().told
    school.put((NEVE,))
    school.settle()
    assert school.case().plan.held == {"neve"}
    assert school.platform.cards("person:neve") == []
    assert not may_open(school, "neve")
    assert may_open(school, "pritchard"), "the deputy reads first, as for anybody else whom a child names"


def test_a_guardian_lets_somebody_new_through_as_anybody_else(school: School) -> None:
    school.report("p-aisha", "worry", danger="no", how="write", tell="Mr Newcome found me and helped")
    school.settle()
    school.put((NEVE,))
    school.settle()
    school.talk("pritchard", "release", school.case().ref, reason="He helped.")
    school.settle()
    assert school.case().plan.held == frozenset()
    assert len(school.platform.cards("person:neve")) == 1
    school.put((replace(NEVE, place="The library"), Member("other", "Ms Ola Adebayo-Lund", frozenset({Role.DSL}))))
    school.settle()
    assert school.case().plan.held == frozenset(), "once is enough"


def test_who_comes_new_to_a_later_step_is_told_when_it_is_due(school: School) -> None:
    """The steps still to come stayed those of the day of the report: a chair who had left was told, and nobody else."""
    school.report("oyelaran", "adult", about="adult", who="Mr Callum Dunmore")
    school.settle()
    assert "fairbairn" not in school.case().told
    school.leave("fairbairn")
    school.put((Member("newchair", "Mr Owen Tresco", frozenset({Role.CHAIR})),))
    school.settle()
    assert school.platform.cards("person:newchair") == [], "it is the head's turn still"
    school.later(days=7)
    assert len(school.platform.cards("person:newchair")) == 1
    assert may_open(school, "newchair")


def due(school: School) -> list[tuple[str, int]]:
    """Give the clocks of the case that run now."""
    wanted = "select kind, due from timer where subject = ? and kind = 'escalate' order by due"
    return school.read(lambda tx: tx.execute(wanted, (school.case().id,)).fetchall())


def test_a_case_that_was_passed_on_is_not_overdue_because_somebody_else_came(school: School) -> None:
    """Its steps went back to the times of the day of the report, and everybody was told within a second."""
    case = school.report("oyelaran", "concern", danger="yes")
    school.settle()
    for who in ("okafor", "pritchard"):
        school.press(who, Token(Verb.ACKNOWLEDGE, case.ref))
        school.later(minutes=40)
        school.press(who, Token(Verb.PASS_ON, case.ref))
        school.settle()
    before = due(school)
    assert before
    assert school.case().status == "open"
    school.put((Member("newchair", "Mr Owen Tresco", frozenset({Role.CHAIR})),))
    school.settle()
    assert due(school) == before


def test_a_report_by_the_chair_from_an_account_nobody_knew_goes_to_the_vice_chair_too(school: School) -> None:
    school.vouched["u-1"] = Vouched("Fay")
    school.report("u-1", "concern", about="head")
    school.settle()
    assert school.platform.cards("person:ferncliffe") == []
    school.run(lambda tx: members.link(tx, identity("u-1"), "fairbairn"))
    school.refresh()
    school.settle()
    assert len(school.platform.cards("person:ferncliffe")) == 1


@pytest.mark.parametrize("state", ["fresh", "climbed", "passed on", "held", "released", "lowered", "adult", "head"])
def test_an_alert_is_as_it_was_where_the_list_says_the_same_of_it(school: School, state: str) -> None:
    """Or all of them would change, and every card with them, at each start and with each child who joins."""
    if state in ("held", "released"):
        school.report("p-aisha", "worry", danger="no", how="write", tell="mrs okafor hit me")
        if state == "released":
            school.talk("pritchard", "release", school.case().ref, reason="It was a game.")
    elif state in ("adult", "head"):
        school.report("oyelaran", "adult", about=state, **({"who": "Mr Callum Dunmore"} if state == "adult" else {}))
    else:
        school.report("oyelaran", "concern", danger="no")
    school.settle()
    if state == "climbed":
        school.later(hours=3)
    if state == "passed on":
        school.press("okafor", Token(Verb.PASS_ON, school.case().ref))
    if state == "lowered":
        school.talk("okafor", "lower", school.case().ref, severity="routine", reason="It is less.")
    school.settle()
    before = school.case()
    assert before.status == "open"
    school.put((Member("p-late", "Ellis Hartfield-Moy", frozenset({Role.PUPIL})),))
    school.settle()
    school.reopen()
    school.refresh()
    school.settle()
    assert school.case() == before


# An account changes hands ---------------------------------------------------------------------------------------------


def handed_on(school: School, account: str, to: Member) -> None:
    """Give a leaver's account to somebody else."""
    school.leave(account)

    def job(tx: Tx) -> None:
        members.put(tx, [to])
        members.link(tx, identity(account), to.id)

    school.run(job)
    school.refresh()
    school.settle()


def test_a_leavers_account_that_somebody_else_has_now_takes_no_reports_along(school: School) -> None:
    """A tablet's account of last year's class: another child saw what had become of the worry, and was asked of it."""
    case = school.report("p-aisha", "worry", danger="no", how="write", tell="Dan hits me")
    school.settle()
    before = len(school.platform.delivered)
    handed_on(school, "p-aisha", Member("p-new", "Wren Ashdown", frozenset({Role.PUPIL})))
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(days=4)
    assert school.case(case.ref).reporter == "p-aisha"
    assert school.home("p-aisha").reports == ()
    assert [place for place, _, _ in school.platform.delivered[before:] if place == "person:p-new"] == []


def test_a_leavers_unfinished_talk_is_not_gone_on_with_by_somebody_else(school: School) -> None:
    school.talk("p-aisha", "worry", up_to="more", danger="no", how="write", tell="Dan hits me")
    handed_on(school, "p-aisha", Member("p-new", "Wren Ashdown", frozenset({Role.PUPIL})))
    assert school.home("p-aisha").unfinished == ()
    school.later(minutes=11)
    assert school.case().halted == "timeout", "and it is passed on as it was promised"


def test_whoever_the_list_names_by_another_id_keeps_what_they_told(school: School) -> None:
    """A new export of the same people: the same name and the same account."""
    case = school.report("p-aisha", "worry", danger="no", how="write", tell="Dan hits me")
    school.settle()
    aisha = next(m for m in school.beacon.desk.roster if m.id == "p-aisha")
    handed_on(school, "p-aisha", replace(aisha, id="p-1001"))
    assert school.case(case.ref).reporter == "p-1001"


# What is stored already -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", ["phone", "unblock"])
def test_what_was_put_before_somebody_before_roles_were_written_down_is_open_to_them_still(
    school: School, flow: str
) -> None:
    """Nobody could open it, or decide on it, any more."""
    case = school.report("oyelaran", flow)
    school.settle()
    school.run(lambda tx: cases.save(tx, replace(school.case(), told_as=frozenset()), school.case()))
    school.reopen()
    school.refresh()
    school.settle()
    assert may_open(school, "okafor")
    school.later(days=7)
    assert may_open(school, "okafor"), "also when it was put before others since"
    okafor = next(m for m in school.beacon.desk.roster if m.id == "okafor")
    school.put((replace(okafor, roles=frozenset({Role.STAFF})),))
    assert not may_open(school, "okafor")
    assert school.case(case.ref).told_as


# What an administrator reads ------------------------------------------------------------------------------------------


def letters(school: School, command: Run) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(command("letters", "--folder", school.folder, "--json")[1])
    return found


def test_letters_do_not_name_who_is_in_the_middle_of_telling_something(school: School, command: Run) -> None:
    school.platform.failing = {"person:oyelaran": Never("account gone")}
    school.talk("oyelaran", "concern", up_to="what")
    school.later(minutes=31)
    assert [(each["to"], each["kind"]) for each in letters(school, command)] == [("", "notice")]


def test_letters_do_not_name_whoever_reported_without_being_on_the_list(school: School, command: Run) -> None:
    """Their notices had been given up before the list had them: the report was somebody else's by then."""
    school.vouched["u-1"] = Vouched("Sam Thornbury")
    case = school.report("u-1", "concern")
    school.platform.failing = {f"person:{case.reporter}": Never("account gone")}
    school.settle()
    new = Member("thornbury", "Ms Sam Thornbury", frozenset({Role.STAFF}))
    school.run(lambda tx: members.put(tx, [new]))
    school.run(lambda tx: members.link(tx, identity("u-1"), "thornbury"))
    school.refresh()
    school.settle()
    assert {each["to"] for each in letters(school, command)} == {""}


# Whoever told it hears what is so -------------------------------------------------------------------------------------


def test_a_chair_is_told_when_nobody_but_they_can_see_their_report_any_more(school: School) -> None:
    """It went on saying that somebody would look at it, and that was the chair."""
    school.report("fairbairn", "adult", about="head")
    school.settle()
    assert len(school.platform.cards("person:ferncliffe")) == 1
    school.leave("ferncliffe")
    school.settle()
    assert [line for line in school.platform.notices("person:fairbairn") if "LADO" in line]
    told = len(school.platform.notices("person:fairbairn"))
    school.put((Member("clerk", "Mr Ivo Penhale", frozenset({Role.OFFICE})),))
    school.settle()
    assert len(school.platform.notices("person:fairbairn")) == told, "once"


def test_what_was_on_its_way_when_the_list_got_them_is_brought_to_who_they_are(school: School) -> None:
    """A worker had it, and died: the place it was for led nowhere any more, and a child never heard who has it."""
    school.vouched["u-1"] = Vouched("Sam Thornbury")
    case = school.report("u-1", "worry", danger="no", how="write", tell="Dan hits me")
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.run(lambda tx: outbox.claim(tx, school.clock.now(), timedelta(seconds=60), 50))
    new = Member("p-new", "Sam Thornbury", frozenset({Role.PUPIL}))
    school.run(lambda tx: members.put(tx, [new]))
    school.run(lambda tx: members.link(tx, identity("u-1"), "p-new"))
    school.refresh()
    school.later(minutes=2)
    assert school.platform.notices("person:p-new") == ["Mrs Amara Okafor has your message."]
    assert school.read(outbox.given_up) == 0


# IT's part of a report ------------------------------------------------------------------------------------------------


def test_it_gets_no_part_of_a_report_about_an_adult(new_school: Callable[..., School]) -> None:
    """A school that had its own concern give IT a part gave it to IT as well where the report was about IT."""
    book = larkfield()
    concern = replace(book.flows["concern"], for_it=("what", "adult_what"))
    school = new_school(book=replace(book, flows={**book.flows, "concern": concern}))
    about = school.report("oyelaran", "concern", about="it")
    school.settle()
    assert [case.ref for case in school.cases()] == [about.ref]
    assert school.platform.cards("person:qureshan") == []
    school.report("oyelaran", "concern", about="child")
    assert len(school.cases()) == 3, "of a report about a child IT gets its part"


def test_a_childs_flow_gives_it_no_part() -> None:
    """There are no words in which a child could be told what became of it, and the child was told nothing."""
    path = shipped("flows") / "worry.toml"
    source = path.read_text("utf-8").replace('summary = "Worry"', 'summary = "Worry"\nfor_it = ["tell"]')
    with pytest.raises(Mistakes) as raised:
        load(path.name, source.encode(), word_lists())
    assert raised.value.mistakes == (
        "worry.toml: 'for_it' is only for flows for staff: what IT did is not told to a child. Leave the line out",
    )
