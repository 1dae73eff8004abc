"""The container image: what goes into it is enough and no more, and it runs as nobody in particular."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from helpers.command_lines import parse
from helpers.repository import ROOT

TEXT = (ROOT / "Containerfile").read_text("utf-8")
IGNORED = [
    line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")
]
ADMITTED = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]


def test_nothing_is_sent_but_what_is_named() -> None:
    assert IGNORED[0] == "*"
    assert set(IGNORED[1:]) - {f"!{name}" for name in ADMITTED} == {"**/__pycache__"}
    assert [name for name in ADMITTED if not (ROOT / name).exists()] == []
    # of the records of the demonstration, the process alone is part of the package
    assert [name for name in ADMITTED if name.startswith("kb")] == ["kb/process/03g.yml"]


@pytest.mark.slow
def test_a_wheel_can_be_made_of_what_is_sent(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ADMITTED:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    make = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    done = subprocess.run(make, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("*.whl"))


def test_it_installs_what_is_pinned_and_what_pdfs_need() -> None:
    assert "--constraint constraints.txt '.[pdf]'" in TEXT
    assert "pdf" in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    script = (ROOT / "tests/install-pdf.sh").read_text("utf-8")
    needed = re.search(r'^packages="(.+)"$', script, re.M)
    assert needed is not None
    assert set(shlex.split(needed[1])) <= set(TEXT.split())


def test_it_runs_as_nobody_in_particular() -> None:
    last = TEXT.rpartition("\nFROM ")[2]
    assert re.findall(r"^USER (\S+)$", last, re.M) == ["1000:1000"]
    assert last.index("USER") < last.index("ENTRYPOINT")
    assert "safe.directory /work" in last
    assert "WORKDIR /work" in last


def test_the_commands_of_the_documentation_are_those_of_the_image() -> None:
    page = (ROOT / "docs/continuous-integration.md").read_text("utf-8").split("## Container")[1].split("\n## ")[0]
    run = [line.partition("mkdocs-pir ")[2] for line in page.splitlines() if " run " in line and "mkdocs-pir " in line]
    assert run
    for line in run:
        parse(f"pir {line.partition('#')[0]}")
