"""docs/import.md and docs/import-mappings.md say everything that a mapping may say."""

from __future__ import annotations

import re

from helpers.repository import ROOT

from mkdocs_pir.exchange.importing.mapping_files import read_mapping, ready_mappings
from mkdocs_pir.kb import schema

GUIDE = (ROOT / "docs/import.md").read_text("utf-8")
PAGE = (ROOT / "docs/import-mappings.md").read_text("utf-8")


def test_every_key_rule_part_and_field_of_a_mapping_is_documented() -> None:
    mapping = schema.load("mapping")["properties"]
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.M))
    assert rows == {*mapping, *mapping["fields"]["additionalProperties"]["properties"]}
    for field in mapping["fields"]["propertyNames"]["enum"]:
        assert f"`{field}`" in PAGE


def test_every_ready_mapping_is_documented() -> None:
    tables = GUIDE[: GUIDE.index("## When a ready mapping")]
    assert set(re.findall(r"^\| `([a-z][a-z-]+)` \|", tables, re.M)) == {one.name for one in ready_mappings()}


def test_the_documented_mappings_can_be_used() -> None:
    files = sorted((ROOT / "docs/mappings").glob("*.yml"))
    assert [read_mapping(file).name for file in files] == [file.stem for file in files]
    assert all(f"mappings/{file.name}" in PAGE for file in files)
