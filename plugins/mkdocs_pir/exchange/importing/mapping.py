"""The mapping: how one source's records become ours, declared in a YAML file and checked as strictly as a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from mkdocs_pir.exchange.importing import ready
from mkdocs_pir.kb import frontmatter, schema
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.problem import Problem, ProblemError

OWN_SECTION = "own section"
LEAVE_OUT = "leave out"

REQUIRED = ("id", "title", "client")
"""The fields without which no report can be written, whatever its status."""

_FILES: Mapping[str, tuple[str, ...]] = {
    "markdown": ("**/*.md", "**/*.markdown"),
    "csv": ("**/*.csv", "**/*.tsv"),
    "json": ("**/*.json", "**/*.jsonl", "**/*.ndjson"),
}

_TOGETHER = ("fields", "body", "sections", "columns")
_DEEPEST = 5


class Rule(Struct, frozen=True, rename={"or_": "or"}):
    """Where one value comes from and how it is read; each part is described in mapping.schema.json."""

    key: str = ""
    or_: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    heading: bool = False
    section: str = ""
    file: str = ""
    path: str = ""
    pattern: str = ""
    constant: str = ""
    default: str = ""
    when: Mapping[str, str] = {}
    values: Mapping[str, str] = {}
    ignore: tuple[str, ...] = ()
    split: str = ""
    slug: bool = False
    prefix: str = ""
    create: bool = False
    name: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, *self.or_) if self.key else self.or_


class LeaveOut(Struct, frozen=True):
    files: str
    because: str


class Actions(Struct, frozen=True):
    section: str
    status: str = "open"


class Timeline(Struct, frozen=True):
    """A list of the source whose entries become the rows of the timeline."""

    each: str
    time: Rule
    what: Rule
    pattern: str = ""
    state: Rule | None = None
    evidence: Rule | None = None


class People(Struct, frozen=True):
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class ImportMapping(Struct, frozen=True):
    """A checked mapping. `fields` is in the order of the report's own fields."""

    name: str
    fields: Mapping[str, Rule]
    description: str = ""
    format: str = "markdown"
    files: tuple[str, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    encoding: str = ""
    separator: str = ""
    records: tuple[str, ...] = ()
    timezone: str = ""
    timezone_from: Rule | None = None
    time_formats: tuple[str, ...] = ()
    body: Mapping[str, Rule] = {}
    markup: str = "text"
    sections: Mapping[str, str] = {}
    timeline: Timeline | None = None
    actions: Actions | None = None
    into: str = "reviews"
    status: str = "draft"
    major: Rule | None = None
    columns: Mapping[str, Rule] = {}
    ignore: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()
    people: People = People()

    @property
    def zone(self) -> ZoneInfo | None:
        """The declared zone of times without an offset; None when the mapping declares none."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns of the files that are records or hold them."""
        return self.files or _FILES[self.format]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says instead of the mapping; an empty text says nothing."""

    timezone: str = ""
    client: str = ""
    into: str = ""
    encoding: str = ""
    status: str = ""
    time_formats: tuple[str, ...] = ()

    def apply(self, data: dict[str, Any]) -> None:
        """Change a mapping as it was read, before it is checked."""
        for key in ("timezone", "into", "encoding", "status"):
            if value := getattr(self, key):
                data[key] = value
        if self.time_formats:
            declared = data.get("time_formats")
            data["time_formats"] = [*self.time_formats, *(declared if isinstance(declared, list) else ())]
        if self.client and isinstance(fields := data.setdefault("fields", {}), dict):
            fields["client"] = {"constant": self.client}
            if isinstance(columns := data.get("columns"), dict):
                columns.pop("client", None)


def field_names() -> tuple[str, ...]:
    """The fields of a report that a mapping may fill, in the order of the report."""
    return tuple(schema.load("mapping")["properties"]["fields"]["propertyNames"]["enum"])


def template_sections() -> tuple[str, ...]:
    """The titles of a report's sections, in order."""
    return tuple(section["title"] for section in schema.load("pir")["x-sections"])


def read_mapping(file: Path, overrides: Overrides | None = None) -> ImportMapping:
    """Read and check a mapping file. Raises ProblemError with every mistake in it, each a PIR701 at its place."""
    from mkdocs_pir.exchange.importing import soundness

    name = file.as_posix()
    data, positions = _load(file, name)
    overrides = overrides or Overrides()
    overrides.apply(data)
    problems = [*soundness.unknown_names(data, positions, name)]
    known = field_names()
    if isinstance(fields := data.get("fields"), dict):
        data["fields"] = {field: fields[field] for field in known if field in fields}
    typed, found = schema.check("mapping", data, positions, name)
    problems += [_as_701(p) for p in found]
    if not problems:
        problems += soundness.unusable(typed, positions, name)
    if problems:
        raise ProblemError(sorted(problems))
    return msgspec.convert(typed, ImportMapping)


def _load(file: Path, name: str, inside: Sequence[Path] = ()) -> tuple[dict[str, Any], Positions]:
    """A mapping as it is written, with what it extends; the positions are those of its own file."""
    try:
        data, positions = frontmatter.load_yaml(frontmatter.decode(file.read_bytes(), name), name)
    except ProblemError as error:
        raise ProblemError(_as_701(p) for p in error.problems) from None
    except OSError as error:
        message = f"the mapping cannot be read: {error.strerror}"
        raise ProblemError([Problem.of("PIR701", name, (0, 0), message, "check its name and permissions")]) from None
    base = data.pop("extends", None)
    if not isinstance(base, str):
        return data, positions
    where = positions.value(("extends",))
    if (found := ready.find(base, file.parent)) is None:
        message, hint = f"there is no mapping '{base}' to extend", ready.hint(base)
        raise ProblemError([Problem.of("PIR701", name, where, message, hint)])
    if found in (file, *inside) or len(inside) >= _DEEPEST:
        message = f"'{base}' leads back here, or through too many others"
        raise ProblemError([Problem.of("PIR701", name, where, message, "extend a ready mapping instead")])
    whole, _ = _load(found, found.as_posix(), (*inside, file))
    for key, value in data.items():
        if key in _TOGETHER and isinstance(value, dict) and isinstance(whole.get(key), dict):
            whole[key] = {**whole[key], **value}
        else:
            whole[key] = value
    return whole, positions


def _as_701(problem: Problem) -> Problem:
    where = (problem.line, problem.column)
    return Problem.of("PIR701", problem.path, where, problem.message, problem.hint)
