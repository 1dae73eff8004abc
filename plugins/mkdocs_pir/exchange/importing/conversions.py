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
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})?")


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
        hint = "declare the zone of such times in the mapping, such as 'timezone: Europe/Copenhagen', or say --timezone"
        raise Zoneless(f"'{text}' does not say its offset from UTC", hint)
    first, second = found.replace(tzinfo=zone, fold=0), found.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        # between two offsets: the clock shows this time twice, or never
        there = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == found
        what = "happened twice" if there else "never happened"
        raise Rejected(f"'{text}' {what} in {zone}, as the clocks changed", "write the time with its offset")
    return Instant(first.replace(tzinfo=timezone(first.utcoffset() or timedelta())), assumed=True)


def _date_time(text: str, formats: Sequence[str]) -> datetime:
    iso = _ISO.fullmatch(text)
    try:
        if iso is not None and iso[4] is not None:
            micro = int((iso[7] or "0").ljust(6, "0")[:6])
            clock = (int(iso[4]), int(iso[5]), int(iso[6] or 0), micro)
            return datetime(int(iso[1]), int(iso[2]), int(iso[3]), *clock, tzinfo=_offset(iso[8]))
        if iso is not None:
            datetime(int(iso[1]), int(iso[2]), int(iso[3]))
            raise Rejected(f"'{text}' is a day without a time", "write the time of day with its offset")
    except Rejected:
        raise
    except ValueError as error:
        raise Rejected(f"'{text}' is not a time: {error}", "check the source") from None
    for form in formats:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise Rejected(f"'{text}' is not a time", _which_form(text))


def _which_form(text: str) -> str:
    """What to say of a time in a form that is not declared: the forms it may have, as only people know which it is."""
    forms = []
    if found := _NUMBERS.fullmatch(text):
        year = "%Y" if len(found[4]) == 4 else "%y"
        clock = "".join(
            ("%I" if found[9] else "%H", ":%M", ":%S" if found[7] else "", f"{found[8]}%p" if found[9] else "")
        )
        for order in ("%d{0}%m{0}", "%m{0}%d{0}"):
            form = f"{order.format(found[2])}{year}{found[5]}{clock}"
            try:
                datetime.strptime(text, form)
            except ValueError:
                continue
            forms.append(f"'{form}'")
    if forms:
        return f"say --time-format {' or '.join(forms)}, or add it to 'time_formats' in the mapping"
    return "add its form to 'time_formats' in the mapping, or say --time-format, or correct the source"


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if (found := _OFFSET.fullmatch(text)) is None:
        return UTC
    delta = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-delta if found[1] == "-" else delta)


def slug(text: str) -> str:
    """`ci.jenkins.io` becomes `ci-jenkins-io`: lower case, letters and digits, hyphens, at most 64 characters."""
    plain = _ascii(text).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_ID].rstrip("-")


def record_id(text: str, prefix: str = "") -> str:
    """An id from any text: upper case, letters and digits, hyphens; a long one is cut and made unique by a digest.

    Raises Rejected when nothing is left of it, or when it does not begin with a letter.
    """
    words = re.sub(r"[^A-Z0-9]+", "-", _ascii(text).upper()).strip("-")
    whole = "-".join(part for part in (prefix, words) if part)
    if not words:
        raise Rejected(f"no id can be made of '{text}'", "correct the rule of 'id' in the mapping")
    if not whole[0].isalpha():
        raise Rejected(f"the id '{whole}' does not begin with a letter", "add a 'prefix' to the rule of 'id'")
    if len(whole) <= MAX_ID:
        return whole
    mark = hashlib.sha256(whole.encode()).hexdigest()[:6].upper()
    return f"{whole[: MAX_ID - 7].rstrip('-')}-{mark}"


def _ascii(text: str) -> str:
    # letters with marks lose them; letters that have no plain form are left out
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


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
