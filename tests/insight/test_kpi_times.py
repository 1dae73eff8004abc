"""Times to detect, acknowledge, mitigate and resolve, the age of actions, trends, windows and the JSON form."""

from __future__ import annotations

import json

from helpers.projections import (
    action,
    day,
    figure,
    figures,
    incident,
    moment,
    project,
    recommendation,
    response,
    review,
)
from msgspec.structs import replace

from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.figure_rows import as_json
from mkdocs_pir.insight.figures import percentile
from mkdocs_pir.insight.kpis import KPIS, NAMES, Figure
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.kb.support_hours import Calendar, Calendars


def extra(found: Figure, name: str) -> float | None:
    return next(e.value for e in found.extra if e.name == name)


def test_each_time_is_measured_between_the_stamps_it_names() -> None:
    found = figures(
        project(
            review(
                "PIR-1",
                "2026-08-01T10:00",
                "2026-08-01T14:00",  # 240 minutes after the start
                detected="2026-08-01T10:20",  # 20 after the start
                acknowledged="2026-08-01T10:25",  # 5 after detection
                mitigated="2026-08-01T12:00",  # 120 after the start
            )
        )
    )
    assert {name: found[name].value for name in NAMES if name.startswith("time-")} == {
        "time-to-detect": 20,
        "time-to-acknowledge": 5,
        "time-to-mitigate": 120,
        "time-to-resolve": 240,
    }
    assert "from the start of the impact to detection" in KPIS["time-to-detect"].definition
    assert "from detection to the acknowledgement" in KPIS["time-to-acknowledge"].definition


def test_mean_median_and_ninetieth_percentile_and_what_lacks_a_stamp() -> None:
    ends = ["01:00", "02:00", "03:00", "10:00"]  # 60, 120, 180, 600 minutes
    reviews = [review(f"PIR-{n}", "2026-08-01T00:00", f"2026-08-01T{end}") for n, end in enumerate(ends)]
    found = figure(
        project(
            *reviews,
            review("PIR-8", "2026-08-01T00:00"),
            review("PIR-9", "", "2026-08-02T00:00"),
            review("PIR-10", decided="2026-08-03"),
            review("PIR-11"),
            review("PIR-12", "2026-06-30T23:59", "2026-07-01T05:00"),  # began in the quarter before
        ),
        "time-to-resolve",
    )
    assert (found.numerator, found.denominator, found.value) == (960, 4, 240)  # 960 / 4
    assert extra(found, "median") == 150  # (120 + 180) / 2
    assert extra(found, "p90") == 600  # rank ceil(0.9 * 4) = 4
    assert extra(found, "mean") == 240
    assert extra(found, "lacking") == 3
    assert {e.id: e.why for e in found.excluded} == {
        "PIR-8": "lacks the time of resolution",
        "PIR-9": "lacks the start of the impact",
        "PIR-10": "lacks the start of the impact and the time of resolution",
        "PIR-11": "lacks the start of the impact and the time of resolution",
    }
    assert found.previous.value == 301


def test_percentiles_are_values_that_occurred() -> None:
    ten = [float(n) for n in range(1, 11)]
    assert percentile(ten, 0.9) == 9  # nine of ten do not exceed 9
    assert percentile(ten, 0.5) == 5
    assert percentile([*ten, 11.0], 0.9) == 10  # rank ceil(9.9) = 10
    assert percentile([7.0], 0.9) == 7
    assert percentile([], 0.9) is None


def test_offsets_do_not_change_a_time_nor_the_day_it_belongs_to() -> None:
    # 00:30 on 1 July at +02:00 is 22:30 on 30 June in UTC: the second quarter. Ended 23:00 UTC: 30 minutes.
    one = review("PIR-1", "2026-07-01T00:30:00+02:00", "2026-06-30T23:00:00+00:00")
    found = figure(project(one), "time-to-resolve")
    assert (found.n, found.previous.value) == (0, 30)


def test_the_age_of_open_actions() -> None:
    projection = project(
        review(
            "PIR-1",
            actions=(
                action("A1", created="2026-09-20", due="2026-09-30"),  # 10 days; due today
                action("A2", "in-progress", created="2026-08-31", due="2026-09-29"),  # 30 days, overdue
                action("A3", "blocked", created="2026-06-22"),  # 100 days
                action("A4", "done", created="2026-01-01", completed="2026-09-30"),
                action("A5", "cancelled", created="2026-01-01"),
                action("A6", "open"),
                action("A7", "verified", created="2026-07-01", completed="2026-09-01", verified="2026-09-10"),
            ),
        )
    )
    found = figure(projection, "action-age")
    # Ages 10, 30, 100: median 30; overdue A2 of three.
    assert (found.value, found.numerator, found.denominator, found.unit) == (30, 1, 3, "days")
    assert extra(found, "largest") == 100
    assert extra(found, "overdue") == 1 / 3
    assert {e.id for e in found.excluded} == {"PIR-1-A6"}
    # On 31 August: A2 (0 days), A3 (70), A4 open then (242), A7 open then (61): median (61 + 70) / 2.
    assert (found.previous.label, found.previous.value, found.previous.n) == ("2026-08-31", 65.5, 4)
    assert [p.label for p in found.trend][-2:] == ["2026-08", "2026-09"]
    assert [p.value for p in found.trend][-2:] == [65.5, 30]


def test_the_current_quarter_is_incomplete_until_its_last_day() -> None:
    one = review("PIR-1", "2026-09-10T00:00", "2026-09-10T01:00")
    today = figure(project(one, as_of=day("2026-09-30")), "time-to-resolve")
    assert (today.window, today.trend[-1].incomplete) == (Window(day("2026-07-01"), day("2026-10-01")), False)
    before = figure(project(one, as_of=day("2026-09-29")), "time-to-resolve")
    assert before.window == Window(day("2026-04-01"), day("2026-07-01"))
    assert before.value is None
    assert (before.trend[-1].label, before.trend[-1].value, before.trend[-1].incomplete) == ("2026-Q3", 60, True)
    running = figure(
        project(one, as_of=day("2026-09-29")), "time-to-resolve", window=Window.parse("2026-07-01..2026-10-01")
    )
    assert running.incomplete


def test_nothing_after_the_day_of_the_figures_counts() -> None:
    projection = project(
        review(
            "PIR-1",
            "2026-10-02T00:00",
            "2026-10-02T01:00",
            recommendations=(recommendation("R1", "adopted", "2026-10-05"),),
        ),
        review("PIR-2", "2026-09-30T23:00", "2026-10-01T01:00"),  # began today, resolved tomorrow
        incidents=[incident("INC-1", "2026-10-03", pir_required=True)],
        responses=[response("2026-10-04", 5, "PIR-1")],
    )
    window = Window.parse("2026-07-01..2027-01-01")
    found = {name: figure(projection, name, window=window) for name in ("adoption", "satisfaction", "recurrence",
             "repeat", "coverage", "time-to-resolve")}  # fmt: skip
    assert {name: f.n for name, f in found.items()} == dict.fromkeys(found, 0)
    assert found["time-to-resolve"].excluded[0].why == "lacked the time of resolution on the day of these figures"


def test_the_leap_day_is_a_day_like_any_other() -> None:
    leap = review("PIR-1", "2024-02-29T12:00", "2024-03-01T12:00")
    found = figure(project(leap, as_of=day("2024-03-31")), "time-to-resolve")
    assert (found.value, found.window.label) == (24 * 60, "2024-Q1")
    year = project(incidents=[incident("INC-1", "2024-02-29")],
                   as_of=day("2025-02-28"))  # fmt: skip
    # The twelve months that end with 28 February 2025 start on 1 March 2024: the leap day is not in them.
    assert figure(year, "recurrence").n == 0
    assert figure(year, "recurrence").previous.n == 1


def test_the_json_form_is_the_published_one() -> None:
    projection = project(
        review("PIR-1", "2026-08-01T00:00", "2026-08-01T01:30"),
        review("PIR-2", "2026-08-02T00:00"),
        targets={"adoption": 5},
    )
    data = json.loads(json.dumps(as_json(figure(projection, "time-to-resolve"))))
    published = [
        "name", "as_of", "window", "numerator", "denominator", "value", "n", "unit", "rows", "excluded", "trend",
    ]  # fmt: skip
    assert list(data) == list(as_json(figure(projection, "adoption"))) == published
    assert as_json(figure(projection, "adoption"))["unit"] == "share"
    assert data["window"] == {"start": "2026-07-01", "end": "2026-10-01"}
    assert (data["numerator"], data["denominator"], data["value"], data["n"], data["unit"]) == (
        90,
        1,
        90.0,
        1,
        "minutes",
    )
    assert data["rows"] == [
        {"id": "PIR-1", "label": "Review PIR-1", "date": "2026-08-01", "counted": True, "note": "", "amount": 90}
    ]
    assert data["excluded"] == [{"id": "PIR-2", "why": "lacks the time of resolution"}]
    assert len(data["trend"]) == 8
    assert data["trend"][-1]["value"] == 90.0
    assert as_json(figure(project(), "adoption"))["value"] is None


def test_stamps_out_of_order_are_left_out_with_the_reason() -> None:
    wrong = review("PIR-1", "2026-08-01T10:00", "2026-08-01T09:00")
    assert wrong.times.resolved == moment("2026-08-01T09:00")
    found = figure(project(wrong), "time-to-resolve")
    assert found.n == 0
    assert found.excluded[0].why == "the time of resolution lies before the start of the impact"


def test_a_day_without_a_time_dates_a_review_and_is_in_no_duration() -> None:
    found = figures(
        project(
            review("PIR-1", trigger="change/cert", began_on="2026-08-01", resolved_on="2026-08-02"),
            review("PIR-2", "2026-08-20T10:00", "2026-08-20T11:00", trigger="change/cert"),
            review("PIR-3", end="2026-08-05T09:00", began_on="2026-08-05"),
        )
    )
    lasted = found["time-to-resolve"]
    assert (lasted.value, lasted.n) == (60, 1)
    assert {e.id: e.why for e in lasted.excluded} == {
        "PIR-1": "lacks the start of the impact and the time of resolution: only the day is known on which it began",
        "PIR-3": "lacks the start of the impact: only the day is known on which it began",
    }
    repeated = found["recurrence"]
    assert (repeated.numerator, repeated.denominator) == (1, 2)
    assert repeated.rows[-1].note == "repeats PIR-1, 18 days after it was resolved"
    # due five business days after Sunday 2 August 2026
    assert "due 2026-08-07" in {row.id: row.note for row in found["on-time"].rows}["PIR-1"]


def test_the_time_of_a_start_goes_before_its_day_and_the_day_before_later_times() -> None:
    assert review("PIR-1", "2026-08-01T10:00", began_on="2026-08-01").times.start == moment("2026-08-01T10:00")
    assert review("PIR-2", detected="2026-08-03T10:00", began_on="2026-08-01").times.start == moment("2026-08-01")
    assert review("PIR-3", detected="2026-08-03T10:00").times.start == moment("2026-08-03T10:00")
    assert review("PIR-4", resolved_on="2026-08-03").times.end == moment("2026-08-03")
    assert review("PIR-5").times.start is None


def test_times_are_shown_elapsed_and_in_support_hours_of_each_client() -> None:
    office = Calendar("UTC", (((480, 1020),),) * 5 + ((), ()))  # Monday to Friday, 8 to 17
    always = Calendar("UTC", (((0, 1440),),) * 7)
    reviews = [
        review("PIR-1", "2026-08-03T16:00", "2026-08-04T09:00"),  # Monday to Tuesday: 17 hours, 2 of them in hours
        review("PIR-2", "2026-08-08T10:00", "2026-08-08T11:00"),  # a Saturday: 1 hour, none
        review("PIR-3", "2026-08-08T10:00", "2026-08-08T13:00", client="clinic"),  # at all hours: 3 hours, 3
        review("PIR-4", "2026-08-09T10:00"),
    ]
    projection = replace(project(*reviews), support_hours=Calendars(office, {"clinic": always}))
    found = figure(projection, "time-to-resolve")
    assert found.value == (17 + 1 + 3) * 60 / 3
    assert {row.id: (row.amount, row.support) for row in found.rows} == {
        "PIR-1": (1020, 120),
        "PIR-2": (60, 0),
        "PIR-3": (180, 180),
    }
    assert {e.title: e.value for e in found.extra if e.unit == "minutes"} == {
        "Median, elapsed": 180,
        "90th percentile, elapsed": 1020,
        "Mean, elapsed": 420,
        "Median, in support hours": 120,
        "90th percentile, in support hours": 180,
        "Mean, in support hours": 100,
    }
    assert as_json(found)["support_hours"] == {"median": 120, "p90": 180, "mean": 100}
    assert as_json(found)["rows"][0]["note"] == "2 h in support hours"
    without = figure(project(*reviews), "time-to-resolve")
    assert [e.name for e in without.extra] == ["median", "p90", "mean", "lacking"]
    assert "support_hours" not in as_json(without)


def test_a_row_with_days_counts_by_its_day_and_has_no_minutes() -> None:
    rows = [
        incident("INC-1", "2026-08-01", "2026-08-02", days=("opened", "resolved"), pir_required=True),
        incident("INC-2", "2026-08-20T10:00", "2026-08-20T11:00", pir_required=True),
    ]
    projection = project(incidents=rows)
    assert figure(projection, "coverage").denominator == 2
    repeated = figure(projection, "repeat")
    assert (repeated.numerator, repeated.denominator) == (1, 2)
    assert [o.minutes for o in Insight(projection).recurrences.occurrences] == [None, 60]
