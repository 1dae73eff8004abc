"""Support hours: durations within the agreed hours, against values worked out by hand and against properties."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from helpers.changed_files import Changes, check_changed, messages, places, with_options
from helpers.knowledge_base import load_base, write_base
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.support_hours import Calendar, CalendarOptions, Calendars, SupportHours, calendars

OFFICE = {"weekdays": ("08:00-17:00",), "friday": ("08:00-12:00", "13:00-16:00")}


def calendar(hours: Mapping[str, tuple[str, ...]], timezone: str = "Europe/Copenhagen", *holidays: str) -> Calendar:
    options = SupportHours(timezone, hours, tuple(date.fromisoformat(day) for day in holidays))
    made = calendars(options, (), None)
    assert made is not None
    return made.general


BY_HAND: tuple[tuple[str, str, str, float], ...] = (
    # Copenhagen, Monday to Thursday 8 to 17, Friday 8 to 12 and 13 to 16; winter is UTC+1, summer UTC+2
    ("a Wednesday within the hours", "2026-03-04T09:00+01:00", "2026-03-04T10:30+01:00", 90),
    ("from before the hours", "2026-03-04T06:00+01:00", "2026-03-04T08:15+01:00", 15),
    ("to after the hours", "2026-03-04T16:45+01:00", "2026-03-04T22:00+01:00", 15),
    ("a night", "2026-03-04T17:00+01:00", "2026-03-05T08:00+01:00", 0),
    ("over a night", "2026-03-04T16:00+01:00", "2026-03-05T09:00+01:00", 120),
    ("a whole day", "2026-03-04T00:00+01:00", "2026-03-05T00:00+01:00", 540),
    ("a Friday with its break", "2026-03-06T11:30+01:00", "2026-03-06T13:30+01:00", 60),
    ("a weekend", "2026-03-06T16:00+01:00", "2026-03-09T08:00+01:00", 0),
    ("from Friday to Monday", "2026-03-06T15:00+01:00", "2026-03-09T09:00+01:00", 120),
    ("a week: four days of 9 and one of 7 hours", "2026-03-02T00:00+01:00", "2026-03-09T00:00+01:00", 43 * 60),
    ("a holiday, Thursday 14 May", "2026-05-13T16:00+02:00", "2026-05-15T09:00+02:00", 120),
    ("times in UTC, in winter", "2026-03-04T07:00+00:00", "2026-03-04T08:00+00:00", 60),
    ("times in UTC, in summer", "2026-07-01T05:30+00:00", "2026-07-01T06:30+00:00", 30),
    ("the weekend on which summer begins", "2026-03-27T15:00+01:00", "2026-03-30T09:00+02:00", 120),
    ("the wrong way round", "2026-03-04T12:00+01:00", "2026-03-04T10:00+01:00", 0),
    ("no time at all", "2026-03-04T12:00+01:00", "2026-03-04T12:00+01:00", 0),
)


@pytest.mark.parametrize(("start", "end", "minutes"), [case[1:] for case in BY_HAND], ids=[case[0] for case in BY_HAND])
def test_minutes_are_those_worked_out_by_hand(start: str, end: str, minutes: float) -> None:
    office = calendar(OFFICE, "Europe/Copenhagen", "2026-05-14")
    assert office.minutes(datetime.fromisoformat(start), datetime.fromisoformat(end)) == minutes


NIGHTS: tuple[tuple[str, str, str, float], ...] = (
    # Copenhagen: on 29 March 2026 it is 3:00 after 1:59, on 25 October it is 2:00 twice
    ("00:00-24:00", "2026-03-28T23:00+00:00", "2026-03-29T22:00+00:00", 23 * 60),
    ("00:00-24:00", "2026-10-24T22:00+00:00", "2026-10-25T23:00+00:00", 25 * 60),
    ("01:00-04:00", "2026-03-28T12:00+00:00", "2026-03-29T12:00+00:00", 120),
    ("01:00-04:00", "2026-10-24T12:00+00:00", "2026-10-25T12:00+00:00", 240),
    ("02:30-04:00", "2026-03-28T12:00+00:00", "2026-03-29T12:00+00:00", 60),
    ("01:00-02:30", "2026-03-28T12:00+00:00", "2026-03-29T12:00+00:00", 60),
    ("01:00-02:30", "2026-10-24T12:00+00:00", "2026-10-25T12:00+00:00", 150),
)


@pytest.mark.parametrize(("hours", "start", "end", "minutes"), NIGHTS)
def test_a_night_on_which_the_clocks_change(hours: str, start: str, end: str, minutes: float) -> None:
    night = calendar({"daily": (hours,)})
    assert night.minutes(datetime.fromisoformat(start), datetime.fromisoformat(end)) == minutes


def test_a_day_goes_before_a_group_and_spans_that_overlap_count_once() -> None:
    odd = calendar({"friday": ("10:00-12:00",), "weekdays": ("08:00-10:00", "09:00-11:00"), "daily": ("00:00-24:00",)})
    assert odd.hours == (((480, 660),),) * 4 + (((600, 720),),) + (((0, 1440),),) * 2


moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(["UTC", "Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
some_hours = st.sampled_from(
    [OFFICE, {"daily": ("00:00-24:00",)}, {"weekend": ("02:15-02:45",)}, {"monday": ("01:00-03:00", "22:00-24:00")}]
)


@given(some_hours, zones, moments, moments, moments)
def test_the_parts_of_a_duration_sum_to_the_whole(
    hours: Mapping[str, tuple[str, ...]], zone: str, a: datetime, b: datetime, c: datetime
) -> None:
    first, second, third = sorted((a, b, c))
    of = calendar(hours, zone, "2026-01-01")
    whole = of.minutes(first, third)
    assert of.minutes(first, second) + of.minutes(second, third) == pytest.approx(whole)
    assert 0 <= whole <= (third - first) / timedelta(minutes=1) + 1e-6


@given(zones, moments, st.integers(0, 60 * 24 * 40))
def test_support_at_all_hours_is_the_elapsed_time_and_at_none_is_none(zone: str, start: datetime, length: int) -> None:
    end = start + timedelta(minutes=length)
    assert calendar({"daily": ("00:00-24:00",)}, zone).minutes(start, end) == pytest.approx(length)
    holidays = [(start.date() + timedelta(days=n)).isoformat() for n in range(-2, 44)]
    assert calendar({"daily": ("00:00-24:00",)}, zone, *holidays).minutes(start, end) == 0


def test_what_a_client_leaves_out_is_as_for_all() -> None:
    free, own = date(2026, 5, 14), date(2026, 6, 5)
    options = SupportHours(
        "Europe/Copenhagen",
        {"weekdays": ("08:00-17:00",)},
        None,
        {"a": CalendarOptions(timezone="Europe/London"), "b": CalendarOptions(holidays=(own,))},
    )
    made = calendars(options, [free], None)
    assert made is not None
    assert (made.of("a").timezone, made.of("a").hours, made.of("a").holidays) == (
        "Europe/London",
        made.general.hours,
        (free,),
    )
    assert (made.of("b").timezone, made.of("b").holidays) == ("Europe/Copenhagen", (own,))
    assert made.of("c") == made.general
    assert calendars(None, [free], None) is None


HOURS: dict[str, Any] = {"timezone": "Europe/Copenhagen", "hours": {"weekdays": ["08:00-17:00"]}}


def with_hours(hours: dict[str, Any]) -> Changes:
    """The configuration with support hours; JSON is YAML too."""
    return with_options(f"support_hours: {json.dumps(hours)}")


def test_a_clients_edition_knows_only_its_own_hours(tmp_path: Path) -> None:
    clients = {"harbor-credit": {"hours": {"daily": ["00:00-24:00"]}}, "quellmark": {"timezone": "Europe/London"}}
    knowledge = load_base(write_base(tmp_path, with_hours({**HOURS, "clients": clients})))
    inside = project(knowledge, Edition()).support_hours
    assert inside is not None
    assert set(inside.clients) == {"harbor-credit", "quellmark"}
    seen = project(knowledge, Edition("harbor-credit")).support_hours
    assert seen == Calendars(inside.of("harbor-credit"))


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"timezone": "Europe/Copenhagn"}, "PIR602", "there is no time zone 'Europe/Copenhagn'"),
        ({"hours": {"weekdays": ["8-17"]}}, "PIR602", "'8-17' is not a span of hours; write it as 08:00-17:00"),
        ({"hours": {"weekdays": ["22:00-06:00"]}}, "PIR602", "'22:00-06:00' ends before it begins"),
        ({"hours": {"workdays": ["08:00-17:00"]}}, "PIR602", "did you mean 'weekdays'"),
        ({"hours": {}}, "PIR602", "hours"),
        ({"clients": {"harbour-credit": {}}}, "PIR602", "there is no client 'harbour-credit'"),
        ({"clients": {"harbor-credit": {"hour": {}}}}, "PIR602", "did you mean 'hours'"),
    ],
)
def test_hours_that_cannot_be_used_are_named(tmp_path: Path, changed: dict[str, Any], code: str, said: str) -> None:
    found = check_changed(tmp_path, with_hours({**HOURS, **changed}))
    assert [place[3] for place in places(found)] == [code]
    assert said in messages(found)
