"""Every block of code in README.md and docs/ is run here or by another test, or the reason why not stands below.

docs/problems.md has tests of its own (`test_documentation_examples.py`).
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from benchmarks import report
from helpers.git_repository import commit_all
from helpers.knowledge_base import FILES, find_problems, pir_in, run_pir, write_base
from helpers.repository import ROOT

from mkdocs_pir.cli import main
from mkdocs_pir.exchange.importing.mapping_files import read_mapping

PAGES = [ROOT / "README.md", *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name != "problems.md")]
_BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```\s*$", re.M | re.S)
_MEASURED = re.compile(f"{report.BEGIN}.*?{report.END}", re.S)
"""Results that a benchmark writes into a page: nobody types them."""
_COMMAND = re.compile(r"^(?:\$ |\.venv/bin/)?(pir .*)$")


@dataclass(frozen=True)
class Block:
    page: str
    language: str
    lines: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.page}: {self.lines[0].strip()}"

    @property
    def commands(self) -> list[str]:
        """The lines that are commands of ours, comments and prompts left out."""
        if self.language not in ("sh", "console"):
            return []
        found = (_COMMAND.match(line.strip()) for line in self.lines)
        return [shlex.join(shlex.split(one[1], comments=True)) for one in found if one]


def _blocks() -> Iterator[Block]:
    for page in PAGES:
        for one in _BLOCK.finditer(_MEASURED.sub("", page.read_text("utf-8"))):
            lines = tuple(line.removeprefix(one["indent"]) for line in one["text"].rstrip("\n").split("\n"))
            yield Block(page.relative_to(ROOT).as_posix(), one["language"], lines)


BLOCKS = list(_blocks())

ENDS_OTHERWISE = {
    "pir status PIR-2026-0014 next": "a condition does not hold, and the page shows the answer",
    "pir action verify --where 'state=done owner=platform due=..2026-06-30'": "nobody agrees: there is no terminal",
    "pir status --where 'kind=review status=action-management actions!=open' closed": "nobody agrees either",
}
"""Commands that end with exit code 1 and change nothing, with the reason."""

PUBLISHED_BEFORE = ("docs/editions.md", "docs/for-operators.md")
"""Pages that begin where an edition was published the day before."""

RUN_FOREVER = {
    "pir serve": "tests/cli/test_serve.py",
}
"""Commands that somebody has to stop, with the tests that run them."""

RUN_ELSEWHERE = {
    "pir build --edition all --executor dask://local": "tests/site/test_clusters.py",
    "pir build --edition all --executor dask://10.0.0.5:8786": "tests/site/test_clusters.py",
    "pir explain --list '|' head -3": "tests/cli/test_explain.py",
    "pir pdf pack harbor-credit": "tests/site/printing/test_documents.py",
}
"""Commands that need a file or a library that is not here, or a minute, with the tests that run the like."""

NOT_OURS = {
    "make ": "tests/test_benchmarks.py runs the benchmark, and whoever builds the project the others",
    "pip install": "needs a package index; tests/test_wheel.py installs the wheel",
    "python3 -m venv": "the same",
    "uv pip": "the same; tests/write_wheels.py resolves so",
    'echo "ahocorasick-rs': "what the line after it reads",
    ". venv/bin/activate": "the same",
    "cd ": "folders are entered by what runs the page",
    "podman ": "tests/test_container_image.py reads the image file; there is no podman in the tests",
    "npm ": "needs a registry",
    "tar ": "unpacks what the line before downloads",
    "mv ": "the same",
    "rm ": "deletes what the page made; without it, it is kept",
    "kubectl ": "there is no cluster in the tests",
    "apt-get ": "tests/install-pdf.sh does it",
    "export DASK": "keys and certificates of a cluster of somebody's own",
    "dask ": "tests/site/test_clusters.py begins such a cluster",
}
"""The first words of lines that are no commands of ours, and why they are not run."""


TICKETS = """number,short_description,opened_at,resolved_at,priority,state
INC-90001,Mail stood still,2025-10-09 13:42:00,2025-10-09 15:10:00,2 - High,Closed
"""
"""What the pages call `incident.csv`: an export of tickets."""


def _run(folder: Path, command: str) -> None:
    if command in RUN_FOREVER or command in RUN_ELSEWHERE:
        return
    if " pdf " in command:
        pytest.importorskip("weasyprint", reason="the extra pdf is not installed", exc_type=(ImportError, OSError))
    result = pir_in(folder, *shlex.split(command)[1:])
    assert result.exit_code == (1 if command in ENDS_OTHERWISE else 0), f"{command}\n{result.output}"


def _demonstration(folder: Path) -> Path:
    shutil.copytree(ROOT / "kb", folder / "kb")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    (folder / "incident.csv").write_text(TICKETS, "utf-8")
    commit_all(folder)
    return folder


def _site_without_records(folder: Path) -> Path:
    (folder / "docs").mkdir(parents=True)
    config = next(block for block in BLOCKS if block.key == "docs/existing-site.md: site_name: Operations")
    (folder / "mkdocs.yml").write_text("\n".join(config.lines) + "\n", "utf-8")
    return folder


def _commands(page: str) -> list[str]:
    return [command for block in BLOCKS if block.page == page for command in block.commands]


def _of_this_year(command: str, folder: Path) -> str:
    """A command on the examples of `pir init`, which are of this year; the pages have the year they were written in."""
    if folder.name != "our-reviews":
        return command
    ids = {file.stem[-4:]: file.stem for file in folder.glob("kb/pirs/*/*.md")}
    return re.sub(r"PIR-2026-(\d{4})", lambda found: ids[found[1]], command)


LONG = {"docs/cli.md", "docs/editions.md", "docs/for-operators.md", "docs/pdf.md"}
"""Pages whose commands build so much that they are typed every night only."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.nightly] if page in LONG else [])
        for page in dict.fromkeys(b.page for b in BLOCKS)
        if _commands(page)
    ],
)
def test_the_commands_of_a_page_can_be_typed_in_their_order(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("PIR_PDFS", "none")
    begin = _site_without_records if page == "docs/existing-site.md" else _demonstration
    folder = begin(tmp_path / "demonstration")
    if page in PUBLISHED_BEFORE:
        _run(folder, "pir build --edition client:harbor-credit --as-of 2026-09-29")
    for command in _commands(page):
        _run(folder, _of_this_year(command, folder))
        if command.startswith("pir init "):
            folder /= shlex.split(command)[2]


def test_what_is_said_of_commands_is_of_commands_that_are_there() -> None:
    typed = {command for block in BLOCKS for command in block.commands}
    assert {*ENDS_OTHERWISE, *RUN_FOREVER, *RUN_ELSEWHERE} <= typed
    assert all((ROOT / test).exists() for test in (*RUN_FOREVER.values(), *RUN_ELSEWHERE.values()))


def test_a_line_that_is_no_command_of_ours_has_its_reason() -> None:
    lines = [line.strip() for block in BLOCKS if block.language == "sh" for line in block.lines]
    others = [line for line in lines if not _COMMAND.match(line)]
    assert [line for line in others if not line.startswith(tuple(NOT_OURS))] == []
    assert [start for start in NOT_OURS if not any(line.startswith(start) for line in others)] == []


CONFIGURATIONS = {
    "docs/audit.md: audit_allows:",
    "docs/configuration.md: site_name: Larkfield knowledge base",
    "docs/configuration.md: support_hours:",
    "docs/configuration.md: client_sections: [Summary, Impact, Timeline]",
    "docs/configuration.md: actions:",
    "docs/configuration.md: repo_url: https://git.example.org/operations/reviews",
    "README.md: theme:",
}
"""Blocks that are a configuration, or a part of one."""

MAPPINGS = {
    "docs/import.md: extends: servicenow",
    "docs/import-mappings.md: times.impact_start: {key: started}",
    "docs/import-mappings.md: times.impact_start: {states: [investigating, identified]}",
    "docs/import-mappings.md: timeline:",
}
"""Blocks that are a mapping of an import, or its rules of fields."""

TESTED_BELOW = {
    "README.md: ---",
    "docs/changing-records.md: Key;Status;Assignee;Due date;Resolved",
    "docs/changing-records.md: PIR-2026-0014 is left out:",
    "docs/cli.md: $ pir explain --list | head -3",
    "docs/configuration.md: id,status,completed",
    "docs/editions.md: ## Summary",
    "docs/mcp.md: {",
    "docs/writing.md: tried:",
}
"""Blocks of other kinds, each with a test of its own below."""

TESTED_ELSEWHERE = {
    "docs/existing-site.md: site_name: Operations": "tests/test_documentation_existing_site.py",
    "docs/existing-site.md: nav:": "tests/test_documentation_existing_site.py",
    "docs/existing-site.md: plugins:": "tests/test_documentation_existing_site.py",
    "docs/frame.md: plugins:": "tests/test_documentation_existing_site.py",
    "docs/process.md: module: 03g": "tests/test_documentation_process.py",
    "docs/continuous-integration.md: # .pre-commit-config.yaml": "tests/test_pre_commit_hooks.py",
    "docs/continuous-integration.md: # .github/workflows/knowledge-base.yml": "tests/test_shared_pipelines.py",
    "docs/continuous-integration.md: # .gitlab-ci.yml": "tests/test_shared_pipelines.py",
}
"""Blocks that another test file reads from their page."""

NOT_RUN = {
    "docs/causes.md: 1. certificate, expire, tls, renewal: 11 reviews": "shows a form; the figures are of other records",
    "docs/cli.md: settings: mkdocs.yml; records: kb/; as of 2026-09-30; results are kept in .cache/pir/results.sqlite": (
        "shows a form; tests/cli/test_terminal.py has the words"
    ),
    'docs/cli.md: {"problems": [{"code": "PIR104", "severity": "error", "path": "kb/pirs/2026/PIR-2026-0012.md", "line": 6, "column": 9,': (
        "shows a form, shortened; tests/cli/test_check.py reads it"
    ),
    "docs/data.md: import json, pandas": "pandas is not installed; the notebook beside it is run",
    "docs/design.md: kb/*.md, registers/*.csv, schemas/*.json": "a drawing",
    "docs/editions.md: # how long a browser may keep a file: for ever where the name changes with the content": (
        "tried by hand with the version that the page names; there is no nginx in the tests"
    ),
    "docs/editions.md: location /oauth2/ {": "the same",
    "docs/editions.md: (edition) {": "the same for Caddy",
    "docs/scale.md: apiVersion: apps/v1": "there is no Kubernetes in the tests",
    "docs/scale.md: import subprocess": "there is no Slurm in the tests",
}
"""Blocks that nothing runs, with the reason."""


def _block(key: str) -> Block:
    (block,) = (block for block in BLOCKS if block.key == key)
    return block


def test_every_block_is_run_or_has_its_reason() -> None:
    keys = {
        block.key for block in BLOCKS if block.language != "sh" and (not block.commands or block.key in TESTED_BELOW)
    }
    named = {*CONFIGURATIONS, *MAPPINGS, *TESTED_BELOW, *TESTED_ELSEWHERE, *NOT_RUN}
    assert keys - named == set(), "name a new block in one of the tables of this file"
    assert named - keys == set(), "no page has these blocks any more"
    for key, test in TESTED_ELSEWHERE.items():
        assert key.partition(": ")[0] in (ROOT / test).read_text("utf-8")


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.key in CONFIGURATIONS], ids=lambda block: block.key
)
def test_a_configuration_has_no_error(block: Block, tmp_path: Path) -> None:
    folder = _demonstration(tmp_path / "demonstration")
    shown = yaml.safe_load("\n".join(block.lines))
    # what it takes from the environment is not for this reader
    whole = yaml.safe_load((folder / "mkdocs.yml").read_text("utf-8").replace("!ENV [PIR_PDFS, A4]", "none"))
    options = whole["plugins"][0]["pir"]
    if "plugins" in shown:
        beside = "docs_dir" not in shown
        whole = {**shown, "site_name": "Operations"}
        (folder / "docs").mkdir()
        assert beside or shown["exclude_docs"] == "*"
    elif "repo_url" in shown:
        whole.update(shown)
    else:
        options.update(shown)
        tracker = folder / "exports/tracker.csv"
        tracker.parent.mkdir()
        tracker.write_text("Issue key,Status,Resolved,Resolution\nPIR-2026-0012-A2,Doing,,\n", "utf-8")
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    result = pir_in(folder, "check", "--format", "json")
    assert [p for p in json.loads(result.stdout)["problems"] if p["severity"] == "error"] == []


@pytest.mark.parametrize("number", range(6))
def test_a_mapping_can_be_read(number: int, tmp_path: Path) -> None:
    block = [block for block in BLOCKS if block.key in MAPPINGS][number]
    text = "\n".join(block.lines)
    if "states:" in text:
        text += "\ntimeline: {each: updates, time: {key: at}, state: {key: state}, what: {key: text}}"
    if not text.startswith("extends"):
        fields, line, timeline = text.partition("timeline:")
        text = f"name: shown\nformat: json\nfields:\n  title: {{key: title}}\n  id: {{key: id}}\n  client: {{key: client}}\n{textwrap.indent(fields, '  ')}{line}{timeline}"
    file = tmp_path / "mapping.yml"
    file.write_text(text, "utf-8")
    assert read_mapping(file).name in ("our-servicenow", "shown")


def test_the_codes_that_are_listed_are_the_first() -> None:
    shown = _block("docs/cli.md: $ pir explain --list | head -3").lines[1:]
    assert run_pir("explain", "--list").output.split("\n")[:3] == list(shown)


def test_the_answer_of_a_step_that_is_not_ready_is_what_is_printed(tmp_path: Path) -> None:
    shown = _block("docs/changing-records.md: PIR-2026-0014 is left out:").lines
    result = pir_in(_demonstration(tmp_path / "demonstration"), "status", "PIR-2026-0014", "next")
    assert result.output.split("\n")[: len(shown)] == list(shown)


def test_an_export_of_the_tracker_can_be_written_into_reviews(tmp_path: Path) -> None:
    folder = _demonstration(tmp_path / "demonstration")
    lines = _block("docs/changing-records.md: Key;Status;Assignee;Due date;Resolved").lines
    (folder / "export.csv").write_text("\n".join(lines), "utf-8")
    result = pir_in(folder, "action", "update", "export.csv", "--yes")
    assert result.exit_code == 0, result.output
    assert "due: 2026-10-30" in (folder / "kb/pirs/2026/PIR-2026-0012.md").read_text("utf-8")


def test_a_register_of_actions_is_laid_over_the_reviews(tmp_path: Path) -> None:
    folder = _demonstration(tmp_path / "demonstration")
    text = "\n".join(_block("docs/configuration.md: id,status,completed").lines)
    (folder / "kb/registers/actions.csv").write_text(text, "utf-8")
    result = pir_in(folder, "check", "--format", "json")
    assert [p for p in json.loads(result.stdout)["problems"] if p["severity"] == "error"] == []
    actions = json.loads(pir_in(folder, "actions", "--format", "json").stdout)
    assert {row["id"]: row["state"] for row in actions}["PIR-2026-0012-A2"] == "blocked"


def test_the_parts_that_stay_inside_are_read_as_such(tmp_path: Path) -> None:
    body = "\n".join(_block("docs/editions.md: ## Summary").lines)
    path = "kb/pirs/2025/PIR-2025-0001.md"
    front = FILES[path].split("---\n")[1]
    write_base(tmp_path, {path: f"---\n{front}---\n\n{body}\n"})
    assert [p for p in find_problems(tmp_path) if p["severity"] == "error"] == []
    result = pir_in(tmp_path, "build", "--edition", "client:harbor-credit")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "published/clients/harbor-credit/pirs/2025/PIR-2025-0001.html").read_text("utf-8")
    assert "Mail stood still for five hours" in page
    assert "The supplier has not answered" not in page
    assert "What we told nobody" not in page


def test_an_assistant_starts_a_command_that_there_is() -> None:
    (server,) = json.loads("\n".join(_block("docs/mcp.md: {").lines))["mcpServers"].values()
    words = server["args"]
    assert server["command"] == "pir"
    command = main.get_command(click.Context(main), words[2])
    assert command is not None
    command.make_context(words[2], words[3:])


@pytest.mark.parametrize(
    ("key", "record"), [("README.md: ---", "2026/PIR-2026-0003"), ("docs/writing.md: tried:", "2024/PIR-2024-0005")]
)
def test_a_record_that_is_shown_is_a_part_of_one_of_the_demonstration(key: str, record: str) -> None:
    text = "\n".join(_block(key).lines)
    shown = yaml.safe_load(text.split("---\n")[1] if text.startswith("---") else text)
    whole = yaml.safe_load((ROOT / f"kb/pirs/{record}.md").read_text("utf-8").split("---\n")[1])
    assert _part_of(shown, whole), shown


def _part_of(shown: Any, whole: Any) -> bool:
    """Whether everything that is shown is in the whole, lists by some of their items."""
    if isinstance(shown, dict):
        return isinstance(whole, dict) and all(key in whole and _part_of(shown[key], whole[key]) for key in shown)
    if isinstance(shown, list):
        return isinstance(whole, list) and all(any(_part_of(one, other) for other in whole) for one in shown)
    return bool(shown == whole)


def test_each_long_page_has_commands() -> None:
    assert {block.page for block in BLOCKS if block.commands} >= LONG
