"""Times as people write them: a day, a clock and a zone, in the forms that can be read in one way only.

These are ISO 8601 (one-digit months, days and hours too, slashes for hyphens) and days with the month in words; the day
may stand after the clock. 9/10/25 is a day in September or in October, so such forms need `time_formats`. Parsers
that try every form (dateutil, dateparser) take one of the two without a word, and pass over a zone that they do not
know; that is why there is one here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from mkdocs_pir.exchange.importing.rejected import Rejected

_LONGEST = 80
"""No time has more characters, and no pattern is tried on a longer text."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_DAY = (
    rf"(?:(?P<iso>(?P<y1>\d{{4}})(?P<mark>[-/])(?P<m1>\d{{1,2}})(?P=mark)(?P<d1>\d{{1,2}}))"
    rf"|{_WEEKDAY}(?P<d2>\d{{1,2}}){_ORDINAL}(?:\s+of)?[ -]{_MONTH.format('m2')},?[ -](?P<y2>\d{{4}})"
    rf"|{_WEEKDAY}{_MONTH.format('m3')}\s+(?P<d3>\d{{1,2}}){_ORDINAL},?\s+(?P<y3>\d{{4}}))"
)
_DAY_OF_YEAR = (
    rf"(?:{_WEEKDAY}(?P<d2>\d{{1,2}}){_ORDINAL}(?:\s+of)?[ -]{_MONTH.format('m2')}"
    rf"|{_WEEKDAY}{_MONTH.format('m3')}\s+(?P<d3>\d{{1,2}}){_ORDINAL})"
)
_ZONE = r"(?:[Zz](?![A-Za-z])|(?:[A-Za-z]{1,5}\s?)?[+-]\d{1,2}(?::?\d{2})?(?:\s*UTC)?|[A-Za-z]+(?:/[A-Za-z_+-]+){1,2}|[A-Za-z]{2,5})"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"|(?P<hour2>\d{1,2})\s*(?P<half2>[ap]\.?m\.?))"
    rf"(?:\s*\(?(?P<zone>{_ZONE})\)?(?:\s+time)?)?"
)
_BETWEEN = r"(?:T|,?\s+(?:at|on|-|–)\s+|\s*,\s*|\s+)"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"{_DAY}(?:{_BETWEEN}{_CLOCK})?",
        rf"{_CLOCK}{_BETWEEN}{_DAY}",
        rf"(?:at\s+)?{_CLOCK}",
        rf"{_DAY_OF_YEAR}(?:{_BETWEEN}{_CLOCK})?",
        rf"{_CLOCK}{_BETWEEN}{_DAY_OF_YEAR}",
    )
)
_NUMBERS = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:(,?[ T])(\d{1,2}:\d{2})(:\d{2})?(?:( ?)([AP]M))?)?", re.I
)
_TAIL = re.compile(rf"(?P<rest>.*\d.*?)\s+\(?(?P<zone>{_ZONE})\)?", re.I | re.S)
_HALVES = re.compile(r"[ap]\.?m\.?", re.I)


@dataclass(frozen=True, slots=True)
class WrittenTime:
    """What a text says of a time: a day, a clock, the name of a zone; what it does not say is None or empty.

    `yearless` are the month and the day of one that has no year.
    """

    day: date | None
    clock: time | None
    zone: str = ""
    yearless: tuple[int, int] | None = None

    def near(self, day: date) -> date | None:
        """The day, of one without a year the nearest to another day, or that other day where there is only a clock.

        None where the month has no such day.
        """
        if self.yearless is None:
            return self.day or day
        years = [day.year - 1, day.year, day.year + 1]
        days = [one for year in years if (one := _of_year(year, *self.yearless)) is not None]
        return min(days, key=lambda one: abs(one - day), default=None)


def read_time(text: str, formats: Sequence[str] = ()) -> WrittenTime:
    """Read a text as a time, a day, or a clock; `formats` are further forms, in the notation of strptime.

    Raises Rejected for any other text.
    """
    # a day and a clock may stand in two cells of a row
    text = " ".join(text.replace("|", " ").split())
    if len(text) > _LONGEST:
        raise Rejected(f"'{text[:_LONGEST]}…' is not a time", "find the time in it with a 'pattern' in the mapping")
    # the mapping's own forms go before those of words, never before ISO 8601
    form = _FORMS[0].fullmatch(text)
    if form is not None and form["iso"]:
        return _of(form, text)
    for one in formats:
        if (read := _strptime(text, one)) is not None:
            return read
    if form := form or next((found for one in _FORMS[1:] if (found := one.fullmatch(text))), None):
        return _of(form, text)
    raise Rejected(f"'{text}' is not a time", _which_form(text))


def _of(form: re.Match[str], text: str) -> WrittenTime:
    parts = form.groupdict()
    try:
        return WrittenTime(_day(parts), _clock(parts), parts.get("zone") or "", _yearless(parts))
    except ValueError as error:
        raise Rejected(f"'{text}' is not a time: {error}", "check the source") from None


def _day(parts: dict[str, str | None]) -> date | None:
    for n in "123":
        if year := parts.get(f"y{n}"):
            month = str(parts[f"m{n}"])
            number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
            return date(int(year), number, int(str(parts[f"d{n}"])))
    return None


def _yearless(parts: dict[str, str | None]) -> tuple[int, int] | None:
    for n in "23":
        if parts.get(f"d{n}") and not parts.get(f"y{n}"):
            return _MONTHS.index(str(parts[f"m{n}"])[:3].casefold()) + 1, int(str(parts[f"d{n}"]))
    return None


def _of_year(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(parts: dict[str, str | None]) -> time | None:
    hour, half = parts.get("hour") or parts.get("hour2"), parts.get("half") or parts.get("half2")
    if hour is None:
        return None
    number = int(hour)
    if half and half[0] in "aA" and number > 12:
        raise ValueError(f"there is no {number} o'clock in the morning")
    if half and number <= 12:
        number = number % 12 + (12 if half[0] in "pP" else 0)
    fraction = f"{parts.get('fraction') or '0':0<6}"[:6]
    return time(number, int(parts.get("minute") or 0), int(parts.get("second") or 0), int(fraction))


def _strptime(text: str, form: str) -> WrittenTime | None:
    """A text in a form of the mapping, with a zone after it or without."""
    tail = _TAIL.fullmatch(text)
    tries = [(text, "")]
    if tail is not None and not _HALVES.fullmatch(tail["zone"]):
        tries.append((tail["rest"], tail["zone"]))
    for part, zone in tries:
        try:
            read = datetime.strptime(part, form)
        except ValueError:
            continue
        away = read.strftime("%z")
        return WrittenTime(read.date(), read.time() if re.search("%[HIcX]", form) else None, away or zone)
    return None


def _which_form(text: str) -> str:
    """What to say of a time in a form that is not declared: the forms it may have, as only people know which it is."""
    forms: list[str] = []
    if found := _NUMBERS.fullmatch(text):
        _, mark, _, year, between, clock, seconds, space, half = found.groups()
        day = ("%d{0}%m{0}", "%m{0}%d{0}")
        hours = f"{between}%{'I' if half else 'H'}:%M{':%S' if seconds else ''}{f'{space}%p' if half else ''}"
        forms = [f"{one.format(mark)}{'%Y' if len(year) == 4 else '%y'}{hours if clock else ''}" for one in day]
    if forms := [f"'{form}'" for form in forms if _strptime(text, form) is not None]:
        return f"give --time-format {' or '.join(forms)}, or add it to 'time_formats' in the mapping"
    return "add its form to 'time_formats' in the mapping, or give --time-format, or correct the source"
