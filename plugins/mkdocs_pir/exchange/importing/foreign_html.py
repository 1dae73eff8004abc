"""Raw HTML from elsewhere: the tags that have a meaning in a text stay, every other is shown as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from html import escape
from html.parser import HTMLParser
from itertools import islice

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from mkdocs_pir.kb.texts import sanitise
from mkdocs_pir.kb.texts.tree import VOID

MAX_DEPTH = 60
"""Elements within one another; lists of twenty levels have fewer."""

KEPT_AS_TEXT, LEFT_OUT = "PIR705", "PIR704"

ReportWords = Callable[[str, str, str, str], None]
"""Called with code, words that stand in the line of the source, message, hint."""

_WRAPPERS = frozenset(
    {"html", "body", "div", "section", "article", "main", "header", "footer", "center", "form", "fieldset", "address"}
    | {"figure", "details", "[document]"}
)
_KNOWN = sanitise.TAGS | _WRAPPERS | {"h1", "h2", "strike", "tt", "font", "big", "picture", "col", "colgroup"}
_HIDDEN = frozenset({"style", "head", "template"})
BLOCKS = _WRAPPERS | {"p", "ul", "ol", "dl", "table", "pre", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
_TITLES = frozenset({"summary", "figcaption", "caption"})


_BALANCED = _KNOWN - VOID - {"p", "li", "td", "th", "tr", "dt", "dd"}


class _TagFilter(HTMLParser):
    """Writes HTML again without what a text may not hold. `open` counts the elements that it begins and does not end."""

    def __init__(self, report: ReportWords, *, show_unknown: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.report = report
        self.show_unknown = show_unknown
        self.out: list[str] = []
        self.open = self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += tag in _BALANCED
        self.hidden += tag in _HIDDEN
        written = self.get_starttag_text() or f"<{tag}>"
        if self._tag(tag, written):
            self.report(KEPT_AS_TEXT, written, f"'{short(written)}' is shown as text", "the source may have hidden it")

    def handle_endtag(self, tag: str) -> None:
        self.open -= tag in _BALANCED
        self._tag(tag, f"</{tag}>")
        self.hidden = max(self.hidden - (tag in _HIDDEN), 0)

    def _tag(self, tag: str, written: str) -> bool:
        """Write a tag, as words where it has no meaning; says whether it did so."""
        as_words = tag not in _KNOWN | _HIDDEN and (self.show_unknown or tag == "script")
        if as_words or tag in _KNOWN:
            self._write(escape(written, quote=False) if as_words else written)
        return as_words

    def handle_data(self, data: str) -> None:
        self._write(escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        if data.strip("- \n\t"):
            self.report(LEFT_OUT, f"<!--{data}", "a comment was left out", "it is not shown in the source either")

    def handle_pi(self, data: str) -> None:
        self._tag("?", f"<?{data}>")

    def _write(self, html: str) -> None:
        if not self.hidden:
            self.out.append(html)


def known_html(html: str, report: ReportWords, *, show_unknown: bool = True) -> str:
    """HTML whose tags all have a meaning in a text; the others are words, and are reported.

    In a source that is HTML (`show_unknown` false) nobody meant them as words, and only scripts are shown.
    """
    tags = _TagFilter(report, show_unknown=show_unknown)
    tags.feed(html)
    # what is left is a tag that nothing ends
    return "".join([*tags.out, escape(tags.rawdata, quote=False)])


def open_tags(html: str) -> int:
    """How many more elements a piece of HTML begins than it ends."""
    tags = _TagFilter(lambda *problem: None, show_unknown=False)
    tags.feed(html)
    return tags.open


def elements(node: Tag, names: Collection[str]) -> list[Tag]:
    """The elements of some names within another, in order."""
    return [one for one in node.descendants if isinstance(one, Tag) and one.name in names]


def top_blocks(soup: BeautifulSoup) -> list[Tag]:
    """The blocks of a tree in order, out of what only wraps them; loose words become paragraphs."""
    if any(len([*islice(tag.parents, MAX_DEPTH)]) == MAX_DEPTH for tag in soup.find_all(True)):
        # nobody can follow this, and no reader of HTML can: its words stay
        words = soup.get_text("\n").strip()
        soup.clear()
        soup.append(soup.new_tag("pre", string=words))
    for title in elements(soup, _TITLES):
        title.name = "strong"
        paragraph = title.wrap(soup.new_tag("p"))
        if (table := paragraph.find_parent("table")) is not None:
            table.insert_before(paragraph.extract())
    for cell in elements(soup, {"td", "th"}):
        _flatten(soup, cell)
    out: list[Tag] = []
    _collect(soup, soup, out)
    return [block for block in out if block.name == "hr" or block.find("img") or block.get_text().strip()]


def _collect(soup: BeautifulSoup, parent: Tag, out: list[Tag]) -> None:
    loose: Tag | None = None
    for child in list(parent.children):
        if isinstance(child, Tag) and (child.name in BLOCKS or elements(child, BLOCKS)):
            loose = None
            if child.name in BLOCKS - _WRAPPERS and not (child.name == "p" and elements(child, BLOCKS)):
                out.append(child)
            else:
                _collect(soup, child, out)
        elif isinstance(child, Tag) or type(child) is NavigableString:
            if loose is None:
                loose = soup.new_tag("p")
                out.append(loose)
            loose.append(child.extract())


def _flatten(soup: BeautifulSoup, cell: Tag) -> None:
    """The blocks of a cell as lines: a cell of Markdown holds no block."""
    found = elements(cell, BLOCKS | {"li", "dt", "dd", "tr"})
    for block in found:
        if block.name == "li":
            block.insert(0, "- ")
        elif block.name == "pre":
            lines = block.get_text().strip("\n").split("\n")
            block.clear()
            for line in lines:
                block.extend([soup.new_tag("code", string=line.strip()), soup.new_tag("br")])
        block.insert_before(soup.new_tag("br"))
        block.insert_after(soup.new_tag("br"))
        block.unwrap()
    if found:
        lines = re.split(r"\s*(?:<br/>\s*)+", cell.decode_contents().replace("<code></code>", ""))
        inner = BeautifulSoup("<br/>".join(filter(None, lines)), "html.parser")
        cell.clear()
        cell.extend(list(inner.contents))


def short(text: str) -> str:
    """The beginning of a text on one line, for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
