"""The published data set: its schema, its agreement with the command, and the notebook."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest
from helpers.knowledge_base import pir
from helpers.repository import ROOT

from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.exchange.exporting import dataset, export_tables
from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.figure_rows import as_json
from mkdocs_pir.insight.kpis import NAMES
from mkdocs_pir.kb import schema, settings
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.loading import load
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views import kpi_pages
from mkdocs_pir.site.views.edition_context import EditionContext


@pytest.fixture(scope="module")
def demonstration() -> KnowledgeBase:
    return load(settings.read(ROOT / "mkdocs.yml"))


@pytest.fixture(scope="module")
def internal(demonstration: KnowledgeBase) -> Projection:
    return project(demonstration, Edition())


@pytest.fixture(scope="module")
def data(internal: Projection) -> dict[str, object]:
    found: dict[str, object] = json.loads(dataset.as_text(dataset.dataset(Insight(internal), path_of)))
    return found


@pytest.mark.parametrize("edition", ["internal", "client:harbor-credit"])
def test_every_edition_keeps_to_the_published_schema(demonstration: KnowledgeBase, edition: str) -> None:
    projection = project(demonstration, Edition.parse(edition))
    text = dataset.as_text(dataset.dataset(Insight(projection), path_of))
    validator = jsonschema_rs.Draft202012Validator(_closed(schema.load("figures")), validate_formats=True)
    assert [f"{e.instance_path}: {e.message}" for e in validator.iter_errors(json.loads(text))] == []


def _closed(spec: object) -> object:
    """The schema with every object closed, so that a field which is not described is found too."""
    if isinstance(spec, list):
        return [_closed(item) for item in spec]
    if not isinstance(spec, dict):
        return spec
    closed = {key: _closed(value) for key, value in spec.items()}
    return {**closed, "additionalProperties": False} if "properties" in spec and "required" in spec else closed


def test_an_empty_knowledge_base_has_a_data_set_too() -> None:
    empty = Projection(Edition(), date(2026, 9, 30), "Empty", {})
    validator = jsonschema_rs.Draft202012Validator(dict(schema.load("figures")), validate_formats=True)
    assert list(validator.iter_errors(json.loads(dataset.as_text(dataset.dataset(Insight(empty), path_of))))) == []


KEYS = {
    "name", "as_of", "window", "numerator", "denominator", "value", "n", "unit", "rows", "excluded", "trend",
}  # fmt: skip


@pytest.fixture(scope="module")
def pages(internal: Projection) -> dict[str, str]:
    """The KPI pages of the demonstration by their paths."""
    renderer = PageRenderer(EditionContext(internal))
    return {view.path: renderer.render(view).html for view in kpi_pages.pages(EditionContext(internal))}


@pytest.fixture(scope="module")
def said() -> dict[str, dict[str, object]]:
    """What `pir kpi --json` says of each KPI."""
    result = pir(ROOT, "kpi", "--json")
    return {figure["name"]: figure for figure in json.loads(result.stdout)}


def test_one_kpi_by_its_name_is_one_object_with_exactly_the_published_keys(said: dict[str, dict[str, object]]) -> None:
    result = pir(ROOT, "kpi", "coverage", "--json")
    one = json.loads(result.stdout)
    assert one == said["coverage"]
    for figure in said.values():
        # the demonstration configures support hours
        assert set(figure) == KEYS | ({"support_hours"} if figure["unit"] == "minutes" else set())
        assert set(figure["window"]) == {"start", "end"}
        assert all(set(left) == {"id", "why"} for left in figure["excluded"])


@pytest.mark.parametrize("name", NAMES)
def test_the_command_the_page_and_the_data_set_say_the_same(
    internal: Projection,
    data: dict[str, list[dict[str, object]]],
    pages: dict[str, str],
    said: dict[str, dict[str, object]],
    name: str,
) -> None:
    figure = Insight(internal).kpis.figure(name)
    assert as_json(figure) == said[name]
    assert figure_words.now(figure) in pages[f"kpis/{name}.html"]
    assert figure_words.before(figure) in pages[f"kpis/{name}.html"]
    listed = "".join(
        html for path, html in pages.items() if path.startswith((f"kpis/{name}.html", f"kpis/{name}/rows"))
    )
    assert all(row["id"] in listed for row in said[name]["rows"])

    feed = export_tables.kpis(Insight(internal)).entries
    entry = next(entry for entry in feed if entry.id == f"kpi/{name}")
    assert figure_words.summary(figure) in entry.text
    assert figure_words.summary(figure) in pages[f"kpis/{name}.html"]

    whole = next(f for f in data["figures"] if (f["kpi"], f["client"], f["service"]) == (name, None, None))
    same = ("numerator", "denominator", "value", "n", "unit")
    assert {key: whole[key] for key in same} == {key: said[name][key] for key in same}
    assert [r["id"] for r in data["rows"] if r["kpi"] == name] == [r["id"] for r in said[name]["rows"]]


def test_times_have_median_ninetieth_percentile_and_mean_everywhere(
    internal: Projection, data: dict[str, list[dict[str, object]]]
) -> None:
    figure = Insight(internal).kpis.figure("time-to-resolve")
    beside = next(f for f in data["figures"] if f["kpi"] == "time-to-resolve" and not f["client"])["beside"]
    assert {"median", "p90", "mean"} <= set(beside)
    assert beside["mean"] == figure.value
    said = pir(ROOT, "kpi", "time-to-resolve").stdout
    assert all(word in said for word in ("Median", "90th percentile", "Mean", "previous period"))


def test_the_notebook_reads_the_published_data_set(
    data: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    file.write_text(dataset.as_text(data), "utf-8")
    monkeypatch.setitem(os.environ, "PIR_FIGURES", str(file))
    cells = json.loads((ROOT / "docs/examples/figures.ipynb").read_text("utf-8"))["cells"]
    names: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    said = capsys.readouterr().out
    assert "Client Adoption Rate for Recommendations" in said
    summary = data["repeat_summary"]
    assert f"{summary['preventable']} of {summary['repeats']} repeats were preventable" in said


def test_every_table_of_the_data_set_is_documented() -> None:
    told = (ROOT / "docs/data.md").read_text("utf-8")
    for name, spec in schema.load("figures")["properties"].items():
        assert f"`{name}`" in told, name
        assert spec.get("description") or name in ("site",), name
