"""The KnowledgeBase: every record, register row and link that was read. Immutable; only the projection opens it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from mkdocs_pir.kb.frontmatter import Mark, Positions
from mkdocs_pir.kb.model import Incident, Pir, Record, Response, Section, Value
from mkdocs_pir.kb.modules import ModuleFile, governing
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.process import Module
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.kb.texts import Texts

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Entry:
    """One record with what is needed to point into its file.

    `data` is the typed front matter as plain values (the form that schemas and the projection walk),
    `record` the same decoded, or None when the front matter has errors. `path` is relative to the
    knowledge base. `body_line` is the line of the file on which `body` begins;
    `preamble` and `sections` are the body cut at its H2 headings, whether or not the record is sound.
    """

    kind: str
    id: str
    path: str
    data: Mapping[str, Any]
    record: Record | None
    positions: Positions = field(repr=False)
    body: str = field(repr=False)
    body_line: int = 1
    preamble: str = field(default="", repr=False)
    sections: tuple[Section, ...] = field(default=(), repr=False)

    def at(self, *path: str | int) -> Mark:
        """Where a front-matter value stands, as (line, column)."""
        return self.positions.value(path)

    def allows(self, code: str) -> bool:
        """Whether the record suppresses a warning, with a reason, through `x-allow`."""
        allowed = self.data.get("x-allow")
        return isinstance(allowed, dict) and bool(str(allowed.get(code) or "").strip())


@dataclass(frozen=True, slots=True)
class Row:
    """One register row with its typed cells and its line in the file."""

    register: str
    path: str
    line: int
    data: Mapping[str, Any]
    value: Value | None
    columns: Mapping[str, int] = field(default_factory=dict)

    def at(self, column: str) -> Mark:
        """Where a cell stands, as (line, number of the column)."""
        return (self.line, self.columns.get(column, 1))


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Everything that was read, with everything wrong about it.

    `links` maps a record's id to the ids of the records it refers to, in order of first mention. `overlaid` maps
    the full id of an action to those of its fields that a register said, not the review. `texts` renders each text once.
    """

    settings: Settings
    entries: Mapping[str, Entry]
    rows: tuple[Row, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modules: tuple[ModuleFile, ...] = ()
    overlaid: Mapping[str, frozenset[str]] = field(default_factory=dict)
    texts: Texts = field(default_factory=Texts, repr=False, compare=False)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.severity == "error")

    @property
    def lifecycle(self) -> Module:
        """The process module whose steps are the statuses of reviews."""
        return governing(self.modules)

    @property
    def folder(self) -> Path:
        return self.settings.records

    def of(self, cls: type[R]) -> dict[str, R]:
        """The sound records of one kind by id."""
        return {e.id: cast("R", e.record) for e in self.entries.values() if e.kind == cls.kind and e.record is not None}

    def of_kind(self, *kinds: str) -> Iterator[Entry]:
        """Every entry of these kinds, sound or not, in order of id."""
        return (e for e in self.entries.values() if e.kind in kinds)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        return tuple(cast("Incident", r.value) for r in self.rows if r.register == "incident" and r.value is not None)

    @property
    def responses(self) -> tuple[Response, ...]:
        return tuple(
            cast("Response", r.value) for r in self.rows if r.register == "satisfaction" and r.value is not None
        )


def each_review(kb: KnowledgeBase) -> Iterator[tuple[Entry, Pir]]:
    """Every sound review with its entry, in order of id."""
    for entry in kb.of_kind("pir"):
        if isinstance(entry.record, Pir):
            yield entry, entry.record


def in_order(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by id, in the order of kinds and ids; of two with one id the first by path stays."""
    out: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: (e.id, e.path)):
        out.setdefault(entry.id, entry)
    return out
