"""Guidance of a template that is still in a record: values and lines that begin with `TODO:`.

While a record is being written it may carry it (a warning, so that the check doubles as the list of what is left to
write): a lesson as a draft, a review in the first step of the process. Later, and once it is released, it is an error.
What was brought in as history (`archived`) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.body import without_code
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import Problem

if TYPE_CHECKING:
    # the gates ask whether a report is written, and what is known of a knowledge base asks the gates
    from mkdocs_pir.kb.knowledge import Entry, KnowledgeBase

MARK = "TODO:"
"""What a line or value of guidance begins with, in the templates of the package and in an organisation's own."""

# what may stand before it on a line: marks of lists, quotes, headings, tables and emphasis
_LINE = re.compile(r"^[ \t]*(?:(?:[-+*>|]|#{1,6}|\d+[.)])[ \t]+)*(?:\[ \][ \t]+)?[*_]{0,3}(?P<text>TODO:.*)$")


def left_in(kb: KnowledgeBase) -> Iterator[Problem]:
    """Every place where guidance is left in."""
    first = kb.lifecycle.steps[0].statuses
    for entry in kb.entries.values():
        status = entry.data.get("status")
        if entry.record is None or status == "archived":
            continue
        writing = first if entry.kind == "pir" else ("draft",)
        if not _drafted(entry.kind) or (status in writing and "release" not in entry.data):
            code, under, hint = "PIR119", "", "write it, or remove the line"
        elif status in writing:
            code, under, hint = "PIR319", ", and it is released", "write it, or take 'release' out"
        else:
            code, under = "PIR319", f", and the status is '{status}'"
            hint = f"write it, or set the status back to '{writing[-1]}'"
        for where, text in places(entry):
            yield Problem.of(code, entry.path, where, f"guidance is left in: '{_short(text)}'{under}", hint)


def places(entry: Entry) -> Iterator[tuple[tuple[int, int], str]]:
    """Each line or value of guidance with its (line, column) and what it says."""
    for at, text in schema.texts(entry.data):
        if text.startswith(MARK):
            yield entry.at(*at), text.removeprefix(MARK).strip()
    for number, column, text in _lines(entry.body):
        yield (entry.body_line + number, column), text


def is_written(text: str) -> bool:
    """Whether somebody wrote the value: it is neither empty nor still what the template says."""
    return bool(text) and not text.startswith(MARK)


def is_report_written(pir: Pir) -> bool:
    """Whether no guidance is left in what a review tells: its sections and the texts of its front matter."""
    told = (pir.title, pir.impact.summary, pir.root_cause, pir.workaround, pir.no_lesson_because)
    if any(text.startswith(MARK) for text in told):
        return False
    return not any(any(True for _ in _lines(text)) for text in (pir.preamble, *(s.text for s in pir.sections)))


def _lines(body: str) -> Iterator[tuple[int, int, str]]:
    """Each line of guidance in a text: its number from 0, its column from 1, and what it says."""
    if MARK not in body:
        return
    for number, line in enumerate(without_code(body).split("\n")):
        if found := _LINE.match(line):
            yield number, found.start("text") + 1, found["text"].removeprefix(MARK).strip(" \t*_|")


def _drafted(kind: str) -> bool:
    """Whether records of this kind begin as drafts; the others are in use from the day they are written."""
    return "draft" in schema.load(kind)["properties"].get("status", {}).get("enum", ())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"
