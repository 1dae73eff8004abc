"""Paths are printed relative to the current folder, and every command takes them back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW, run_pir, write_base

FILE = "kb/pirs/2025/PIR-2025-0001.md"
CONFIG_LINE = FILES["mkdocs.yml"].count("\n") + 1


@pytest.fixture
def base(tmp_path: Path) -> Path:
    broken = {
        FILE: REVIEW.replace("severity: SEV-2", "severity: SEV-9"),
        "mkdocs.yml": FILES["mkdocs.yml"] + "xyz: 1\n",
    }
    return write_base(tmp_path / "base", broken)


@pytest.mark.parametrize(
    ("here", "folder", "review", "config"),
    [
        ("base", ".", FILE, "mkdocs.yml"),
        ("base/kb/pirs", ".", "2025/PIR-2025-0001.md", "../../mkdocs.yml"),
        ("", "base", f"base/{FILE}", "base/mkdocs.yml"),
        ("", "base/kb", f"base/{FILE}", "base/mkdocs.yml"),
    ],
)
def test_paths_start_from_the_current_folder_and_are_taken_back(
    base: Path, monkeypatch: pytest.MonkeyPatch, here: str, folder: str, review: str, config: str
) -> None:
    monkeypatch.chdir(base.parent / here)
    printed = run_pir("-C", folder, "check").stdout
    assert f"{review}:7:11: error PIR104" in printed
    assert "    severity: SEV-9\n" in printed
    assert f"{config}:{CONFIG_LINE}:1: warning PIR614" in printed
    report = json.loads(run_pir("-C", folder, "check", "--format", "json").stdout)
    assert {p["path"] for p in report["problems"]} == {review, config}
    for path in (review, f"{review}:7:11", "pir-2025-0001"):
        alone = run_pir("-C", folder, "check", path)
        assert "PIR104" in alone.stdout
        assert "PIR614" not in alone.stdout
    assert "PIR104" not in run_pir("-C", folder, "check", config).stdout
    assert "PIR614" in run_pir("-C", folder, "check", config).stdout
    assert f"{review}:7:11: error PIR104" in run_pir("-C", folder, "fmt", review).stderr
    assert f"{review} has errors; correct them first" in run_pir("-C", folder, "gate", review).stderr
    assert f"{review}:7:11: error PIR104" in run_pir("-C", folder, "build").stderr


def test_the_forms_for_pipelines_start_from_the_top_of_the_repository(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (base.parent / ".git").mkdir()
    monkeypatch.chdir(base / "kb")
    assert f"::error file=base/{FILE},line=7" in run_pir("check", "--format", "github").stdout
    assert f"base/{FILE}" in {p["location"]["path"] for p in json.loads(run_pir("check", "--format", "gitlab").stdout)}


def test_a_configuration_that_is_wrong_is_named_from_the_current_folder(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (base / "mkdocs.yml").write_text("site_name: [x\n", "utf-8")
    monkeypatch.chdir(base / "kb")
    assert run_pir("kpi").stderr.startswith("../mkdocs.yml:1:12: error PIR601")


def test_a_missing_configuration_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_pir("check")
    assert result.exit_code == 1
    assert "or in a folder above it" in result.stderr
    assert "'pir init' creates a new one" in result.stderr


MAPPING = """\
name: m
format: csv
fields:
  id: {key: number, prefix: PIR}
  title: {key: title}
  client: {constant: nobody}
  severity: {key: severity, values: {high: SEV-1}}
"""


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A knowledge base and exports beside it, whose second row has a word that the mapping does not know."""
    write_base(tmp_path / "base")
    folder = tmp_path / "exports/2025"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("number,title,severity\n7,Mail stood,high\n8,Mail slow,strange\n", "utf-8")
    (tmp_path / "m.yml").write_text(MAPPING, "utf-8")
    with zipfile.ZipFile(tmp_path / "exports/a.zip", "w") as archive:
        archive.write(folder / "a.csv", "a.csv")
    return tmp_path


@pytest.mark.parametrize(
    ("here", "folder", "mapping", "source", "printed"),
    [
        ("", "base", "m.yml", "exports/2025", "exports/2025/a.csv"),
        ("", "base", "m.yml", "exports/2025/a.csv", "exports/2025/a.csv"),
        ("", "base", "m.yml", "exports", "exports/2025/a.csv"),
        ("", "base", "m.yml", "exports/a.zip", "exports/a.zip/a.csv"),
        ("exports", "../base", "../m.yml", "2025", "2025/a.csv"),
        ("base/kb", ".", "../../m.yml", "../../exports/2025", "../../exports/2025/a.csv"),
        ("base/kb", ".", "../../m.yml", "../../exports/a.zip", "../../exports/a.zip/a.csv"),
    ],
)
def test_what_is_wrong_in_an_import_is_named_from_the_current_folder(
    exports: Path, monkeypatch: pytest.MonkeyPatch, here: str, folder: str, mapping: str, source: str, printed: str
) -> None:
    monkeypatch.chdir(exports / here)
    arguments = ("-C", folder, "import", source, "--mapping", mapping, "--client", "quellmark")
    said = run_pir(*arguments).stdout
    assert f"{printed}:3:13: warning PIR705: " in said
    assert "    8,Mail slow,strange\n" in said
    problems = json.loads(run_pir(*arguments, "--json").stdout)["problems"]
    assert {p["path"] for p in problems} == {printed}


def test_an_import_that_cannot_begin_names_its_source_from_the_current_folder(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(exports / "base/kb")
    for source in ("exports", "exports/2025", "exports/2025/a.csv", "exports/a.zip"):
        result = run_pir("import", f"../../{source}", "--mapping", "../../m.yml")
        assert result.stderr.startswith(f"../../{source}: error PIR703: there is no client 'nobody'")


def test_a_finding_of_the_audit_is_named_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = write_base(tmp_path / "base").parent / "out/for-harbor"
    site.mkdir(parents=True)
    (site / "page.html").write_text("<p>Written for Quellmark Stores too.</p>", "utf-8")
    monkeypatch.chdir(tmp_path / "out")
    result = run_pir("-C", "../base", "audit", "for-harbor", "--edition", "client:harbor-credit")
    assert result.stderr.startswith("for-harbor/page.html:1:")
    assert "its source is ../base/kb/clients/quellmark.md" in result.stderr
    report = run_pir("-C", "../base", "audit", "for-harbor", "--edition", "client:harbor-credit", "--json").stdout
    finding = json.loads(report)["findings"][0]
    assert finding["file"] == "for-harbor/page.html"
    assert finding["record"] == "../base/kb/clients/quellmark.md"


def test_what_stops_an_edition_is_named_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_base(tmp_path / "base", {"mkdocs.yml": FILES["mkdocs.yml"].replace("name: material", "name: none")})
    monkeypatch.chdir(tmp_path)
    assert run_pir("-C", "base", "build").stderr.startswith("base/mkdocs.yml: error PIR605: MkDocs stopped")


@pytest.mark.parametrize("form", ["text", "json", "sarif", "gitlab"])
def test_on_another_drive_of_windows_a_path_is_absolute(base: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    def relpath(path: str, start: str | None = None) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    result = run_pir("-C", str(base), "check", "--format", form)
    assert result.exit_code == 1
    assert f"{(base / FILE).as_posix()}" in result.output


def test_mkdocs_prints_paths_from_the_current_folder_and_the_place_of_a_wrong_option(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(base / "kb")
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", "../mkdocs.yml"]
    stopped = subprocess.run(command, capture_output=True, text=True, check=False)
    assert f"{FILE.removeprefix('kb/')}:7:" in stopped.stderr
    monkeypatch.chdir(base)
    config = base / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("as_of:", "as_off:"), "utf-8")
    stopped = subprocess.run([*command[:-2], "-q"], capture_output=True, text=True, check=False)
    assert re.search(r"mkdocs\.yml:\d+:7: error PIR602: unknown field 'as_off'", stopped.stderr), stopped.stderr
