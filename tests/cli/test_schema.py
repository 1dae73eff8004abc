"""`pir schema`: the schemas, and the settings that it writes for an editor."""

from __future__ import annotations

import json
from pathlib import Path

from helpers.knowledge_base import pir, run_pir, write_base


def test_settings_that_are_there_stay_and_get_what_is_missing(tmp_path: Path) -> None:
    mine = {"editor.rulers": [100], "yaml.schemas": {"mine.json": "*.yml"}, "yaml.schemaStore.enable": True}
    folder = write_base(tmp_path, {".vscode/settings.json": json.dumps(mine)})
    assert pir(folder, "schema", "--editor", "vscode").exit_code == 0
    now = json.loads((folder / ".vscode/settings.json").read_text("utf-8"))
    assert now["editor.rulers"] == [100]
    assert now["yaml.schemaStore.enable"] is True
    assert now["yaml.schemas"]["mine.json"] == "*.yml"
    assert "kb/pirs/**/*.md.yaml" in now["yaml.schemas"].values()
    again = pir(folder, "schema", "--editor", "vscode")
    assert again.stdout == ""


def test_settings_with_comments_are_left_alone_and_the_addition_is_shown(tmp_path: Path) -> None:
    commented = '{\n  // ours\n  "editor.rulers": [100],\n}\n'
    folder = write_base(tmp_path, {".vscode/settings.json": commented})
    result = pir(folder, "schema", "--editor", "vscode")
    assert result.exit_code == 1
    assert (folder / ".vscode/settings.json").read_text("utf-8") == commented
    assert "yaml.schemas" in result.stderr


def test_a_kind_that_does_not_exist_is_named_with_the_nearest() -> None:
    result = run_pir("schema", "lessn", "--format", "markdown")
    assert result.exit_code == 2
    assert "'lesson'" in result.stderr


def test_the_configuration_of_a_cms_is_printed_or_written_and_what_is_ours_stays(tmp_path: Path) -> None:
    base = write_base(tmp_path / "repository/reviews")
    (tmp_path / "repository/.git").mkdir()
    printed = pir(base, "schema", "--cms", "sveltia")
    assert printed.exit_code == 0
    assert "folder: reviews/kb/pirs\n" in printed.stdout

    made = pir(base, "schema", "--cms", "sveltia", "--out", str(tmp_path / "admin"))
    assert made.exit_code == 0, made.output
    assert sorted(file.name for file in (tmp_path / "admin").iterdir()) == [
        "backend.yml",
        "collections.yml",
        "index.html",
    ]
    assert (tmp_path / "admin/collections.yml").read_text("utf-8") == printed.stdout
    (tmp_path / "admin/backend.yml").write_text("backend: {name: gitea, repo: ops/reviews}\n", "utf-8")
    (tmp_path / "admin/collections.yml").write_text("old", "utf-8")
    again = pir(base, "schema", "--cms", "sveltia", "--out", str(tmp_path / "admin"))
    assert "already exists, unchanged" in again.stderr
    assert (tmp_path / "admin/backend.yml").read_text("utf-8").startswith("backend: {name: gitea")
    assert (tmp_path / "admin/collections.yml").read_text("utf-8") == printed.stdout


def test_a_cms_is_not_put_among_records_or_publications(tmp_path: Path) -> None:
    base = write_base(tmp_path)
    for folder in ("kb/admin", "published", ""):
        refused = pir(base, "schema", "--cms", "sveltia", "--out", str(base / folder) if folder else "")
        assert refused.exit_code == 2, folder
    assert not (base / "kb/admin").exists()
    for words in (["--cms", "sveltia", "pir"], ["--out", "x"], ["--cms", "sveltia", "--format", "json"]):
        assert pir(base, "schema", *words).exit_code == 2
