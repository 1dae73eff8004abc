"""Support hours: the hours of each weekday on which support is agreed, in a time zone, without holidays.

A duration in support hours counts only the time within them. Hours are those of the clock on the wall, so a day on
which the clocks change has an hour more or less if it is open while they do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

GROUPS: Mapping[str, tuple[str, ...]] = {
    "daily": WEEKDAYS,
    "weekdays": WEEKDAYS[:5],
    "weekend": WEEKDAYS[5:],
    **{day: (day,) for day in WEEKDAYS},
}
"""The names under which hours are configured; a later one goes before an earlier one."""

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s?[-–]\s?(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
_DAY = timedelta(days=1)

Minutes = tuple[int, int]


class Calendar(Struct, frozen=True):
    """Support hours of one contract: for each weekday, from Monday on, the minutes of the day from which until which
    support is given."""

    timezone: str
    hours: tuple[tuple[Minutes, ...], ...]
    holidays: tuple[date, ...] = ()

    def minutes(self, start: datetime, end: datetime) -> float:
        """Minutes of support between two times; 0 if the second is the earlier one."""
        if end <= start:
            return 0.0
        zone = ZoneInfo(self.timezone)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        total = timedelta()
        while day <= last:
            for opens, closes in _open(self, day):
                total += max(timedelta(), min(closes, end) - max(opens, start))
            day += _DAY
        return total.total_seconds() / 60


class CalendarOptions(Struct, frozen=True):
    """Support hours as they are configured; what a client's leave out is as in those of all."""

    timezone: str = ""
    hours: Mapping[str, tuple[str, ...]] = {}
    holidays: tuple[date, ...] | None = None


class SupportHours(CalendarOptions, frozen=True):
    """The option `support_hours`: the calendar of all clients, and those of clients whose contracts differ."""

    clients: Mapping[str, CalendarOptions] = {}


class Calendars(Struct, frozen=True):
    """The calendars that an edition needs: that of all clients, and those that differ from it by client."""

    general: Calendar
    clients: Mapping[str, Calendar] = {}

    def of(self, client: str) -> Calendar:
        """The calendar of a client."""
        return self.clients.get(client, self.general)


def calendars(options: SupportHours | None, holidays: Collection[date], client: str | None) -> Calendars | None:
    """The calendars of an edition, or None where none are configured; that of a `client` has only the client's own.

    `holidays` are those of the calendars that name none of their own.
    """
    if options is None:
        return None
    if client is not None:
        own = options.clients.get(client, CalendarOptions())
        return Calendars(_calendar(own, options, holidays))
    general = _calendar(CalendarOptions(), options, holidays)
    return Calendars(general, {id_: _calendar(own, options, holidays) for id_, own in options.clients.items()})


def _calendar(own: CalendarOptions, general: CalendarOptions, holidays: Collection[date]) -> Calendar:
    free = next((h for h in (own.holidays, general.holidays) if h is not None), holidays)
    return Calendar(own.timezone or general.timezone, _hours(own.hours or general.hours), tuple(sorted(set(free))))


def _hours(configured: Mapping[str, Iterable[str]]) -> tuple[tuple[Minutes, ...], ...]:
    by_day: dict[str, tuple[Minutes, ...]] = {}
    for name, days in GROUPS.items():
        if name in configured:
            by_day.update(dict.fromkeys(days, tuple(_merged(span(text) for text in configured[name]))))
    return tuple(by_day.get(day, ()) for day in WEEKDAYS)


def span(text: str) -> Minutes:
    """The minutes of the day of a text such as 08:00-17:30. Raises ValueError with a message for the user."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is not a span of hours; write it as 08:00-17:00")
    first, second = int(found[1]) * 60 + int(found[2]), int(found[3] or found[5]) * 60 + int(found[4] or found[6])
    if second <= first:
        raise ValueError(f"'{text}' ends before it begins; hours past midnight belong to the next day, as 00:00-06:00")
    return first, second


def _merged(spans: Iterable[Minutes]) -> Iterator[Minutes]:
    """Spans in order, those that overlap as one."""
    begin, end = -1, -1
    for first, second in sorted(spans):
        if first > end:
            if end > begin:
                yield begin, end
            begin, end = first, second
        end = max(end, second)
    if end > begin:
        yield begin, end


@lru_cache(8192)
def _open(calendar: Calendar, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The spans of one day of a calendar, in UTC."""
    if day in calendar.holidays:
        return ()
    zone = ZoneInfo(calendar.timezone)
    spans = calendar.hours[day.weekday()]
    return tuple((_instant(day, first, zone, fold=0), _instant(day, second, zone, fold=1)) for first, second in spans)


def _instant(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    """A minute of a day in UTC: of a clock that is shown twice the first or, with `fold`, the second; of one that is
    never shown the moment at which the clocks are changed."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    if _is_shown(wall, zone):
        return wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    while not _is_shown(wall - timedelta(minutes=1), zone):
        wall -= timedelta(minutes=1)
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _is_shown(wall: datetime, zone: ZoneInfo) -> bool:
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
