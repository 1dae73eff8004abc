"""The organisation's own say on the fields that a client sees: the option `client_fields` laid over the schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.problem import did_you_mean

NEVER_OPEN = frozenset({"audience", "release", "aliases", "domains", "contacts"})
"""Fields that decide who sees what, or that the audit looks for: no option shows them."""


def wrong(kind: str, field: str) -> tuple[str, str] | None:
    """What is wrong with naming this field (`actions.owner` for one within another), with a hint; None when nothing is."""
    spec: Mapping[str, Any] = schema.load(kind)
    for step in field.split("."):
        known = _within(spec).get("properties", {})
        if step not in known:
            return f"a {kind} has no field '{field}'", did_you_mean(step, known) or f"the fields are {', '.join(known)}"
        if step in NEVER_OPEN:
            return f"'{field}' stays inside", "it decides who sees what"
        if step in _within(spec).get("required", ()) or step == "id":
            return f"'{field}' is a field that every {kind} has", "a page cannot be made without it"
        spec = known[step]
    return None


def specification(kind: str, changes: Mapping[str, Mapping[str, bool]]) -> Mapping[str, Any]:
    """The schema of a kind with the fields opened (true) and closed (false) that `changes` names for it."""
    spec = schema.load(kind)
    for field, shown in changes.get(kind, {}).items():
        spec = _changed(spec, field.split("."), shown)
    return spec


def _within(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of what a list holds."""
    items: Mapping[str, Any] = spec.get("items", {})
    return items if "properties" in items else spec


def _changed(spec: Mapping[str, Any], steps: list[str], shown: bool) -> Mapping[str, Any]:
    if "items" in spec and "properties" not in spec:
        return {**spec, "items": _changed(spec["items"], steps, shown)}
    first, *rest = steps
    field = spec["properties"][first]
    if rest:
        field = _changed(field, rest, shown)
    # a part that is opened opens what it stands in; the other parts of it stay as their schema says
    if shown or not rest:
        field = {**field, "x-audience": "client" if shown else "internal"}
    if shown and not rest:
        field = _whole(field)
    return {**spec, "properties": {**spec["properties"], first: field}}


def _whole(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """A field that is opened as a whole, with all that it holds but what never is."""
    if "properties" in field:
        return {
            **field,
            "properties": {
                name: part if name in NEVER_OPEN else _whole({**part, "x-audience": "client"})
                for name, part in field["properties"].items()
            },
        }
    return {**field, "items": _whole(field["items"])} if "items" in field else field
