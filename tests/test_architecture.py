"""The import contract, and what style.md asks of every module."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from helpers.repository import ROOT

PACKAGE = ROOT / "plugins" / "mkdocs_pir"
MODULES = sorted(PACKAGE.rglob("*.py"))


def _imports(module: Path) -> set[str]:
    """Every module that a file imports, however deep in a function the import stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_stages_import_only_from_stages_before_them() -> None:
    # in a process of its own: it turns off the logs of others
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    outcome = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def _module_names() -> dict[str, Path]:
    """Every module of the package by its full name, a package by that of its folder."""
    named = {".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts): file for file in MODULES}
    return {name.removesuffix(".__init__"): file for name, file in named.items()}


def _imported(file: Path, known: Collection[str]) -> set[str]:
    """The modules of ours that a file imports, wherever in it: what `from x import y` names is a module or in one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else node.module for name in full}
    return found & set(known)


def test_no_modules_import_one_another_in_a_circle() -> None:
    modules = _module_names()
    assert "mkdocs_pir.kb.review_conditions" in _imported(modules["mkdocs_pir.kb.rules"], modules)
    graph = {name: _imported(file, modules) - {name} for name, file in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_only_the_adapter_imports_mkdocs() -> None:
    importing = {
        module.relative_to(PACKAGE).as_posix()
        for module in MODULES
        if any(name.partition(".")[0] == "mkdocs" for name in _imports(module))
    }
    adapter = {file.relative_to(PACKAGE).as_posix() for file in (PACKAGE / "site").glob("mkdocs_*.py")}
    assert importing == adapter | {"site/plugin.py"}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.relative_to(PACKAGE).as_posix())
def test_a_module_says_in_its_first_line_what_it_is_for(module: Path) -> None:
    text = module.read_text("utf-8")
    if not text.strip():
        return
    said = ast.get_docstring(ast.parse(text))
    assert said, "no docstring"
    assert text.startswith('"""'), "the docstring is not the first line"


def test_the_top_level_is_as_agreed() -> None:
    for name in ("kb", "plugins", "theme_overrides", "schemas", "tests"):
        assert (ROOT / name).is_dir(), name
    for name in ("mkdocs.yml", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"):
        assert (ROOT / name).is_file(), name


def test_the_audit_shares_nothing_but_problems_with_the_rest() -> None:
    # the second stands for a library, and holds nothing of records
    allowed = {"mkdocs_pir.kb.problem", "mkdocs_pir.store.aho_corasick"}
    audit = sorted((PACKAGE / "editions" / "audit").glob("*.py"))
    assert audit
    for module in audit:
        ours = {name for name in _imports(module) if name.startswith("mkdocs_pir")}
        foreign = {name for name in ours if not name.startswith("mkdocs_pir.editions.audit")}
        assert foreign <= allowed, module.name


INTO_STAGING = {
    "editions/handover.py", "editions/publish.py", "site/offline.py", "site/responder_pack.py", "site/preview.py",
    "editions/audit/ledger.py",
    "site/edition_tasks.py", "site/kept_frames.py", "site/mkdocs_existing_site.py", "site/pages_on_demand.py", "site/plain_build.py",
    "site/printing/published_pdfs.py", "store/result_store.py",
}  # fmt: skip
"""Modules that write into folders which nobody else reads before they are complete."""


def test_what_others_may_read_is_written_whole_by_one_module() -> None:
    """A file that is there is replaced by `kb/atomic.py` alone: nothing else opens a file to write over it."""
    writing = {}
    for module in MODULES:
        calls = [node.func for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Call)]
        named = {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in calls}
        if found := named & {"write_bytes", "write_text", "mkstemp", "NamedTemporaryFile", "fsync"}:
            writing[module.relative_to(PACKAGE).as_posix()] = found
    # on systems that cannot flush all of a disk, a generation is flushed file by file
    assert writing.pop("editions/generations.py") == {"fsync"}
    assert writing.pop("kb/atomic.py") == {"fsync"}
    assert writing.keys() == INTO_STAGING
    assert all(calls <= {"write_bytes", "write_text"} for calls in writing.values())
