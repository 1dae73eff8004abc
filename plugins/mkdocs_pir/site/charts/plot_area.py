"""The plot area of charts over time: a band for each period, a baseline at zero, and labels that do not overlap."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from mkdocs_pir.site.charts.canvas import Canvas, dot, line, px, rect, text
from mkdocs_pir.site.charts.scales import PHONE, period_labels, text_width, tick_label

TOP = 24.0
PLOT = 150.0
WIDEST_BAND = 14.0  # percent: so that one or two columns are not too wide

Box = tuple[float, float, float, float]  # left and right in percent, top and bottom in px


class PlotArea:
    """A plot area of equal bands, one for each period, between a baseline at zero and the highest tick."""

    def __init__(
        self,
        kind: str,
        labels: Sequence[str],
        marks: Sequence[float],
        unit: str,
        top: float = TOP,
        plot: float = PLOT,
        within: PlotArea | None = None,
        *,
        grid: bool = True,
        gutter: float | None = None,
    ) -> None:
        self.canvas: Canvas = within.canvas if within else Canvas(kind)
        self.labels, self.marks, self.top, self.plot = labels, marks, top, plot
        self.bottom = self.height = top + plot
        self.obstacles: list[Box] = []
        names = [tick_label(mark, unit) for mark in marks]
        if unit not in ("", "%", "min"):
            names[-1] += f" {unit}"
        need = (max(text_width(name, 11) for name in names) + 6) / PHONE * 100 if grid else 0.0
        self.left: float = within.left if within else need if gutter is None else gutter
        self.band = (100 - self.left) / len(labels)
        if grid:
            rules, words = self.canvas.group("grid"), self.canvas.group("muted", font_size="11")
            for mark, name in zip(marks[1:], names[1:], strict=True):
                line(rules, 0, self.y(mark), 100, self.y(mark))
                text(words, 0, self.y(mark) - 4, name)
        line(self.canvas.group("base"), 0, self.bottom, 100, self.bottom)

    def x(self, index: int) -> float:
        return self.left + self.band * (index + 0.5)

    def y(self, value: float) -> float:
        return self.bottom - self.plot * value / self.marks[-1]

    def value_labels(
        self,
        known: Sequence[int],
        values: Sequence[float],
        words: Sequence[str],
        *,
        above: bool = False,
        target: float | None = None,
    ) -> None:
        """Label every value if a phone has room for all, else the last, the highest and the lowest.

        A label is above its value, or below it in a valley, and does not cover the line of the target. With `above` it
        is never below.
        """
        groups = self.canvas.group("ink", font_size="11.5"), self.canvas.group("ink", font_weight="600")
        widths = [text_width(word, 12.5) / PHONE * 100 for word in words]
        by_size = sorted(known, key=lambda i: (values[i], -i))
        wanted = [known[-1], by_size[-1], *(by_size[:1] if values[by_size[0]] else [])]
        if max(widths[i] for i in known) + 1 < self.band:
            wanted += known
        goal = None if target is None else self.y(target)
        taken: list[tuple[float, float]] = []
        for i in dict.fromkeys(wanted):
            at_edge = self.x(i) + widths[i] / 2 > 100
            left = 100 - widths[i] if at_edge else self.x(i) - widths[i] / 2
            right = left + widths[i]
            if any(left < end + 1 and start < right + 1 for start, end in taken):
                continue
            taken.append((left, right))
            y = self.y(values[i])
            over, under = y - 8, y + 18
            around = [values[j] for j in (i - 1, i + 1) if j in known]
            below = bool(around) and all(values[i] < other for other in around)
            if goal is not None and abs((under if below else over) - 4 - goal) < 8:
                below = not below
            y = under if below and not above and under + 2 < self.bottom else over
            self.obstacles.append((left, right, y - 10, y + 2))
            text(groups[i == known[-1]], 100 if at_edge else self.x(i), y, words[i], "end" if at_edge else "middle")

    def target(self, value: float, words: str) -> None:
        """Draw the target as a line with a label above or below, at the end with the most room."""
        y = self.y(value)
        line(self.canvas.group("goal"), 0, y, 100, y)
        width = text_width(words, 11) / PHONE * 100
        spots = [
            (left, left + width, at - 8, at + 2)
            for at in (y - 5, y + 14)
            for left in (100 - width, self.left)
            if 8 <= at < self.bottom - 2
        ]
        left, _, _, foot = max(spots, key=lambda spot: min(self._clearance(spot), 8.0))
        where, side = (self.left, "start") if left == self.left else (100.0, "end")
        text(self.canvas.group("goalname", font_size="11"), where, foot - 2, words, side)

    def _clearance(self, box: Box) -> float:
        """The px between a box and the nearest shape above or below it; negative if they overlap."""
        left, right, top, foot = box
        return min(
            (max(top - o[3], o[2] - foot) for o in self.obstacles if o[0] < right + 1 and left - 1 < o[1]), default=99.0
        )

    def periods(self, n_name: str, counts: Sequence[int | None], partial: int = -1) -> None:
        """Label the periods below the baseline, one that is still running with "so far", and the n of each below that."""
        period_texts = period_labels(self.labels, self.band * len(self.labels) / 100)
        years = any(label.year for label in period_texts)
        group = self.canvas.group("muted", font_size="11")
        named = n_at = self.bottom + (45 if years or partial >= 0 else 31)
        first = next(
            (i for i, label in enumerate(period_texts) if label.narrow and counts and counts[i] is not None), 0
        )
        if n_name:
            half = text_width(tick_label(counts[first] or 0, ""), 11) / 2
            if text_width(n_name, 11) + 6 > self.x(first) * PHONE / 100 - half:
                n_at += 14  # on a phone the name leaves no room for the first number beside it
        self.height = n_at + 5 if n_name else n_at - 11
        for i, label in enumerate(period_texts):
            only = "" if label.narrow else "wide"
            if label.wide:
                at_edge = self.x(i) + text_width(label.part, 11) / PHONE * 50 > 100
                x, side = (100.0, "end") if at_edge else (self.x(i), "middle")
                text(group, x, self.bottom + 15, label.part, side, only=only)
                if n_name and counts[i] is not None:
                    text(group, self.x(i), n_at, tick_label(counts[i] or 0, ""), "middle", only=only)
            if below := " ".join(filter(None, (label.year, "so far" if i == partial else ""))):
                half = text_width(below, 11.5) / PHONE * 50
                side = "start" if self.x(i) < half else "end" if self.x(i) + half > 100 else "middle"
                x = {"start": 0.0, "middle": self.x(i), "end": 100.0}[side]
                text(group, x, self.bottom + 29, below, side, font_weight="600")
        if n_name:
            text(group, 0, named, n_name)

    def hover(
        self,
        hints: Sequence[str],
        paths: Sequence[str] = (),
        *,
        part: tuple[float, float] = (0.0, 1.0),
        top: float = 0.0,
        bottom: float | None = None,
    ) -> None:
        """Show the figures of each period as a tooltip of its band, which leads to a path in the site where one is given.

        `part` is where the area begins and ends in its band (0 to 1), `top` and `bottom` (by default the baseline) in px.
        """
        group = self.canvas.group("hover")
        foot = self.bottom if bottom is None else bottom
        begin, end = part
        for i, hint in enumerate(hints):
            left = self.x(i) + self.band * (begin - 0.5)
            rect(group, left, top, self.band * (end - begin), foot - top, hint, paths[i] if paths else "")


def draw_line(frame: PlotArea, values: Sequence[float | None], partial: int) -> None:
    """Draw values as a line with gaps; the value at `partial`, a period that is still running, is dashed."""
    solid, dashed = frame.canvas.group("line1"), frame.canvas.group("sofar")
    dots, hollow = frame.canvas.group("fill1"), frame.canvas.group("hollow1")
    for i, value in enumerate(values):
        if value is None:
            continue
        x, y = frame.x(i), frame.y(value)
        before = values[i - 1] if i else None
        if before is not None:
            old_x, old_y = frame.x(i - 1), frame.y(before)
            line(dashed if i == partial else solid, old_x, old_y, x, y)
            for part in range(4):
                ends = sorted((old_y + (y - old_y) * part / 4, old_y + (y - old_y) * (part + 1) / 4))
                start = old_x + (x - old_x) * part / 4
                frame.obstacles.append((start, start + (x - old_x) / 4, ends[0], ends[1]))
        frame.obstacles.append((x - 0.5, x + 0.5, y - 3, y + 3))
        dot(hollow if i == partial else dots, x, y)


def draw_columns(
    frame: PlotArea,
    values: Sequence[float | None],
    start: float,
    width: float,
    look: str,
    partial: int,
    widest: float = WIDEST_BAND,
) -> None:
    """Draw columns that begin at `start` and fill `width` of each band (0 to 1)."""
    full = frame.canvas.group("fill1" if look == "1" else "hollow2")
    running = frame.canvas.group(f"partial{look}")
    band = min(frame.band, widest)
    for i, value in enumerate(values):
        if value:
            x, y = frame.x(i) + band * (start - 0.5), frame.y(value)
            rect(running if i == partial else full, x, y, band * width, frame.bottom - y)
            frame.obstacles.append((x, x + band * width, y, frame.bottom))


def swatches(frame: PlotArea, names: tuple[str, str], y: float) -> None:
    """Draw the legend of the two kinds of columns in one row."""
    at = 0.0
    for role, name in zip(("fill1", "hollow2"), names, strict=True):
        sample = {"x": px(at + 1), "y": px(y - 9), "width": "9", "height": "9"}
        ET.SubElement(frame.canvas.group(role), "rect", sample)
        label = text(frame.canvas.group("ink", font_weight="600"), 0, y, name)
        label.set("x", px(at + 16))
        at += 16 + text_width(name, 12.5) + 16
