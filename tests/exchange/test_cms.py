"""The configuration of Sveltia CMS has a field for each property of each schema, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from mkdocs_pir.exchange import cms
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.kinds import KINDS

WHOLE = yaml.safe_load(cms.configuration("kb"))
COLLECTIONS = {one["name"]: one for one in WHOLE["collections"]}


def properties(spec: Any, path: str = "") -> Iterator[tuple[str, Any, bool]]:
    """Each property of a schema with its path, and whether it is always required."""
    for name, part in spec.get("properties", {}).items():
        yield f"{path}{name}", part, name in spec.get("required", ())
        yield from properties(part, f"{path}{name}.")
        yield from properties(part.get("items", {}), f"{path}{name}.")


def fields(given: list[dict[str, Any]], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for field in given:
        yield f"{path}{field['name']}", field
        yield from fields(field.get("fields", []), f"{path}{field['name']}.")


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_of_a_schema_is_a_field_in_its_order_or_left_out_with_a_reason(kind: str) -> None:
    made = [path for path, _ in fields(COLLECTIONS[kind]["fields"])]
    assert made == [*(path for path, *_ in properties(schema.load(kind)) if path not in cms.LEFT_OUT), "body"]


def test_what_is_left_out_exists_and_has_a_reason() -> None:
    known = {path for kind in KINDS for path, *_ in properties(schema.load(kind))}
    assert cms.LEFT_OUT.keys() <= known
    assert all(cms.LEFT_OUT.values())
    assert {name for name, one in COLLECTIONS.items() if not one["create"]} == cms.NOT_CREATED.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_says_what_its_property_says(kind: str) -> None:
    made = dict(fields(COLLECTIONS[kind]["fields"]))
    for path, part, required in properties(schema.load(kind)):
        if path in cms.LEFT_OUT:
            continue
        field = made[path]
        assert field["label"] == part["title"]
        assert field["hint"].startswith(part["description"])
        assert field["hint"].endswith("Internal.") is (part.get("x-audience") != "client")
        assert field["required"] is required
        values = part.get("enum") or part.get("items", {}).get("enum")
        if values:
            assert [one["value"] for one in field["options"]] == values
        if part.get("type") == "boolean":
            assert [one["value"] for one in field["options"]] == [True, False]
        if part.get("format") == "date-time":
            assert field["format"].endswith("[Z]")
            assert field["output_utc"]
        referred = part.get("x-ref") or part.get("items", {}).get("x-ref", ())
        if len(referred) == 1:
            assert (field["widget"], field["collection"]) == ("relation", referred[0])
            assert field.get("multiple", False) is (part["type"] == "array")


def test_a_collection_is_the_folder_of_its_kind() -> None:
    assert COLLECTIONS["pir"]["folder"] == "kb/pirs"
    assert COLLECTIONS["pir"]["path"] == "{{year}}/{{slug}}"
    assert COLLECTIONS["lesson"]["slug"] == "{{fields.id}}"
    assert WHOLE["slug"] == {"lowercase": False}


def test_texts_stay_markdown_as_typed_and_begin_with_the_sections() -> None:
    body = COLLECTIONS["lesson"]["fields"][-1]
    assert body["modes"] == ["raw"]
    titles = [f"## {section['title']}\n" for section in schema.load("lesson")["x-sections"]]
    assert [line for line in body["default"].splitlines(keepends=True) if line.startswith("#")] == titles


def test_the_page_loads_its_editor_from_beside_it() -> None:
    page = cms.files("kb")["index.html"]
    assert 'src="sveltia-cms.js"' in page
    assert "http" not in page
