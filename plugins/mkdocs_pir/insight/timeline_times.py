"""The times in the first column of a timeline, as people write them: mostly a clock, now and then with its day."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from mkdocs_pir.insight.quantities import MONTHS

_OFFSET = re.compile(
    r"\b(?:UTC|GMT)(?:\s*([+-])(\d{1,2})(?::?(\d{2}))?)?\b|(?<=\d)Z\b|(?<=:\d\d)([+-])(\d{2}):?(\d{2})\b"
)
_REGIONS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific"
_IANA = re.compile(rf"\b(?:{_REGIONS})/[A-Za-z_]+\b")
_OTHER_ZONE = re.compile(r"\b[A-Z]{2,4}T\b|\b(?:local|your)\b")
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?![\d:])")
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?=T|\b)")
_DAY = re.compile(rf"\b(\d{{1,2}})\.? ({'|'.join(MONTHS)})[a-z]*\b\.?,?(?: (\d{{4}}))?")

_INVENTED = date(2000, 1, 1)
_YEARS = range(1900, 2200)


def zone_of(head: str, first: datetime | None) -> tzinfo | None:
    """The time zone that the head of the column names, or else that of the first time of the incident.

    None if the head names one that is not known or ambiguous, such as CST.
    """
    if (zone := _offset_in(head)) is not None:
        return zone
    if found := _IANA.search(head):
        try:
            return ZoneInfo(found[0])
        except (KeyError, OSError, ValueError):
            return None
    return None if _OTHER_ZONE.search(head) or first is None else first.tzinfo


def times_of_rows(cells: Sequence[str], zone: tzinfo | None, first: datetime | None) -> list[datetime | None]:
    """The time of each row, in its own zone or else in `zone`; without either it has none, and is as the clock showed.

    A clock alone is on the day of the row before, or on the next one if it is earlier. In the first row, and after rows
    of more than a day before the incident, it is on the day on which it is nearest to `first`, the first time of the
    incident; without that, on an invented day, so that only the time between rows means something. None for a row
    without a clock.
    """
    return list(_times_of_rows(cells, zone, first))


def _times_of_rows(cells: Sequence[str], zone: tzinfo | None, first: datetime | None) -> Iterator[datetime | None]:
    if first is not None and first.year not in _YEARS:
        first = None
    anchor = first and (first.astimezone(zone) if zone is not None else first).replace(tzinfo=None)
    before: datetime | None = None
    for cell in cells:
        clock, day = _clock_in(cell), _day_in(cell, before or anchor)
        at = _on_its_day(clock or time(), day, before, anchor) if clock is not None or day is not None else None
        before = at or before
        yield None if at is None or clock is None else at.replace(tzinfo=_offset_in(cell) or zone)


def _on_its_day(clock: time, day: date | None, before: datetime | None, anchor: datetime | None) -> datetime:
    if day is not None:
        return datetime.combine(day, clock)
    # rows of what led to an incident, days before, say their day; a clock after them is of the incident
    if before is not None and (anchor is None or anchor - before <= timedelta(days=1)):
        at = datetime.combine(before.date(), clock)
        return at if at >= before else at + timedelta(days=1)
    if anchor is None:
        return datetime.combine(_INVENTED, clock)
    days = (datetime.combine(anchor.date() + timedelta(days=by), clock) for by in (-1, 0, 1))
    return min(days, key=lambda at: abs(at - anchor))


def _offset_in(text: str) -> tzinfo | None:
    """The offset from UTC that a text names, such as `UTC`, `GMT+2` or `09:00+02:00`."""
    if (found := _OFFSET.search(text)) is None:
        return None
    sign, hours, minutes = found.groups()[:3] if found[1] else found.groups()[3:]
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-offset if sign == "-" else offset) if offset < timedelta(days=1) else None


def _clock_in(cell: str) -> time | None:
    if (found := _CLOCK.search(cell)) is None:
        return None
    hour, minute, second = found.groups()
    return time(int(hour), int(minute), int(second or 0))


def _day_in(cell: str, near: datetime | None) -> date | None:
    """The day that a cell names; one without a year is in the year in which it is nearest to `near`."""
    if found := _ISO_DAY.search(cell):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if (found := _DAY.search(cell)) is None:
        return None
    number, month = int(found[1]), MONTHS.index(found[2]) + 1
    if found[3]:
        return _date(int(found[3]), month, number)
    if near is None:
        return None
    days = (_date(near.year + by, month, number) for by in (-1, 0, 1))
    return min((day for day in days if day is not None), key=lambda day: abs(day - near.date()), default=None)


def names_day(cell: str) -> bool:
    """Whether the first cell of a row names a day beside its clock."""
    return bool(_ISO_DAY.search(cell) or _DAY.search(cell))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
