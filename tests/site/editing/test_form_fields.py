"""Every property of every schema has a field of the right kind in the form, so that the form cannot drift."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from helpers.knowledge_base import write_base

from mkdocs_pir.kb import schema, settings
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.process_files import default
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site.editing.form_fields import TOGETHER, form
from mkdocs_pir.site.editing.web_api import PAGE

EXPECTED: Mapping[tuple[str, str], str] = {
    ("object", ""): "group",
    ("array", ""): "list",
    ("integer", ""): "number",
    ("number", ""): "number",
    ("boolean", ""): "yes-no",
    ("string", "date"): "day",
    ("string", "date-time"): "time",
    ("string", "uri"): "address",
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings.read(write_base(tmp_path_factory.mktemp("base")) / "mkdocs.yml")


def _pairs(spec: Mapping[str, Any], fields: list[dict[str, Any]], at: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    by_name = {field["name"]: field for field in fields}
    assert list(by_name) == list(spec["properties"]), at
    for name, part in spec["properties"].items():
        yield from _each(part, by_name[name], f"{at}.{name}")


def _each(part: Mapping[str, Any], field: dict[str, Any], at: str) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    yield at, part, field
    if "properties" in part:
        yield from _pairs(part, field["fields"], at)
    if "items" in part:
        yield from _each(part["items"], field["item"], f"{at}[]")


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_has_a_field_of_the_right_kind(kind: str, small: Settings) -> None:
    described = form(kind, small, default())
    seen = list(_pairs(schema.load(kind), described["fields"], kind))
    assert len(seen) >= len(schema.load(kind)["properties"])
    for at, part, field in seen:
        expected = part.get("type", "string")
        if expected == "string" and "enum" in part:
            wanted = "choice"
        elif expected == "string" and "x-ref" in part:
            wanted = "record"
        else:
            plain = "long-text" if part.get("x-markdown") else "text"
            key = (expected if isinstance(expected, str) else "string", str(part.get("format", "")))
            wanted = EXPECTED.get(key, plain)
        assert field["kind"] == wanted, at
        assert field["choices"] == list(part.get("enum", ())), at
        assert field["kinds"] == part.get("x-ref", []), at
        assert field["client"] == (part.get("x-audience") == "client"), at
        assert field["description"] == part.get("description", ""), at


@pytest.mark.parametrize("kind", KINDS)
def test_the_browser_makes_every_kind_of_field(kind: str, small: Settings) -> None:
    script = (PAGE / "fields.js").read_text("utf-8")
    makers = script[script.index("const MAKERS = {") : script.index("function make(")]
    makers += "".join(re.findall(r"MAKERS\.(.* =)", (PAGE / "pickers.js").read_text("utf-8"))).replace(" =", ":")
    for _, _, field in _pairs(schema.load(kind), form(kind, small, default())["fields"], kind):
        assert f"{field['kind']}:" in makers.replace('"', "")


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_and_section_is_in_a_step(kind: str, small: Settings) -> None:
    described = form(kind, small, default())
    in_steps = {name for step in described["steps"] for name in step["fields"]}
    assert in_steps == set(schema.load(kind)["properties"])
    assert any(step["sections"] for step in described["steps"])
    titles = [section["title"] for section in schema.load(kind).get("x-sections", ())]
    assert [section["title"] for section in described["sections"]] == titles


def test_the_steps_of_a_review_are_those_of_the_process(small: Settings) -> None:
    steps = form("pir", small, default())["steps"]
    assert [step["id"] for step in steps] == ["03g.01", "03g.02", "03g.03", "03g.04"]
    fields = {step["id"]: step["fields"] for step in steps}
    assert {"title", "times", "lessons", "no_lesson_because"} <= set(fields["03g.01"])
    assert {"release", "recommendations", "reviews"} <= set(fields["03g.03"])
    assert "actions" in fields["03g.04"]
    assert "actions" not in fields["03g.01"]


def test_fields_that_stand_together_exist() -> None:
    assert {*TOGETHER, *TOGETHER.values()} <= schema.load("pir")["properties"].keys()


def test_what_an_organisation_opens_is_marked(tmp_path: Path) -> None:
    config = (
        "site_name: Ground\ndocs_dir: kb\nexclude_docs: '*'\ntheme: {name: material}\nplugins:\n  - pir:\n"
        "      client_fields: {pir: {symptoms: true, severity: false}}\n      client_sections: [Detection]\n"
    )
    described = form("pir", settings.read(write_base(tmp_path, {"mkdocs.yml": config}) / "mkdocs.yml"), default())
    shown = {field["name"]: field["client"] for field in described["fields"]}
    assert (shown["symptoms"], shown["severity"]) == (True, False)
    assert [section["title"] for section in described["sections"] if section["client"]] == ["Detection"]


def test_each_field_says_when_the_client_sees_it(small: Settings) -> None:
    described = form("pir", small, default())["fields"]
    words = {field["name"]: field["seen"] for field in described}
    assert words["title"] == words["client"] == words["services"] == "the client sees it"
    assert words["priority"] == words["tags"] == ""
    assert words["trigger"] == words["contributing_factors"] == "the client sees it once the cause is released"
    assert words["lessons"] == "the client sees it once the lesson is released"
    assert words["recurrence_of"] == "the client sees it once the review is released"
    for name in ("tried", "actions", "recommendations", "attachments"):
        assert words[name] == "internal unless its audience is client"
    (actions,) = (field for field in described if field["name"] == "actions")
    parts = {field["name"]: field["seen"] for field in actions["item"]["fields"]}
    assert parts["title"] == "the client sees it if the audience is client"
    assert parts["owner"] == parts["audience"] == ""
