"""The search in the header of a site with other pages: it finds them as well as the records.

On the other pages it brings a style sheet of its own, which has no rule for anything else that is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site.scripts import search_bundle
from mkdocs_pir.site.theme import theme_folder

STYLE_SHEET = "assets/stylesheets/pir-header-search.css"

KIND = "site-page"
"""The kind of the site's other pages in the search."""

PARTS = ("pir-header-search", "pir-search-box", "pir-suggestion", "pir-magnifier", "pir-chip")
"""How the classes of all elements of the search box and its results begin."""

_SHEETS = ("pir-tokens.css", "pir.css", "pir-search.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_OURS = re.compile(rf"\.(?:{'|'.join(PARTS)})[^+~]*")
"""A selector of such elements and what is in them."""
_SCHEME = re.compile(r':root|\[data-md-color-scheme(?:="\w+")?\]')
_PROPERTY = re.compile(r"(--pir-[\w-]+):[^;]*;")
_USED = re.compile(r"var\((--pir-[\w-]+)")
_BUTTON = '.md-header__button[for="__search"]{display:none}\n'
"""The theme's button of its own search on a phone, for which ours has a link."""

_SKIPPED = frozenset({"script", "style", "template", "svg", "math", "noscript", "button"})
_BLOCKS = frozenset({"p", "li", "td", "th", "dt", "dd", "pre", "div", "blockquote", "summary", "figcaption", "tr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


def places(prefix: str) -> dict[str, str]:
    """Where our pages, the style sheet and the script of the search are; `prefix` is the folder of our pages."""
    return {"base": prefix, "style": prefix + STYLE_SHEET, "script": prefix + search_bundle()[0]}


def style_sheet() -> str:
    """The rules of our style sheets for the search box and its results, with the custom properties that they use."""
    texts = ((theme_folder() / "assets/stylesheets" / name).read_text("utf-8") for name in _SHEETS)
    text = "".join(_COMMENT.sub("", text) for text in texts)
    used = frozenset(_USED.findall("".join(_rules_of_search(text, frozenset()))))
    return "".join(_rules_of_search(text, used)) + _BUTTON


def _rules_of_search(text: str, used: frozenset[str]) -> Iterator[str]:
    """The rules of the search, and those properties of the schemes that are used."""
    for head, body in _rules(text):
        if head.startswith(("@media", "@supports")):
            if inner := "".join(_rules_of_search(body, used)):
                yield f"{head}{{{inner}}}\n"
        elif all(_SCHEME.fullmatch(one) for one in selectors(head)):
            if properties := "".join(one[0] for one in _PROPERTY.finditer(body) if one[1] in used):
                yield f"{head}{{{properties}}}\n"
        elif of_search := [one for one in selectors(head) if _OURS.fullmatch(one)]:
            yield f"{','.join(of_search)}{{{' '.join(body.split())}}}\n"


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """The selector or condition of each rule, and what is between its braces."""
    at = 0
    while (begin := text.find("{", at)) >= 0:
        end, depth = begin + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield " ".join(text[at:begin].split()), text[begin + 1 : end - 1]
        at = end


def selectors(head: str) -> list[str]:
    """The selectors of a rule, divided at commas that are in no brackets."""
    return [one.strip() for one in re.split(r",(?![^()]*\))", head)]


def documents(path: str, title: str, description: str, tags: list[str], content: str) -> Iterator[SearchDocument]:
    """The search documents of a page with this title and HTML: the page, then each part below a heading with an address.

    `path` leads to the page from the folder of our pages. Each text of the page is in one document alone, so that
    headings add nothing to the index but their cards.
    """
    words = _PageWords()
    words.feed(content)
    words.close()
    top, *parts = words.parts
    names = [heading for part in (top, *parts) for heading in part.headings if heading != title]
    yield _document(path, title, {"lead": [description, *names], "tags": tags, "body": top.texts}, {"page": ""})
    for part in parts:
        name, *others = part.headings or [title]
        anchor = f"{path}#{quote(part.anchor)}"
        yield _document(anchor, name, {"lead": others, "body": part.texts}, {"page": title})


def _document(path: str, title: str, fields: Mapping[str, list[str]], card: Mapping[str, str]) -> SearchDocument:
    filled = {name: [text for text in texts if text] for name, texts in fields.items()}
    return SearchDocument(
        path, KIND, title, path, {name: texts for name, texts in filled.items() if texts}, {"kind": (KIND,)}, card,
        has_name=False,
    )  # fmt: skip


@dataclass(slots=True)
class _Part:
    """What stands below one heading of a page, up to the next: its own words first, if it has any."""

    anchor: str = ""
    headings: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


class _PageWords(HTMLParser):
    """Collects what a reader of a page sees, part by part: first what comes before the first heading with an address.

    The first heading of the first level is that of the page. A part whose heading is left out of the search is too.
    """

    def __init__(self) -> None:
        super().__init__()
        self.parts = [_Part()]
        self._at = self.parts[0]
        self._anchors = {""}
        self._has_title = False
        self._words: list[str] = []
        self._skipped = 0
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self._words.append(" ")
            return
        values = dict(attrs)
        hidden = (
            tag in _SKIPPED
            or "data-search-exclude" in values
            or "headerlink" in (values.get("class") or "").split()
        )  # fmt: skip
        if tag in _BLOCKS or tag in _HEADINGS:
            self._end_text(self._at.texts)
        if tag in _HEADINGS and not self._skipped:
            self._begin_part(tag, values.get("id") or "", hidden)
        self._open.append((tag, hidden))
        self._skipped += hidden

    def _begin_part(self, tag: str, anchor: str, hidden: bool) -> None:
        if tag == "h1" and not self._has_title:
            self._has_title = True
        elif hidden:
            self._at = _Part()
        else:
            # what is below a heading without an address of its own belongs to the part before it
            if anchor not in self._anchors:
                self._anchors.add(anchor)
                self.parts.append(_Part(anchor))
            self._at = self.parts[-1]

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _ in self._open}:
            return
        if tag in _BLOCKS or tag in _HEADINGS:
            self._end_text(self._at.headings if tag in _HEADINGS else self._at.texts)
        while self._open:
            name, hidden = self._open.pop()
            self._skipped -= hidden
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._words.append(data)

    def close(self) -> None:
        super().close()
        self._end_text(self._at.texts)

    def _end_text(self, texts: list[str]) -> None:
        if text := " ".join("".join(self._words).split()):
            texts.append(text)
        self._words.clear()
