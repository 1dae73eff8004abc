"""From CommonMark, which most tools write, to the Markdown of the site: lists, code and tables stay what they were.

The site's renderer wants a blank line before a list, four spaces a level, numbers with a dot, and code in fences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("table")
_PARSER.core.ruler.enableOnly(["normalize", "block"])

_MARKER = re.compile(r"( {0,3})([-*+]|\d{1,9}[.)])( {1,4}(?=\S)|\s|$)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)$")
_OPENS_BLOCK = frozenset({"bullet_list_open", "ordered_list_open", "fence", "table_open", "blockquote_open", "hr"})


@dataclass(slots=True)
class _Line:
    """One line: its text without the indentation of the list items around it, and how many of those there are."""

    text: str
    depth: int = 0
    marker: str = ""


def to_site(text: str) -> str:
    """The text as the site's renderer shows it the way CommonMark does. Every fence is closed."""
    # a tab is worth four columns; only at the beginning of a line does it matter
    source = [re.sub(r"^[ \t]+", lambda m: m[0].expandtabs(4), line) for line in text.split("\n")]
    tokens = _PARSER.parse("\n".join(source))
    lines = [_Line(line) for line in source]
    blank_before: set[int] = set()
    close_after: dict[int, tuple[int, str]] = {}
    _lists(tokens, lines)
    for token in tokens:
        if token.map is None:
            continue
        start, end = token.map
        if token.type in _OPENS_BLOCK:
            blank_before.add(start)
        if token.type == "fence":
            _fence(token, lines, close_after)
        elif token.type == "code_block":
            _indented_code(start, end, lines, blank_before, close_after)
    return "\n".join(_written(lines, blank_before, close_after)).strip("\n")


def _lists(tokens: Sequence[Token], lines: list[_Line]) -> None:
    """Take the indentation of list items off their lines, outermost item first, and count it."""
    for token in tokens:
        if token.type != "list_item_open" or token.map is None:
            continue
        start, end = token.map
        line = lines[start]
        found = _MARKER.match(line.text)
        if found is None:
            continue
        width = found.end() if found[3] else found.end(2) + 1
        number = found[2][:-1] + "." if found[2][0].isdigit() else "-"
        # an item may begin with another item on its own line: both markers are kept, in order
        line.marker += f"{number} "
        line.text = line.text[found.end() :]
        for later in lines[start + 1 : end]:
            later.text = re.sub(rf"^ {{0,{width}}}", "", later.text)
            later.depth += 1


def _fence(token: Token, lines: list[_Line], close_after: dict[int, tuple[int, str]]) -> None:
    assert token.map is not None
    start, end = token.map
    last = lines[end - 1].text.strip().lstrip("> ")
    if end - 1 > start and last.startswith(token.markup) and set(last) == {token.markup[0]}:
        return
    quote = re.match(r"(?:\s*>)*\s?", lines[start].text)
    close_after[end - 1] = (lines[end - 1].depth or lines[start].depth, (quote[0] if quote else "") + token.markup)


def _indented_code(
    start: int, end: int, lines: list[_Line], blank_before: set[int], close_after: dict[int, tuple[int, str]]
) -> None:
    while end > start and not lines[end - 1].text.strip():
        end -= 1
    if any(line.marker for line in lines[start:end]) or lines[start].text.lstrip().startswith(">"):
        return
    for line in lines[start:end]:
        line.text = line.text[4:] if line.text.startswith("    ") else line.text.lstrip()
    mark = "```"
    while any(mark in line.text for line in lines[start:end]):
        mark += "`"
    blank_before.add(start)
    lines[start].text = f"{mark}\n{_pad(lines[start].depth)}{lines[start].text}"
    close_after[end - 1] = (lines[start].depth, mark)


def _pad(depth: int) -> str:
    return "    " * depth


def _written(lines: Sequence[_Line], blank_before: set[int], close_after: dict[int, tuple[int, str]]) -> list[str]:
    out: list[str] = []
    for number, line in enumerate(lines):
        if number in blank_before and out and out[-1].strip() and not _continues(lines, number):
            out.append("")
        out.append((_pad(line.depth) + line.marker + line.text) if (line.marker + line.text).strip() else "")
        if number in close_after:
            depth, mark = close_after[number]
            out.append(_pad(depth) + mark)
    return out


def _continues(lines: Sequence[_Line], number: int) -> bool:
    """Whether a block needs no blank line: the next level of a list, or the next line of a quote."""
    line, before = lines[number], lines[number - 1]
    if line.marker and line.depth:
        return True
    return line.text.lstrip().startswith(">") and before.text.lstrip().startswith(">")
