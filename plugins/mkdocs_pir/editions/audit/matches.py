"""Matches of withheld texts in another text, and the keys that say which text a match is of."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[str, int | bytes]
"""What matches: ("needle", its number), ("word", the word), ("ngram", a hash of five words) or ("quotation", of eight)."""


@dataclass(frozen=True, slots=True)
class FingerprintMatch:
    """A match between two indexes of a folded text; `disguise` says how it was disguised, such as backwards."""

    key: Key
    start: int
    end: int
    disguise: str = ""
