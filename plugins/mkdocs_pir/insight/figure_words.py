"""How a KPI figure is written in words: value, sample, target and change. Pages, feeds and the command line ask here."""

from __future__ import annotations

from mkdocs_pir.insight.figures import SMALL, CompanionFigure, Figure
from mkdocs_pir.insight.kpi_definitions import Kpi
from mkdocs_pir.insight.quantities import as_written, count, quantity

NO_DATA = "No data"


def amount(kpi: Kpi, value: float | None) -> str:
    """A value in the unit of a KPI: "75%", "2 h 10 min", "12 days"; "No data" for None."""
    shown = kpi.chart_value(value)
    return NO_DATA if shown is None else quantity(shown, kpi.chart_unit)


def now(figure: Figure) -> str:
    """The value of a figure: "75%"."""
    return amount(figure.kpi, figure.value)


def before(figure: Figure) -> str:
    """The value of the window before."""
    return amount(figure.kpi, figure.previous.value)


def sample(n: int) -> str:
    """How many cases a value is made of: "n = 1,204"."""
    return f"n = {n:,}"


def sample_of(figure: Figure) -> str:
    """How many cases a figure is made of, with a warning when they are few: "n = 3, a small sample"."""
    return f"{sample(figure.n)}, a small sample" if figure.small else sample(figure.n)


def made_of(figure: Figure) -> str:
    """What a figure was counted from: "3 of 4 recommendations", "9 incidents", with a warning when they are few; why
    there is no data where there is none."""
    if figure.value is None:
        return figure.why
    noun = figure.kpi.noun if figure.denominator != 1 else figure.kpi.noun.removesuffix("s")
    share = figure.unit == "share"
    words = f"{figure.numerator:g} of {figure.denominator:g} {noun}" if share else f"{figure.n} {noun}"
    return f"{words}, a small sample" if figure.small else words


def target(figure: Figure) -> str:
    """The target with its direction: "at least 70%"; "100%" where nothing can be beyond it."""
    if figure.unit == "share" and figure.target == (1 if figure.kpi.up_is_good else 0):
        return amount(figure.kpi, figure.target)
    return f"{'at least' if figure.kpi.up_is_good else 'at most'} {amount(figure.kpi, figure.target)}"


def verdict(figure: Figure) -> str:
    """Whether the target is met: "met", "not met"; empty without a value."""
    return {True: "met", False: "not met", None: ""}[figure.met]


def change(figure: Figure) -> str:
    """A figure against the window before it: "5 points more than the quarter before, better"; empty without either.

    Whether it is better is not said where one of the two is made of few cases.
    """
    window = {"12 months": "the 12 months before", "quarter": "the quarter before", "now": "a month ago"}[
        figure.kpi.window
    ]
    step = _step(figure)
    if not step:
        return "" if step is None else f"the same as {window}"
    before = figure.previous.n
    few = f", when there {'was' if before == 1 else 'were'} only {count(before, 'case')}" if before < SMALL else ""
    return f"{_size(figure, step)} {'more' if step > 0 else 'less'} than {window}{_judged(figure, step)}{few}"


def short_change(figure: Figure) -> str:
    """The same for a table: "+5 points, better", "the same"; "+5 points, n = 2 before" where those few keep a figure of
    enough cases from being judged; empty without either."""
    step = _step(figure)
    if not step:
        return "" if step is None else "the same"
    why_not = f", {sample(figure.previous.n)} before" if figure.previous.n < SMALL <= figure.n else ""
    return f"{'+' if step > 0 else '−'}{_size(figure, step)}{_judged(figure, step)}{why_not}"


def is_worse(figure: Figure) -> bool:
    """Whether a figure is worse than in the window before it; False where one of the two is made of few cases."""
    step = _step(figure)
    return bool(step) and _judged(figure, step or 0) == ", worse"


def _step(figure: Figure) -> float | None:
    """A figure less that of the window before it, each as it is written; None without either."""
    now, before = figure.kpi.chart_value(figure.value), figure.kpi.chart_value(figure.previous.value)
    if now is None or before is None:
        return None
    unit = figure.kpi.chart_unit
    return round(as_written(now, unit) - as_written(before, unit), 2)


def _size(figure: Figure, step: float) -> str:
    if figure.unit == "share":
        return f"{abs(step):g} {'point' if abs(step) == 1 else 'points'}"
    return quantity(abs(step), figure.kpi.chart_unit)


def _judged(figure: Figure, step: float) -> str:
    if figure.previous.n < SMALL or figure.small:
        return ""
    return f", {'better' if (step > 0) == figure.kpi.up_is_good else 'worse'}"


def headline(figure: Figure) -> str:
    """The value with what it is made of, or why there is none: "75%, 3 of 4 recommendations"."""
    return figure.why if figure.value is None else f"{now(figure)}, {made_of(figure)}"


def summary(figure: Figure) -> str:
    """A figure in up to three sentences: the value, the target and whether it is met, and the change; or why there
    is no value."""
    if figure.value is None:
        return figure.why
    parts = (headline(figure), f"Target {target(figure)}, {verdict(figure)}", change(figure))
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def companion(extra: CompanionFigure) -> str:
    """A companion figure of a KPI: "82% (9 of 11)"."""
    if extra.value is None:
        return NO_DATA
    if extra.unit == "share":
        return f"{quantity(round(extra.value * 100, 1), '%')} ({extra.numerator:g} of {extra.denominator:g})"
    return quantity(round(extra.value, 1), {"minutes": "min", "days": "days", "count": ""}[extra.unit])
