"""Checks the pages and theme files of a site for files that MkDocs cannot or must not read.

MkDocs follows every symbolic link. A link to another file of the same repository, such as the project's README, is
allowed. A link out of the repository would publish files of the machine that builds the site; a link to a record would
publish what is internal. MkDocs also waits forever for a named pipe, and fails on a name that is not UTF-8.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from mkdocs_pir.kb.problem import Problem

Above = tuple[Path, ...]


def file_problems(
    folder: Path, root: Path, records: Path, left_out: Callable[[str], bool] = lambda path: False
) -> Iterator[Problem]:
    """The problems of the files below a folder.

    Args:
        root: The folder of mkdocs.yml.
        left_out: Whether MkDocs ignores a path, given relative to `folder`.
    """
    root = Path(os.path.realpath(root))
    home = next((parent for parent in (root, *root.parents) if (parent / ".git").exists()), root)
    own = Path(os.path.realpath(folder))
    secret = Path(os.path.realpath(records))

    def led(path: Path, real: Path, above: Above) -> str:
        if not path.exists():
            return "leads nowhere"
        if not real.is_relative_to(home) and not real.is_relative_to(own):
            return "leads out of the folder of the site"
        if real.is_relative_to(secret) and own != secret:
            return "leads to the records, which only pir publishes"
        return "leads in a circle" if real in above else ""

    def problem(code: str, path: Path, message: str, hint: str) -> Problem:
        name = Path(os.path.relpath(path, root)).as_posix()
        return Problem.of(code, "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name), (0, 0), message, hint)

    def walk(at: Path, above: Above, link: Path | None) -> Iterator[Problem]:
        for entry in _entries(at):
            if link is None and entry.is_file(follow_symlinks=False) and entry.path.isprintable():
                # one of thousands of files with which nothing is wrong
                continue
            path = Path(entry.path)
            relative = path.relative_to(folder).as_posix()
            is_folder = path.is_dir()
            if not is_folder and _unused(relative, left_out):
                continue
            real = Path(os.path.realpath(path))
            by = path if path.is_symlink() else link
            if by is not None and (why := led(path, real, above)):
                yield problem("PIR617", by, f"a symbolic link that {why}", "put the file itself here")
            elif is_folder:
                yield from walk(path, (*above, real), by)
            elif not path.is_file():
                yield problem("PIR618", path, "neither a file nor a folder", "take it out")
            elif any("\ud800" <= letter <= "\udfff" for letter in relative):
                yield problem("PIR206", path, "the name is not UTF-8", "use letters, digits and hyphens")

    yield from dict.fromkeys(walk(folder, (own,), None))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        # MkDocs cannot read it either
        return []


def _unused(path: str, left_out: Callable[[str], bool]) -> bool:
    parts = path.split("/")
    return any(part.startswith(".") for part in parts) or parts[0] == "templates" or left_out(path)
