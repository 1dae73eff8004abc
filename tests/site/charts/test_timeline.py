"""The timeline of one incident: to scale, gaps named in words, legible from seconds to years."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from mkdocs_pir.site.charts import Chart, timeline

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("Impact started", "Detected", "Acknowledged", "Mitigated", "Resolved")
START = datetime(2025, 3, 12, 3, 0, tzinfo=UTC)


def incident(*minutes: float | None, start: datetime = START) -> Chart:
    moments = [None if m is None else start + timedelta(minutes=m) for m in minutes]
    chart = timeline("What happened when", "From impact to resolution.", list(zip(NAMES, moments, strict=True)))
    assert chart
    return chart


def phases(chart: Chart) -> dict[str, tuple[float, float]]:
    """role -> (start, width) in percent of each coloured bar."""
    found = {}
    for group in ET.fromstring(chart.svg).iterfind(f"{SVG}g"):
        role = (group.get("class") or "").removeprefix("pir-chart__")
        if role.startswith("phase"):
            (bar,) = group
            found[role] = (float((bar.get("x") or "")[:-1]), float((bar.get("width") or "")[:-1]))
    return found


def test_gaps_are_named() -> None:
    chart = incident(0, 42, 47, 178, 1500)
    assert [row[2] for row in chart.rows] == ["", "after 42 min", "5 min later", "2 h 11 min later", "22 h 2 min later"]
    drawn = ["".join(line.itertext()) for line in ET.fromstring(chart.svg).iter(f"{SVG}text")]
    assert "Detected after 42 min" in drawn
    assert "1 d 1 h" in drawn


def test_gaps_are_drawn_at_their_place_on_one_scale() -> None:
    assert phases(incident(0, 10, 20, 60, 100)) == {
        "phase1": (0.0, 10.0),
        "phase2": (10.0, 10.0),
        "phase3": (20.0, 40.0),
        "phase4": (60.0, 40.0),
    }


@pytest.mark.parametrize("minutes", [(0, 1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3), (0, 0, 0, 0, 0), (0, 0.1, 0.2, 0.3, 2e6)])
def test_stamps_close_together_and_years_apart_stay_visible(minutes: tuple[float, ...]) -> None:
    bars = phases(incident(*minutes))
    assert len(bars) == 4
    assert all(width >= 0.7 and x + width <= 100.01 for x, width in bars.values())


def test_a_missing_stamp_is_left_out_and_named() -> None:
    chart = incident(0, 30, None, 90, None)
    assert [row[0] for row in chart.rows] == ["Impact started", "Detected", "Mitigated", "Acknowledged", "Resolved"]
    assert [row[1] for row in chart.rows[3:]] == ["not recorded", "not recorded"]
    assert set(phases(chart)) == {"phase1", "phase3"}


def test_an_alert_before_the_impact_stands_before_it() -> None:
    chart = incident(10, 0, 12, 30, 40)
    assert [row[0] for row in chart.rows][:2] == ["Detected", "Impact started"]
    assert chart.rows[1][2] == "after 10 min"


def test_times_are_in_the_zone_of_the_first() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    chart = timeline("t", "d", [("Impact started", START.astimezone(india)), ("Detected", START + timedelta(hours=1))])
    assert chart
    assert [row[1] for row in chart.rows] == ["12 Mar 2025, 08:30 UTC+05:30", "12 Mar 2025, 09:30 UTC+05:30"]


def test_a_gap_over_a_change_of_the_clocks_is_counted_right() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    chart = timeline(
        "t",
        "d",
        [
            ("Impact started", datetime(2025, 3, 30, 1, 30, tzinfo=berlin)),
            ("Detected", datetime(2025, 3, 30, 3, 30, tzinfo=berlin)),
        ],
    )
    assert chart
    assert chart.rows[1][2] == "after 1 h"


def test_seconds_are_shown_where_they_count() -> None:
    chart = incident(0, 0.5, 1.75, None, None)
    assert [row[2] for row in chart.rows[:3]] == ["", "after 30 s", "1 min 15 s later"]
    assert chart.rows[1][1] == "12 Mar 2025, 03:00:30 UTC"


def test_what_went_on_meanwhile_has_a_row_of_its_own_on_the_same_scale() -> None:
    def at(minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    stamps = [("Impact started", at(0)), ("Resolved", at(100))]
    spans = [
        ("Waited for the supplier", [(at(10), at(30)), (at(90), at(160))]),
        ("Waited for nobody here", [(at(-9), at(0))]),
    ]
    chart = timeline("How long it took", "The stamps.", stamps, spans=spans)
    assert chart
    (waits,) = (g for g in ET.fromstring(chart.svg).iterfind(f"{SVG}g") if g.get("class") == "pir-chart__wait")
    assert [(bar.get("x"), bar.get("width")) for bar in waits] == [("10%", "20%"), ("90%", "10%")]
    assert chart.rows[2:] == (
        ("Waited for the supplier", "12 Mar 2025, 03:10 UTC", "20 min"),
        ("Waited for the supplier", "12 Mar 2025, 04:30 UTC", "10 min"),
    )
    drawn = ["".join(line.itertext()) for line in ET.fromstring(chart.svg).iter(f"{SVG}text")]
    assert "Waited for the supplier" in drawn
    assert "30 min" in drawn


def test_further_times_are_ticks_above_the_bar_of_their_interval() -> None:
    stamps = [
        (name, START + timedelta(minutes=m)) for name, m in (("Impact started", 0), ("Detected", 40), ("Resolved", 100))
    ]
    marks = [START + timedelta(minutes=m) for m in (-5, 0, 10, 40, 70, 101)]
    chart = timeline("t", "d", stamps, marks=[*marks, datetime(2025, 3, 12, 3, 20)])
    assert chart
    *_, ticks = (g for g in ET.fromstring(chart.svg).iterfind(f"{SVG}g") if g.get("class") == "pir-chart__base")
    assert [(tick.get("x1"), tick.get("y1")) for tick in ticks] == [
        ("0%", "42"), ("10%", "42"), ("40%", "42"), ("70%", "84")
    ]  # fmt: skip
