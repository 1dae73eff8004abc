"""Markdown as a result quotes it: its words and commands, without the signs that only lay a page out.

Words are found in the text as it is written; this is for the sentence shown beside a result.
"""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[^\n`]*$\n?", re.MULTILINE)
_BLOCK = re.compile(
    r"^[ \t]*(?:-{3,}|\|(?:[ \t]*:?-+:?[ \t]*\|)+)[ \t]*$\n?"  # a rule, or the line below a table's head
    r"|^[ \t]*(?:!!!|\?\?\?\+?|///)(?:[ \t]+[\w-]+)?[ \t]*(?=[\"\n]|$)"  # a note, by its kind
    r"|^[ \t]*(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|#{1,6}[ \t]+|>[ \t]?)",
    re.MULTILINE,
)
_LINK = re.compile(r"!?\[(?P<text>[^\[\]\n]*)\](?:\([^()\s]*(?:[ \t]+\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])(?:\{[^{}\n]*\})?")
_STRONG = re.compile(r"(?P<mark>\*\*|__)(?=\S)(?P<text>[^*_\n]+?)(?<=\S)(?P=mark)")
_CELL = re.compile(r"[ \t]*\|[ \t]*")


def quotable(markdown: str) -> str:
    """`markdown` without marks of blocks, tables, links and emphasis. Code keeps its text."""
    text = _FENCE.sub("", markdown)
    text = _BLOCK.sub("", text)
    text = _LINK.sub(lambda found: found["text"], text)
    text = _STRONG.sub(lambda found: found["text"], text)
    lines = (_cells(line) if line.lstrip().startswith("|") else line for line in text.split("\n"))
    return "\n".join(lines)


def _cells(row: str) -> str:
    return " · ".join(cell for cell in _CELL.split(row.strip()) if cell)
