"""The KnowledgeBase: every record, register row and link that was read. Immutable; only a projection publishes from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from msgspec import Struct

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.cell_places import cell_places
from mkdocs_pir.kb.frontmatter import Mark, Positions
from mkdocs_pir.kb.model import Incident, Pir, Record, Response, Section, Value
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.process import Module
from mkdocs_pir.kb.process_files import ModuleFile, governing
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.kb.texts import Texts
from mkdocs_pir.kb.texts.mentions import Mention
from mkdocs_pir.kb.texts.parts import Part, locate, parts_of_body, parts_of_fields

R = TypeVar("R", bound=Record)


class FileFacts(Struct, frozen=True):
    """What the texts of one file say, worked out once: all that other files are compared with.

    `mentions` are those of each of the file's `parts` that has any, by its number; `files` the links to files that are
    no records, with the number of the part; `guidance` the places and words of what is left of a template. `words_for_all` are all
    texts, folded, of a record that every client sees and that must name none: as UTF-8, compressed by zlib.
    """

    mentions: tuple[tuple[int, tuple[Mention, ...]], ...] = ()
    files: tuple[tuple[int, str], ...] = ()
    guidance: tuple[tuple[int, int, str], ...] = ()
    words_for_all: bytes = b""


@dataclass(frozen=True)
class RecordFile:
    """The file of one record: its front matter, the record decoded from it, its body, and the place of each value.

    `data` is the front matter as plain values, `record` the same as a typed object, or None when the front matter
    has errors. `path` is relative to the folder of the records. `body_line` is the line of the file on which `body`
    begins. `preamble` and `sections` are the body cut at its H2 headings, also when the front matter has errors.
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
    facts: FileFacts = field(default=FileFacts(), repr=False)

    kept_as: ClassVar[bytes] = b""
    """The name under which the file is in the store, which stands for all that was read of it; empty if it is not there."""

    def at(self, *path: str | int) -> Mark:
        """The line and column of a value of the front matter."""
        return self.positions.value(path)

    @property
    def references(self) -> tuple[schema.Reference, ...]:
        """Each id in the front matter that names another record, as (place, id, kinds it may be of)."""
        places = zip(self.reference_places, self.reference_ids, strict=True)
        return tuple((at, id_, kinds) for (at, kinds), id_ in places)

    @cached_property
    def reference_ids(self) -> tuple[str, ...]:
        """The ids of `references`, in the same order."""
        return tuple(id_ for _, id_, _ in self._references)

    @cached_property
    def reference_places(self) -> tuple[tuple[schema.PathKey, list[str]], ...]:
        """The places and kinds of `references`, in the same order."""
        return tuple((at, kinds) for at, _, kinds in self._references)

    @cached_property
    def _references(self) -> tuple[schema.Reference, ...]:
        return tuple(schema.references(schema.load(self.kind), self.data))

    @cached_property
    def texts_of_data(self) -> tuple[tuple[schema.PathKey, str], ...]:
        """Each text in the front matter, with its path."""
        return tuple(schema.texts(self.data))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name and the aliases of the record."""
        names = (self.data.get("name"), *_list(self.data.get("aliases")))
        return tuple(name for name in names if isinstance(name, str))

    @cached_property
    def part_ids(self) -> tuple[str, ...]:
        """The ids of the actions and recommendations of the record, as in `A1`."""
        items = (*_list(self.data.get("actions")), *_list(self.data.get("recommendations")))
        return tuple(item["id"] for item in items if isinstance(item, dict) and isinstance(item.get("id"), str))

    @cached_property
    def suppressed(self) -> Mapping[str, str]:
        """The codes in `x-allow`, each with its reason, which may be missing."""
        allowed = self.data.get("x-allow")
        reasons = (
            {code: str(reason or "").strip() for code, reason in allowed.items()} if isinstance(allowed, dict) else {}
        )
        return {**dict.fromkeys(self.positions.empty.get(("x-allow",), ()), ""), **reasons}

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The texts of the record: its fields, the text before the first section, and the sections."""
        body = parts_of_body(self.body, self.body_line, self.preamble, self.sections)
        return (*parts_of_fields(self.kind, self.data), *body)

    def place(self, part: Part, words: str, after: Mark | None = None) -> Mark:
        """The line and column of words of a rendered text; where they cannot be found, of the text's beginning.

        Of several places the first one behind `after`.
        """
        if part.field is not None:
            return self.at(*part.field)
        lines = self._lines[part.first - self.body_line : part.end - self.body_line]
        line, column = locate(lines, words, (after[0] - part.first, after[1]) if after else (0, 0))
        return part.first + line, column

    @cached_property
    def _lines(self) -> list[str]:
        # a file with many problems asks for the place of each
        return self.body.split("\n")

    def with_data(self, data: Mapping[str, Any], record: Record | None) -> RecordFile:
        """The same file with other front matter; what was worked out from it is worked out anew."""
        left_out = (
            "parts",
            "part_ids",
            "names",
            "texts_of_data",
            "reference_ids",
            "reference_places",
            "_references",
            "kept_as",
        )
        changed = {name: value for name, value in vars(self).items() if name not in left_out}
        return self._copy({**changed, "data": data, "record": record, "facts": FileFacts()})

    def with_facts(self, facts: FileFacts) -> RecordFile:
        """The same file with what its texts say."""
        return self._copy({**vars(self), "facts": facts})

    def _copy(self, values: Mapping[str, Any]) -> RecordFile:
        # not by its fields: what a file reads from the disk when it is asked for stays unread
        file = object.__new__(type(self))
        vars(file).update(values)
        return file

    def suppresses(self, code: str) -> bool:
        """Whether the record suppresses a problem of this code with `x-allow`, and gives a reason."""
        return bool(self.suppressed.get(code))


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One register row with its typed cells and its line in the file.

    `columns` has the numbers of the cells by the names of their columns, from 0, `text` the row as it is in the file.
    """

    register: str
    path: str
    line: int
    data: Mapping[str, Any]
    value: Value | None
    columns: Mapping[str, int] = field(default_factory=dict)
    text: str = ""
    separator: str = ","

    def at(self, column: str) -> Mark:
        """Where the cell of a column begins: its line and the character in it; the beginning of a row without it."""
        places = cell_places(self.text, self.separator, self.line)
        number = self.columns.get(column, 0)
        return places[number] if number < len(places) else (self.line, 1)


@dataclass(frozen=True, slots=True)
class KnowledgeBase:
    """Everything that was read, and all its problems.

    `record_files` has the files of records by id. `links` maps the id of a record to the ids of the records that it
    refers to, in order of first mention. `register_fields` maps the full id of an action to those of its fields that come
    from a register row instead of the review. `texts` renders each text once.
    """

    settings: Settings
    record_files: Mapping[str, RecordFile]
    rows: tuple[RegisterRow, ...] = ()
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modules: tuple[ModuleFile, ...] = ()
    register_fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
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

    def records(self, cls: type[R]) -> dict[str, R]:
        """The sound records of one kind by id."""
        files = self.of_kind(cls.kind)
        return {f.id: cast("R", f.record) for f in files if f.record is not None}

    def of_kind(self, *kinds: str) -> Iterator[RecordFile]:
        """The files of these kinds of record, sound or not, in order of id."""
        return (f for f in self.record_files.values() if f.kind in kinds)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        return tuple(cast("Incident", r.value) for r in self.rows if r.register == "incident" and r.value is not None)

    @property
    def responses(self) -> tuple[Response, ...]:
        return tuple(
            cast("Response", r.value) for r in self.rows if r.register == "satisfaction" and r.value is not None
        )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def each_review(kb: KnowledgeBase) -> Iterator[tuple[RecordFile, Pir]]:
    """Every sound review with its file, in order of id."""
    for file in kb.of_kind("pir"):
        if isinstance(file.record, Pir):
            yield file, file.record


def in_order(files: Iterable[RecordFile]) -> dict[str, RecordFile]:
    """Files of records by id, in order of id; of two with one id the one whose path sorts first."""
    by_id: dict[str, RecordFile] = {}
    for file in sorted(files, key=lambda f: (f.id, f.path)):
        by_id.setdefault(file.id, file)
    return by_id
