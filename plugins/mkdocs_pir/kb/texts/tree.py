"""The canonical HTML of a text as a tree: reading it, and writing it in one form.

The input was written by nh3 or by `write`: every element is closed, every attribute is quoted, and elements contain
only elements and text. So reading and writing it again gives the same characters.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
"""Elements without an end tag."""

BLOCKS = frozenset(
    {"blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr"}
    | {"li", "ol", "p", "pre", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "pir-internal"}
)
"""Elements that begin a new line."""

CODE = frozenset({"code", "pre", "kbd", "samp"})
"""Elements whose text is shown with its line breaks and spaces."""

MAX_DEPTH = 100
"""The maximum depth of elements; the deepest accepted lists and quotations have less."""


@dataclass(slots=True, eq=False)
class Element:
    """An element of the canonical HTML; the root has no name."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """This element and every one below it, in order."""
        following = [self]
        while following:
            element = following.pop()
            yield element
            following += [child for child in reversed(element.children) if isinstance(child, Element)]

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)
            if len(self.open) > MAX_DEPTH:
                raise RecursionError

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].name == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        children = self.open[-1].children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)


def read(html: str) -> Element:
    """The tree of canonical HTML. Raises RecursionError if it is deeper than `MAX_DEPTH`."""
    if "<" not in html and "&" not in html:
        return Element("", {}, [html] if html else [])
    if (root := _canonical(html)) is not None:
        return root
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


_TAG = re.compile(r'<(?:/([a-z][a-z0-9-]*)|([a-z][a-z0-9-]*)((?: [a-z][a-z0-9-]*="[^"]*")*))>')
_ATTRIBUTE = re.compile(r' ([a-z][a-z0-9-]*)="([^"]*)"')
_PLAIN_TEXT = frozenset({"script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "plaintext"})
"""Elements in which a parser of HTML sees no tags."""


def _canonical(html: str) -> Element | None:
    """The tree of HTML in which every tag is written as `write` does it; None for any other, which the parser reads.

    The parser of Python takes five times as long.
    """
    root = Element("")
    open_, last = [root], 0
    for match in _TAG.finditer(html):
        children = open_[-1].children
        if match.start() > last:
            words = html[last : match.start()]
            if "<" in words:
                return None
            children.append(unescape(words) if "&" in words else words)
        last = match.end()
        end, name, attributes = match.groups()
        if end:
            if len(open_) == 1 or open_.pop().name != end:
                return None
            continue
        if name in _PLAIN_TEXT:
            return None
        element = Element(name)
        if attributes:
            pairs = _ATTRIBUTE.findall(attributes)
            element.attributes = {key: unescape(value) if "&" in value else value for key, value in pairs}
        children.append(element)
        if name not in VOID:
            open_.append(element)
            if len(open_) > MAX_DEPTH:
                raise RecursionError
    if "<" in (rest := html[last:]) or len(open_) > 1:
        return None
    if rest:
        root.children.append(unescape(rest) if "&" in rest else rest)
    return root


def write(element: Element) -> str:
    """The canonical HTML of an element with its tags, or of the content of the root."""
    out: list[str] = []
    _write(element, out)
    return "".join(out)


def _write(element: Element, out: list[str]) -> None:
    if element.name:
        out.append(f"<{element.name}")
        out += [f' {name}="{_quoted(value)}"' for name, value in element.attributes.items()]
        out.append(">")
        if element.name in VOID:
            return
    for child in element.children:
        if isinstance(child, str):
            out.append(text(child))
        else:
            _write(child, out)
    if element.name:
        out.append(f"</{element.name}>")


def text(words: str) -> str:
    """Words escaped as the text of an element."""
    return escape(words, quote=False).replace("\xa0", "&nbsp;")


def _quoted(value: str) -> str:
    return value.replace("&", "&amp;").replace("\xa0", "&nbsp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")  # fmt: skip


def plain(element: Element, without: Container[str] = (), *, ticks: bool = False) -> str:
    """The words that a reader sees: a line per paragraph, item and row, with ` · ` between cells and numbered steps.

    Elements whose names are in `without` are left out. `ticks` puts backticks around code inside a line.
    """
    lines: list[str] = [""]
    _plain(element, lines, without, ticks)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _plain(element: Element, lines: list[str], without: Container[str], ticks: bool) -> None:
    if element.name in BLOCKS or element.name == "br":
        _new_line(lines)
    if element.name == "a" and not {"footnote-ref", "footnote-backref"}.isdisjoint(element.classes):
        # the number of a footnote, which would read as part of the word before it, and the arrow back
        return
    if element.name == "img":
        lines[-1] += element.attributes.get("alt", "")
    elif element.name == "a" and not element.children:
        # the words of a link to a record are its id until an edition resolves it
        lines[-1] += element.attributes.get("data-ref", "")
    elif element.name in ("td", "th") and lines[-1].strip():
        lines[-1] = f"{lines[-1].rstrip()} · "
    number = _first(element) if element.name == "ol" else 0
    for child in element.children:
        if not isinstance(child, str):
            if child.name in without:
                continue
            if number and child.name == "li":
                _new_line(lines)
                lines[-1] = f"{number}. "
                number += 1
            tick = "`" if ticks and child.name == "code" and element.name != "pre" else ""
            lines[-1] += tick
            _plain(child, lines, without, ticks)
            lines[-1] += tick
        elif element.name == "pre" or lines[-1] or child.strip():
            _words(child, lines, as_typed=element.name in CODE)
    if element.name in BLOCKS:
        _new_line(lines)


def _first(numbered: Element) -> int:
    """The number of the first item of a list; 0 for footnotes and for lists with letters."""
    if numbered.attributes.get("type", "1") != "1" or any(_is_note(one) for one in numbered.children):
        return 0
    start = numbered.attributes.get("start", "1")
    return int(start) if start.isdigit() else 1


def _is_note(item: Element | str) -> bool:
    return isinstance(item, Element) and item.attributes.get("id", "").startswith("fn:")


def _words(words: str, lines: list[str], *, as_typed: bool) -> None:
    first, *others = words.split("\n")
    lines[-1] += first
    for other in others:
        if as_typed:
            lines.append(other)
        else:
            lines[-1] = f"{lines[-1].rstrip()} {other.lstrip()}" if other.strip() else f"{lines[-1].rstrip()} "


def _new_line(lines: list[str]) -> None:
    # the number of a step stays on the line of its first words
    if lines[-1].strip() and not _NUMBER.fullmatch(lines[-1]):
        lines.append("")
    elif not _NUMBER.fullmatch(lines[-1]):
        lines[-1] = ""


_NUMBER = re.compile(r"\d{1,5}\. ")
