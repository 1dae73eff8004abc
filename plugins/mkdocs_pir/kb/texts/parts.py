"""The texts that one record is made of, and where in its file the words of a rendered text stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import MAX_LINES, Mark
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.texts.fields import Path, fields


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a record: a field (`field` is its place in the front matter), or a part of the body.

    `source` is the text as it was written, `heading` what stands above it in the body, `lines` are its own with that of
    the heading, from the line `first` of the file on.
    """

    entry: RecordFile
    source: str
    is_markdown: bool = True
    field: Path | None = None
    heading: str = ""
    first: int = 0
    lines: Sequence[str] = ()

    def place(self, words: str, after: Mark | None = None) -> Mark:
        """Where words of the rendered text stand in the file, as (line, column); else where the text begins.

        Of several places the first behind `after`.
        """
        if self.field is not None:
            return self.entry.at(*self.field)
        line, column = locate(self.lines, words, (after[0] - self.first, after[1]) if after else (0, 0))
        return self.first + line, column


def parts(entry: RecordFile) -> Iterator[Part]:
    """Every text of a record: its fields, what stands before the first section, and the sections."""
    for at, text, is_markdown in fields(schema.load(entry.kind), entry.data):
        yield Part(entry, text, is_markdown, at)
    lines = entry.body.split("\n")
    starts = [section.line for section in entry.sections]
    ends = [*starts, entry.body_line + len(lines)]
    own = [
        lines[start - entry.body_line : end - entry.body_line]
        for start, end in zip([entry.body_line, *starts], ends, strict=True)
    ]
    yield Part(entry, entry.preamble, first=entry.body_line, lines=own[0])
    for section, above in zip(entry.sections, own[1:], strict=True):
        yield Part(entry, section.text, heading=section.title, first=section.line, lines=above)


def locate(lines: Sequence[str], words: str, after: Mark = (0, 0)) -> Mark:
    """Where words of a rendered text stand in its source, as (line from 0, column from 1); else its first line.

    Of several places the first behind `after`.
    """
    wanted = words.strip().split("\n")[0].strip()
    for number in range(after[0], len(lines) if wanted else 0):
        at = lines[number].find(wanted, after[1] if number == after[0] else 0)
        if at >= 0:
            return number, at + 1
    if after != (0, 0):
        return locate(lines, words)
    # marks of emphasis and the like are not in the words that a reader sees
    letters = _letters(wanted)
    for number, line in enumerate(lines if letters else ()):
        if letters in _letters(line):
            return number, len(line) - len(line.lstrip()) + 1
    return 0, 1


@lru_cache(maxsize=MAX_LINES)
def _letters(line: str) -> str:
    return "".join(c for c in line if c.isalnum())
