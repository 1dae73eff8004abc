"""Source documents: one record of the source as values, text and sections, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from markdownify import markdownify

from mkdocs_pir.exchange.importing.blocks import SourceText
from mkdocs_pir.kb.frontmatter import Mark, Path, Positions
from mkdocs_pir.kb.problem import Problem, ProblemError

EACH_KEY = "*"
"""The step of a place that leads to each value of an object, and the rule's key for the key of such a record."""

MERGED_ROWS = "rows"
"""The key of a record merged of several rows that holds these rows."""


class RichText(str):
    """A text with formatting: `html` is what its writer saw, the text itself is for patterns and notes."""

    html: str

    @classmethod
    def of_html(cls, html: str) -> RichText:
        plain = markdownify(html, heading_style="atx", bullets="-", escape_asterisks=False, escape_underscores=False)
        return cls.of(plain.strip(), html)

    @classmethod
    def of(cls, text: str, html: str) -> RichText:
        rich = cls(text)
        rich.html = html
        return rich


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One record of the source.

    `path` is that of its file, relative to the source, `where` its first place in it, `text` what it says in Markdown.
    A `record` is one of several in its file: a row of a table or an object of a list; `outer` are the objects around
    it, the nearest first; it is `merged` if several rows of one ticket became it, and `key` is what `*` in its place stood for. `embedded` are the pictures within its text, by what stands there for each.
    """

    path: str
    data: Mapping[str, Any]
    positions: Positions = field(repr=False)
    text: SourceText = field(default=SourceText(""), repr=False)
    where: Mark = (1, 1)
    record: bool = False
    outer: tuple[Mapping[str, Any], ...] = ()
    key: str = ""
    merged: bool = False
    embedded: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """How the document is named to people: its file, with the line of a record."""
        return f"{self.path}:{self.where[0]}" if self.record else self.path

    def at(self, path: Path) -> Mark:
        """Where a value stands in the file."""
        return self.positions.value(path) if path else self.where

    def part(self, data: Mapping[str, Any], path: Path) -> SourceDocument:
        """An object inside this record as a document of its own."""
        marks = {at[len(path) :]: mark for at, mark in self.positions.values.items() if at[: len(path)] == path}
        where = self.positions.value(path)
        return replace(
            self, data=data, positions=Positions(marks or {(): where}), where=where, outer=(self.data, *self.outer)
        )


def unreadable(path: str, where: Mark, message: str, hint: str) -> ProblemError:
    """What is raised for a source, or a file of it, that cannot be read."""
    return ProblemError([Problem.of("PIR702", path, where, message, hint)])


def value_at(data: Mapping[str, Any], key: str) -> Iterator[tuple[Any, Path]]:
    """What a source key holds, each value with its path. Dots lead into nested keys, through lists too.

    A key that stands there as it is written goes before its parts, and the same word in other case, with spaces for
    underscores or the other way round, is the same key.
    """
    words = key.split(".")
    for length in (len(words), *range(1, len(words))):
        head, rest = ".".join(words[:length]), ".".join(words[length:])
        name = head if head in data else next((n for n in data if same_key(n) == same_key(head)), None)
        if name is not None:
            yield from _inside(data[name], rest, (name,))
            return


def _inside(value: Any, key: str, path: Path) -> Iterator[tuple[Any, Path]]:
    if not key:
        yield value, path
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, key, (*path, index))
    elif isinstance(value, dict):
        for found, inner in value_at(value, key):
            yield found, (*path, *inner)


@lru_cache(4096)
def same_key(key: str) -> str:
    """The form in which two keys are compared: case folded, `_` a space."""
    return " ".join(key.replace("_", " ").split()).casefold()


def as_texts(value: Any) -> Any:
    """A value of JSON or TOML with its scalars as texts, times in ISO 8601; what is null is left out of objects."""
    if isinstance(value, dict):
        return {as_texts(key): as_texts(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [as_texts(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    # half of a surrogate pair is no character, and could not be written
    return None if value is None else str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
