"""The reading-age score, against the words, sentences and grades of the script in domain/child_rules.md 4.5."""

import pytest

from .reading_age import grade, longest_sentence, syllables, words

SCRIPT = [
    (
        "Hello. I am a school robot, not a person. Grown-ups at school read what you tell me. "
        "You can stop at any time.",
        23, 8, 1.0,
    ),
    ("Do you need help right now? Go to a grown-up you can see. You can call 999.", 17, 7, -0.9),
    (
        "I cannot keep secrets. If you might not be safe, we tell the grown-ups who can help. "
        "We try to tell you first.",
        23, 13, 0.7,
    ),
    ("If you stop half-way, the safety grown-up still sees what you have sent.", 13, 13, 4.9),
    ("How would you like to tell us?", 7, 7, -1.1),
    ("Is this about you or someone else?", 7, 7, 2.3),
    ("Tell me what happened. Use your own words. You can write a little or a lot.", 16, 8, -0.2),
    ("Thank you. Is there anything else you want to say?", 10, 8, 0.5),
    ("When shall they find you?", 5, 5, -1.8),
    ("Here is what you told me. Is it right?", 9, 6, -2.0),
    ("Until then, stay near a grown-up you trust. You can call Childline free on 0800 1111.", 16, 8, 1.5),
    ("Hello again. Has a grown-up talked to you about your worry?", 11, 9, 3.7),
    ("That did not send. Please go and tell a grown-up now.", 11, 7, -0.6),
]  # fmt: skip


@pytest.mark.parametrize(("text", "count", "longest", "expected"), SCRIPT)
def test_the_script_scores_as_it_was_written_down(text: str, count: int, longest: int, expected: float) -> None:
    assert len(words(text)) == count
    assert longest_sentence(text) == longest
    assert grade(text) == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize(
    ("word", "number"),
    [("the", 1), ("safe", 1), ("use", 1), ("little", 2), ("happened", 2), ("wanted", 2), ("grown-up", 2), ("999", 1),
     ("safeguarding", 3), ("confidentiality", 6)],
)  # fmt: skip
def test_syllables(word: str, number: int) -> None:
    assert abs(syllables(word) - number) <= (1 if number > 2 else 0)


def test_hard_words_score_harder() -> None:
    assert grade("Professional confidentiality obligations necessitate immediate escalation.") > 12


def test_nothing_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="no words"):
        grade("!?")
