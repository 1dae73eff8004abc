"""SVG charts that adapt to any width: x is in percent of the width, y and text sizes are in px.

With a viewBox the letters would shrink with the page: 12 px on a laptop would be 5 px on a phone. Colours are classes
(assets/stylesheets/pir-charts.css: light, dark, print). Where there is no style sheet, attributes are in their place.
"""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from mkdocs_pir.site.attribute_quotes import is_bare
from mkdocs_pir.site.charts.scales import LAPTOP, STEPS, wrapped

SHARED = 4096
"""The number of values and words whose form is kept."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_TAG = re.compile(r"<[a-z][^<>]*>")
_VALUE = re.compile(r'("[^"]*")|=([^\s"\'>]+)')
_GROUP = re.compile(r"<g class=pir-chart__(\w+)")
_ROOT = "<svg class=pir-chart"
_ROOT_ALONE = '<svg xmlns="http://www.w3.org/2000/svg" class="pir-chart" width="100%" font-size="12"'
_STRONG = '<tspan font-weight="600">'

# the attributes of each role where there is no style sheet; assets/stylesheets/pir-charts.css has .pir-chart__<role>
ROLES: dict[str, dict[str, str]] = {
    "ink": {"fill": "#1f2328"},
    "muted": {"fill": "#57606a"},
    "name2": {"fill": "#8f5600"},
    "grid": {"stroke": "#dfe2e6"},
    "base": {"stroke": "#8c939b"},
    "goal": {"stroke": "#a04000", "stroke-dasharray": "5 3"},
    "goalname": {"fill": "#a04000"},
    "line1": {"stroke": "#0072b2", "stroke-width": "2", "stroke-linecap": "round"},
    "line2": {"stroke": "#a86400", "stroke-width": "2", "stroke-linecap": "round"},
    "sofar": {"stroke": "#0072b2", "stroke-width": "2", "stroke-dasharray": "1 5", "stroke-linecap": "round"},
    "fill1": {"fill": "#0072b2"},
    "fill2": {"fill": "#a86400"},
    "rest": {"fill": "#eef0f2", "stroke": "#8c939b"},
    "hollow1": {"fill": "#ffffff", "stroke": "#0072b2", "stroke-width": "1.5"},
    "hollow2": {"fill": "#ffffff", "stroke": "#a86400", "stroke-width": "1.5"},
    "partial1": {"fill": "none", "stroke": "#0072b2", "stroke-width": "1.5", "stroke-dasharray": "3 2"},
    "partial2": {"fill": "none", "stroke": "#a86400", "stroke-width": "1.5", "stroke-dasharray": "3 2"},
    "lane": {"fill": "#eef0f2"},
    "phase1": {"fill": "#c44f00"},
    "phase2": {"fill": "#a86400"},
    "phase3": {"fill": "#0072b2"},
    "phase4": {"fill": "#007f5c"},
    "wait": {"fill": "#6a737d"},
    "heat0": {"fill": "#f3f5f7"},
    "heat1": {"fill": "#d8e8f3"},
    "heat2": {"fill": "#a9cce6"},
    "heat3": {"fill": "#6aa9d4"},
    "heat4": {"fill": "#0072b2"},
    "heat5": {"fill": "#004a75"},
    "onlight": {"fill": "#10202c"},
    "ondark": {"fill": "#ffffff"},
    "hover": {"fill": "none", "pointer-events": "all"},
}


@dataclass(frozen=True)
class Chart:
    """A chart or diagram as SVG within the HTML of a page with our style sheets, and the same facts as a table of texts."""

    html: str
    title: str
    description: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def svg(self) -> str:
        """The SVG as XML that needs no style sheet."""
        svg = _GROUP.sub(_with_look, self.html).replace(_ROOT, _ROOT_ALONE, 1).replace("<tspan>", _STRONG)
        return _TAG.sub(lambda tag: _VALUE.sub(lambda value: value[1] or f'="{value[2]}"', tag[0]), svg)


def _with_look(group: re.Match[str]) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in ROLES[group[1]].items())
    return f'<g class="pir-chart__{group[1]}"{attributes}'


@lru_cache(maxsize=SHARED)
def clean(text: str) -> str:
    """The text without characters that XML cannot hold, on one line."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


SITE = "site:"
"""Begins the address of a link in a chart: a path in the site, as a chart does not know on which page it will be."""


class Canvas:
    """The SVG of one chart while it is being drawn. Shapes are in groups, which are drawn in the order of their creation."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._groups: list[ET.Element] = []

    def group(self, role: str, **attributes: str) -> ET.Element:
        """A new group whose shapes have the look of a role (see `ROLES`)."""
        element = ET.Element("g", {"class": f"pir-chart__{role}"})
        element.attrib.update({name.replace("_", "-"): value for name, value in attributes.items()})
        self._groups.append(element)
        return element

    def chart(
        self,
        title: str,
        description: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        height: float,
        key: str,
    ) -> Chart:
        """Finish the chart. Its ids are a hash of `key` and its content, so the same input gives the same bytes; two equal
        charts on one page need different keys."""
        title, description = clean(title), clean(description)
        table = tuple(tuple(clean(cell) for cell in row) for row in rows)
        heads = tuple(clean(head) for head in columns)
        content = repr((key, self.kind, title, description, heads, table)).encode()
        anchor = "chart-" + hashlib.blake2b(content, digest_size=5).hexdigest()
        root = ET.Element(
            "svg",
            {
                "class": "pir-chart",
                "height": px(height),
                "role": "img",
                "aria-labelledby": f"{anchor}-t {anchor}-d",
            },
        )
        ET.SubElement(root, "title", {"id": f"{anchor}-t"}).text = title
        ET.SubElement(root, "desc", {"id": f"{anchor}-d"}).text = description
        root.extend(group for group in self._groups if len(group))
        if root.find(".//a") is not None:
            # an image has no links in it
            root.set("role", "group")
        return Chart(_written(root), title, description, heads, table)


def _written(element: ET.Element) -> str:
    """An element as HTML with what follows it."""
    name, content = element.tag, "".join([_written(child) for child in element]) if len(element) else ""
    attributes = "".join([f" {key}={_value(value)}" for key, value in element.attrib.items()])
    if element.text:
        content = escape(element.text, quote=False) + content
    after = escape(element.tail, quote=False) if element.tail else ""
    # a slash beside a value without quotes would be a part of it
    return f"<{name}{attributes}>{content}</{name}>{after}" if content else f"<{name}{attributes} />{after}"


# charts of thousands of reviews have the same words, heights and marks
@lru_cache(maxsize=SHARED)
def _value(value: str) -> str:
    """The value of an attribute as it stands in a tag."""
    return value if is_bare(value) else f'"{escape(value)}"'


@lru_cache(maxsize=SHARED)
def px(value: float) -> str:
    """A length in px, to a tenth."""
    # a negative zero would be the same to the cache
    return f"{value + 0.0:.1f}".rstrip("0").rstrip(".")


def pc(value: float) -> str:
    """A share of the width in percent, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def line(group: ET.Element, x1: float, y1: float, x2: float, y2: float) -> None:
    """A straight line; x in percent, y in px."""
    ET.SubElement(group, "line", {"x1": pc(x1), "y1": px(y1), "x2": pc(x2), "y2": px(y2)})


def rect(
    group: ET.Element,
    x: float,
    y: float,
    width: float,
    height: float,
    hint: str = "",
    path: str = "",
    *,
    tab: bool = True,
) -> ET.Element:
    """A rectangle; x and width in percent, y and height in px; `hint` is shown on hover. It leads to `path` in the site.

    Without `tab` the keyboard passes the link over: two hundred cells of a map would bar the way to what follows.
    """
    size = {"x": pc(x), "y": px(y), "width": pc(width), "height": px(height)}
    if path:
        group = ET.SubElement(group, "a", {"href": SITE + path, "aria-label": clean(hint)})
        if not tab:
            group.set("tabindex", "-1")
    element = ET.SubElement(group, "rect", size)
    if hint:
        ET.SubElement(element, "title").text = clean(hint)
    return element


def dot(group: ET.Element, x: float, y: float, radius: float = 3.0) -> None:
    """A disc; x in percent, y and radius in px."""
    ET.SubElement(group, "circle", {"cx": pc(x), "cy": px(y), "r": px(radius)})


def text(
    group: ET.Element,
    x: float,
    y: float,
    words: str,
    anchor: str = "start",
    *,
    only: str = "",
    dx: float = 0,
    **attributes: str,
) -> ET.Element:
    """A text at x percent, with its baseline at y px. `only` is "wide" or "narrow": shown only at that width."""
    all_attributes = {"x": pc(x) if x else "0", "y": px(y)}
    if anchor != "start":
        all_attributes["text-anchor"] = anchor
    if dx:
        all_attributes["dx"] = px(dx)
    if only:
        all_attributes["class"] = f"pir-chart__{only}"
    if only == "narrow":
        all_attributes["display"] = "none"
    all_attributes.update({name.replace("_", "-"): value for name, value in attributes.items()})
    element = ET.SubElement(group, "text", all_attributes)
    element.text = clean(words)
    return element


def name_text(
    group: ET.Element,
    x: float,
    y: float,
    words: str,
    share: float,
    anchor: str = "start",
    *,
    size: float = 12.0,
    lines: int = 1,
) -> None:
    """A name that may take `share` (0 to 1) of the width, on at most so many `lines` about the baseline y.

    It is as long as each width of `STEPS` has room for; if it is shortened, the whole name is shown on hover.
    """
    words = clean(words)
    by_step = [wrapped(words, step * share, size, lines) for step in STEPS]
    for first, shown in enumerate(by_step):
        if first and shown == by_step[first - 1]:
            continue
        last = first
        while last + 1 < len(STEPS) and by_step[last + 1] == shown:
            last += 1
        classes = [f"pir-chart__from{STEPS[first]:.0f}"] if first else []
        classes += [f"pir-chart__below{STEPS[last + 1]:.0f}"] if last + 1 < len(STEPS) else []
        for i, part in enumerate(shown):
            element = text(group, x, y + (i - (len(shown) - 1) / 2) * (size + 1), part, anchor)
            if classes:
                element.set("class", " ".join(classes))
                if not STEPS[first] <= LAPTOP <= STEPS[last]:
                    element.set("display", "none")
            if " ".join(shown) != words:
                ET.SubElement(element, "title").text = words


def vertical_text(group: ET.Element, x: float, y: float, words: str, whole: str) -> None:
    """A text that runs upwards from (x percent, y px); `whole` is shown on hover if it was shortened."""
    place = ET.SubElement(group, "svg", {"x": pc(x), "y": px(y), "overflow": "visible"})
    element = ET.SubElement(place, "text", {"transform": "rotate(-90)", "dy": "4"})
    element.text = clean(words)
    if words != whole:
        ET.SubElement(element, "title").text = clean(whole)
