"""Charts over time: each function takes plain values and returns an SVG with its data table, or None without data.

The SVG is written directly. Vega-Lite was measured too: it took 20 to 30 ms and 6 to 16 kB a chart, and its letters
shrink with the chart, to half their size on a phone. The ranked charts and the incident timeline have modules of their
own and can also be imported from here.
"""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Literal

from mkdocs_pir.insight.action_items import AGE_EDGES
from mkdocs_pir.insight.quantities import plain, quantity
from mkdocs_pir.site.charts.canvas import Chart, px, text
from mkdocs_pir.site.charts.plot_area import TOP, PlotArea, draw_columns, draw_line, swatches
from mkdocs_pir.site.charts.rankings import bars, heatmap
from mkdocs_pir.site.charts.scales import PHONE, text_width, tick_label, ticks
from mkdocs_pir.site.charts.timeline import timeline

__all__ = ["Chart", "bars", "columns_over_time", "heatmap", "histogram", "spark", "timeline", "trend"]

Point = tuple[str, float | None, int | None]


def trend(
    title: str,
    description: str,
    points: Sequence[Point],
    *,
    unit: str = "",
    target: float | None = None,
    incomplete_last: bool = False,
    mark: Literal["line", "bar"] = "line",
    measure: str = "Value",
    n_name: str = "n",
    paths: Sequence[str] = (),
    key: str = "",
) -> Chart | None:
    """A figure over months or quarters with its target; None if no period has a value.

    Args:
        points: (period, value or None, n or None), oldest first. A period without a value is a gap.
        unit: As in `quantities.quantity`.
        incomplete_last: Whether the last period is still running; it is then drawn dashed.
        paths: Where in the site each period leads; one without rows leads nowhere.

    Raises:
        ValueError: A value is negative.
    """
    values = [_known(value) for _, value, _ in points]
    with_value = [i for i, value in enumerate(values) if value is not None]
    if not with_value:
        return None
    figures = [value or 0.0 for value in values]
    marks = ticks(max([*figures, target or 0.0]), unit)
    frame = PlotArea("trend", [label for label, _, _ in points], marks, unit)
    canvas, last = frame.canvas, len(points) - 1
    partial = last if incomplete_last and values[last] is not None else -1
    if mark == "bar":
        draw_columns(frame, values, 0.2, 0.6, "1", partial)
    else:
        draw_line(frame, values, partial)
    words = [quantity(value, unit) for value in figures]
    frame.value_labels(with_value, figures, words, above=mark == "bar", target=target)
    if target is not None:
        frame.target(target, f"target {quantity(target, unit)}")
    counts = [n for _, _, n in points]
    frame.periods("" if all(n is None for n in counts) else n_name, counts, partial)
    texts = ["no data" if value is None else word for value, word in zip(values, words, strict=True)]
    if partial >= 0:
        texts[partial] += " so far"
    sizes = ["" if n is None else f"{n:,}" for n in counts]
    rows = [(label, say, n) for (label, _, _), say, n in zip(points, texts, sizes, strict=True)]
    hints = [f"{label}: {say}" + (f" ({n_name} {n})" if n else "") for label, say, n in rows]
    frame.hover(hints, [path if n else "" for path, n in zip(paths, counts, strict=True)] if paths else ())
    return canvas.chart(title, description, ("Period", measure, n_name), rows, frame.height, key)


def columns_over_time(
    title: str,
    description: str,
    periods: Sequence[str],
    opened: Sequence[int],
    *,
    closed: Sequence[int] = (),
    backlog: Sequence[int] = (),
    names: tuple[str, str, str] = ("Opened", "Closed", "Open at the end"),
    incomplete_last: bool = False,
    paths: Sequence[Sequence[str]] = (),
    key: str = "",
) -> Chart | None:
    """Counts per month or quarter, oldest first, as columns; None if all are zero.

    Args:
        opened: The first column of each period.
        closed: A second column beside it.
        backlog: What was open at the end of each period, as a line above the columns with a scale of its own.
        incomplete_last: Whether the last period is still running.
        paths: Where in the site each count leads, for each series that is given; zero leads nowhere.

    Raises:
        ValueError: The lengths differ, or a count is negative.
    """
    series = [list(map(_count, counts)) for i, counts in enumerate((opened, closed, backlog)) if counts or not i]
    if any(len(counts) != len(periods) for counts in series):
        raise ValueError("columns_over_time: every series needs one count a period")
    if not any(any(counts) for counts in series):
        return None
    partial = len(periods) - 1 if incomplete_last else -1
    lower = max([*opened, *closed])
    room = PHONE / len(periods)
    single = not closed and not backlog and all(text_width(tick_label(n, ""), 11.5) < room for n in opened)
    lift = 100.0 if backlog else 0.0
    head = 14.0 if closed or backlog else 0.0
    frame = PlotArea("columns", list(periods), ticks(lower, ""), "", TOP + lift + head, grid=not single)
    if backlog:
        upper = PlotArea("backlog", list(periods), ticks(max(backlog), "", 2), "", 38.0, 52.0, frame)
        draw_line(upper, [float(count) for count in backlog], partial)
        upper.value_labels(range(len(periods)), backlog, [f"{count:,}" for count in backlog])
        text(frame.canvas.group("ink", font_weight="600"), 0, 13, names[2])
    if closed:
        draw_columns(frame, [float(n) for n in opened], 0.14, 0.34, "1", partial)
        draw_columns(frame, [float(n) for n in closed], 0.52, 0.34, "2", partial)
        swatches(frame, (names[0], names[1]), lift + 13)
    else:
        draw_columns(frame, [float(n) for n in opened], 0.2, 0.6, "1", partial)
        if backlog:
            text(frame.canvas.group("ink", font_weight="600"), 0, lift + 13, names[0])
    if single:
        group = frame.canvas.group("ink", font_size="11.5")
        for i, count in enumerate(opened):
            text(group, frame.x(i), frame.y(count) - 5, tick_label(count, ""), "middle")
    frame.periods("", [], partial)
    heads = ["Period", *(name for name, given in zip(names, (opened, closed, backlog), strict=True) if given)]
    rows = [
        (label + (" (so far)" if i == partial else ""), *(f"{counts[i]:,}" for counts in series))
        for i, label in enumerate(periods)
    ]
    hints = [[f"{row[0]}: {head.lower()} {row[at]}" for row in rows] for at, head in enumerate(heads) if at]
    counted = [
        [path if n else "" for path, n in zip(*pair, strict=True)] for pair in zip(paths, series, strict=bool(paths))
    ]
    leads = counted or [[] for _ in series]
    parts = [(0.0, 0.5), (0.5, 1.0)] if closed else [(0.0, 1.0)]
    for part, hint, lead in zip(parts, hints, leads, strict=False):
        frame.hover(hint, lead, part=part, top=lift)
    if backlog:
        frame.hover(hints[-1], leads[-1], bottom=lift)
    return frame.canvas.chart(title, description, heads, rows, frame.height, key)


def histogram(
    title: str,
    description: str,
    ages: Sequence[float],
    *,
    edges: Sequence[float] = AGE_EDGES,
    unit: str = "days",
    noun: str = "Items",
    paths: Sequence[str] = (),
    key: str = "",
) -> Chart | None:
    """The number of items by age, as columns; None without ages.

    There is a column for each class between two `edges`, [from, to), and one from the last edge on. All columns are
    equally wide, though the classes are not. `paths` say where in the site each class leads; an empty one leads
    nowhere. Raises ValueError for an age below the first edge.
    """
    if not ages:
        return None
    if min(ages) < edges[0]:
        raise ValueError(f"histogram: an age lies below {plain(edges[0])} {unit}")
    uppers = [*edges[1:], math.inf]
    counts = [sum(1 for age in ages if low <= age < high) for low, high in zip(edges, uppers, strict=True)]
    names = [f"{plain(low)} to under {plain(high)}" for low, high in itertools.pairwise(edges)]
    names.append(f"{plain(edges[-1])} and more")
    frame = PlotArea("histogram", names, ticks(max(counts), ""), "", grid=False, gutter=0.0)
    draw_columns(frame, [float(count) for count in counts], 0.06, 0.88, "1", -1, widest=100.0)
    labels = frame.canvas.group("ink", font_size="11.5")
    for i, count in enumerate(counts):
        if count:
            text(labels, frame.x(i), frame.y(count) - 5, tick_label(count, ""), "middle")
    axis = frame.canvas.group("muted", font_size="11")
    for i, edge in enumerate(edges):
        side = "start" if i == 0 else "middle"
        text(axis, frame.x(i) - frame.band / 2, frame.bottom + 15, plain(edge), side)
    text(axis, 100, frame.bottom + 30, f"{unit} →", "end")
    hints = [f"{name} {unit}: {count:,}" for name, count in zip(names, counts, strict=True)]
    frame.hover(hints, [path if n else "" for path, n in zip(paths, counts, strict=True)] if paths else ())
    rows = [(name, f"{count:,}") for name, count in zip(names, counts, strict=True)]
    return frame.canvas.chart(title, description, (f"Age in {unit}", noun), rows, frame.bottom + 35, key)


def spark(values: Sequence[float | None]) -> str | None:
    """A spark line of 96 by 24 px for a tile, with a dot at the last value and at each between two gaps; None with more
    gaps than values.

    `values` are oldest first. It is hidden from screen readers, since the tile contains the figure as text.
    """
    checked = [_known(value) for value in values]
    real = [value for value in checked if value is not None]
    if not real or (len(checked) > 2 * len(real) and len(checked) > 3):
        return None  # with more gaps than values the line is no help
    top, count = max(real) or 1.0, len(checked)
    step = 88.0 / max(1, count - 1)
    at = [(4 + step * i if count > 1 else 48.0, 21 - 17 * v / top) for i, v in enumerate(checked) if v is not None]
    path, spots, before = "", iter(at), None
    for value in checked:
        if value is not None:
            x, y = next(spots)
            path += f"M{px(x)} {px(y)}h0" if before is None else f"L{px(x)} {px(y)}"
        before = value
    size = {"viewBox": "0 0 96 24", "width": "96", "height": "24"}
    root = ET.Element("svg", {"class": "pir-spark", **size, "aria-hidden": "true", "focusable": "false"})
    stroke = {"fill": "none", "stroke": "#0072b2", "stroke-width": "1.5", "stroke-linecap": "round"}
    ET.SubElement(root, "path", {"class": "pir-chart__line1", **stroke, "stroke-linejoin": "round", "d": path})
    last = max(i for i, value in enumerate(checked) if value is not None)
    alone = [
        i
        for i in range(last)
        if checked[i] is not None and checked[i + 1] is None and (not i or checked[i - 1] is None)
    ]
    place_of = dict(zip((i for i, value in enumerate(checked) if value is not None), at, strict=True))
    for i in (*alone, last):
        x, y = place_of[i]
        place = {"cx": px(x), "cy": px(y), "r": "2.5" if i == last else "2"}
        ET.SubElement(root, "circle", {"class": "pir-chart__fill1", "fill": "#0072b2", **place})
    return ET.tostring(root, encoding="unicode")


def _known(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    if value < 0:
        raise ValueError(f"a chart counts from zero; got {value}")
    return value


def _count(value: int) -> int:
    if value < 0:
        raise ValueError(f"a chart counts from zero; got {value}")
    return value
