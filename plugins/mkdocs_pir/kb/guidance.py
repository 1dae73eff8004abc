"""Guidance of a template that is still in a record: values and lines that begin with `TODO:`.

A draft may carry it (a warning, so that the check doubles as the list of what is left to write); once a report
has passed draft it is an error. What was brought in as history (`archived`) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.body import without_code
from mkdocs_pir.kb.knowledge import Entry, KnowledgeBase
from mkdocs_pir.kb.problem import Problem

MARK = "TODO:"
"""What a line or value of guidance begins with, in the templates of the package and in an organisation's own."""

# what may stand before it on a line: marks of lists, quotes, headings, tables and emphasis
_LINE = re.compile(r"^[ \t]*(?:(?:[-+*>|]|#{1,6}|\d+[.)])[ \t]+)*(?:\[ \][ \t]+)?[*_]{0,3}(?P<text>TODO:.*)$")


def left_in(kb: KnowledgeBase) -> Iterator[Problem]:
    """Every place where guidance is left in."""
    for entry in kb.entries.values():
        status = entry.data.get("status")
        if entry.record is None or status == "archived":
            continue
        code = "PIR119" if status == "draft" or not _drafted(entry.kind) else "PIR319"
        under = "" if code == "PIR119" else f", and the status is '{status}'"
        for where, text in places(entry):
            hint = "write it, or remove the line" if code == "PIR119" else "write it, or set the status back to 'draft'"
            yield Problem.of(code, entry.path, where, f"guidance is left in: '{_short(text)}'{under}", hint)


def places(entry: Entry) -> Iterator[tuple[tuple[int, int], str]]:
    """Each line or value of guidance with its (line, column) and what it says."""
    for at, text in schema.texts(entry.data):
        if text.startswith(MARK):
            yield entry.at(*at), text.removeprefix(MARK).strip()
    if MARK not in entry.body:
        return
    for number, line in enumerate(without_code(entry.body).split("\n")):
        if found := _LINE.match(line):
            text = found["text"].removeprefix(MARK).strip(" \t*_|")
            yield (entry.body_line + number, found.start("text") + 1), text


def _drafted(kind: str) -> bool:
    """Whether records of this kind begin as drafts; the others are in use from the day they are written."""
    return "draft" in schema.load(kind)["properties"].get("status", {}).get("enum", ())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "…"
