"""How hard a text is to read: counted words, sentences and syllables. Knows no flow and no rule.

The grade is Flesch and Kincaid's: 0.39 x words a sentence + 11.8 x syllables a word - 15.59. Grade 3 is about age 8.
Syllables are counted by a simple rule, so take a grade as right to within half a grade.
"""

import re

_WORD = re.compile(r"[A-Za-z0-9]+(?:['\u2019-][A-Za-z0-9]+)*")  # "grown-up" and "you've" are one word each
_SENTENCE_END = re.compile(r"[.!?:]+(?:\s|$)")
_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^aeiouydt]ed|[^l]e)$")  # "takes", "named", "safe"; not "little"


def words(text: str) -> list[str]:
    """Give the words of a text; a run of digits is one word."""
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    """Give the sentences of a text; what has no full stop at its end is one too."""
    return [part for part in _SENTENCE_END.split(text) if words(part)]


def longest_sentence(text: str) -> int:
    """Give the number of words of the longest sentence."""
    return max((len(words(sentence)) for sentence in sentences(text)), default=0)


def syllables(word: str) -> int:
    """Give about how many syllables a word has: runs of vowels, less an end that is not spoken."""
    return sum(_part(part) for part in re.split(r"['\u2019-]", word.casefold()) if part) or 1


def _part(part: str) -> int:
    spoken = _SILENT_END.sub("", part) if len(part) > 2 else part
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))


def grade(text: str) -> float:
    """Give the Flesch-Kincaid grade of a text. Raises ValueError when it has no words."""
    found = words(text)
    if not found:
        raise ValueError("no words to score")
    per_sentence = len(found) / len(sentences(text))
    per_word = sum(syllables(word) for word in found) / len(found)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59
