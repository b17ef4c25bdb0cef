"""A made-up policy written in four formats, with the traps that real files hold, and what must be read from each."""

from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any

import docx
import reportlab  # type: ignore[import-untyped]
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph  # type: ignore[import-untyped]

from bot.policy.model import Passage

TITLE = "Mobile Phone and Camera Policy"
_HEADER = "Hollybank Infant School"

for _name, _font in (("Body", "Vera.ttf"), ("Bold", "VeraBd.ttf")):
    pdfmetrics.registerFont(TTFont(_name, Path(reportlab.__file__).parent / "fonts" / _font))

# What the file says, in order: (kind, text). Kinds: 1-3 heading of that level, b bold line, p paragraph, - bullet,
# # numbered line. The files below write it each in their own way.
CONTENT = [
    ("b", "Next review date: Spring 2027"),
    ("1", "SECTION ONE: WHO THIS IS FOR"),
    ("p", "This policy is for everybody who works or helps at Hollybank Infant School, and for every visitor."),
    ("p", "It was written with parents. It explains how we:"),
    ("-", "keep children\u2019s pictures safe, whoever takes them and wherever they are kept;"),
    (
        "-",
        "look after the school\u2019s own tablets, cameras and telephones during the school day and on visits outside;",
    ),
    ("-", "say \u201cno\u201d kindly."),
    ("2", "1.1 Staff phones"),
    (
        "-",
        "Phones stay in the locked cupboard of the staff room from the first bell until the last child has gone home.",
    ),
    (
        "-",
        "Ask Dr Ada Quill, Mr Ben Starling, Mrs Cora Finch, Miss Dot Heron, Mr Eli Wren or Ms Fay Rook.",
    ),
    ("-", "Nobody takes pictures on a phone of their own"),
    ("2", "1.2 Visitors\u2019 phones"),
    ("p", "Visitors are asked at the office to switch off their phones, and the office offers a cupboard."),
    ("3", "1.2.1 Builders"),
    ("p", "Builders may use phones outside the fence, where no child can be seen or heard, at any time."),
    ("2", "1.4 If a picture is found"),
    ("p", "The DSL decides with the head. Both are told at once if:"),
    ("#", "an adult is in the picture"),
    ("#", "a child is in danger. If none of the above apply, the class teacher may deal with it."),
    ("b", "After school clubs"),
    (
        "p",
        "Clubs follow the same rules, off-site too, and the club\u2019s leader keeps the only telephone switched on.",
    ),
]


def expected() -> tuple[Passage, ...]:
    """Give the passages, spelt out by hand."""
    one, staff, visitors = (
        ("WHO THIS IS FOR",),
        ("WHO THIS IS FOR", "Staff phones"),
        ("WHO THIS IS FOR", "Visitors\u2019 phones"),
    )
    found = ("WHO THIS IS FOR", "If a picture is found")
    how, told = "It explains how we:", "Both are told at once if:"
    rows = [
        ("Next review date: Spring 2027", (), "", ""),
        (CONTENT[2][1], one, "1", ""),
        (CONTENT[3][1], one, "1", ""),
        (CONTENT[4][1], one, "1", how),
        (CONTENT[5][1], one, "1", how),
        (CONTENT[6][1], one, "1", how),
        (CONTENT[8][1], staff, "1.1", ""),
        (CONTENT[9][1], staff, "1.1", ""),
        (CONTENT[10][1], staff, "1.1", ""),
        (CONTENT[12][1], visitors, "1.2", ""),
        (CONTENT[14][1], (*visitors, "Builders"), "1.2.1", ""),
        (CONTENT[16][1], found, "1.4", ""),
        ("an adult is in the picture", found, "1.4", told),
        ("a child is in danger.", found, "1.4", told),
        ("If none of the above apply, the class teacher may deal with it.", found, "1.4", ""),
        (CONTENT[20][1], (*found, "After school clubs"), "1.4", ""),
    ]
    return tuple(Passage(n, *row) for n, row in enumerate(rows, 1))


def markdown() -> bytes:
    """Write it in Markdown: bold inside headings, a bullet over two lines, a comment, a link."""
    lines = [f"# {TITLE} 2026/27", "", "<!-- internal -->", ""]
    number = 0
    for kind, text in CONTENT:
        number = number + 1 if kind == "#" else 0
        if kind in "123":
            lines += ["", f"{'#' * (int(kind) + 1)} **{text}**", ""]
        elif kind == "b":
            lines += ["", f"**{text}**", ""]
        elif kind == "p":
            lines += ["", text.replace("parents", "[parents](https://example.org/parents)"), ""]
        else:
            first, *rest = wrap(text, 70)
            lines += [f"{'-' if kind == '-' else f'{number}.'} {first}", *(f"  {line}" for line in rest)]
    return "\n".join(lines).encode()


def text() -> bytes:
    """Write it as plain text of 60 columns and short pages: footers, a parted word, a ligature, a byte order mark."""
    lines = [f"{TITLE} 2026/27", ""]
    number = 0
    for kind, words in CONTENT:
        number = number + 1 if kind == "#" else 0
        front = {"-": "\u2022 ", "#": f"{number}) "}.get(kind, "")
        line = front + words.replace("office", "o\ufb03ce")
        lines += ["", *wrap(f"**{line}**" if kind == "b" else line, 60, break_on_hyphens=False)]
    parted = "\n".join(lines).replace("cupboard of", "cup-\nboard of")
    paged = []
    for n, line in enumerate(parted.split("\n"), 1):
        paged.append(line)
        if n % 14 == 0:
            paged += ["", f"{_HEADER}", f"Page {n // 14} of 5", "\f", "Draft for governors"]
    return b"\xef\xbb\xbf" + "\r\n".join(paged).encode()


def word() -> bytes:
    """Write it with Word's own headings, lists and automatic numbers; a header, a revision, a bullet in two parts."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = _HEADER
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_paragraph(f"{TITLE} 2026/27", "Title")
    for kind, words in CONTENT:
        if kind in "123":
            document.add_heading(words, int(kind))
        elif kind == "b":
            document.add_paragraph().add_run(words).bold = True
        elif kind == "p":
            _revised(document, words)
        elif "the first bell" in words:  # a page's end, as copying from a PDF leaves it
            first, second = words.split(" the first bell")
            document.add_paragraph(first, "List Bullet")
            document.add_paragraph(f"the first bell{second}")
        else:
            document.add_paragraph(words, "List Bullet" if kind == "-" else "List Number")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _revised(document: WordDocument, words: str) -> None:
    """Write a paragraph whose last word a reviewer put in, in place of one that was struck out."""
    first, last = words.rsplit(" ", 1)
    paragraph = document.add_paragraph(f"{first} ")
    for mark, piece, holds in (("w:ins", last, "w:t"), ("w:del", "no", "w:delText"), ("w:moveFrom", "one", "w:t")):
        change, run, text = OxmlElement(mark), OxmlElement("w:r"), OxmlElement(holds)
        change.set(qn("w:id"), "7")
        text.text = piece
        run.append(text)
        change.append(run)
        paragraph._p.append(change)


class _Dotted(Paragraph):  # type: ignore[misc]
    """A bullet whose dot is drawn, as browsers draw it: no character stands for it."""

    dotted = True

    def draw(self) -> None:
        if self.dotted:
            self.canv.circle(10, self.height - 7, 1.8, stroke=0, fill=1)
        super().draw()

    def split(self, width: float, height: float) -> list[Paragraph]:
        parts: list[Paragraph] = super().split(width, height)
        for later in parts[1:]:
            later.dotted = False
        return parts


def pdf(height: int = 300, *, drawn: bool = False, tight: bool = False, lock: str | None = None) -> bytes:
    """Write it on low pages, so that they part bullets: a running head, page numbers, a ligature, a parted word.

    `drawn`: dots instead of bullets; `tight`: no space between paragraphs; `lock`: the password to open it.
    """
    flow = [_set(f"{TITLE} 2026/27", "Bold", 20)]
    number = 0
    for kind, text in CONTENT:
        number = number + 1 if kind == "#" else 0
        words = text.replace("office", "of\ufb01ce").replace("cupboard of", "cup-<br/>board of")
        if kind in "123":
            flow.append(_set(words, "Bold", 18 - 2 * int(kind)))
        elif kind in "bp":
            flow.append(_set(words, "Bold" if kind == "b" else "Body", 10))
        elif drawn and kind == "-":
            flow.append(_set(words, "Body", 10, " ", _Dotted))
        else:
            flow.append(_set(words, "Body", 10, "\u2022" if kind == "-" else f"{number}."))
    for paragraph in flow if tight else ():
        paragraph.style.spaceAfter = 0
    return printed(flow, height, lock)


def printed(flow: list[Any], height: int, lock: str | None = None) -> bytes:
    """Set reportlab's flowables on pages with a running head and numbers."""

    def edges(canvas: Any, _: object) -> None:
        canvas.setFont("Body", 8)
        canvas.drawString(60, height - 30, _HEADER)
        canvas.drawRightString(360, 25, f"Page {canvas.getPageNumber()} of 9")

    file = BytesIO()
    template = BaseDocTemplate(file, pagesize=(420, height), title=TITLE, encrypt=lock)
    template.addPageTemplates(PageTemplate("page", [Frame(50, 40, 320, height - 80)], onPage=edges))
    template.build(flow)
    return file.getvalue()


def _set(words: str, font: str, size: int, mark: str = "", kind: type[Paragraph] = Paragraph) -> Paragraph:
    style = ParagraphStyle(
        "style",
        fontName=font,
        fontSize=size,
        leading=1.2 * size,
        spaceAfter=3 if mark else 8,
        leftIndent=18 if mark else 0,
        bulletIndent=6,
        bulletFontName="Body",
        allowWidows=1,
        allowOrphans=1,
    )
    return kind(words, style, bulletText=mark.strip() or None)
