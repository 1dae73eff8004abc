"""The reference for authors holds every field as the schemas describe it."""

from __future__ import annotations

import pytest
from helpers.knowledge_base import run_pir
from helpers.repository import ROOT

from mkdocs_pir.kb import field_reference, schema
from mkdocs_pir.kb.kinds import KINDS


def _paths(spec: dict, before: str = "") -> list[str]:
    found = []
    for name, field in spec.get("properties", {}).items():
        found += [
            f"{before}{name}",
            *_paths(field, f"{before}{name}."),
            *_paths(field.get("items", {}), f"{before}{name}[]."),
        ]
    return found


def test_docs_records_is_what_the_schemas_say() -> None:
    made = run_pir("schema", "--format", "markdown").stdout
    assert (ROOT / "docs/records.md").read_text("utf-8") == made, "run: pir schema --format markdown > docs/records.md"


@pytest.mark.parametrize("name", [*KINDS, *field_reference.REGISTERS, "settings"])
def test_every_field_has_its_row_with_meaning_type_and_example(name: str) -> None:
    rows = {}
    for line in field_reference.page(name).split("\n"):
        cells = [c.strip() for c in line.replace("\\|", "¦").strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) >= 4:
            rows[cells[0].strip("`")] = cells[1:]
    assert list(rows) == _paths(dict(schema.load(name)))
    assert [path for path, cells in rows.items() if not all(cells[:3])] == []


def test_the_audience_of_a_field_is_that_of_its_schema() -> None:
    page = field_reference.page("pir").split("\n")
    row = {line.split("`")[1]: line for line in page if line.startswith("| `")}
    assert row["impact.summary"].endswith("| yes |")
    assert row["symptoms"].endswith("|  |")
