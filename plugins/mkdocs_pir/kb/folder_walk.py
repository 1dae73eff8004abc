"""Everything in the folder of the records, seen in one walk: its files with their stamps, and what is none."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.problem import Problem

# characters that Windows refuses, invisible ones, and bytes of names that are not UTF-8, as Python decodes them
_UNUSABLE = re.compile(rf'[<>:"|?*\\\n\t\ud800-\udfff]|[. ]$|{frontmatter.CONTROL.pattern}')


class Stamps(NamedTuple):
    """What a file system says of a file. Times are nanoseconds; `changed` is that of its last change of any sort."""

    size: int
    modified: int
    changed: int
    inode: int
    device: int


@dataclass(frozen=True, slots=True)
class Walk:
    """What one walk through a folder saw. Paths are relative to it and sorted."""

    files: Mapping[str, Stamps]
    folders: tuple[str, ...]
    problems: tuple[Problem, ...]


def walk(folder: Path) -> Walk:
    """Everything below a folder but hidden files and what lies behind symbolic links."""
    found: dict[str, Stamps] = {}
    folders: list[str] = []
    problems: list[Problem] = []
    waiting = [""]
    while waiting:
        parent = waiting.pop()
        try:
            with os.scandir(folder / parent) as entries:
                inner = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda e: e.name)
        except OSError as error:
            path = parent.removesuffix("/") or "."
            problems.append(cannot_be_read(path, f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in inner:
            path = parent + entry.name
            if _UNUSABLE.search(entry.name):
                problems.append(_unusable(path))
            elif entry.is_symlink():
                problems.append(
                    Problem.of("PIR005", path, (0, 0), "this is a symbolic link", "replace it with the file itself")
                )
            elif entry.is_dir(follow_symlinks=False):
                if entry.name.endswith(".md"):
                    problems.append(no_file(path, "a folder with the name of a Markdown file"))
                folders.append(path)
                waiting.append(f"{path}/")
            elif entry.is_file(follow_symlinks=False):
                try:
                    found[path] = stamps(entry.stat(follow_symlinks=False))
                except FileNotFoundError:
                    continue  # removed during the walk
            else:
                problems.append(no_file(path, "neither a file nor a folder"))
    return Walk({path: found[path] for path in sorted(found)}, tuple(sorted(folders)), tuple(problems))


def stamps(stat: os.stat_result) -> Stamps:
    """The stamps in the answer of the file system."""
    return Stamps(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev)


def cannot_be_read(path: str, why: str) -> Problem:
    """The problem of a file or folder that cannot be read."""
    return Problem.of("PIR001", path, (0, 0), why, "check its permissions")


def no_file(path: str, what: str) -> Problem:
    """The problem of something that stands where only a file may."""
    return Problem.of("PIR618", path, (0, 0), what, "replace it with a file, or rename it")


def _unusable(path: str) -> Problem:
    return Problem.of(
        "PIR206",
        "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path),
        (0, 0),
        "the name has a character that some systems do not allow in file names",
        "use letters, digits and hyphens",
    )
