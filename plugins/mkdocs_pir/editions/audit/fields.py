"""The texts in the fields of a record, each with what its schema and the organisation say of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mkdocs_pir.editions.audit.body import OUTSIDE
from mkdocs_pir.editions.audit.raw_knowledge import RawRecord

_PLAIN_FORMATS = ("date", "date-time")
_NUMBERS = ("integer", "number", "boolean")
_NEVER = ("audience", "release", "aliases", "domains", "contacts")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text at the end of a field: `at` is that field, `refers` says that the text is the id of a record."""

    at: str
    text: str
    shown: bool
    refers: bool


def leaves(
    spec: Mapping[str, Any], value: Any, said: Mapping[str, str], shown: bool = True, at: str = "", path: str = ""
) -> Iterator[Leaf]:
    """The texts in a value with what its schema says of them; a part that the schema does not know is not shown."""
    if isinstance(value, dict):
        properties = spec.get("properties", {})
        if at and "audience" in properties:
            shown = shown and value.get("audience") in OUTSIDE
        for name, item in value.items():
            part = properties.get(str(name), {})
            full = f"{path}.{name}" if path else str(name)
            yield from leaves(
                part, item, said, shown and bool(part) and _opens(full, part, said), at or str(name), full
            )
    elif isinstance(value, list):
        for item in value:
            yield from leaves(spec.get("items", {}), item, said, shown, at or "list", path)
    elif isinstance(value, str) and value:
        told = "enum" in spec or spec.get("format") in _PLAIN_FORMATS or spec.get("type") in _NUMBERS
        if not told or shown:
            yield Leaf(at, value, shown, "x-ref" in spec)


def _opens(path: str, part: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    """Whether a field is open to clients: what the organisation says of it, of what it holds or stands in; else its schema."""
    if any(step in _NEVER or step.startswith("x-") for step in path.split(".")):
        return False
    if path in said:
        return said[path] == "true"
    if any(value == "true" and path.startswith(f"{name}.") for name, value in said.items()):
        return True
    within = any(value == "true" and name.startswith(f"{path}.") for name, value in said.items())
    return within or part.get("x-audience") == "client"


def attachments_of(source: RawRecord) -> Iterator[tuple[str, str]]:
    """Each file that a record attaches and the audience that it names."""
    for item in mappings_in(source.fields.get("attachments")):
        path = posixpath.join(posixpath.dirname(source.path), str(item.get("file")))
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
