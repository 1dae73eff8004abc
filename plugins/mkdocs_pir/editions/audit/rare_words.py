"""Rare words: long words, addresses, hosts and ids, any of which gives away the text that contains it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Set
from functools import lru_cache

from mkdocs_pir.editions.audit.matches import Key

_LETTERS = 9
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ness", "ers", "er", "ies", "ied", "ed",
            "es", "ly", "al", "s", "y", "e")  # fmt: skip
_IDENTIFIER = re.compile(r"[A-Za-z0-9](?:[\w.@:/+-]*[A-Za-z0-9])?")
_ID = re.compile(r"[A-Z]{2,}-\d")
_MOMENT = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?"
    r"|[\d.,:]+(?:[A-Za-z]{1,4}|(?:second|minute|hour|day|week|month|year)s?)|v?[\d.]+"
)
"""A point in time, a duration or a measure."""


class RareWords:
    """The long words of all texts; `first_texts` gives for each the number of the first text that contains it."""

    def __init__(self) -> None:
        self.first_texts: dict[bytes, int] = {}

    @staticmethod
    def among(spoken: Iterable[bytes]) -> list[bytes]:
        """Those of these words that are long enough, each once."""
        return [word for word in dict.fromkeys(spoken) if len(word) >= _LETTERS and not word.isdigit()]

    def learn(self, words: Iterable[bytes], index: int) -> None:
        """Add the long words of the text with this number."""
        for word in words:
            self.first_texts.setdefault(word, index)

    def find(self, spoken: Set[bytes], skip: Container[Key]) -> Iterator[bytes]:
        """The rare words among these that are not in `skip`."""
        return (word for word in spoken & self.first_texts.keys() if ("word", word) not in skip)

    def like(self, vocabulary: Iterable[bytes]) -> Iterator[bytes]:
        """The rare words that differ from a word of this vocabulary by no more than an ending."""
        stems = set(map(_stem, vocabulary))
        return (word for word in self.first_texts if _stem(word) in stems)


def identifiers(text: str) -> Iterator[tuple[str, int]]:
    """The identifiers in a text (addresses, hosts and ids), each with the least number of letters with which to search for it."""
    for token in _IDENTIFIER.findall(text):
        if token.isalpha():
            continue
        letters = sum(c.isalpha() for c in token)
        digits = sum(c.isdigit() for c in token)
        if letters >= 3 and (digits or "@" in token or token.count(".") > 1) and not _MOMENT.fullmatch(token):
            yield token, 6 if _ID.match(token) else 8


@lru_cache(maxsize=1 << 17)
def _stem(word: bytes) -> bytes:
    text = word.decode("utf-8", "replace")
    for ending in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= 5:
            return text[: -len(ending)].encode()
    return word
