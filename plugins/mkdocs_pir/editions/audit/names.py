"""Clients' names as the audit looks for them, and those that it does not look for, each with the reason."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from mkdocs_pir.editions.audit.normalise import fold, words

SOFTWARE = "a word of the software itself"
"""Why a name is not looked for that every edition has in its headings, figures and pages."""
SHOWN = "the client of the edition, the provider or an allowed phrase is called so"
"""Why a name is not looked for that may stand in an edition as the name of somebody else."""

_SHORTEST = 3
_CALENDAR = frozenset(
    word.lower().encode()
    for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    for word in names
) | frozenset((b"utc", b"am", b"pm", b"h", b"min", b"days", b"hours", b"minutes"))


@dataclass(frozen=True, slots=True, order=True)
class NotLookedFor:
    """A name of another client that the audit does not look for; `what` it is (name, id, alias, domain) in `record`."""

    name: str
    reason: str
    what: str
    record: str

    def as_dict(self) -> dict[str, str]:
        """The form of `pir audit --json` and of manifests."""
        return asdict(self)

    def __str__(self) -> str:
        return f"'{self.name}', the {self.what} of {self.record}: {self.reason}"


_ENDINGS = tuple(
    words(fold("s es n en ens r er ern e em a u y i ie o om ou ov ow ova ach ami ej а у ы и е ой ом ам ах ами"))
)
"""What follows a name of four letters or more that is inflected: German, Nordic and Slavic, as far as it is short."""
_HEXADECIMAL = re.compile(rb"[0-9a-f]+")
_UNSPACED = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "THAI ", "LAO ", "KHMER ", "MYANMAR ")


def is_date(spoken: Iterable[bytes]) -> bool:
    """Whether words are nothing but figures, and words of the calendar and the clock."""
    return all(word.isdigit() or word in _CALENDAR for word in spoken)


def unsearchable_reason(name: str) -> str:
    """Why a name cannot be looked for in any edition; empty when it can."""
    spoken = words(fold(name))
    if not spoken:
        return "it has no letters or digits"
    if is_date(spoken):
        return "figures only" if all(word.isdigit() for word in spoken) else "a word of the calendar or the clock"
    letters = unicodedata.normalize("NFC", b"".join(spoken).decode())
    if sum(2 if is_unspaced(letter) else 1 for letter in letters) < _SHORTEST:
        return "too few letters"
    return ""


def is_unspaced(letters: str) -> bool:
    """Whether these are letters of scripts that put no spaces between words, or glue endings to any word."""
    return all(unicodedata.name(letter, "").startswith(_UNSPACED) for letter in letters)


def inflected(word: bytes) -> Iterator[bytes]:
    """What a folded word becomes with an ending."""
    letters = len(word.decode("utf-8", "replace"))
    stems = [word] if letters >= 4 and not word[-1:].isdigit() else []
    if letters >= 5 and word[-1:] in (b"a", b"o"):
        stems.append(word[:-1])  # Škoda: Škody, Škodou
    for stem in stems:
        for form in (stem + ending for ending in _ENDINGS):
            if form != word:
                yield form


def takes_digits(word: bytes) -> bool:
    """Whether digits behind a folded word leave it the same name: acme01; what reads like a hexadecimal number may be one."""
    return not word[-1:].isdigit() and not _HEXADECIMAL.fullmatch(word)
