"""Guidance that is left from a template: values and lines that begin with `TODO:`."""

from __future__ import annotations

import re
from collections.abc import Iterator

MARK = "TODO:"
"""The beginning of each line or value of guidance, in the templates of the package and of an organisation."""

# marks of lists, quotes, headings, tables and emphasis may come before it on a line
_LINE = re.compile(r"^[ \t]*(?:(?:[-+*>|]|#{1,6}|\d+[.)])[ \t]+)*(?:\[ \][ \t]+)?[*_]{0,3}(?P<text>TODO:.*)$")


def is_written(text: str) -> bool:
    """Whether a value is neither empty nor guidance."""
    return bool(text) and not text.startswith(MARK)


def without_words(text: str) -> str:
    """The sign of guidance for a text with guidance, and nothing for any other text."""
    return MARK if MARK in text and any(True for _ in lines(text)) else ""


def lines(body: str) -> Iterator[tuple[int, int, str]]:
    """Each line of guidance in a text: its number from 0, its column from 1, and its words."""
    if MARK not in body:
        return
    # the parser of Markdown is slow to import, and hardly any text holds guidance
    from mkdocs_pir.kb.body import code_lines

    code = code_lines(body)
    for number, line in enumerate(body.split("\n")):
        if number not in code and (match := _LINE.match(line)):
            yield number, match.start("text") + 1, match["text"].removeprefix(MARK).strip(" \t*_|")
