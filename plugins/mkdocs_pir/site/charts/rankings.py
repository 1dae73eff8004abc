"""Charts that compare: ranked bars (with the cumulative share a Pareto chart) and a heat map."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from mkdocs_pir.insight.quantities import plain, quantity
from mkdocs_pir.site.charts.canvas import Canvas, Chart, clean, dot, line, name_text, rect, text, vertical_text
from mkdocs_pir.site.charts.scales import LAPTOP, PHONE, shorten, text_width, wrapped

_ROW = 38.0
_CELL = 28.0
_WIDEST = 18.0  # percent: so that one or two columns of a heat map are not too wide
_TALLEST = 180.0  # px: the longest name of a column
_LANE = 72.0  # percent: where the part for the cumulative share begins


def bars(
    title: str,
    description: str,
    items: Sequence[tuple[str, float]],
    *,
    unit: str = "",
    cumulative: bool = False,
    limit: int = 15,
    limit_rows: int = 30,
    noun: str = "Name",
    measure: str = "Count",
    paths: Sequence[str] = (),
    rest_path: str = "",
    key: str = "",
) -> Chart | None:
    """Horizontal bars in the order given, with the name above and the value at the end; None if no value is above zero.

    Args:
        items: (name, value); the largest first if `cumulative`.
        unit: As in `quantities.quantity`.
        cumulative: Whether to draw the running share of the total beside the bars, with a line at 80%.
        limit: How many items get a bar of their own. The rest is one bar with their sum.
        limit_rows: How many items get a row of the table. The rest is one row with their sum.
        paths, rest_path: Where in the site the bar of each item leads, and that of the rest.

    Raises:
        ValueError: A value is negative.
    """
    if any(value < 0 for _, value in items):
        raise ValueError("a chart counts from zero; got a negative value")
    total = sum(value for _, value in items)
    if total <= 0:
        return None
    shown, listed = _first(items, limit), _first(items, limit_rows)
    folded = len(shown) < len(items)
    own_bars = len(shown) - folded
    canvas = Canvas("bars")
    words = [quantity(value, unit) for _, value in shown]
    field = _LANE - 3 if cumulative else 100.0
    room = (max(text_width(word) for word in words) + 8) / PHONE * 100
    scale = max(field - room, 15.0) / (max(value for _, value in shown) or 1)
    top = 22.0 if cumulative else 0.0
    names, boxes, remainder = canvas.group("ink"), canvas.group("fill1"), canvas.group("rest")
    figures = canvas.group("ink", font_weight="600")
    for i, ((name, value), word) in enumerate(zip(shown, words, strict=True)):
        y = top + i * _ROW
        name_text(names, 0, y + 13, name, field / 100)
        if value > 0:
            own = i < own_bars
            path = (paths[i] if paths else "") if own else rest_path
            rect(boxes if own else remainder, 0, y + 19, max(value * scale, 0.4), 11, f"{name}: {word}", path)
        text(figures, value * scale, y + 29, word, dx=6 if value > 0 else 0)
    shares = [part / total * 100 for part in accumulate(value for _, value in items)]
    if cumulative:
        _cumulative(canvas, [*shares[: len(shown) - 1], 100.0], top)
    heads = (noun, measure, "Share", "Running share") if cumulative else (noun, measure)
    rows = [
        (name, quantity(value, unit))
        + ((f"{plain(round(value / total * 100, 1))}%", f"{plain(round(share, 1))}%") if cumulative else ())
        for (name, value), share in zip(listed, [*shares[: len(listed) - 1], 100.0], strict=True)
    ]
    return canvas.chart(title, description, heads, rows, top + len(shown) * _ROW, key)


def _first(items: Sequence[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    """The first `limit` items, and one more with the sum of the others."""
    if len(items) <= limit + 1:
        return list(items)
    return [*items[:limit], (f"{len(items) - limit:,} more, together", sum(value for _, value in items[limit:]))]


def _cumulative(canvas: Canvas, shares: Sequence[float], top: float) -> None:
    """Draw the running share, from top to bottom, in the right part of the chart."""

    def x(share: float) -> float:
        return _LANE + share / 100 * (98.5 - _LANE)

    bottom = top + len(shares) * _ROW
    at = [(x(share), top + i * _ROW + 25) for i, share in enumerate(shares)]
    line(canvas.group("grid"), x(0), top, x(0), bottom)
    line(canvas.group("grid"), x(100), top, x(100), bottom)
    axis = canvas.group("muted", font_size="11")
    text(axis, x(0), 12, "running share", only="wide")
    text(axis, x(0), 12, "share", only="narrow")
    text(axis, x(80), 12, "80%", "middle")
    rules, dots = canvas.group("line2"), canvas.group("fill2")
    for (x1, y1), (x2, y2) in pairwise(at):
        line(rules, x1, y1, x2, y2)
    words, goal = canvas.group("name2", font_size="11"), canvas.group("goal")
    for i, ((x1, y1), share) in enumerate(zip(at, shares, strict=True)):
        dot(dots, x1, y1, 2.5)
        if i == 0 or i == len(shares) - 1 or shares[i - 1] < 80 <= share:
            word = f"{share:.0f}%"
            begin = x1 - (text_width(word, 11) + 10) / PHONE * 100
            fits = begin > _LANE
            text(words, x1, y1 + 4, word, "end" if fits else "start", dx=-8 if fits else 8)
            if begin < x(80) < x1:  # the line at 80% makes room for the words beside its dots
                line(goal, x(80), top, x(80), y1 - 8)
                top = y1 + 8
    line(goal, x(80), top, x(80), bottom)


def heatmap(
    title: str,
    description: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[int]],
    *,
    limit_rows: int = 15,
    limit_columns: int = 10,
    noun: str = "Cause",
    path: Callable[[Sequence[int], int], str] | None = None,
    key: str = "",
) -> Chart | None:
    """A heat map: a count for each row and column, darker for more and blank for zero; None if all are zero.

    Args:
        values: One sequence for each row, with one count for each column.
        limit_rows, limit_columns: How many are drawn and in the table. The rest is summed as "n more": 48 causes in 40
            services are 2,000 cells that nobody opens.
        path: Where in the site a cell leads, by the numbers of its rows and its column. A sum over columns leads nowhere,
            since one thing may be in two of them.

    Raises:
        ValueError: The shapes differ, or a count is negative.
    """
    if len(values) != len(rows) or any(len(counts) != len(columns) for counts in values):
        raise ValueError("heatmap: values need one line per row and one number per column")
    if any(count < 0 for counts in values for count in counts):
        raise ValueError("a chart counts from zero; got a negative value")
    if not any(any(counts) for counts in values):
        return None
    row_names, lines = _folded(rows, [list(counts) for counts in values], limit_rows)
    column_names, turned = _folded(columns, [list(column) for column in zip(*lines, strict=True)], limit_columns)
    canvas = Canvas("heat")
    left = next(share for share in (14.0, 20.0, 26.0, 31.0, 36.0) if share == 36.0 or _fit(row_names, share - 2))
    step = min((100 - left) / len(column_names), _WIDEST)
    top = _column_names(canvas, column_names, left, step)
    peak = max(max(counts) for counts in values)
    names, groups = canvas.group("ink", font_size="11"), [canvas.group(f"heat{level}") for level in range(6)]
    light, dark = (canvas.group(role, font_size="11", pointer_events="none") for role in ("onlight", "ondark"))
    sums = canvas.group("muted", font_size="11", pointer_events="none")
    last_row = len(row_names) - (len(row_names) < len(rows))
    last_column = len(column_names) - (len(column_names) < len(columns))
    for i, row in enumerate(row_names):
        y = top + i * _CELL
        name_text(names, left - 1.5, y + 18, row, (left - 2) / 100, "end", size=11, lines=2)
        rect(groups[0], left, y + 1, step * len(column_names), _CELL - 2)
        for j, column in enumerate(column_names):
            count, x = turned[j][i], left + j * step
            if not count:
                continue
            folded = i == last_row or j == last_column
            level = 0 if folded else -(-count * 5 // peak)  # the sum of the rest is not shaded
            of = range(i, len(rows)) if i == last_row else (i,)
            leads = path(of, j) if path and j != last_column else ""
            hint = f"{row}, {column}: {count:,}"
            rect(groups[level], x + 0.15, y + 1, step - 0.3, _CELL - 2, hint, leads, tab=False)
            _number(sums if folded else dark if level > 3 else light, x + step / 2, y + 18, count, step)
    drawn = zip(row_names, zip(*turned, strict=True), strict=True)
    table = [(clean(row), *(f"{count:,}" for count in counts)) for row, counts in drawn]
    return canvas.chart(title, description, (noun, *column_names), table, top + len(row_names) * _CELL + 2, key)


def _fit(names: Sequence[str], share: float) -> bool:
    """Whether a phone has room for all names, on two lines each, in so many percent of its width."""
    return all(" ".join(wrapped(clean(name), PHONE * share / 100, 11)) == clean(name) for name in names)


def _number(group: ET.Element, x: float, y: float, count: int, step: float) -> None:
    """Draw a count in a cell that is `step` percent wide: in full if there is room, else in thousands or millions."""
    full = f"{count:,}"
    brief = f"{count / 1e3:.0f}k" if count < 999_500 else f"{count / 1e6:.0f}M"
    wide, narrow = (
        full if count < 1000 or text_width(full) + 2 <= step * room / 100 else brief for room in (LAPTOP, PHONE)
    )
    text(group, x, y, wide, "middle", only="" if wide == narrow else "wide")
    if wide != narrow:
        text(group, x, y, narrow, "middle", only="narrow")


def _folded(names: Sequence[str], lines: list[list[int]], limit: int) -> tuple[list[str], list[list[int]]]:
    """The first `limit` rows, and one more row with the sum of the others."""
    if len(names) <= limit + 1:
        return list(names), lines
    rest = [sum(column) for column in zip(*lines[limit:], strict=True)]
    return [*names[:limit], f"{len(names) - limit:,} more"], [*lines[:limit], rest]


def _column_names(canvas: Canvas, names: Sequence[str], left: float, step: float) -> float:
    """Draw column names horizontally if a phone has room for them, else vertically. Returns their height in px."""
    group = canvas.group("muted", font_size="11")
    if all(text_width(name, 11) + 6 <= step * PHONE / 100 for name in names):
        for j, name in enumerate(names):
            text(group, left + (j + 0.5) * step, 13, clean(name), "middle")
        return 19.0
    short = [shorten(clean(name), _TALLEST, 11) for name in names]
    height = max(text_width(name, 11) for name in short) + 8
    for j, (name, whole) in enumerate(zip(short, names, strict=True)):
        vertical_text(group, left + (j + 0.5) * step, height - 5, name, clean(whole))
    return height
