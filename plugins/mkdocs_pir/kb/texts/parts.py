"""The texts of a record, and the place in its file of words of a rendered text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import MAX_LINES, Mark
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.texts.fields import Path, text_fields


class Part(Struct, frozen=True):
    """One text of a record: a field (`field` is its path in the front matter), or a section of the body.

    `source` is the text as written, `heading` the heading above it in the body. With the heading it takes the lines of
    the file from `first` up to, but not including, `end`.
    """

    source: str
    is_markdown: bool = True
    field: Path | None = None
    heading: str = ""
    first: int = 0
    end: int = 0


def parts_of_fields(kind: str, data: Mapping[str, Any]) -> Iterator[Part]:
    """Every text in the front matter of a record."""
    for at, text, is_markdown in text_fields(schema.load(kind), data):
        yield Part(text, is_markdown, at)


def parts_of_body(body: str, body_line: int, preamble: str, sections: Sequence[Section]) -> Iterator[Part]:
    """The text before the first section of a body that begins on line `body_line`, and the sections."""
    starts = [section.line for section in sections]
    ends = [*starts, body_line + body.count("\n") + 1]
    yield Part(preamble, first=body_line, end=ends[0])
    for section, end in zip(sections, ends[1:], strict=True):
        yield Part(section.text, heading=section.title, first=section.line, end=end)


def locate(lines: Sequence[str], words: str, after: Mark = (0, 0)) -> Mark:
    """The place of words of a rendered text in its source, as (line from 0, column from 1); else the first line.

    If there are several places, the first one after `after`.
    """
    first_line = words.strip().split("\n")[0].strip()
    for number in range(after[0], len(lines) if first_line else 0):
        at = lines[number].find(first_line, after[1] if number == after[0] else 0)
        if at >= 0:
            return number, at + 1
    if after != (0, 0):
        return locate(lines, words)
    # marks such as those of emphasis are not among the words that a reader sees
    letters = _letters(first_line)
    for number, line in enumerate(lines if letters else ()):
        if letters in _letters(line):
            return number, len(line) - len(line.lstrip()) + 1
    return 0, 1


@lru_cache(maxsize=MAX_LINES)
def _letters(line: str) -> str:
    return "".join(c for c in line if c.isalnum())
