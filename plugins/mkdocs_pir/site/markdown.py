"""Markdown of records to safe HTML: ids become links, never inside code; then an allow-list decides what stays.

Each text is rendered by itself, so an unclosed element, a footnote or a link definition cannot reach the next one.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape
from msgspec import Struct
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block

from mkdocs_pir.kb.body import mentions
from mkdocs_pir.site.sanitise import EXTERNAL, clean
from mkdocs_pir.site.targets import Target, Targets, source_of
from mkdocs_pir.site.urls import relative

EXTENSIONS: tuple[str, ...] = (
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "sane_lists",
    "tables",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.inlinehilite",
    "pymdownx.superfences",
    "pymdownx.tasklist",
)
"""What record bodies may use when nothing else is said."""

CONFIGS: Mapping[str, Mapping[str, Any]] = {
    "tables": {"use_align_attribute": True},
    "pymdownx.highlight": {"use_pygments": True, "guess_lang": False},
    "pymdownx.tasklist": {"custom_checkbox": False},
    "pymdownx.tabbed": {"alternate_style": True},
}
"""Without these the extensions would write inline styles, which the pages' security policy forbids, or plain boxes."""

_SEPARATOR = "\x1f"
_PIPED = re.compile(r"\[\[([^\[\]|\n]{1,80})\|([^\[\]\n]{1,200})\]\]")
_WIKI = rf"\[\[([^\[\]|{_SEPARATOR}\n]{{1,80}})(?:{_SEPARATOR}([^\[\]{_SEPARATOR}\n]{{1,200}}))?\]\]"
_MARKED = re.compile(r"[*_`\[\]<>&\\!~^=+|\n:{}#]|https?:")
_NEVER_LINKED = frozenset({"a", "code", "pre", "kbd", "script", "style"})


class Place(Struct, frozen=True):
    """Where a text stands: the page's path, what its ids begin with, and the page's own anchors."""

    path: str
    prefix: str = ""
    anchors: frozenset[str] = frozenset()


class RecordMarkdown:
    """Renders the texts of one edition. Not for use by several threads at once."""

    def __init__(
        self,
        targets: Targets,
        *,
        internal: bool,
        extensions: Sequence[str] = EXTENSIONS,
        configs: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._links = _Links(targets)
        given = dict(configs or {})
        self._markdown = Markdown(
            extensions=[*extensions, self._links, _Inside(show=internal)],
            extension_configs={
                name: {**CONFIGS.get(name, {}), **given.get(name, {})}
                for name in extensions
                if name in CONFIGS or name in given
            },
        )

    def block(self, text: str, place: Place) -> Markup:
        """A text of several paragraphs, tables, lists and code."""
        if not text.strip():
            return Markup()
        self._links.place = place
        self._markdown.reset()
        raw = self._markdown.convert(_PIPED.sub(rf"[[\1{_SEPARATOR}\2]]", text.replace(_SEPARATOR, "")))
        return Markup(clean(raw, place.prefix).replace(_SEPARATOR, "|"))

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
        for start, end, target in self._links.bare(text, place):
            out += [escape(text[last:start]), _anchor(target, text[start:end], place)]
            last = end
        return Markup("").join([*out, escape(text[last:])])


def _anchor(target: Target, text: str, place: Place) -> Markup:
    return Markup('<a class="pir-id" href="{}" title="{}">{}</a>').format(
        relative(place.path, target.path), target.label, text
    )


class _Links(Extension):
    """Wiki links, links to record files, bare ids; and what the allow-list cannot decide: where a link leads."""

    def __init__(self, targets: Targets) -> None:
        super().__init__()
        self.targets = targets
        self.place = Place("")

    def extendMarkdown(self, md: Markdown) -> None:
        md.inlinePatterns.register(_WikiLink(_WIKI, md, self), "pir-wiki", 185)
        # after all text has become elements (20), before escapes are resolved (0)
        md.treeprocessors.register(_Tree(md, self), "pir-links", 5)

    def bare(self, text: str, place: Place) -> Iterator[tuple[int, int, Target]]:
        """The ids in a text that lead to another place than the page itself."""
        if "-" not in text and "/" not in text:
            return
        for mention in mentions(text, in_code=True):
            target = self.targets.find(mention.target) if mention.form == "bare" else None
            if target is not None and target.path != place.path:
                yield mention.start, mention.end, target

    def element(self, target: Target, text: str) -> etree.Element:
        link = etree.Element("a", {"class": "pir-id", "href": relative(self.place.path, target.path)})
        link.set("title", target.label)
        link.text = text
        return link


class _WikiLink(InlineProcessor):
    def __init__(self, pattern: str, md: Markdown, links: _Links) -> None:
        super().__init__(pattern, md)
        self.links = links

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[etree.Element | str, int, int]:  # type: ignore[override]
        id_, text = m[1].strip(), (m[2] or "").strip()
        target = self.links.targets.find(id_)
        if target is None:
            return text or id_, m.start(0), m.end(0)
        shown = text or (id_ if target.coded else target.label)
        return self.links.element(target, shown), m.start(0), m.end(0)


class _Tree(Treeprocessor):
    def __init__(self, md: Markdown, links: _Links) -> None:
        super().__init__(md)
        self.links = links

    def run(self, root: etree.Element) -> None:
        self._visit(root)

    def _visit(self, parent: etree.Element) -> None:
        for child in list(parent):
            self._own(child)
            if child.tag not in _NEVER_LINKED:
                self._visit(child)
            elif child.tag == "a":
                for image in child.iter("img"):
                    self._image(image)
            if child.tag == "table":
                self._wrap(parent, child)
        if isinstance(parent.tag, str) and parent.tag not in _NEVER_LINKED:
            self._link_ids(parent)

    def _own(self, element: etree.Element) -> None:
        """Links and images lead to pages and files of the site; names are kept apart from the page's own."""
        prefix = self.links.place.prefix
        if element.tag == "a":
            self._link(element)
        elif element.tag == "img":
            self._image(element)
        for name in ("for", "name"):
            if (value := element.get(name)) is not None:
                element.set(name, prefix + value)

    def _link(self, element: etree.Element) -> None:
        href, place = element.get("href", ""), self.links.place
        if href.startswith("#"):
            if href[1:] not in place.anchors and element.get("class") != "pir-id":
                element.set("href", f"#{place.prefix}{href[1:]}")
        elif EXTERNAL.match(href):
            element.set("rel", "noopener")
        elif element.get("class") != "pir-id":
            path, mark, fragment = href.partition("#")
            source = source_of(place.path)
            if path.endswith(".md"):
                target = self.links.targets.of_source(source, path)
                found = target.path if target is not None else None
                if target is not None and not element.get("title"):
                    element.set("title", target.label)
            else:
                found = self.links.targets.file(source, path)
                if found is None and mark:
                    # a file may have the sign in its name
                    found, mark, fragment = self.links.targets.file(source, href), "", ""
            if found is None:
                # what this edition does not hold is said, but leads nowhere
                element.tag = "span"
                element.attrib.pop("href", None)
                element.attrib.pop("title", None)
            else:
                element.set("href", relative(place.path, found) + mark + fragment)

    def _image(self, element: etree.Element) -> None:
        src, place = element.get("src", ""), self.links.place
        found = None if EXTERNAL.match(src) else self.links.targets.file(source_of(place.path), src)
        if found is None:
            element.tag, element.text = "em", element.get("alt", "")
            element.attrib.clear()
        else:
            element.set("src", relative(place.path, found))
            element.set("loading", "lazy")

    def _wrap(self, parent: etree.Element, table: etree.Element) -> None:
        """A box for a table, which scrolls by itself where a phone is too narrow for it."""
        index = list(parent).index(table)
        box = etree.Element("div", {"class": "pir-scroll", "tabindex": "0"})
        box.tail, table.tail = table.tail, None
        table.set("class", "pir-table pir-table--text")
        parent.remove(table)
        box.append(table)
        parent.insert(index, box)

    def _link_ids(self, element: etree.Element) -> None:
        for child in list(element):
            if child.tail:
                pieces = self._pieces(child.tail)
                child.tail = pieces[0]
                index = list(element).index(child)
                for offset, piece in enumerate(pieces[1:], 1):
                    element.insert(index + offset, piece)
        if element.text:
            pieces = self._pieces(element.text)
            element.text = pieces[0]
            for offset, piece in enumerate(pieces[1:]):
                element.insert(offset, piece)

    def _pieces(self, text: str) -> tuple[str, *tuple[etree.Element, ...]]:
        """The text before the first id, then a link an id with the text that follows it."""
        before, last = "", 0
        links: list[etree.Element] = []
        for start, end, target in self.links.bare(text, self.links.place):
            if links:
                links[-1].tail = text[last:start]
            else:
                before = text[:start]
            links.append(self.links.element(target, text[start:end]))
            last = end
        if not links:
            return (text,)
        links[-1].tail = text[last:]
        return (before, *links)


class _InsideBlock(Block):  # type: ignore[misc]
    """`/// internal` … `///`: for the provider's eyes only. A client's edition was cut before; here it is cut again."""

    NAME = "internal"
    ARGUMENT = None
    CONFIG: ClassVar[dict[str, Any]] = {"show": [False, "Whether the edition shows it"]}

    def on_create(self, parent: etree.Element) -> etree.Element:
        box = etree.SubElement(parent, "div", {"class": "pir-inside"})
        title = etree.SubElement(box, "p", {"class": "pir-inside__title"})
        title.text = self.argument or "Inside the provider only"
        return box

    def on_end(self, block: etree.Element) -> None:
        if not self.config["show"]:
            block.clear()


class _Inside(BlocksExtension):  # type: ignore[misc]
    def __init__(self, *, show: bool) -> None:
        self.config = {"show": [show, "Whether the edition shows it"]}
        super().__init__()

    def extendMarkdownBlocks(self, md: Markdown, block_mgr: Any) -> None:
        block_mgr.register(_InsideBlock, self.getConfigs())
