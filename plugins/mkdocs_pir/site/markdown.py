"""The texts of records as HTML of a page: references become links, images their files, ids their own.

A text comes in the one form that `kb/texts` makes of it, sanitised and with its references open; here it is only
walked. What is internal is shown in a box, in the internal edition alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape
from msgspec import Struct

from mkdocs_pir.kb.body import mentions
from mkdocs_pir.kb.texts import Texts, tree
from mkdocs_pir.kb.texts.sanitise import EXTERNAL, INTERNAL, REFERENCE
from mkdocs_pir.kb.texts.tree import Element
from mkdocs_pir.site.targets import Target, Targets, source_of
from mkdocs_pir.site.urls import relative

_MARKED = re.compile(r"[*_`\[\]<>&\\!~^=+|\n:{}#]|https?:")
_NEVER_LINKED = frozenset({"a", "code", "pre", "kbd"})

Children = list[Element | str]


class Place(Struct, frozen=True):
    """Where a text stands: the page's path, what its ids begin with, and the page's own anchors."""

    path: str
    prefix: str = ""
    anchors: frozenset[str] = frozenset()


class RecordMarkdown:
    """Renders the texts of one edition. Not for use by several threads at once."""

    def __init__(self, targets: Targets, *, internal: bool, texts: Texts | None = None) -> None:
        self._targets = targets
        self._internal = internal
        self._texts = texts or Texts()

    def block(self, text: str, place: Place) -> Markup:
        """A text of several paragraphs, tables, lists and code."""
        whole = tree.read(self._texts.read(text).html)
        whole.children = self._children(whole, place)
        return Markup(tree.write(whole))

    def inline(self, text: str, place: Place) -> Markup:
        """A text of one paragraph, without the paragraph's own element."""
        if not _MARKED.search(text):
            return self._plain(text, place)
        html = self.block(text, place).strip()
        if html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1:
            return Markup(html[3:-4])
        return html

    def _plain(self, text: str, place: Place) -> Markup:
        """The shortcut for text without any Markdown in it: only ids become links."""
        out, last = [], 0
        for start, end, target in self._bare(text, place):
            link = tree.write(_link_to(target, [text[start:end]], place))
            out += [escape(text[last:start]), Markup(link)]
            last = end
        return Markup("").join([*out, escape(text[last:])])

    def _bare(self, text: str, place: Place) -> Iterator[tuple[int, int, Target]]:
        """The ids in a text that lead to another place than the page itself."""
        if "-" not in text and "/" not in text:
            return
        for mention in mentions(text, in_code=True):
            target = self._targets.find(mention.target) if mention.form == "bare" else None
            if target is not None and target.path != place.path:
                yield mention.start, mention.end, target

    def _children(self, parent: Element, place: Place, *, links: bool = True) -> Children:
        """What an element holds, as its page shows it. `links` is off where ids are no links."""
        links = links and parent.name not in _NEVER_LINKED
        out: Children = []
        for child in parent.children:
            if isinstance(child, str):
                out += self._with_links(child, place) if links else [child]
            elif child.name == INTERNAL:
                out += self._inside(child, place) if self._internal else []
            elif REFERENCE in child.attributes:
                out.append(self._reference(child, place))
            else:
                child.children = self._children(child, place, links=links)
                out.append(self._own(child, place))
        return out

    def _with_links(self, text: str, place: Place) -> Iterator[Element | str]:
        last = 0
        for start, end, target in self._bare(text, place):
            yield text[last:start]
            yield _link_to(target, [text[start:end]], place)
            last = end
        yield text[last:]

    def _inside(self, element: Element, place: Place) -> Children:
        """What stays inside, in a box that says so; under a heading alone the heading says it."""
        title = element.attributes.get("title") or "Inside the provider only"
        words = Element("p", {"class": "pir-inside__title"}, [title])
        return [Element("div", {"class": "pir-inside"}, [words, *self._children(element, place)])]

    def _reference(self, element: Element, place: Place) -> Element | str:
        id_ = element.attributes[REFERENCE]
        words: Children = [child for child in element.children if child]
        target = self._targets.find(id_)
        if target is None:
            return tree.plain(element) or id_
        return _link_to(target, words or [id_ if target.coded else target.label], place)

    def _own(self, element: Element, place: Place) -> Element:
        """Links and images lead to pages and files of the site; names are kept apart from the page's own."""
        if element.name == "a":
            element = self._link(element, place)
        elif element.name == "img":
            element = self._image(element, place)
        for name in ("id", "for", "name"):
            if name in element.attributes:
                element.attributes[name] = place.prefix + element.attributes[name]
        if element.name == "table":
            element.attributes["class"] = "pir-table pir-table--text"
            # it scrolls by itself where a phone is too narrow for it
            return Element("div", {"class": "pir-scroll", "tabindex": "0"}, [element])
        return element

    def _link(self, element: Element, place: Place) -> Element:
        href = element.attributes.get("href", "")
        if href.startswith("#"):
            if href[1:] not in place.anchors:
                element.attributes["href"] = f"#{place.prefix}{href[1:]}"
        elif EXTERNAL.match(href):
            element.attributes["rel"] = "noopener"
        else:
            path, mark, fragment = href.partition("#")
            source = source_of(place.path)
            if path.endswith(".md"):
                target = self._targets.of_source(source, path)
                found = target.path if target is not None else None
                if target is not None:
                    element.attributes.setdefault("title", target.label)
            else:
                found = self._targets.file(source, path)
                if found is None and mark:
                    # a file may have the sign in its name
                    found, mark, fragment = self._targets.file(source, href), "", ""
            if found is None:
                # what this edition does not hold is said, but leads nowhere
                return Element("span", {}, element.children)
            element.attributes["href"] = relative(place.path, found) + mark + fragment
        return element

    def _image(self, element: Element, place: Place) -> Element:
        src = element.attributes.get("src", "")
        found = None if EXTERNAL.match(src) else self._targets.file(source_of(place.path), src)
        if found is None:
            alt = element.attributes.get("alt", "")
            return Element("em", {}, [alt] if alt else [])
        element.attributes["src"] = relative(place.path, found)
        element.attributes["loading"] = "lazy"
        return element


def _link_to(target: Target, words: Children, place: Place) -> Element:
    attributes = {"class": "pir-id", "href": relative(place.path, target.path), "title": target.label}
    return Element("a", attributes, words)
