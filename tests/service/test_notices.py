"""What a notice says to whoever it goes to, and which button is under it."""

from dataclasses import replace

import pytest

from bot.prompt import Notice, Token, Verb
from bot.service.notices import notice
from bot.service.telling import NoticeBody
from tests.school import School

READ = Token(Verb.OPEN, "CDFHJK")


def buttons(found: Notice) -> list[Token]:
    return [button.token for button in found.buttons]


@pytest.mark.parametrize(("to", "words"), [("p-aisha", "pupil"), ("oyelaran", "staff"), ("dsl", "staff")])
def test_it_is_in_the_words_of_whoever_it_goes_to(school: School, to: str, words: str) -> None:
    def said(to: str, audience: str = "") -> Notice:
        return notice(school.beacon.office, NoticeBody("undelivered", "CDFHJK", audience=audience), to)

    assert said(to) == said("somebody", words)
    assert said("somebody", "pupil") != said("somebody", "staff")


def test_the_chair_who_told_something_as_a_pupil_before_they_were_known_reads_what_a_chair_reads(
    school: School,
) -> None:
    """There are no words for a child who is the only one to see a report: no child is."""
    body = NoticeBody("alone", "CDFHJK", audience="pupil")
    assert "LADO" in notice(school.beacon.office, body, "fairbairn").lines[0]


def test_who_asked_for_it_can_read_it_until_they_leave(school: School) -> None:
    body = NoticeBody("approval-approved", "CDFHJK", "okafor", own=True)
    before = notice(school.beacon.office, body, "oyelaran")
    assert buttons(before) == [READ]
    school.leave("oyelaran")
    assert notice(school.beacon.office, body, "oyelaran") == Notice(before.lines)


def test_it_begins_no_talk_that_is_not_there_any_more(school: School) -> None:
    office, body = school.beacon.office, NoticeBody("talked", "CDFHJK", flow="talked")
    assert buttons(notice(office, body, "p-aisha")) == [Token(Verb.START, "CDFHJK", 0, "talked")]
    office.book = replace(office.book, flows={})
    assert notice(office, body, "p-aisha").buttons == ()
