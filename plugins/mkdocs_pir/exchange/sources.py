"""Source documents: the files below a folder, which of them are records, and each taken apart with its positions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs_pir.exchange.mapping import ImportMapping
from mkdocs_pir.kb import body, frontmatter
from mkdocs_pir.kb.frontmatter import Mark, Positions
from mkdocs_pir.kb.model import Section

NEVER_RECORDS: Sequence[tuple[str, str]] = (
    ("**/_index.md", "a list page of the site builder"),
    ("archetypes/**", "a form that the site builder copies"),
    ("**/README*", "about the folder, no report"),
    ("**/LICENSE*", "the licence of the source"),
    ("**/LICENCE*", "the licence of the source"),
    ("**/CONTRIBUTING*", "about the folder, no report"),
    ("**/CHANGELOG*", "about the folder, no report"),
    ("**/CODE_OF_CONDUCT*", "about the folder, no report"),
    ("**/template*", "a template, no report"),
)
"""Files that are known to be no records. A mapping that names one of them without a wildcard has it come in."""


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A file that did not come in, and why."""

    path: str
    because: str


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One record of the source. `path` is relative to the source; `heading` is the first H1, if it opens the body."""

    path: str
    data: Mapping[str, Any]
    positions: Positions = field(repr=False)
    body: str = field(repr=False)
    body_line: int
    heading: Section | None
    sections: tuple[Section, ...] = ()

    @property
    def stem(self) -> str:
        """The file's name without its ending; a version number in it is no ending."""
        return _without_ending(PurePosixPath(self.path).name)

    @property
    def bare_path(self) -> str:
        return _without_ending(self.path)


_ENDING = re.compile(r"\.(?:md|markdown|mdown|mkd|txt)$", re.I)


def _without_ending(name: str) -> str:
    return _ENDING.sub("", name)


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A file pattern as an expression for relative paths: `**/` any folders, `*` and `?` within a name."""
    out, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out, at = out + "(?:.*/)?", at + 3
        elif pattern.startswith("**", at):
            out, at = out + ".*", at + 2
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(pattern[at], re.escape(pattern[at]))
            at += 1
    return re.compile(out, re.I)


def find(source: Path, mapping: ImportMapping) -> tuple[list[str], list[LeftOut]]:
    """The files of the source that are records, and those that are not with the reason, both in order of path.

    A source that is one file is that record, whatever its name.
    """
    if source.is_file():
        return [source.name], []
    taken, left = [], []
    for path, refused in _files(source):
        if because := refused or _why_not(path, mapping):
            left.append(LeftOut(path, because))
        else:
            taken.append(path)
    return taken, left


def _why_not(path: str, mapping: ImportMapping) -> str:
    if path in mapping.files:
        return ""
    for rule in mapping.leave_out:
        if glob(rule.files).fullmatch(path):
            return rule.because
    for pattern, because in NEVER_RECORDS:
        if glob(pattern).fullmatch(path):
            return because
    matched = any(glob(pattern).fullmatch(path) for pattern in mapping.files)
    return "" if matched else f"not among the files of the mapping ({', '.join(mapping.files)})"


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in names:
            if not name.startswith("."):
                path = Path(parent, name)
                refused = "a symbolic link" if path.is_symlink() else ""
                found.append((path.relative_to(folder).as_posix(), refused))
    yield from sorted(found)


def read(path: str, raw: bytes) -> SourceDocument:
    """Take one file apart. Raises ProblemError, placed at `path`, for what cannot be read."""
    text = frontmatter.decode(raw, path)
    if text.startswith("---\n"):
        document = frontmatter.parse(text, path)
    else:
        document = frontmatter.Document({}, Positions(), text, 1)
    preamble, sections, _ = body.split(document.body, document.body_line, path)
    lines = document.body.split("\n")
    heading = None
    if not preamble and sections and _is_h1(lines, sections[0].line - document.body_line):
        heading = sections[0]
    return SourceDocument(path, document.data, document.positions, document.body, document.body_line, heading, sections)


def _is_h1(lines: Sequence[str], at: int) -> bool:
    if re.match(r" {0,3}#(?!#)", lines[at]):
        return True
    return any(re.fullmatch(r" {0,3}=+\s*", line) for line in lines[at + 1 : at + 3])


def value_at(document: SourceDocument, key: str) -> tuple[Any, tuple[str, ...]] | None:
    """What a source key holds, with its path; dots lead into nested keys unless a key is written with them."""
    if key in document.data:
        return document.data[key], (key,)
    value: Any = document.data
    path: list[str] = []
    for step in key.split("."):
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
        path.append(step)
    return value, tuple(path)


def mark_of(document: SourceDocument, path: tuple[str | int, ...]) -> Mark:
    """Where a value of the front matter stands in its file."""
    return document.positions.value(path)
