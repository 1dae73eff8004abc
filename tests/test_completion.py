"""The lines that the documentation gives for completion work; in bash the tab key is pressed for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.repository import ROOT

TABLE = (ROOT / "docs/cli.md").read_text("utf-8").partition("### Completion")[2].partition("\n### ")[0]
LINES = dict(re.findall(r"^\| (\w+).* \| `(.+)` \|$", TABLE, re.M))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose `pir` is the one under test."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "pir").write_text(f"#!{sys.executable}\nfrom mkdocs_pir.cli import main\n\nmain()\n", "utf-8")
    (programs / "pir").chmod(0o755)
    (tmp_path / ".config/fish/completions").mkdir(parents=True)
    return tmp_path


def _bash(home: Path, script: str) -> str:
    path = f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"
    told = {**os.environ, "HOME": str(home), "PATH": path}
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=home, env=told, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_a_line_for_each_shell() -> None:
    assert list(LINES) == ["bash", "zsh", "fish"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pir che", {"check"}),
        ("pir action d", {"done"}),
        ("pir check --st", {"--strict", "--staged"}),
        ("pir check --format g", {"github", "gitlab"}),
    ],
)
def test_the_tab_key_completes_in_bash(home: Path, typed: str, offered: set[str]) -> None:
    words = typed.split()
    script = f"""
        {LINES["bash"]}
        source ~/.bashrc
        COMP_WORDS=({" ".join(words)}) COMP_CWORD={len(words) - 1}
        function=$(complete -p pir | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        "$function" pir {words[-1]} {words[-2]}
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    assert set(_bash(home, script).split()) == offered


@pytest.mark.parametrize(("shell", "file"), [("zsh", ".zshrc"), ("fish", ".config/fish/completions/pir.fish")])
def test_the_lines_of_the_other_shells_write_what_these_read(home: Path, shell: str, file: str) -> None:
    _bash(home, LINES[shell])
    made = home / file
    if shell == "zsh":
        made.write_text(_bash(home, "_PIR_COMPLETE=zsh_source pir"), "utf-8")
    assert f"_PIR_COMPLETE={shell}_complete" in made.read_text("utf-8")
    if shutil.which(shell):
        assert subprocess.run([shell, "-n", str(made)], check=False).returncode == 0
