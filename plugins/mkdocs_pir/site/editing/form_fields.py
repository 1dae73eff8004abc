"""What the form of a kind of record consists of, from its JSON Schema and the process: steps, fields, sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.client_fields import specification
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.model import Client, Pir, Service
from mkdocs_pir.kb.process import Module
from mkdocs_pir.kb.review_conditions import entering, leaving
from mkdocs_pir.kb.settings import Settings

Description = dict[str, Any]

_RELEASE = ("release", "audience")
"""What an approval writes: the form shows it and offers to approve, but these are no fields that somebody fills."""

TOGETHER: Mapping[str, str] = {"audience": "release", "recommendations": "release", "no_lesson_because": "lessons"}
"""Fields of a review that no condition names, with the field beside which they stand."""

_ALWAYS_SHOWN = (Client.kind, Service.kind)
"""Kinds of records that are shown where a released review names them."""

_REPORT = "report"
"""What conditions call the sections of a review."""


def form(kind: str, settings: Settings, module: Module) -> Description:
    """The form of a kind of record, as data for the browser."""
    spec = specification(kind, settings.client_fields)
    fields = _fields(spec)
    fixed = fixed_fields(kind)
    for field in fields:
        field["fixed"] = field["name"] in fixed
    steps = list(_review_steps(module, [field["name"] for field in fields])) if kind == Pir.kind else []
    if not steps:
        steps = [_step("", KINDS[kind].label.capitalize(), "", [field["name"] for field in fields], True)]
    return {
        "kind": kind,
        "label": KINDS[kind].label,
        "fields": fields,
        "steps": steps,
        "sections": [
            {
                "title": section["title"],
                "guidance": section["description"],
                "client": section["title"] in settings.client_sections
                if kind == Pir.kind
                else section.get("x-audience") == "client",
            }
            for section in spec.get("x-sections", ())
        ],
    }


def fixed_fields(kind: str) -> tuple[str, ...]:
    """The fields that the form shows and does not change: the id, which is the name of the file, and the release."""
    known = schema.load(kind)["properties"]
    return ("id", *_RELEASE) if "release" in known else ("id",)


def _review_steps(module: Module, names: list[str]) -> Iterator[Description]:
    """The steps of the process, each with the fields that its conditions name; the first has all that none names."""
    named = [
        dict.fromkeys(condition.field for condition in (*entering(module, step), *leaving(module, step)))
        for step in module.steps
    ]
    known = {field for fields in named for field in fields}
    for number, (step, fields) in enumerate(zip(module.steps, named, strict=True)):
        mine = [
            name
            for name in names
            if name in fields or TOGETHER.get(name) in fields or (not number and name not in known | TOGETHER.keys())
        ]
        yield _step(step.id, step.name, step.summary, mine, _REPORT in fields)


def _step(id_: str, name: str, summary: str, fields: list[str], has_sections: bool) -> Description:
    return {"id": id_, "name": name, "summary": summary, "fields": fields, "sections": has_sections}


def _fields(spec: Mapping[str, Any], *, by_item: bool = False) -> list[Description]:
    """The fields of a mapping; `by_item` for one that is shown to clients by an audience of its own."""
    required = spec.get("required", ())
    return [
        {"name": name, **_field(name, part, name in required, by_item=by_item)}
        for name, part in spec["properties"].items()
    ]


def _field(name: str, spec: Mapping[str, Any], required: bool = False, *, by_item: bool = False) -> Description:
    described: Description = {
        "kind": kind_of(spec),
        "title": spec.get("title", ""),
        "description": spec.get("description", ""),
        "example": _example(spec),
        "required": required,
        "client": spec.get("x-audience") == "client",
        "seen": _when_seen(spec, by_item=by_item),
        "choices": [str(choice) for choice in spec.get("enum", ())],
        "kinds": list(spec.get("x-ref", ())),
        "most": spec.get("maxLength"),
        "fallback": str(spec.get("default", "")),
    }
    if described["kind"] == "group":
        described["fields"] = _fields(spec, by_item=by_item)
    if described["kind"] == "list":
        described["item"] = _field("", spec["items"], by_item=_has_audience(spec))
    return described


def _when_seen(spec: Mapping[str, Any], *, by_item: bool) -> str:
    """When a client sees a field, in words: never (empty), always, or on which condition."""
    if spec.get("x-audience") != "client":
        return ""
    if _has_audience(spec):
        return "internal unless its audience is client"
    if by_item:
        return "the client sees it if the audience is client"
    named = spec.get("items", spec).get("x-ref", ())
    released = " or ".join(KINDS[kind].label for kind in named if kind not in _ALWAYS_SHOWN)
    return f"the client sees it once the {released} is released" if released else "the client sees it"


def _has_audience(spec: Mapping[str, Any]) -> bool:
    """Whether a list has items that are shown to clients by an audience of their own."""
    return "audience" in spec.get("items", {}).get("properties", {})


def kind_of(spec: Mapping[str, Any]) -> str:
    """The kind of field that a part of a schema needs."""
    expected = spec.get("type", "string")
    by_type = {"object": "group", "array": "list", "integer": "number", "number": "number", "boolean": "yes-no"}
    if isinstance(expected, str) and expected in by_type:
        return by_type[expected]
    if "enum" in spec:
        return "choice"
    if "x-ref" in spec:
        return "record"
    by_format = {"date": "day", "date-time": "time", "uri": "address"}
    return by_format.get(str(spec.get("format", "")), "long-text" if spec.get("x-markdown") else "text")


def _example(spec: Mapping[str, Any]) -> str:
    examples = spec.get("examples") or [""]
    return "" if isinstance(examples[0], dict | list) else str(examples[0])
