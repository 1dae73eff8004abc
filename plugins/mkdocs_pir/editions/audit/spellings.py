"""Names in other letters: umlauts written out, and other scripts in Latin letters, as people write them."""

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
"""Letters beyond ASCII, one after the other, with the marks that stand on them."""
_DIGRAPH = re.compile(r"ae|oe|ue|aa", re.IGNORECASE)
_REDUCED = 6
"""So many letters remain of a name whose ae, oe, ue, aa are read as one letter; of a shorter one another word comes."""


def romanised(text: str) -> str:
    """The text in ASCII: ä as ae, ß as ss, Ж as Zh."""
    return anyascii(unicodedata.normalize("NFC", text).translate(_TABLE))


def spellings(name: str) -> Iterator[str]:
    """Further spellings of a name; none that is an English word."""
    written_out = romanised(name)
    reduced = _DIGRAPH.sub(lambda match: match[0][0], written_out)
    known = {squash(fold(name))}
    for spelling in (written_out, reduced if len(squash(fold(reduced))) >= _REDUCED else written_out):
        letters = squash(fold(spelling))
        if letters not in known and letters not in english_words():
            known.add(letters)
            yield spelling


def in_latin_letters(reading: DecodedText) -> DecodedText | None:
    """The parts of a reading that have letters beyond ASCII, romanised; None where that changes nothing."""
    return None if reading.text.isascii() else reading.decode_matches(_LETTERS, _romanised, "other letters")


def _romanised(match: re.Match[str]) -> str | None:
    latin = romanised(match[0])
    return None if fold(latin) == fold(match[0]) else latin
