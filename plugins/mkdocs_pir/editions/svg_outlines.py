"""The outlines of a drawing's shapes as polygons, and the colours that a shape paints at a point."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
Colour = tuple[float, float, float]

UNMOVED: Matrix = (1, 0, 0, 1, 0, 0)

_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LIST = re.compile(rf"\s*+(?:{_NUMBERS.pattern}(?:\s*+,?\s*+{_NUMBERS.pattern})*+)?\s*+")
_COMMANDS = re.compile(r"([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)")
_CALLS = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
_UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "rem": 16.0}
_STEPS = 12
"""Straight pieces of a curve."""


def numbers(text: str) -> list[float]:
    """The numbers in a text."""
    return [float(number) for number in _NUMBERS.findall(text)]


def lengths(text: str, whole: float = 0.0, size: float = 16.0) -> list[float]:
    """The lengths in a text in pixels. `whole` is the length of 100%, `size` the font size."""
    relative = {"%": whole / 100, "em": size, "ex": size / 2}
    matches = re.findall(rf"({_NUMBERS.pattern})(px|pt|pc|in|cm|mm|rem|em|ex|%)?", text)
    return [float(number) * (relative.get(unit) or _UNITS.get(unit, 0.0 if unit else 1.0)) for number, unit in matches]


def times(m: Matrix, n: Matrix) -> Matrix:
    """The matrix that applies `n`, then `m`."""
    return (
        m[0] * n[0] + m[2] * n[1],
        m[1] * n[0] + m[3] * n[1],
        m[0] * n[2] + m[2] * n[3],
        m[1] * n[2] + m[3] * n[3],
        m[0] * n[4] + m[2] * n[5] + m[4],
        m[1] * n[4] + m[3] * n[5] + m[5],
    )


def moved(m: Matrix, p: Point) -> Point:
    """A point after a matrix."""
    return m[0] * p[0] + m[2] * p[1] + m[4], m[1] * p[0] + m[3] * p[1] + m[5]


def narrowest(m: Matrix) -> float:
    """The length that a length of one has after a matrix, in the direction in which it shortens most."""
    a, b, c, d = m[:4]
    half = (a * a + b * b + c * c + d * d) / 2
    return math.sqrt(max(half - math.sqrt(max(half * half - (a * d - b * c) ** 2, 0)), 0))


def transformed(text: str) -> Matrix:
    """The matrix of a `transform` attribute."""
    whole = UNMOVED
    for name, arguments in _CALLS.findall(text):
        whole = times(whole, _one(name, *numbers(arguments)))
    return whole


def _one(name: str, first: float, *more: float) -> Matrix:
    if name == "matrix":
        b, c, d, e, f = more
        return first, b, c, d, e, f
    if name == "translate":
        return 1, 0, 0, 1, first, more[0] if more else 0
    if name == "scale":
        return first, 0, 0, more[0] if more else first, 0, 0
    if name == "rotate":
        return _rotated(first, *(more or (0.0, 0.0)))
    slant = math.tan(math.radians(first))
    return (1, 0, slant, 1, 0, 0) if name == "skewX" else (1, slant, 0, 1, 0, 0)


def _rotated(degrees: float, x: float, y: float) -> Matrix:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return times((cos, sin, -sin, cos, x, y), (1, 0, 0, 1, -x, -y))


def outline(name: str, attributes: Mapping[str, str], canvas: Point) -> list[list[Point]]:
    """The polygons of a shape in its own coordinates; those of lines and open paths are not closed."""

    def at(key: str, whole: float) -> float:
        return next(iter(lengths(attributes.get(key, ""), whole)), 0.0)

    if name == "rect":
        x, y, width, height = at("x", canvas[0]), at("y", canvas[1]), at("width", canvas[0]), at("height", canvas[1])
        if width <= 0 or height <= 0:
            return []
        return [[(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]]
    if name in ("circle", "ellipse"):
        rx = at("r", canvas[0]) if name == "circle" else at("rx", canvas[0])
        ry = rx if name == "circle" else at("ry", canvas[1])
        turns = [math.tau * step / 32 for step in range(33)]
        x, y = at("cx", canvas[0]), at("cy", canvas[1])
        return [[(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]] if rx > 0 and ry > 0 else []
    if name == "line":
        return [[(at("x1", canvas[0]), at("y1", canvas[1])), (at("x2", canvas[0]), at("y2", canvas[1]))]]
    if name in ("polygon", "polyline"):
        n = numbers(attributes.get("points", ""))
        points = list(zip(n[::2], n[1::2], strict=False))
        return [[*points, points[0]] if name == "polygon" else points] if points else []
    return list(_path(attributes.get("d", ""))) if name == "path" else []


def _path(d: str) -> Iterator[list[Point]]:
    """The subpaths of a path, curves as straight pieces."""
    line: list[Point] = []
    here = start = control = (0.0, 0.0)
    before = ""
    for command, arguments in _COMMANDS.findall(d):
        kind = command.upper()
        n = numbers(arguments) if kind != "A" else _arc_numbers(arguments)
        width = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}[kind]
        if _is_wrong(kind, arguments, n, width) or (kind != "M" and not before):
            # a browser draws a path up to its first error
            break
        if kind == "Z":
            if line:
                line.append(start)
            here = start
            before = kind
            continue
        for first in range(0, len(n) - width + 1, width):
            v = n[first : first + width]
            dx, dy = here if command.islower() else (0.0, 0.0)
            if kind == "M" and not first:
                if line:
                    yield line
                here = start = (v[0] + dx, v[1] + dy)
                line = [here]
                before = kind
                continue
            if not line:
                line = [here]
            if kind in "ML":
                points, control = [(v[0] + dx, v[1] + dy)], here
            elif kind == "H":
                points = [(v[0] + dx, here[1])]
            elif kind == "V":
                points = [(here[0], v[0] + dy)]
            elif kind == "A":
                points = _arc(here, v, (v[5] + dx, v[6] + dy))
            else:
                steps = [(v[k] + dx, v[k + 1] + dy) for k in range(0, width, 2)]
                if kind in "ST":
                    smooth = before in (("C", "S") if kind == "S" else ("Q", "T"))
                    mirrored = (2 * here[0] - control[0], 2 * here[1] - control[1]) if smooth else here
                    steps = [mirrored, *steps]
                control = steps[-2]
                points = _curve([here, *steps])
            line += points
            here = points[-1]
            before = kind
    if line:
        yield line


def _is_wrong(kind: str, arguments: str, values: list[float], width: int) -> bool:
    if kind == "Z":
        return bool(arguments.strip())
    is_well_formed = kind == "A" or _LIST.fullmatch(arguments) is not None
    return not is_well_formed or not values or len(values) % width != 0


def _arc_numbers(arguments: str) -> list[float]:
    """The numbers of arcs, whose two flags need no separator before the next number."""
    values: list[float] = []
    at = 0
    while True:
        pattern = (
            re.compile(r"[\s,]*([01])") if len(values) % 7 in (3, 4) else re.compile(rf"[\s,]*({_NUMBERS.pattern})")
        )
        if (one := pattern.match(arguments, at)) is None:
            return values if not arguments[at:].strip() else []
        values.append(float(one[1]))
        at = one.end()


def _curve(control: list[Point]) -> list[Point]:
    """The points of a Bézier curve after its first."""
    out = []
    for step in range(1, _STEPS + 1):
        t, points = step / _STEPS, control
        while len(points) > 1:
            points = [(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])) for a, b in pairwise(points)]
        out.append(points[0])
    return out


def _arc(here: Point, v: list[float], end: Point) -> list[Point]:
    """The points of an elliptic arc after its first. Source: SVG 1.1, appendix F.6.5."""
    rx, ry, turn = abs(v[0]), abs(v[1]), math.radians(v[2])
    if not rx or not ry or here == end:
        return [end]
    cos, sin = math.cos(turn), math.sin(turn)
    hx, hy = (here[0] - end[0]) / 2, (here[1] - end[1]) / 2
    x, y = cos * hx + sin * hy, cos * hy - sin * hx
    if (large := math.hypot(x / rx, y / ry)) > 1:
        rx, ry = rx * large, ry * large
    under = max((rx * ry) ** 2 - (rx * y) ** 2 - (ry * x) ** 2, 0) / ((rx * y) ** 2 + (ry * x) ** 2)
    factor = math.sqrt(under) * (-1 if bool(v[3]) == bool(v[4]) else 1)
    cx, cy = factor * rx * y / ry, -factor * ry * x / rx
    first = math.atan2((y - cy) / ry, (x - cx) / rx)
    sweep = math.atan2((-y - cy) / ry, (-x - cx) / rx) - first
    sweep += math.tau if v[4] and sweep < 0 else -math.tau if not v[4] and sweep > 0 else 0
    mx, my = (here[0] + end[0]) / 2 + cos * cx - sin * cy, (here[1] + end[1]) / 2 + sin * cx + cos * cy
    out = []
    for step in range(1, _STEPS + 1):
        angle = first + sweep * step / _STEPS
        ex, ey = rx * math.cos(angle), ry * math.sin(angle)
        out.append((mx + cos * ex - sin * ey, my + sin * ex + cos * ey))
    return [*out[:-1], end]


def box_of(points: list[Point], margin: float = 0.0) -> Box:
    """The smallest upright box around some points, enlarged by a margin on each side."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def meet(a: Box, b: Box) -> bool:
    """Whether two boxes overlap or touch."""
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


@dataclass(frozen=True, slots=True)
class Shape:
    """A painted shape on the canvas. `fills` and `strokes` are the colours that it may have at a point."""

    lines: list[list[Point]]
    box: Box
    fills: tuple[Colour, ...]
    fill_alpha: float
    even_odd: bool
    strokes: tuple[Colour, ...]
    stroke_alpha: float
    reach: float
    dashed: bool
    clips: tuple[Box, ...] | None
    """The visible boxes of the shape; None where they are unknown."""

    def paints(self, point: Point) -> Iterator[tuple[tuple[Colour, ...], float, bool]]:
        """The colours and opacity of each layer that it may paint at a point, and whether it certainly does."""
        if self.clips is not None and not all(meet(clip, (*point, *point)) for clip in self.clips):
            return
        if not meet(self.box, (*point, *point)):
            return
        if self.fills and self.fill_alpha and self._holds(point):
            yield self.fills, self.fill_alpha, self.clips is not None
        if self.strokes and self.stroke_alpha and self._touches(point):
            yield self.strokes, self.stroke_alpha, self.clips is not None and not self.dashed

    def _holds(self, point: Point) -> bool:
        x, y = point
        winding = crossings = 0
        for line in self.lines:
            for (ax, ay), (bx, by) in zip(line, [*line[1:], line[0]], strict=True):
                if (ay <= y) != (by <= y) and ax + (y - ay) / (by - ay) * (bx - ax) > x:
                    winding += 1 if by > ay else -1
                    crossings += 1
        return crossings % 2 == 1 if self.even_odd else winding != 0

    def _touches(self, point: Point) -> bool:
        return any(
            _distance(point, a, b) <= self.reach
            for line in self.lines
            for a, b in zip(line, line[1:] or line, strict=False)
        )


def _distance(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy) if dx or dy else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.hypot(p[0] - a[0] - along * dx, p[1] - a[1] - along * dy)
