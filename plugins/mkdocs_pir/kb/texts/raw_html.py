"""Raw HTML in a text: its sanitised form, and misreadings such as tags that are never closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser

from msgspec import Struct

from mkdocs_pir.kb.texts import sanitise, tree
from mkdocs_pir.kb.texts.misreadings import HEADING, HIDDEN, RAW_HTML, Misreading

ENDS_ITSELF = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option"})
"""Elements whose end tag is optional in HTML; they end with the element around them."""

_HIDES = frozenset({"hidden", "aria-hidden", "style", "audience", "data-audience"})
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


class RawHtml(Struct, frozen=True):
    """A piece of raw HTML in a text.

    `opens` and `closes` name the element if the piece is a single tag; `text` is what it shows outside code.
    """

    written: str
    cleaned: str
    opens: str = ""
    closes: str = ""
    text: str = ""
    misreadings: tuple[Misreading, ...] = ()

    @classmethod
    def read(cls, html: str) -> RawHtml:
        return _read(html)


@lru_cache(maxsize=4096)
def _read(html: str) -> RawHtml:
    scanner = _Scanner(html)
    scanner.feed(html)
    scanner.close()
    cleaned = sanitise.clean(html)
    if len(scanner.tags) == 1 and _TAG.fullmatch(html.strip()):
        (kind, name), *_ = scanner.tags
        if kind == "start":
            clean = cleaned.removesuffix(f"</{name}>") if name in sanitise.TAGS else ""
            if name in sanitise.NEVER_SEEN:
                message = f"<{name}> inside a line does not hide its content: the words would be visible"
                hint = "remove it; to make text internal, put '/// internal' and '///' around it"
                scanner.misreadings.append(Misreading(HIDDEN, html, message, hint))
            return RawHtml(html, clean, opens=name, misreadings=tuple(scanner.misreadings))
        if kind == "end":
            return RawHtml(html, f"</{name}>" if name in sanitise.TAGS else "", closes=name)
    misreadings = [*scanner.misreadings, *scanner.unbalanced()]
    return RawHtml(
        html, cleaned, text=visible_words(tree.read(cleaned)) if "<" in cleaned else "", misreadings=tuple(misreadings)
    )


def visible_words(element: tree.Element) -> str:
    """The words of a piece that a page shows outside code."""
    if element.name in tree.CODE:
        return ""
    between = "\n" if element.name in tree.BLOCKS or element.name == "br" else ""
    inner = "".join(child if isinstance(child, str) else visible_words(child) for child in element.children)
    return f"{between}{inner}{between}"


def unbalanced(name: str, written: str, *, opened: bool) -> Misreading:
    """The misreading of a tag that is not closed (`opened`) or not opened."""
    if opened:
        hint = f"close it with </{name}> in the same paragraph or block, or write &lt;{name}&gt; or `<{name}>` if it is meant as text"
        return Misreading(RAW_HTML, written, f"the tag <{name}> is never closed", hint)
    return Misreading(
        RAW_HTML,
        written,
        f"the tag </{name}> closes an element that is not open",
        "remove it, or open the element before it",
    )


class _Scanner(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.stray: list[str] = []
        self.misreadings: list[Misreading] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or tag
        self.tags.append(("void" if tag in tree.VOID else "start", tag))
        if tag not in tree.VOID:
            self.open.append(tag)
        self._look(tag, attrs, written)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(("void", tag))
        self._look(tag, attrs, self.get_starttag_text() or tag)

    def _look(self, tag: str, attrs: list[tuple[str, str | None]], written: str) -> None:
        if tag in ("h1", "h2"):
            hint = "begin a section with '## ' at the beginning of a line; inside a section, use <h3> or lower"
            self.misreadings.append(Misreading(HEADING, written, f"no section can begin with <{tag}>", hint))
        for name, _ in attrs:
            if name in _HIDES:
                message = f"'{name}' does not hide text from readers, as pages leave the attribute out"
                hint = "remove it; to make text internal, put '/// internal' and '///' around it"
                self.misreadings.append(Misreading(HIDDEN, written, message, hint))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(("end", tag))
        if tag not in self.open:
            self.stray.append(tag)
            return
        while self.open[-1] != tag and self.open[-1] in ENDS_ITSELF:
            self.open.pop()
        if self.open[-1] == tag:
            self.open.pop()
        else:
            self.stray.append(tag)

    def unbalanced(self) -> Iterator[Misreading]:
        for name in self.stray:
            yield unbalanced(name, f"</{name}", opened=False)
        for name in self.open:
            if name not in ENDS_ITSELF:
                yield unbalanced(name, f"<{name}", opened=True)
