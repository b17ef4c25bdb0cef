"""How well and how fast clauses are found: `python -m tests.bench.bench_policy [--fast]`. Run it by itself.

Each row of the first table is the one above it with one thing more, on the calibration questions (weights, thresholds
and lexicon were set on them) and on those that were held out (tests/policy/data/README.md says who wrote which).
The sample policies and their questions lie outside the project; without them only the made-up schools are measured.

"first" and "in three" are of the answerable questions, before any refusal; "right" is the balanced accuracy of
answering against refusing: the mean of the answerable that were answered and the unanswerable that were not.
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.library import lexicon as shipped_lexicon
from bot.policy import find
from bot.policy.find import Finder
from bot.policy.find_meaning import Lexicon
from bot.policy.find_words import words_of
from bot.policy.model import Document
from bot.policy.read import read
from bot.policy.spelling import Speller

HERE = Path(__file__).resolve().parent.parent / "policy" / "data"
SHARED = HERE.parents[3] / "shared"
TODAY = date(2026, 11, 22)
_say = sys.stdout.write


@dataclass(frozen=True)
class Question:
    """One question, and the openings of the clauses that answer it."""

    text: str
    gold: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    """The questions on one policy."""

    name: str
    document: Document
    questions: tuple[Question, ...]
    held_out: bool


def fold(text: str) -> str:
    """Give a text as answers are compared: words only."""
    return " ".join(words_of(text))


def papers() -> list[Paper]:
    """Read every set of questions there is here."""
    policies = SHARED / "policies"
    listed = [
        ("cantrell, development", policies / "cantrell-online-safety.md", SHARED / "qa" / "questions.jsonl", False),
        ("godinton, development", policies / "godinton-online-safety.txt", SHARED / "qa" / "questions.jsonl", False),
        ("cantrell, hard", policies / "cantrell-online-safety.md", HERE / "real-calibration.jsonl", False),
        ("godinton, hard", policies / "godinton-online-safety.txt", HERE / "real-calibration.jsonl", False),
        ("thornbeck", HERE / "thornbeck-own-devices.txt", HERE / "thornbeck.jsonl", False),
        ("wrens", HERE / "little-wrens-phones.md", HERE / "wrens.jsonl", True),
        ("millrace", HERE / "millrace-behaviour.md", HERE / "millrace.jsonl", True),
        ("godinton, held out", policies / "godinton-online-safety.txt", HERE / "real-held-out.jsonl", True),
    ]
    return [
        Paper(name, read(policy.name, policy.read_bytes()), _questions(questions, name.split(",")[0]), held_out)
        for name, policy, questions, held_out in listed
        if policy.exists() and questions.exists()
    ]


def _questions(path: Path, school: str) -> tuple[Question, ...]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(
        Question(row["question"], tuple(map(fold, row["gold"])))
        for row in rows
        if row["school"] == school and row["kind"] != "hostile"
    )


def place(question: Question, texts: Sequence[str]) -> int:
    """Give the rank of the first right text among the first three, 0 for none."""
    for rank, text in enumerate(map(fold, texts[:3]), 1):
        if any(gold == text if len(gold) < 25 else gold in text or text in gold for gold in question.gold):
            return rank
    return 0


# The ways of finding: what is found for a question, best first, and whether it would be answered. ---------------

Way = Callable[[str], tuple[list[str], bool]]


def fts5(document: Document, *, stems: bool = False, headings: bool = False) -> Way:
    """FTS5 with nothing around it: any word of the question, the likeliest first."""
    store = sqlite3.connect(":memory:")
    store.execute(f"create virtual table p using fts5(text, above, tokenize='{'porter ' * stems}unicode61')")
    for passage in document.passages:
        above = " ".join((passage.lead_in, *passage.headings)) if headings else ""
        store.execute("insert into p (rowid, text, above) values (?, ?, ?)", (passage.number, passage.text, above))
    texts = {passage.number: passage.text for passage in document.passages}

    def way(question: str) -> tuple[list[str], bool]:
        query = " OR ".join(f'"{word}"' for word in words_of(question))
        found = store.execute("select rowid from p where p match ? order by bm25(p, 1, 0.5) limit 3", [query or '""'])
        rows = [texts[number] for (number,) in found]
        return rows, bool(rows)

    return way


class Unmending(Speller):
    """A speller that leaves every word as it is."""

    def mend(self, word: str) -> str:
        return word


def unmended(finder: Finder) -> Finder:
    """Give the finder without its speller."""
    finder._speller = Unmending(finder._lexicon.vocabulary, finder._known.words)
    return finder


def candidates(document: Document, lexicon: Lexicon) -> Way:
    """The index of stems and concepts in bm25's order, as it hands candidates to the ranking."""
    finder = unmended(Finder([document], lexicon))

    def way(question: str) -> tuple[list[str], bool]:
        asked, _ = finder.ranked(question)
        rows = finder._index.near(finder._searched(asked), 3)
        return [finder._known.entries[row].passage.text for row in rows], bool(rows)

    return way


def ranked(finder: Finder, *, refuse: bool) -> Way:
    """The finder itself."""

    def way(question: str) -> tuple[list[str], bool]:
        found = finder.ranked(question)[1]
        answers = bool(finder.answer(question, TODAY).quotes) if refuse else bool(found)
        return [one.entry.passage.text for one in found[:3]], answers

    return way


def bare(lexicon: Lexicon) -> Lexicon:
    """Give the lexicon without its concepts and what it says of other policies."""
    return replace(lexicon, concepts={}, reach={}, elsewhere={}, wants=())


def plain(document: Document) -> Document:
    """Give the document without its headings and lead-in sentences."""
    return replace(document, passages=tuple(replace(p, headings=(), lead_in="") for p in document.passages))


def ablation(lexicon: Lexicon) -> list[tuple[str, Callable[[Document], Way]]]:
    """Give every way that is compared, by name."""
    return [
        ("plain FTS5", fts5),
        ("+ stems", lambda d: fts5(d, stems=True)),
        ("+ headings", lambda d: fts5(d, stems=True, headings=True)),
        ("+ concepts in the index", lambda d: candidates(d, lexicon)),
        ("+ our ranking", lambda d: ranked(unmended(Finder([d], lexicon)), refuse=False)),
        ("+ spelling", lambda d: ranked(Finder([d], lexicon), refuse=False)),
        ("+ refusal: all of it", lambda d: ranked(Finder([d], lexicon), refuse=True)),
        ("all but the concepts", lambda d: ranked(Finder([d], bare(lexicon)), refuse=True)),
        ("all but headings", lambda d: ranked(Finder([plain(d)], lexicon), refuse=True)),
        ("all but spelling", lambda d: ranked(unmended(Finder([d], lexicon)), refuse=True)),
        ("all but other topics", lambda d: ranked(Finder([d], replace(lexicon, elsewhere={})), refuse=True)),
        ("all but what is wanted", lambda d: ranked(Finder([d], replace(lexicon, wants=())), refuse=True)),
    ]


@dataclass(frozen=True)
class Marks:
    """What a way got of some papers."""

    first: float
    three: float
    right: float

    def __str__(self) -> str:
        return f"{self.first:7.3f} {self.three:8.3f} {self.right:6.3f}"


def mark(sets: Iterable[Paper], make: Callable[[Document], Way]) -> Marks:
    """Ask every question and count."""
    places, answered, refused = [], [], []
    for paper in sets:
        way = make(paper.document)
        for question in paper.questions:
            texts, answers = way(question.text)
            if question.gold:
                places.append(place(question, texts))
                answered.append(answers)
            else:
                refused.append(not answers)
    return Marks(
        sum(rank == 1 for rank in places) / len(places),
        sum(rank > 0 for rank in places) / len(places),
        (statistics.mean(answered) + statistics.mean(refused)) / 2,
    )


def quality(sets: Sequence[Paper], lexicon: Lexicon) -> None:
    """Print the table of what each ingredient gains, then each set of questions by itself."""
    seen, unseen = [p for p in sets if not p.held_out], [p for p in sets if p.held_out]
    _say(f"{'':26}{'calibration':>24}{'held out':>24}\n{'':26}" + f"{'first in three  right':>24}" * 2 + "\n")
    for name, make in ablation(lexicon):
        _say(f"{name:26} {mark(seen, make)} {mark(unseen, make)}\n")
    _say("\nall of it, each set by itself\n")
    for paper in sets:
        marks = mark([paper], lambda d: ranked(Finder([d], lexicon), refuse=True))
        answerable = sum(bool(q.gold) for q in paper.questions)
        _say(f"{paper.name:26} {marks}   {answerable} answerable, {len(paper.questions) - answerable} not"
             f"{', held out' if paper.held_out else ''}\n")  # fmt: skip


def crossed(sets: Sequence[Paper], lexicon: Lexicon) -> None:
    """Print what refusing gets on each school when the threshold is set on all the others only."""
    steps = [0.8, 1.0, 1.2, 1.4, 1.5, 1.6, 1.7, 1.8, 2.0, 2.2, 2.5]
    whole = find._ENOUGH
    table: dict[str, list[float]] = {}
    schools = sorted({paper.name.split(",")[0] for paper in sets})
    try:
        for school in schools:
            table[school] = []
            for step in steps:
                find._ENOUGH = step
                own = [p for p in sets if p.name.split(",")[0] == school]
                table[school].append(mark(own, lambda d: ranked(Finder([d], lexicon), refuse=True)).right)
    finally:
        find._ENOUGH = whole
    _say("\nthreshold set on the other schools, and the balanced accuracy it gets here\n")
    for school in schools:
        others = [statistics.mean(table[o][i] for o in schools if o != school) for i in range(len(steps))]
        best = others.index(max(others))
        _say(f"{school:26} {steps[best]:5.1f} {table[school][best]:8.3f}\n")


def speed(sets: Sequence[Paper], lexicon: Lexicon, count: int) -> None:
    """Print what a question costs when a school has `count` policies."""
    documents = [_varied(sets[i % len(sets)].document, i) for i in range(count)]
    questions = [q.text for paper in sets for q in paper.questions]
    tracemalloc.start()
    finder = Finder(documents, lexicon)
    _, memory = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    begun = time.perf_counter()
    finder = Finder(documents, lexicon)
    built = time.perf_counter() - begun
    finder.answer(questions[0], TODAY)
    waits, worked = [], []
    for question in questions:
        begun, busy = time.perf_counter(), time.thread_time()
        finder.answer(question, TODAY)
        waits.append((time.perf_counter() - begun) * 1000)
        worked.append((time.thread_time() - busy) * 1000)
    waits.sort()
    worked.sort()
    passages = sum(len(d.passages) for d in documents)
    p50, p99 = statistics.median(waits), waits[int(len(waits) * 0.99)]
    _say(f"{count:4} policies {passages:6} passages: p50 {p50:6.2f} ms, p99 {p99:6.2f} ms, ")
    _say(f"of processor time p99 {worked[int(len(worked) * 0.99)]:6.2f} ms; ")
    _say(f"indexed in {built:5.2f} s; {memory / 1e6:6.1f} MB of Python\n")


def _varied(document: Document, number: int) -> Document:
    """Give the document as another policy: other passages missing, so that no two are the same."""
    kept = tuple(p for p in document.passages if (p.number + number) % 7 or not number)
    return replace(document, title=f"{document.title} {number}", passages=kept)


def main() -> None:
    """Measure all of it."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--fast", action="store_true", help="quality only, no times")
    options.add_argument("--papers", nargs="*", help="only the sets whose names begin so")
    options.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = options.parse_args()
    sets = [p for p in papers() if not args.papers or p.name.startswith(tuple(args.papers))]
    lexicon = shipped_lexicon()
    if args.one:
        speed(sets, lexicon, args.one)
        return
    quality(sets, lexicon)
    crossed(sets, lexicon)
    if not args.fast:
        _say("\n")
        sys.stdout.flush()
        for count in (2, 20, 200):  # a process each, so that none of them finds words already stemmed
            again = [sys.executable, "-m", "tests.bench.bench_policy", "--one", str(count)]
            subprocess.run(again, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
