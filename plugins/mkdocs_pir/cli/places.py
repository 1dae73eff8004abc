"""Paths as they are printed: from the current folder, so that a terminal can open them and commands take them back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.problem_formats import as_text, lines_of


def shown(path: Path) -> str:
    """A path from the current folder, with forward slashes; whole where no way leads there, as to another drive."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:
        return path.as_posix()


def located(problems: Sequence[Problem], folders: Sequence[Path], start: Path | None = None) -> list[Problem]:
    """Problems with their paths from `start`, the current folder when left out, instead of from the knowledge base.

    `folders` are those that the paths may be relative to, where they are not absolute. A path that none of them has,
    such as the name of an edition, stays as it is.
    """
    found: dict[str, str] = {}
    for path in {problem.path for problem in problems}:
        there = (f for f in folders if path and ((f / path).exists() or Path(path).is_absolute()))
        folder = next(there, None)
        if folder is not None and start is None:
            found[path] = shown(folder / path)
        elif folder is not None:
            found[path] = Path(os.path.relpath(folder / path, start)).as_posix()
    return [replace(problem, path=found.get(problem.path, problem.path)) for problem in problems]


def text(problems: Sequence[Problem], folders: Sequence[Path]) -> str:
    """Problems as text, with paths from the current folder and the lines that they are about."""
    return as_text(located(problems, folders), lines_of(Path()))
