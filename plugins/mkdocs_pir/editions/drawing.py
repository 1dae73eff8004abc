"""A drawing (SVG) reduced to what is seen of it: shapes, words and colours; nothing named, hidden, linked or run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from PIL.ImageColor import colormap

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(
    re.findall(
        r"\S+",
        """svg g path rect circle ellipse line polyline polygon text tspan title defs linearGradient radialGradient
        stop clipPath""",
    )
)
_SPEAKING = frozenset({"text", "tspan", "title"})
_UNSEEN = frozenset({"defs", "clipPath"})
"""Elements that show nothing by themselves: words in them are seen by nobody."""

_NUMBER = r"[-+]?+(?>\d++\.?+\d*+|\.\d++)(?>[eE][-+]?\d+)?+"
_LENGTHS = re.compile(rf"(?>\s*+,?\s*+{_NUMBER}(?:px|pt|em|rem|ex|%|mm|cm|in|pc)?+)*+\s*+")
_PATH = re.compile(rf"(?>[\s,]*+(?:[MmLlHhVvCcSsQqTtAaZz]|{_NUMBER}))*+[\s,]*+")
_TRANSFORM = re.compile(r"(?:[\s,]*(?:matrix|translate|scale|rotate|skewX|skewY)\s*\([-+\d.eE\s,]*\))*\s*")
_COLOUR = re.compile(
    rf"#[0-9a-fA-F]{{3,8}}|(?:rgb|hsl)a?\([-+\d.%\s,/]*\)|none|transparent|currentColor|{'|'.join(colormap)}"
    r"|url\(#(?P<of>[^()\s'\"]+)\)",
    re.I,
)
_REFERENCE = re.compile(r"url\(#(?P<of>[^()\s'\"]+)\)|none")
_KEYWORD = re.compile(
    r"start|middle|end|butt|round|square|miter|bevel|nonzero|evenodd|normal|bold|bolder|lighter|[1-9]00|none|img"
    r"|presentation|userSpaceOnUse|objectBoundingBox"
)
_FONTS = re.compile(
    r"(?:\s*+,?\s*+['\"]?(?:serif|sans-serif|monospace|system-ui|Arial|Helvetica(?: Neue)?|Verdana|Tahoma|Georgia"
    r"|Times(?: New Roman)?|Courier(?: New)?|Segoe UI|Roboto|Inter|DejaVu Sans)['\"]?)+\s*",
    re.I,
)
_ANY = re.compile(r".*", re.DOTALL)

_VALUES: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(
        re.findall(
            r"\S+",
            """viewBox width height x y x1 y1 x2 y2 cx cy r rx ry points offset dx dy stroke-width stroke-dasharray opacity
            fill-opacity stroke-opacity stop-opacity font-size letter-spacing""",
        ),
        _LENGTHS,
    ),
    **dict.fromkeys(("fill", "stroke", "stop-color"), _COLOUR),
    **dict.fromkeys(("transform", "gradientTransform"), _TRANSFORM),
    **dict.fromkeys(
        ("stroke-linecap", "stroke-linejoin", "fill-rule", "font-weight", "text-anchor", "role", "gradientUnits"),
        _KEYWORD,
    ),
    "clip-path": _REFERENCE,
    "d": _PATH,
    "font-family": _FONTS,
    "aria-label": _ANY,
    "id": _ANY,
}
"""What each attribute may say; one that says anything else is taken off."""

_HIDES = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:fill-)?opacity\s*:\s*0*\.?0*%?(?![\d.])"
    r"|font-size\s*:\s*0*\.?0*(?![\d.]))"
)


def clean(text: str) -> bytes:
    """The drawing as far as it is seen. Raises ValueError, with the reason, for one that cannot be cleaned."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it declares a document type; remove that line")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None
    if root.tag != f"{_SVG}svg":
        raise ValueError("it holds no drawing")
    for style in root.iter(f"{_SVG}style"):
        if _HIDES.search("".join(style.itertext())):
            raise ValueError("its style sheet hides parts of it, which would show; remove those parts")
    _reduce(root, seen=True)
    _rename(root)
    ElementTree.register_namespace("", _SVG[1:-1])
    cleaned: bytes = ElementTree.tostring(root, encoding="utf-8")
    return cleaned


def _reduce(element: Element, *, seen: bool) -> None:
    """Leave of an element and what it holds only shapes, and the words that are seen."""
    name = element.tag.removeprefix(_SVG)
    seen = seen and name not in _UNSEEN
    said = {**element.attrib, **dict(_declared(element.get("style", "")))}
    element.attrib.clear()
    element.attrib |= {key: value for key, value in said.items() if key in _VALUES and _VALUES[key].fullmatch(value)}
    if not seen:
        element.attrib.pop("aria-label", None)
    speaks = seen and name in _SPEAKING
    if not speaks:
        element.text = None
    for child in list(element):
        tail = child.tail if speaks else None
        kind = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
        if kind not in _SHAPES or _hidden(child) or (kind in _SPEAKING and not seen):
            _drop(element, child, tail)
        else:
            child.tail = tail
            _reduce(child, seen=seen)


def _drop(parent: Element, child: Element, tail: str | None) -> None:
    index = list(parent).index(child)
    parent.remove(child)
    if tail and index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail


def _declared(style: str) -> Iterator[tuple[str, str]]:
    """What an attribute `style` says, as attributes."""
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if value:
            yield name.strip(), value.replace("!important", "").strip()


def _hidden(element: Element) -> bool:
    said = ";".join(f"{name}:{value}" for name, value in element.attrib.items() if name != "style")
    return _HIDES.search(f"{said};{element.get('style', '')}") is not None


def _rename(root: Element) -> None:
    """Number the ids that something in the drawing refers to; the others go: they are names that nobody sees."""
    used = [
        found["of"]
        for element in root.iter()
        for name in ("fill", "stroke", "clip-path")
        if (found := re.fullmatch(r"url\(#(?P<of>.*)\)", element.get(name, ""))) is not None
    ]
    numbered = {name: f"a{number}" for number, name in enumerate(dict.fromkeys(used), 1)}
    for element in root.iter():
        if (own := element.attrib.pop("id", None)) in numbered:
            element.set("id", numbered[str(own)])
        for name in ("fill", "stroke", "clip-path"):
            if (found := re.fullmatch(r"url\(#(?P<of>.*)\)", element.get(name, ""))) is not None:
                element.set(name, f"url(#{numbered[found['of']]})")
