"""Structural limits of texts, so that what would take Python-Markdown very long is refused, on every machine alike.

Its time grows with the square of the brackets that stay open in one paragraph. Measured with Python 3.11 on one slow
core, a text at each of these limits takes less than a second.
"""

from __future__ import annotations

import re

MAX_OPEN = 800
"""The maximum number of brackets, or of tags, that are open at the same time in a paragraph."""

MAX_MARKS = 20_000
"""The maximum number of characters with a meaning in Markdown in a paragraph."""

MAX_NOTES = 800
"""The maximum number of references to footnotes, and of abbreviations, in a text."""

MAX_PARTS = 50_000_000
"""The maximum of: lines of a paragraph that begin a heading, rule, box or tab, times characters of the paragraph."""

_MARK = re.compile(r"[\[\]()<>*_~^=+`!&\\]")
_PART = re.compile(r"[ \t>]*+(?:#|[-*_=][-*_= \t]*+$|===|!!!|\?\?\?|///)")
_NOTE = re.compile(r"\[\^|^[ \t>]*\*\[", re.MULTILINE)
_HINT = "keep the data as an attachment, or put it in a code fence with empty lines in it"


def syntax_characters(text: str) -> int:
    """The number of characters in a text with a meaning in Markdown."""
    return sum(1 for _ in _MARK.finditer(text))


def first_violation(text: str) -> tuple[int, str, str] | None:
    """The first violation of a limit in a text, as (line from 0, message, hint); None if there is none."""
    if len(text) < MAX_OPEN:
        return None
    brackets = tags = rounds = marks = parts = size = 0
    in_fence = False
    for number, line in enumerate(text.split("\n")):
        if not line.strip():
            brackets = tags = rounds = marks = parts = size = 0
            continue
        size += len(line) + 1
        if line.lstrip().startswith(("```", "~~~")):
            in_fence = not in_fence
        # lines in a code fence begin nothing, whatever they look like
        parts += not in_fence and _PART.match(line) is not None
        for match in _MARK.finditer(line):
            sign = match[0]
            marks += sign not in "()"
            if sign == "[":
                brackets += 1
            elif sign == "]":
                brackets = max(brackets - 1, 0)
            elif sign == "(":
                rounds += 1
            elif sign == ")":
                rounds = max(rounds - 1, 0)
            elif sign == "<":
                tags += 1
            elif sign == ">":
                tags = max(tags - 1, 0)
            if max(brackets, rounds, tags) > MAX_OPEN:
                what = "signs '<'" if tags > MAX_OPEN else "brackets"
                return number, f"more than {MAX_OPEN:,} {what} are open in one paragraph", _HINT
        if marks > MAX_MARKS:
            return number, f"more than {MAX_MARKS:,} characters of Markdown syntax in one paragraph", _HINT
        if parts * size > MAX_PARTS:
            what = f"{parts:,} headings, rules, boxes and tabs in one paragraph of {size:,} characters"
            return number, what, "put an empty line before each, or keep the data as an attachment"
    if sum(1 for _ in _NOTE.finditer(text)) > MAX_NOTES:
        return 0, f"more than {MAX_NOTES:,} footnotes and abbreviations", "put them into the text"
    return None
