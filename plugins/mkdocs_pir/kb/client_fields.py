"""The option `client_fields`, with which an organisation changes the fields of the schemas that a client sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.problem import did_you_mean

NEVER_OPEN = frozenset({"audience", "release", "aliases", "domains", "contacts"})
"""Fields that decide who sees what, or that the audit searches for. No option can show them to a client."""


def wrong(kind: str, field: str) -> tuple[str, str] | None:
    """The message and hint if this field cannot be an option, otherwise None; `actions.owner` is a field in another."""
    spec: Mapping[str, Any] = schema.load(kind)
    for step in field.split("."):
        fields = _within(spec).get("properties", {})
        if step not in fields:
            return f"a {kind} has no field '{field}'", did_you_mean(
                step, fields
            ) or f"the fields are {', '.join(fields)}"
        if step in NEVER_OPEN:
            return f"'{field}' cannot be shown to clients", "it decides who sees what"
        if step in _within(spec).get("required", ()) or step == "id":
            return f"'{field}' cannot be hidden", f"the page of a {kind} cannot be made without it"
        spec = fields[step]
    return None


def specification(kind: str, changes: Mapping[str, Mapping[str, bool]]) -> Mapping[str, Any]:
    """The schema of a kind, with fields shown to clients (true) or hidden (false) as `changes` says."""
    spec = schema.load(kind)
    for field, shown in changes.get(kind, {}).items():
        spec = _changed(spec, field.split("."), shown)
    return spec


def _within(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the items if it is a list of mappings, otherwise the schema itself."""
    items: Mapping[str, Any] = spec.get("items", {})
    return items if "properties" in items else spec


def _changed(spec: Mapping[str, Any], steps: list[str], shown: bool) -> Mapping[str, Any]:
    if "items" in spec and "properties" not in spec:
        return {**spec, "items": _changed(spec["items"], steps, shown)}
    first, *rest = steps
    field = spec["properties"][first]
    if rest:
        field = _changed(field, rest, shown)
    # showing a part also shows the field that contains it; its other parts stay as their schema says
    if shown or not rest:
        field = {**field, "x-audience": "client" if shown else "internal"}
    if shown and not rest:
        field = _whole(field)
    return {**spec, "properties": {**spec["properties"], first: field}}


def _whole(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """A field that is shown as a whole, with all its parts except those that are never shown."""
    if "properties" in field:
        return {
            **field,
            "properties": {
                name: part if name in NEVER_OPEN else _whole({**part, "x-audience": "client"})
                for name, part in field["properties"].items()
            },
        }
    return {**field, "items": _whole(field["items"])} if "items" in field else field
