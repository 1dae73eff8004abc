"""Companion figures: what is shown beside a KPI so that it is not misread, such as the response rate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median

from mkdocs_pir.insight.figures import CompanionFigure, percentile, ratio
from mkdocs_pir.insight.kpi_definitions import STAMPS, YOUNG_DAYS
from mkdocs_pir.insight.kpi_inputs import KpiInputs, Measure
from mkdocs_pir.insight.kpi_snapshot import still_clients
from mkdocs_pir.insight.windows import Window


def companion_figures(
    facts: KpiInputs, name: str, window: Window, rows: Sequence[Measure], client: str | None, service: str | None
) -> tuple[CompanionFigure, ...]:
    """The companion figures of a KPI; `rows` are all of the window, those left out included."""
    if name == "retention":
        still, all_ = still_clients(facts, window, client, service)
        text = "of the clients with a review in the 12 months before"
        return (ratio("after-review", "Still clients 12 months after a review", still, all_, text),)
    return _COMPANIONS[name](rows) if name in _COMPANIONS else ()


def _adoption(rows: Sequence[Measure]) -> tuple[CompanionFigure, ...]:
    young = [row for row in rows if row.why and row.day is not None]
    decided = [row for row in rows if row.tag in ("accepted", "adopted", "declined")]
    accepted = sum(row.tag != "declined" for row in decided)
    return (
        ratio("acceptance", "Acceptance", accepted, len(decided), "accepted or adopted, of those decided"),
        ratio(
            "young",
            f"Issued less than {YOUNG_DAYS} days ago",
            sum(row.counted for row in young),
            len(young),
            "adopted already; shown apart",
        ),
    )


def _satisfaction(rows: Sequence[Measure]) -> tuple[CompanionFigure, ...]:
    asked = [row for row in rows if row.tag == "asked"]
    return (
        ratio(
            "response-rate", "Response rate", sum(not row.why for row in asked), len(asked), "answers, of those asked"
        ),
    )


def _unknown_cause(rows: Sequence[Measure]) -> tuple[CompanionFigure, ...]:
    unknown = sum(row.tag == "unknown" for row in rows)
    return (ratio("unknown-cause", "Cause unknown", unknown, len(rows), "of all incidents in the window"),)


def _times(rows: Sequence[Measure]) -> tuple[CompanionFigure, ...]:
    minutes = [row.amount for row in rows if row.amount is not None]
    support = [row.support for row in rows if row.support is not None]
    lacking = sum(bool(row.why) for row in rows)
    return (
        *_spread(minutes, support),
        CompanionFigure(
            "lacking", "With a time missing", float(lacking), "count", lacking, len(rows), "of the incidents reviewed"
        ),
    )


def _spread(minutes: Sequence[float], support: Sequence[float]) -> Iterator[CompanionFigure]:
    """Median, 90th percentile and mean of some minutes, each followed by the same in support hours if there are any."""
    for name, title, of in _SPREAD:
        yield CompanionFigure(name, f"{title}, elapsed" if support else title, of(minutes), "minutes")
        if support:
            yield CompanionFigure(f"support_{name}", f"{title}, in support hours", of(support), "minutes")


_SPREAD: Sequence[tuple[str, str, Callable[[Sequence[float]], float | None]]] = (
    ("median", "Median", lambda minutes: median(minutes) if minutes else None),
    ("p90", "90th percentile", lambda minutes: percentile(minutes, 0.9)),
    ("mean", "Mean", lambda minutes: sum(minutes) / len(minutes) if minutes else None),
)


def _actions_on_time(rows: Sequence[Measure]) -> tuple[CompanionFigure, ...]:
    due = [row for row in rows if not row.why]
    uncancelled = [row for row in due if row.tag != "cancelled"]
    cancelled = len(due) - len(uncancelled)
    return (
        ratio(
            "kept",
            "Excluding cancelled actions",
            sum(row.counted for row in uncancelled),
            len(uncancelled),
            "done by the due date",
        ),
        CompanionFigure("cancelled", "Cancelled", float(cancelled), "count", cancelled, len(due), "of those due"),
    )


def _action_age(rows: Sequence[Measure]) -> tuple[CompanionFigure, ...]:
    aged = [row for row in rows if not row.why]
    ages = [row.amount for row in aged if row.amount is not None]
    overdue = sum(row.counted for row in aged)
    return (
        CompanionFigure("largest", "Oldest open action", max(ages, default=None), "days"),
        ratio("overdue", "Overdue", overdue, len(aged), "of the open actions"),
    )


_COMPANIONS: Mapping[str, Callable[[Sequence[Measure]], tuple[CompanionFigure, ...]]] = {
    "adoption": _adoption,
    "satisfaction": _satisfaction,
    "recurrence": _unknown_cause,
    "repeat": _unknown_cause,
    **dict.fromkeys(STAMPS, _times),
    "actions-on-time": _actions_on_time,
    "action-age": _action_age,
}
