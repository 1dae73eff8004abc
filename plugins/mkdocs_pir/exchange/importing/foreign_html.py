"""Raw HTML from elsewhere: the tags that have a meaning in a text stay, every other is shown as it was typed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from mkdocs_pir.kb.texts import sanitise
from mkdocs_pir.kb.texts.tree import VOID

MAX_DEPTH = 60
"""Elements within one another; lists of twenty levels have fewer."""

KEPT, LEFT = "PIR705", "PIR704"

Tell = Callable[[str, str, str, str], None]
"""Called with code, words that stand in the line of the source, message, hint."""

_WRAPPERS = frozenset(
    {"html", "body", "div", "section", "article", "main", "header", "footer", "center", "form", "fieldset", "address"}
    | {"figure", "details", "[document]"}
)
_KNOWN = sanitise.TAGS | _WRAPPERS | {"h1", "h2", "strike", "tt", "font", "big", "picture", "col", "colgroup"}
_HIDDEN = frozenset({"style", "head", "template"})
BLOCKS = _WRAPPERS | {"p", "ul", "ol", "dl", "table", "pre", "blockquote", "hr", "h1", "h2", "h3", "h4", "h5", "h6"}
_TITLES = frozenset({"summary", "figcaption", "caption"})


class _Tags(HTMLParser):
    """Writes HTML again without what a text may not hold."""

    def __init__(self, report: Tell, *, show_unknown: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.report = report
        self.show_unknown = show_unknown
        self.out: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in _HIDDEN
        self._tag(tag, self.get_starttag_text() or f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self._tag(tag, f"</{tag}>")
        self.hidden = max(self.hidden - (tag in _HIDDEN), 0)

    def _tag(self, tag: str, written: str) -> None:
        if tag in _KNOWN:
            self._write(written)
        elif tag not in _HIDDEN and (self.show_unknown or tag == "script"):
            message = f"'{short(written)}' is shown as text"
            if not written.startswith("</"):
                self.report(KEPT, written, message, "the source may have hidden it")
            self._write(escape(written, quote=False))

    def handle_data(self, data: str) -> None:
        self._write(escape(data, quote=False))

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        if data.strip("- \n\t"):
            self.report(LEFT, f"<!--{data}", "a comment was left out", "it is not shown in the source either")

    def handle_pi(self, data: str) -> None:
        self._tag("?", f"<?{data}>")

    def _write(self, html: str) -> None:
        if not self.hidden:
            self.out.append(html)


def known_html(html: str, report: Tell, *, show_unknown: bool = True) -> str:
    """HTML whose tags all have a meaning in a text; the others are words, and are reported.

    In a source that is HTML (`show_unknown` false) nobody meant them as words, and only scripts are shown.
    """
    scanner = _Tags(report, show_unknown=show_unknown)
    scanner.feed(html)
    # what is left is a tag that nothing ends
    return "".join([*scanner.out, escape(scanner.rawdata, quote=False)])


def open_tags(html: str) -> int:
    """How many more elements a piece of HTML begins than it ends."""
    counter = _Counter()
    counter.feed(html)
    return counter.open


class _Counter(HTMLParser):
    open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open += tag in _KNOWN - VOID - {"p", "li", "td", "th", "tr", "dt", "dd"}

    def handle_endtag(self, tag: str) -> None:
        self.open -= tag in _KNOWN - VOID - {"p", "li", "td", "th", "tr", "dt", "dd"}


def blocks(soup: BeautifulSoup) -> list[Tag]:
    """The blocks of a tree in order, out of what only wraps them; loose words become paragraphs."""
    if _depth(soup) > MAX_DEPTH:
        # nobody can follow this, and no reader of HTML can: its words stay
        words = soup.get_text("\n").strip()
        soup.clear()
        soup.append(soup.new_tag("pre", string=words))
    for title in soup.find_all(_TITLES):
        title.name = "strong"
        paragraph = title.wrap(soup.new_tag("p"))
        if (table := paragraph.find_parent("table")) is not None:
            table.insert_before(paragraph.extract())
    for cell in soup.find_all(["td", "th"]):
        _flatten(soup, cell)
    out: list[Tag] = []
    _collect(soup, soup, out)
    return out


def _depth(soup: BeautifulSoup) -> int:
    deepest = 0
    waiting: list[tuple[Tag, int]] = [(soup, 0)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in node.children if isinstance(child, Tag)]
    return deepest


def _collect(soup: BeautifulSoup, parent: Tag, out: list[Tag]) -> None:
    loose: Tag | None = None
    for child in list(parent.children):
        if isinstance(child, Tag) and (child.name in BLOCKS or child.find(BLOCKS) is not None):
            loose = None
            if child.name in _WRAPPERS or child.name not in BLOCKS or (child.name == "p" and child.find(BLOCKS)):
                _collect(soup, child, out)
            elif child.name == "hr" or _has_words(child):
                out.append(child)
        elif type(child) is NavigableString or isinstance(child, Tag):
            if loose is None and not _has_words(child):
                continue
            if loose is None:
                loose = soup.new_tag("p")
                out.append(loose)
            loose.append(child.extract())


def _has_words(node: PageElement) -> bool:
    refers = isinstance(node, Tag) and (node.has_attr("data-ref") or node.select_one("[data-ref]") is not None)
    return refers or bool(node.get_text().strip())


def _flatten(soup: BeautifulSoup, cell: Tag) -> None:
    """The blocks of a cell as lines: a cell of Markdown holds no block."""
    for item in cell.find_all("li"):
        item.insert(0, "- ")
    for code in cell.find_all("pre"):
        lines = code.get_text().strip("\n").split("\n")
        code.clear()
        for line in lines:
            code.append(soup.new_tag("br"))
            if line.strip():
                code.append(soup.new_tag("code", string=line.strip()))
    for block in cell.find_all([*BLOCKS, "li", "dt", "dd", "tr"]):
        block.insert_before(soup.new_tag("br"))
        block.insert_after(soup.new_tag("br"))
        block.unwrap()
    cell.smooth()
    # of several line breaks at a place one stays, at the ends none
    last: object = None
    for child in [*cell.children, None]:
        if isinstance(child, NavigableString) and not child.strip():
            if last is None or getattr(last, "name", "") == "br":
                child.extract()
            continue
        if (
            getattr(child, "name", "") == "br"
            and isinstance(child, Tag)
            and (last is None or getattr(last, "name", "") == "br")
        ):
            child.extract()
            continue
        if child is None and isinstance(last, Tag) and last.name == "br":
            last.extract()
        last = child


def short(text: str) -> str:
    """The beginning of a text on one line, for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
