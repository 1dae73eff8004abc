"""The texts in the fields of a record, and whether the schema and the organisation show them to clients."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mkdocs_pir.editions.audit.body import OUTSIDE
from mkdocs_pir.editions.audit.raw_knowledge import RawRecord

_PLAIN_FORMATS = ("date", "date-time", "time-or-day")
_NUMBERS = ("integer", "number", "boolean")
_NEVER = ("audience", "release", "aliases", "domains", "contacts")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text in the front matter: `at` is its top-level field, `refers` whether the text is the id of a record."""

    at: str
    text: str
    shown: bool
    refers: bool


def leaves(
    spec: Mapping[str, Any],
    value: Any,
    opened_fields: Mapping[str, str],
    shown: bool = True,
    at: str = "",
    path: str = "",
) -> Iterator[Leaf]:
    """The texts in a value; what the schema does not know is not shown.

    `opened_fields` gives by path the fields that the organisation opened ("true") or closed.
    """
    if isinstance(value, dict):
        properties = spec.get("properties", {})
        if at and "audience" in properties:
            shown = shown and value.get("audience") in OUTSIDE
        for name, item in value.items():
            part = properties.get(str(name), {})
            full = f"{path}.{name}" if path else str(name)
            yield from leaves(
                part,
                item,
                opened_fields,
                shown and bool(part) and _is_open(full, part, opened_fields),
                at or str(name),
                full,
            )
    elif isinstance(value, list):
        for item in value:
            yield from leaves(spec.get("items", {}), item, opened_fields, shown, at or "list", path)
    elif isinstance(value, str) and value:
        is_plain = "enum" in spec or spec.get("format") in _PLAIN_FORMATS or spec.get("type") in _NUMBERS
        if not is_plain or shown:
            yield Leaf(at, value, shown, "x-ref" in spec)


def _is_open(path: str, part: Mapping[str, Any], opened_fields: Mapping[str, str]) -> bool:
    """Whether clients see a field: as the organisation says for it, its parts or the field around it, else as its schema says."""
    if any(step in _NEVER or step.startswith("x-") for step in path.split(".")):
        return False
    if path in opened_fields:
        return opened_fields[path] == "true"
    if any(value == "true" and path.startswith(f"{name}.") for name, value in opened_fields.items()):
        return True
    within = any(value == "true" and name.startswith(f"{path}.") for name, value in opened_fields.items())
    return within or part.get("x-audience") == "client"


def attachments_of(record: RawRecord) -> Iterator[tuple[str, str]]:
    """The path and audience of each file that a record attaches."""
    for item in mappings_in(record.fields.get("attachments")):
        path = posixpath.join(posixpath.dirname(record.path), str(item.get("file")))
        yield posixpath.normpath(path), str(item.get("audience", ""))


def sources_of(lesson: RawRecord) -> list[str]:
    """The ids of the records that a lesson was learned from."""
    return texts_in(lesson.fields.get("learned_from"))


def texts_in(value: Any) -> list[str]:
    """The texts in a list; none in anything else."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def mappings_in(value: Any) -> list[dict[str, Any]]:
    """The mappings in a list; none in anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
