"""From a stored case to somebody's screen: what is claimed, the guard of channels, and what happens when it fails."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.flow.model import Severity
from bot.inbound import Identity
from bot.people import Member, Role
from bot.prompt import Card, Notice, Prompt, Token, Verb
from bot.service import delivery, telling
from bot.service.surface import Later, Never
from bot.service.telling import NoticeBody
from bot.storage import audit, members, outbox
from tests.school import School, said

DSL, CHANNEL, REPORTER = "person:okafor", "channel:dsl", "person:oyelaran"


def audited(school: School) -> list[str]:
    rows = school.read(lambda tx: tx.execute("select kind from audit order by seq").fetchall())
    assert school.read(audit.verify) == []
    return [kind for (kind,) in rows]


def test_delivered_is_said_only_once_the_platform_confirmed(school: School) -> None:
    school.platform.failing[""] = Later("down")
    case = school.report()
    school.deliver()
    assert school.read(lambda tx: outbox.shown(tx, case.id)) == {}
    assert "passed on" in said(school.home("oyelaran").reports[0])
    school.platform.failing.clear()
    school.later(seconds=10)
    (notice,) = school.platform.notices(REPORTER)
    assert f"{case.ref} has been delivered" in notice
    assert "Delivered" in said(school.home("oyelaran").reports[0])


def test_a_child_is_not_told_of_a_delivery_to_a_machine(school: School) -> None:
    school.report("p-aisha", "worry")
    school.later(seconds=59)
    assert school.platform.notices("person:p-aisha") == []


def test_the_reporter_is_told_after_a_minute_that_nobody_was_reached(school: School) -> None:
    for place in (DSL, CHANNEL):
        school.platform.failing[place] = Later("down")
    school.report()
    school.later(seconds=59)
    assert school.platform.notices(REPORTER) == []
    school.later(seconds=2)
    (notice,) = school.platform.notices(REPORTER)
    assert "NOT reached anybody" in notice
    assert "not reached anybody yet" in said(school.home("oyelaran").reports[0])
    assert "late" in audited(school)


def test_nobody_is_told_it_was_not_delivered_once_somebody_has_it(school: School) -> None:
    """The front page shows a case also while the platform is down."""
    school.platform.failing[DSL] = school.platform.failing[CHANNEL] = Later("down")
    case = school.report()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.later(minutes=2)
    assert [n for n in school.platform.notices(REPORTER) if "NOT reached" in n] == []


def test_a_platform_says_when_to_come_back(school: School) -> None:
    school.platform.failing[""] = Later("slow down", timedelta(seconds=90))
    school.report()
    school.deliver()
    tried = len(school.platform.tried)
    school.platform.failing.clear()
    school.clock.forward(timedelta(seconds=89))
    school.deliver()
    assert len(school.platform.tried) == tried
    school.clock.forward(timedelta(seconds=1))
    school.deliver()
    assert len(school.platform.cards(DSL)) == 1


def test_trying_again_takes_longer_each_time_and_never_more_than_five_minutes(school: School) -> None:
    school.platform.failing[DSL] = Later("down")
    school.report()
    times = []
    for _ in range(14):
        before = len([place for place, _ in school.platform.tried if place == DSL])
        while len([place for place, _ in school.platform.tried if place == DSL]) == before:
            due = school.next_due()
            assert due is not None
            school.clock.forward(max(due - school.clock.now(), timedelta()))
            school.deliver()
            school.keep_time()
        times.append(school.clock.now())
    waits = [(later - sooner).total_seconds() for sooner, later in pairwise(times)]
    assert max(waits) <= 300
    assert waits[:4] == [2, 4, 8, 16]


def row(school: School, place: str) -> tuple[str, int]:
    """Give the kind of error and the attempts that the card at a place has behind it."""
    found: tuple[str, int] = school.read(
        lambda tx: tx.execute(
            "select error, attempts from outbox where place = ? and kind = 'card'", (tx.vault.blind(f"place {place}"),)
        ).fetchone()
    )
    return found


def test_a_defect_is_counted_logged_without_its_words_and_tried_again(
    school: School, caplog: pytest.LogCaptureFixture
) -> None:
    school.platform.failing[DSL] = RuntimeError("particular words")
    school.report()
    school.deliver()
    assert len(school.platform.cards(CHANNEL)) == 1, "the others go out"
    assert row(school, DSL) == ("RuntimeError", 1)
    assert "RuntimeError at school.py:" in caplog.text
    assert "particular" not in caplog.text
    school.platform.failing.clear()
    school.later(seconds=2)
    assert len(school.platform.cards(DSL)) == 1
    assert row(school, DSL) == ("", 0)


def test_a_defect_of_what_is_done_after_a_delivery_is_counted_too(
    school: School, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    school.report()
    with monkeypatch.context() as broken:
        broken.setattr(telling, "inform", lambda *_, **__: dict[str, str]()["particular"])
        school.deliver()
    assert row(school, CHANNEL) == ("KeyError", 1) or row(school, DSL) == ("KeyError", 1)
    assert "particular" not in caplog.text
    school.later(seconds=2)
    assert (row(school, CHANNEL), row(school, DSL)) == (("", 0), ("", 0))


def test_the_kind_of_a_failure_is_the_platforms_own_where_there_is_one(school: School) -> None:
    later = Later("down")
    later.__cause__ = ConnectionResetError("words")
    school.platform.failing = {DSL: later, CHANNEL: Later("down")}
    school.report()
    school.deliver()
    assert row(school, DSL) == ("ConnectionResetError", 1)
    assert row(school, CHANNEL) == ("Later", 1)
    school.platform.failing = {DSL: Never("gone")}
    school.later(seconds=2)
    assert row(school, DSL)[0] == "gone", "in the words of whoever gave it up"


# Slow places ----------------------------------------------------------------------------------------------------------


def hang(school: School, monkeypatch: pytest.MonkeyPatch, step: str, place: str) -> None:
    """Let a platform not answer about a place, until it is asked no more."""
    answer = getattr(school.platform, step)

    async def hanging(where: str, *rest: object) -> object:
        if where == place:
            await asyncio.Event().wait()
        return await answer(where, *rest)

    monkeypatch.setattr(school.platform, step, hanging)


@pytest.mark.parametrize(("step", "place"), [("deliver", CHANNEL), ("readers", "dsl")], ids=["delivering", "guarding"])
def test_a_platform_that_does_not_answer_is_asked_again_later(
    school: School, monkeypatch: pytest.MonkeyPatch, step: str, place: str
) -> None:
    school.report()
    with monkeypatch.context() as slow:
        slow.setattr(delivery, "LEASE", timedelta(seconds=0.6))
        hang(school, slow, step, place)
        school.deliver()
    assert row(school, CHANNEL) == ("TimeoutError", 1)
    school.later(seconds=2)
    assert len(school.platform.cards(CHANNEL)) == 1


def test_a_slow_place_holds_up_nothing_that_comes_after_it(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    school.report()
    hang(school, monkeypatch, "deliver", DSL)
    writer, now = school.beacon.stored.writer, school.clock.now()

    async def shown(place: str) -> None:
        while not school.platform.at(place):  # noqa: ASYNC110 - what is waited for is the loops' doing
            await asyncio.sleep(0.005)

    async def job() -> None:
        async with asyncio.timeout(5), school.beacon.running():
            await shown(CHANNEL)
            place, body = outbox.direct("pritchard"), NoticeBody("heartbeat", "1:ab")
            await writer.run(lambda tx: telling.say(tx, place, "later", body, now, Severity.ROUTINE))
            await shown(place)

    school._loop.run(job())
    assert school.platform.at(DSL) == []
    school.clock.forward(delivery.LEASE)
    monkeypatch.undo()
    school.deliver()
    assert len(school.platform.cards(DSL)) == 1, "what was on its way at the end is taken again"


def test_only_so_many_are_on_their_way_at_once(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_AT_ONCE", 2)
    gate, deliver = asyncio.Event(), school.platform.deliver

    async def waiting(place: str, key: str, rev: int, item: Card | Notice, previous: str) -> str:
        await gate.wait()
        return await deliver(place, key, rev, item, previous)

    monkeypatch.setattr(school.platform, "deliver", waiting)
    for who in ("oyelaran", "kowalczyk"):
        school.report(who)
    send_off = school.beacon.delivery.send_off

    async def job() -> None:
        assert await send_off() == 2
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await send_off()
        gate.set()
        assert await send_off() > 0
        await school.beacon.delivery.once()

    school._loop.run(job())
    school.deliver()
    assert len(school.platform.cards(DSL)) == len(school.platform.cards(CHANNEL)) == 2


def test_a_round_says_when_there_is_next_something(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    go_round = school.beacon.delivery.go_round
    assert school._loop.run(go_round()) is None
    school.platform.failing[DSL] = Later("down")
    school.report()
    monkeypatch.setattr(delivery, "_AT_ONCE", 1)
    assert school._loop.run(go_round()) == school.clock.now(), "there was room for one only"
    monkeypatch.undo()
    school.deliver()
    assert school._loop.run(go_round()) == school.clock.now() + timedelta(seconds=2)


def test_a_card_shows_its_case_as_it_is_when_it_is_claimed(school: School) -> None:
    case = school.report()
    school.press("okafor", Token(Verb.ACKNOWLEDGE, case.ref))
    school.deliver()
    assert all("Mrs Amara Okafor" in said(card) for place in (DSL, CHANNEL) for card in school.platform.cards(place))
    assert row(school, DSL) == ("", 0)


def test_a_damaged_case_keeps_no_other_card_from_its_place(school: School) -> None:
    school.report(danger="yes")
    school.run(lambda tx: tx.execute("update case_file set sealed = x'00'"))
    school.report("kowalczyk")
    school.deliver()
    assert len(school.platform.cards(DSL)) == len(school.platform.cards(CHANNEL)) == 1
    assert row(school, CHANNEL) == ("Tampered", 1)


# Nobody there ---------------------------------------------------------------------------------------------------------


def test_a_damaged_row_stops_no_alert(school: School) -> None:
    school.report(danger="yes")
    school.run(lambda tx: tx.execute("update outbox set address = x'00' where number = 1"))
    school.report("kowalczyk")
    school.deliver()
    assert len(school.platform.cards(DSL)) + len(school.platform.cards(CHANNEL)) == 3
    assert "tampered" in audited(school)


def leads(school: School) -> None:
    """Give the school two more leads, so that three people stand on the first rung."""
    school.put(tuple(Member(f"lead{n}", f"Mx Lead {n}", frozenset({Role.DSL, Role.STAFF})) for n in (1, 2)))


def test_one_who_cannot_be_reached_beside_others_who_can_escalates_nothing(school: School) -> None:
    leads(school)
    school.platform.failing = {"person:lead1": Never("gone"), "person:lead2": Never("gone")}
    case = school.report()
    school.settle()
    assert len(school.platform.cards(DSL)) == 1
    assert school.case().rung == 0
    assert ("escalated", "") not in school.actions(case)
    assert audited(school).count("undeliverable") >= 2


def test_one_who_is_still_tried_may_yet_be_reached(school: School) -> None:
    leads(school)
    school.platform.failing = {"person:lead1": Never("gone"), DSL: Never("gone"), "person:lead2": Later("down")}
    school.report()
    school.deliver()
    assert school.case().rung == 0
    school.platform.failing["person:lead2"] = Never("gone")
    school.later(seconds=2)
    assert school.case().rung == 1


def test_several_who_cannot_be_reached_climb_one_rung_and_not_several(school: School) -> None:
    leads(school)
    school.platform.failing = {place: Never("gone") for place in (DSL, "person:lead1", "person:lead2")}
    case = school.report(danger="yes")
    school.settle()
    assert school.actions(case).count(("escalated", "")) == 1
    assert len(school.platform.cards("person:pritchard")) == 1
    assert school.platform.at("person:lindqvist") == []


def test_where_nobody_at_all_can_be_reached_the_ladder_ends_once(school: School) -> None:
    school.platform.failing[""] = Never("gone")
    case = school.report(danger="yes")
    school.settle()
    assert school.actions(case).count(("ladder_ended", "")) == 1
    assert school.actions(case).count(("escalated", "")) == len(case.plan.rungs) - 1


def test_a_lead_who_cannot_be_reached_later_does_not_climb_the_rung_of_another(school: School) -> None:
    case = school.report(danger="yes")
    school.settle()
    school.later(minutes=5)
    assert school.case().rung == 1
    school.platform.failing[DSL] = Never("gone")
    school.press("pritchard", Token(Verb.OPEN, case.ref))
    school.talk("pritchard", "note", case.ref, note="Looking into it.")
    school.settle()
    assert "undeliverable" in audited(school)
    assert school.case().rung == 1


# Notices that ask -----------------------------------------------------------------------------------------------------


def test_only_a_notice_that_asks_begins_a_talk(school: School) -> None:
    case = school.report("p-aisha", "worry")
    body = NoticeBody("talked", case.ref)  # a sentence that happens to be called like a flow
    for subject, wanted in [("plain", body), ("asking", NoticeBody("talked", case.ref, flow="talked"))]:
        school.run(
            lambda tx, s=subject, b=wanted: telling.say(  # type: ignore[misc]
                tx, "person:p-aisha", s, b, school.clock.now(), Severity.HIGH
            )
        )
    school.deliver()
    plain, asking = (school.platform.shown["person:p-aisha", subject] for subject in ("plain", "asking"))
    assert isinstance(plain, Notice)
    assert isinstance(asking, Notice)
    assert plain.buttons == ()
    assert [b.token for b in asking.buttons] == [Token(Verb.START, case.ref, 0, "talked")]


def test_a_person_who_cannot_be_reached_does_not_hold_up_the_ladder(school: School) -> None:
    school.platform.failing[DSL] = Never("gone")
    case = school.report()
    school.settle()
    assert len(school.platform.cards("person:pritchard")) == 1
    assert ("escalated", "") in school.actions(case)
    assert "undeliverable" in audited(school)


def test_a_person_without_any_platform_does_not_either(school: School) -> None:
    school.run(lambda tx: tx.execute("delete from identity where member = 'okafor'"))
    school.refresh()
    school.report()
    school.settle()
    assert len(school.platform.cards("person:pritchard")) == 1


# The guard ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "readers",
    [None, frozenset({"okafor", "pritchard", "dunmore"}), frozenset({"okafor", "somebody-else"})],
    ids=["unknown", "a colleague", "a stranger"],
)
def test_nothing_is_posted_where_the_wrong_people_read(school: School, readers: frozenset[str] | None) -> None:
    school.platform.readers_of["dsl"] = readers
    school.report()
    school.settle()
    assert school.platform.at(CHANNEL) == []
    assert (CHANNEL, "") not in school.platform.tried
    assert len(school.platform.cards(DSL)) == 1
    assert len(school.platform.cards("person:pritchard")) == 1, "who would have read it there is told one to one"
    assert "undeliverable" in audited(school)


def test_fewer_readers_are_no_harm(school: School) -> None:
    school.platform.readers_of["dsl"] = frozenset({"okafor"})
    school.report()
    school.settle()
    assert len(school.platform.cards(CHANNEL)) == 1


def test_the_guard_asks_again_before_each_post_and_takes_back_what_hung_there(school: School) -> None:
    case = school.report()
    school.settle()
    assert school.platform.cards("channel:dsl")[0].buttons
    school.platform.readers_of["dsl"] = frozenset({"okafor", "dunmore"})
    school.talk("okafor", "note", case.ref)
    school.settle()
    [hung] = school.platform.cards("channel:dsl")
    assert (hung.title, hung.facts, hung.buttons) == ("No longer here", (), ())
    del school.platform.readers_of["dsl"]
    school.talk("okafor", "note", case.ref)
    school.settle()
    assert school.platform.cards("channel:dsl")[0].buttons, "safe again"


def test_a_report_about_a_reader_of_the_channel_never_hangs_there(school: School) -> None:
    school.report(about="dsl", adult_name="Mrs Amara Okafor")
    school.report("p-aisha", "worry", danger="no", how="write", tell="mrs okafor hit me")
    school.settle()
    assert school.platform.at(CHANNEL) == []
    assert school.platform.at(DSL) == []


# Taking back ----------------------------------------------------------------------------------------------------------


def alerted(school: School) -> Prompt:
    """Report a child in danger, and go back to the check page's first answer."""
    check = school.talk("oyelaran", "concern", up_to="check", danger="yes")
    assert isinstance(check, Prompt)
    (change,) = [row.change for row in check.rows if row.label == "About"]
    assert change is not None
    prompt = school.press("oyelaran", change.token)
    assert isinstance(prompt, Prompt)
    return prompt


def about_the_lead(school: School, prompt: Prompt) -> None:
    """Say that it is about the lead after all: the role, and then the name."""
    named = school.answer("oyelaran", prompt, "dsl")
    assert isinstance(named, Prompt)
    assert school.question(named).subject
    school.answer("oyelaran", named, "Mrs Amara Okafor")


def test_cards_are_taken_back_when_it_turns_out_to_be_about_the_dsl(school: School) -> None:
    answer = alerted(school)
    school.settle()
    assert len(school.platform.cards(CHANNEL)) == 1
    about_the_lead(school, answer)
    school.settle()
    for place in (DSL, CHANNEL):
        (card,) = school.platform.cards(place)
        assert card.buttons == ()
        assert "looked after elsewhere" in said(card)
    assert school.home("okafor").cases == ()
    assert len(school.platform.cards("person:lindqvist")) == 1


def test_what_never_hung_there_is_not_announced_by_taking_it_back(school: School) -> None:
    """The lead must not learn from a card of nothing that there is a report, and it reached nobody by that."""
    about_the_lead(school, alerted(school))
    school.platform.failing["person:lindqvist"] = Later("down")
    school.settle()
    assert school.platform.at(DSL) == []
    assert school.platform.at(CHANNEL) == []
    assert school.platform.notices(REPORTER) == [], "nothing was delivered to anybody"
    assert ("escalated", "") not in school.actions(school.case())


# People who change ----------------------------------------------------------------------------------------------------


def test_a_role_that_was_taken_away_opens_nothing(school: School) -> None:
    case = school.report()
    school.settle()
    okafor = next(m for m in school.beacon.office.directory.roster if m.id == "okafor")
    school.put((replace(okafor, roles=frozenset({Role.STAFF})),))
    for verb in (Verb.OPEN, Verb.ACKNOWLEDGE, Verb.PASS_ON):
        assert "nothing here" in said(school.press("okafor", Token(verb, case.ref)))
    assert "nothing here" in said(school.press("okafor", Token(Verb.START, case.ref, 0, "decide")))
    assert school.home("okafor").cases == ()
    assert school.case().status == "open"


def test_a_talk_about_a_case_ends_with_the_role(school: School) -> None:
    case = school.report()
    school.settle()
    prompt = school.start("okafor", "note", case.ref)
    school.leave("okafor")
    school.put(())
    assert prompt.submit
    assert "do not know you" in said(school.press("okafor", prompt.submit.token, "A note."))
    assert school.actions(case) == [("reported", "oyelaran")]


def test_somebody_is_reached_on_whichever_of_their_platforms_is_served(school: School) -> None:
    for unserved in ("slack", "teams"):
        account = Identity(unserved, "T1", "okafor")
        school.run(lambda tx, account=account: members.link(tx, account, "okafor"))  # type: ignore[misc]
    school.reopen()
    school.report()
    school.settle()
    assert school.platform.cards(DSL), "on the page, which is the one that is served"
