"""`pir kpi`: the list of KPIs, and one with its definition and rows."""

from __future__ import annotations

from pathlib import Path

from helpers.knowledge_base import pir, write_base

from mkdocs_pir.insight.kpis import KPIS


def test_pir_kpi_prints_the_names_to_type_and_what_each_means(tmp_path: Path) -> None:
    lines = pir(write_base(tmp_path), "kpi").stdout.splitlines()
    for (name, kpi), (first, meaning) in zip(KPIS.items(), zip(lines[::2], lines[1::2], strict=True), strict=True):
        assert first.split()[0] == name
        assert kpi.definition.startswith(meaning.strip().removesuffix("."))
        assert len(meaning.split()) > 5
        assert pir(tmp_path, "kpi", name).stdout.splitlines()[1].strip() == kpi.definition
