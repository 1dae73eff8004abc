"""The files staged in Git, and the problems that concern them: for `pir check --staged`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import click

from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.settings import Settings


def staged_files(folder: Path) -> list[Path]:
    """The files staged in the repository of a folder, also removed ones; renamed ones under both names.

    Raises ClickException if Git is not installed or there is no repository.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").rstrip("\n"))
    names = _git(folder, "diff", "--cached", "--name-only", "--no-renames", "-z")
    return [top / name for name in names.split("\0") if name]


def concerned(settings: Settings, records: Mapping[str, str], files: Collection[Path]) -> Callable[[Problem], bool]:
    """A test of whether a problem concerns these files: it is in one of them, or its message names a record of one.

    `records` are the paths of all records by their ids. A change of the configuration, the synonyms or a register concerns every problem.
    """
    folder = settings.records.resolve()
    staged = {file.resolve() for file in files}
    concern_everything = {
        settings.config_file.resolve(),
        *(f for f in staged if f.is_relative_to(folder / "registers")),
    }
    if settings.synonyms:
        concern_everything.add((settings.root / settings.synonyms).resolve())
    if staged & concern_everything:
        return lambda problem: True
    paths = {f.relative_to(folder).as_posix() for f in staged if f.is_relative_to(folder)}
    ids = {id_ for id_, path in records.items() if path in paths}
    for path in paths:
        if not (folder / path).exists():
            # the record was removed; its id was the name of its file, for a cause with that of its folder
            ids |= {Path(path).stem, path.partition("/")[2].removesuffix(".md")}
    words = "|".join(re.escape(id_) for id_ in sorted(ids, key=len, reverse=True) if id_)
    named = re.compile(rf"(?<![\w/-])(?:{words})(?![\w/-])") if words else None
    return lambda problem: problem.path in paths or (named is not None and named.search(problem.message) is not None)


def _git(folder: Path, *arguments: str) -> str:
    try:
        # Git prints file names as they are on disk, whatever the encoding of the terminal
        command = ["git", *arguments]
        result = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        raise click.ClickException("--staged needs Git, but Git is not installed") from None
    if result.returncode:
        raise click.ClickException(f"--staged needs a Git repository: {result.stderr.strip().partition(chr(10))[0]}")
    return result.stdout
