"""Everything in the folder of the records, seen in one walk: its files with their stamps, and what is none."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mkdocs_pir.kb import frontmatter
from mkdocs_pir.kb.problem import Problem

# characters that Windows refuses, invisible ones, and bytes of names that are not UTF-8, as Python decodes them
_UNUSABLE = re.compile(rf'[<>:"|?*\\\n\t\ud800-\udfff]|[. ]$|{frontmatter.CONTROL.pattern}')

_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])")


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
        problems += _alike(parent, [entry.name for entry in inner])
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
                if not path.endswith(".md") and is_reserved(path):
                    problems.append(reserved(path))
            else:
                problems.append(no_file(path, "neither a file nor a folder"))
    return Walk({path: found[path] for path in sorted(found)}, tuple(sorted(folders)), tuple(problems))


def one_file(name: str) -> str:
    """The form of a name for comparison: names with the same one are of one file on Windows and macOS."""
    return name.casefold() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()


def is_reserved(path: str) -> bool:
    """Whether Windows reserves a part of a path for a device."""
    return any(_RESERVED.fullmatch(one_file(part.partition(".")[0].rstrip())) for part in path.split("/"))


def reserved(path: str) -> Problem:
    """The problem of a file with such a name."""
    message = "the file name is reserved on Windows, so the repository could not be checked out there"
    return Problem.of("PIR206", path, (0, 0), message, "choose another id" if path.endswith(".md") else "rename it")


def _alike(parent: str, names: Sequence[str]) -> Iterator[Problem]:
    """The problems of names in one folder that are one file elsewhere; those of records are problems of their ids."""
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(one_file(name), name)
        if other != name and not name.endswith(".md"):
            message = f"the name differs from '{other}' only in upper and lower case"
            hint = "rename one of them: they are one file on Windows and macOS"
            yield Problem.of("PIR206", parent + name, (0, 0), message, hint)


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
