"""Cleaning of drawings (SVG): only visible shapes, words and colours are left, without names, links and scripts.

The allowed values of each attribute are so narrow that a browser and `svg_words` understand them alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from PIL.ImageColor import colormap

from mkdocs_pir.editions import svg_words

_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = frozenset(
    re.findall(
        r"\S+",
        """svg g path rect circle ellipse line polyline polygon text tspan defs linearGradient radialGradient
        stop clipPath""",
    )
)
_TEXT_ELEMENTS = frozenset({"text", "tspan"})
_INVISIBLE = frozenset({"defs", "clipPath"})
"""Elements that show nothing by themselves, and so no words either."""

_NUMBER = r"[-+]?+(?>\d++\.?+\d*+|\.\d++)(?>[eE][-+]?\d+)?+"
_LENGTH = rf"{_NUMBER}(?:px|pt|em|rem|ex|%|mm|cm|in|pc)?+"
_ONE = re.compile(rf"\s*+{_LENGTH}\s*+")
_LENGTHS = re.compile(rf"\s*+{_LENGTH}(?>\s*+,?\s*+{_LENGTH})*+\s*+")
_POINTS = re.compile(rf"\s*+{_NUMBER}(?>\s*+,?\s*+{_NUMBER})*+\s*+")
_PATH = re.compile(rf"(?>[\s,]*+(?:[MmLlHhVvCcSsQqTtAaZz]|{_NUMBER}))*+[\s,]*+")


def _exactly(count: int) -> str:
    return rf"\s*+{_NUMBER}(?>\s*+,?\s*+{_NUMBER}){{{count - 1}}}\s*+"


_CALLS = "|".join(
    rf"{name}\s*+\((?:{'|'.join(_exactly(count) for count in counts)})\)"
    for name, counts in {
        "matrix": (6,),
        "translate": (1, 2),
        "scale": (1, 2),
        "rotate": (1, 3),
        "skew[XY]": (1,),
    }.items()
)
_TRANSFORM = re.compile(rf"\s*+(?:(?:{_CALLS})\s*+,?\s*+)*+")
_COLOUR = re.compile(
    rf"#(?:[0-9a-fA-F]{{3,4}}|[0-9a-fA-F]{{6}}|[0-9a-fA-F]{{8}})|none|transparent|currentColor|{'|'.join(colormap)}"
    r"|rgb\((?:\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}|\s*\d{1,3}%\s*,\s*\d{1,3}%\s*,\s*\d{1,3}%)\s*\)"
    r"|rgba\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*(?:[01]|[01]?\.\d+)\s*\)|hsl\(\s*\d{1,3}\s*,\s*\d{1,3}%\s*,\s*\d{1,3}%\s*\)"
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
            """width height x1 y1 x2 y2 cx cy r rx ry offset stroke-width opacity fill-opacity stroke-opacity stop-opacity
            font-size letter-spacing""",
        ),
        _ONE,
    ),
    **dict.fromkeys(("x", "y", "dx", "dy", "stroke-dasharray"), _LENGTHS),
    **dict.fromkeys(("viewBox", "points"), _POINTS),
    **dict.fromkeys(("fill", "stroke", "stop-color"), _COLOUR),
    **dict.fromkeys(("transform", "gradientTransform"), _TRANSFORM),
    **dict.fromkeys(
        ("stroke-linecap", "stroke-linejoin", "fill-rule", "font-weight", "text-anchor", "role", "gradientUnits"),
        _KEYWORD,
    ),
    "clip-path": _REFERENCE,
    "d": _PATH,
    "font-family": _FONTS,
    "id": _ANY,
}
"""The allowed values of each attribute; an attribute with any other value is removed."""

_HIDES = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:fill-)?opacity\s*:\s*0*\.?0*%?(?![\d.])"
    r"|font-size\s*:\s*0*\.?0*(?![\d.]))"
)


_VISIBILITY = frozenset({"display", "visibility", "mask", "filter", "mix-blend-mode", "clip-path", "opacity", "fill", "fill-opacity", "font-size", "transform", "letter-spacing"})  # fmt: skip
"""The properties that decide whether words are visible."""

_NEUTRAL = frozenset({"inline", "block", "visible", "none", "normal", "inherit", "auto"})
"""The values of these properties that change nothing, and are removed."""

MAX_DEPTH = 200
"""The deepest nesting of elements that is read."""


class UnseenWords(ValueError):
    """Words of a drawing that may be invisible: their line, the words, and why."""

    def __init__(self, line: int, words: str, why: str) -> None:
        super().__init__(why)
        self.line, self.words = line, words


def clean(text: str, *, for_client: bool = False) -> bytes:
    """The visible part of a drawing.

    Raises ValueError with the reason for a drawing that cannot be cleaned, and UnseenWords for a client's drawing with
    words that may be invisible.
    """
    root, lines = _read(text)
    if root.tag != f"{_SVG}svg":
        raise ValueError("it contains no drawing")
    sheets = ["".join(style.itertext()) for style in root.iter(f"{_SVG}style")]
    if any(_HIDES.search(sheet) for sheet in sheets):
        raise ValueError("its style sheet hides parts of it, which would become visible; remove those parts")
    changed: dict[Element, str] = {}
    _reduce(root, changed, seen=True)
    _number_ids(root)
    if for_client and (words := " ".join(" ".join(root.itertext()).split())):
        if any(sheet.strip() for sheet in sheets):
            raise UnseenWords(1, words, "their look depends on a style sheet; export the drawing without one")
        for element, reason in changed.items():
            if any(one.strip() for one in element.itertext()):
                raise UnseenWords(lines[element], " ".join("".join(element.itertext()).split()), reason)
        try:
            svg_words.check(root)
        except svg_words.Unseen as unseen:
            raise UnseenWords(lines[unseen.element], unseen.words, unseen.why) from None
    ElementTree.register_namespace("", _SVG[1:-1])
    cleaned: bytes = ElementTree.tostring(root, encoding="utf-8")
    return cleaned


def _read(text: str) -> tuple[Element, dict[Element, int]]:
    """The root element of a drawing, and the line on which each element begins."""
    builder, lines, depth = ElementTree.TreeBuilder(), dict[Element, int](), 0
    parser = expat.ParserCreate(namespace_separator="}")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError(f"its elements are more than {MAX_DEPTH} levels deep")
        qualified = {_qualified(key): value for key, value in attributes.items()}
        lines[builder.start(_qualified(name), qualified)] = parser.CurrentLineNumber

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_qualified(name))

    def declared(*_: object) -> None:
        raise ValueError("it declares a document type; remove that line")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = builder.data, declared
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return builder.close(), lines


def _qualified(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _reduce(element: Element, changed: dict[Element, str], *, seen: bool) -> None:
    """Remove everything from an element and its children but shapes and visible words.

    Elements that look different afterwards are added to `changed`, each with the reason.
    """
    name = element.tag.removeprefix(_SVG)
    seen = seen and name not in _INVISIBLE
    attributes = {**element.attrib, **dict(_style_declarations(element.get("style", "")))}
    element.attrib.clear()
    element.attrib |= {
        key: value for key, value in attributes.items() if key in _VALUES and _VALUES[key].fullmatch(value)
    }
    shows_text = seen and name in _TEXT_ELEMENTS
    ignored = {
        key: value.strip() for key, value in attributes.items() if key in _VISIBILITY and key not in element.attrib
    }
    if ignored := {key: value for key, value in ignored.items() if value not in _NEUTRAL}:
        key, value = next(iter(ignored.items()))
        changed[element] = f"the effect of '{key}: {value[:40]}' on them is unknown"
    if not shows_text:
        element.text = None
    for child in list(element):
        tail = child.tail if shows_text else None
        kind = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
        if kind not in _SHAPES or _hidden(child) or (kind in _TEXT_ELEMENTS and not seen):
            _drop(element, child, tail)
        else:
            child.tail = tail
            _reduce(child, changed, seen=seen)


def _drop(parent: Element, child: Element, tail: str | None) -> None:
    index = list(parent).index(child)
    parent.remove(child)
    if tail and index:
        parent[index - 1].tail = (parent[index - 1].tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail


def _style_declarations(style: str) -> Iterator[tuple[str, str]]:
    """The declarations of a `style` attribute, as attributes."""
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if value:
            yield name.strip(), value.replace("!important", "").strip()


def _hidden(element: Element) -> bool:
    declarations = ";".join(f"{name}:{value}" for name, value in element.attrib.items() if name != "style")
    return _HIDES.search(f"{declarations};{element.get('style', '')}") is not None


def _number_ids(root: Element) -> None:
    """Replace the ids that something in the drawing refers to by numbers, and remove the others."""
    used = [
        match["of"]
        for element in root.iter()
        for name in ("fill", "stroke", "clip-path")
        if (match := re.fullmatch(r"url\(#(?P<of>.*)\)", element.get(name, ""))) is not None
    ]
    numbered = {name: f"a{number}" for number, name in enumerate(dict.fromkeys(used), 1)}
    for element in root.iter():
        if (own := element.attrib.pop("id", None)) in numbered:
            element.set("id", numbered[str(own)])
        for name in ("fill", "stroke", "clip-path"):
            if (match := re.fullmatch(r"url\(#(?P<of>.*)\)", element.get(name, ""))) is not None:
                element.set(name, f"url(#{numbered[match['of']]})")
