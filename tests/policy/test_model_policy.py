"""The model policy that comes with the program: whole, numbered, plain, dated, and of the made-up school."""

import re

from bot.files import contents, shipped
from bot.library import shipped_school
from bot.policy.model import Document
from bot.policy.read import read
from tests.text.reading_age import grade, longest_sentence

PATH = shipped("content") / "policies" / "online-safety.md"
COVERED = """
    governing body|headteacher|DSL|SLT|IT technician|computing lead|volunteers|pupils|parents
    ring 999|children's social care|chair of governors|LADO|whistleblowing|female genital mutilation|low-level
    online bullying|offensive or threatening message|misspelling|web filter|unblocked|register|set off the filter
    personal phone|dial 141|smart watch|hands it in|visitors|search|consent|CCTV|full name
    nude|under 13|social media|friend requests|password|e-mail|encrypted|video call|artificial intelligence|chatbot
    extremism|Prevent|acceptable use agreement|memory sticks|lost or stolen|UK GDPR|72 hours|leave|new school
    trained|reviews this policy|Keeping Children Safe in Education 2026|commerce|misinformation|smart watches
"""


def model() -> Document:
    return read(PATH.name, contents(PATH))


def test_its_size_dates_and_sections() -> None:
    document = model()
    assert 120 <= len(document.passages) <= 180
    assert (document.title, document.dated, str(document.review_due)) == (
        "Online Safety Policy",
        "September 2026",
        "2027-07-31",
    )
    rules = [p for p in document.passages if p.section]
    assert len(document.passages) - len(rules) <= 4  # the cover
    sections = list(dict.fromkeys(p.section.split(".")[0] for p in rules))
    assert sections == [str(n) for n in range(1, len(sections) + 1)]
    assert len(sections) >= 20
    assert all(p.headings for p in rules)


def test_it_covers_what_schools_policies_cover() -> None:
    text = " ".join(" ".join((*p.headings, p.lead_in, p.text)) for p in model().passages).casefold()
    wanted = [words.strip() for words in re.split(r"[|\n]", COVERED) if words.strip()]

    assert [words for words in wanted if not re.search(words.casefold(), text)] == []


def test_it_is_plain_and_holds_no_gap_to_fill_in() -> None:
    document = model()
    assert grade(" ".join(p.text for p in document.passages)) < 9
    assert max(longest_sentence(p.text) for p in document.passages) <= 35
    assert [p.text for p in document.passages if re.search(r"\[|\(insert|XX|TBC|\bshould identify", p.text)] == []
    assert len({p.text for p in document.passages}) == len(document.passages)


def test_it_is_the_made_up_schools() -> None:
    rules, _ = shipped_school("example")
    assert any(rules.name in p.text for p in model().passages)
