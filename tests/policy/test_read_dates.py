"""A document's own date and when its review is due, as documents say it."""

from datetime import date

import pytest

from bot.policy.read_dates import dated, last_day, review_due, without_date

LAST_DAYS = {
    "2026-09-30": date(2026, 9, 30),
    "30/09/2026": date(2026, 9, 30),
    "07/03/18": date(2018, 3, 7),
    "7.3.2018": date(2018, 3, 7),
    "1st of September 2026": date(2026, 9, 1),
    "22nd Sept 2026": date(2026, 9, 22),
    "September 2026": date(2026, 9, 30),
    "feb 2028": date(2028, 2, 29),
    "2023/24": date(2024, 8, 31),
    "2023 - 2024": date(2024, 8, 31),
    "2019\u201320": date(2020, 8, 31),
    "2026": date(2026, 12, 31),
    "Autumn 2024": date(2024, 12, 31),
    "autumn term 2024": date(2024, 12, 31),
    "Winter 2024": date(2024, 12, 31),
    "Spring 2025": date(2025, 4, 30),
    "Summer term of 2025": date(2025, 7, 31),
    "Spring Term 2024-25": date(2025, 4, 30),
    "Autumn 2024/25": date(2024, 12, 31),
    "Term 1 2019-20": date(2019, 10, 31),
    "Term 2 2019\u201320": date(2019, 12, 31),
    "Term 3 2019/20": date(2020, 2, 29),
    "Term 4 2019\u201320": date(2020, 4, 30),
    "Term 5, 2020": date(2020, 5, 31),
    "Term 6 2020": date(2020, 7, 31),
}


@pytest.mark.parametrize("words", list(LAST_DAYS))
def test_the_last_day_that_words_can_mean(words: str) -> None:
    assert last_day(words) == LAST_DAYS[words]


@pytest.mark.parametrize("words", ["", "31/04/2026", "2026-13-01", "2024/29", "1998/3", "soon", "Term 7 2020", "12"])
def test_what_is_no_date(words: str) -> None:
    assert last_day(words) is None


DUE = {
    "Next review date: Autumn 2024": date(2024, 12, 31),
    "This Policy is due for renewal in Term 4 2019\u201320": date(2020, 4, 30),
    "reviewed by Term 4 2019-20": date(2020, 4, 30),
    "Date of next review | 1 May 2027": date(2027, 5, 1),
    "This policy will be reviewed in September 2027.": date(2027, 9, 30),
    "Review due by: 12/10/2027": date(2027, 10, 12),
    "The policy is to be reviewed every year. It was approved in May 2026.": None,
    "Last reviewed: May 2024": None,
    "Date of last review: May 2024. Next review: May 2026": date(2026, 5, 31),
    "Reviewed by the governors in May 2024": None,
    "Next review date: to be agreed": None,
    "The previous review date was May 2020": None,
}


@pytest.mark.parametrize("text", list(DUE))
def test_when_the_review_is_due(text: str) -> None:
    assert review_due([text]) == DUE[text]


def test_of_several_review_dates_the_latest_counts() -> None:
    assert review_due(["Next review: May 2025", "Next review: May 2027", "Next review: May 2026"]) == date(2027, 5, 31)
    assert review_due([]) is None


@pytest.mark.parametrize(
    ("title", "texts", "said"),
    [
        ("Online Safety Policy 2023/24", ["March 2018"], "2023/24"),
        ("Policy", ["Approved by the governors 07/03/18", "March 2018"], "March 2018"),
        ("Policy", ["Next review date: May 2027", "Approved: May 2026"], "May 2026"),
        ("Policy", ["Pupils have used this since 2019.", "Version 2, 1 June 2026"], "1 June 2026"),
        ("Policy", ["We follow Keeping Children Safe in Education 2026 in all that we do."], ""),
        ("Policy", [], ""),
    ],
)
def test_the_documents_own_date(title: str, texts: list[str], said: str) -> None:
    assert dated(title, texts) == said


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Online Safety Policy 2023/24", "Online Safety Policy"),
        ("Phones (September 2026)", "Phones"),
        ("Phones \u2013 Autumn 2026", "Phones"),
        ("2026", "2026"),
        ("Policy 12", "Policy 12"),
    ],
)
def test_a_title_without_its_date(title: str, name: str) -> None:
    assert without_date(title) == name
