"""The source as a tree of files: a folder, one file, or an archive that is read in memory and never unpacked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mkdocs_pir.kb.problem import Problem, ProblemError

MAX_FILE = 64 << 20
"""The largest file of a source that is read, in bytes: an export of some hundred thousand tickets."""

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a source by relative path, each with the reason why it cannot be taken, or an empty text."""

    files: Mapping[str, str]
    read: Read = field(repr=False)
    single: bool = False

    def below(self, top: str) -> Tree:
        """The tree without the one folder that holds everything. Paths that are refused keep theirs."""
        inner = {path.removeprefix(f"{top}/"): why for path, why in self.files.items()}
        return Tree(inner, lambda path: self.read(f"{top}/{path}"), self.single)

    @property
    def top(self) -> str:
        """The folder that holds everything, as archives of a repository have it; empty when there is none."""
        tops = {path.split("/", 1)[0] if "/" in path else "" for path, why in self.files.items() if not why}
        return tops.pop() if len(tops) == 1 else ""


def open_tree(source: Path) -> Tree:
    """The files of a folder, a file or an archive. Raises ProblemError (PIR702) for one that cannot be opened."""
    if source.is_dir():
        return Tree(_folder(source), lambda path: _read(source / path))
    if source.name.lower().endswith(ARCHIVES):
        from mkdocs_pir.exchange.importing.archives import open_archive

        return open_archive(source)
    return Tree({source.name: ""}, lambda path: _read(source.parent / path), single=True)


def _folder(folder: Path) -> dict[str, str]:
    """Every file below a folder in order of path; hidden ones are no part of it, links are not followed."""
    found = {}
    for parent, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = Path(parent, name)
            if not name.startswith(".") and (name in names or path.is_symlink()):
                found[path.relative_to(folder).as_posix()] = "a symbolic link" if path.is_symlink() else ""
        folders[:] = [f for f in folders if not f.startswith(".")]
    return dict(sorted(found.items()))


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise too_large(path.name, size)
    return path.read_bytes()


def too_large(path: str, size: int) -> ProblemError:
    """What is said about a file over the limit; `size` in bytes."""
    message = f"the file has {size:,} bytes; {MAX_FILE:,} are allowed"
    return ProblemError([Problem.of("PIR702", path, (0, 0), message, "export it in parts")])
