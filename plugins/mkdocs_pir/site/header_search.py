"""The search in the header of a site with other pages: it finds them as well as the records.

On the other pages it brings a style sheet of its own, which has no rule for anything else that is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

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


def document(path: str, title: str, description: str, tags: list[str], content: str) -> SearchDocument:
    """The search document of a page with this title and HTML. `path` leads to it from the folder of our pages."""
    words = _PageWords()
    words.feed(content)
    words.close()
    fields = {
        "lead": [description, *(one for one in words.headings if one != title)],
        "tags": tags,
        "body": words.texts,
    }
    filled = {name: [text for text in texts if text] for name, texts in fields.items()}
    return SearchDocument(
        path, KIND, title, path, {name: texts for name, texts in filled.items() if texts}, {"kind": (KIND,)},
        has_name=False,
    )  # fmt: skip


class _PageWords(HTMLParser):
    """Collects what a reader of a page sees: its headings and its other texts."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.texts: list[str] = []
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
            self._end_text(self.texts)
        self._open.append((tag, hidden))
        self._skipped += hidden

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _ in self._open}:
            return
        if tag in _BLOCKS or tag in _HEADINGS:
            self._end_text(self.headings if tag in _HEADINGS else self.texts)
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
        self._end_text(self.texts)

    def _end_text(self, texts: list[str]) -> None:
        if text := " ".join("".join(self._words).split()):
            texts.append(text)
        self._words.clear()
