"""One policy in four formats gives the same passages, and what a file cannot give is said in words."""

import sys
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from PIL import Image
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import Paragraph, Table  # type: ignore[import-untyped]

import bot.policy
from bot.files import shipped
from bot.policy import read as reading
from bot.policy.model import Document
from bot.policy.read import read
from bot.policy.read_blocks import alike
from bot.reading import Mistakes

from . import samples

FORMATS: dict[str, Callable[[], bytes]] = {
    "policy.md": samples.markdown,
    "policy.txt": samples.text,
    "policy.docx": samples.word,
    "policy.pdf": samples.pdf,
}
REAL = shipped("content").parent.parent / "shared" / "policies"  # two schools' own texts: never copied in here
PAIRS = {
    "cantrell": ("cantrell-online-safety.md", "cantrell-online-safety.pdf", 220),
    "godinton": ("godinton-online-safety.txt", "godinton-online-safety.docx", 324),
}


# The same passages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_gives_the_passages_that_were_spelt_out_by_hand(name: str) -> None:
    document = read(name, FORMATS[name]())
    assert document.passages == samples.expected()
    assert (document.title, document.dated) == (samples.TITLE, "2026/27")
    assert str(document.review_due) == "2027-04-30"


def test_every_format_gives_the_same_digest_and_another_text_another() -> None:
    digests = {read(name, write()).digest for name, write in FORMATS.items()}
    assert len(digests) == 1
    other = samples.markdown().replace(
        b"say \xe2\x80\x9cno\xe2\x80\x9d kindly", b"say \xe2\x80\x9cno\xe2\x80\x9d firmly"
    )
    assert {read("policy.md", other).digest} & digests == set()
    plain = samples.markdown().decode().replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"').encode()
    assert {read("policy.md", plain).digest} == digests  # formats differ in their quotation marks


@pytest.mark.parametrize("drawn", [False, True], ids=["typed bullets", "drawn bullets"])
@pytest.mark.parametrize("height", range(170, 480, 31))
def test_wherever_pages_end_the_passages_are_whole(height: int, drawn: bool) -> None:
    assert read("policy.pdf", samples.pdf(height, drawn=drawn)).passages == samples.expected()


def test_the_number_of_an_only_page_is_not_quoted() -> None:
    assert [p.text for p in read("policy.pdf", samples.pdf(800)).passages if p.text.startswith("Page")] == []


@pytest.mark.parametrize("height", [200, 300, 400])
def test_paragraphs_without_space_between_them_are_told_apart(height: int) -> None:
    assert read("policy.pdf", samples.pdf(height, tight=True)).passages == samples.expected()


@pytest.mark.parametrize(("space", "ruled"), [(3, False), (0, True)], ids=["with space", "with rules"])
def test_cells_of_a_table_are_never_mixed(space: int, ruled: bool) -> None:
    cells = [
        [
            "The headteacher, who answers for everything, tells the governors of it at each of their meetings.",
            "Every report about an adult, and every other one too, the DSL keeps in the locked cupboard.",
        ],
        ["The deputies", "All that too, whenever the DSL is away from school or cannot be reached by telephone."],
        ["A watch", "counts as a phone."],
    ]
    small = ParagraphStyle("cell", fontSize=10, leading=12)
    looks: list[Any] = [(f"{side}PADDING", (0, 0), (-1, -1), space) for side in ("TOP", "BOTTOM")]
    looks += [("VALIGN", (0, 0), (-1, -1), "TOP"), *([("GRID", (0, 0), (-1, -1), 0.5, "black")] if ruled else [])]
    table = Table([[Paragraph(cell, small) for cell in row] for row in cells], colWidths=[150, 150], style=looks)
    first = Paragraph("This table says who does what in our school, and where what was done is kept.", small)
    document = read("roles.pdf", samples.printed([first, table], 300))
    assert {p.text for p in document.passages} >= {cell for row in cells for cell in row}


def real(name: str) -> Document:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"{name} is a school's own text and lies beside this repository, not in it")
    return read(name, path.read_bytes())


@pytest.mark.parametrize("school", list(PAIRS))
def test_the_real_files_give_the_same_passages_in_both_formats(school: str) -> None:
    one, other, many = PAIRS[school]
    first, second = real(one), real(other)
    assert len(first.passages) == many
    for a, b in zip(first.passages, second.passages, strict=True):
        assert alike(a.text) == alike(b.text)
        assert (a.section, *map(alike, a.headings), alike(a.lead_in)) == (
            b.section,
            *map(alike, b.headings),
            alike(b.lead_in),
        )
    assert (first.digest, first.title, first.dated, first.review_due) == (
        second.digest,
        second.title,
        second.dated,
        second.review_due,
    )


@pytest.mark.parametrize("school", list(PAIRS))
def test_what_is_quoted_of_the_real_files_stands_in_them_word_for_word(school: str) -> None:
    document = real(PAIRS[school][0])
    source = " ".join((REAL / PAIRS[school][0]).read_text("utf-8").replace("**", "").split())
    assert [p.text for p in document.passages if p.text not in source] == []


def test_the_traps_of_the_real_files() -> None:
    cantrell, godinton = real(PAIRS["cantrell"][0]), real(PAIRS["godinton"][0])
    (conclusion,) = [p for p in cantrell.passages if p.text.startswith("If none of the above apply")]
    assert conclusion.lead_in == ""
    assert conclusion.text.endswith("appropriate local network of support.")  # from over the page
    assert cantrell.passages[conclusion.number - 2].text.endswith("suicidal or self-harming.")
    sections = list(dict.fromkeys(p.section for p in godinton.passages))
    at = sections.index("4.3")
    assert sections[at : at + 3] == ["4.3", "4.5", "4.6"]  # the gap is the file's own
    assert "1.1.5" in sections  # a heading that Word does not mark as one
    assert "Content." in {p.text for p in godinton.passages if p.section == "5.1"}
    assert cantrell.title == "Online Safety Policy Including Filtering & Monitoring"
    assert godinton.title == "Online Safety Policy"
    assert (cantrell.dated, str(cantrell.review_due)) == ("2023/24", "2024-12-31")
    assert (godinton.dated, str(godinton.review_due)) == ("March 2018", "2020-04-30")


# What cannot be read -------------------------------------------------------------------------------------------------


def picture(pages: int, words: bool = False) -> bytes:
    file = BytesIO()
    canvas = Canvas(file)
    for number in range(pages):
        canvas.drawImage(ImageReader(Image.new("L", (40, 40), 99)), 0, 0, 400, 400)
        if words and number == 0:
            canvas.drawString(72, 700, "Staff keep their phones in the locker of the staff room.")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def zipped(name: str) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as packed:
        packed.writestr(name, "x" * 2000)
    return file.getvalue()


def no_words() -> bytes:
    file = BytesIO()
    docx.Document().save(file)
    return file.getvalue()


WRONG = {
    "empty": ("a.md", b"  \n", "a.md: is empty"),
    "unknown": ("a.odt", b"PK\x03\x04", "only .md, .txt, .docx and .pdf"),
    "no suffix": ("policy", b"words", "only .md, .txt, .docx and .pdf"),
    "latin": ("a.txt", "a line\ncaf\u00e9".encode("latin-1"), "a.txt, line 2: is not UTF-8"),
    "utf-16": ("a.txt", "words".encode("utf-16"), "is UTF-16; save the file as UTF-8"),
    "binary": ("a.txt", b"\0\1\2", "is not a text file"),
    "pdf called text": ("a.txt", b"%PDF-1.4 ...", "is a PDF file inside"),
    "word called pdf": ("a.pdf", zipped("a"), "is no PDF file inside"),
    "text called word": ("a.docx", b"words", "is no Word or other zipped file inside"),
    "old word": ("a.doc", b"\xd0\xcf\x11\xe0", "save it as .docx"),
    "locked word": ("a.docx", b"\xd0\xcf\x11\xe0", "locked with a password"),
    "broken word": ("a.docx", samples.word()[:4000], "is damaged; open it in Word"),
    "another zip": ("a.docx", zipped("hello.txt"), "is no Word document, or damaged"),
    "word without words": ("a.docx", no_words(), "holds no paragraph or bullet"),
    "scan": ("a.pdf", picture(2), "only pictures of it \\(a scan\\)"),
    "locked pdf": ("a.pdf", samples.pdf(lock="made-up"), "locked with a password"),
    "broken pdf": ("a.pdf", b"%PDF-1.4\n1 0 obj <</Type", "is damaged; open it and save"),
    "only headings": ("a.md", b"# Policy\n\n## Phones\n", "holds no paragraph or bullet"),
}


@pytest.mark.parametrize("case", list(WRONG))
def test_what_cannot_be_read_is_said_in_one_line(case: str) -> None:
    name, source, said = WRONG[case]
    with pytest.raises(Mistakes, match=said) as wrong:
        read(name, source)
    assert len(wrong.value.mistakes) == 1
    assert wrong.value.mistakes[0].startswith(name)


@pytest.mark.parametrize(
    ("bound", "least", "name", "said"),
    [
        ("MOST_BYTES", 10, "policy.md", "0 is the most"),
        ("MOST_PAGES", 1, "policy.pdf", "1 is the most: is it one policy"),
        ("MOST_PASSAGES", 3, "policy.txt", "holds 16 passages; 3 is the most"),
        ("_MOST_UNPACKED", 1000, "policy.docx", "unpacks to"),
    ],
)
def test_files_that_are_too_long_are_refused(
    monkeypatch: pytest.MonkeyPatch, bound: str, least: int, name: str, said: str
) -> None:
    monkeypatch.setattr(reading, bound, least)
    with pytest.raises(Mistakes, match=said):
        read(name, FORMATS[name]())


def test_a_page_that_is_a_picture_is_remarked_on_and_the_rest_is_read() -> None:
    remarks: list[str] = []
    document = read("a.pdf", picture(3, words=True), remark=remarks.append)
    assert [p.text for p in document.passages] == ["Staff keep their phones in the locker of the staff room."]
    assert remarks == [f"page {n} is a picture without text: what it says was not read" for n in (2, 3)]


@pytest.mark.parametrize("name", ["policy.pdf", "policy.docx"])
def test_progress_goes_up_to_the_end(name: str) -> None:
    steps: list[tuple[int, int]] = []
    read(name, FORMATS[name](), lambda done, of: steps.append((done, of)))
    assert steps == sorted(steps)
    assert len(steps) > 2
    assert steps[-1][0] == steps[-1][1]


@pytest.mark.parametrize(
    ("name", "library", "reader"), [("policy.docx", "docx", "read_word"), ("policy.pdf", "pdfminer.pdfdocument", "")]
)
def test_without_the_library_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, name: str, library: str, reader: str
) -> None:
    source = FORMATS[name]()
    monkeypatch.setitem(sys.modules, library, None)
    if reader:
        monkeypatch.delattr(bot.policy, reader, raising=False)
        monkeypatch.delitem(sys.modules, f"bot.policy.{reader}", raising=False)
    with pytest.raises(Mistakes, match="extra 'policies'"):
        read(name, source)


def test_a_file_without_a_title_is_called_by_its_name() -> None:
    assert read("staff_phone-rules.md", b"Phones stay in the locker.").title == "staff phone rules"
