"""`pir check` on the demonstration and on a copy with ten different mistakes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.knowledge_base import pir, pir_in, run_pir, write_base
from helpers.repository import ROOT


def reported(folder: Path) -> dict[str, Any]:
    """The report of `pir check` as JSON, where the knowledge base is the current folder."""
    report: dict[str, Any] = json.loads(pir_in(folder, "check", "--format", "json").stdout)
    return report


def test_the_demonstration_has_no_errors_and_no_warnings() -> None:
    result = pir(ROOT, "check", "--strict", "--format", "json")
    report = json.loads(result.stdout)
    assert [p for p in report["problems"] if p["severity"] != "hint"] == []
    assert result.exit_code == 0
    assert report["summary"]["records"] > 120


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "kb", tmp_path / "kb")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    return tmp_path


def _line(file: Path, start: str) -> int:
    return next(n for n, line in enumerate(file.read_text("utf-8").splitlines(), 1) if line.startswith(start))


MISTAKES = (
    # file, the line it is on begins with, what is written instead, column, code, a word of the hint
    ("pirs/2025/PIR-2025-0002.md", "title:", "titel: Staff could not sign in", 1, "PIR102", "title"),
    ("pirs/2025/PIR-2025-0003.md", "status:", "status: closd", 9, "PIR104", "closed"),
    ("pirs/2025/PIR-2025-0004.md", "client:", "client: harbour-credit", 9, "PIR202", "harbor-credit"),
    ("pirs/2025/PIR-2025-0005.md", "  detected:", "  detected: 2025-03-04T02:10:00", 13, "PIR107", "+01:00"),
    ("pirs/2025/PIR-2025-0006.md", "services:", "services: database-platform", 11, "PIR103", "[database-platform]"),
    ("pirs/2025/PIR-2025-0007.md", "severity:", "severity: &worst SEV-1", 11, "PIR016", "write the value itself"),
    ("pirs/2025/PIR-2025-0008.md", "id:", "id: PIR-2025-0088", 5, "PIR204", "PIR-2025-0008"),
    ("lessons/LL-0014.md", "status:", "status: verified\nstatus: applied", 1, "PIR015", "keep one"),
    ("clients/quellmark.md", "since:", "since: 2020-02-31", 8, "PIR106", "2026-03-04"),
)


@pytest.mark.parametrize(("path", "start", "instead", "column", "code", "hint"), MISTAKES)
def test_each_mistake_is_named_at_its_line_with_a_hint(
    copy: Path, path: str, start: str, instead: str, column: int, code: str, hint: str
) -> None:
    file = copy / "kb" / path
    line = _line(file, start)
    lines = file.read_text("utf-8").split("\n")
    lines[line - 1] = instead
    file.write_text("\n".join(lines), "utf-8")
    found = [p for p in reported(copy)["problems"] if p["code"] == code and p["path"] == f"kb/{path}"]
    assert pir(copy, "check").exit_code == 1
    assert (found[0]["line"], found[0]["column"]) == (line + instead.count("\n"), column)
    assert hint in found[0]["hint"]


def test_all_mistakes_are_reported_in_one_run_and_nothing_is_published(copy: Path) -> None:
    for path, start, instead, *_ in MISTAKES:
        file = copy / "kb" / path
        lines = file.read_text("utf-8").split("\n")
        lines[_line(file, start) - 1] = instead
        file.write_text("\n".join(lines), "utf-8")
    register = copy / "kb/registers/incidents.csv"
    register.write_text(register.read_text("utf-8").replace("SEV-2", "SEV-9", 1), "utf-8")
    codes = {p["code"] for p in json.loads(pir(copy, "check", "--format", "json").stdout)["problems"]}
    assert {code for *_, code, _ in MISTAKES} | {"PIR502"} <= codes
    built = pir(copy, "build", "--edition", "all")
    assert built.exit_code == 1
    assert "Nothing was published" in built.stderr
    assert not (copy / "published").exists()


def test_text_shows_the_line_with_a_caret(copy: Path) -> None:
    file = copy / "kb/pirs/2025/PIR-2025-0003.md"
    file.write_text(file.read_text("utf-8").replace("status: closed", "status: closd", 1), "utf-8")
    text = pir(copy, "check").stdout
    assert "status: closd\n" in text
    assert "            ^\n" in text


def test_paths_limit_the_report_but_not_the_reading(copy: Path) -> None:
    broken = copy / "kb/pirs/2025/PIR-2025-0003.md"
    broken.write_text(broken.read_text("utf-8").replace("status: closed", "status: closd", 1), "utf-8")
    other = copy / "kb/lessons/LL-0014.md"
    assert pir(copy, "check", str(other)).exit_code == 0
    assert pir(copy, "check", str(broken)).exit_code == 1
    assert pir(copy, "check", str(copy / "nowhere")).exit_code == 2


def test_sarif_and_annotations_name_the_place(copy: Path) -> None:
    file = copy / "kb/pirs/2025/PIR-2025-0003.md"
    file.write_text(file.read_text("utf-8").replace("status: closed", "status: closd", 1), "utf-8")
    log = json.loads(pir(copy, "check", "--format", "sarif").stdout)
    result = next(r for r in log["runs"][0]["results"] if r["ruleId"] == "PIR104")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith(
        "kb/pirs/2025/PIR-2025-0003.md"
    )
    assert "::error file=" in pir(copy, "check", "--format", "github").stdout


def test_a_missing_configuration_is_one_sentence(tmp_path: Path) -> None:
    result = pir(tmp_path, "check")
    assert result.exit_code == 1
    assert "there is no mkdocs.yml" in result.stderr
    assert "Traceback" not in result.stderr
    assert run_pir("-C", str(tmp_path / "nowhere"), "check").exit_code == 2


BROKEN = "site_name: [x\nplugins: [pir]\n"


def test_a_broken_configuration_is_reported_in_the_requested_format(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text(BROKEN)
    told = {form: pir(tmp_path, "check", "--format", form) for form in ("text", "json", "sarif", "github")}
    assert {result.exit_code for result in told.values()} == {1}
    report = reported(tmp_path)
    assert [(p["code"], p["path"], p["line"]) for p in report["problems"]] == [("PIR601", "mkdocs.yml", 1)]
    assert report["summary"] == {"errors": 1, "warnings": 0, "records": 0}
    result = json.loads(told["sarif"].stdout)["runs"][0]["results"][0]
    assert result["ruleId"] == "PIR601"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("mkdocs.yml")
    assert told["github"].stdout.startswith("::error file=")
    assert (told["text"].stdout, "PIR601" in told["text"].stderr) == ("", True)


@pytest.mark.parametrize("option", ["{as_of: never}", "{edition: 7, rules: {PIR999: off}}"])
def test_a_bad_option_is_reported_in_the_requested_format(option: str, copy: Path) -> None:
    (copy / "mkdocs.yml").write_text(f'site_name: x\ndocs_dir: kb\nexclude_docs: "*"\nplugins: [pir: {option}]\n')
    report = json.loads(pir(copy, "check", "--format", "json").stdout)
    assert {p["code"] for p in report["problems"]} == {"PIR602"}


@pytest.mark.parametrize("names", [["mkdocs.yml"], ["mkdocs.yml", "base.yml"], ["mkdocs.yml", "a.yml", "b.yml"]])
def test_a_configuration_that_inherits_from_itself_is_one_problem(names: list[str], tmp_path: Path) -> None:
    for name, parent in zip(names, [*names[1:], names[0]], strict=True):
        (tmp_path / name).write_text(f"INHERIT: {parent}\nsite_name: x\n")
    report = reported(tmp_path)
    assert [(p["code"], p["path"]) for p in report["problems"]] == [("PIR601", names[-1])]
    assert "circle: " + " → ".join([*names, "mkdocs.yml"]) in report["problems"][0]["message"]


@pytest.mark.parametrize("command", [["check"], ["build", "--edition", "client:harbor-credit"]])
def test_a_plugin_with_a_misspelt_name_is_an_error_and_nothing_is_published(tmp_path: Path, command: list[str]) -> None:
    folder = write_base(tmp_path)
    config = folder / "mkdocs.yml"
    text = config.read_text("utf-8")
    assert "- pir:" in text
    config.write_text(text.replace("- pir:", "- pirr:"), "utf-8")
    result = pir(folder, *command)
    assert result.exit_code == 1
    assert "PIR601" in result.output
    assert "did you mean 'pir' where it says 'pirr'?" in result.output
    assert not (folder / "published").exists()


@pytest.mark.parametrize(
    ("change", "code", "line", "hint"),
    [
        (("plugins:", "plugin:"), "PIR601", True, "did you mean 'plugins' where it says 'plugin'?"),
        (("- pir:", "- search"), "PIR601", False, "add the line '- pir' to it"),
        (("as_of:", "x-as_of:"), "PIR602", True, "did you mean 'as_of'?"),
    ],
)
def test_options_that_would_not_hold_are_an_error_at_their_line(
    tmp_path: Path, change: tuple[str, str], code: str, line: bool, hint: str
) -> None:
    folder = write_base(tmp_path)
    config = folder / "mkdocs.yml"
    text = config.read_text("utf-8").replace(*change)
    if change[1] == "- search":
        text = text[: text.index("- search")] + "- search\n"
    config.write_text(text, "utf-8")
    (found,) = reported(folder)["problems"]
    number = next(n for n, words in enumerate(text.split("\n"), 1) if (change[1] if line else "plugins:") in words)
    assert (found["code"], found["line"], found["hint"]) == (code, number, hint)


def test_a_site_without_plugins_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n")
    (found,) = reported(tmp_path)["problems"]
    assert (found["code"], "'  - pir'" in found["hint"]) == ("PIR601", True)


def test_paths_lead_to_their_knowledge_base_where_the_current_folder_is_in_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, other = write_base(tmp_path / "base"), write_base(tmp_path / "other")
    monkeypatch.chdir(tmp_path)
    for path in (str(folder), "base/kb/pirs", str(folder / "kb")):
        result = run_pir("check", path)
        assert (result.exit_code, "records: 0 errors" in result.stderr) == (0, True), result.output
    refused = run_pir("-C", str(folder), "check", str(other / "kb"))
    assert (refused.exit_code, "write pir -C other check" in refused.stderr) == (2, True)
