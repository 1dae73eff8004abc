"""Figures: one KPI over one window as a value, with the rows it is made of, those left out, and its trend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median

from msgspec import Struct

from mkdocs_pir.insight.kpi_definitions import KPIS, Kpi
from mkdocs_pir.insight.kpi_inputs import Measure
from mkdocs_pir.insight.windows import Window

SMALL = 5
"""A figure made of fewer than so many is marked as small."""


Number = int | float
"""A count stays one without decimals where a figure is kept and read again."""


class FigureRow(Struct, frozen=True):
    """One of the n that a figure is made of; `counted` says that it is in the numerator, `amount` are its minutes
    or days where the KPI measures them, and `support` its minutes in support hours where they are configured."""

    id: str
    label: str
    date: date | None
    counted: bool
    note: str = ""
    amount: Number | None = None
    support: Number | None = None


class Excluded(Struct, frozen=True):
    """Something that the figure leaves out, and why."""

    id: str
    label: str
    date: date | None
    why: str


class Point(Struct, frozen=True):
    """The same KPI over another window. `incomplete` while that window is still running."""

    label: str
    start: date
    end: date
    numerator: Number
    denominator: int
    value: Number | None
    n: int
    incomplete: bool = False


class CompanionFigure(Struct, frozen=True):
    """A figure shown beside a KPI: `value` in `unit`, a share being 0 to 1; None is "no data". `text` says of what."""

    name: str
    title: str
    value: Number | None
    unit: str
    numerator: Number | None = None
    denominator: Number | None = None
    text: str = ""


class Figure(Struct, frozen=True):
    """One KPI over one window, for the whole, a client or a service.

    `value` is a share from 0 to 1, minutes or days, as `unit` says; None is "no data", and then `why` is a sentence.
    The numerator counts a subset of the denominator; of a time it is the sum of the minutes; of the action age,
    the overdue ones of the open. `n` is what the value is made of: the rows. `to_client` says that its client reads it.
    """

    name: str
    as_of: date
    window: Window
    unit: str
    numerator: Number
    denominator: int
    value: Number | None
    n: int
    target: Number
    rows: tuple[FigureRow, ...]
    excluded: tuple[Excluded, ...]
    previous: Point
    trend: tuple[Point, ...]
    extra: tuple[CompanionFigure, ...]
    incomplete: bool = False
    client: str = ""
    service: str = ""
    why: str = ""
    to_client: bool = False

    @property
    def kpi(self) -> Kpi:
        return KPIS[self.name]

    @property
    def title(self) -> str:
        return (self.to_client and self.kpi.client_title) or self.kpi.title

    @property
    def definition(self) -> str:
        return (self.to_client and self.kpi.client_definition) or self.kpi.definition

    @property
    def small(self) -> bool:
        """Whether it is made of so few that it says little."""
        return 0 < self.n < SMALL

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a value."""
        if self.value is None:
            return None
        return self.value >= self.target if self.kpi.up_is_good else self.value <= self.target

    @property
    def judged(self) -> bool | None:
        """The same; None too where it is made of so few that it says little."""
        return None if self.small else self.met

    @property
    def change(self) -> float | None:
        """The value less that of the previous window, in the same unit; None without either."""
        before = self.previous.value
        return self.value - before if self.value is not None and before is not None else None


class Tally(Struct, frozen=True):
    """Numerator, denominator and value of some rows."""

    numerator: float
    denominator: int
    value: float | None


def tally(kpi: Kpi, rows: Iterable[Measure]) -> Tally:
    """The arithmetic of every KPI, by its unit. Rows that are left out are ignored.

    share: counted ÷ rows. minutes: sum of the amounts ÷ rows. days: median of the amounts, with counted and rows.
    """
    taken = [row for row in rows if not row.why]
    n = len(taken)
    if kpi.unit == "minutes":
        total = sum(row.amount or 0.0 for row in taken)
        return Tally(total, n, total / n if n else None)
    counted = sum(row.counted for row in taken)
    if kpi.unit == "days":
        return Tally(counted, n, median(row.amount or 0.0 for row in taken) if n else None)
    return Tally(counted, n, counted / n if n else None)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of the values do not exceed (nearest rank, so it is a value that
    occurred); None without values."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * round(share * 100) // 100)  # rounded up, in whole numbers
    return ordered[max(rank, 1) - 1]


def ratio(name: str, title: str, part: int, whole: int, text: str) -> CompanionFigure:
    """A share as a companion figure; no data when the whole is 0."""
    return CompanionFigure(name, title, part / whole if whole else None, "share", part, whole, text)


def row(measure: Measure) -> FigureRow:
    return FigureRow(
        measure.id, measure.label, measure.day, measure.counted, measure.note, measure.amount, measure.support
    )


def excluded(measure: Measure) -> Excluded:
    return Excluded(measure.id, measure.label, measure.day, measure.why or "it has no date")
