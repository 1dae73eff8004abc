"""`pir check --staged`: what a commit breaks, wherever it breaks, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.git_repository import git
from helpers.knowledge_base import FILES, pir, pir_in, write_base

REVIEW = "kb/pirs/2025/PIR-2025-0001.md"
OTHER = {"kb/problems/PRB-0002.md": "---\nid: PRB-0002\ntitle: Broken before\nstatus: opne\n---\n"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The knowledge base under Git, with one record that was broken before."""
    folder = write_base(tmp_path, OTHER)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Everything")
    return folder


def _found(folder: Path, *arguments: str) -> set[tuple[str, str]]:
    result = pir_in(folder, "check", "--staged", "--format", "json", *arguments)
    return {
        (p["code"], p["path"].removeprefix("kb/"))
        for p in json.loads(result.stdout)["problems"]
        if p["severity"] == "error"
    }


def test_a_commit_is_not_stopped_by_what_was_broken_before(repository: Path) -> None:
    assert pir(repository, "check").exit_code == 1
    write_base(repository, {REVIEW: FILES[REVIEW].replace("five hours.", "six hours.")})
    git(repository, "add", REVIEW)
    assert pir(repository, "check", "--staged").exit_code == 0


def test_a_mistake_that_is_not_staged_does_not_stop_a_commit(repository: Path) -> None:
    write_base(repository, {REVIEW: FILES[REVIEW].replace("status: closed", "status: closd")})
    assert _found(repository) == set()
    git(repository, "add", REVIEW)
    assert _found(repository) == {("PIR104", "pirs/2025/PIR-2025-0001.md")}
    assert pir(repository, "check", "--staged").exit_code == 1


def test_removing_a_record_names_the_files_that_still_refer_to_it(repository: Path) -> None:
    git(repository, "rm", "--quiet", "kb/lessons/LL-0001.md")
    assert _found(repository) == {("PIR202", "pirs/2025/PIR-2025-0001.md"), ("PIR203", "pirs/2025/PIR-2025-0001.md")}


def test_renaming_a_cause_names_the_files_that_still_refer_to_it(repository: Path) -> None:
    git(repository, "mv", "kb/causes/monitoring/missing-alert.md", "kb/causes/monitoring/no-alert.md")
    assert ("PIR204", "causes/monitoring/no-alert.md") in _found(repository)
    file = repository / "kb/causes/monitoring/no-alert.md"
    file.write_text(file.read_text("utf-8").replace("missing-alert", "no-alert"), "utf-8")
    git(repository, "add", ".")
    assert _found(repository) == {("PIR202", "pirs/2025/PIR-2025-0001.md")}


def test_the_configuration_and_the_registers_concern_every_record(repository: Path) -> None:
    write_base(repository, {**OTHER, "mkdocs.yml": FILES["mkdocs.yml"].replace("rules: {", "rules: {PIR402: error, ")})
    git(repository, "add", "mkdocs.yml")
    assert ("PIR104", "problems/PRB-0002.md") in _found(repository)


def test_a_first_commit_is_checked_too(tmp_path: Path) -> None:
    folder = write_base(tmp_path, OTHER)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    assert _found(folder) == {("PIR104", "problems/PRB-0002.md")}


def test_outside_of_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    result = pir(write_base(tmp_path), "check", "--staged")
    assert result.exit_code == 1
    assert "needs a Git repository" in result.stderr


def test_paths_and_staged_together_are_wrong_usage(repository: Path) -> None:
    assert pir(repository, "check", "--staged", "kb").exit_code == 2


def test_the_code_quality_report_keeps_a_problem_the_same_when_its_line_moves(repository: Path) -> None:
    def report() -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(pir(repository, "check", "--format", "gitlab").stdout)
        return found

    (before,) = (e for e in report() if e["check_name"] == "PIR104")
    write_base(
        repository, {"kb/problems/PRB-0002.md": OTHER["kb/problems/PRB-0002.md"].replace("title", "x-note: a\ntitle")}
    )
    (after,) = (e for e in report() if e["check_name"] == "PIR104")
    assert before["location"] != after["location"]
    assert before["fingerprint"] == after["fingerprint"]
    assert str(before["location"]["path"]).endswith("kb/problems/PRB-0002.md")  # type: ignore[index]
