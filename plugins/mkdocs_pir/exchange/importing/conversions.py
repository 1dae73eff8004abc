"""Values on their way in: times with a declared zone, slugs, ids, plain text. Nothing is guessed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from mkdocs_pir.exchange.importing.rejected import Rejected
from mkdocs_pir.exchange.importing.written_times import read_time
from mkdocs_pir.exchange.importing.zones import other_season, zone_of

__all__ = ["DayOnly", "Instant", "Rejected", "Zoneless", "cut", "instant", "plain", "record_id"]

MAX_ID = 64


class Zoneless(Rejected):
    """A time without an offset where the mapping declares no zone for it."""


class DayOnly(Rejected):
    """A day without a time; `day` is that day."""

    def __init__(self, text: str, day: date) -> None:
        super().__init__(f"'{text}' is a day without a time", "write the time of day with its offset")
        self.day = day


@dataclass(frozen=True, slots=True)
class Instant:
    """A time with its offset. `assumed` says that the offset is the mapping's, not the source's.

    `doubt` names the place whose clocks showed another time than the abbreviation says, as in "PST" in summer.
    """

    at: datetime
    assumed: bool
    doubt: str = ""

    def written(self) -> str:
        """ISO 8601, with Z for UTC."""
        whole = "milliseconds" if self.at.microsecond and self.at.microsecond % 1000 == 0 else "auto"
        return self.at.isoformat(timespec=whole).replace("+00:00", "Z")


def instant(
    text: str,
    zone: tzinfo | None,
    formats: Sequence[str] = (),
    zones: Mapping[str, str] | None = None,
    day: date | None = None,
) -> Instant:
    """Read a time in a form that `written_times` knows, or in one of `formats` in strptime's notation.

    `zones` are the mapping's meanings of abbreviations; `day` is that of a clock without a day, and near one without a year. Raises Rejected for
    what is no time, or is ambiguous in its zone; DayOnly for a day without a time; Zoneless when the offset is
    missing and `zone` is None.
    """
    read = read_time(text.strip(), formats)
    on = read.near(day) if day is not None else read.day
    if on is None:
        lacking = "year" if read.yearless else "day"
        hint = "give the rule a 'day' in the mapping, or correct the source"
        raise Rejected(f"'{text}' is a time without a {lacking}", hint)
    if read.clock is None:
        raise DayOnly(text, on)
    moment = datetime.combine(on, read.clock)
    if read.zone:
        name = read.zone.upper().removesuffix("UTC").strip() or read.zone if read.zone[0] in "+-" else read.zone
        at = _in_zone(text, moment, zone_of(name, zones or {}))
        return Instant(at, assumed=False, doubt=other_season(name, at) if name.upper() not in (zones or {}) else "")
    if zone is None:
        hint = (
            "declare the zone of such times in the mapping, such as 'timezone: Europe/Copenhagen', or give --timezone"
        )
        raise Zoneless(f"'{text}' does not say its offset from UTC", hint)
    return Instant(_in_zone(text, moment, zone), assumed=True)


def _in_zone(text: str, moment: datetime, zone: tzinfo) -> datetime:
    first, second = moment.replace(tzinfo=zone, fold=0), moment.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        # between two offsets: the clock shows this time twice, or never
        there = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == moment
        what = "happened twice" if there else "never happened"
        raise Rejected(f"'{text}' {what} in {zone}, as the clocks changed", "write the time with its offset")
    return first.replace(tzinfo=timezone(first.utcoffset() or timedelta()))


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
