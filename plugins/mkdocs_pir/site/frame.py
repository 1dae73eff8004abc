"""The plot that charts over time share: equal bands, a baseline at zero, labels that make room for each other."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from mkdocs_pir.site.canvas import Canvas, dot, line, px, rect, text
from mkdocs_pir.site.scales import PHONE, period_labels, text_width, tick_label

TOP = 24.0
PLOT = 150.0


class Frame:
    """A plot of equal bands, one a period, between a baseline at zero and the highest tick."""

    def __init__(
        self,
        kind: str,
        labels: Sequence[str],
        marks: Sequence[float],
        unit: str,
        top: float = TOP,
        plot: float = PLOT,
        within: Frame | None = None,
        *,
        grid: bool = True,
        gutter: float | None = None,
    ) -> None:
        self.canvas = within.canvas if within else Canvas(kind)
        self.labels, self.marks, self.top, self.plot = labels, marks, top, plot
        self.bottom = self.height = top + plot
        names = [tick_label(mark, unit) for mark in marks]
        need = (max(text_width(name, 11) for name in names) + 6) / PHONE * 100 if grid else 0.0
        self.left = within.left if within else need if gutter is None else gutter
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
        self, known: Sequence[int], values: Sequence[float], words: Sequence[str], always_above: bool
    ) -> list[tuple[int, float]]:
        """Name the last value, then the highest and the lowest where there is room; all of them when they are
        few. Returns where they stand, as (index, y)."""
        last = known[-1]
        by_size = sorted(known, key=lambda i: (values[i], -i))
        wanted = [last, by_size[-1], by_size[0]]
        if len(known) <= 6:
            wanted += known
        strong, light = (
            self.canvas.group("ink", font_weight="600"),
            self.canvas.group("ink", font_size="11.5"),
        )
        taken: list[tuple[float, float]] = []
        placed: list[tuple[int, float]] = []
        for i in dict.fromkeys(wanted):
            width = text_width(words[i], 12.5) / PHONE * 100
            middle = min(self.x(i), 100 - width / 2)
            side = "end" if middle < self.x(i) else "middle"
            if any(
                middle - width / 2 < end + 1.5 and start < middle + width / 2 + 1.5 for start, end in taken
            ):
                continue
            around = [values[j] for j in (i - 1, i + 1) if j in known]
            valley = bool(around) and all(values[i] < other for other in around)
            y = self.y(values[i])
            below = valley and not always_above and y + 20 < self.bottom
            y = y + 18 if below else y - 8
            taken.append((middle - width / 2, middle + width / 2))
            placed.append((i, y))
            text(strong if i == last else light, 100 if side == "end" else self.x(i), y, words[i], side)
        return placed

    def target(self, value: float, words: str, spots: Sequence[tuple[int, float]]) -> None:
        """The target as a hairline, named at the end where fewer figures are in the way."""
        y = self.y(value)
        line(self.canvas.group("goal"), 0, y, 100, y)
        width = text_width(words, 11) / PHONE * 100
        above = y - 5 >= 9

        def room(start: float, end: float) -> float:
            near = [abs(spot - (y - 5)) for i, spot in spots if start - 6 < self.x(i) < end + 6]
            return min(near, default=99.0)

        right = room(100 - width, 100) >= min(room(self.left, self.left + width), 16)
        where, side = (100.0, "end") if right else (self.left, "start")
        group = self.canvas.group("goalname", font_size="11")
        text(group, where, y - 5 if above else y + 14, words, side)

    def periods(self, n_name: str, counts: Sequence[int | None]) -> None:
        """Name the periods under the baseline, and under them the n of each."""
        found = period_labels(self.labels, self.band * len(self.labels) / 100)
        years = any(label.year for label in found)
        group = self.canvas.group("muted", font_size="11")
        n_at = self.bottom + (45 if years else 31)
        self.height = n_at + 5 if n_name else n_at - 11
        for i, label in enumerate(found):
            only = "" if label.narrow else "wide"
            if label.wide:
                text(group, self.x(i), self.bottom + 15, label.part, "middle", only=only)
                if n_name and counts[i] is not None:
                    text(group, self.x(i), n_at, tick_label(counts[i] or 0, ""), "middle", only=only)
            if label.year:
                text(group, self.x(i), self.bottom + 29, label.year, "middle", font_weight="600")
        if n_name:
            text(group, 0, n_at, n_name)

    def hover(self, hints: Sequence[str]) -> None:
        """Say each period's figures when a pointer rests on its band."""
        group = self.canvas.group("hover")
        for i, hint in enumerate(hints):
            rect(group, self.x(i) - self.band / 2, 0, self.band, self.bottom, hint)


def draw_line(frame: Frame, values: Sequence[float | None], partial: int) -> None:
    """Values joined where they follow each other; the one at `partial`, a period still running, apart."""
    solid, dashed = frame.canvas.group("line1"), frame.canvas.group("sofar")
    dots, hollow = frame.canvas.group("fill1"), frame.canvas.group("hollow1")
    for i, value in enumerate(values):
        if value is None:
            continue
        before = values[i - 1] if i else None
        if before is not None:
            line(
                dashed if i == partial else solid, frame.x(i - 1), frame.y(before), frame.x(i), frame.y(value)
            )
        dot(hollow if i == partial else dots, frame.x(i), frame.y(value))


def draw_columns(
    frame: Frame, values: Sequence[float | None], start: float, width: float, look: str, partial: int
) -> None:
    """Columns that begin at `start` and fill `width` of each band (0 to 1)."""
    full = frame.canvas.group("fill1" if look == "1" else "hollow2")
    running = frame.canvas.group(f"partial{look}")
    for i, value in enumerate(values):
        if value:
            x = frame.x(i) + frame.band * (start - 0.5)
            rect(
                running if i == partial else full,
                x,
                frame.y(value),
                frame.band * width,
                frame.bottom - frame.y(value),
            )


def swatches(frame: Frame, names: tuple[str, str], y: float) -> None:
    """The two kinds of column named in a row, each behind a sample of itself."""
    at = 0.0
    for role, name in zip(("fill1", "hollow2"), names, strict=True):
        sample = {"x": px(at + 1), "y": px(y - 9), "width": "9", "height": "9"}
        ET.SubElement(frame.canvas.group(role), "rect", sample)
        label = text(frame.canvas.group("ink", font_weight="600"), 0, y, name)
        label.set("x", px(at + 16))
        at += 16 + text_width(name, 12.5) + 16
