"""SVG diagrams in px with a viewBox: a diagram scales as a whole on paper and scrolls on a phone.

Charts adapt to the width instead (site/charts/canvas.py); boxes and arrows must keep their proportions.
"""

from __future__ import annotations

import hashlib
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from mkdocs_pir.site.charts.canvas import Chart, clean, px
from mkdocs_pir.site.charts.scales import text_width

TEXT = 12.0
SMALL = 11.0
WIDE = 1100.0
"""Diagrams wider than this, in px, may shrink a little to fit a laptop."""

LINE = 15.0
"""px between the baselines of two lines."""

Point = tuple[float, float]

# the attributes of each role where there is no style sheet; assets/stylesheets/pir-process.css has .pir-diagram__<role>
ROLES: dict[str, dict[str, str]] = {
    "onstage": {"fill": "#eef6fc", "stroke": "#8c939b", "stroke-width": "1"},
    "backstage": {"fill": "#f6f7f9", "stroke": "#8c939b", "stroke-width": "1"},
    "head": {"fill": "none", "stroke": "#8c939b", "stroke-width": "1"},
    "band": {"fill": "none", "stroke": "#dfe2e6", "stroke-width": "1"},
    "sight": {"fill": "none", "stroke": "#a04000", "stroke-width": "2", "stroke-dasharray": "8 5"},
    "sightname": {"fill": "#a04000", "font-weight": "600"},
    "task": {"fill": "#ffffff", "stroke": "#0072b2", "stroke-width": "1.5"},
    "now": {"fill": "#ffffff", "stroke": "#0072b2", "stroke-width": "3"},
    "quiet": {"fill": "#ffffff", "stroke": "#57606a", "stroke-width": "1.5"},
    "gateway": {"fill": "#ffffff", "stroke": "#a86400", "stroke-width": "1.5"},
    "event": {"fill": "#ffffff", "stroke": "#1f2328", "stroke-width": "1.5"},
    "end": {"fill": "#ffffff", "stroke": "#1f2328", "stroke-width": "3.5"},
    "flow": {"fill": "none", "stroke": "#1f2328", "stroke-width": "1.3"},
    "arrow": {"fill": "#1f2328"},
    "link": {"fill": "none", "stroke": "#8c939b", "stroke-width": "1", "stroke-dasharray": "2 3"},
    "system": {"fill": "#d8e8f3"},
    "document": {"fill": "#ffffff", "stroke": "#57606a", "stroke-width": "1"},
    "handoff": {"fill": "none", "stroke": "#8f5600", "stroke-width": "1.2", "stroke-dasharray": "4 2"},
    "ink": {"fill": "#1f2328"},
    "strong": {"fill": "#1f2328", "font-weight": "600"},
    "muted": {"fill": "#57606a"},
    "late": {"fill": "#a83a00", "font-weight": "600"},
}


WORDS = frozenset({"ink", "strong", "muted", "late", "sightname"})
"""The roles of texts."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in px."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def foot(self) -> float:
        return self.y + self.h

    @property
    def middle(self) -> Point:
        return self.x + self.w / 2, self.y + self.h / 2


def wrapped(words: str, width: float, size: float = TEXT) -> tuple[str, ...]:
    """A text as lines of at most `width` px; a word that is too long is broken."""
    lines: list[str] = []
    current = ""
    for word in clean(words).split():
        while text_width(word, size) > width and len(word) > 1:
            keep = next((n for n in range(len(word) - 1, 1, -1) if text_width(word[:n] + "-", size) <= width), 1)
            if current:
                lines.append(current)
                current = ""
            # scripts without spaces between words break anywhere, and without a hyphen
            wide = unicodedata.east_asian_width(word[keep - 1]) in ("W", "F")
            lines.append(word[:keep] if wide else word[:keep] + "-")
            word = word[keep:]
        longer = f"{current} {word}".strip()
        if current and text_width(longer, size) > width:
            lines.append(current)
            current = word
        else:
            current = longer
    return (*lines, current) if current else tuple(lines)


class DiagramCanvas:
    """The SVG of one diagram while it is being drawn. Shapes of a role share a layer; layers are drawn in the order of
    their first use, texts last."""

    def __init__(self, kind: str, width: float, height: float) -> None:
        self.kind = kind
        self.width, self.height = width, height
        self._layers: dict[str, ET.Element] = {}

    def layer(self, role: str) -> ET.Element:
        if role not in self._layers:
            self._layers[role] = ET.Element("g", {"class": f"pir-diagram__{role}", **ROLES[role]})
        return self._layers[role]

    def rect(self, role: str, box: Box, radius: float = 0) -> ET.Element:
        size = {"x": px(box.x), "y": px(box.y), "width": px(box.w), "height": px(box.h)}
        if radius:
            size["rx"] = px(radius)
        return ET.SubElement(self.layer(role), "rect", size)

    def path(self, role: str, points: Sequence[Point], *, closed: bool = False) -> ET.Element:
        d = "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points) + ("Z" if closed else "")
        return ET.SubElement(self.layer(role), "path", {"d": d})

    def disc(self, role: str, x: float, y: float, radius: float) -> None:
        ET.SubElement(self.layer(role), "circle", {"cx": px(x), "cy": px(y), "r": px(radius)})

    def arrow(self, role: str, points: Sequence[Point]) -> None:
        """A line through the points with an arrow head at the last."""
        self.path(role, points)
        (bx, by), (x, y) = points[-2], points[-1]
        dx, dy = (x > bx) - (x < bx), (y > by) - (y < by)
        back = (x - 8 * dx, y - 8 * dy)
        wings = [(back[0] - 4 * dy, back[1] - 4 * dx), (back[0] + 4 * dy, back[1] + 4 * dx)]
        self.path("arrow", [(x, y), *wings], closed=True)

    def text(self, role: str, x: float, y: float, words: str, anchor: str = "middle", size: float = TEXT) -> None:
        """A text on one line; y is the baseline."""
        attributes = {"x": px(x), "y": px(y)}
        if anchor != "start":
            attributes["text-anchor"] = anchor
        if size != TEXT:
            attributes["font-size"] = px(size)
        ET.SubElement(self.layer(role), "text", attributes).text = clean(words)

    def lines(
        self, role: str, box: Box, lines: Sequence[str], anchor: str = "middle", size: float = TEXT, step: float = LINE
    ) -> None:
        """Lines of text, vertically centred in a box."""
        y = box.y + box.h / 2 - step * len(lines) / 2 + step * 0.76
        x = box.x + box.w / 2 if anchor == "middle" else box.x + 6
        for n, words in enumerate(lines):
            self.text(role, x, y + n * step, words, anchor, size)

    def done(self, title: str, description: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Chart:
        """Finish the diagram, with the same facts as a table. The same input gives the same bytes."""
        title, description = clean(title), clean(description)
        table = tuple(tuple(clean(cell) for cell in row) for row in rows)
        content = repr((self.kind, title, description, tuple(columns), table)).encode()
        anchor = "pir-map-" + hashlib.blake2b(content, digest_size=5).hexdigest()
        root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": "pir-diagram" + (" pir-diagram--wide" if self.width > WIDE else ""),
                "viewBox": f"0 0 {px(self.width)} {px(self.height)}",
                "width": px(self.width),
                "height": px(self.height),
                "font-size": px(TEXT),
                "font-family": "sans-serif",
                "role": "img",
                "aria-labelledby": f"{anchor}-t {anchor}-d",
            },
        )
        ET.SubElement(root, "title", {"id": f"{anchor}-t"}).text = title
        ET.SubElement(root, "desc", {"id": f"{anchor}-d"}).text = description
        # texts are above shapes, in whatever order they were drawn
        root.extend(layer for role, layer in self._layers.items() if role not in WORDS)
        root.extend(layer for role, layer in self._layers.items() if role in WORDS)
        return Chart(ET.tostring(root, encoding="unicode"), title, description, tuple(columns), table)
