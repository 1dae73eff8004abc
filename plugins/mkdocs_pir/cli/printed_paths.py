"""Paths in output are relative to the current folder, so that terminals can open them and commands accept them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mkdocs_pir.cli.terminal import styled
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.problem_formats import as_text, lines_of


def relative_path(path: Path, start: Path | None = None) -> str:
    """A path relative to a folder, by default the current one, with forward slashes; absolute if on another drive."""
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:
        return path.as_posix()


def with_relative_paths(
    problems: Sequence[Problem], folders: Sequence[Path], start: Path | None = None
) -> list[Problem]:
    """Problems with their paths made relative to `start`, by default the current folder.

    `folders` are those that the paths of problems may be relative to. A path that does not exist in any of them, such
    as the name of an edition, stays as it is.
    """
    paths: dict[str, str] = {}
    for path in {problem.path for problem in problems}:
        candidates = (f for f in folders if path and ((f / path).exists() or Path(path).is_absolute()))
        folder = next(candidates, None)
        if folder is not None:
            paths[path] = relative_path(folder / path, start)
    return [replace(problem, path=paths.get(problem.path, problem.path)) for problem in problems]


def problems_as_text(problems: Sequence[Problem], folders: Sequence[Path], pages: str = "") -> str:
    """Problems as text, with paths relative to the current folder, the lines that they are about, and the addresses of
    the entries of their codes on the `pages` of the option `problems_url`."""
    return as_text(with_relative_paths(problems, folders), lines_of(Path()), pages, styled)
