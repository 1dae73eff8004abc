"""Structural limits of a text: what takes Python-Markdown long is refused before it is read, the same on every machine.

Its patterns take time with the square of what stays open in one paragraph; measured with 3.11 on one slow core, a
text at each of these limits takes less than a second.
"""

from __future__ import annotations

import re

MAX_OPEN = 800
"""Brackets, or tags, that are open at once within a paragraph."""

MAX_MARKS = 20_000
"""Signs of emphasis, code and links in a paragraph."""

MAX_NOTES = 800
"""References to footnotes, and abbreviations, in a text."""

MAX_PARTS = 50_000_000
"""Lines of a paragraph that begin a part of it (a heading, a rule, a box, a tab), times its characters."""

_MARK = re.compile(r"[\[\]()<>*_~^=+`!&\\]")
_PART = re.compile(r"[ \t>]*+(?:#|[-*_=][-*_= \t]*+$|===|!!!|\?\?\?|///)")
_NOTE = re.compile(r"\[\^|^[ \t>]*\*\[", re.MULTILINE)
_HINT = "keep data as an attachment, or put it in a fence with an empty line now and then"


def signs(text: str) -> int:
    """How many signs of Markdown stand in a text."""
    return sum(1 for _ in _MARK.finditer(text))


def beyond(text: str) -> tuple[int, str, str] | None:
    """What of a text is beyond the limits, as (line from 0, message, hint); None for a text that is within them."""
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
        # a fence is taken out as a whole, whatever its lines look like
        parts += not in_fence and _PART.match(line) is not None
        for found in _MARK.finditer(line):
            sign = found[0]
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
            return number, f"more than {MAX_MARKS:,} signs of Markdown in one paragraph", _HINT
        if parts * size > MAX_PARTS:
            what = f"{parts:,} headings, rules, boxes and tabs in one paragraph of {size:,} characters"
            return number, what, "put an empty line before each, or keep data as an attachment"
    if sum(1 for _ in _NOTE.finditer(text)) > MAX_NOTES:
        return 0, f"more than {MAX_NOTES:,} footnotes and abbreviations", "put them into the text"
    return None
