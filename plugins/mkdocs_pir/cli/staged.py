"""What a commit is about to change, and which problems concern it: for `pir check --staged`."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Collection
from pathlib import Path

import click

from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem


def staged_files(folder: Path) -> list[Path]:
    """The files that Git would commit from the repository of a folder, removed and renamed ones under both names.

    Raises ClickException where there is no Git or no repository.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel").rstrip("\n"))
    names = _git(folder, "diff", "--cached", "--name-only", "--no-renames", "-z")
    return [top / name for name in names.split("\0") if name]


def concerned(knowledge: KnowledgeBase, files: Collection[Path]) -> Callable[[Problem], bool]:
    """Whether a problem concerns these files: it lies in one of them, or it is about a record that one holds or held.

    The configuration and the registers concern every record.
    """
    folder, settings = knowledge.folder.resolve(), knowledge.settings
    changed = {file.resolve() for file in files}
    everything = {settings.config_file.resolve(), *(f for f in changed if f.is_relative_to(folder / "registers"))}
    if settings.synonyms:
        everything.add((settings.root / settings.synonyms).resolve())
    if changed & everything:
        return lambda problem: True
    paths = {f.relative_to(folder).as_posix() for f in changed if f.is_relative_to(folder)}
    ids = {entry.id for entry in knowledge.record_files.values() if entry.path in paths}
    for path in paths:
        if not (folder / path).exists():
            # the record is gone; its id was its file's name, for a cause with its family
            ids |= {Path(path).stem, path.partition("/")[2].removesuffix(".md")}
    words = "|".join(re.escape(id_) for id_ in sorted(ids, key=len, reverse=True) if id_)
    named = re.compile(rf"(?<![\w/-])(?:{words})(?![\w/-])") if words else None
    return lambda problem: problem.path in paths or (named is not None and named.search(problem.message) is not None)


def _git(folder: Path, *arguments: str) -> str:
    try:
        # Git writes names of files as they are on the disk, whatever the code page of a terminal
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        raise click.ClickException("--staged needs Git, and there is no command git") from None
    if done.returncode:
        raise click.ClickException(f"--staged needs a Git repository: {done.stderr.strip().partition(chr(10))[0]}")
    return done.stdout
