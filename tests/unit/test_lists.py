"""Word lists: how text is normalised, and what counts as a mention."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.lists import load_list, load_lists, mentions, normalise
from bot.reading import Mistakes


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  I DON'T  know ", "i dont know"),
        ("don\u2019t don\u2018t don`t don\u00b4t don\uff07t", "dont dont dont dont dont"),
        ("self-harm, self_harm; self/harm", "self harm self harm self harm"),
        ("caf\u00e9 Stra\u00dfe \u0141\u00f3d\u017a", "cafe strasse \u0142odz"),
        ("k\u200bi\u00adll", "kill"),
        ("\uff48\uff45\uff4c\uff50", "help"),
        ("\U0001f622 !?", ""),
        ("ring 999", "ring 999"),
    ],
)
def test_text_is_normalised(text: str, normal: str) -> None:
    assert normalise(text) == normal


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


PHRASES = frozenset({"kill myself", "self harm", "suicide", "help me", "hurts", "999"})


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself.",
        "KILL MYSELF",
        "kill my self",
        "killmyself",
        "kil myself",
        "killll mysellf",
        "kill mysef",
        "kill mysefl",
        "self-harm",
        "selfharm",
        "i self harmed? no: self harm",
        "sucide",
        "suicde",
        "siucide",
        "suiide",
        "suiside",
        "it hirts",
        "hellllp meee",
        "h\u00e9lp me",
        "ring 999",
    ],
)
def test_mentions_are_found_however_they_are_spelt(text: str) -> None:
    assert mentions(text, PHRASES)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I killed a dragon in the game myself",
        "skill myself",
        "my skills help the team",
        "held me",
        "myself",
        "ring 9",
        "9999",
        "harm to self",
        "I lost my lunch box",
    ],
)
def test_other_words_are_not_mentions(text: str) -> None:
    assert not mentions(text, PHRASES)


def test_no_phrases_are_never_mentioned() -> None:
    assert not mentions("anything", frozenset())


LONG = frozenset({"suicide", "hurting", "threatened"})


@given(st.sampled_from(sorted(LONG)), st.integers(0, 6), st.sampled_from("abcdefghijklmnopqrstuvwxyz"), st.data())
def test_any_one_slip_in_a_long_word_is_still_a_mention(word: str, at: int, letter: str, data: st.DataObject) -> None:
    left_out = word[:at] + word[at + 1 :]
    wrong = word[:at] + letter + word[at + 1 :]
    added = word[:at] + letter + word[at:]
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    slip = data.draw(st.sampled_from([left_out, wrong, added, swapped]))
    assert mentions(f"so {slip} now", LONG)


@given(st.text(), st.sampled_from(sorted(PHRASES)), st.text())
def test_what_stands_around_a_phrase_hides_nothing(before: str, phrase: str, after: str) -> None:
    assert mentions(f"{before} {phrase} {after}", PHRASES)


def test_a_list_is_read_a_phrase_a_line() -> None:
    source = b"# heading\n\nSelf-harm\r\n  don't want to live  # a comment\nself harm\n"
    assert load_list("a.txt", source) == {"self harm", "dont want to live"}


@pytest.mark.parametrize(
    ("source", "mistakes"),
    [
        (b"", ("a.txt: is empty",)),
        (b"# nothing\n", ("a.txt: has no phrases, so it would never be mentioned",)),
        (
            b"kill\n?!\n--\n",
            ("a.txt, line 2: '?!' has no letters to look for", "a.txt, line 3: '--' has no letters to look for"),
        ),
        (b"ok\ncaf\xe9\n", ("a.txt, line 2: is not UTF-8; save the file as UTF-8",)),
    ],
)
def test_mistakes_of_a_list_are_said_exactly(source: bytes, mistakes: tuple[str, ...]) -> None:
    with pytest.raises(Mistakes) as raised:
        load_list("a.txt", source)
    assert raised.value.mistakes == mistakes


@given(st.binary())
def test_no_bytes_raise_anything_but_mistakes(source: bytes) -> None:
    with suppress(Mistakes):
        assert load_list("a.txt", source)


def test_lists_go_by_the_name_of_their_file(tmp_path: Path) -> None:
    (tmp_path / "danger.txt").write_text("help me\n", "utf-8")
    assert load_lists(tmp_path) == {"danger": frozenset({"help me"})}
