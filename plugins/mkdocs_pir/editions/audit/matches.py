"""Something telling that was found in a text, and what kind of thing it is."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[str, int | bytes]
"""What was found: ("needle", its number), ("word", the word), ("row", the hash of five words) or ("quotation", of eight)."""


@dataclass(frozen=True, slots=True)
class FingerprintMatch:
    """Something telling in a folded text, between two places, and how it was written there."""

    key: Key
    start: int
    end: int
    manner: str = ""
