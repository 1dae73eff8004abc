"""The check that the words of a drawing are visible. A drawing with words that may be invisible is not published.

At many points of each word it tests whether the picture certainly looks different with the word and without it on a
white page. So it refuses words that are transparent, of the colour behind them, or covered, in whatever way. Words must
also be on the canvas, within their clip paths, and large enough to read.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from PIL import ImageColor

from mkdocs_pir.editions.svg_outlines import (
    UNMOVED,
    Box,
    Colour,
    Matrix,
    Point,
    Shape,
    box_of,
    lengths,
    meet,
    moved,
    narrowest,
    numbers,
    outline,
    times,
    transformed,
)

MIN_SIZE = 4.0
"""The size in pixels of the smallest readable letters, at the size at which the drawing is shown by itself."""

SEEN = 46.0
"""The least distance of the colours with and without a visible word, weighted as the eye does; black to white is 255."""

MAX_BEHIND = 64
"""The most colours that may be behind a word at one point."""

MAX_WORK = 5_000_000
"""The largest product of lines of words and shapes; a drawing with more is better published as a picture."""

_WHITE: Colour = (255.0, 255.0, 255.0)
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_SVG = "{http://www.w3.org/2000/svg}"


class Unseen(Exception):
    """Words that may be invisible: their element, the words, and why."""

    def __init__(self, element: Element, words: str, why: str) -> None:
        super().__init__(why)
        self.element = element
        self.words = " ".join(words.split())
        self.why = why


@dataclass(frozen=True, slots=True)
class _State:
    """The inherited properties of an element. `clips` is None where it is unknown what is cut off."""

    matrix: Matrix
    alpha: float = 1.0
    attributes: Mapping[str, str] = field(default_factory=dict)
    size: float = 16.0
    clips: tuple[Box, ...] | None = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """Words with the same properties in a line; `width` is an estimate."""

    element: Element
    words: str
    state: _State
    width: float


@dataclass(slots=True)
class _Line:
    """Consecutive words from one point on, and the number of shapes painted before them."""

    at: Point
    anchor: str
    before: int
    runs: list[_Run] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join(run.words for run in self.runs)


_INHERITED = ("fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "letter-spacing", "text-anchor")  # fmt: skip


def check(root: Element) -> None:
    """Raise Unseen for words that may be invisible. The drawing contains only what `svg` leaves."""
    if any((one.text or "").strip() for one in root.iter() if _name(one) in ("text", "tspan")) or any(
        (one.tail or "").strip() for one in root.iter(f"{_SVG}tspan")
    ):
        _Canvas(root).check()


def _name(element: Element) -> str:
    return element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""


class _Canvas:
    def __init__(self, root: Element) -> None:
        self.root = root
        view = numbers(root.get("viewBox", ""))
        shown = [self._pixels(root.get(name, "")) for name in ("width", "height")]
        if len(view) == 4 and view[2] > 0 and view[3] > 0:
            self.box: Box = (view[0], view[1], view[0] + view[2], view[1] + view[3])
        else:
            self.box = (0.0, 0.0, shown[0] or 300.0, shown[1] or 150.0)
        self.size = (self.box[2] - self.box[0], self.box[3] - self.box[1])
        self.scale = min([1.0, *(one / whole for one, whole in zip(shown, self.size, strict=True) if one is not None)])
        self.named = {one.get("id", ""): one for one in root.iter() if one.get("id")}
        self.shapes: list[Shape] = []
        self.lines: list[_Line] = []

    @staticmethod
    def _pixels(text: str) -> float | None:
        """A width or height in pixels, on a page of a thousand pixels; None without a value."""
        return next(iter(lengths(text, 1000)), None)

    def check(self) -> None:
        self._walk(self.root, _State(UNMOVED))
        if len(self.lines) * max(len(self.lines), len(self.shapes)) > MAX_WORK:
            raise Unseen(self.root, "", "it has too many parts to tell what covers what")
        boxes = [self._check(line) for line in self.lines]
        for number, (line, box) in enumerate(zip(self.lines, boxes, strict=True)):
            for later, over in zip(self.lines[number + 1 :], boxes[number + 1 :], strict=True):
                if box and over and _covers(over, box) and line.words != later.words:
                    raise Unseen(line.runs[0].element, line.words, f"'{later.words[:40]}' is written over them")

    def _walk(self, element: Element, state: _State) -> None:
        name = _name(element)
        if name in ("defs", "clipPath", "linearGradient", "radialGradient"):
            return
        if name == "svg" and element is not self.root:
            words = "".join(element.itertext()).strip()
            raise Unseen(element, words, "a drawing within the drawing may cut them off or cover them")
        state = self._within(element, state)
        if name == "text":
            self.lines.append(_Line((0.0, 0.0), state.attributes.get("text-anchor", "start"), len(self.shapes)))
            self._read(element, state)
        elif name in _SHAPES:
            self._paint(name, element, state)
        else:
            for child in element:
                self._walk(child, state)

    def _within(self, element: Element, state: _State) -> _State:
        attributes = {**state.attributes, **{key: element.attrib[key] for key in _INHERITED if key in element.attrib}}
        matrix = times(state.matrix, transformed(element.get("transform", "")))
        size = next(iter(lengths(element.get("font-size", ""), state.size, state.size)), state.size)
        clips = state.clips
        if element.get("clip-path", "none") != "none":
            clip = self._clip(element.get("clip-path", ""), matrix)
            clips = (*clips, clip) if clips is not None and clip is not None else None
        return replace(
            state,
            matrix=matrix,
            attributes=attributes,
            size=size,
            clips=clips,
            alpha=state.alpha * _opacity(element.get("opacity")),
        )

    def _clip(self, reference: str, matrix: Matrix) -> Box | None:
        """The upright rectangle of a clip path; None where it has any other shape."""
        clip = self.named.get(reference.removeprefix("url(#").removesuffix(")"))
        parts = list(clip) if clip is not None else []
        if len(parts) != 1 or _name(parts[0]) != "rect" or clip is None or clip.get("clip-path"):
            return None
        for one in (clip, parts[0]):
            matrix = times(matrix, transformed(one.get("transform", "")))
        lines = outline("rect", parts[0].attrib, self.size)
        upright = not (matrix[1] or matrix[2]) or not (matrix[0] or matrix[3])
        return box_of([moved(matrix, point) for point in lines[0]]) if lines and upright else None

    def _paint(self, name: str, element: Element, state: _State) -> None:
        lines = [[moved(state.matrix, p) for p in line] for line in outline(name, element.attrib, self.size)]
        if not lines:
            return
        m, attributes = state.matrix, state.attributes
        width = next(iter(lengths(attributes.get("stroke-width", "1"), math.hypot(*self.size) / math.sqrt(2))), 1.0)
        reach = width / 2 * max(math.hypot(m[0], m[1]), math.hypot(m[2], m[3]))
        fills = self._colours(attributes.get("fill", "#000")) if name != "line" else ((), 0.0)
        strokes = self._colours(attributes.get("stroke", "none"))
        shape = Shape(
            lines,
            box_of([point for line in lines for point in line], reach if strokes[0] else 0.0),
            fills[0],
            fills[1] * state.alpha * _opacity(attributes.get("fill-opacity")),
            attributes.get("fill-rule") == "evenodd",
            strokes[0],
            strokes[1] * state.alpha * _opacity(attributes.get("stroke-opacity")),
            reach,
            "stroke-dasharray" in attributes,
            state.clips,
        )
        self.shapes.append(shape)

    def _colours(self, paint: str) -> tuple[tuple[Colour, ...], float]:
        """The colours that a paint may have at a point, and its opacity. A gradient has the colours of its stops."""
        if paint.startswith("url("):
            gradient = self.named.get(paint.removeprefix("url(#").removesuffix(")"))
            stops = [stop.get("stop-color", "#000") for stop in gradient] if gradient is not None else []
            return tuple(one for stop in stops for one in self._colours(stop)[0]), 1.0
        if paint in ("none", "transparent"):
            return (), 0.0
        try:
            r, g, b, *alpha = ImageColor.getrgb("#000" if paint.casefold() == "currentcolor" else paint)
        except ValueError:
            # Pillow counts an alpha to 255, and style sheets to 1
            red, green, blue, share = numbers(paint)
            return ((red, green, blue),), min(share, 1.0)
        return ((float(r), float(g), float(b)),), alpha[0] / 255 if alpha else 1.0

    # --- words ---

    def _read(self, element: Element, state: _State) -> None:
        x, y, dx, dy = ([*lengths(element.get(key, ""), whole, state.size)] for key, whole in zip(("x", "y", "dx", "dy"), (*self.size, *self.size), strict=True))  # fmt: skip
        words = "".join(element.itertext())
        if len(dx) > 1 or len(dy) > 1:
            raise Unseen(element, words, "its letters are positioned one by one")
        line = self.lines[-1]
        if x or y or any(dx) or any(dy):
            end = line.at[0] + sum(run.width for run in line.runs) * (line.anchor == "start")
            at = ((x or [end])[0] + sum(dx), (y or [line.at[1]])[0] + sum(dy))
            anchor = state.attributes.get("text-anchor", "start")
            if line.runs:
                self.lines.append(_Line(at, anchor, line.before))
            else:
                line.at, line.anchor = at, anchor
        for places, axis in ((x, 0), (y, 1)):
            for place in places[1:]:
                point = (place, (y or [line.at[1]])[0]) if axis == 0 else ((x or [line.at[0]])[0], place)
                if not self._holds(point, state):
                    raise Unseen(element, words, "some of its letters are outside the drawing")
        self._add_words(element, element.text, state)
        for child in element:
            self._read(child, self._within(child, state))
            self._add_words(element, child.tail, state)

    def _add_words(self, element: Element, words: str | None, state: _State) -> None:
        if words and words.strip():
            words = " ".join(words.split())
            space = next(iter(lengths(state.attributes.get("letter-spacing", ""), 0.0, state.size)), 0.0)
            if space < -0.2 * state.size:
                raise Unseen(element, words, "its letters overlap")
            width = sum(_width(letter) * state.size + space for letter in words)
            self.lines[-1].runs.append(_Run(element, words, state, width))

    def _check(self, line: _Line) -> Box | None:
        """Raise Unseen for words of a line that may be invisible. Returns the box of the line."""
        corners: list[Point] = []
        whole = sum(run.width for run in line.runs)
        x = line.at[0] - whole * {"middle": 0.5, "end": 1.0}.get(line.anchor, 0.0)
        for run in line.runs:
            if narrowest(run.state.matrix) * run.state.size * self.scale < MIN_SIZE:
                raise Unseen(run.element, run.words, "they are too small to read")
            heights = (line.at[1], line.at[1] - 0.7 * run.state.size)
            own = [moved(run.state.matrix, (px, py)) for px in (x, x + run.width) for py in heights]
            corners += own
            near = box_of(own)
            under = [shape for shape in self.shapes[: line.before] if meet(shape.box, near)]
            over = [shape for shape in self.shapes[line.before :] if meet(shape.box, near)]
            for word, points in _points(run, x, line.at[1]):
                places = [moved(run.state.matrix, point) for point in points]
                # widths of letters are estimates, so each letter may be a little to the left or to the right
                slack = 0.4 * run.state.size * max(1, len(run.words) / 12)
                if not all(self._holds(point, run.state, slack) for point in points):
                    raise Unseen(run.element, word, "they are outside the drawing or cut off")
                seen = sum(self._is_seen(place, run.state, under, over) for place in places)
                if seen * 2 < len(places):
                    why = "they are covered, transparent or of the colour behind them"
                    raise Unseen(run.element, word, why)
            x += run.width
        return box_of(corners) if corners else None

    def _holds(self, point: Point, state: _State, slack: float = 0.0) -> bool:
        """Whether a point of the words, or one `slack` to the left or right, is on the canvas and not cut off."""
        if state.clips is None:
            return False
        beside = (moved(state.matrix, (point[0] + shift, point[1])) for shift in (0.0, -slack, slack))
        return any(all(meet(box, (*one, *one)) for box in (self.box, *state.clips)) for one in beside)

    def _is_seen(self, point: Point, state: _State, under: list[Shape], over: list[Shape]) -> bool:
        """Whether the picture certainly looks different at a point with the words and without them."""
        colours, alpha = self._colours(state.attributes.get("fill", "#000"))
        if len(colours) != 1:
            return False
        alpha *= state.alpha * _opacity(state.attributes.get("fill-opacity"))
        behind: list[Colour] = [_WHITE]
        for options, share, surely in (paint for shape in under for paint in shape.paints(point)):
            mixed = [_mixed(one, before, share) for one in options for before in behind]
            # it is unknown what a gradient lets through
            behind = list(dict.fromkeys([*mixed, *([] if surely and len(options) == 1 else behind)]))
            if len(behind) > MAX_BEHIND:
                return False
        left = math.prod(1 - share for shape in over for _, share, _ in shape.paints(point))
        return min(_distance(_mixed(colours[0], one, alpha), one) for one in behind) * left >= SEEN


def _covers(over: Box, box: Box) -> bool:
    """Whether more than half of a box is under another one."""
    width = min(over[2], box[2]) - max(over[0], box[0])
    height = min(over[3], box[3]) - max(over[1], box[1])
    return width > 0 and height > 0 and 2 * width * height > (box[2] - box[0]) * (box[3] - box[1])


def _points(run: _Run, x: float, y: float) -> Iterator[tuple[str, list[Point]]]:
    """Each word with points across its letters."""
    per_letter = run.width / max(len(run.words), 1)
    at = 0
    for word in run.words.split(" "):
        points = [
            (x + per_letter * (at + n + 0.5), y - height * run.state.size)
            for n in range(len(word))
            for height in (0.1, 0.3, 0.5)
        ]
        yield word, points
        at += len(word) + 1


def _mixed(over: Colour, under: Colour, share: float) -> Colour:
    r, g, b = (round(o * share + u * (1 - share), 1) for o, u in zip(over, under, strict=True))
    return r, g, b


def _distance(one: Colour, other: Colour) -> float:
    weighed = zip((0.299, 0.587, 0.114), one, other, strict=True)
    return math.sqrt(sum(weight * (a - b) ** 2 for weight, a, b in weighed))


def _opacity(text: str | None) -> float:
    """An opacity, as a number or a percentage."""
    if text is None:
        return 1.0
    value = next(iter(numbers(text)), 1.0) / (100 if "%" in text else 1)
    return min(max(value, 0.0), 1.0)


def _width(letter: str) -> float:
    """The estimated width of a letter, relative to its font size."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.3 if letter in " .,:;'|!iIljtf()[]" else 0.55
