"""`pir rollback`: the generation before comes back, of one edition or of all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import pir, write_base

from mkdocs_pir.editions import published_projections
from mkdocs_pir.editions.projection import Edition


def test_all_editions_that_have_an_earlier_generation_go_back(tmp_path: Path) -> None:
    write_base(tmp_path)
    assert "PIR608" in pir(tmp_path, "rollback", "--edition", "all").stderr
    assert pir(tmp_path, "build", "--edition", "all").exit_code == 0
    lesson = tmp_path / "kb/lessons/LL-0001.md"
    lesson.write_text(lesson.read_text("utf-8").replace("Hosts do not", "Listeners do not"), "utf-8")
    for edition in ("internal", "client:harbor-credit"):
        assert pir(tmp_path, "build", "--edition", edition).exit_code == 0
    back = pir(tmp_path, "rollback", "--edition", "ALL")
    assert back.exit_code == 0
    assert "internal: the previous publication is restored" in back.stderr
    assert "client:harbor-credit: the previous publication is restored" in back.stderr
    assert "client:quellmark: unchanged, as no earlier publication is kept" in back.stderr
    pages = [page for page in tmp_path.rglob("LL-0001.html") if ".pir" not in page.parts]
    assert len(pages) == 3
    for page in pages:
        assert "Hosts do not" in page.read_text("utf-8")


CLIENTS = ("client:harbor-credit", "client:quellmark")


def test_a_rollback_brings_the_generation_before_back_and_a_second_one_undoes_it(tmp_path: Path) -> None:
    folder = write_base(tmp_path)
    site, edition = folder / "published/clients/harbor-credit", ("--edition", CLIENTS[0])
    assert pir(folder, "build", *edition).exit_code == 0
    old = read_files(site)
    assert "PIR608" in pir(folder, "rollback", *edition).stderr
    page = folder / "kb/lessons/LL-0001.md"
    page.write_text(page.read_text("utf-8").replace("Hosts do not", "Listeners do not"), "utf-8")
    assert pir(folder, "build", *edition).exit_code == 0
    new = read_files(site)
    assert new != old
    for expected in (old, new, old):
        assert pir(folder, "rollback", *edition).exit_code == 0
        assert read_files(site) == expected
        said = json.loads((folder / "published/.pir/manifest-clients-harbor-credit.json").read_text("utf-8"))
        assert set(said["files"]) == set(expected)
        assert pir(folder, "audit", str(site), *edition).exit_code == 0


@pytest.mark.parametrize("edition", ["harbor-credit", "quellmark"])
def test_a_rollback_takes_the_answers_back_too(published_base: Path, edition: str) -> None:
    page = published_base / "kb/lessons/LL-0001.md"
    query = ("search", "--json", "zirconium", "--edition", f"client:{edition}")
    page.write_text(page.read_text("utf-8").replace("Hosts do not", "Zirconium hosts do not"), "utf-8")
    assert pir(published_base, *query).stdout.strip() == "[]"
    assert pir(published_base, "build", "--edition", f"client:{edition}").exit_code == 0
    assert "LL-0001" in pir(published_base, *query).stdout
    assert pir(published_base, "rollback", "--edition", f"client:{edition}").exit_code == 0
    assert pir(published_base, *query).stdout.strip() == "[]"
    assert (
        "Zirconium"
        not in published_projections.published(published_base / "published", Edition(edition)).lessons["LL-0001"].lesson
    )
    kept = list((published_base / f"published/.pir/projections-clients-{edition}").iterdir())
    assert len(kept) == 2
