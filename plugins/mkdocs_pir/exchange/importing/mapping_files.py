"""Mapping files: the ready-made ones by name, and any other, checked as strictly as a record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from mkdocs_pir.exchange.importing.mapping import (
    REQUIRED,
    ImportMapping,
    field_names,
)
from mkdocs_pir.kb import frontmatter, schema
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.kb.text_formats import FORMATS

FOLDER = Path(__file__).with_name("mappings")

_TOGETHER = ("fields", "body", "sections", "columns")
_DEEPEST = 5

_SOURCES = (
    "key",
    "or",
    "labels",
    "after",
    "heading",
    "section",
    "text",
    "file",
    "path",
    "constant",
    "default",
    "states",
    "duration",
    "or_time",
)
_SUCH_AS = {
    "id": "{file: '^(PM\\d{4}-\\d{3})'}",
    "title": "{heading: true}",
    "client": "{constant: harbor-credit, create: true}, or give --client harbor-credit",
}

At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class ReadyMapping:
    """One ready-made mapping: `name` is what `--mapping` takes, `about` its description."""

    name: str
    about: str
    file: Path


def ready_mappings() -> Iterator[ReadyMapping]:
    """Every ready-made mapping in order of name."""
    for file in sorted(FOLDER.glob("*.yml")):
        found = re.search(r"(?m)^description: \"?(.+?)\"?$", file.read_text("utf-8"))
        yield ReadyMapping(file.stem, found[1] if found else "", file)


def find_mapping(name: str, folder: Path | None = Path()) -> Path | None:
    """The mapping of this name: a file as it is named from `folder`, else a ready-made one; None when there is neither.

    Without a folder only the ready-made ones are looked at.
    """
    if folder is not None and (file := folder / name).is_file():
        return file
    file = FOLDER / f"{name}.yml"
    return file if re.fullmatch(r"[\w-]+", name) and file.is_file() else None


def mapping_hint(name: str) -> str:
    """What to say when there is no such mapping."""
    names = [one.name for one in ready_mappings()]
    return f"{did_you_mean(name, names)} the ready-made mappings are {', '.join(names)}".strip()


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says instead of the mapping; an empty text says nothing."""

    timezone: str = ""
    client: str = ""
    into: str = ""
    encoding: str = ""
    status: str = ""
    repeated_rows: str = ""
    time_formats: tuple[str, ...] = ()

    def apply(self, data: dict[str, Any]) -> None:
        """Change a mapping as it was read, before it is checked."""
        for key in ("timezone", "into", "encoding", "status", "repeated_rows"):
            if value := getattr(self, key):
                data[key] = value
        if self.time_formats:
            declared = data.get("time_formats")
            data["time_formats"] = [*self.time_formats, *(declared if isinstance(declared, list) else ())]
        if self.client and isinstance(fields := data.setdefault("fields", {}), dict):
            fields["client"] = {"constant": self.client}
            if isinstance(columns := data.get("columns"), dict):
                columns.pop("client", None)


def read_mapping(file: Path, overrides: Overrides | None = None) -> ImportMapping:
    """Read and check a mapping file. Raises ProblemError with every mistake in it, each a PIR701 at its place."""
    name = file.as_posix()
    data, positions = _load(file, name)
    overrides = overrides or Overrides()
    overrides.apply(data)
    typed, found = schema.check("mapping", data, positions, name)
    if problems := [_as_701(p) for p in found] or [*_unusable(typed, positions, name)]:
        raise ProblemError(sorted(problems))
    typed["fields"] = {field: typed["fields"][field] for field in field_names() if field in typed["fields"]}
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
    if (found := find_mapping(base, file.parent)) is None:
        message, hint = f"there is no mapping '{base}' to extend", mapping_hint(base)
        raise ProblemError([Problem.of("PIR701", name, where, message, hint)])
    if found in (file, *inside) or len(inside) >= _DEEPEST:
        message = f"'{base}' leads back here, or through too many others"
        raise ProblemError([Problem.of("PIR701", name, where, message, "extend a ready-made mapping instead")])
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


def _unusable(typed: Mapping[str, Any], positions: Positions, name: str) -> Iterator[Problem]:
    """Every mistake in a mapping that keeps to its schema."""

    def at(path: At, message: str, hint: str) -> Problem:
        return Problem.of("PIR701", name, positions.value(path), message, hint)

    for field in REQUIRED:
        if field not in typed["fields"]:
            hint = f"add '{field}' with where it comes from, such as {_SUCH_AS[field]}"
            yield Problem.of("PIR701", name, positions.key(("fields",)), f"there is no rule for '{field}'", hint)
    for path, rule in _rules(typed):
        if not any(source in rule for source in _SOURCES):
            yield at(path, f"'{path[-1]}' has no source", f"give it one of {', '.join(_SOURCES)}")
        for part in ("day", "duration"):
            if part in rule and not any(source in rule[part] for source in _SOURCES):
                yield at(
                    (*path, part),
                    f"'{part}' of '{path[-1]}' has no source",
                    f"give it one of {', '.join(_SOURCES[:10])}",
                )
        if "states" in rule and "state" not in typed.get("timeline", {}):
            hint = "add 'timeline' with where the updates are, and their 'time', 'state' and 'what'"
            yield at((*path, "states"), f"'states' of '{path[-1]}' has no updates to choose from", hint)
    if "timeline" in typed and not {"each", "pattern"} & typed["timeline"].keys():
        hint = "give it the key of a list as 'each', or a 'pattern' for the text"
        yield at(("timeline",), "'timeline' does not say where its entries are", hint)
    for n, condition in enumerate(typed.get("where", ())):
        if ("keep" in condition) == ("drop" in condition):
            yield at(
                ("where", n), "a condition has either 'keep' or 'drop'", "write two conditions, each with its reason"
            )
    if "repeated_rows" in typed and typed.get("format", "markdown") == "markdown":
        yield at(("repeated_rows",), "a file of Markdown is one record, so no rows repeat", "leave out 'repeated_rows'")
    if "repeated_by" in typed and "repeated_rows" not in typed:
        yield at(("repeated_by",), "'repeated_by' has no effect without 'repeated_rows'", "add 'repeated_rows: latest'")
    for words, zone in typed.get("timezone_from", {}).get("values", {}).items():
        if message := FORMATS["zone-meaning"](zone):
            yield at(("timezone_from", "values", words), message, "write its IANA name, such as Europe/Copenhagen")


def _rules(typed: Mapping[str, Any]) -> Iterator[tuple[At, Mapping[str, Any]]]:
    """Every rule of the mapping with its place."""
    for part in ("fields", "body", "columns"):
        yield from (((part, name), rule) for name, rule in typed.get(part, {}).items())
    yield from (((part,), typed[part]) for part in ("timezone_from", "major") if part in typed)
    for n, condition in enumerate(typed.get("where", ())):
        yield from ((("where", n, part), condition[part]) for part in ("keep", "drop") if part in condition)
    timeline = typed.get("timeline", {})
    yield from (
        (("timeline", part), timeline[part])
        for part in ("time", "what", "state", "evidence", "waited_for")
        if part in timeline
    )
