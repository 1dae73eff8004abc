"""Clients' names as the audit looks for them, and those that it does not look for, each with the reason."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from mkdocs_pir.editions.audit.normalise import fold, words

SOFTWARE = "a word of the software itself"
"""Why a name is not looked for that every edition has in its headings, figures and pages."""

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


def is_date(spoken: Iterable[bytes]) -> bool:
    """Whether words are nothing but figures, and words of the calendar and the clock."""
    return all(word.isdigit() or word in _CALENDAR for word in spoken)


def why_not(name: str) -> str:
    """Why a name cannot be looked for in any edition; empty when it can."""
    spoken = words(fold(name))
    if not spoken:
        return "it has no letters or digits"
    if is_date(spoken):
        return "figures only" if all(word.isdigit() for word in spoken) else "a word of the calendar or the clock"
    if sum(len(word.decode()) for word in spoken) < _SHORTEST:
        return "fewer than three letters"
    return ""
