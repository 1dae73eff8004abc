"""The walks of CONTRIBUTING.md: every place they list is there, and an example applied at just these places works."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema_rs
import pytest
from helpers.knowledge_base import FILES, write_base
from helpers.repository import ROOT
from helpers.worked_examples import Walk, apply, copied, place, run, walks

from mkdocs_pir.exchange.exporting import dataset
from mkdocs_pir.insight.kpis import NAMES
from mkdocs_pir.kb import schema

WALKS = walks()
REFERENCE = "docs/records.md"

LESSON, PROBLEM = "kb/lessons/LL-0001.md", "kb/problems/PRB-0001.md"
SUPPLIER = """\
---
id: north-transit
name: North Transit
contact: noc@north-transit.example
audience: shared
release: {approved_by: vp-services, on: 2026-03-20}
---
## How to reach them

By telephone.
"""


class Changed:
    """The project with the example of one walk applied, and a knowledge base to run it on."""

    def __init__(self, walk: Walk, folder: Path) -> None:
        self.root = copied(folder / "project")
        self.base = folder / "base"
        apply(walk, self.root)

    def pir(self, *arguments: str) -> str:
        return run(self.root, self.base, *arguments)

    def write(self, **changes: str) -> None:
        write_base(self.base, changes)

    def build(self, changes: dict[str, str], *editions: str) -> None:
        """Publish the small knowledge base with these files changed."""
        write_base(self.base, changes)
        self.pir("check")
        for edition in editions or ("internal",):
            self.pir("build", "--edition", edition)

    def page(self, path: str, edition: str = "internal") -> str:
        return (self.base / "published" / edition / path).read_text("utf-8")


def field(changed: Changed) -> None:
    changed.build(
        {LESSON: FILES[LESSON].replace("lesson: Hosts", "effort: two days\nlesson: Hosts")},
        "internal",
        "client:harbor-credit",
    )
    assert "two days" in changed.page("lessons/LL-0001.html")
    assert "two days" in changed.page("data/records.json")
    assert "two days" not in changed.page("lessons/LL-0001.html", "clients/harbor-credit")
    assert "| `effort` |" in changed.pir("schema", "--format", "markdown")


def status(changed: Changed) -> None:
    changed.build({PROBLEM: FILES[PROBLEM].replace("status: known-error", "status: watched")})
    assert "Watched" in changed.page("problems/PRB-0001.html")
    assert "Watched" in changed.page("problems.html")
    assert '"watched":["Watched","wait"]' in changed.page("search/manifest.js")
    assert "`watched`" in changed.pir("schema", "--format", "markdown")


def kind(changed: Changed) -> None:
    files = {"kb/suppliers/north-transit.md": SUPPLIER, PROBLEM: f"{FILES[PROBLEM]}\nAsk [[north-transit]].\n"}
    changed.build(files, "internal", "client:harbor-credit")
    assert "noc@north-transit.example" in changed.page("suppliers/north-transit.html")
    assert "By telephone." in changed.page("suppliers/north-transit.html")
    assert "suppliers/north-transit.html" in changed.page("problems/PRB-0001.html")
    seen = changed.page("suppliers/north-transit.html", "clients/harbor-credit")
    assert "North Transit" in seen
    assert "noc@" not in seen
    assert "By telephone." not in seen
    assert "`suppliers/<id>.md`" in changed.pir("schema", "--format", "markdown")


def kpi(changed: Changed) -> None:
    config = FILES["mkdocs.yml"].replace("rules:", "targets: {lessons-applied: 90}\n      rules:")
    changed.build({"mkdocs.yml": config, LESSON: FILES[LESSON].replace("2025-04-02", "2026-04-02")})
    assert "Lessons applied" in changed.page("kpis/lessons-applied.html")
    assert "LL-0001" in changed.page("kpis/lessons-applied.html")
    assert "lessons-applied" in changed.page("data/kpis.csv")
    (figure,) = (one for one in json.loads(changed.pir("kpi", "--json")) if one["name"] == "lessons-applied")
    assert (figure["numerator"], figure["denominator"]) == (1, 1)
    assert "lessons-applied" in changed.pir("kpi", "--help")


def column(changed: Changed) -> None:
    changed.build({})
    (row,) = csv.DictReader(io.StringIO(changed.page("data/actions/all.csv")))
    assert row["pir_title"] == "Mail stood still after a certificate expired"
    figures = json.loads(changed.page(dataset.PATH))
    described = json.loads(changed.page(dataset.SCHEMA_PATH))
    assert figures["actions"][0]["pir_title"] == row["pir_title"]
    jsonschema_rs.validate(described, figures)
    assert figures["actions"][0].keys() == described["properties"]["actions"]["items"]["properties"].keys()


def chart(changed: Changed) -> None:
    changed.build({})
    page = changed.page("actions.html")
    assert "id=states" in page
    assert "How many actions are in each state." in page


def importer(changed: Changed) -> None:
    write_base(
        changed.base,
        {
            "export.csv": "Number,Headline,Customer,Began,Over\n7,Mail is late,Acme,2026-03-04T02:10:00Z,2026-03-04T03:10:00Z\n"
        },
    )
    assert "opsboard" in changed.pir("import", "--list")
    changed.pir("import", str(changed.base / "export.csv"), "--mapping", "opsboard")
    (written,) = (changed.base / "kb/pirs").rglob("*7.md")
    assert "title: Mail is late" in written.read_text("utf-8")
    assert "2026-03-04T03:10:00Z" in written.read_text("utf-8")


def page(changed: Changed) -> None:
    changed.build({LESSON: FILES[LESSON].replace("lesson: Hosts", "tags: [certificates]\nlesson: Hosts")})
    assert "certificates" in changed.page("tags.html")
    assert "href=tags.html" in changed.page("index.html")


WORKS: dict[str, Callable[[Changed], None]] = {
    "Add a field": field,
    "Add a status": status,
    "Add a kind of record": kind,
    "Add a KPI": kpi,
    "Add a column of an export": column,
    "Add a chart": chart,
    "Add an importer": importer,
    "Add a page": page,
}


def test_every_walk_with_an_example_is_tried() -> None:
    assert WORKS.keys() == WALKS.keys()


@pytest.mark.parametrize("title", WORKS)
def test_a_walk_lists_the_places_that_its_example_changes(title: str) -> None:
    walk = WALKS[title]
    made = {REFERENCE} if REFERENCE in walk.places and REFERENCE not in walk.hunks else set()
    assert {*walk.places} == walk.hunks.keys() | walk.new_files.keys() | made
    assert [path for path in walk.places if path not in walk.new_files and not place(ROOT, path).is_file()] == []


@pytest.mark.parametrize("title", WORKS)
def test_what_is_added_at_these_places_works(title: str, tmp_path: Path) -> None:
    WORKS[title](Changed(WALKS[title], tmp_path))


def test_schemas_list_the_kpis_there_are() -> None:
    names, of_days = schema.load("settings")["properties"]["targets"]["propertyNames"]["anyOf"]
    assert names["enum"] == [*NAMES, "review-days"]
    assert of_days["pattern"]
    for kpis in (schema.load("process"), schema.load("process")["properties"]["steps"]["items"]):
        assert kpis["properties"]["kpis"]["items"]["enum"] == [*NAMES]
