"""E-mail: who is written to when nobody takes an alert or no card arrives; once, without content, never the subject."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cases.model import Case
from bot.people import Member, Role
from bot.prompt import Card, Notice, Token, Verb
from bot.service import mailing
from bot.service.surface import Later, Never
from bot.settings import Teams
from bot.storage import letters, outbox
from bot.wiring import Beacon
from tests.school import Recorder, School, label, larkfield, larkfield_people

DSL, DEPUTY, HEAD, CHAIR, IT, TEACHER = "okafor", "pritchard", "lindqvist", "fairbairn", "qureshan", "oyelaran"
URGENT = {"about": "child", "danger": "yes"}


class Post(Recorder):
    """A mailbox that keeps what it was to send."""

    name = "mail"

    def written(self) -> list[str]:
        """Give to whom, in order."""
        return [place.partition(":")[2] for place, _, _ in self.delivered]

    def text(self) -> str:
        items = [item for _, _, item in self.delivered]
        return "\n".join("\n".join((item.title, *item.lines)) for item in items if isinstance(item, Notice))


class Town(School):
    """The made-up school with a mailbox; everybody but the office has an address."""

    mail = "beacon@larkfield.example"

    def open(self) -> None:
        self.post = getattr(self, "post", Post())
        super().open()
        stored = self.beacon.stored
        self.beacon = Beacon(stored, self.book, self.clock, {"web": self.platform, "mail": self.post})
        roster, channels = self.beacon.office.directory, self.book.school.channels
        self.platform.expected = lambda c: frozenset(m.id for m in roster.roster.holding(channels[c].readers))


def town_in(folder: Path, mail: str = Town.mail) -> Town:
    book = larkfield()
    teams = Teams(on=bool(mail), mail=mail)
    people = tuple(replace(m, email=f"{m.id}@larkfield.example") for m in larkfield_people() if m.id != "whitlock")
    return Town(folder, book=replace(book, school=replace(book.school, teams=teams)), people=people)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = town_in(tmp_path / "town")
    yield town
    town.close()


def urgent(school: School, **more: str) -> Case:
    """Have a teacher begin an urgent report, and leave it there."""
    reply = school.talk(TEACHER, "concern", up_to="what", **{**URGENT, **more})
    assert reply is not None
    return school.case()


def test_nobody_is_written_to_while_somebody_may_still_come(town: Town) -> None:
    urgent(town)
    town.later(minutes=4, seconds=59)
    assert town.post.tried == []


def test_when_a_ladder_climbs_everybody_who_is_to_act_is_written_to_once(town: Town) -> None:
    urgent(town)
    town.later(minutes=5)
    assert sorted(town.post.written()) == [DSL, DEPUTY]
    town.later(minutes=5)
    assert sorted(town.post.written()) == sorted([DSL, DEPUTY, HEAD])
    town.later(hours=1)
    assert sorted(town.post.written()) == sorted([DSL, DEPUTY, HEAD, CHAIR])


def test_a_mail_says_that_something_waits_and_nothing_else(town: Town) -> None:
    case = urgent(town, who="Kofi Asantewood")
    town.later(minutes=5)
    text = town.post.text()
    assert f"Beacon: {case.ref} is waiting for you (Urgent)" in text
    assert "press “I'm taking this now”" in text
    names = {word for member in town.beacon.desk.roster for word in member.name.split() if len(word) > 3}
    assert [name for name in names if name in text] == []
    assert not {"child", "concern", "danger to"} & set(case.summary.casefold().split()) & set(text.casefold().split())


def test_whoever_takes_it_ends_the_writing(town: Town) -> None:
    """Also of what waits already: a mail that comes after somebody has it sends people running for nothing."""
    case = urgent(town)
    town.post.failing[f"person:{DEPUTY}"] = Later("down")
    town.later(minutes=5)
    assert town.post.written() == [DSL]
    town.press(DSL, Token(Verb.ACKNOWLEDGE, case.ref))
    town.post.failing.clear()
    town.later(minutes=30)
    assert town.post.written() == [DSL]


def test_what_waits_anew_is_written_about_anew(town: Town) -> None:
    case = urgent(town)
    town.later(minutes=5)
    town.press(DSL, Token(Verb.ACKNOWLEDGE, case.ref))
    town.press(DSL, Token(Verb.PASS_ON, case.ref))
    before = len(town.post.written())
    town.later(minutes=10)
    assert DEPUTY in town.post.written()[before:]


def test_a_mail_that_is_not_needed_any_more_is_not_sent(town: Town) -> None:
    """A row that somebody wants again by hand, or that was kept from before, is looked at once more."""
    case = urgent(town)
    town.press(DSL, Token(Verb.ACKNOWLEDGE, case.ref))
    town.run(lambda tx: outbox.want(tx, outbox.direct(DEPUTY), "mail", case.id, 1, town.clock.now()))
    town.later(minutes=1)
    assert town.post.tried == []
    assert town.read(outbox.waiting) == 0


@pytest.mark.parametrize("about", ["head", "dsl"])
def test_whom_it_is_about_is_never_written_to(town: Town, about: str) -> None:
    town.talk(TEACHER, "concern", up_to="what", about=about, danger="yes")
    town.later(hours=2)
    barred = {"head": {HEAD}, "dsl": {DSL}}[about]
    assert town.post.written()
    assert not barred & {place.partition(":")[2] for place, _ in town.post.tried}
    assert set(town.post.written()) <= town.case().told - town.case().plan.barred


def test_who_reported_it_is_not_written_to(town: Town) -> None:
    town.talk(DSL, "concern", up_to="what", **URGENT)
    town.later(hours=2)
    assert DEPUTY in town.post.written()
    assert DSL not in town.post.written()


def test_who_has_lost_the_role_is_not_written_to_any_more(town: Town) -> None:
    urgent(town)
    town.post.failing[""] = Later("down")
    town.later(minutes=5)
    town.post.failing.clear()
    town.leave(DEPUTY)
    town.later(minutes=4)
    assert DEPUTY not in town.post.written()


def test_who_may_not_open_it_any_more_is_not_written_to(town: Town) -> None:
    case = urgent(town)
    town.post.failing[""] = Later("down")
    town.later(minutes=5)
    dsl = town.beacon.desk.roster.get(DSL)
    assert dsl is not None
    town.put((replace(dsl, roles=frozenset({Role.STAFF})),))
    town.post.failing.clear()
    town.later(minutes=4)
    assert town.post.written() == [DEPUTY]
    barred = replace(town.case(), plan=replace(case.plan, excluded=frozenset({DEPUTY})))
    assert mailing.letter(town.beacon.office, barred, DEPUTY, b"") is None


# When no card arrives -------------------------------------------------------------------------------------------------


def test_who_cannot_be_reached_in_a_minute_is_written_to(town: Town) -> None:
    for place in ("channel:dsl", f"person:{DSL}"):
        town.platform.failing[place] = Later("down")
    urgent(town)
    town.later(seconds=59)
    assert town.post.tried == []
    town.later(seconds=1)
    assert town.post.written() == [DSL, DEPUTY], "the deputy reads the channel, and has seen nothing there"
    assert "NOT reached anybody" in town.platform.notices(f"person:{TEACHER}")[0]


def test_who_has_seen_it_in_their_own_chat_is_not_written_to(town: Town) -> None:
    town.platform.failing["channel:dsl"] = Later("down")
    urgent(town)
    town.later(minutes=1)
    assert town.post.written() == [DEPUTY]


def test_who_has_seen_it_is_not_written_to_after_a_minute(town: Town) -> None:
    town.platform.failing[f"person:{DSL}"] = Later("down")
    urgent(town)
    town.later(minutes=4)
    assert town.post.tried == [], "the channel has shown it to them"


def test_one_of_several_who_can_never_be_reached_is_written_to_at_once(town: Town) -> None:
    """The ladder does not climb then: the others have it."""
    town.put((Member("second", "Ms Sec Ond", frozenset({Role.DSL, Role.STAFF}), email="second@larkfield.example"),))
    for place in ("channel:dsl", "person:second"):
        town.platform.failing[place] = Never("no such chat")
    urgent(town)
    town.settle()
    assert (town.post.written(), town.case().rung) == (["second"], 0)


def test_who_can_never_be_reached_is_written_to_at_once(town: Town) -> None:
    for place in ("channel:dsl", f"person:{DSL}"):
        town.platform.failing[place] = Never("no such chat")
    urgent(town)
    town.settle()
    assert DSL in town.post.written()
    assert town.clock.now() == town.case().reported_at


# What goes wrong with mail --------------------------------------------------------------------------------------------


def test_a_mail_is_tried_until_it_goes_also_after_a_restart_and_is_sent_once(town: Town) -> None:
    urgent(town)
    town.post.failing[""] = Later("429", timedelta(seconds=90))
    town.later(minutes=5)
    assert len(town.post.tried) == 2
    town.later(seconds=80)
    assert len(town.post.tried) == 2, "not before the mailbox says"
    town.reopen()
    town.post.failing.clear()
    town.later(seconds=15)
    assert sorted(town.post.written()) == [DSL, DEPUTY]
    town.reopen()
    town.later(seconds=60)
    assert sorted(town.post.written()) == [DSL, DEPUTY]


def test_a_mail_that_is_refused_is_given_up_aloud(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    case = urgent(town)
    town.post.failing[f"person:{DSL}"] = Never("Graph refuses (400)")
    town.later(minutes=5)
    assert town.post.written() == [DEPUTY]
    assert [place for place, _ in town.post.tried].count(f"person:{DSL}") == 1
    (dead,) = town.read(letters.given_up)
    assert (dead.kind, dead.subject, dead.error) == ("mail", case.id, "Graph refuses (400)")
    assert "cannot be delivered" in caplog.text
    assert town.platform.notices("channel:it"), "whoever looks after Beacon is told"
    assert town.case().status == "open"
    assert town.case().rung == 1, "a mail that fails moves no ladder"


def test_who_has_no_address_is_said_and_the_others_are_written_to(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    dsl = town.beacon.desk.roster.get(DSL)
    assert dsl is not None
    town.put((replace(dsl, email=""),))
    urgent(town)
    town.later(minutes=5)
    assert town.post.written() == [DEPUTY]
    assert "has no e-mail address" in caplog.text
    assert "Okafor" not in caplog.text


def test_without_a_mailbox_nothing_is_wanted(tmp_path: Path) -> None:
    town = town_in(tmp_path / "town", mail="")
    town.platform.failing[f"person:{DSL}"] = Never("no such chat")
    urgent(town)
    town.later(hours=2)
    assert town.post.tried == []
    assert town.read(lambda tx: tx.execute("select count(*) from outbox where kind = 'mail'").fetchone()) == (0,)
    town.close()


def test_a_mailbox_that_was_switched_off_owes_nothing(town: Town) -> None:
    urgent(town)
    town.post.failing[""] = Later("down")
    town.later(minutes=5)
    town.beacon.delivery._surfaces = {"web": town.platform}
    town.later(minutes=1)
    assert town.read(letters.given_up) == ()


def test_only_alerts_are_written_about(town: Town) -> None:
    """A request that waits is no child that does."""
    town.talk(TEACHER, "unblock")
    town.platform.failing[f"person:{DSL}"] = Never("no such chat")
    town.later(days=3)
    assert town.post.tried == []


def test_a_card_is_never_mailed(town: Town) -> None:
    urgent(town)
    town.later(hours=2)
    assert not [item for _, _, item in town.post.delivered if isinstance(item, Card)]


# A platform that has stopped ------------------------------------------------------------------------------------------


def test_a_platform_that_stopped_is_told_of_by_mail_once_a_day(town: Town) -> None:
    for _ in range(2):
        town.run(lambda tx: mailing.stopped(tx, town.beacon.office, "Slack", town.clock.now()))
    town.deliver()
    assert sorted(town.post.written()) == sorted([DSL, DEPUTY, IT])
    assert "Beacon cannot reach Slack" in town.post.text()
    town.later(days=1)
    town.run(lambda tx: mailing.stopped(tx, town.beacon.office, "Slack", town.clock.now()))
    town.deliver()
    assert len(town.post.written()) == 6


def test_a_report_that_was_sent_is_no_mail(town: Town) -> None:
    """Nothing goes out beside what is above: an ordinary day has no mail in it."""
    case = town.report()
    town.settle()
    card = next(card for card in town.platform.cards("channel:dsl") if card.case == case.ref)
    town.press(DSL, label(card, "I'm taking this now"))
    town.later(hours=1)
    assert town.post.tried == []
    assert isinstance(town.beacon.desk.roster.get(DSL), Member)
