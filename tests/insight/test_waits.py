"""Waits read from the timeline of a review: who was waited for, from when, how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from helpers.projections import moment, review
from helpers.sample_pages import as_read

from mkdocs_pir.insight.timeline_times import zone_of
from mkdocs_pir.insight.waits import Wait, by_party, waits_of
from mkdocs_pir.kb.model import Pir, Section


def with_timeline(*rows: str, head: str = "Time (UTC) | What happened | Waited for", **fields: str) -> Pir:
    start, end = fields.pop("start", "2026-03-04T23:10"), fields.pop("end", "2026-03-05T01:00")
    table = "\n".join([f"| {head} |", "|---" * (head.count("|") + 1) + "|", *(f"| {row} |" for row in rows)])
    pir = review("PIR-2026-0001", start, end, sections=(Section("Timeline", table),), **fields)
    made = as_read(pir, [pir], "internal", ())
    assert isinstance(made, Pir)
    return made


def test_a_wait_lasts_until_the_next_row_also_over_midnight() -> None:
    waits = waits_of(
        with_timeline("23:10 | it began |", "23:50 | asked | the **supplier**", "00:20 | answer |", "01:00 | over | –")
    )
    assert waits == (Wait("the supplier", moment("2026-03-04T23:50"), timedelta(minutes=30)),)


def test_the_wait_of_the_last_row_ends_when_the_service_was_restored() -> None:
    (wait,) = waits_of(with_timeline("00:40 | copying | the copy"))
    assert wait == Wait("the copy", moment("2026-03-05T00:40"), timedelta(minutes=20))


@pytest.mark.parametrize(
    ("time", "start"),
    [
        ("22:50", "2026-03-04T22:50"),
        ("4 Mar 22:50", "2026-03-04T22:50"),
        ("4 March 2026, 22:50:30", "2026-03-04T22:50:30"),
        ("2026-03-03 23:59", "2026-03-03T23:59"),
        ("2026-03-04T22:50Z", "2026-03-04T22:50"),
        ("23:50 UTC+1", "2026-03-04T22:50"),
        ("2026-03-04T23:50+01:00", "2026-03-04T22:50"),
        ("~22:50", "2026-03-04T22:50"),
    ],
)
def test_times_are_read_as_people_write_them(time: str, start: str) -> None:
    (wait,) = waits_of(with_timeline(f"{time} | called | somebody", "5 Mar 00:10 | over |"))
    assert wait.start == moment(start)
    assert wait.length == moment("2026-03-05T00:10") - moment(start)


def test_clocks_after_a_row_of_days_before_are_of_the_incident() -> None:
    (wait,) = waits_of(with_timeline("25 Feb 18:05 | disk full |", "23:30 | called | the vendor", "00:30 | answer |"))
    assert wait == Wait("the vendor", moment("2026-03-04T23:30"), timedelta(hours=1))


def test_the_head_says_the_zone_of_the_clocks() -> None:
    head = "Time (Europe/Copenhagen) | What | Waiting for"
    (wait,) = waits_of(with_timeline("00:15 | called | somebody", "00:45 | over |", head=head))
    assert wait == Wait("somebody", moment("2026-03-04T23:15"), timedelta(minutes=30))


def test_a_zone_that_may_be_several_gives_the_length_but_no_place_in_time() -> None:
    (wait,) = waits_of(
        with_timeline("00:15 | called | somebody", "00:45 | over |", head="Time (CST) | What | Waited for")
    )
    assert wait == Wait("somebody", None, timedelta(minutes=30))


@pytest.mark.parametrize("following", ["later | over |", "2026-06-04 00:10 | over |", "2026-03-01 00:10 | over |"])
def test_a_wait_whose_end_is_unclear_has_no_length(following: str) -> None:
    (wait,) = waits_of(with_timeline("00:15 | called | somebody", following))
    assert wait == Wait("somebody", moment("2026-03-05T00:15"), None)


@pytest.mark.parametrize("broken", ["", "31 Feb 10:00", "99:99", "2026-13-40 10:00", "1 Jan 0000 10:00"])
def test_a_time_that_does_not_exist_is_no_time(broken: str) -> None:
    waits = waits_of(with_timeline(f"{broken} | called | somebody", "00:45 | over |"))
    assert [wait.who for wait in waits] == ["somebody"]


def test_without_any_time_of_the_incident_the_clocks_still_say_how_long() -> None:
    (wait,) = waits_of(with_timeline("23:50 | called | somebody", "00:15 | over |", start="", end=""))
    assert wait == Wait("somebody", None, timedelta(minutes=25))


def test_times_at_the_ends_of_the_calendar_break_nothing() -> None:
    for start in ("0001-01-01T00:00", "9999-12-31T23:59"):
        rows = (f"{start[:10]} 23:59 | a | somebody", "00:10 | b | somebody", "1 Jan 00:05 | c | somebody")
        assert len(waits_of(with_timeline(*rows, start=start, end=start))) == 3


def test_waits_for_the_same_belong_together_and_the_longest_comes_first() -> None:
    pir = with_timeline(
        "23:10 | a | on-call lead", "23:20 | b | the supplier", "23:50 | c | The supplier", "00:00 | d |"
    )
    assert [(who, len(waits), total) for who, waits, total in by_party(waits_of(pir))] == [
        ("the supplier", 2, timedelta(minutes=40)),
        ("on-call lead", 1, timedelta(minutes=10)),
    ]


def test_a_timeline_without_the_column_has_no_waits() -> None:
    assert waits_of(with_timeline("23:10 | began | log", head="Time | What | Evidence")) == ()


@pytest.mark.parametrize(
    ("head", "zone"),
    [("Date/Time", UTC), ("Time (Europe/Lodnon)", None), ("Time, UTC+2", timezone(timedelta(hours=2)))],
)
def test_a_head_that_only_looks_like_a_zone_names_none(head: str, zone: tzinfo | None) -> None:
    assert zone_of(head, datetime(2026, 1, 1, tzinfo=UTC)) == zone
