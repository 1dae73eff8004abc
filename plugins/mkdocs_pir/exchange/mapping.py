"""The mapping: how one source's records become ours, declared in a YAML file and checked as strictly as a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from mkdocs_pir.kb import frontmatter, schema
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean

OWN_SECTION = "own section"
LEAVE_OUT = "leave out"

REQUIRED = ("id", "title", "client")
"""The fields without which no report can be written, whatever its status."""

_SOURCES = ("key", "or", "heading", "section", "file", "path", "constant", "default")


class Rule(Struct, frozen=True, rename={"or_": "or"}):
    """Where one field comes from and how its value is read; each part is described in mapping.schema.json."""

    key: str = ""
    or_: tuple[str, ...] = ()
    heading: bool = False
    section: str = ""
    file: str = ""
    path: str = ""
    pattern: str = ""
    constant: str = ""
    default: str = ""
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


class ImportMapping(Struct, frozen=True):
    """A checked mapping. `fields` is in the order of the report's own fields."""

    name: str
    fields: Mapping[str, Rule]
    description: str = ""
    format: str = "markdown"
    files: tuple[str, ...] = ("**/*.md",)
    leave_out: tuple[LeaveOut, ...] = ()
    timezone: str = ""
    timezone_from: Rule | None = None
    time_formats: tuple[str, ...] = ()
    sections: Mapping[str, str] = {}
    actions: Actions | None = None
    ignore: tuple[str, ...] = ()
    mask: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo | None:
        """The declared zone of times without an offset; None when the mapping declares none."""
        return ZoneInfo(self.timezone) if self.timezone else None


def field_names() -> tuple[str, ...]:
    """The fields of a report that a mapping may fill, in the order of the report."""
    return tuple(schema.load("mapping")["properties"]["fields"]["propertyNames"]["enum"])


def template_sections() -> tuple[str, ...]:
    """The titles of a report's sections, in order."""
    return tuple(section["title"] for section in schema.load("pir")["x-sections"])


def read_mapping(file: Path) -> ImportMapping:
    """Read and check a mapping file. Raises ProblemError with every mistake in it, each a PIR701 at its place."""
    name = file.as_posix()
    try:
        data, positions = frontmatter.load_yaml(frontmatter.decode(file.read_bytes(), name), name)
    except ProblemError as error:
        raise ProblemError(_as_701(p) for p in error.problems) from None
    except OSError as error:
        message = f"the mapping cannot be read: {error.strerror}"
        raise ProblemError([Problem.of("PIR701", name, (0, 0), message, "check its name and permissions")]) from None
    problems = list(_unknown_fields(data, positions, name))
    known = field_names()
    fields = data.get("fields")
    if isinstance(fields, dict):
        data["fields"] = {field: fields[field] for field in known if field in fields}
    typed, found = schema.check("mapping", data, positions, name)
    problems += [_as_701(p) for p in found]
    if not problems:
        problems += _unusable(typed, positions, name)
    if problems:
        raise ProblemError(sorted(problems))
    return msgspec.convert(typed, ImportMapping)


def _as_701(problem: Problem) -> Problem:
    where = (problem.line, problem.column)
    return Problem.of("PIR701", problem.path, where, problem.message, problem.hint)


def _unknown_fields(data: Mapping[str, Any], positions: Positions, name: str) -> Iterator[Problem]:
    fields, known = data.get("fields"), field_names()
    for field in fields if isinstance(fields, dict) else ():
        if field not in known:
            hint = did_you_mean(field, known) or f"the fields are {', '.join(known)}"
            message = f"a report has no field '{field}' that an import can fill"
            yield Problem.of("PIR701", name, positions.key(("fields", field)), message, hint)


def _unusable(typed: Mapping[str, Any], positions: Positions, name: str) -> Iterator[Problem]:
    """What the schema cannot see: missing rules, rules without a source, bad expressions, zones and sections."""

    def at(path: tuple[str | int, ...], message: str, hint: str) -> Problem:
        return Problem.of("PIR701", name, positions.value(path), message, hint)

    for field in REQUIRED:
        if field not in typed["fields"]:
            where = positions.key(("fields",))
            hint = f"add '{field}' with where it comes from, such as {_SUCH_AS[field]}"
            yield Problem.of("PIR701", name, where, f"there is no rule for '{field}'", hint)
    rules: dict[tuple[str | int, ...], Any] = {("fields", field): rule for field, rule in typed["fields"].items()}
    if "timezone_from" in typed:
        rules[("timezone_from",)] = typed["timezone_from"]
    for path, rule in rules.items():
        field = str(path[-1])
        if not any(source in rule for source in _SOURCES):
            yield at(path, f"'{field}' has no source", f"give it one of {', '.join(_SOURCES)}")
        for part in ("file", "path", "pattern"):
            if part in rule and (message := _bad_expression(rule[part])):
                yield at((*path, part), message, "write a regular expression such as ^(PM\\d{4}-\\d{3})")
    zones: dict[tuple[str | int, ...], str] = {("timezone",): typed.get("timezone", "")}
    for words, zone in typed.get("timezone_from", {}).get("values", {}).items():
        zones["timezone_from", "values", words] = zone
    for path, zone in zones.items():
        if zone and not _is_zone(zone):
            yield at(path, f"there is no time zone '{zone}'", "write its IANA name, such as Europe/Copenhagen")
    titles = (*template_sections(), OWN_SECTION, LEAVE_OUT)
    for heading, target in (typed.get("sections") or {}).items():
        if target not in titles:
            hint = f"{did_you_mean(target, titles)} it is one of {', '.join(titles)}".strip()
            yield at(("sections", heading), f"a report has no section '{target}'", hint)


_SUCH_AS = {
    "id": "{file: '^(PM\\d{4}-\\d{3})'}",
    "title": "{heading: true}",
    "client": "{constant: harbor-credit, create: true}",
}


def _is_zone(name: str) -> bool:
    try:
        datetime(2000, 1, 1, tzinfo=ZoneInfo(name)).utcoffset()
    except (ValueError, OSError, KeyError):
        return False
    return True


def _bad_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        return f"the expression cannot be used: {error}"
    return ""
