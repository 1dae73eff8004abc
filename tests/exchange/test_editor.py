"""The editor's settings, tried with the real YAML language server on the sample records."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from helpers.knowledge_base import pir, pir_in, write_base
from helpers.repository import ROOT

SERVER = "yaml-language-server@1.25.0"
REVIEW = "kb/pirs/2025/PIR-2025-0001.md"


@pytest.fixture(scope="session")
def server() -> Path:
    """The language server from npm, installed once; skipped where there is no node, no npm, or nothing to fetch."""
    if given := os.environ.get("PIR_YAML_LANGUAGE_SERVER"):
        return Path(given)
    if not (shutil.which("node") and (npm := shutil.which("npm"))):
        pytest.skip("no node and npm on this machine: the YAML language server was not tried")
    home = ROOT / ".cache" / SERVER
    found = home / "node_modules" / "yaml-language-server"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".lock"):
        if not (found / "package.json").is_file():
            command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(home), SERVER]
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
            if done.returncode:
                pytest.skip(f"npm cannot install {SERVER}: {done.stderr.strip()[:200]}")
    return found


def run(workspace: Path, server: Path, *steps: dict[str, Any]) -> list[Any]:
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("editor.js")), str(workspace), str(server)],
        input=json.dumps(steps),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.stdout, done.stderr
    results: list[Any] = json.loads(done.stdout)
    return results


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = write_base(tmp_path)
    assert pir(folder, "schema", "--editor", "vscode").exit_code == 0
    return folder


def _line(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def test_no_record_of_the_demonstration_raises_a_false_alarm(tmp_path: Path, server: Path) -> None:
    shutil.copytree(ROOT / "kb", tmp_path / "kb")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    assert pir(tmp_path, "schema", "--editor", "vscode").exit_code == 0
    folders = ("pirs", "lessons", "causes", "problems", "services", "clients")
    records = [str(f.relative_to(tmp_path)) for d in folders for f in sorted((tmp_path / "kb" / d).rglob("*.md"))]
    opened = [{"do": "open", "file": record} for record in records]
    found = run(tmp_path, server, *opened, *({"do": "problems", "file": record} for record in records))
    assert [(r, p) for r, p in zip(records, found[len(records) :], strict=True) if p] == []
    assert len(records) > 120


@pytest.mark.parametrize("kind", ["pir", "lesson", "problem", "cause", "service", "client"])
def test_a_record_just_begun_raises_no_alarm(workspace: Path, server: Path, kind: str) -> None:
    more = {"pir": ["--client", "quellmark"], "cause": ["--family", "process", "--name", "Late"]}
    arguments = more.get(kind, ["--name", "New one"] if kind in ("service", "client") else [])
    file = pir_in(workspace, "new", kind, *arguments).stdout.strip()
    assert run(workspace, server, {"do": "open", "file": file}, {"do": "problems", "file": file})[-1] == []


def test_mistakes_completion_and_explanations_come_while_typing(workspace: Path, server: Path) -> None:
    good = (workspace / REVIEW).read_text("utf-8")
    bad = good
    for old, new in (
        ("status: closed", "status: closd"),
        ("severity:", "severty:"),
        ("users: 410", "users: many"),
        ("on: 2025-03-05", "on: 5 March"),
    ):
        assert old in bad
        bad = bad.replace(old, new, 1)
    severity, heading = _line(good, "severity:"), _line(good, "## Summary")
    results = run(
        workspace,
        server,
        {"do": "open", "file": REVIEW},
        {"do": "problems", "file": REVIEW},
        {"do": "hover", "file": REVIEW, "line": severity, "character": 3},
        {"do": "complete", "file": REVIEW, "line": severity, "character": len("severity: ")},
        {"do": "hover", "file": REVIEW, "line": heading, "character": 4},
        {"do": "complete", "file": REVIEW, "line": heading, "character": 4},
        {"do": "change", "file": REVIEW, "text": bad},
        {"do": "problems", "file": REVIEW},
        {"do": "change", "file": REVIEW, "text": good.replace("severity: SEV-2", "")},
        {"do": "complete", "file": REVIEW, "line": severity, "character": 0},
        {"do": "change", "file": REVIEW, "text": good},
        {"do": "problems", "file": REVIEW},
    )
    _, _, hover, values, in_body, completed_in_body, _, problems, _, fields, _, none = results
    assert "The severity of the incident" in hover
    assert "A client sees it" in hover
    assert {"SEV-1", "SEV-5"} <= set(values)
    assert (in_body, completed_in_body) == (None, None)
    assert {p["line"] for p in problems} == {
        _line(bad, start) for start in ("status:", "severty:", "impact:", "initiated:")
    }
    assert {"severity", "priority"} <= set(fields)
    assert none == []


def test_the_task_puts_the_problems_of_the_check_at_their_lines(workspace: Path) -> None:
    write_base(workspace, {"mkdocs.yml": (workspace / "mkdocs.yml").read_text("utf-8")})
    file = workspace / REVIEW
    file.write_text(file.read_text("utf-8").replace("[[LL-0001]]", "[[LL-0009]]"), "utf-8")
    (task,) = json.loads((workspace / ".vscode/tasks.json").read_text("utf-8"))["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    output = pir_in(workspace, *task["command"].split()[1:]).stdout
    (found,) = [m for line in output.splitlines() if (m := re.match(pattern["regexp"], line)) and m[5] == "PIR203"]
    base = task["problemMatcher"]["fileLocation"][1].replace("${workspaceFolder}", str(workspace))
    assert Path(base, found[pattern["file"]]) == file
    assert int(found[pattern["line"]]) == next(
        n for n, line in enumerate(file.read_text("utf-8").split("\n"), 1) if "[[LL-0009]]" in line
    )
