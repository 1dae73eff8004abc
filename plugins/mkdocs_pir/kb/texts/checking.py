"""Rendering every text of a record as a check: what could be misread is a problem at its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import MAX_PROBLEMS, Mark
from mkdocs_pir.kb.knowledge import Entry
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.fields import fields
from mkdocs_pir.kb.texts.misreadings import HIDDEN, MARK, Misreading


def check_texts(entries: Iterable[Entry], texts: Texts) -> Iterator[Problem]:
    """What could be misread in the fields and bodies of records."""
    for entry in entries:
        for at, text, is_markdown in fields(schema.load(entry.kind), entry.data):
            found = texts.read(text).misreadings if is_markdown else _as_typed(text)
            for one in found[:MAX_PROBLEMS]:
                yield Problem.of(one.code, entry.path, entry.at(*at), one.message, one.hint)
        yield from _check_body(entry, texts)


def _check_body(entry: Entry, texts: Texts) -> Iterator[Problem]:
    lines = entry.body.split("\n")
    parts = [Section("", entry.preamble, entry.body_line), *entry.sections]
    for number, part in enumerate(parts):
        first = part.line - entry.body_line
        end = parts[number + 1].line - entry.body_line if number + 1 < len(parts) else len(lines)
        for one in texts.read(part.text).misreadings[:MAX_PROBLEMS]:
            line, column = locate(lines[first:end], one.words)
            yield Problem.of(one.code, entry.path, (part.line + line, column), one.message, one.hint)


def locate(lines: list[str], words: str) -> Mark:
    """Where words of a rendered text stand in its source, as (line from 0, column from 1); else its first line."""
    wanted = words.strip().split("\n")[0].strip()
    for number, line in enumerate(lines):
        if wanted and wanted in line:
            return number, line.index(wanted) + 1
    # marks of emphasis and the like are not in the words that a reader sees
    letters = "".join(c for c in wanted if c.isalnum())
    for number, line in enumerate(lines):
        if letters and letters in "".join(c for c in line if c.isalnum()):
            return number, len(line) - len(line.lstrip()) + 1
    return 0, 1


def _as_typed(text: str) -> tuple[Misreading, ...]:
    """What could be misread in a field that is shown as it was typed."""
    if "<!--" in text:
        message, hint = "a comment in a field that is shown as it was typed would be seen", "take it out"
        return (Misreading(HIDDEN, "<!--", message, hint),)
    if any(line.strip().startswith("///") for line in text.split("\n")) and "internal" in text.casefold():
        message, hint = "a block cannot be kept inside in a field that is shown as it was typed", "take it out"
        return (Misreading(MARK, "///", message, hint),)
    return ()
