"""The command line on machines that lack what this one has, as far as that can be had here: Windows, code pages, exFAT."""

from __future__ import annotations

import ast
import json
import sys
import threading
from pathlib import Path

import pytest
from helpers.folders import read_files
from helpers.knowledge_base import FILES, pir, write_base
from helpers.other_machines import CODE_PAGE_1252, WINDOWS, WITHOUT_HARD_LINKS, WITHOUT_LIBYAML, run_elsewhere
from helpers.repository import ROOT

from mkdocs_pir.store.executors import InProcess, may_fork, process_pool

PACKAGE = ROOT / "plugins/mkdocs_pir"
TO_PUBLISH = ("build", "--edition", "all", "--force", "--out")


def published(out: Path) -> dict[str, bytes]:
    return {name: content for name, content in read_files(out).items() if not name.startswith((".pir/", ".cache/"))}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a knowledge base (base), what it publishes, what a responder pack of it holds, and a new one."""
    folder = tmp_path_factory.mktemp("here")
    base = write_base(folder / "base")
    assert pir(base, *TO_PUBLISH, str(folder / "published")).exit_code == 0
    assert pir(base, "pack", "--out", str(folder / "pack.zip")).exit_code == 0
    assert pir(base, "init", str(folder / "new")).exit_code == 0
    return folder


def test_windows_makes_the_same_files(here: Path, tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")

    def on_windows(*arguments: str) -> str:
        done = run_elsewhere(tmp_path / "machine", ["-C", str(base), *arguments], WINDOWS, CODE_PAGE_1252)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("cp1252")

    on_windows("check")
    on_windows(*TO_PUBLISH, str(tmp_path / "published"))
    assert published(tmp_path / "published") == published(here / "published")
    on_windows("pack", "--out", str(tmp_path / "pack.zip"))
    assert (tmp_path / "pack.zip").read_bytes() == (here / "pack.zip").read_bytes()
    on_windows("init", str(tmp_path / "new"))
    assert published(tmp_path / "new") == published(here / "new")
    # what is read again is the same too
    again = ("--edition", "client:harbor-credit", "--out", str(tmp_path / "published"))
    on_windows("build", "--force", *again, "--as-of", "2025-06-01")
    assert published(tmp_path / "published") != published(here / "published")
    on_windows("rollback", *again)
    assert published(tmp_path / "published") == published(here / "published")
    assert "LL-0001" in on_windows("search", "certificate")


def test_macos_copies_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    # the program that runs the tests may have more
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert may_fork()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not may_fork()
    assert isinstance(process_pool(2), InProcess)


def test_a_file_system_without_links_holds_the_same_files(here: Path, tmp_path: Path) -> None:
    before = ("build", "--edition", "client:harbor-credit", "--as-of", "2025-06-01", "--out")
    for command in (before, TO_PUBLISH):
        arguments = ["-C", str(here / "base"), *command, str(tmp_path / "published")]
        done = run_elsewhere(tmp_path / "machine", arguments, WITHOUT_HARD_LINKS)
        assert done.returncode == 0, done.stderr.decode()
    assert published(tmp_path / "published") == published(here / "published")


def test_yaml_is_read_in_python_with_the_same_result(here: Path, tmp_path: Path) -> None:
    def without(base: Path, *arguments: str) -> bytes:
        return run_elsewhere(tmp_path / "machine", ["-C", str(base), *arguments], WITHOUT_LIBYAML).stdout

    without(here / "base", *TO_PUBLISH, str(tmp_path / "published"))
    assert published(tmp_path / "published") == published(here / "published")
    review = FILES["kb/pirs/2025/PIR-2025-0001.md"]
    assert isinstance(review, str)
    for wrong in (
        "severity: [SEV-2",
        "severity: *a",
        'severity: "SEV-2',
        "severity: SEV-2\nseverity: SEV-3",
        "a: 'é\tb",
    ):
        base = write_base(
            tmp_path / "wrong", {"kb/pirs/2025/PIR-2025-0001.md": review.replace("severity: SEV-2", wrong)}
        )
        expected = pir(base, "check", "--format", "json").stdout
        assert json.loads(without(base, "check", "--format", "json")) == json.loads(expected)


def test_files_that_git_checked_out_with_crlf_publish_the_same(here: Path, tmp_path: Path) -> None:
    changed = {
        name: content.replace("\n", "\r\n") if isinstance(content, str) else content for name, content in FILES.items()
    }
    base = write_base(tmp_path / "base", changed)
    assert pir(base, *TO_PUBLISH, str(tmp_path / "published")).exit_code == 0
    assert published(tmp_path / "published") == published(here / "published")


@pytest.mark.parametrize("asked_for", [True, False], ids=["PYTHONIOENCODING=cp1252", "a pipe"])
def test_characters_that_a_code_page_lacks_end_no_command(asked_for: bool, tmp_path: Path) -> None:
    review = FILES["kb/pirs/2025/PIR-2025-0001.md"]
    assert isinstance(review, str)
    changed = review.replace("severity: SEV-2", "severity: 日本 → “🔥” ≥ é")
    base = write_base(tmp_path / "base", {"kb/pirs/2025/PIR-2025-0001.md": changed})
    environment = CODE_PAGE_1252 if asked_for else {**CODE_PAGE_1252, "PYTHONIOENCODING": ""}
    encoding = "cp1252" if asked_for else "utf-8"

    def ask(*arguments: str) -> str:
        done = run_elsewhere(tmp_path / "machine", ["-C", str(base), *arguments], "", environment)
        assert b"Traceback" not in done.stderr
        assert done.returncode == 1
        return (done.stdout + done.stderr).decode(encoding)

    signs = r"\u65e5\u672c > “:fire:” >= é" if asked_for else "日本 → “🔥” ≥ é"
    assert f"'{signs}'" in ask("check")
    # JSON stays JSON
    problems = json.loads(ask("check", "--format", "json").partition("\n}\n")[0] + "}")["problems"]
    assert "日本" in problems[0]["message"]
    assert ("🔥" in problems[0]["message"]) is not asked_for


def _calls(module: Path) -> list[tuple[str, ast.Call]]:
    nodes = ast.walk(ast.parse(module.read_text("utf-8")))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    return [(c.func.attr if isinstance(c.func, ast.Attribute) else getattr(c.func, "id", ""), c) for c in calls]


def test_texts_are_written_with_the_same_line_ends_everywhere() -> None:
    """Without `newline`, a file written on Windows has other bytes than the same one elsewhere."""
    writes = []
    for module in sorted(PACKAGE.rglob("*.py")):
        for name, call in _calls(module):
            modes = [a.value for a in call.args if isinstance(a, ast.Constant) and a.value in ("w", "x", "a")]
            if name == "write_text" or (name == "open" and modes):
                named = {keyword.arg for keyword in call.keywords}
                writes.append((module.relative_to(PACKAGE).as_posix(), call.lineno, "newline" in named))
    assert writes
    assert [write for write in writes if not write[2]] == []


def test_what_other_programs_print_is_decoded_by_a_named_encoding() -> None:
    """`text=True` decodes it with the code page of the machine. Ruff holds the same of files (PLW1514)."""
    decoded = [
        (file.relative_to(ROOT).as_posix(), call.lineno)
        for file in sorted(PACKAGE.rglob("*.py"))
        for name, call in _calls(file)
        if name in ("run", "Popen", "check_output")
        and {keyword.arg for keyword in call.keywords} & {"text", "universal_newlines"}
    ]
    assert decoded == []
