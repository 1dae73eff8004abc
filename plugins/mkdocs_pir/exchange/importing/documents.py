"""Source documents: one record of the source as values, text and sections, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from markdownify import markdownify

from mkdocs_pir.exchange.importing import toml_front_matter
from mkdocs_pir.exchange.importing.sections import is_common
from mkdocs_pir.kb import body, frontmatter
from mkdocs_pir.kb.frontmatter import Mark, Path, Positions
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.problem import Problem, ProblemError


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

    `path` is that of its file, relative to the source, `where` its first place in it. `heading` is the title
    above its text. A `record` is one of several in its file: a row of a table or
    an object of a list; `outer` are the objects around it, the nearest first.
    """

    path: str
    data: Mapping[str, Any]
    positions: Positions = field(repr=False)
    body: str = field(repr=False)
    body_line: int
    heading: Section | None
    sections: tuple[Section, ...] = ()
    where: Mark = (1, 1)
    record: bool = False
    outer: tuple[Mapping[str, Any], ...] = ()

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


def read_markdown(path: str, text: str) -> SourceDocument:
    """Take a Markdown file apart. Raises ProblemError, placed at `path`, for front matter that cannot be read."""
    if not text.strip():
        raise ProblemError([Problem.of("PIR702", path, (1, 1), "the file is empty", "remove it, or write the report")])
    if text.startswith("---\n"):
        document = frontmatter.parse(text, path)
    elif text.startswith("+++\n"):
        document = toml_front_matter.parse(text, path)
    else:
        document = frontmatter.Document({}, Positions(), text, 1)
    written = _bold_headings(document.body)
    _, sections, _ = body.split(written, document.body_line, path, levels=("h1", "h2"))
    return SourceDocument(
        path,
        document.data,
        document.positions,
        written,
        document.body_line,
        _title(written, document.body_line, sections),
        sections,
    )


_ANY_HEADING = re.compile(r"^ {0,3}(?:#{1,6}[ \t]|={3,}\s*$|-{3,}\s*$)", re.M)
_BOLD_LINE = re.compile(r"^[ \t]*(?:\*\*|__)([^*_\n]{2,80}?):?(?:\*\*|__):?[ \t]*$", re.M)


def _bold_headings(text: str) -> str:
    """The text with its bold lines made headings where it has no others and they are names of sections.

    Word processors and wikis have them where a writer made the words bold. No line is added.
    """
    if _ANY_HEADING.search(text):
        return text
    written = _BOLD_LINE.sub(lambda m: f"## {m[1].strip()}" if is_common(m[1]) else m[0], text)
    # the bold line above all else is the title
    first = _BOLD_LINE.match(written, len(written) - len(written.lstrip()))
    return written if first is None else f"{written[: first.start()]}# {first[1].strip()}{written[first.end() :]}"


def _title(text: str, first_line: int, sections: tuple[Section, ...]) -> Section | None:
    """The heading that is the document's title: its first, of level 1, and the only such or with nothing before it."""
    lines = text.split("\n")

    def is_h1(section: Section) -> bool:
        at = section.line - first_line
        if re.match(r" {0,3}#(?!#)", lines[at]):
            return True
        # underlined, its words on one line or two
        return not re.match(r" {0,3}#", lines[at]) and any(
            re.fullmatch(r" {0,3}=+\s*", line) for line in lines[at + 1 : at + 3]
        )

    if not sections or not is_h1(sections[0]):
        return None
    alone = sum(map(is_h1, sections)) == 1
    opens = not "".join(lines[: sections[0].line - first_line]).strip()
    # a word processor's document has a heading of level 1 for each section
    return sections[0] if (alone or opens) and not is_common(sections[0].title) else None


def value_at(data: Mapping[str, Any], key: str) -> Iterator[tuple[Any, Path]]:
    """What a source key holds, each value with its path. Dots lead into nested keys, through lists too.

    A key that stands there as it is written goes before its parts, and the same word in other case, with spaces for
    underscores or the other way round, is the same key.
    """
    if (name := _named(data, key)) is not None:
        yield data[name], (name,)
        return
    head, dot, rest = key.partition(".")
    while dot:
        if (name := _named(data, head)) is not None:
            yield from _inside(data[name], rest, (name,))
            return
        more, dot, rest = rest.partition(".")
        head = f"{head}.{more}"


def _inside(value: Any, key: str, path: Path) -> Iterator[tuple[Any, Path]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inside(item, key, (*path, index))
    elif isinstance(value, dict):
        for found, inner in value_at(value, key):
            yield found, (*path, *inner)


def _named(data: Mapping[str, Any], key: str) -> str | None:
    if key in data:
        return key
    wanted = same_key(key)
    return next((name for name in data if same_key(name) == wanted), None)


def same_key(key: str) -> str:
    """The form in which two keys are compared: case folded, `_` a space."""
    return " ".join(key.replace("_", " ").split()).casefold()
