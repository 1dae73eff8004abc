"""Every KPI at its edges: one row, first and last day, leap day, time zone, lost client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from helpers.projections import action, day, figure, incident, project, recommendation, response, review

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.kpis import KPIS, Figure
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.kb.model import Client, Review

LATER = day("2026-12-31")

Make = Callable[[date, date], Projection]


def _at(on: date, clock: str = "T12:00") -> str:
    return f"{on.isoformat()}{clock}"


def _review(on: date, as_of: date, **fields: Any) -> Projection:
    return project(review("PIR-1", _at(on), _at(on, "T13:00"), **fields), as_of=as_of)


def _repeat(on: date, as_of: date) -> Projection:
    first = incident("INC-1", "2019-01-01", _at(on, "T11:00"))
    return project(incidents=[first, incident("INC-2", _at(on))], as_of=as_of)


# One thing that belongs to a day and counts in the numerator, for each KPI of a window, with the value it makes.
ONE: dict[str, tuple[Make, float]] = {
    "adoption": (
        lambda on, as_of: project(
            review("PIR-1", recommendations=(recommendation("R1", "adopted", on.isoformat(), adopted=on.isoformat()),)),
            as_of=as_of,
        ),
        1,
    ),
    "satisfaction": (
        lambda on, as_of: project(review("PIR-1"), responses=[response(on.isoformat(), 5, "PIR-1")], as_of=as_of),
        1,
    ),
    "recurrence": (_repeat, 1),
    "repeat": (_repeat, 1),
    "time-to-detect": (lambda on, as_of: _review(on, as_of, detected=_at(on, "T12:20")), 20),
    "time-to-acknowledge": (
        lambda on, as_of: _review(on, as_of, detected=_at(on, "T12:20"), acknowledged=_at(on, "T12:25")),
        5,
    ),
    "time-to-mitigate": (lambda on, as_of: _review(on, as_of, mitigated=_at(on, "T12:40")), 40),
    "time-to-resolve": (_review, 60),
    "actions-on-time": (
        lambda on, as_of: project(
            review("PIR-1", actions=(action("A1", "done", created="2019-01-01", due=on.isoformat(), completed=on.isoformat()),)),
            as_of=as_of,
        ),
        1,
    ),
    "coverage": (
        lambda on, as_of: project(
            review("PIR-1", incidents=("INC-1",)),
            incidents=[incident("INC-1", _at(on), pir_required=True, pir="PIR-1")],
            as_of=as_of,
        ),
        1,
    ),
    # due on the day itself: no business day is left after the one on which service was restored
    "on-time": (
        lambda on, as_of: project(
            review("PIR-1", _at(on), _at(on, "T13:00"), severity="SEV-1", reviews=(Review("client", on=on),)),
            as_of=as_of,
            targets={"review-days-sev-1": 0},
        ),
        1,
    ),
}  # fmt: skip

QUARTER = Window.parse("2026-04-01..2026-07-01")


def test_every_kpi_of_a_window_has_its_edges_tried() -> None:
    assert {*ONE, "retention", "action-age"} == set(KPIS)


@pytest.mark.parametrize("name", ONE)
def test_one_row_is_a_figure_of_one_marked_as_small(name: str) -> None:
    make, value = ONE[name]
    found = figure(make(day("2026-05-06"), LATER), name, window=QUARTER)
    assert (found.value, found.n, found.denominator, found.small) == (value, 1, 1, True)


def test_five_rows_are_not_marked_as_few() -> None:
    five = [review(f"PIR-{n}", "2026-08-01T00:00", "2026-08-01T01:00") for n in range(5)]
    assert figure(project(*five), "time-to-resolve").small is False


# 1 April 2026 is a Wednesday and 30 June a Tuesday, so the days of a review are business days.
@pytest.mark.parametrize(
    ("on", "inside"),
    [("2026-03-31", False), ("2026-04-01", True), ("2026-06-30", True), ("2026-07-01", False)],
)
@pytest.mark.parametrize("name", ONE)
def test_the_first_and_the_last_day_are_in_the_window_and_no_other(name: str, on: str, inside: bool) -> None:
    make, _ = ONE[name]
    assert (
        figure(make(day(on), LATER), name, window=QUARTER).n >= 1
        if inside
        else not _counted(make(day(on), LATER), name)
    )


def _counted(projection: Projection, name: str) -> list[str]:
    return [row.id for row in figure(projection, name, window=QUARTER).rows if row.counted]


@pytest.mark.parametrize("name", ONE)
def test_the_leap_day_is_in_the_quarter_and_the_twelve_months_that_hold_it(name: str) -> None:
    make, value = ONE[name]
    leap, end = day("2024-02-29"), day("2024-06-30")  # a Thursday; young advice is 90 days old by then
    window = Window.parse("2024-01-01..2024-04-01")
    assert figure(make(leap, end), name, window=window).value == value
    assert figure(make(leap, end), name, window=Window.parse("2024-02-29..2024-03-01")).n == 1
    assert not figure(make(leap, end), name, window=Window.parse("2024-03-01..2024-04-01")).rows


STAMPED = ["recurrence", "repeat", "time-to-resolve", "coverage"]


@pytest.mark.parametrize("name", STAMPED)
def test_a_stamp_with_an_offset_belongs_to_its_day_in_utc(name: str) -> None:
    # 00:30 at +02:00 on 1 April is 22:30 UTC on 31 March; 23:30 at -02:00 on 31 March is 01:30 UTC on 1 April
    for opened, inside in (("2026-04-01T00:30:00+02:00", False), ("2026-03-31T23:30:00-02:00", True)):
        one = project(
            review("PIR-1", opened, "2026-04-02T00:00", incidents=("INC-1",), trigger="change/cert"),
            incidents=[incident("INC-1", opened, "2026-04-02T00:00", pir="PIR-1", pir_required=True)],
            as_of=LATER,
        )
        assert (figure(one, name, window=QUARTER).n == 1) is inside


def _client(id_: str, since: str | None, until: str | None = None) -> Client:
    return Client(id=id_, name=id_, since=day(since) if since else None, until=day(until) if until else None)


# as_of 2026-09-30: the window is 2025-10-01..2026-10-01, at the start means on 2025-09-30, at the end on 2026-09-30.
RETENTION = [
    # client, at the start, retained
    (_client("one", "2020-01-01"), True, True),
    (_client("leaves-on-the-last-day", "2020-01-01", "2026-09-30"), True, False),  # the first day without a contract
    (_client("leaves-after-it", "2020-01-01", "2026-10-01"), True, True),
    (_client("left-before", "2020-01-01", "2025-09-30"), False, False),
    (_client("new-on-the-first-day", "2025-10-01"), False, False),
    (_client("there-the-day-before", "2025-09-30"), True, True),
    (_client("left-and-came-back", "2026-03-01", "2026-01-01"), True, True),  # two contracts around the winter
    (_client("came-back-too-late", "2026-10-15", "2026-01-01"), True, False),
    (_client("since-the-leap-day", "2024-02-29"), True, True),
]


@pytest.mark.parametrize(("client", "before", "kept"), RETENTION, ids=[row[0].id for row in RETENTION])
def test_retention_of_one_client(client: Client, before: bool, kept: bool) -> None:
    found = figure(project(client), "retention")
    assert (found.n, found.numerator) == (int(before), int(before and kept))
    assert found.value == (None if not before else float(kept))


def test_the_age_of_one_action_over_a_leap_day_and_on_the_day_it_was_agreed() -> None:
    def age(created: str, as_of: str) -> Figure:
        return figure(
            project(review("PIR-1", actions=(action("A1", created=created),)), as_of=day(as_of)), "action-age"
        )

    assert age("2024-02-28", "2024-03-01").value == 2
    assert age("2023-02-28", "2023-03-01").value == 1
    assert (age("2026-09-30", "2026-09-30").value, age("2026-09-30", "2026-09-30").small) == (0, True)
    assert age("2026-10-01", "2026-09-30").value is None  # not agreed yet


def test_a_cancelled_action_was_raised_and_not_done_and_is_not_old() -> None:
    one = project(
        review(
            "PIR-1",
            actions=(
                action("A1", "done", created="2026-04-01", due="2026-05-01", completed="2026-04-30"),
                action("A2", "cancelled", created="2026-04-01", due="2026-05-01", cancel_reason="replaced"),
            ),
        )
    )
    on_time = figure(one, "actions-on-time", window=QUARTER)
    assert (on_time.numerator, on_time.denominator, on_time.value) == (1, 2, 0.5)
    assert {e.name: e.value for e in on_time.extra} == {"kept": 1.0, "cancelled": 1.0}
    assert figure(one, "action-age").n == 0


def test_advice_adopted_late_counts_where_it_was_issued_whenever_it_was_adopted() -> None:
    late = review(
        "PIR-1",
        recommendations=(recommendation("R1", "adopted", "2026-04-10", decided="2026-04-20", adopted="2026-08-01"),),
    )
    before = figure(project(late, as_of=day("2026-07-31")), "adoption", window=QUARTER)
    after = figure(project(late, as_of=day("2026-08-01")), "adoption", window=QUARTER)
    assert (before.numerator, before.denominator) == (0, 1)
    assert (after.numerator, after.denominator) == (1, 1)
    assert figure(project(late), "adoption", window=Window.parse("2026-07-01..2026-10-01")).n == 0


def test_the_parts_of_a_standing_figure_are_those_of_going_through_everything() -> None:
    clients = [_client(f"c{n}", "2020-01-01", "2026-02-01" if n % 2 else None) for n in range(4)]
    reviews = [
        review(f"PIR-{n}", "2025-03-03", "2025-03-04", client=f"c{n % 4}", services=("mail", "dns")[: n % 2 + 1],
            actions=(action("A1", created="2026-01-01", due="2026-02-01"), action("A2", "done", created="2026-01-01",
            completed=f"2026-09-{n + 10}")))
        for n in range(8)
    ]  # fmt: skip
    ledger = Insight(project(*clients, *reviews)).kpis
    whole = ledger.figure("action-age")
    parts = [ledger.figure("action-age", client=f"c{n}") for n in range(4)]
    assert sum(part.n for part in parts) == whole.n == 8
    assert sum(part.previous.n for part in parts) == whole.previous.n
    assert ledger.figure("action-age", service="dns").n == 4
    assert ledger.figure("action-age", client="c1", service="dns").n == 2
    beside = {f"c{n}": ledger.figure("retention", client=f"c{n}").extra[0] for n in range(4)}
    assert {id_: (e.numerator, e.denominator) for id_, e in beside.items()} == {
        "c0": (1, 1), "c1": (0, 1), "c2": (1, 1), "c3": (0, 1),
    }  # fmt: skip


def test_a_standing_figure_of_a_window_still_running_is_that_of_the_day() -> None:
    one = project(
        _client("leaves-later", "2020-01-01", "2026-12-01"),
        review("PIR-1", client="leaves-later", actions=(action("A1", created="2026-09-20", due="2026-10-20"),)),
    )
    window = Window.parse("2026-01-01..2027-01-01")
    kept, age = (figure(one, name, window=window) for name in ("retention", "action-age"))
    assert (kept.value, kept.incomplete) == (1, True)  # on 30 September it still is a client
    assert (age.value, age.numerator, age.incomplete) == (10, 0, True)
    future = Window.parse("2026-11-01..2026-12-01")
    assert [figure(one, name, window=future).value for name in ("retention", "action-age")] == [None, None]


def test_a_row_says_how_advice_stood_on_the_day_of_the_figures() -> None:
    late = recommendation("R1", "adopted", "2026-04-10", decided="2026-04-20", adopted="2026-08-01")
    for as_of, note in (
        ("2026-08-01", "adopted on 2026-08-01"),
        ("2026-07-31", "accepted, not yet adopted"),
        ("2026-04-19", "proposed"),
    ):
        found = Insight(project(review("PIR-1", recommendations=(late,)), as_of=day(as_of))).kpis
        window = found.figure("adoption", window=QUARTER)
        assert [row.note for row in window.rows] in ([note], []), as_of
        assert len(window.rows) + len(window.excluded) == 1
