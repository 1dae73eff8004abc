"""Windows of time: half-open spans of whole UTC days, and the quarters, months and trailing years made of them."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from mkdocs_pir.kb import schema

DAY = timedelta(days=1)


class Window(Struct, frozen=True, order=True):
    """The days from `start` up to, but not including, `end`."""

    start: date
    end: date

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read `2026-01-01..2026-04-01`, the second day being the first that is no longer in it.

        Raises ValueError with one sentence for a person.
        """
        first, _, second = text.partition("..")
        try:
            window = cls(schema.day(first.strip()), schema.day(second.strip()))
        except ValueError as error:
            why = f": {error}" if first.strip() and second.strip() else ""
            raise ValueError(f"'{text}' is not a window; write it as 2026-01-01..2026-04-01{why}") from None
        if window.end <= window.start:
            raise ValueError(f"the window '{text}' ends before it starts")
        return window

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - DAY

    @property
    def months(self) -> int:
        """How many whole months it lasts; 0 when it is not made of whole months."""
        count = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return count if count > 0 and add_months(self.end, -count) == self.start else 0

    def shifted(self, months: int) -> Window:
        """The window whose end lies so many months later (earlier if negative) and that lasts as long."""
        end = add_months(self.end, months)
        length = self.months
        return Window(add_months(end, -length) if length else end - (self.end - self.start), end)

    def previous(self) -> Window:
        """The window of the same length that ends where this one starts; months are counted as months."""
        length = self.months
        start = add_months(self.start, -length) if length else self.start - (self.end - self.start)
        return Window(start, self.start)

    @property
    def label(self) -> str:
        """ "2026-Q3", "2026-09", one day, or the first and the last day."""
        if self.start.day == 1 and self.months == 3 and self.start.month % 3 == 1:
            return f"{self.start.year}-Q{self.start.month // 3 + 1}"
        if self.start.day == 1 and self.months == 1:
            return self.start.isoformat()[:7]
        if self.days == 1:
            return self.start.isoformat()
        return f"{self.start.isoformat()} to {self.last.isoformat()}"


def utc_day(stamp: datetime) -> date:
    """The day of a stamp in UTC: 00:30 at +02:00 belongs to the day before."""
    return stamp.date() if stamp.tzinfo is UTC else stamp.astimezone(UTC).date()


def add_months(day: date, months: int) -> date:
    """The same day of another month; its last day where that month is shorter (31 May - 3 months: 28 or 29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_business_days(day: date, days: int, holidays: Collection[date] = ()) -> date:
    """The day so many business days later: Monday to Friday, less the holidays given."""
    if holidays:
        while days > 0:
            day += DAY
            days -= day.weekday() < 5 and day not in holidays
        return day
    weeks, rest = divmod(days, 5)
    if day.weekday() > 4:  # nothing happens on a weekend: count from the Friday before it
        day -= timedelta(days=day.weekday() - 4)
    over_weekend = 2 if day.weekday() + rest > 4 else 0
    return day + timedelta(days=7 * weeks + rest + over_weekend)


def business_days_between(day: date, later: date, holidays: Collection[date] = ()) -> int:
    """The number of business days after a day, up to and with a later one; 0 where that is not later."""
    days = range(1, (later - day).days + 1)
    return sum((one := day + DAY * number).weekday() < 5 and one not in holidays for number in days)


def week_of(day: date) -> Window:
    """The week of a day, from Monday on."""
    start = day - DAY * day.weekday()
    return Window(start, start + 7 * DAY)


def month_of(day: date) -> Window:
    """The calendar month of a day."""
    start = day.replace(day=1)
    return Window(start, add_months(start, 1))


def quarter_of(day: date) -> Window:
    """The calendar quarter of a day."""
    start = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Window(start, add_months(start, 3))


def last_complete_quarter(as_of: date) -> Window:
    """The quarter of `as_of` if that is its last day, else the one before."""
    quarter = quarter_of(as_of)
    return quarter if quarter.last == as_of else quarter.previous()


def trailing(as_of: date, months: int = 12) -> Window:
    """The months that end with `as_of`, which is the last day in it."""
    end = as_of + DAY
    return Window(add_months(end, -months), end)


def quarters(as_of: date, count: int) -> tuple[Window, ...]:
    """The last so many quarters, oldest first; the last one holds `as_of` and may still be running."""
    return tuple(_back(quarter_of(as_of), count))


def months(as_of: date, count: int) -> tuple[Window, ...]:
    """The last so many months, oldest first; the last one holds `as_of` and may still be running."""
    return tuple(_back(month_of(as_of), count))


def _back(window: Window, count: int) -> Iterator[Window]:
    for back in range(count - 1, -1, -1):
        yield window.shifted(-back * window.months)
