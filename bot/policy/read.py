"""A policy's file into a Document, whichever of four formats it has. Must not know where files or policies are kept."""

import hashlib
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePath

import msgspec

from bot.policy.model import Document, Passage
from bot.policy.read_blocks import Block, Progress, Remark, alike
from bot.policy.read_dates import dated, review_due, without_date
from bot.policy.read_passages import assemble, front_and_back
from bot.reading import Mistakes

MOST_BYTES = 20_000_000
MOST_PAGES = 300
MOST_PASSAGES = 5_000
_MOST_UNPACKED = 200_000_000

_KINDS = {".md": "markdown", ".markdown": "markdown", ".txt": "text", ".text": "text", ".docx": "word", ".pdf": "pdf"}
_PDF, _ZIP, _OLD_OFFICE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_INSTALL = "reading {what} files needs Beacon's extra 'policies': pip install 'beacon-school[policies]'"


def read(name: str, source: bytes, progress: Progress = lambda *_: None, remark: Remark = lambda _: None) -> Document:
    """Read a file: `name` says its format and stands for the title when the document has none.

    `progress` is told how much of how much was read; `remark` what somebody should look at, such as a page that is a
    picture. Raises Mistakes, in words, for a file that cannot be read.
    """
    if len(source) > MOST_BYTES:
        raise Mistakes(f"{name}: is {len(source) // 1_000_000} MB long; {MOST_BYTES // 1_000_000} is the most")
    blocks = _blocks(name, source, progress, remark)
    title, passages = assemble(blocks)
    if not passages:
        raise Mistakes(f"{name}: holds no paragraph or bullet to quote")
    if len(passages) > MOST_PASSAGES:
        raise Mistakes(f"{name}: holds {len(passages)} passages; {MOST_PASSAGES} is the most: is it one policy?")
    texts = front_and_back(passages)
    return Document(
        title=without_date(title) or PurePath(name).stem.replace("-", " ").replace("_", " "),
        digest=digest(passages),
        passages=passages,
        dated=dated(title, texts),
        review_due=review_due(texts),
    )


def digest(passages: Sequence[Passage]) -> str:
    """Give what names exactly these passages, however a format writes quotation marks and dashes."""
    told = [[*map(alike, (p.text, p.section, p.lead_in, *p.headings))] for p in passages]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _blocks(name: str, source: bytes, progress: Progress, remark: Remark) -> list[Block]:
    if not source.strip():
        raise Mistakes(f"{name}: is empty")
    suffix = PurePath(name).suffix.casefold()
    kind = _KINDS.get(suffix)
    if suffix == ".doc" or (kind == "word" and source.startswith(_OLD_OFFICE)):
        raise Mistakes(f"{name}: is locked with a password, or an old Word file; save it as .docx without a password")
    if kind is None:
        raise Mistakes(f"{name}: only .md, .txt, .docx and .pdf files can be read; save it as one of them")
    for mark, own, called in ((_PDF, "pdf", "PDF"), (_ZIP, "word", "Word or other zipped")):
        if source.startswith(mark) is not (kind == own):
            wrong = f"is a {called} file inside" if kind != own else f"is no {called} file inside, or it is damaged"
            raise Mistakes(f"{name}: {wrong}, whatever its name says")
    match kind:
        case "pdf":
            return _pdf(name, source, progress, remark)
        case "word":
            return _word(name, source, progress)
    text = _text(name, source)
    if kind == "markdown":
        from bot.policy import read_markdown  # noqa: PLC0415 - only who reads a policy needs it

        return read_markdown.blocks(text)
    from bot.policy import read_text  # noqa: PLC0415

    return read_text.blocks(text)


def _text(name: str, source: bytes) -> str:
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Mistakes(f"{name}: is UTF-16; save the file as UTF-8")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = source.count(b"\n", 0, wrong.start) + 1
        raise Mistakes(f"{name}, line {line}: is not UTF-8; save the file as UTF-8") from None
    if "\0" in text:
        raise Mistakes(f"{name}: is not a text file, whatever its name says")
    return text


def _word(name: str, source: bytes, progress: Progress) -> list[Block]:
    try:
        from bot.policy import read_word  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise Mistakes(f"{name}: {_INSTALL.format(what='Word')}") from missing
    try:
        with zipfile.ZipFile(BytesIO(source)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise Mistakes(f"{name}: is damaged; open it in Word and save it again") from None
    if unpacked > _MOST_UNPACKED:
        raise Mistakes(f"{name}: unpacks to {unpacked // 1_000_000} MB; {_MOST_UNPACKED // 1_000_000} is the most")
    try:
        return read_word.blocks(source, progress)
    except Exception as wrong:  # a damaged file makes the library fail in ways it does not list
        raise Mistakes(f"{name}: is no Word document, or damaged; open it in Word and save it again") from wrong


def _pdf(name: str, source: bytes, progress: Progress, remark: Remark) -> list[Block]:
    try:
        from pdfminer.pdfdocument import PDFPasswordIncorrect  # noqa: PLC0415

        from bot.policy import read_pdf  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise Mistakes(f"{name}: {_INSTALL.format(what='PDF')}") from missing
    try:
        blocks = read_pdf.blocks(source, MOST_PAGES, progress, remark)
    except PDFPasswordIncorrect:
        raise Mistakes(f"{name}: is locked with a password; save a copy without one") from None
    except read_pdf.TooLong as wrong:
        raise Mistakes(f"{name}: has {wrong} pages; {MOST_PAGES} is the most: is it one policy?") from None
    except Exception as wrong:  # a damaged file makes the library fail in ways it does not list
        raise Mistakes(f"{name}: is damaged; open it and save or print it as a PDF again") from wrong
    if not blocks:
        raise Mistakes(f"{name}: holds no text, only pictures of it (a scan); ask whoever wrote it for the Word file")
    return blocks
