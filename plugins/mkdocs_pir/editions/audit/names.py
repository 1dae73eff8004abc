"""The names of clients: their inflected forms, and the names that the audit cannot search for, with the reasons."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from mkdocs_pir.editions.audit.normalise import fold, words

SOFTWARE = "a word of the software itself"
"""The reason for a name that is in the headings, figures and pages of every edition."""
SHOWN = "the client of the edition, the provider or an allowed phrase is called so"
"""The reason for a name that may be in an edition as the name of somebody else."""

_SHORTEST = 3
_CALENDAR = frozenset(
    word.lower().encode()
    for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    for word in names
) | frozenset((b"utc", b"am", b"pm", b"h", b"min", b"days", b"hours", b"minutes"))


@dataclass(frozen=True, slots=True, order=True)
class NotLookedFor:
    """A name of another client that the audit does not search for: its reason, and whether it is the name, id, alias or
    domain (`what`) of the `record`."""

    name: str
    reason: str
    what: str
    record: str

    def as_dict(self) -> dict[str, str]:
        """The name as in `pir audit --json` and in manifests."""
        return asdict(self)

    def __str__(self) -> str:
        return f"'{self.name}', the {self.what} of {self.record}: {self.reason}"


_ENDINGS = tuple(
    words(fold("s es n en ens r er ern e em a u y i ie o om ou ov ow ova ach ami ej а у ы и е ой ом ам ах ами"))
)
"""The short German, Nordic and Slavic endings of an inflected name of four letters or more."""
_HEXADECIMAL = re.compile(rb"[0-9a-f]+")
_UNSPACED_SCRIPTS = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "THAI ", "LAO ", "KHMER ", "MYANMAR ")


def is_date(spoken: Iterable[bytes]) -> bool:
    """Whether all these words are numbers or words of the calendar and the clock."""
    return all(word.isdigit() or word in _CALENDAR for word in spoken)


def unsearchable_reason(name: str) -> str:
    """The reason why a name cannot be searched for in any edition; empty when it can."""
    spoken = words(fold(name))
    if not spoken:
        return "it has no letters or digits"
    if is_date(spoken):
        return "numbers only" if all(word.isdigit() for word in spoken) else "a word of the calendar or the clock"
    letters = unicodedata.normalize("NFC", b"".join(spoken).decode())
    if sum(2 if is_unspaced(letter) else 1 for letter in letters) < _SHORTEST:
        return "too few letters"
    return ""


def is_unspaced(letters: str) -> bool:
    """Whether these letters belong to scripts without spaces between words, or with endings attached to any word."""
    return all(unicodedata.name(letter, "").startswith(_UNSPACED_SCRIPTS) for letter in letters)


def inflected(word: bytes) -> Iterator[bytes]:
    """The inflected forms of a folded word."""
    letters = len(word.decode("utf-8", "replace"))
    stems = [word] if letters >= 4 and not word[-1:].isdigit() else []
    if letters >= 5 and word[-1:] in (b"a", b"o"):
        stems.append(word[:-1])  # Škoda: Škody, Škodou
    for stem in stems:
        for form in (stem + ending for ending in _ENDINGS):
            if form != word:
                yield form


def takes_digits(word: bytes) -> bool:
    """Whether a folded word is the same name with digits after it, such as acme01; a hexadecimal number is none."""
    return not word[-1:].isdigit() and not _HEXADECIMAL.fullmatch(word)
