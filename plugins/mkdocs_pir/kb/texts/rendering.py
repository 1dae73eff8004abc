"""Rendering Markdown to sanitised HTML in one canonical form, and finding its misreadings.

Python-Markdown builds a tree. Internal parts are taken out of the tree before it is written, and are sanitised as
separate documents. Each piece of raw HTML is sanitised, and then the whole again. Links to records stay references.
The result is the same for every edition.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

import msgspec
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import get_attrs_and_remainder
from markdown.htmlparser import HTMLExtractor
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import HtmlBlockPreprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX, AtomicString
from msgspec import Struct
from pymdownx.blocks import BlocksExtension
from pymdownx.blocks.block import Block

from mkdocs_pir.kb.texts import limits, misreadings, plain_blocks, sanitise, tree
from mkdocs_pir.kb.texts.extensions import DEFAULT, OPTIONS
from mkdocs_pir.kb.texts.internal_parts import HEADINGS, InternalParts
from mkdocs_pir.kb.texts.mentions import Mention, in_words, of_tree
from mkdocs_pir.kb.texts.misreadings import Misreading
from mkdocs_pir.kb.texts.raw_html import ENDS_ITSELF, RawHtml, unbalanced
from mkdocs_pir.kb.texts.text import NOTHING, Text

_SEPARATOR = "\x1f"
_PIPED = re.compile(r"\[\[([^\[\]|\n]{1,80})\|([^\[\]\n]{1,200})\]\]")
_WIKI = rf"\[\[([^\[\]|{_SEPARATOR}\n]{{1,80}})(?:{_SEPARATOR}([^\[\]{_SEPARATOR}\n]{{1,200}}))?\]\]"
_STASHED = re.compile(f"{STX}wzxhzdk:([0-9]+){ETX}")
_ESCAPED = re.compile(f"{STX}([0-9]+){ETX}")
_SIGNS = re.compile("[#/{!?:<＃／=-]")
_CODE = frozenset({"code", "pre", "kbd"})
NOT_OWN = frozenset({"blockquote", "code", "pre", "kbd", "samp"})
"""Elements with words of a machine or of somebody else than the author."""

_MARK_IN_CODE = re.compile(r"^[ \t>*+:.)\d-]*/{3,}[ \t]*(?:\w.*)?$|\{[^{}\n]*\baudience\b[^{}\n]*\}", re.M)
_DEFINITIONS = ("reference", "footnote", "abbr")


class Rendered(Struct, frozen=True):
    """The canonical form of a text, the words of its author, the records it mentions, and its misreadings."""

    text: Text
    own: str = ""
    mentions: tuple[Mention, ...] = ()
    misreadings: tuple[Misreading, ...] = ()


class _Encoded(Struct, frozen=True, array_like=True):
    plain: str
    html: str
    own: str
    mentions: tuple[Mention, ...]
    misreadings: tuple[Misreading, ...]


_DECODER = msgspec.msgpack.Decoder(_Encoded)


def encode(rendered: Rendered) -> bytes:
    """A rendered text as bytes."""
    text, own = rendered.text, rendered.own
    return msgspec.msgpack.encode(_Encoded(str(text), text.html, own, rendered.mentions, rendered.misreadings))


def decode(content: bytes) -> Rendered:
    """The rendered text that `encode` wrote."""
    of = _DECODER.decode(content)
    return Rendered(Text(of.plain, of.html), of.own, of.mentions, of.misreadings)


class MarkdownReader:
    """Renders texts with one set of extensions. Not thread-safe."""

    def __init__(self, extensions: Sequence[str] = ()) -> None:
        names = [*DEFAULT, *(name for name in extensions if name not in DEFAULT)]
        self._marks = _Marks()
        self._markdown = Markdown(
            extensions=[*names, self._marks, _Internal()],
            extension_configs={name: dict(OPTIONS[name]) for name in names if name in OPTIONS},
        )
        # it is asked for every element, and a list is slow to ask
        cast("Any", self._markdown).block_level_elements = frozenset(self._markdown.block_level_elements)
        self._fast = not extensions
        if self._fast:
            # before and after the inline patterns (20)
            self._markdown.treeprocessors.register(_MarkPlain(self._markdown), "pir-mark-plain", 20.1)
            self._markdown.treeprocessors.register(_UnmarkPlain(self._markdown), "pir-unmark-plain", 19.9)

    def quick(self, text: str) -> Rendered | None:
        """Render a text of plain words, which takes next to no time; None for any other."""
        text = text.strip("\n")
        if not text.strip():
            return Rendered(NOTHING)
        if not self._fast or (blocks := plain_blocks.read(text)) is None:
            return None
        html, words, pieces = ("\n".join(parts) for parts in zip(*blocks, strict=True))
        return Rendered(Text(words, html), words, tuple(in_words(pieces)))

    def render(self, text: str) -> Rendered:
        """Render a text."""
        if (quick := self.quick(text)) is not None:
            return quick
        text = text.strip("\n")
        if (beyond := limits.first_violation(text)) is not None:
            line, message, hint = beyond
            return Rendered(
                NOTHING, "", (), (Misreading(misreadings.LIMIT, text.split("\n")[line][:80], message, hint),)
            )
        try:
            return self._render(text)
        except RecursionError:
            message, hint = "elements are nested too deep", "use fewer levels"
            return Rendered(NOTHING, "", (), (Misreading(misreadings.LIMIT, text[:80], message, hint),))

    def _render(self, text: str) -> Rendered:
        marks, md = self._marks, self._markdown
        marks.begin()
        md.reset()
        lines = _PIPED.sub(rf"[[\1{_SEPARATOR}\2]]", text.replace(_SEPARATOR, "")).split("\n")
        for preprocessor in md.preprocessors:
            lines = preprocessor.run(lines)
        document: etree.ElementTree[etree.Element] = md.parser.parseDocument(lines)  # type: ignore[assignment]
        root = document.getroot()
        marks.refuse_open_blocks(md.parser.blockprocessors["blocks"])
        for treeprocessor in md.treeprocessors:
            if (changed := treeprocessor.run(root)) is not None:
                root = changed
        parts = InternalParts()
        parts.take_out(root)
        marks.refuse_definitions(parts)
        parts.take_out_notes(root)
        pieces = md.htmlStash.rawHtmlBlocks
        for number, piece in enumerate(pieces):
            pieces[number] = RawHtml.read(str(piece)).cleaned
        whole, *inside = (self._written(one) for one in (root, *parts.contents))
        _join(whole, inside)
        text = Text(tree.plain(whole), tree.write(whole))
        own = tree.plain(whole, NOT_OWN) if any(f"<{name}" in text.html for name in NOT_OWN) else str(text)
        return Rendered(text, own, tuple(of_tree(whole)), tuple(marks.misreadings))

    def _written(self, root: etree.Element) -> tree.Element:
        """A tree of Python-Markdown as a sanitised document."""
        md = self._markdown
        root.tag = md.doc_tag
        html = md.serializer(root).strip()
        html = html[html.index(">") + 1 : html.rindex("</")].strip() if html.endswith(f"</{md.doc_tag}>") else ""
        for postprocessor in md.postprocessors:
            html = postprocessor.run(html)
        return tree.read(sanitise.clean_whole(html.strip()).replace(_SEPARATOR, "|"))


def _join(whole: tree.Element, inside: Sequence[tree.Element]) -> None:
    """Put the internal parts back into the places from which they were taken."""
    for document in (whole, *inside):
        for element in document.walk():
            if element.name == sanitise.INTERNAL:
                part = element.attributes.pop(sanitise.PART, "")
                element.children = list(inside[int(part)].children) if part.isdigit() else []
            elif element.name == "pre" and element.children and isinstance(element.children[0], str):
                # browsers ignore the first line break in `pre`, so it is left out
                element.children[0] = element.children[0].lstrip("\n")
    _without_dead_anchors(whole)


def _without_dead_anchors(whole: tree.Element) -> None:
    """Remove the ids that nothing in the text links to, which would be invisible text in a page."""
    led_to = {e.attributes[name].removeprefix("#") for e in whole.walk() for name in ("href", "for") if name in e.attributes}  # fmt: skip
    for element in whole.walk():
        if element.attributes.get("id", "") not in led_to:
            element.attributes.pop("id", None)


class _Plain(AtomicString):
    """Words that inline patterns leave alone, which saves trying some twenty on each cell of a table."""


class _MarkPlain(Treeprocessor):
    def run(self, root: etree.Element) -> None:
        for element in root.iter():
            if type(element.text) is str and plain_blocks.PLAIN.fullmatch(element.text):
                element.text = _Plain(element.text)


class _UnmarkPlain(Treeprocessor):
    def run(self, root: etree.Element) -> None:
        # later processors pass by an AtomicString, such as that of abbreviations
        for element in root.iter():
            if type(element.text) is _Plain:
                element.text = str(element.text)


class _Marks(Extension):
    """Our extension of Python-Markdown: links to records, and misreadings."""

    def __init__(self) -> None:
        super().__init__()
        self.begin()

    def begin(self) -> None:
        self.misreadings: list[Misreading] = []
        self.definitions: list[tuple[etree.Element, etree.Element | None, str]] = []

    def extendMarkdown(self, md: Markdown) -> None:
        md.inlinePatterns.register(_WikiLink(_WIKI, md), "pir-wiki", 185)
        md.preprocessors.register(_BlockHtml(md, self), "html_block", 20)
        # after inline text became elements (20) and braces attributes (8), before escapes are resolved (0)
        md.treeprocessors.register(_Check(md, self), "pir-check", 5)
        attributes: Any = md.treeprocessors["attr_list"]
        attributes.assign_attrs = self._assign(attributes.assign_attrs)
        for name in _DEFINITIONS:
            processor: Any = md.parser.blockprocessors[name]
            processor.run = self._defined(processor)
        indented: Any = md.parser.blockprocessors["code"]
        indented.run = self._indented(indented)
        note: Any = md.parser.blockprocessors["footnote"]
        note.run = self._at_the_top(note)

    def _assign(self, assign: Callable[..., str]) -> Callable[..., str]:
        """Refuse attributes in braces that have no effect or another one than they seem to have."""

        def checked(element: etree.Element, written: str, *, strict: bool = False) -> str:
            given, rest = get_attrs_and_remainder(written)
            if strict and rest:
                return rest
            wrong = list(misreadings.of_attributes(given, element.tag, f"{{{written}}}"))
            self.misreadings += wrong
            return rest if wrong else assign(element, written, strict=strict)

        return checked

    def _defined(self, processor: Any) -> Callable[[etree.Element, list[str]], bool | None]:
        run = processor.run

        def noted(parent: etree.Element, blocks: list[str]) -> bool | None:
            written = blocks[0]
            before = list(parent)
            done: bool | None = run(parent, blocks)
            if done is not False:
                self.definitions.append((parent, before[-1] if before else None, written))
            return done

        return noted

    def _indented(self, processor: Any) -> Callable[[etree.Element, list[str]], bool | None]:
        """Refuse internal marks in lines that are code only because of their indentation."""
        run = processor.run

        def checked(parent: etree.Element, blocks: list[str]) -> bool | None:
            written = blocks[0]
            done: bool | None = run(parent, blocks)
            if done is not False and (match := _MARK_IN_CODE.search(written)):
                message = f"'{match[0].strip()}' is part of code here because of its indentation"
                hint = "indent it as the list or box requires, or put code between code fences"
                self.misreadings.append(Misreading(misreadings.MARK, match[0].strip(), message, hint))
            return done

        return checked

    def _at_the_top(self, processor: Any) -> Callable[[etree.Element, list[str]], bool | None]:
        """Refuse footnotes defined inside a list, quotation or box, where some of their lines could stay behind."""
        run = processor.run

        def checked(parent: etree.Element, blocks: list[str]) -> bool | None:
            written = blocks[0].strip().split("\n")[0]
            done: bool | None = run(parent, blocks)
            if done is not False and parent is not processor.parser.root:
                message = f"the footnote '{written[:40]}' is defined inside a list, quotation or box"
                hint = "define it below that, at the beginning of a line"
                self.misreadings.append(Misreading(misreadings.DEFINITION, written, message, hint))
            return done

        return checked

    def refuse_open_blocks(self, blocks: Any) -> None:
        """Refuse blocks that are never closed, which take the whole rest of the text."""
        for entry in blocks.stack:
            written = f"{'/' * entry.block.length} {entry.block.NAME}"
            message = f"the block '{written}' is not closed in its section"
            hint = f"end it with a line {'/' * entry.block.length} before the next heading"
            self.misreadings.append(Misreading(misreadings.OPEN, written, message, hint))

    def refuse_definitions(self, parts: InternalParts) -> None:
        """Refuse definitions inside internal parts, which would also apply to the text outside."""
        if not self.definitions:
            return
        inside = {element for part in parts.contents for element in part.iter()} | parts.blocks
        for parent, before, written in self.definitions:
            if parent in inside or before in parts.below:
                line = next((one for one in written.split("\n") if "]:" in one), written).strip()
                message = "a definition inside an internal part also applies to the text outside"
                hint = "write the address in the link itself, or move the definition or footnote outside"
                self.misreadings.append(Misreading(misreadings.DEFINITION, line, message, hint))


class _BlockHtml(HtmlBlockPreprocessor):
    """HTML at the beginning of a line, after which Python-Markdown also removes HTML from code: that is refused."""

    def __init__(self, md: Markdown, marks: _Marks) -> None:
        super().__init__(md)
        self.marks = marks

    def run(self, lines: list[str]) -> list[str]:
        marks = self.marks

        class Extractor(HTMLExtractor):
            def handle_empty_tag(self, data: str, is_block: bool) -> None:
                before = self.rawdata[self.line_offset : self.line_offset + self.offset] if self.intail else ""
                if before.count("`") % 2:
                    message = (
                        f"the code with '{data[:40]}' would be lost, because its line begins with HTML or a comment"
                    )
                    hint = "put the HTML or comment on a line of its own, with an empty line below"
                    marks.misreadings.append(Misreading(misreadings.HIDDEN, data, message, hint))
                super().handle_empty_tag(data, is_block)

        parser = Extractor(self.md)
        parser.feed("\n".join(lines))
        parser.close()
        return "".join(parser.cleandoc).split("\n")


class _WikiLink(InlineProcessor):
    """`[[id]]` and `[[id|words]]`: a reference, whose address and words each edition resolves."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[etree.Element, int, int]:  # type: ignore[override]
        link = etree.Element("a", {sanitise.REFERENCE: m[1].strip()})
        link.text = (m[2] or "").strip()
        return link, m.start(0), m.end(0)


class _Check(Treeprocessor):
    """Finds misreadings in the whole tree, including internal parts."""

    def __init__(self, md: Markdown, marks: _Marks) -> None:
        super().__init__(md)
        self.marks = marks

    def run(self, root: etree.Element) -> None:
        self.pieces = [RawHtml.read(str(piece)) for piece in self.md.htmlStash.rawHtmlBlocks]
        for piece in self.pieces:
            self.marks.misreadings += piece.misreadings
            self._lines(piece.text)
        self._visit(root)

    def _visit(self, element: etree.Element) -> None:
        if element.tag in ("h1", "h2"):
            title = self._words("".join(element.itertext()))
            self.marks.misreadings.append(
                Misreading(
                    misreadings.HEADING,
                    title or "#",
                    f"the heading '{title[:60]}' cannot begin a section here",
                    "begin a section with '## ' at the beginning of a line, outside lists, quotations and boxes; "
                    "inside a section use '###' or lower; write \\# for the character itself",
                )
            )
        if element.tag in ("div", "details"):
            self.marks.misreadings += misreadings.of_box(
                element.get("class", "").split(), "!!!" if element.tag == "div" else "???"
            )
        if element.tag in _CODE:
            return
        if element.tag in HEADINGS:
            self._heading(element)
        self._raw(element)
        # inline elements do not end a line
        line = element.text or ""
        for child in element:
            if self.md.is_block_level(child.tag) or child.tag == "br":
                self._lines(line)
                line = child.tail or ""
            else:
                inner = "" if child.tag in _CODE else "".join(child.itertext())
                line += f"{inner or '`'}{child.tail or ''}"
            self._visit(child)
        if self.md.is_block_level(element.tag):
            self._lines(line)

    def _heading(self, element: etree.Element) -> None:
        self.marks.misreadings += misreadings.of_title(self._words("".join(element.itertext())).strip())

    def _raw(self, element: etree.Element) -> None:
        """Find tags of raw HTML that are not closed in the element in which they are opened."""
        opened: list[RawHtml] = []
        for words in (element.text, *(child.tail for child in element)):
            for number in map(int, _STASHED.findall(words or "")):
                piece = self.pieces[number]
                if piece.opens:
                    opened.append(piece)
                elif piece.closes:
                    if opened and opened[-1].opens == piece.closes:
                        opened.pop()
                    else:
                        self.marks.misreadings.append(unbalanced(piece.closes, piece.written, opened=False))
        for piece in opened:
            if piece.opens not in ENDS_ITSELF:
                self.marks.misreadings.append(unbalanced(piece.opens, piece.written, opened=True))

    def _lines(self, words: str) -> None:
        if _SIGNS.search(words):
            for line in _STASHED.sub("", words).split("\n"):
                self.marks.misreadings += misreadings.in_line(line)

    def _words(self, words: str) -> str:
        return _ESCAPED.sub(lambda match: chr(int(match[1])), _STASHED.sub("", words))


class _InternalBlock(Block):  # type: ignore[misc]
    """The block `/// internal` … `///`, whose content only the provider sees."""

    NAME = "internal"
    ARGUMENT = None
    OPTIONS: ClassVar[dict[str, Any]] = {}

    def on_create(self, parent: etree.Element) -> etree.Element:
        attributes = {"title": str(self.argument)} if self.argument else {}
        return etree.SubElement(parent, sanitise.INTERNAL, attributes)

    def on_markdown(self) -> str:
        return "block"


class _Internal(BlocksExtension):  # type: ignore[misc]
    def extendMarkdownBlocks(self, md: Markdown, block_mgr: Any) -> None:
        block_mgr.register(_InternalBlock, self.getConfigs())

    def extendMarkdown(self, md: Markdown) -> None:
        super().extendMarkdown(md)
        # after blocks (89.99), as otherwise they would move the content of an open block out of it
        for name in ("admonition", "details", "tabbed"):
            md.parser.blockprocessors.register(md.parser.blockprocessors[name], name, 89)
