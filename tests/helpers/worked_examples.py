"""The walks of CONTRIBUTING.md: the places that each lists, and its example, which can be applied to a copy of the project."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from helpers.repository import ROOT
from msgspec import Struct

PACKAGE = "plugins/mkdocs_pir"

_WALK = re.compile(r"^### ([^\n]+)\n(.*?)(?=^### |^## |\Z)", re.M | re.S)
_PLACE = re.compile(r"^- `([^`]+)`: \S", re.M)
_EXAMPLE = re.compile(r"^```diff\n(.*?)^```$", re.M | re.S)
_FILE = re.compile(r"^(---|\+\+\+) (\S+)\n((?:(?!--- |\+\+\+ ).*\n?)*)", re.M)


class Walk(Struct, frozen=True):
    """One walk: the paths that it lists, and for each path of its example the hunks, or the content of a new file."""

    title: str
    places: tuple[str, ...]
    hunks: dict[str, tuple[str, ...]]
    new_files: dict[str, str]


def walks() -> dict[str, Walk]:
    """The walks that have an example, by their titles."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    found = (_read(title, body) for title, body in _WALK.findall(text) if "```diff" in body)
    return {walk.title: walk for walk in found}


def _read(title: str, body: str) -> Walk:
    hunks, new_files = {}, {}
    for mark, path, lines in _FILE.findall("".join(_EXAMPLE.findall(body))):
        if mark == "+++":
            new_files[path] = "".join(line[1:] for line in lines.splitlines(keepends=True))
        else:
            hunks[path] = tuple(hunk for hunk in re.split(r"^@@\n", lines, flags=re.M) if hunk)
    return Walk(title, tuple(_PLACE.findall(body.partition("```diff")[0])), hunks, new_files)


def place(root: Path, path: str) -> Path:
    """Where a path of a walk is: from the top of the project, else within the package."""
    top = root / path.partition("/")[0]
    return (
        root / path
        if top.is_dir() and not (root / PACKAGE / path.partition("/")[0]).is_dir()
        else root / PACKAGE / path
    )


def copied(folder: Path) -> Path:
    """A copy of all that a build needs of the project."""
    for part in (PACKAGE, "schemas", "theme_overrides", "kb/process", "docs"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def apply(walk: Walk, root: Path) -> None:
    """Make the changes of an example. Raises AssertionError for a hunk whose place is not there, or not only once."""
    for path, content in walk.new_files.items():
        assert not place(root, path).exists(), f"{walk.title}: {path} is there already"
        place(root, path).write_text(content, "utf-8")
    for path, hunks in walk.hunks.items():
        file = place(root, path)
        text = file.read_text("utf-8")
        for hunk in hunks:
            lines = hunk.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] != "+")
            after = "".join(line[1:] for line in lines if line[0] != "-")
            times = f"\n{text}".count(f"\n{before}")
            assert times == 1, f"{walk.title}: these lines stand {times} times in {path}:\n{before}"
            text = (
                text.replace(before, after, 1) if text.startswith(before) else text.replace(f"\n{before}", f"\n{after}")
            )
        file.write_text(text, "utf-8")


def run(root: Path, folder: Path, *arguments: str) -> str:
    """What `pir`, as the copy has it, prints when it runs on the knowledge base of a folder and succeeds."""
    environment = {**os.environ, "PYTHONPATH": str(root / "plugins"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "mkdocs_pir", "-C", str(folder), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
