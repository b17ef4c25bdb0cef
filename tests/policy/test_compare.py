"""What changed between two versions: every passage is the same, moved, reworded, added or removed, and once only."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.commands.policy_text import changes
from bot.policy.compare import Added, Moved, Removed, Reworded, compare
from bot.policy.model import Document, Passage


def document(*texts: str, under: tuple[str, ...] = ("Phones",)) -> Document:
    passages = tuple(Passage(n, text, under, "4") for n, text in enumerate(texts, 1))
    return Document("Policy", "", passages)


OFF = "Staff keep their phones off and in the locker all day."
AWAY = "Staff keep their phones away and in the locker all week."
WATCH = "Watches that take pictures count as phones."
TRIP = "A trip's leader carries the school's telephone."


def test_nothing_changed() -> None:
    assert compare(document(OFF, WATCH), document(OFF, WATCH)) == ()


def test_a_new_a_gone_and_a_reworded_passage_in_the_order_of_reading() -> None:
    before, after = document(OFF, WATCH), document(TRIP, AWAY)
    added, reworded, removed = compare(before, after)
    assert added == Added(after.passages[0])
    assert reworded == Reworded(before.passages[0], after.passages[1])
    assert removed == Removed(before.passages[1])
    assert list(changes((added, reworded, removed))) == [
        f"+ 4 Phones: {TRIP}",
        "~ 4 Phones: Staff keep their phones [-off-] {+away+} and in the locker all [-day.-] {+week.+}",
        f"- 4 Phones: {WATCH}",
        "1 added, 1 removed, 1 reworded, 0 moved",
    ]


def test_the_same_words_under_another_heading_moved() -> None:
    before, after = document(OFF), document(OFF, under=("Devices",))
    assert compare(before, after) == (Moved(before.passages[0], after.passages[0]),)
    assert next(changes(compare(before, after))) == f"> 4 Devices: {OFF} (was in 4 Phones)"


def test_a_passage_that_only_stands_later_is_no_change() -> None:
    assert [type(change) for change in compare(document(OFF, WATCH), document(TRIP, WATCH, OFF))] == [Added]


def test_quotation_marks_and_dashes_are_no_change() -> None:
    assert compare(document("Say \u2018no\u2019 \u2013 kindly."), document("Say 'no' - kindly.")) == ()


def test_of_two_equal_passages_one_goes() -> None:
    before = document(OFF, OFF)
    assert compare(before, document(OFF)) == (Removed(before.passages[1]),)


def test_of_the_same_words_in_two_sections_the_one_that_went_is_removed() -> None:
    here, there = document(OFF).passages[0], document(OFF, under=("Trips",)).passages[0]
    both = Document("Policy", "", (here, replace(there, number=2)))
    assert compare(both, document(OFF, under=("Trips",))) == (Removed(here),)


def test_equal_passages_are_paired_in_their_order() -> None:
    found = compare(document(OFF, WATCH, OFF), document(OFF, TRIP, OFF))
    assert [type(change) for change in found] == [Removed, Added]


def test_the_likest_passages_are_paired() -> None:
    before, after = document("Phones are off in class."), document("Phones are in class.", "Phones are off in a class.")
    assert compare(before, after) == (Added(after.passages[0]), Reworded(before.passages[0], after.passages[1]))
    less, more = "Phones are off in the class of infants.", "Phones are off in a class."
    before, after = document(less, more), document("Phones are off in the class.")
    assert compare(before, after) == (Removed(before.passages[0]), Reworded(before.passages[1], after.passages[0]))


WORDS = some.lists(
    some.sampled_from(["phones", "watches", "are", "off", "on", "in", "class", "hall", "always"]),
    min_size=1,
    max_size=6,
)
TEXTS = some.lists(WORDS.map(" ".join), max_size=8)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_every_passage_is_accounted_for_once(olds: list[str], news: list[str]) -> None:
    before, after = document(*olds), document(*news)
    found = compare(before, after)
    gone = [c.passage if isinstance(c, Removed) else c.before for c in found if not isinstance(c, Added)]
    come = [c.passage if isinstance(c, Added) else c.after for c in found if not isinstance(c, Removed)]
    assert len(set(gone)) == len(gone)
    assert len(set(come)) == len(come)
    stayed = Counter(p.text for p in before.passages if p not in gone)
    assert stayed == Counter(p.text for p in after.passages if p not in come)
    for change in found:
        if isinstance(change, Reworded):
            pieces = list(change.pieces())
            assert " ".join(words for what, words in pieces if what != "new") == change.before.text
            assert " ".join(words for what, words in pieces if what != "gone") == change.after.text
