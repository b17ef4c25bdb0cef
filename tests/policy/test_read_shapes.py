"""What is a heading, a bullet, a clause: the traps of policies one by one, in plain text and in Word's marks."""

import pytest
from docx.oxml.parser import parse_xml

from bot.policy.model import Passage
from bot.policy.read import read
from bot.policy.read_blocks import bulleted, folded, is_page_number, labelled, together, words_of
from bot.policy.read_word_styles import Numbers

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def passages(text: str, suffix: str = "txt") -> tuple[Passage, ...]:
    return read(f"a.{suffix}", text.encode()).passages


def brief(text: str, suffix: str = "txt") -> list[tuple[str, str, str]]:
    return [(p.section, " > ".join(p.headings), p.text) for p in passages(text, suffix)]


# Headings ------------------------------------------------------------------------------------------------------------


def test_a_numbered_line_without_anything_below_it_is_a_clause() -> None:
    text = (
        "4. Phones\n\n4.1 Staff keep phones in their lockers\n\n4.2 Pupils hand them in.\n\n"
        "4.4 Visitors\n\nThey may not."
    )
    assert brief(text) == [
        ("4.1", "Phones", "Staff keep phones in their lockers"),
        ("4.2", "Phones", "Pupils hand them in."),
        ("4.4", "Phones > Visitors", "They may not."),
    ]


def test_a_numbered_line_that_begins_small_is_a_clause() -> None:
    assert brief("4. Phones\n\n4.1 the head decides on\n\n- trips;\n\n- clubs.")[0] == (
        "4.1",
        "Phones",
        "the head decides on",
    )


def test_numbered_lines_in_a_row_are_a_list_and_one_alone_is_a_heading() -> None:
    text = "1. Aims\n\nWe check that:\n\n1. doors are shut\n2. screens are off\n\n2. Phones\n\n- Off."
    assert brief(text) == [
        ("1", "Aims", "We check that:"),
        ("1", "Aims", "doors are shut"),
        ("1", "Aims", "screens are off"),
        ("2", "Phones", "Off."),
    ]
    assert [p.lead_in for p in passages(text)] == ["", "We check that:", "We check that:", ""]


def test_a_heading_ends_those_as_deep_or_deeper_and_unmarked_ones_lie_below_numbers() -> None:
    text = "# Policy\n\n## 1. One\n\n**Staff:**\n\n- a\n\n### 1.1 Inner\n\nb.\n\n## Two\n\nc."
    assert brief(text, "md") == [
        ("1", "One > Staff:", "a"),
        ("1.1", "One > Inner", "b."),
        ("", "Two", "c."),
    ]


@pytest.mark.parametrize("line", ["SECTION THREE: PHONES", "Section 3 \u2013 PHONES", "Part 3. PHONES", "3. PHONES"])
def test_ways_of_numbering_a_section(line: str) -> None:
    assert brief(f"{line}\n\nThey are off.") == [("3", "PHONES", "They are off.")]


def test_a_line_of_capitals_or_bold_is_a_heading_only_over_something() -> None:
    text = "PHONES AND WATCHES\n\n- Off.\n\n**Clubs**\n\n- Too.\n\nTRIPS\n\n- Also.\n\nNO FILMING IN SCHOOL"
    assert brief(text) == [
        ("", "PHONES AND WATCHES", "Off."),
        ("", "PHONES AND WATCHES > Clubs", "Too."),
        ("", "TRIPS", "Also."),
        ("", "TRIPS", "NO FILMING IN SCHOOL"),
    ]


def test_a_short_line_over_a_longer_one_is_a_heading_of_plain_text() -> None:
    text = (
        "Scope\n\nThis is for everybody who works in school, and for all who visit it.\n\nThese are:\n\nStaff\n\nPupils"
        "\n\nNobody else has any part in this, whoever they may be or say they are."
    )
    assert brief(text) == [
        ("", "Scope", "This is for everybody who works in school, and for all who visit it."),
        ("", "Scope", "These are:"),
        ("", "Scope", "Staff"),
        ("", "Scope", "Pupils"),
        ("", "Scope", "Nobody else has any part in this, whoever they may be or say they are."),
    ]
    assert [p.lead_in for p in passages(text)] == ["", "", "These are:", "These are:", ""]


def test_a_list_of_contents_is_left_out() -> None:
    text = "Contents\n\n1. Aims ........ 2\n\n2. Phones 3\n\n1. Aims\n\nTo be safe.\n\n2. Phones\n\nOff."
    assert brief(text) == [("1", "Aims", "To be safe."), ("2", "Phones", "Off.")]


# Lists ---------------------------------------------------------------------------------------------------------------


def test_a_lead_in_is_the_last_sentence_and_ends_with_the_list() -> None:
    text = "We act. In school we:\n\n- listen;\n\n- help.\n\nThen we write it down.\n\n- On paper."
    assert [(p.text, p.lead_in) for p in passages(text)] == [
        ("We act. In school we:", ""),
        ("listen;", "In school we:"),
        ("help.", "In school we:"),
        ("Then we write it down.", ""),
        ("On paper.", ""),
    ]


def test_bullets_inside_a_bullet_complete_it_and_those_after_it_the_first_sentence() -> None:
    text = "Staff:\n\n- keep:\n  - phones\n  - watches\n- lock up."
    assert [(p.text, p.lead_in) for p in passages(text, "md")][1:] == [
        ("keep:", "Staff:"),
        ("phones", "keep:"),
        ("watches", "keep:"),
        ("lock up.", "Staff:"),
    ]


def test_a_bullet_of_two_paragraphs_is_one_passage() -> None:
    assert [p.text for p in passages("- One thing.\n\n  And another.\n- Next.", "md")] == [
        "One thing. And another.",
        "Next.",
    ]


def test_a_list_keeps_its_conclusion_only_inside() -> None:
    text = "If:\n\n- a. If none of the above apply, b.\n- c. If none of the above apply, d."
    assert [(p.text, p.lead_in) for p in passages(text)][1:] == [
        ("a. If none of the above apply, b.", "If:"),
        ("c.", "If:"),
        ("If none of the above apply, d.", ""),
    ]


def test_a_broken_bullet_is_put_together_and_a_short_line_is_not() -> None:
    text = "- Pupils are asked when we write rules for the whole school\n\nand practices.\n\n- Off\n\nand on again."
    assert [p.text for p in passages(text)] == [
        "Pupils are asked when we write rules for the whole school and practices.",
        "Off",
        "and on again.",
    ]


def test_what_a_pages_end_parts_is_put_together_whatever_it_begins_with() -> None:
    head = "- Phones are kept in the cupboard of"
    ended = "\n\nHill School\nPage {}\n\f\n"
    text = (
        f"{head} the staff room, says{ended.format(1)}Mrs Finch at the office.\n- It is the cup-{ended.format(2)}board."
    )
    text += f"\n- Nobody else has a key to it, day or night{ended.format(3)}4.1 Trips\n\n- None."
    assert brief(text) == [
        ("", "", "Phones are kept in the cupboard of the staff room, says Mrs Finch at the office."),
        ("", "", "It is the cupboard."),
        ("", "", "Nobody else has a key to it, day or night"),
        ("4.1", "Trips", "None."),
    ]


def test_of_two_titles_the_one_in_small_letters_is_shown() -> None:
    text = "Phone Policy\n\nPHONE POLICY OF HILL SCHOOL\n\n1. Aims\n\nTo be safe."
    assert read("a.txt", text.encode()).title == "Phone Policy"


def test_a_row_of_a_table_is_one_passage_below_its_head() -> None:
    text = "| Device | Where |\n| --- | --- |\n| Phone | locker |\n| **Watch** | wrist |\n\nAfter."
    assert [(p.text, p.lead_in) for p in passages(text, "md")] == [
        ("Phone | locker", "Device | Where"),
        ("Watch | wrist", "Device | Where"),
        ("After.", ""),
    ]


def test_a_file_in_which_every_line_is_a_paragraph() -> None:
    long = "Staff keep their phones in the locker of the staff room all day long, whoever may ring. " * 3
    assert [p.text for p in passages(f"{long}\n- One.\n{long}\nShort one.")] == [
        long.strip(),
        "One.",
        long.strip(),
        "Short one.",
    ]


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "known", "whole"),
    [
        ("use off-", "site", "off-site visits", "use off-site"),
        ("the infor-", "mation", "information", "the information"),
        ("the infor-", "mation", "", "the infor-mation"),
        ("our well-", "being", "wellbeing well-being", "our well-being"),
        ("and 2025-", "26 too", "", "and 2025- 26 too"),
        ("the end", "of it", "", "the end of it"),
    ],
)
def test_a_divided_word(first: str, second: str, known: str, whole: str) -> None:
    assert together(first, second, words_of([known])) == whole


def test_halves_of_divided_words_are_no_words() -> None:
    assert words_of(["a cup-", "board here"]) == {"a", "here"}


def test_folding_keeps_what_can_be_seen() -> None:
    assert (
        folded(" o\ufb03ce\u00a0\u201cstaff\u2019s\u201d\t\u2013  co\u00adop\u200b \u00bd ")
        == "office \u201cstaff\u2019s\u201d \u2013 coop \u00bd"
    )


@pytest.mark.parametrize("line", ["- x", "* x", "\u2022 x", "\uf0b7 x", "o x", "\u2013 x", "\u2713  x"])
def test_bullets(line: str) -> None:
    assert bulleted(line) == "x"


@pytest.mark.parametrize("line", ["-x", "on x", "x - y", "\u2013x", "-", "1. x"])
def test_no_bullets(line: str) -> None:
    assert bulleted(line) is None


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("4.5 Phones", ("4.5", "Phones")),
        ("1.1.4. IT", ("1.1.4", "IT")),
        ("12) x", ("12", "x")),
        ("(a) x", ("a", "x")),
        ("iv. x", ("iv", "x")),
        ("4 Phones", None),
        ("2018. x", None),
        ("I am", None),
        ("3.5", None),
    ],
)
def test_numbers_in_front(line: str, found: tuple[str, str] | None) -> None:
    assert labelled(line) == found


def test_page_numbers() -> None:
    assert all(map(is_page_number, ("3", "- 3 -", "Page 3 of 12", "page 3", "3/12", "| 4 |")))
    assert not any(map(is_page_number, ("", "3.1", "Page three", "in 3", "2026")))


def test_what_stands_on_every_page_of_a_text_goes_and_a_line_that_only_comes_again_stays() -> None:
    body = "\n\nHill School\nPage {}\n\f\n".join(f"- Thing {n}.\n- Off." for n in range(5)).format(*range(1, 5))
    assert [p.text for p in passages(body)] == [t for n in range(5) for t in (f"Thing {n}.", "Off.")]


# Word's own numbers --------------------------------------------------------------------------------------------------


def numbers() -> Numbers:
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{said}"/></w:lvl>'
        for n, (start, kind, said) in enumerate(
            [(3, "decimal", "%1."), (1, "decimal", "%1.%2"), (1, "lowerRoman", "(%3)"), (1, "bullet", "o")]
        )
    )
    return Numbers(
        parse_xml(
            f'<w:numbering {W}><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
            f'<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
        )
    )


def test_words_numbers_are_counted_as_word_counts_them() -> None:
    count = numbers()
    depths = [0, 1, 1, 2, 2, 2, 2, 3, 1, 2, 0, 1]
    said = ["3", "3.1", "3.2", "i", "ii", "iii", "iv", "", "3.3", "i", "4", "4.1"]
    assert [count.next(("2", depth)) for depth in depths] == said
    assert count.next(("9", 0)) == ""  # a list that the file does not describe
    assert Numbers(None).next(("2", 0)) == ""
