"""HTML as Markdown that shows the same on a page: markdownify, adapted to what Python-Markdown reads in its own way.

What is written is read again as a page would. The first way of writing that shows the same is taken: no sign escaped,
one kind of sign, every sign, the words alone, at last as code.
"""

from __future__ import annotations

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

_INLINE = re.compile(r"</?(?:strong|b|em|i|del|s|strike|code|tt|kbd|samp|a|sub|sup|ins|mark|u|small)(?: [^<>]*)?>")

_SIGNS = "*_`[]~^=+{}|\\#!<>-"
_KINDS = ("", "start", "*", "_", "`", "[]", "~", "^", "=", "+", "{}", "|", "\\", "!", "all")
_LONG = 20_000
_ESCAPABLE = frozenset("\\`*_{}[]()#+-.!~^=|>")
_START = re.compile(r"(?m)^[ \t]*(?:\d{1,9}(?=[.)]))?([^\w\s]+)")
_ALIGNED = re.compile(r"\b(left|center|right)\b")
_RULES = {"left": ":--", "center": ":-:", "right": "--:"}
_FENCE = re.compile(r"(?m)^[ \t>]*(?:`{3}|~{3})")
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
    wanted, words, second = appearance(block), visible(block), ""
    has_code = block.name == "pre" or block.find("pre") is not None
    for kind in _KINDS if len(words) < _LONG else ("", "all"):
        text = to_markdown(block, kind)
        if not has_code and _FENCE.search(text):
            continue  # alone it is words, with what follows it would begin code
        if (tree := _shown(text, texts)) is not None and appearance(tree) == wanted:
            return text
        if not second and tree is not None and visible(tree) == words:
            second = text
    if second:
        return second
    # unwrapping the marks one by one would take time with the square of their number
    _, plain = element(_INLINE.sub("", str(block)), block.name)
    text = to_markdown(plain, "all")
    if (tree := _shown(text, texts)) is not None and visible(tree) == words:
        return text
    text = element(str(plain).replace("<br/>", "\n"), block.name)[1].get_text().strip("\n")
    return f"### `{' '.join(text.split())}`" if plain.name in ("h3", "h4", "h5", "h6") else as_code(text)


def _shown(text: str, texts: Texts) -> BeautifulSoup | None:
    """What a page shows of a text, None for one that it refuses."""
    shown = texts.read(text)
    return None if shown.misreadings else parse(shown.text.html)


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
        starts = {at for found in _START.finditer(text) for at in range(*found.span(1))} if self.start else set[int]()
        html = {found.start() for found in _HTML.finditer(text)}
        if not (signs or starts or html):
            return text
        return "".join(
            escape(sign) if at in html else _escaped(sign) if at in starts or sign in signs else sign
            for at, sign in enumerate(text)
        )

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        if (id_ := el.get("data-ref")) is not None:
            return f"[[{id_}]]" if el.get_text() == id_ else f"[[{id_}|{el.get_text()}]]"
        href = str(el.get("href") or "")
        if el.get_text() == href:
            return f"<{href}>"
        address = f"<{href}>" if re.search(r"[\s()]", href) else href
        return f"[{text.strip()}]({address})" if href and text.strip() else text

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return ("<br>" if parent_tags & {"td", "th"} else " " if "_inline" in parent_tags else "<br>\n") + text

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"![{self.escape(str(el.get('alt') or ''), parent_tags)}]({el.get('src')})"

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
        shown = el.get_text().removesuffix("\n")
        # the first line break of an element, as HTML has it; what a fence holds is to the letter
        return f"\n\n{as_code(shown if code else shown.removeprefix(chr(10)), language)}\n\n"

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        head, _, others = text.strip().partition("\n")
        rule, _, rows = others.partition("\n")
        row = el.find("tr")
        cells = row.find_all(["td", "th"]) if isinstance(row, Tag) else []
        aligned = [_ALIGNED.search(f"{cell.get('style')} {cell.get('align')}") for cell in cells]
        if any(aligned) and len(cells) == rule.count("---"):
            rule = f"| {' | '.join(_RULES[found[1]] if found else '---' for found in aligned)} |"
        return "\n\n" + "\n".join(filter(None, (head, rule, rows))) + "\n\n"

    def _raw(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"<{el.name}>{text}</{el.name}>" if text.strip() else text

    convert_ins = convert_mark = convert_u = convert_small = _raw
    convert_strike = MarkdownConverter.convert_del
    convert_tt = MarkdownConverter.convert_code


def _escaped(sign: str) -> str:
    return f"\\{sign}" if sign in _ESCAPABLE else f"&#{ord(sign)};"


_SAME = {"b": "strong", "i": "em", "s": "del", "strike": "del", "kbd": "code", "samp": "code", "tt": "code", "th": "td"}
_BLOCKS = frozenset(
    {"ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "table", "tr", "td", "hr", "br", "dl", "dt", "dd"}
)
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
    before, after = "", ""
    if name in ("pre", "code"):
        text, end = node.get_text(), "\n" * (name == "pre")
        # spaces and line breaks mean something
        exact = "\x04".join((text.strip("\n") if end else " ".join(text.split())).split(" "))
        yield f"{end}\x01{name}\x02{exact.replace(chr(10), chr(5)).replace(chr(9), chr(6))}\x01/{name}\x02{end}"
        return
    if name == "input":
        before = f"[{'x' if node.has_attr('checked') else ' '}] "
    elif name in ("p", "div", "[document]"):
        before, after = "\n", "\n"
    elif name in _BLOCKS:
        start = str(node.get("start")) if name == "ol" and node.get("start", "1") != "1" else ""
        before, after = f"\n\x01{name}{start}\x02\n", f"\n\x01/{name}\x02\n"
    elif name == "a":
        id_ = str(node.get("data-ref") or "")
        before = f"\x01a {id_ or unquote(str(node.get('href') or ''))}\x02{'' if node.get_text() else id_}"
        after = "\x01/a\x02"
    elif name == "img":
        before = f"\x01img {unquote(str(node.get('src') or ''))}\x02{node.get('alt') or ''}"
    elif name in ("strong", "em", "del") or name in RAW:
        before, after = f"\x01{name}\x02", f"\x01/{name}\x02"
    yield before
    for child in node.children:
        if isinstance(child, Tag):
            yield from _appearance(child)
        elif type(child) is NavigableString:
            yield re.sub(r"\s+", " ", child)
    yield after


def visible(node: Tag) -> str:
    """The characters that a reader sees, without the space between them."""
    ids = "".join(str(link["data-ref"]) for link in node.select("[data-ref]") if not link.get_text())
    return "".join(node.get_text().split()) + ids
