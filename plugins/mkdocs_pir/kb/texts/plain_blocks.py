"""Texts of plain words in paragraphs and tables, as most texts of records are: rendered without Python-Markdown.

The result is what Python-Markdown and `sanitise` make of them, in a hundredth of the time.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SIGNS = r" .,;:()/%'\"?#–—’“”…€°±×→-"
"""Signs that are no markup where a line begins with a letter or a cell of a table with a letter or digit."""

# common letters stand in a set of their own, as it is looked up faster than the category \w
_PARAGRAPH = re.compile(rf"[A-Za-z0-9\w\n{_SIGNS}]*+")
_TABLE = re.compile(rf"[A-Za-z0-9\w\n|{_SIGNS}]*+")
PLAIN = re.compile(rf"(?:[A-Za-z0-9{_SIGNS}]|[^\W_])*+")
"""Words that no inline pattern of the default extensions changes."""

_RULE = re.compile(r"(:?)-+(:?)")
_ALIGNED = {("", ""): "", (":", ""): ' align="left"', ("", ":"): ' align="right"', (":", ":"): ' align="center"'}
_NO_WORDS = frozenset({"", "-", "–", "—", "?"})
_NUMBER = re.compile(r"\d{1,5}\.")


class PlainBlock(NamedTuple):
    """A block of plain words: its canonical HTML, the words that a reader sees, and its pieces, one on each line."""

    html: str
    words: str
    pieces: str


def read(text: str) -> list[PlainBlock] | None:
    """The paragraphs and tables of a text without line breaks around it; None if only Python-Markdown can tell."""
    blocks: list[PlainBlock] = []
    for source in text.split("\n\n"):
        block = _table(source) if source.startswith("|") else _paragraph(source)
        if block is None:
            return None
        blocks.append(block)
    return blocks


def _paragraph(source: str) -> PlainBlock | None:
    if not source or not _PARAGRAPH.fullmatch(source) or "_" in source or "  " in source:
        return None
    if "\n" not in source:
        is_plain = source[0].isalpha() and source[-1] != " "
        return PlainBlock(f"<p>{source}</p>", source, source) if is_plain else None
    if not all(line and line[0].isalpha() and line[-1] != " " for line in source.split("\n")):
        return None
    return PlainBlock(f"<p>{source}</p>", source.replace("\n", " "), source)


def _table(source: str) -> PlainBlock | None:
    """A table with a line of rules below its head, whose rows have as many cells as the head and stand between `|`."""
    if not _TABLE.fullmatch(source) or "_" in source:
        return None
    lines = source.split("\n")
    if len(lines) < 3 or not all(line.startswith("|") and line.endswith("|") for line in lines):
        return None
    head, rules, *rows = ([cell.strip(" ") for cell in line[1:-1].split("|")] for line in lines)
    aligned = [_ALIGNED[match[1], match[2]] for cell in rules if (match := _RULE.fullmatch(cell))]
    if not len(head) == len(rules) == len(aligned) or any(len(row) != len(head) for row in rows):
        return None
    cells = [cell for row in (head, *rows) for cell in row]
    if not all(cell in _NO_WORDS or cell[0].isalnum() for cell in cells):
        return None
    words = [_words_of(row) for row in (head, *rows)]
    # a number alone in a row would be read as that of the next line
    if not any(words) or any(_NUMBER.fullmatch(row) for row in words):
        return None
    html = f"<table>\n<thead>\n{_row(head, aligned, 'th')}</thead>\n<tbody>\n{''.join(_row(row, aligned, 'td') for row in rows)}</tbody>\n</table>"
    return PlainBlock(html, "\n".join(filter(None, words)), "\n".join(cells))


def _row(cells: list[str], aligned: list[str], name: str) -> str:
    inner = "".join(f"<{name}{align}>{cell}</{name}>\n" for cell, align in zip(cells, aligned, strict=True))
    return f"<tr>\n{inner}</tr>\n"


def _words_of(row: list[str]) -> str:
    words = " · ".join(row)
    return words if "" not in row else words.replace("  ·", " ·").lstrip(" ·").rstrip()
