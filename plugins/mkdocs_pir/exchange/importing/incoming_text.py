"""Texts from elsewhere as Markdown in which nothing of the source acts: every piece is rendered as its writer saw it.

A block of Markdown stays as it was written where a page shows it just so; any other is written again from what its
writer saw. Raw HTML is Markdown or words, a link leads to a record or to the web, or it is words.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import TextWrapper
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from msgspec.structs import replace

from mkdocs_pir.exchange.importing import conversions
from mkdocs_pir.exchange.importing.blocks import SHORTCODE, Block, read_blocks
from mkdocs_pir.exchange.importing.documents import RichText
from mkdocs_pir.exchange.importing.foreign_html import (
    BLOCKS,
    KEPT_AS_TEXT,
    LEFT_OUT,
    ReportWords,
    elements,
    known_html,
    short,
    top_blocks,
)
from mkdocs_pir.exchange.importing.html_to_markdown import RAW, appearance, as_code, element, parse, visible, written
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.sections import Piece
from mkdocs_pir.exchange.importing.source_attachments import IncomingAttachments
from mkdocs_pir.exchange.importing.ticket_markup import to_markdown
from mkdocs_pir.kb.frontmatter import Mark
from mkdocs_pir.kb.references import Ids
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.mentions import Mention, in_words, places
from mkdocs_pir.kb.texts.parts import locate

LONGEST_LINE, LONGEST_CELL = 20_000, 3_000
"""The longest line, and the longest cell of a table, in characters."""

ReportAt = Callable[[str, Mark, str, str], None]
"""Called with code, (line, column), message, hint."""

_URL = re.compile(r"\bhttps?://[^\s<>()\[\]|`\"]+(?:\([^\s<>()|`]*\)[^\s<>()\[\]|`\"]*)*")
_WEB = re.compile(r"(?:https?|mailto):", re.I)
_ATTRIBUTES = re.compile(r"\s*\{:?\s*(?:[#.][^{}]*|[\w-]+=[^{}]*)\}\s*$")
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ .,;()'\"%€–—’“”…](?! \n)|\n(?=[^\W\d_]))*")
"""Prose that no reader takes for anything else."""

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CODE = frozenset({"pre", "code", "kbd", "samp", "tt"})
_MARKS = frozenset({"a", "strong", "b", "em", "i", "del", "s", "code"}) | RAW - {"br"}
_AUTOLINK = re.compile(r"<(?:https?|mailto):[^<>]*>")
_CODE_SPAN = re.compile(r"(`+[^`]+`+)")
_WIKI = re.compile(r"\[\[([^\[\]|\n]{1,80})(?:\|[^\[\]\n]{1,200})?\]\]")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Place:
    """Which document a text is of, and what its links may lead to: record ids, source files by their path, other files."""

    path: str
    ids: Ids
    files: Mapping[str, str]
    attachments: IncomingAttachments | None = None


class IncomingText:
    """Writes the texts of one document as Markdown of the site."""

    def __init__(self, place: Place, mask: Mask, report_at: ReportAt) -> None:
        self.place = place
        self.mask = mask
        self.report_at = report_at
        self.texts = Texts()

    def document(self, text: str, first_line: int) -> list[Piece]:
        """A whole body of Markdown: its headings of level 1 and 2 at the top begin sections, any other is smaller."""
        return self._of_markdown(text, first_line, (1, 1))

    def section(self, text: str, markup: str, where: Mark) -> str:
        """A text that one value of the source holds; its headings begin at level 3."""
        if (html := _html(text, markup)) is None:
            return "\n\n".join(piece.text for piece in self._of_markdown(to_markdown(text, markup), 0, where))
        return self.mask("\n\n".join(_lines(written(b, self.texts)) for b in self._blocks_of_html(html, where)))

    def cell(self, text: str, markup: str, where: Mark) -> str:
        """The same as one cell of a table."""
        if (html := _html(text, markup)) is not None:
            found = self._blocks_of_html(html, where)
        elif "\n" not in text and len(text) <= LONGEST_CELL and _is_plain(text):
            return self.mask(text)
        else:
            source = read_blocks(self.mask(to_markdown(text, markup))) or ()
            found = [one for block in source for one in self._shown(block, self._at(where))]
        soup, cell = element("<table><tr><th>x</th></tr><tr><td></td></tr></table>", "td")
        cell.extend(found)
        _shorten(cell, LONGEST_CELL)
        (table,) = top_blocks(soup)
        *_, last = written(table, self.texts).split("\n")
        if not last.startswith("|"):
            return f"`{' '.join(table.get_text(' ').replace('`', '').split()[1:])}`"
        return self.mask(last[1:-1].strip().removesuffix("<br>"))

    def field(self, text: str, *, markdown: bool) -> str:
        """A text of the front matter: what names no record is shown as words or code, as is what would be misread."""
        # what stands between backticks is code already
        parts = _CODE_SPAN.split(text) if markdown else [text]
        text = "".join(part if n % 2 else self._field_words(part) for n, part in enumerate(parts))
        if not markdown:
            return text.replace("<!--", "< !--")
        if not self.texts.read(text).misreadings:
            return text
        _, paragraph = element("<p></p>", "p")
        paragraph.append(text)
        return written(paragraph, self.texts)

    def _field_words(self, text: str) -> str:
        out = []
        for kind, words in self._pieces(text, with_shortcodes=False):
            if kind == "code":
                words = f"`{words}`"
            elif kind == "wiki":
                words = words.replace("[[", r"\[\[").replace("]]", r"\]\]")
            out.append(words)
        return "".join(out)

    def checked(self, text: str) -> str:
        """A section as it is to be written: as code where, taken together, it could still be misread."""
        return as_code(text) if self.texts.read(text).misreadings else text

    def _of_markdown(self, text: str, first_line: int, where: Mark) -> list[Piece]:
        """Markdown block by block; `first_line` is 0 for a text of which only the place as a whole is known."""
        text = self.mask(text)
        if (found := read_blocks(text)) is None:
            return [Piece(as_code(text))]
        pieces = (piece for block in found for piece in self._of_block(block, first_line, where) if piece.text)
        return [Piece(_lines(piece.text), piece.level) for piece in pieces]

    def _of_block(self, block: Block, first_line: int, where: Mark) -> list[Piece]:
        as_written = Piece(block.source, block.level)
        if _is_plain(block.source):
            return [as_written]
        if block.notes and self._of_markdown(block.notes, first_line and first_line + block.line, where) == [
            Piece(block.notes)
        ]:
            return [as_written]

        def report(code: str, words: str, message: str, hint: str) -> None:
            line, column = locate(block.source.split("\n"), words)
            self.report_at(code, (first_line + block.line + line, column) if first_line else where, message, hint)

        shown = self._shown(block, report)
        if first_line and 0 < block.level < 3:
            text = "".join("#" * block.level + written(heading, self.texts).lstrip("#") for heading in shown)
            return [Piece(text, block.level)]
        if self._as_written(block, shown):
            return [as_written]
        return [Piece(written(one, self.texts), _level(one)) for one in shown]

    def _shown(self, block: Block, report: ReportWords) -> list[Tag]:
        """What the writer of a block saw, as the site may show it."""
        for token in block.tokens:
            if token.type == "html_block":
                token.content = known_html(token.content, report)
            for child in token.children or ():
                if child.type == "html_inline":
                    child.content = known_html(child.content, report)
                elif child.markup == "{{":
                    report(
                        KEPT_AS_TEXT, child.content, f"the site builder's {short(child.content)}", "it is kept as text"
                    )
        return self._cleaned(parse(block.html()), report)

    def _blocks_of_html(self, text: str, where: Mark) -> list[Tag]:
        report = self._at(where)
        return self._cleaned(parse(known_html(text, report, show_unknown=False)), report)

    def _at(self, where: Mark) -> ReportWords:
        return lambda code, words, message, hint: self.report_at(code, where, message, hint)

    def _cleaned(self, soup: BeautifulSoup, report: ReportWords) -> list[Tag]:
        """The blocks of a tree with every link leading somewhere and every text masked."""
        for heading in elements(soup, _HEADINGS):
            heading.name = f"h{max(int(heading.name[1]), 3)}"
            for block in elements(heading, BLOCKS):
                block.unwrap()
            if heading.contents and type(last := heading.contents[-1]) is NavigableString:
                last.replace_with(_ATTRIBUTES.sub("", last))
                if "audience" in (mark := last[len(_ATTRIBUTES.sub("", last)) :].strip()):
                    hint = "mark again what is to stay inside, before the review is released"
                    report(LEFT_OUT, mark, f"the mark '{short(mark)}' of a heading was left out", hint)
        for link in elements(soup, {"img", "a"}):
            self._link(soup, link, report)
        for words in [one for one in soup.descendants if type(one) is NavigableString]:
            if any(around.name in _CODE for around in words.parents):
                if (masked := self.mask(words)) != words:
                    words.replace_with(masked)
            else:
                self._words(soup, words, report)
        for empty in elements(soup, _MARKS):
            if not empty.get_text().strip() and empty.find("img") is None:
                empty.unwrap()
        return top_blocks(soup)

    def _link(self, soup: BeautifulSoup, tag: Tag, report: ReportWords) -> None:
        """A link leads to the web or to a record, or it is words; a page asks nothing of another site, so a picture is one."""
        what, url = ("picture", tag.get("src")) if tag.name == "img" else ("link", tag.get("href"))
        url = str(url or "")
        refused: conversions.Rejected | None = None
        try:
            if not _WEB.match(url) and self._attached(tag, url):
                return
        except conversions.Rejected as error:
            refused = error
        if what == "picture":
            tag.name, tag.string = "a", str(tag.get("alt") or "")
        words = tag.get_text().strip()
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.place.path), unquote(url.partition("#")[0])))
        if _WEB.match(url):
            tag.attrs = {"href": self.mask(url)}
            if not words:
                tag.string = what if what == "picture" else url
        elif not url or url.startswith("#"):
            tag.unwrap()
        elif what == "link" and (id_ := self.place.files.get(path)) is not None:
            tag.attrs = {"data-ref": id_}
            tag.string = re.sub(r"[\[\]|\n]", " ", words)[:200] or id_
        else:
            # a picture within the text, which could not come along, is not shown as its letters
            url = short(url) if url.startswith("data:") else url
            message = refused.message if refused else f"the {what} leads to '{url}', which is not part of the import"
            hint = f"{refused.hint}; the link is kept as text" if refused else "it is kept as text"
            report(KEPT_AS_TEXT, url, message, hint)
            code = soup.new_tag("code", string=url.replace("`", ""))
            tag.insert_after(*([" (", code, ")"] if words else [code]))
            tag.unwrap()

    def _attached(self, tag: Tag, url: str) -> bool:
        """Make a picture, or a link to a file, lead to the file that comes along; False if there is none.

        Raises Rejected for a file that cannot be published.
        """
        if (attachments := self.place.attachments) is None:
            return False
        title = self.mask(str(tag.get("alt") or "") if tag.name == "img" else tag.get_text())
        attachment = attachments.picture_within(url, title)
        if attachment is None and (path := attachments.find(unquote(url)) or attachments.find(url)) is not None:
            attachment = attachments.take(path, title)
        if attachment is None:
            return False
        if tag.name == "img":
            tag.attrs = {"src": attachment.file, "alt": " ".join(re.sub(r"[\[\]|\\`<>\n]", " ", title).split())}
        else:
            tag.attrs = {"href": attachment.file}
            if not tag.get_text().strip() and tag.find("img") is None:
                tag.string = attachment.title
        return True

    def _words(self, soup: BeautifulSoup, text: NavigableString, report: ReportWords) -> None:
        """Words outside code: masked, addresses as links, names of records as references, or as code."""
        new: list[str | Tag] = []
        in_link = any(around.name == "a" for around in text.parents)
        for kind, words in self._pieces(self.mask(text)):
            if kind == "url" and not in_link:
                new.append(soup.new_tag("a", href=words, string=words))
            elif kind == "record" and not in_link:
                id_, _, title = words[2:-2].partition("|")
                new.append(soup.new_tag("a", attrs={"data-ref": id_.strip()}, string=title.strip() or id_.strip()))
            elif kind in ("code", "shortcode"):
                if kind == "shortcode":
                    report(KEPT_AS_TEXT, words, f"the site builder's {short(words)}", "it is kept as text")
                new.append(soup.new_tag("code", string=words))
            elif new and isinstance(new[-1], str):
                new[-1] += words
            else:
                new.append(words)
        if new != [text]:
            text.replace_with(*new)

    def _pieces(self, text: str, *, with_shortcodes: bool = True) -> Iterator[tuple[str, str]]:
        """A text in pieces: `url`, `shortcode`, `record` for `[[…]]`, `wiki` for one that leads nowhere, `code` for a name that would."""
        spans = [(found.start(), found.end(), "url") for found in _URL.finditer(text)]
        spans = [(start, start + len(text[start:end].rstrip(".,;:!?*_~'")), kind) for start, end, kind in spans]
        spans += [(found.start(), found.end(), "shortcode") for found in SHORTCODE.finditer(text) if with_shortcodes]
        spans += [(start, end, kind) for start, end, mention in _named(text) if (kind := self._kind(mention))]
        last = 0
        for start, end, kind in sorted(spans):
            if start < last:
                continue
            if start > last:
                yield "", text[last:start]
            yield kind, text[start:end]
            last = end
        if last < len(text):
            yield "", text[last:]

    def _kind(self, mention: Mention) -> str:
        ids = self.place.ids
        if ids.resolve(mention, self.place.path) is not None:
            return "record" if mention.form == "id" else ""
        if not ids.looks_like_one(mention):
            return ""
        if mention.form == "id" and not ids.looks_like_one(replace(mention, form="word")):
            return "wiki"
        return "code"

    def _as_written(self, block: Block, found: list[Tag]) -> bool:
        """Whether a page shows a block of the source as its writer saw it, and nothing else."""
        source = block.source
        if any(token.type == "code_block" for token in block.tokens):
            return False  # below a list it would be part of it
        if any(name.lower() not in RAW or more.strip(" /") for name, more in _TAG.findall(_AUTOLINK.sub("", source))):
            return False
        rendered = self.texts.read(source)
        if rendered.misreadings or "<!--" in source or "pir-internal" in rendered.text.html:
            return False
        shown, wanted = parse(rendered.text.html), parse("")
        wanted.extend(found)
        if appearance(shown) == appearance(wanted):
            return True
        # a box or a list of terms, which only the site's Markdown has, is kept where it loses no word
        boxes = shown.select("div.admonition, details")
        if not boxes and shown.find("dl") is None:
            return False
        if shown.select(".tabbed-set, .footnote") or any(
            self._kind(one) in ("code", "wiki") for one in rendered.mentions
        ):
            return False
        for box in boxes:
            kind, title = box.get_attribute_list("class")[-1], box.select_one(".admonition-title, summary")
            if title is not None and title.get_text() != str(kind).capitalize():
                title.insert(0, str(kind))
        return _letters(visible(shown)) == _letters(visible(wanted))


def _is_plain(text: str) -> bool:
    """Whether a text is prose that no reader takes for anything else, and that names no record."""
    return _PLAIN.fullmatch(text) is not None and next(in_words(text), None) is None


def _level(block: Tag) -> int:
    return int(block.name[1]) if block.name in _HEADINGS else 0


def _named(words: str) -> Iterator[tuple[int, int, Mention]]:
    """Where words name a record by a link in double brackets, or by what could be its id, as (start, end, mention)."""
    for found in _WIKI.finditer(words):
        yield found.start(), found.end(), Mention("id", found[1].strip())
    for start, end in places(words):
        yield start, end, Mention("word", words[start:end])


def _html(text: str, markup: str) -> str | None:
    """The HTML of a text whose writer saw it formatted, None for any other."""
    if isinstance(text, RichText):
        return text.html
    return text if markup == "html" and ("<" in text or "&" in text) else None


def _shorten(cell: Tag, longest: int) -> None:
    """Take away what is beyond so many characters of a cell."""
    for words in [one for one in cell.descendants if type(one) is NavigableString]:
        if longest <= 0:
            words.extract()
        elif len(words) > longest:
            words.replace_with(conversions.cut(words, longest))
        longest -= len(words)


def _lines(text: str) -> str:
    """A text without lines that no reader takes: they are broken at spaces."""
    if len(text) <= LONGEST_LINE:
        return text
    wrapper = TextWrapper(LONGEST_LINE, expand_tabs=False, replace_whitespace=False, break_on_hyphens=False)
    lines = ([line] if len(line) <= LONGEST_LINE else wrapper.wrap(line) for line in text.split("\n"))
    return "\n".join(piece for pieces in lines for piece in pieces)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
