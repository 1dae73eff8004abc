"""HTML as Markdown that shows the same on a page: markdownify, told what Python-Markdown reads in its own way.

What is written is read again as a page would. The first way of writing that shows the same is taken: no sign escaped,
one kind of sign, every sign, the words alone, at last as code.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from html import escape
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from markdownify import MarkdownConverter

from mkdocs_pir.kb.texts import Texts, misreadings

RAW = frozenset({"br", "sub", "sup", "ins", "mark", "u", "small"})
"""Elements for which Markdown has no sign of its own, or none that every reader knows: they are written as HTML."""

INLINE = ("strong", "b", "em", "i", "del", "s", "strike", "code", "tt", "kbd", "samp", "a", *RAW - {"br"})

_SIGNS = "*_`[]~^=+{}|\\#!<>-"
_KINDS = ("", "start", "*", "_", "`", "[]", "~", "^", "=", "+", "{}", "|", "\\", "!", "all")
_LONG = 20_000
_ESCAPABLE = frozenset("\\`*_{}[]()#+-.!~^=|>")
_START = re.compile(r"(?m)^[ \t]*(?:\d{1,9}(?=[.)]))?([^\w\s]+)")
_HTML = re.compile(r"&(?=#?\w+;)|<(?=[A-Za-z/!?])")


def parse(html: str) -> BeautifulSoup:
    """HTML as a tree, whatever is wrong with its nesting."""
    return BeautifulSoup(html, "html.parser")


def element(html: str, name: str) -> tuple[BeautifulSoup, Tag]:
    """A tree, and its first element of a name."""
    tree = parse(html)
    found = tree.find(name)
    assert isinstance(found, Tag)
    return tree, found


def written(block: Tag, texts: Texts) -> str:
    """One block of HTML as Markdown that is read as the same."""
    wanted, words = appearance(block), visible(block)
    second = ""
    long = len(words) > _LONG
    for kind in ("", "all") if long else _KINDS:
        text = to_markdown(block, kind)
        shown = texts.read(text)
        if shown.misreadings:
            continue
        tree = parse(shown.html)
        if appearance(tree) == wanted:
            return text
        if not second and visible(tree) == words:
            second = text
    if second:
        return second
    plain = copy.copy(block)
    for element in plain.find_all(INLINE):
        if element.has_attr("data-ref") and not element.get_text():
            element.string = str(element["data-ref"])
        element.unwrap()
    plain.smooth()
    text = to_markdown(plain, "all")
    shown = texts.read(text)
    if not shown.misreadings and visible(parse(shown.html)) == visible(plain):
        return text
    for line_break in plain.find_all("br"):
        line_break.replace_with("\n")
    text = plain.get_text().strip("\n")
    return f"### `{' '.join(text.split())}`" if re.fullmatch("h[3-6]", plain.name) else as_code(text)


def as_code(text: str, language: str = "") -> str:
    """A text in a fence, to the letter."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=2)
    fence = "`" * max(longest + 1, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def to_markdown(block: Tag, signs: str = "") -> str:
    """One block of HTML as Markdown. `signs` are those that are not meant as Markdown: `all`, `start` of a line."""
    return str(_Converter(signs).convert_soup(block)).strip("\n")


class _Converter(MarkdownConverter):  # type: ignore[misc]
    def __init__(self, signs: str) -> None:
        super().__init__(heading_style="atx", sub_symbol="<sub>", sup_symbol="<sup>")
        self.signs = _SIGNS if signs == "all" else "" if signs == "start" else signs
        self.start = signs in ("all", "start")

    def escape(self, text: str, parent_tags: set[str]) -> str:
        if "_inline" in parent_tags:
            text = text.replace("\n", " ")
        signs = self.signs + ("|" if parent_tags & {"td", "th"} else "")
        places = {at for found in _START.finditer(text) for at in range(*found.span(1))} if self.start else set[int]()
        places |= {at for at, sign in enumerate(text) if sign in signs} if signs else set()
        html = {found.start() for found in _HTML.finditer(text)}
        if not places and not html:
            return text
        return "".join(
            _escaped(sign, at in html) if at in places or at in html else sign for at, sign in enumerate(text)
        )

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if (id_ := el.get("data-ref")) is not None:
            words = el.get_text()
            return f"[[{id_}|{words}]]" if words else f"[[{id_}]]"
        href = str(el.get("href") or "")
        if el.get_text() == href:
            return f"<{href}>"
        address = f"<{href}>" if re.search(r"[\s()]", href) else href
        return f"[{text.strip()}]({address})" if href and text.strip() else text

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return ("<br>" if parent_tags & {"td", "th"} else " " if "_inline" in parent_tags else "<br>\n") + text

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        number = str(el.parent.get("start") or 1) if el.parent is not None and el.parent.name == "ol" else ""
        place = len(el.find_previous_siblings("li"))
        mark = f"{(int(number) if number.isdigit() else 1) + place}. " if number else "- "
        first, *others = (text or "").strip().split("\n")
        lines = [f"{mark}{first}", *(f"    {line}" if line else "" for line in others)]
        return "\n".join(lines).rstrip() + ("\n\n" if "" in others else "\n")

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        code = el.find("code")
        classes = " ".join(code.get_attribute_list("class")) if isinstance(code, Tag) else ""
        found = re.search(r"language-([\w+#.-]{1,20})", classes)
        language = "" if found is None or [*misreadings.of_fence(found[1])] else found[1]
        written = el.get_text().removesuffix("\n")
        # the first line break of an element, as HTML has it; what a fence holds is to the letter
        return f"\n\n{as_code(written if code else written.removeprefix(chr(10)), language)}\n\n"

    def _raw(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<{el.name}>{text}</{el.name}>" if text.strip() else text

    convert_ins = convert_mark = convert_u = convert_small = _raw
    convert_strike = MarkdownConverter.convert_del
    convert_tt = MarkdownConverter.convert_code


def _escaped(sign: str, html: bool) -> str:
    return escape(sign) if html else f"\\{sign}" if sign in _ESCAPABLE else f"&#{ord(sign)};"


_SAME = {"b": "strong", "i": "em", "s": "del", "strike": "del", "kbd": "code", "samp": "code", "tt": "code", "th": "td"}
_BLOCKS = frozenset(
    {"ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "table", "tr", "td", "hr", "dl", "dt", "dd"}
)
_PARAGRAPHS = frozenset({"p", "div", "br", "[document]"})
_INSIDE = re.compile(r"(\x01\w+[^\x02]*\x02)( +)")
_BEFORE_END = re.compile(r"( +)(\x01/\w+\x02)")


def appearance(node: Tag) -> str:
    """What a reader sees of some HTML: its words, blocks, links and marks, however they are written."""
    text = "".join(_appearance(node))
    text = re.sub(r"[ \t]+", " ", text)
    text = _BEFORE_END.sub(r"\2\1", _INSIDE.sub(r"\2\1", text))
    # an empty row is the head of a table that has none
    text = re.sub(r"(?:\n*\x01td\x02\s*\x01/td\x02\s*)+(?=\x01/tr\x02)", "\n", text)
    text = re.sub(r"\x01tr\x02\s*\x01/tr\x02", "", text)
    return re.sub(r" *\n[ \n]*", "\n", re.sub(" +", " ", text)).strip()


def _appearance(node: Tag) -> Iterator[str]:
    name = _SAME.get(node.name, node.name)
    if name == "pre":
        yield f"\n\x01pre\x02{_exact(node.get_text().strip(chr(10)))}\n"
        return
    if name == "code":
        yield f"\x01code\x02{_exact(' '.join(node.get_text().split()))}\x03"
        return
    if name == "input":
        yield f"[{'x' if node.has_attr('checked') else ' '}] "
        return
    if name in _PARAGRAPHS:
        around = ("\n\x01br\x02\n", "") if name == "br" else ("\n", "\n")
    elif name in _BLOCKS:
        start = f"{node.get('start')}" if name == "ol" and node.get("start", "1") != "1" else ""
        around = (f"\n\x01{name}{start}\x02\n", f"\n\x01/{name}\x02\n")
    elif name == "a":
        target = node.get("data-ref") or unquote(str(node.get("href") or ""))
        around = (f"\x01a {target}\x02", "\x01/a\x02")
    elif name in ("strong", "em", "del") or name in RAW:
        around = (f"\x01{name}\x02", f"\x01/{name}\x02")
    else:
        around = ("", "")
    yield around[0]
    for child in node.children:
        if isinstance(child, Tag):
            yield from _appearance(child)
        elif type(child) is NavigableString:
            yield re.sub(r"\s+", " ", child)
    yield around[1]


def _exact(text: str) -> str:
    """Code, in which spaces and line breaks mean something."""
    return text.replace(" ", "\x04").replace("\n", "\x05").replace("\t", "\x06")


def visible(node: Tag) -> str:
    """The characters that a reader sees, without the space between them."""
    return "".join(node.get_text().split())
