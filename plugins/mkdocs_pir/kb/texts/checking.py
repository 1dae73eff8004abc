"""Rendering every text of a record as a check: what could be misread is a problem at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import MAX_PROBLEMS
from mkdocs_pir.kb.knowledge import RecordFile, RegisterRow
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.fields import fields
from mkdocs_pir.kb.texts.misreadings import HIDDEN, MARK, Misreading


def check_texts(entries: Iterable[RecordFile], texts: Texts) -> Iterator[Problem]:
    """What could be misread in the fields and bodies of records."""
    for entry in entries:
        for part in entry.parts:
            found = texts.read(part.source).misreadings if part.is_markdown else _as_typed(part.source)
            for one in found[:MAX_PROBLEMS]:
                yield Problem.of(one.code, entry.path, entry.place(part, one.words), one.message, one.hint)


def check_cells(rows: Iterable[RegisterRow]) -> Iterator[Problem]:
    """What could be misread in the cells of a register, which are shown as they were typed."""
    for row in rows:
        for at, text, _ in fields(schema.load(row.register), row.data):
            for one in _as_typed(text):
                yield Problem.of(one.code, row.path, row.at(str(at[0])), one.message, one.hint)


def _as_typed(text: str) -> tuple[Misreading, ...]:
    """What could be misread in a field that is shown as it was typed."""
    if "<!--" in text:
        message, hint = "a comment in a field that is shown as it was typed would be seen", "take it out"
        return (Misreading(HIDDEN, "<!--", message, hint),)
    if any(line.strip().startswith("///") for line in text.split("\n")) and "internal" in text.casefold():
        message, hint = "a block cannot be kept inside in a field that is shown as it was typed", "take it out"
        return (Misreading(MARK, "///", message, hint),)
    return ()
