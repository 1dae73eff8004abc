"""Guidance of a template that is still in a text: values and lines that begin with `TODO:`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mkdocs_pir.kb.body import code_lines
from mkdocs_pir.kb.model import Pir

MARK = "TODO:"
"""What a line or value of guidance begins with, in the templates of the package and in an organisation's own."""

# what may stand before it on a line: marks of lists, quotes, headings, tables and emphasis
_LINE = re.compile(r"^[ \t]*(?:(?:[-+*>|]|#{1,6}|\d+[.)])[ \t]+)*(?:\[ \][ \t]+)?[*_]{0,3}(?P<text>TODO:.*)$")


def is_written(text: str) -> bool:
    """Whether somebody wrote the value: it is neither empty nor still what the template says."""
    return bool(text) and not text.startswith(MARK)


def is_report_written(pir: Pir) -> bool:
    """Whether no guidance is left in what a review tells: its sections and the texts of its front matter."""
    told = (pir.title, pir.impact.summary, pir.root_cause, pir.workaround, pir.no_lesson_because)
    if any(text.startswith(MARK) for text in told):
        return False
    return not any(any(True for _ in lines(text)) for text in (pir.preamble, *(s.text for s in pir.sections)))


def lines(body: str) -> Iterator[tuple[int, int, str]]:
    """Each line of guidance in a text: its number from 0, its column from 1, and what it says."""
    if MARK not in body:
        return
    code = code_lines(body)
    for number, line in enumerate(body.split("\n")):
        if number not in code and (found := _LINE.match(line)):
            yield number, found.start("text") + 1, found["text"].removeprefix(MARK).strip(" \t*_|")
