"""The check of all texts of records and registers: what readers could misread is a problem at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import MAX_PROBLEMS
from mkdocs_pir.kb.knowledge import RecordFile, RegisterRow
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.fields import text_fields
from mkdocs_pir.kb.texts.misreadings import HIDDEN, MARK, Misreading


def check_texts(file: RecordFile, texts: Texts) -> Iterator[Problem]:
    """Problems of misreadings in the fields and body of a record."""
    for part in file.parts:
        misreadings = texts.read(part.source).misreadings if part.is_markdown else _in_plain_text(part.source)
        for one in misreadings[:MAX_PROBLEMS]:
            yield Problem.of(one.code, file.path, file.place(part, one.words), one.message, one.hint)


def check_cells(rows: Iterable[RegisterRow]) -> Iterator[Problem]:
    """Problems of misreadings in the cells of registers, which are plain text."""
    for row in rows:
        for at, text, _ in text_fields(schema.load(row.register), row.data):
            for one in _in_plain_text(text):
                yield Problem.of(one.code, row.path, row.at(str(at[0])), one.message, one.hint)


def _in_plain_text(text: str) -> tuple[Misreading, ...]:
    """The misreadings of a field that is plain text: comments and internal blocks have no effect in it."""
    if "<!--" in text:
        message, hint = "this field is plain text, so the comment in it would be visible", "remove it"
        return (Misreading(HIDDEN, "<!--", message, hint),)
    if any(line.strip().startswith("///") for line in text.split("\n")) and "internal" in text.casefold():
        message, hint = "this field is plain text, so a block in it cannot be internal", "remove it"
        return (Misreading(MARK, "///", message, hint),)
    return ()
