"""The hooks for pre-commit: those of this repository and those of the starter stop a bad commit, and no other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from helpers.command_lines import parse
from helpers.git_repository import git
from helpers.knowledge_base import pir, write_base
from helpers.repository import ROOT

REVIEW = "kb/pirs/2025/PIR-2025-0001.md"
SHARED = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def _starter() -> list[dict[str, object]]:
    file = ROOT / "plugins/mkdocs_pir/starter/dot-pre-commit-config.yaml"
    return [hook for repo in yaml.safe_load(file.read_text("utf-8"))["repos"] for hook in repo["hooks"]]


def _run(folder: Path, name: str) -> tuple[int, str]:
    """Run a hook as pre-commit does: its command, with the committed files that it asks for behind it."""
    hook = next(hook for hook in SHARED if hook["id"] == name)
    files = [REVIEW, "README.md"] if hook.get("pass_filenames", True) else []
    result = pir(folder, *shlex.split(hook["entry"])[1:], *(f for f in files if re.search(hook.get("files", ""), f)))
    return result.exit_code, result.output


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_base(tmp_path, {"README.md": "# Ours\n"})
    pir(folder, "fmt")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Everything")
    monkeypatch.chdir(folder)
    return folder


def test_the_starter_has_the_same_hooks_that_do_the_same() -> None:
    only_here = {"description", "language"}
    shared = {hook["id"]: {k: v for k, v in hook.items() if k not in only_here} for hook in SHARED}
    assert {hook["id"]: {k: v for k, v in hook.items() if k not in only_here} for hook in _starter()} == shared


def test_a_sound_commit_passes(repository: Path) -> None:
    for hook in SHARED:
        assert _run(repository, hook["id"])[0] == 0, hook["id"]


def test_a_mistake_stops_the_commit(repository: Path) -> None:
    text = (repository / REVIEW).read_text("utf-8")
    write_base(repository, {REVIEW: text.replace("status: closed", "status: closd")})
    git(repository, "add", REVIEW)
    code, said = _run(repository, "pir-check")
    assert (code, "PIR104" in said) == (1, True)


def test_front_matter_is_put_in_order(repository: Path) -> None:
    before = (repository / REVIEW).read_text("utf-8")
    write_base(repository, {REVIEW: before.replace("severity: SEV-2", "severity:    'SEV-2'")})
    assert _run(repository, "pir-fmt")[0] == 0
    assert (repository / REVIEW).read_text("utf-8") == before


def test_the_documentation_names_every_hook() -> None:
    page = (ROOT / "docs/continuous-integration.md").read_text("utf-8")
    example = yaml.safe_load(page.split("```yaml\n# .pre-commit-config.yaml\n")[1].split("```")[0])
    assert {h["id"] for repo in example["repos"] for h in repo["hooks"]} == {hook["id"] for hook in SHARED}
    for line in re.findall(r"entry: (pir [^`]*)`", page):
        parse(line)
