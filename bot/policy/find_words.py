"""Text into words and stems, the same way for policies and for questions. Must not know what words mean."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

_WORD = re.compile(r"[a-z0-9_]+(?:'[a-z]+)?")
_QUOTES = str.maketrans("\u2019\u2018\u02bc`", "''''")


def words_of(text: str) -> list[str]:
    """Give the words of a text: small letters and figures, no accents, no hyphens, no possessive 's."""
    plain = text.translate(_QUOTES).casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return [word.removesuffix("'s") if word not in _WHOLE else word for word in _WORD.findall(plain)]


_WHOLE = frozenset({"what's", "who's", "when's", "where's", "it's", "that's", "there's"})


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Give the stem that "photograph" and "photographs" share."""
    return str(_english().stemWord(word.replace("'", "")))


@cache
def _english() -> Any:
    import snowballstemmer  # type: ignore[import-untyped]  # noqa: PLC0415 - thirty languages, and a start needs none

    return snowballstemmer.stemmer("english")
