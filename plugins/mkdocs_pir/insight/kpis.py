"""KPIs: every figure of a projection, for the whole, by client and by service, as of its day (`as_of`).

Windows, unless one is given: the trailing 12 months that end with `as_of`, which is the last day in them; the last
complete calendar quarter, which is the current one if `as_of` is its last day; or the day `as_of` itself. The trend
of a trailing KPI is the same window three months earlier, and so on, eight times; that of a quarterly one are the
last eight quarters, the current one marked incomplete until its last day; that of action age are the last twelve
month ends, and now. Nothing later than `as_of` is counted, whatever the window.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property, lru_cache

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.companion_figures import companion_figures
from mkdocs_pir.insight.figures import (
    CompanionFigure,
    Excluded,
    Figure,
    FigureRow,
    Point,
    excluded,
    row,
    tally,
)
from mkdocs_pir.insight.kpi_definitions import KPIS, NAMED, NAMES, Kpi, UnknownKpi, kpi
from mkdocs_pir.insight.kpi_inputs import ByClientAndService, KpiInputs, Measure
from mkdocs_pir.insight.kpi_snapshot import SNAPSHOTS
from mkdocs_pir.insight.measures import MEASURES
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.insight.windows import (
    DAY,
    Window,
    add_months,
    last_complete_quarter,
    month_of,
    quarters,
    trailing,
)
from mkdocs_pir.store import stages

__all__ = [
    "KPIS",
    "NAMED",
    "NAMES",
    "CompanionFigure",
    "Excluded",
    "Figure",
    "FigureRow",
    "Kpi",
    "Kpis",
    "Point",
    "UnknownKpi",
]


def default_window(kpi: Kpi, as_of: date) -> Window:
    """The window of a KPI on a day, as the module says."""
    if kpi.window == "12 months":
        return trailing(as_of, 12)
    return last_complete_quarter(as_of) if kpi.window == "quarter" else Window(as_of, as_of + DAY)


@lru_cache(64)
def trend_windows(kpi: Kpi, as_of: date) -> tuple[tuple[str, Window], ...]:
    """The windows of the trend with their labels ("2026-Q3"; "2026-09" for what ends in that month), oldest first."""
    if kpi.window == "quarter":
        return tuple((window.label, window) for window in quarters(as_of, 8))
    if kpi.window == "12 months":
        ends = [trailing(as_of, 12).shifted(-3 * back) for back in range(7, -1, -1)]
    else:
        month = month_of(as_of)
        days = [month.shifted(-back).last for back in range(12, 0, -1)] + [as_of]
        ends = [Window(day, day + DAY) for day in days]
    return tuple((window.last.isoformat()[:7], window) for window in ends)


class _Rows:
    """The rows of a KPI in order of their day, so that a window is a slice; and those without a day.

    They are given in that order: sorted once for all clients and services.
    """

    def __init__(self, measures: Sequence[Measure]) -> None:
        self.dated = [m for m in measures if m.day is not None]
        self.days = [m.day for m in self.dated if m.day is not None]
        self.undated = tuple(m for m in measures if m.day is None)

    def within(self, window: Window) -> Sequence[Measure]:
        return self.dated[bisect_left(self.days, window.start) : bisect_left(self.days, window.end)]


class Kpis:
    """The KPIs of one projection; each figure, and the rows of each KPI, are worked out once, when first needed."""

    def __init__(self, projection: Projection, recurrences: Recurrences, items: Sequence[ActionItem]) -> None:
        self._projection = projection
        self._facts = KpiInputs(projection, recurrences, items)
        self._measured: dict[str, ByClientAndService[Measure]] = {}
        self._asked: dict[tuple[str, str | None, str | None], _Rows] = {}
        self._figures: dict[tuple[str, str | None, str | None, Window], Figure] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The KPIs that this edition can fill, in their order: what it withholds the inputs of is on no page and in no data."""
        return tuple(name for name in NAMES if name not in self._facts.withheld)

    @stages.FIGURES
    def figure(
        self, name: str, *, client: str | None = None, service: str | None = None, window: Window | None = None
    ) -> Figure:
        """One KPI, for the whole or for one client, one service, or both. Raises UnknownKpi."""
        what = kpi(name)
        over = window or default_window(what, self._projection.as_of)
        asked = name, client, service, over
        if asked not in self._figures:
            self._figures[asked] = self._figure(what, client, service, over)
        return self._figures[asked]

    def _figure(self, what: Kpi, client: str | None, service: str | None, over: Window) -> Figure:
        name, as_of = what.name, self._projection.as_of
        closed = self._facts.withheld.get(name, "")

        def taken(window: Window) -> Sequence[Measure]:
            return () if closed else self._taken(name, window, client, service)

        def point(label: str, window: Window) -> Point:
            counts = tally(what, taken(window))
            running = window.last > as_of
            return Point(
                label,
                window.start,
                window.end,
                counts.numerator,
                counts.denominator,
                counts.value,
                counts.denominator,
                running,
            )

        rows = taken(over)
        here = tally(what, rows)
        before = _previous(what, over)
        left = [m for m in rows if m.why] + ([] if closed else list(self._undated(name, client, service)))
        return Figure(
            name=name,
            as_of=as_of,
            window=over,
            unit=what.unit,
            numerator=here.numerator,
            denominator=here.denominator,
            value=here.value,
            n=here.denominator,
            target=what.target(self._projection.targets),
            rows=tuple(row(m) for m in rows if not m.why),
            excluded=tuple(excluded(m) for m in left),
            previous=point(before.label, before),
            trend=tuple(point(label, each) for label, each in trend_windows(what, as_of)),
            extra=() if closed else companion_figures(self._facts, name, over, rows, client, service),
            incomplete=over.last > as_of,
            client=client or "",
            service=service or "",
            why="" if here.value is not None else closed or _no_data(what, left),
            to_client=not self._projection.edition.internal,
        )

    @stages.FIGURES
    def trend_rows(self, name: str) -> tuple[tuple[FigureRow, tuple[str, ...]], ...]:
        """Each row of the points of a trend, with the labels of the points that count it. Raises UnknownKpi."""
        what = kpi(name)
        counted: dict[FigureRow, list[str]] = {}
        if name in self._facts.withheld:
            return ()
        for label, window in trend_windows(what, self._projection.as_of):
            for measure in self._taken(name, window, None, None):
                if not measure.why:
                    counted.setdefault(row(measure), []).append(label)
        return tuple((each, tuple(dict.fromkeys(labels))) for each, labels in counted.items())

    def figures(
        self, names: Iterable[str] | None = None, *, client: str | None = None, service: str | None = None
    ) -> dict[str, Figure]:
        """KPIs by name, in the order given; without names all that the edition can fill."""
        asked = self.names if names is None else names
        return {name: self.figure(name, client=client, service=service) for name in asked}

    def by_client(self, name: str) -> dict[str, Figure]:
        """The KPI for each client of the edition, in order of id; those without data too."""
        return {id_: self.figure(name, client=id_) for id_ in self._projection.clients}

    def by_service(self, name: str) -> dict[str, Figure]:
        """The KPI for each service of the edition, in order of id; those without data too."""
        return {id_: self.figure(name, service=id_) for id_ in self._projection.services}

    def _taken(self, name: str, window: Window, client: str | None, service: str | None) -> Sequence[Measure]:
        snapshot = SNAPSHOTS.get(name)
        if snapshot is not None:
            return tuple(snapshot(self._facts, window, client, service))
        return self._rows(name, client, service).within(window)

    def _undated(self, name: str, client: str | None, service: str | None) -> Sequence[Measure]:
        return () if name in SNAPSHOTS else self._rows(name, client, service).undated

    def _rows(self, name: str, client: str | None, service: str | None) -> _Rows:
        if name not in self._measured:
            measures = sorted(MEASURES[name](self._facts), key=lambda m: (m.day or date.max, m.id))
            self._measured[name] = ByClientAndService(measures, lambda m: (m.client, m.services))
        asked = name, client, service
        if asked not in self._asked:
            self._asked[asked] = _Rows(self._measured[name].of(client, service))
        return self._asked[asked]


def _previous(what: Kpi, window: Window) -> Window:
    if what.window != "now":
        return window.previous()
    day = add_months(window.end, -1) - DAY  # the end of a month is compared with the end of the one before
    return Window(day, day + DAY)


def _no_data(what: Kpi, left: Sequence[Measure]) -> str:
    return f"All {what.noun} of this window are left out." if left else f"There are no {what.noun} in this window."
