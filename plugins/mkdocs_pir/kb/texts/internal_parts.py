"""Taking the internal parts out of the tree of a text: blocks, the content below headings, and footnotes."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Iterable, Iterator, Mapping

from mkdocs_pir.kb.texts import sanitise

HEADINGS = {"h3": 3, "h4": 4, "h5": 5, "h6": 6}
"""The headings inside a section, with their levels."""


class InternalParts:
    """The internal parts of one text. `contents` are their contents, each with a mark in the place of it.

    `below` are the elements below an internal heading, `blocks` those of internal blocks.
    """

    def __init__(self) -> None:
        self.contents: list[etree.Element] = []
        self.below: set[etree.Element] = set()
        self.blocks: set[etree.Element] = set()
        self._marks: set[etree.Element] = set()

    def take_out(self, parent: etree.Element) -> None:
        """Take internal blocks, and the content below internal headings, out of a tree, and leave marks in their place."""
        remaining: list[etree.Element] = []
        taken: list[etree.Element] = []
        part: etree.Element | None = None
        level = 0
        for child in list(parent):
            depth = HEADINGS.get(child.tag, 0)
            # the footnotes of the whole text are at its end, and belong to no heading
            if part is not None and (0 < depth <= level or _is_notes(child)):
                part = None
            if depth and part is None and child.get("audience") == "internal":
                level, part = depth, etree.Element("div")
                remaining.append(self._mark(part, ""))
                taken.append(part)
            child.attrib.pop("audience", None)
            if part is not None:
                self.below.add(child)
                part.append(child)
            elif child.tag == sanitise.INTERNAL and child not in self._marks:
                self.blocks.add(child)
                inner = etree.Element("div")
                inner.text, inner[:] = child.text, list(child)
                mark = self._mark(inner, child.get("title", ""))
                mark.tail = child.tail
                remaining.append(mark)
                taken.append(inner)
            else:
                remaining.append(child)
        parent[:] = remaining
        for child in (*taken, *(one for one in remaining if one not in self._marks)):
            self.take_out(child)

    def take_out_notes(self, root: etree.Element) -> None:
        """Keep only footnotes that the visible text refers to; move those that only internal parts refer to into these."""
        box = next((e for e in root.iter("div") if _is_notes(e)), None)
        notes = box.find("ol") if box is not None else None
        if box is None or notes is None:
            return
        items = {f"#{item.get('id')}": item for item in notes}
        seen = _reached(_references(root, without=box), items)
        inside = _reached([href for part in self.contents for href in _references(part)], items) - seen
        visible = [item for href, item in items.items() if href in seen]
        if moved := [item for href, item in items.items() if href in inside]:
            content = etree.Element("div")
            etree.SubElement(etree.SubElement(content, "div", {"class": "footnote"}), "ol")[:] = moved
            root.append(self._mark(content, ""))
        notes[:] = visible
        if not visible:
            parent = next(e for e in root.iter() if box in list(e))
            parent.remove(box)

    def _mark(self, content: etree.Element, title: str) -> etree.Element:
        """The mark in the place of a part that was taken out. Authors cannot write an element with its attribute."""
        self.contents.append(content)
        attributes = {sanitise.PART: str(len(self.contents) - 1), **({"title": title} if title else {})}
        mark = etree.Element(sanitise.INTERNAL, attributes)
        self._marks.add(mark)
        return mark


def _is_notes(element: etree.Element) -> bool:
    """Whether an element is the box of all footnotes, which an author cannot imitate."""
    first = element.find("ol/li") if element.tag == "div" and element.get("class") == "footnote" else None
    return first is not None and first.get("id", "").startswith("fn:")


def _references(element: etree.Element, without: etree.Element | None = None) -> Iterator[str]:
    if element is without:
        return
    if element.tag == "a" and element.get("class") == "footnote-ref":
        yield element.get("href", "")
    for child in element:
        yield from _references(child, without)


def _reached(first: Iterable[str], items: Mapping[str, etree.Element]) -> set[str]:
    """The footnotes that some references lead to, directly or through other footnotes."""
    seen: set[str] = set()
    queue = [href for href in first if href in items]
    while queue:
        href = queue.pop()
        if href not in seen:
            seen.add(href)
            queue += [one for one in _references(items[href]) if one in items]
    return seen
