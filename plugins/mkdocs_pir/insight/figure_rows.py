"""A KPI figure as rows of plain values, each value under one name. Exports, data set and command line pick from them.

Days are ISO dates, windows half-open, shares 0 to 1; what is not there is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mkdocs_pir.insight.figures import Figure
from mkdocs_pir.insight.kpi_definitions import Kpi

Values = Mapping[str, Any]


def kpi_row(kpi: Kpi) -> Values:
    """The definition of a KPI."""
    return {
        "name": kpi.name,
        "title": kpi.title,
        "definition": kpi.definition,
        "unit": kpi.unit,
        "up_is_good": kpi.up_is_good,
        "window": kpi.window,
        "counts": kpi.noun,
    }


def scope(figure: Figure) -> Values:
    """What a figure is of: the KPI, and the client and service where it is of one."""
    return {"kpi": figure.name, "client": figure.client or None, "service": figure.service or None}


def figure_row(figure: Figure) -> Values:
    """A figure over its window, without the rows it is made of; `excluded` is how many are left out."""
    return {
        **scope(figure),
        "start": figure.window.start.isoformat(),
        "end": figure.window.end.isoformat(),
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
        "n": figure.n,
        "unit": figure.unit,
        "target": figure.target,
        "met": figure.met,
        "small": figure.small,
        "incomplete": figure.incomplete,
        "why": figure.why or None,
        "previous_start": figure.previous.start.isoformat(),
        "previous_value": figure.previous.value,
        "previous_n": figure.previous.n,
        "excluded": len(figure.excluded),
        "beside": {extra.name: extra.value for extra in figure.extra},
    }


def trend_rows(figure: Figure) -> list[Values]:
    """The windows of the trend, oldest first."""
    return [
        {
            "label": point.label,
            "start": point.start.isoformat(),
            "end": point.end.isoformat(),
            "numerator": point.numerator,
            "denominator": point.denominator,
            "value": point.value,
            "n": point.n,
            "incomplete": point.incomplete,
        }
        for point in figure.trend
    ]


def counted_rows(figure: Figure) -> list[Values]:
    """The n that a figure is made of."""
    return [
        {
            "id": row.id,
            "label": row.label,
            "date": _day(row.date),
            "counted": row.counted,
            "amount": row.amount,
            **({"support_minutes": row.support} if row.support is not None else {}),
            "note": row.note,
        }
        for row in figure.rows
    ]


def excluded_rows(figure: Figure) -> list[Values]:
    """What a figure leaves out, each with the reason."""
    return [{"id": row.id, "label": row.label, "date": _day(row.date), "why": row.why} for row in figure.excluded]


def as_json(figure: Figure) -> dict[str, Any]:
    """A figure with its rows in the published form of `pir kpi NAME --json`."""
    row = figure_row(figure)
    return {
        "name": figure.name,
        "as_of": figure.as_of.isoformat(),
        "window": {"start": row["start"], "end": row["end"]},
        **{name: row[name] for name in ("numerator", "denominator", "value", "n", "unit")},
        "rows": [
            {name: value for name, value in one.items() if name != "amount" or value is not None}
            for one in counted_rows(figure)
        ],
        **({"support_hours": support} if (support := _support(figure)) else {}),
        "excluded": [{"id": one["id"], "why": one["why"]} for one in excluded_rows(figure)],
        "trend": trend_rows(figure),
    }


def _support(figure: Figure) -> Values:
    """The mean, median and 90th percentile of the minutes in support hours, where they are configured."""
    return {extra.name.removeprefix("support_"): extra.value for extra in figure.extra if "support_" in extra.name}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
