"""The reference for authors (docs/records.md), made from the schemas: the meaning, type and example of each field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.kinds import KINDS

Schema = Mapping[str, Any]

REGISTERS = ("incident", "satisfaction")

INTRODUCTION = """\
# Records, field by field

<!-- Made by 'pir schema --format markdown' from the schemas. Change those, not this file. -->

One Markdown file is one record. Its front matter, between two lines `---`, has the fields below; an empty field counts as not given. Names of your own fields begin with `x-`; clients never see these. How to write a good record: [writing](writing.md). What can be wrong: [problems](problems.md).

A field with **yes** in the column *client* is shown in the client's edition once the record is released; all others are internal. *Required* fields are needed at every status; the others from the step that produces them.
"""

_FORMATS = {
    "date": "date",
    "date-time": "time with its offset from UTC",
    "time-or-day": "time with its offset from UTC, or date",
    "uri": "web address",
}


def whole() -> str:
    """The reference of all kinds of records, registers and options: docs/records.md."""
    parts = [
        INTRODUCTION,
        *map(page, KINDS),
        "# Registers\n",
        *map(page, REGISTERS),
        "# Configuration\n",
        page("settings"),
    ]
    return "\n".join(parts)


def page(name: str) -> str:
    """The reference of one schema as Markdown with a level-2 heading. Raises FileNotFoundError."""
    spec = schema.load(name)
    lines = [f"## {spec['title']} (`{name}`)", "", spec["description"], ""]
    lines += [f"File: `{place}`.", ""] if (place := _place(name, spec)) else []
    lines += _table(("field", "meaning", "type", "example", "client"), _fields(spec, ""))
    if sections := spec.get("x-sections"):
        lines += ["", "Sections of the body:", ""]
        rows = ((f"`## {s['title']}`", s["description"], _sees(s)) for s in sections)
        lines += _table(("section", "says", "client"), rows)
    return "\n".join(lines) + "\n"


def _place(name: str, spec: Schema) -> str:
    return KINDS[name].place if name in KINDS else str(spec.get("x-register", ""))


def _fields(spec: Schema, before: str) -> Iterator[tuple[str, ...]]:
    """A row for each property, followed by rows for the properties inside it."""
    required = spec.get("required", ())
    for name, field in spec.get("properties", {}).items():
        path = f"{before}{name}"
        meaning = field.get("description", "") + (" *Required.*" if name in required else "")
        example = field.get("examples", [None])[0]
        yield f"`{path}`", meaning, _type(field), _code(example), _sees(field)
        yield from _fields(field, f"{path}.")
        yield from _fields(field.get("items", {}), f"{path}[].")


def _type(field: Schema) -> str:
    """A type in words: `list of ids of a cause`, `one of a, b`."""
    if "enum" in field:
        default = f"; `{field['default']}` by default" if "default" in field else ""
        return "one of " + ", ".join(f"`{value}`" for value in field["enum"]) + default
    if "x-ref" in field:
        return f"id of a {' or '.join(KINDS[kind].label for kind in field['x-ref'])}"
    kind = field.get("type", "string")
    if kind == "array":
        few = "list, at least one: " if field.get("minItems") else "list of: "
        return few + _type(field.get("items", {}))
    if kind == "object":
        others = field.get("additionalProperties")
        return f"fields of your own: {_type(others)}" if isinstance(others, dict) else "fields"
    if isinstance(kind, list):
        return " or ".join(_type({"type": one}) for one in kind)
    if kind in ("integer", "number"):
        word = "whole number" if kind == "integer" else "number"
        return word + (f", at least {field['minimum']}" if "minimum" in field else "")
    if kind == "boolean":
        return "`true` or `false`"
    limit = f", at most {field['maxLength']} characters" if "maxLength" in field else ""
    return _FORMATS.get(field.get("format", ""), "text") + limit


def _sees(field: Schema) -> str:
    return "yes" if field.get("x-audience") == "client" else ""


def _code(example: Any) -> str:
    if example is None:
        return ""
    return f"`{example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [_row(head), "|" + "---|" * len(head), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
