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
