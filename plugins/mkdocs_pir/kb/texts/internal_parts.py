"""What is internal leaves the tree of a text before anything is written: blocks, what stands under headings, notes."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Iterable, Iterator, Mapping

from mkdocs_pir.kb.texts import sanitise

HEADINGS = {"h3": 3, "h4": 4, "h5": 5, "h6": 6}
"""The headings within a section, with their levels."""


class InternalParts:
    """The internal parts of one text. `found` are their contents, each with a mark where it stood.

    `below` are the elements that stood under an internal heading, `blocks` those of internal blocks.
    """

    def __init__(self) -> None:
        self.found: list[etree.Element] = []
        self.below: set[etree.Element] = set()
        self.blocks: set[etree.Element] = set()
        self._marks: set[etree.Element] = set()

    def take_out(self, parent: etree.Element) -> None:
        """Take the internal blocks, and what stands under internal headings, out of a tree, and leave marks for them."""
        kept: list[etree.Element] = []
        taken: list[etree.Element] = []
        cut: etree.Element | None = None
        level = 0
        for child in list(parent):
            depth = HEADINGS.get(child.tag, 0)
            # the notes of the whole text stand at its end, under no heading of it
            if cut is not None and (0 < depth <= level or _is_notes(child)):
                cut = None
            if depth and cut is None and child.get("audience") == "internal":
                level, cut = depth, etree.Element("div")
                kept.append(self._mark(cut, ""))
                taken.append(cut)
            child.attrib.pop("audience", None)
            if cut is not None:
                self.below.add(child)
                cut.append(child)
            elif child.tag == sanitise.INTERNAL and child not in self._marks:
                self.blocks.add(child)
                inner = etree.Element("div")
                inner.text, inner[:] = child.text, list(child)
                mark = self._mark(inner, child.get("title", ""))
                mark.tail = child.tail
                kept.append(mark)
                taken.append(inner)
            else:
                kept.append(child)
        parent[:] = kept
        for child in (*taken, *(one for one in kept if one not in self._marks)):
            self.take_out(child)

    def take_out_notes(self, root: etree.Element) -> None:
        """Leave only the footnotes that the visible text leads to; those that only an internal part leads to join it."""
        box = next((e for e in root.iter("div") if _is_notes(e)), None)
        notes = box.find("ol") if box is not None else None
        if box is None or notes is None:
            return
        items = {f"#{item.get('id')}": item for item in notes}
        seen = _reached(_references(root, but=box), items)
        inside = _reached([href for part in self.found for href in _references(part)], items) - seen
        kept = [item for href, item in items.items() if href in seen]
        if moved := [item for href, item in items.items() if href in inside]:
            content = etree.Element("div")
            etree.SubElement(etree.SubElement(content, "div", {"class": "footnote"}), "ol")[:] = moved
            root.append(self._mark(content, ""))
        notes[:] = kept
        if not kept:
            parent = next(e for e in root.iter() if box in list(e))
            parent.remove(box)

    def _mark(self, content: etree.Element, title: str) -> etree.Element:
        """What stands where a part was taken out. A writer can give no attribute to it."""
        self.found.append(content)
        attributes = {sanitise.PART: str(len(self.found) - 1), **({"title": title} if title else {})}
        mark = etree.Element(sanitise.INTERNAL, attributes)
        self._marks.add(mark)
        return mark


def _is_notes(element: etree.Element) -> bool:
    """Whether an element is the box of all notes, which nothing that a writer marks can pose as."""
    first = element.find("ol/li") if element.tag == "div" and element.get("class") == "footnote" else None
    return first is not None and first.get("id", "").startswith("fn:")


def _references(element: etree.Element, but: etree.Element | None = None) -> Iterator[str]:
    if element is but:
        return
    if element.tag == "a" and element.get("class") == "footnote-ref":
        yield element.get("href", "")
    for child in element:
        yield from _references(child, but)


def _reached(first: Iterable[str], items: Mapping[str, etree.Element]) -> set[str]:
    """The notes that some references lead to, and those that these notes lead to."""
    seen: set[str] = set()
    waiting = [href for href in first if href in items]
    while waiting:
        href = waiting.pop()
        if href not in seen:
            seen.add(href)
            waiting += [one for one in _references(items[href]) if one in items]
    return seen
