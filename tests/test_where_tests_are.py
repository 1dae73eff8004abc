"""Tests stand where CONTRIBUTING.md says: by room, by command, with helpers of their own."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from mkdocs_pir.cli import COMMANDS

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "plugins/mkdocs_pir"
FILES = sorted(TESTS.rglob("*.py"))
HELPERS = sorted((TESTS / "helpers").glob("*.py"))
TABLE = (
    (TESTS.parent / "CONTRIBUTING.md").read_text("utf-8").partition("## Where the tests are")[2].partition("\n## ")[0]
)
COMMAND_LINE = sorted(file.stem for file in (TESTS / "cli").glob("test_*.py"))

SEVERAL_COMMANDS = {
    "test_all_commands",
    "test_client_editions",
    "test_completion",
    "test_kept_answers",
    "test_lookup",
    "test_printed_paths",
    "test_progress",
    "test_terminal",
}
"""Files of `tests/cli` about what several commands share."""
NO_ROOM = {"helpers", "search/behaviours"}
"""Folders of Python files that cover no folder of the package."""


def _strings(file: Path) -> set[str]:
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _imports(file: Path) -> set[str]:
    """Each `module.name` that a file imports from a module."""
    nodes = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    return {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_has_its_file_which_runs_it(command: str) -> None:
    assert command in _strings(TESTS / "cli" / f"test_{command}.py")


def test_a_file_of_the_command_line_is_about_a_command_or_about_several() -> None:
    names = set(COMMAND_LINE) - SEVERAL_COMMANDS
    assert names == {name for name in names if name.split("_")[1] in COMMANDS}
    assert set(COMMAND_LINE) >= SEVERAL_COMMANDS


def test_a_folder_of_tests_is_a_room_of_the_package() -> None:
    folders = {file.parent.relative_to(TESTS).as_posix() for file in FILES} - {"."}
    assert folders >= NO_ROOM
    for folder in folders - NO_ROOM:
        assert (PACKAGE / folder / "__init__.py").is_file(), folder


def test_contributing_names_every_folder_and_every_helper() -> None:
    rows = [line.split("|") for line in TABLE.splitlines() if line.startswith("| ")][1:]
    folders = {name for row in rows for name in re.findall(r"`([^`]+)`", row[2])} - {"tests"}
    assert folders == {file.parent.relative_to(TESTS).as_posix() for file in FILES} - {".", "helpers"}
    assert {name for row in rows for name in re.findall(r"`([^`]+)`", row[3])} == {file.stem for file in HELPERS}


def test_no_test_imports_another() -> None:
    modules = {file.stem for file in FILES if file.parent.name != "helpers"}
    for file in FILES:
        assert not {name.partition(".")[0] for name in _imports(file)} & modules, file


def test_every_helper_is_used() -> None:
    used = set().union(*map(_imports, FILES))
    for file in HELPERS:
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                own = file.read_text("utf-8").count(f"{node.name}(") > 1
                assert own or f"helpers.{file.stem}.{node.name}" in used, f"{file.name}: {node.name}"
