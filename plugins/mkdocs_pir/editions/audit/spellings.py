"""Other spellings of names: umlauts written out, and other scripts transliterated into Latin letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from anyascii import anyascii

from mkdocs_pir.editions.audit.decoded_text import DecodedText
from mkdocs_pir.editions.audit.english_words import english_words
from mkdocs_pir.editions.audit.normalise import fold, squash

_WRITTEN_OUT = {"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa"}
_TABLE = str.maketrans(_WRITTEN_OUT | {key.upper(): value.capitalize() for key, value in _WRITTEN_OUT.items()})
_LETTERS = re.compile(r"(?:[aouAOU][\u0308\u030a]|[^\W\d_a-zA-Z][\u0300-\u036f]*)+")
"""Consecutive letters beyond ASCII with their combining marks."""
_DIGRAPH = re.compile(r"ae|oe|ue|aa", re.IGNORECASE)
_REDUCED = 6
"""The least number of letters of a name after ae, oe, ue and aa became one letter; shorter ones are other words."""


def transliterated(text: str) -> str:
    """The text transliterated into ASCII: ä as ae, ß as ss, Ж as Zh."""
    return anyascii(unicodedata.normalize("NFC", text).translate(_TABLE))


def spellings(name: str) -> Iterator[str]:
    """The other spellings of a name that are no English words."""
    written_out = transliterated(name)
    reduced = _DIGRAPH.sub(lambda match: match[0][0], written_out)
    seen = {squash(fold(name))}
    for spelling in (written_out, reduced if len(squash(fold(reduced))) >= _REDUCED else written_out):
        letters = squash(fold(spelling))
        if letters not in seen and letters not in english_words():
            seen.add(letters)
            yield spelling


def transliterated_text(text: DecodedText) -> DecodedText | None:
    """The parts of a text with letters beyond ASCII, transliterated; None where that changes nothing."""
    return None if text.text.isascii() else text.decode_matches(_LETTERS, _transliterated, "other letters")


def _transliterated(match: re.Match[str]) -> str | None:
    latin = transliterated(match[0])
    return None if fold(latin) == fold(match[0]) else latin
