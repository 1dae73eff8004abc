"""Half-open windows of whole UTC days, quarters, months and business days."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from helpers.projections import day, moment
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.insight.windows import (
    Window,
    add_business_days,
    add_months,
    last_complete_quarter,
    months,
    quarters,
    trailing,
    utc_day,
)


def test_the_first_day_is_in_a_window_and_the_end_is_not() -> None:
    window = Window.parse("2026-07-01..2026-10-01")
    assert day("2026-07-01") in window
    assert day("2026-09-30") in window
    assert day("2026-10-01") not in window
    assert (window.days, window.last, window.months, window.label) == (92, day("2026-09-30"), 3, "2026-Q3")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",
        "2026-01-01..",
        "..2026-01-01",
        "2026-02-30..2026-03-01",
        "a..b",
        "",
        "2026-02-01..2026-02-01",
        "2026-02-01..2026-01-01",
    ],
)
def test_a_window_that_cannot_be_read_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="window"):
        Window.parse(text)


def test_a_quarter_is_complete_on_its_last_day_and_not_before() -> None:
    assert last_complete_quarter(day("2026-09-30")) == Window(day("2026-07-01"), day("2026-10-01"))
    assert last_complete_quarter(day("2026-09-29")) == Window(day("2026-04-01"), day("2026-07-01"))
    assert last_complete_quarter(day("2026-01-15")) == Window(day("2025-10-01"), day("2026-01-01"))
    assert [w.label for w in quarters(day("2026-02-01"), 3)] == ["2025-Q3", "2025-Q4", "2026-Q1"]
    assert [w.label for w in months(day("2026-02-01"), 3)] == ["2025-12", "2026-01", "2026-02"]


def test_trailing_months_end_with_the_day_itself_also_around_a_leap_day() -> None:
    assert trailing(day("2026-09-30")) == Window(day("2025-10-01"), day("2026-10-01"))
    # 2024-02-29 exists, 2023-02-29 does not: the window of 28 February 2024 starts on the last day of February 2023.
    assert trailing(day("2024-02-28")) == Window(day("2023-02-28"), day("2024-02-29"))
    assert trailing(day("2024-02-29")) == Window(day("2023-03-01"), day("2024-03-01"))
    assert trailing(day("2024-02-29")).days == 366
    assert add_months(day("2024-02-29"), 12) == day("2025-02-28")
    assert add_months(day("2026-05-31"), -3) == day("2026-02-28")


def test_the_previous_window_ends_where_this_one_starts() -> None:
    assert Window.parse("2026-01-01..2026-04-01").previous().label == "2025-Q4"  # 92 days before 90
    assert trailing(day("2026-09-30")).previous() == Window(day("2024-10-01"), day("2025-10-01"))
    assert Window.parse("2026-03-05..2026-03-15").previous() == Window.parse("2026-02-23..2026-03-05")


def test_a_stamp_belongs_to_its_day_in_utc() -> None:
    assert utc_day(moment("2026-04-01T00:30:00+02:00")) == day("2026-03-31")
    assert utc_day(moment("2026-03-31T23:30:00-05:00")) == day("2026-04-01")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-09-04", 0, "2026-09-04"),  # a Friday
        ("2026-09-04", 1, "2026-09-07"),  # Monday
        ("2026-09-04", 5, "2026-09-11"),
        ("2026-09-02", 3, "2026-09-07"),  # Wednesday: Thursday, Friday, Monday
        ("2026-09-05", 5, "2026-09-11"),  # from a Saturday: Monday to Friday
        ("2026-09-06", 1, "2026-09-07"),  # from a Sunday
        ("2026-09-07", 10, "2026-09-21"),
    ],
)
def test_business_days_skip_weekends(start: str, days: int, end: str) -> None:
    assert add_business_days(day(start), days) == day(end)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_business_days_agree_with_counting_them_one_by_one(start: date, days: int) -> None:
    here, left = start, days
    while left:
        here += timedelta(days=1)
        left -= here.weekday() < 5
    if days:
        assert add_business_days(start, days) == here


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 30))
def test_windows_in_a_row_leave_no_gap(as_of: date, count: int) -> None:
    for row in (quarters(as_of, count), months(as_of, count)):
        assert len(row) == count
        assert as_of in row[-1]
        assert all(a.end == b.start and b.previous() == a for a, b in itertools.pairwise(row))
