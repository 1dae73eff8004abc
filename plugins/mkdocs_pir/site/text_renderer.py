"""Renders the texts of records as HTML of a page: references become links, and anchors get a prefix of their own.

A text was sanitised and filtered for its edition before; it contains references instead of addresses. What is internal
is shown in a box, in the internal edition only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape
from msgspec import Struct

from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.kb.texts.mentions import places
from mkdocs_pir.kb.texts.sanitise import INTERNAL, PATH, REFERENCE
from mkdocs_pir.kb.texts.tree import Element
from mkdocs_pir.site.link_targets import LinkTarget, LinkTargets
from mkdocs_pir.site.urls import relative

_NEVER_LINKED = frozenset({"a", "code", "pre", "kbd"})

Children = list[Element | str]

_LEFT_AS_IT_IS = re.compile(r"(?:[^<]++|</?(?:b|blockquote|br|code|del|em|hr|i|li|ol|p|pre|strong|ul)>)*+")
"""HTML of elements without attributes that every page shows as they are."""


class TextPlace(Struct, frozen=True):
    """The position of a text: the path of its page, the prefix of its anchors, and the page's own anchors."""

    path: str
    prefix: str = ""
    anchors: frozenset[str] = frozenset()


class TextRenderer:
    """Renders the texts of one edition. Not thread-safe."""

    def __init__(self, targets: LinkTargets, *, internal: bool) -> None:
        self._targets = targets
        self._internal = internal

    def block(self, text: str, place: TextPlace) -> Markup:
        """The HTML of a text with paragraphs, tables, lists and code; a plain string is split into paragraphs."""
        if not isinstance(text, Text):
            words = (one.strip() for one in text.split("\n\n"))
            return Markup("\n").join(Markup("<p>{}</p>").format(self._plain(one, place)) for one in words if one)
        if self._is_left(text.html, place):
            return Markup(text.html)
        whole = tree.read(text.html)
        whole.children = self._children(whole, place)
        return Markup(tree.write(whole))

    def inline(self, text: str, place: TextPlace) -> Markup:
        """The HTML of a text of one paragraph, without the `p` element."""
        if not isinstance(text, Text):
            return self._plain(text, place)
        html = self.block(text, place)
        if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
            return Markup(html[3:-4])
        return html

    def _is_left(self, html: str, place: TextPlace) -> bool:
        """Whether nothing in a text becomes a link or is changed otherwise, so that it need not be read."""
        if not _LEFT_AS_IT_IS.fullmatch(html):
            return False
        # an address ends at a sign that is written as an entity here
        return not ("://" in html and "&" in html) and next(self._bare(html, place), None) is None

    def _plain(self, text: str, place: TextPlace) -> Markup:
        """A plain text, escaped, in which only ids become links."""
        if next(self._bare(text, place), None) is None:
            return escape(str(text))
        out, last = [], 0
        for start, end, target in self._bare(text, place):
            link = tree.write(_link_to(target, [text[start:end]], place))
            out += [escape(text[last:start]), Markup(link)]
            last = end
        return Markup("").join([*out, escape(text[last:])])

    def _bare(self, text: str, place: TextPlace) -> Iterator[tuple[int, int, LinkTarget]]:
        """The start, end and target of each id in a text that leads to another page."""
        if "-" not in text and text.count("/") == text.count("</"):
            return
        for start, end in places(text):
            target = self._targets.find(text[start:end])
            if target is not None and target.path != place.path:
                yield start, end, target

    def _children(self, parent: Element, place: TextPlace, *, links: bool = True) -> Children:
        """The rendered children of an element. Without `links`, ids do not become links."""
        links = links and parent.name not in _NEVER_LINKED
        out: Children = []
        for child in parent.children:
            if isinstance(child, str):
                out += self._with_links(child, place) if links else [child]
            elif child.name == INTERNAL:
                out += self._inside(child, place) if self._internal else []
            elif REFERENCE in child.attributes:
                out += self._reference(child, place)
            else:
                child.children = self._children(child, place, links=links)
                out.append(self._own(child, place))
        return out

    def _with_links(self, text: str, place: TextPlace) -> Iterator[Element | str]:
        last = 0
        for start, end, target in self._bare(text, place):
            yield text[last:start]
            yield _link_to(target, [text[start:end]], place)
            last = end
        yield text[last:]

    def _inside(self, element: Element, place: TextPlace) -> Children:
        """An internal part of a text, in a box with a title."""
        title = element.attributes.get("title") or "Internal"
        words = Element("p", {"class": "pir-inside__title"}, [title])
        return [Element("div", {"class": "pir-inside"}, [words, *self._children(element, place)])]

    def _reference(self, element: Element, place: TextPlace) -> Children:
        id_, mark, fragment = element.attributes[REFERENCE].partition("#")
        target = self._targets.find(id_)
        if target is None:
            # this edition does not show that part of the record
            return element.children
        link = _link_to(target, element.children, place)
        link.attributes["href"] += mark + fragment
        link.attributes["title"] = element.attributes.get("title", target.label)
        return [link]

    def _own(self, element: Element, place: TextPlace) -> Element:
        """The element with links relative to the page and anchors with the prefix; a table gets a box that scrolls."""
        if element.name in ("a", "img"):
            element = self._leading(element, place)
        for name in ("id", "for", "name"):
            if name in element.attributes:
                element.attributes[name] = place.prefix + element.attributes[name]
        if element.name == "table":
            element.attributes["class"] = "pir-table pir-table--text"
            # scrolls on a phone that is too narrow for the table
            return Element("div", {"class": "pir-scroll", "tabindex": "0"}, [element])
        return element

    def _leading(self, element: Element, place: TextPlace) -> Element:
        attributes = element.attributes
        if (path := attributes.pop(PATH, None)) is not None:
            if not self._targets.holds(path.partition("#")[0]):
                # this edition does not have that page of the process
                return Element("span", {}, element.children)
            attributes["src" if element.name == "img" else "href"] = relative(place.path, path)
            if element.name == "img":
                attributes["loading"] = "lazy"
        elif (href := attributes.get("href", "")).startswith("#"):
            if href[1:] not in place.anchors:
                attributes["href"] = f"#{place.prefix}{href[1:]}"
        elif href:
            attributes["rel"] = "noopener"
        return element


def _link_to(target: LinkTarget, words: Children, place: TextPlace) -> Element:
    attributes = {"class": "pir-id", "href": relative(place.path, target.path), "title": target.label}
    return Element("a", attributes, words)
