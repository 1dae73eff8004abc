"""Values on their way in: times with a declared zone, slugs, ids, plain text. Nothing is guessed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

MAX_ID = 64

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\s*UTC)?)?",
    re.I,
)
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(,?[ T])(\d{1,2}:\d{2})(:\d{2})?(?:( ?)([AP]M))?", re.I)


class Rejected(ValueError):
    """A value that cannot be used: why, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Zoneless(Rejected):
    """A time without an offset where the mapping declares no zone for it."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A time with its offset. `assumed` says that the offset is the mapping's, not the source's."""

    at: datetime
    assumed: bool

    def written(self) -> str:
        """ISO 8601, with Z for UTC."""
        whole = "milliseconds" if self.at.microsecond and self.at.microsecond % 1000 == 0 else "auto"
        return self.at.isoformat(timespec=whole).replace("+00:00", "Z")


def instant(text: str, zone: tzinfo | None, formats: Sequence[str] = ()) -> Instant:
    """Read a time: ISO 8601 (one-digit months, days and hours too), else one of `formats` in strptime's notation.

    Raises Rejected for what is no time, has no time of day, or is ambiguous in its zone; Zoneless when the offset
    is missing and `zone` is None.
    """
    found = _date_time(text.strip(), formats)
    if found.tzinfo is not None:
        return Instant(found, assumed=False)
    if zone is None:
        hint = (
            "declare the zone of such times in the mapping, such as 'timezone: Europe/Copenhagen', or give --timezone"
        )
        raise Zoneless(f"'{text}' does not say its offset from UTC", hint)
    first, second = found.replace(tzinfo=zone, fold=0), found.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        # between two offsets: the clock shows this time twice, or never
        there = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == found
        what = "happened twice" if there else "never happened"
        raise Rejected(f"'{text}' {what} in {zone}, as the clocks changed", "write the time with its offset")
    return Instant(first.replace(tzinfo=timezone(first.utcoffset() or timedelta())), assumed=True)


def _date_time(text: str, formats: Sequence[str]) -> datetime:
    try:
        if (iso := _ISO.fullmatch(text)) is not None:
            year, month, day, hour, minute, second, fraction, offset = iso.groups()
            moment = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}")
            if hour is None:
                raise Rejected(f"'{text}' is a day without a time", "write the time of day with its offset")
            clock = f"{hour:0>2}:{minute}:{second or '00'}.{(fraction or '0')[:6]:0<6}"
            zone = offset if offset and offset[0] in "+-" else "Z" if offset else ""
            return datetime.fromisoformat(f"{moment.date()}T{clock}{zone}")
    except Rejected:
        raise
    except ValueError as error:
        raise Rejected(f"'{text}' is not a time: {error}", "check the source") from None
    for form in formats:
        if (read := _strptime(text, form)) is not None:
            return read
    raise Rejected(f"'{text}' is not a time", _which_form(text))


def _strptime(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _which_form(text: str) -> str:
    """What to say of a time in a form that is not declared: the forms it may have, as only people know which it is."""
    forms = []
    if found := _NUMBERS.fullmatch(text):
        _, mark, _, year, between, _, seconds, space, half = found.groups()
        day = ("%d{0}%m{0}", "%m{0}%d{0}")
        clock = f"%{'I' if half else 'H'}:%M{':%S' if seconds else ''}{f'{space}%p' if half else ''}"
        forms = [f"{one.format(mark)}{'%Y' if len(year) == 4 else '%y'}{between}{clock}" for one in day]
    if forms := [f"'{form}'" for form in forms if _strptime(text, form) is not None]:
        return f"give --time-format {' or '.join(forms)}, or add it to 'time_formats' in the mapping"
    return "add its form to 'time_formats' in the mapping, or give --time-format, or correct the source"


def record_id(text: str, prefix: str = "") -> str:
    """An id from any text: upper case, letters and digits, hyphens; a long one is cut and made unique by a digest.

    Raises Rejected when nothing is left of it, or when it does not begin with a letter.
    """
    # letters with marks lose them; letters that have no plain form are left out
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Z0-9]+", "-", letters.upper()).strip("-")
    whole = "-".join(part for part in (prefix, words) if part)
    if not words:
        raise Rejected(f"no id can be made of '{text}'", "correct the rule of 'id' in the mapping")
    if not whole[0].isalpha():
        raise Rejected(f"the id '{whole}' does not begin with a letter", "add a 'prefix' to the rule of 'id'")
    if len(whole) <= MAX_ID:
        return whole
    mark = hashlib.sha256(whole.encode()).hexdigest()[:6].upper()
    return f"{whole[: MAX_ID - 7].rstrip('-')}-{mark}"


def plain(markdown: str) -> str:
    """One line of plain text from a piece of Markdown; code keeps its backticks."""
    text = re.sub(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s\"[^\"]*\")?\)|\[[^\[\]]*\])", r"\1", markdown)
    text = re.sub(r"<(https?://[^<>\s]+)>", r"\1", text)
    text = re.sub(r"(?<![\w*])(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?![\w*])", r"\2", text, flags=re.DOTALL)
    text = re.sub(r"(?<![\w*_])([*_])(?=[^\s*_])(.+?)(?<=[^\s*_])\1(?![\w*_])", r"\2", text, flags=re.DOTALL)
    return " ".join(text.split())


def cut(text: str, limit: int) -> str:
    """The text, or as many of its words as fit with an ellipsis."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:-") + "…"
