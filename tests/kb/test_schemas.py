"""The schemas are the public contract: every field explains itself, and its own example is accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import load_yaml
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.model import REGISTERS
from mkdocs_pir.kb.text_formats import FORMATS

KNOWN_TYPES = {"object", "array", "string", "integer", "number", "boolean", ("string", "boolean")}
Field = tuple[str, dict[str, Any]]


def fields(spec: dict[str, Any], at: str = "") -> Iterator[Field]:
    """Every property of a schema, those of mappings and lists in it included, by its path."""
    for name, field in spec.get("properties", {}).items():
        path = f"{at}{name}"
        yield path, field
        yield from fields(field, f"{path}.")
        yield from fields(field.get("items", {}), f"{path}[].")


SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8")) for path in schema.folder().iterdir()
}
CONTRACT = [*KINDS, *REGISTERS]
FIELDS = [
    pytest.param(field, id=f"{name}: {path}") for name in CONTRACT for path, field in fields(SCHEMAS[name])
]  # fmt: skip


def test_every_kind_and_register_has_its_schema() -> None:
    assert {*CONTRACT} <= SCHEMAS.keys()
    assert {SCHEMAS[register]["x-register"] for register in REGISTERS} == {
        "registers/actions.csv",
        "registers/incidents.csv",
        "registers/satisfaction.csv",
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_valid_draft_2020_12(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    # what is published for other programs carries the number of its version too
    assert SCHEMAS[name]["$id"].removesuffix(":1") == f"urn:mkdocs-pir:schema:{name}"
    assert SCHEMAS[name]["title"]
    assert SCHEMAS[name]["description"]
    jsonschema_rs.meta.validate(SCHEMAS[name])


def formats(spec: Any) -> Iterator[tuple[str, list[str]]]:
    """Every format that a schema names for a text, with the examples beside it."""
    if isinstance(spec, dict):
        if isinstance(form := spec.get("format"), str):
            yield form, spec.get("examples", [])
        spec = list(spec.values())
    for part in spec if isinstance(spec, list) else ():
        yield from formats(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_format_is_one_that_is_checked_and_its_examples_have_it(name: str) -> None:
    for form, examples in formats(SCHEMAS[name]):
        assert form in {"date", "date-time", "time-or-day", "uri", *FORMATS}
        assert not [message for example in examples if form in FORMATS and (message := FORMATS[form](example))]


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_explains_itself(field: dict[str, Any]) -> None:
    for what in ("title", "description"):
        assert field[what].strip() == field[what] != ""
    assert field["title"][0].isupper()
    assert field["description"].endswith(".")
    assert field["examples"]
    assert field.get("x-audience", "client") == "client"


@pytest.mark.parametrize("field", FIELDS)
def test_an_example_is_accepted_by_its_own_field(field: dict[str, Any]) -> None:
    validator = jsonschema_rs.Draft202012Validator(field, validate_formats=True)
    for example in field["examples"]:
        assert [error.message for error in validator.iter_errors(example)] == []


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_has_a_type_that_records_can_be_read_as(field: dict[str, Any]) -> None:
    for spec in (field, *([field["items"]] if "items" in field else [])):
        wanted = spec["type"]
        assert (tuple(wanted) if isinstance(wanted, list) else wanted) in KNOWN_TYPES
        if wanted == "object":
            assert spec["additionalProperties"] is False
            assert "^x-" in spec["patternProperties"]
        for kind in spec.get("x-ref", ()):
            assert kind in KINDS
    if field.get("default") is not None:
        assert field["default"] == "internal"


@pytest.mark.parametrize("name", CONTRACT)
def test_a_record_made_of_all_examples_is_sound(name: str) -> None:
    """Written down and read back as its author would: every example is one that can be typed."""
    spec = SCHEMAS[name]
    given = {key: field["examples"][0] for key, field in spec["properties"].items()}
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in given.items())
    data, positions = load_yaml(text, "x.md")
    typed, problems = schema.check(name, data, positions, "x.md")
    assert problems == []
    cls = KINDS[name].record if name in KINDS else REGISTERS[name]
    record = msgspec.convert({"id": "x", **typed}, cls)
    for key in spec["properties"].keys() & set(cls.__struct_fields__):
        assert getattr(record, key) not in ("", (), None), f"{key} was lost"


@pytest.mark.parametrize("name", CONTRACT)
def test_every_field_reaches_the_program(name: str) -> None:
    """A field of the schema is one of the class, so that nothing an author writes is read and then forgotten."""
    cls = KINDS[name].record if name in KINDS else REGISTERS[name]
    derived = {"family"}  # of a cause: the part of its id before the slash
    assert SCHEMAS[name]["properties"].keys() - derived <= set(cls.__struct_fields__)
    made = {"preamble", "sections", "id", "audience", "days"}  # `days` of a row: which of its times are days
    assert set(cls.__struct_fields__) - made <= SCHEMAS[name]["properties"].keys()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "page"])
def test_a_template_names_its_sections(kind: str) -> None:
    sections = SCHEMAS[kind]["x-sections"]
    assert len({s["title"] for s in sections}) == len(sections) > 0
    for section in sections:
        assert section["description"].endswith(".")
        assert section.get("x-audience", "client") == "client"


def test_a_report_has_the_sections_that_were_agreed() -> None:
    assert [section["title"] for section in SCHEMAS["pir"]["x-sections"]] == [
        "Summary",
        "Impact",
        "Timeline",
        "Detection",
        "Response",
        "Root cause",
        "Contributing factors",
        "What went well",
        "What went wrong",
        "Where we got lucky",
        "What we are changing",
        "Supporting information",
    ]


def test_a_mapping_fills_the_sections_of_a_review_and_no_others() -> None:
    titles = [section["title"] for section in SCHEMAS["pir"]["x-sections"]]
    fields = SCHEMAS["mapping"]["properties"]
    assert fields["body"]["propertyNames"]["enum"] == titles
    assert fields["sections"]["additionalProperties"]["enum"] == [*titles, "own section", "leave out"]


INSIDE = {
    "pir": "symptoms priority process_deficiencies tags release audience workaround problem",
    "pir.actions": "owner priority tracker note done_when cancel_reason causes verified audience",
    "pir.tried": "note audience",
    "pir.reviews": "chaired_by attendees feedback feedback_applied not_appropriate",
    "lesson": "symptoms evidence workaround tags release audience validated_on",
    "client": "aliases domains contacts until review_days",
    "service": "aliases owner clients tier depends_on",
    "problem": "root_cause tags release",
    "cause": "examples look_for",
    "satisfaction": "comment",
    "incident": "cause",
}


@pytest.mark.parametrize("name", INSIDE)
def test_what_stays_inside_is_not_marked_for_clients(name: str) -> None:
    """Allowing a client to see one of these is a decision, and changes this test."""
    kind, _, part = name.partition(".")
    spec = SCHEMAS[kind]["properties"]
    if part:
        spec = spec[part]["items"]["properties"]
    shown = {field for field, said in spec.items() if "x-audience" in said}
    assert shown & set(INSIDE[name].split()) == set()
