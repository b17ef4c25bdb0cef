"""People of the organisation who are not on the school's list: they tell something, unconfirmed, and open nothing."""

from dataclasses import replace

import pytest

from bot.cases.model import Case
from bot.inbound import Identity, Vouched
from bot.people import Member, Role
from bot.prompt import Card, Notice, Prompt, Token, Verb
from bot.storage import members, talks
from bot.storage.tx import Tx
from tests.school import School, identity, label, larkfield_people, said

WHO = "u-7781"  # an account that the list lacks
CALLED = "Sam Thornbury"
PUPIL, STAFF = "I am a pupil at this school", "I work here or help here"


@pytest.fixture(autouse=True)
def vouched_for(school: School) -> None:
    school.vouched[WHO] = Vouched(CALLED)


def worry(school: School, **given: str) -> Case:
    return school.report(WHO, "worry", **{"danger": "no", "how": "write", "tell": "Dan hits me", **given})


def list_now(school: School, member: str = "p-new", *roles: Role) -> None:
    """Put the account on the list."""
    new = Member(member, "Sam Thornbury-Lowe", frozenset(roles or (Role.PUPIL,)))

    def job(tx: Tx) -> None:
        members.put(tx, [new])
        members.link(tx, identity(WHO), member)

    school.run(job)
    school.refresh()
    school.settle()


def opened(school: School, case: Case, who: str = "okafor") -> Card:
    card = school.press(who, Token(Verb.OPEN, case.ref))
    assert isinstance(card, Card), card
    return card


def facts(card: Card) -> dict[str, str]:
    return {fact.label: fact.value for fact in card.facts}


# Who they are ---------------------------------------------------------------------------------------------------------


def test_they_first_say_what_they_are_and_are_offered_nothing_else(school: School) -> None:
    home = school.home(WHO)
    assert [(b.label, b.token.encode()) for b in home.starts] == [
        (PUPIL, "start.worry.0."),
        (STAFF, "start.concern.0."),
    ]
    assert home.title == "Who are you?"
    for words in ("hello", "what does the policy say?", "unblock a site please", "open reports"):
        reply = school.type(WHO, words)
        assert [b.label for b in reply.buttons] == [PUPIL, STAFF], words


def test_who_is_not_vouched_for_is_a_stranger_still(school: School) -> None:
    school.vouched.clear()
    assert school.home(WHO).starts == ()
    for reply in (school.press(WHO, Token(Verb.START, "worry")), school.type(WHO, "help"), school.attach(WHO)):
        assert "do not know you" in said(reply)
        assert reply.buttons == ()
    assert school.read(lambda tx: members.find(tx, identity(WHO))) is None


@pytest.mark.parametrize("flow", ["ask", "unblock", "phone", "spike", "breach", "adult", "decide", "talked", "none"])
def test_they_begin_nothing_else_by_a_token_either(school: School, flow: str) -> None:
    assert "nothing here" in said(school.press(WHO, Token(Verb.START, flow)))
    case = school.report()
    assert "nothing here" in said(school.press(WHO, Token(Verb.START, case.ref, 0, flow)))


def test_a_school_without_these_talks_does_not_know_them(school: School) -> None:
    only = replace(school.book.school, flows=("ask", "unblock"))
    school.beacon.office.book = replace(school.book, school=only)
    assert "do not know you" in said(school.type(WHO, "hello"))
    assert "do not know you" in " ".join(school.home(WHO).lines)
    assert "nothing here" in said(school.press(WHO, Token(Verb.START, "worry")))


def test_nothing_is_kept_of_somebody_who_only_looks(school: School) -> None:
    school.home(WHO)
    school.type(WHO, "hello")
    school.press(WHO, Token(Verb.OPEN, "NOSUCH"))
    assert school.read(lambda tx: members.find(tx, identity(WHO))) is None


@pytest.mark.parametrize("words", ["help", "i want to kill myself"])
def test_a_call_for_help_is_passed_on_at_once(school: School, words: str) -> None:
    reply = school.type(WHO, words)
    assert isinstance(reply, Prompt)
    assert "999" in said(reply)
    assert school.case().severity.word == "urgent"
    assert school.case().unlisted == "pupil"


def test_words_of_staff_begin_a_concern(school: School) -> None:
    reply = school.type(WHO, "I am worried about a child in my class")
    assert isinstance(reply, Prompt)
    assert reply.title == "Report a concern"


# A report of theirs ---------------------------------------------------------------------------------------------------


def test_a_worry_is_marked_wherever_it_shows_and_named_only_where_it_is_opened(school: School) -> None:
    case = worry(school)
    school.settle()
    assert case.unlisted == "pupil"
    for card in (*school.platform.cards("channel:dsl"), *school.platform.cards("person:okafor")):
        assert facts(card)["Not confirmed"] == "Told by somebody who is not on the school's list"
        assert CALLED not in said(card)
    card = opened(school, case)
    assert CALLED in facts(card)["Reported by"]
    assert "says that they are a pupil" in facts(card)["Reported by"]
    assert "Dan hits me" in said(card)
    assert "Act on it as on any other report" in said(card)


def test_who_reports_as_an_adult_is_marked_as_that(school: School) -> None:
    case = school.report(WHO, "concern")
    assert case.unlisted == "staff"
    assert "work or help here" in facts(opened(school, case))["Reported by"]
    ordinary = school.report()
    assert "Not confirmed" not in facts(opened(school, ordinary))


def test_an_account_without_a_name_is_still_somebody(school: School) -> None:
    school.vouched[WHO] = Vouched("  \n ")
    case = worry(school)
    assert "an account without a name" in said(opened(school, case))
    school.vouched["u-2"] = Vouched("x" * 500 + "\nReported by the head")
    case = school.report("u-2", "concern")
    assert "\n" not in facts(opened(school, case))["Reported by"]
    assert len(facts(opened(school, case))["Reported by"]) < 250


def test_they_hear_who_has_it_in_the_words_they_chose(school: School) -> None:
    case = worry(school)
    school.deliver()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.deliver()
    place = f"person:{case.reporter}"
    assert school.platform.notices(place) == ["Mrs Amara Okafor has your message."]
    home = school.home(WHO)
    assert [" ".join(card.lines) for card in home.reports] == ["Mrs Amara Okafor has your message."]
    assert home.cases == ()


def test_an_adult_hears_of_each_step(school: School) -> None:
    case = school.report(WHO, "concern")
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.settle()
    delivered, taken = school.platform.notices(f"person:{case.reporter}")
    assert "has been delivered" in delivered
    assert f"Mrs Amara Okafor has taken your report {case.ref}." == taken


def test_a_child_is_asked_the_next_day_and_answers(school: School) -> None:
    case = worry(school)
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(days=4)
    place = f"person:{case.reporter}"
    asked = next(item for item in school.platform.at(place) if isinstance(item, Notice) and item.buttons)
    reply = school.press(WHO, asked.buttons[0].token)
    assert isinstance(reply, Prompt)
    school.answer(WHO, reply, "no")
    assert ("unheard", case.reporter) in school.actions(case)


def test_what_a_child_is_answering_then_becomes_theirs_too(school: School) -> None:
    case = worry(school)
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(days=4)
    reply = school.press(WHO, Token(Verb.START, case.ref, 0, "talked"))
    assert isinstance(reply, Prompt)
    list_now(school)
    school.answer(WHO, reply, "no")
    assert ("unheard", "p-new") in school.actions(case)


def test_an_adult_is_not_asked_as_a_child_is(school: School) -> None:
    case = school.report(WHO, "concern")
    assert "nothing here" in said(school.press(WHO, Token(Verb.START, case.ref, 0, "talked")))


def test_who_is_reminded_is_reminded_in_their_own_words(school: School) -> None:
    prompt = school.talk(WHO, "concern", up_to="child_name")
    assert isinstance(prompt, Prompt)
    school.later(minutes=31)
    talk = school.read(lambda tx: talks.load(tx, prompt.talk))
    assert talk is not None
    (reminder,) = school.platform.notices(f"person:{talk.person}")
    assert "You have something unfinished" in reminder
    school.later(minutes=31)
    assert (school.case().halted, school.case().unlisted) == ("timeout", "staff"), "and passed on when time is over"


def test_a_picture_is_refused_in_a_childs_words(school: School) -> None:
    assert "Please do not send pictures" in said(school.attach(WHO))
    school.start(WHO, "worry")
    assert "Please do not send pictures" in said(school.attach(WHO))
    other = "u-9"
    school.vouched[other] = Vouched()
    school.start(other, "concern")
    assert "safeguarding lead" in said(school.attach(other))


def test_the_names_of_staff_are_not_shown_and_are_found_all_the_same(school: School) -> None:
    prompt = school.talk(WHO, "concern", up_to="adult_name", about="adult")
    assert isinstance(prompt, Prompt)
    assert getattr(prompt.field, "suggestions", None) == ()
    listed = school.talk("oyelaran", "concern", up_to="adult_name", about="adult")
    assert isinstance(listed, Prompt)
    assert getattr(listed.field, "suggestions", None)
    school.answer(WHO, prompt, "mrs okafar")
    school.talk(WHO, "concern", up_to="danger")
    talk = school.read(lambda tx: talks.load(tx, prompt.talk))
    assert talk is not None
    assert talk.state.answers["adult_name"] == "mrs okafar"


# Where it goes --------------------------------------------------------------------------------------------------------


def test_about_the_head_it_goes_to_the_chair(school: School) -> None:
    case = school.report(WHO, "concern", about="head")
    school.settle()
    assert case.plan.rungs[0].people == {"fairbairn"}
    assert "lindqvist" in case.plan.excluded
    assert "nothing here" in said(school.press("lindqvist", Token(Verb.OPEN, case.ref)))
    assert school.platform.cards("channel:dsl") == []


def test_about_an_adult_named_by_hand_it_is_kept_from_them(school: School) -> None:
    case = school.report(WHO, "concern", about="adult", adult_name="mrs okafar")
    assert "okafor" in case.plan.excluded


def test_a_worry_that_names_the_dsl_waits_for_the_deputy(school: School) -> None:
    case = worry(school, tell="Mrs Okafor shouts at me and I am scared")
    assert case.plan.held == {"okafor"}
    assert case.plan.guardians == {"pritchard"}
    school.settle()
    assert "nothing here" in said(school.press("okafor", Token(Verb.OPEN, case.ref)))


def test_a_worry_is_high_and_a_childs_yes_is_urgent_at_once(school: School) -> None:
    school.talk(WHO, "worry", up_to="how", danger="yes")
    assert school.case().severity.word == "urgent"
    assert worry(school).severity.word in ("high", "urgent")


# They open nothing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [Verb.OPEN, Verb.ACKNOWLEDGE, Verb.PASS_ON])
def test_a_token_from_a_copied_card_opens_nothing_not_even_their_own_report(school: School, verb: Verb) -> None:
    others, mine = school.report(), worry(school)
    school.settle()
    missing = said(school.press(WHO, Token(verb, "NOSUCH")))
    for case in (others, mine):
        assert said(school.press(WHO, Token(verb, case.ref))) == missing
        assert school.case(case.ref).status == "open"
    kinds = school.read(lambda tx: tx.execute("select kind from audit").fetchall())
    assert kinds.count(("denied",)) == 2, "and each try is on the record"
    assert ("opened",) not in kinds


def test_nobody_moves_the_talk_of_another_unlisted_person(school: School) -> None:
    prompt = school.start(WHO, "worry")
    school.vouched["u-2"] = Vouched(CALLED)
    assert prompt.submit
    assert "nothing here" in said(school.press("u-2", prompt.submit.token, "yes"))
    assert "nothing here" in said(school.press("oyelaran", prompt.submit.token, "yes"))


def test_a_name_of_somebody_listed_makes_nobody_them(school: School) -> None:
    school.vouched[WHO] = Vouched("Mrs Amara Okafor")
    case = school.report()
    assert "nothing here" in said(school.press(WHO, Token(Verb.OPEN, case.ref)))
    school.vouched["okafor2"] = Vouched("okafor")
    assert "nothing here" in said(school.press("okafor2", Token(Verb.OPEN, case.ref)))


# They cannot flood ----------------------------------------------------------------------------------------------------


def test_one_talk_at_a_time_and_a_resend_makes_no_second(school: School) -> None:
    first = school.start(WHO, "worry")
    assert school.start(WHO, "concern").talk == first.talk
    check = school.talk(WHO, "worry", up_to="check", danger="no", how="find")
    send = label(check, "Send")
    assert said(school.press(WHO, send, event="e")) == said(school.press(WHO, send, event="e"))
    assert len(school.cases()) == 1


def test_a_restart_in_the_middle_loses_nothing(school: School) -> None:
    prompt = school.start(WHO, "worry")
    school.reopen()
    again = school.start(WHO, "worry")
    assert again.talk == prompt.talk
    case = worry(school)
    school.deliver()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.deliver()
    assert school.platform.notices(f"person:{case.reporter}")


# The list gains them --------------------------------------------------------------------------------------------------


def test_an_open_talk_becomes_theirs_and_goes_on(school: School) -> None:
    prompt = school.start(WHO, "worry")
    list_now(school)
    assert prompt.submit
    reply = school.press(WHO, prompt.submit.token, "no")
    assert isinstance(reply, Prompt)
    assert reply.talk == prompt.talk
    case = worry(school, danger="no")
    assert case.reporter == "p-new"
    assert case.unlisted == "", "the list had them when it was told"
    assert "Sam Thornbury-Lowe, a pupil" in facts(opened(school, case))["Reported by"]


def test_a_report_becomes_theirs_and_stays_marked(school: School) -> None:
    case = worry(school)
    school.settle()
    list_now(school)
    now = school.case(case.ref)
    assert (now.reporter, now.unlisted) == ("p-new", "pupil")
    assert len(school.home(WHO).reports) == 1
    card = opened(school, now)
    assert "Not confirmed" in facts(card)
    assert facts(card)["Reported by"] == "Sam Thornbury-Lowe, who was not on the school's list when this was told"
    assert "it is that of Sam Thornbury-Lowe" in said(card)
    assert "Act on it as on any other report" not in said(card)
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.deliver()
    assert school.platform.notices("person:p-new") == ["Mrs Amara Okafor has your message."]


def test_what_waits_to_be_told_to_them_goes_to_the_listed_person(school: School) -> None:
    case = worry(school)
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    list_now(school)
    assert school.platform.notices("person:p-new") == ["Mrs Amara Okafor has your message."]
    assert school.platform.notices(f"person:{case.reporter}") == []


def test_a_talk_beside_one_of_their_own_goes_on_too(school: School) -> None:
    mine = school.talk("p-aisha", "worry", up_to="how", danger="no")
    other = school.start(WHO, "worry")
    school.run(lambda tx: members.link(tx, identity(WHO), "p-aisha"))
    school.refresh()
    assert isinstance(mine, Prompt)
    assert other.submit
    reply = school.press(WHO, other.submit.token, "no")
    assert isinstance(reply, Prompt)
    assert reply.talk == other.talk
    assert school.start("p-aisha", "worry").talk == mine.talk
    school.later(minutes=30)
    assert len(school.cases()) == 2, "both are passed on when their time is over"


def test_a_report_about_oneself_is_routed_anew_when_it_is_the_head(school: School) -> None:
    case = school.report(WHO, "concern", about="self")
    school.settle()
    assert "lindqvist" in case.told
    school.run(lambda tx: members.link(tx, identity(WHO), "lindqvist"))
    school.refresh()
    assert "nothing here" in said(school.press("lindqvist", Token(Verb.OPEN, case.ref))), "from that moment on"
    school.settle()
    now = school.case(case.ref)
    assert now.reporter == "lindqvist"
    assert now.plan.rungs[0].people == {"fairbairn"}
    assert {"lindqvist", "okafor"} <= now.plan.excluded
    assert "nothing here" in said(school.press("lindqvist", Token(Verb.OPEN, case.ref)))
    assert school.platform.cards("person:fairbairn")
    assert ("recognised", "lindqvist") in school.actions(now)
    assert [name for name, _ in school.actions(now)].count("added_to") == 0


def test_what_the_head_took_without_being_known_is_taken_from_them(school: School) -> None:
    case = school.report(WHO, "concern", about="self")
    school.settle()
    school.press("lindqvist", Token(Verb.ACKNOWLEDGE, case.ref))
    school.settle()
    school.run(lambda tx: members.link(tx, identity(WHO), "lindqvist"))
    school.refresh()
    school.settle()
    now = school.case(case.ref)
    assert now.status == "open"
    assert now.plan.rungs[0].people == {"fairbairn"}
    assert "nothing here" in said(school.press("lindqvist", Token(Verb.OPEN, case.ref)))
    assert [card.case for card in school.platform.cards("person:fairbairn")] == [case.ref]


def test_the_list_of_that_moment_counts_also_where_nobody_has_read_it_since(school: School) -> None:
    case = school.report(WHO, "concern", about="self")
    school.settle()
    second_head = Member("neve", "Ms Neve Newcome", frozenset({Role.HEAD}))
    school.run(lambda tx: members.put(tx, [second_head]))
    school.run(lambda tx: members.link(tx, identity(WHO), "neve"))
    school.settle()
    assert school.case(case.ref).plan.rungs[0].people == {"fairbairn"}, "about a head it goes to the chair"


def test_what_is_closed_is_not_told_anew_when_it_turns_out_whose_it_was(school: School) -> None:
    case = school.report(WHO, "concern", about="self")
    school.settle()
    school.press("lindqvist", Token(Verb.ACKNOWLEDGE, case.ref))
    school.talk("lindqvist", "decide", case.ref, decision="monitor")
    school.talk("lindqvist", "close", case.ref)
    school.settle()
    school.run(lambda tx: members.link(tx, identity(WHO), "lindqvist"))
    school.refresh()
    school.settle()
    now = school.case(case.ref)
    assert (now.status, now.reporter) == ("closed", "lindqvist")
    assert ("recognised", "lindqvist") in school.actions(now)
    assert school.platform.cards("person:fairbairn") == []


def test_a_list_that_the_desk_has_not_read_yet_counts(school: School) -> None:
    prompt = school.start(WHO, "worry")
    new = Member("p-new", "Sam", frozenset({Role.PUPIL}))
    school.run(lambda tx: members.put(tx, [new]))
    school.run(lambda tx: members.link(tx, identity(WHO), "p-new"))
    assert prompt.submit
    assert isinstance(school.press(WHO, prompt.submit.token, "no"), Prompt), "no gap in which the talk is nobody's"


def test_two_accounts_of_listed_people_that_change_hands_take_no_reports_along(school: School) -> None:
    case = school.report("oyelaran")
    school.run(lambda tx: members.link(tx, identity("oyelaran"), "kowalczyk"))
    school.refresh()
    school.settle()
    assert school.case(case.ref).reporter == "oyelaran"
    assert school.home("oyelaran").reports == ()


# The list loses them --------------------------------------------------------------------------------------------------


def test_who_leaves_the_list_mid_talk_goes_on_unconfirmed(school: School) -> None:
    prompt = school.talk("oyelaran", "concern", up_to="what")
    school.leave("oyelaran")
    assert isinstance(prompt, Prompt)
    assert prompt.submit
    school.vouched["oyelaran"] = Vouched("Folake")
    reply = school.press("oyelaran", prompt.submit.token, "She told me something.")
    assert isinstance(reply, Prompt)
    home = school.home("oyelaran")
    assert (home.title, home.starts) == ("What would you like to do?", ())
    assert [button.label for button in home.unfinished] == ["Go on with: Report a concern"]
    case = school.report("oyelaran", "concern")
    assert (case.reporter, case.unlisted) == ("oyelaran", "staff")
    assert "Miss Folake Oyelaran" in facts(opened(school, case))["Reported by"]
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.deliver()
    assert f"Mrs Amara Okafor has taken your report {case.ref}." in school.platform.notices("person:oyelaran")


def test_who_leaves_the_list_after_sending_still_hears(school: School) -> None:
    case = school.report("p-aisha", "worry", danger="no", how="find")
    school.leave("p-aisha")
    school.settle()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.deliver()
    assert school.case(case.ref).unlisted == "", "the list had them when it was told"
    assert school.platform.notices("person:p-aisha") == ["Mrs Amara Okafor has your message."]


def test_a_leaver_works_on_no_case_and_reads_nothing_they_asked_for(school: School) -> None:
    case = school.report()
    school.settle()
    asked = school.report("okafor", "unblock", blocked_as="category")
    note = school.start("okafor", "note", case.ref)
    school.leave("okafor")
    school.vouched["okafor"] = Vouched()
    for ref in (case.ref, asked.ref):
        assert "nothing here" in said(school.press("okafor", Token(Verb.OPEN, ref)))
    assert note.submit
    assert "nothing here" in said(school.press("okafor", note.submit.token, "x"))
    home = school.home("okafor")
    assert home.cases == home.reports == ()
    assert [b.label for b in home.starts] == [PUPIL, STAFF]


def test_a_leaver_of_a_rung_holds_up_no_alert(school: School) -> None:
    case = school.report()
    school.leave("okafor")
    school.platform.readers_of["dsl"] = None  # so that the channel is no way to anybody
    school.settle()
    assert [card.case for card in school.platform.cards("person:pritchard")] == [case.ref], "somebody else, at once"
    assert school.platform.at("person:okafor") == []


def test_a_card_that_hangs_with_a_leaver_is_taken_back(school: School) -> None:
    case = school.report()
    school.settle()
    school.leave("okafor")
    school.settle()
    school.press("pritchard", Token(Verb.ACKNOWLEDGE, case.ref))
    school.settle()
    (card,) = school.platform.cards("person:okafor")
    assert (card.title, card.buttons) == ("No longer here", ())


def test_who_comes_back_is_as_before(school: School) -> None:
    case = school.report("oyelaran")
    school.leave("oyelaran")
    school.put(tuple(m for m in larkfield_people() if m.id == "oyelaran"))
    assert len(school.home("oyelaran").reports) == 1
    assert school.case(case.ref).reporter == "oyelaran"


def test_an_account_of_another_tenant_is_another_person(school: School) -> None:
    case = worry(school)
    assert school.read(lambda tx: members.find(tx, Identity("web", "elsewhere", WHO))) is None
    assert school.read(lambda tx: members.find(tx, identity(WHO))) == case.reporter
