"""The files of a source, a folder, one file or an archive that is never unpacked, and which of them are records."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from io import RawIOBase
from pathlib import Path, PurePosixPath
from typing import IO, Any

from mkdocs_pir.exchange.importing.documents import unreadable
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.kb.problem import ProblemError

MAX_FILE = 64 << 20
"""The largest file of a source that is read, in bytes: an export of some hundred thousand tickets."""

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

MAX_TOTAL = 256 << 20
"""How much an archive may hold when it is unpacked, in bytes."""

MAX_FILES = 20_000

_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError)  # fmt: skip
_DRIVE = re.compile(r"^[A-Za-z]:")
_PACKED = ((b"\x1f\x8b", gzip.open), (b"BZh", bz2.open), (b"\xfd7zXZ", lzma.open))


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a source by relative path, each with the reason why it cannot be taken, or an empty text.

    A source that is one file (`single`) lies in the folder `beside`, where what it links to may be.
    """

    files: Mapping[str, str]
    read: Callable[[str], bytes] = field(repr=False)
    single: bool = False
    beside: Path | None = None

    def has(self, path: str) -> bool:
        """Whether there is a file that can be taken; of a source that is one file, also beside or below it."""
        if self.beside is None or path in self.files:
            return self.files.get(path) == ""
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or "\\" in path or any(p.startswith(".") or ":" in p for p in parts):
            return False
        places = [self.beside.joinpath(*parts[: n + 1]) for n in range(len(parts))]
        try:
            return not any(place.is_symlink() for place in places) and places[-1].is_file()
        except OSError:
            return False

    def inner(self) -> Tree:
        """The tree without the one folder that holds everything, as archives of a repository have it."""
        tops = {path.split("/", 1)[0] if "/" in path else "" for path, why in self.files.items() if not why}
        top = f"{tops.pop()}/" if len(tops) == 1 and tops != {""} else ""
        files = {path.removeprefix(top): why for path, why in self.files.items()}
        return replace(self, files=files, read=lambda path: self.read(top + path))


def open_tree(source: Path) -> Tree:
    """The files of a folder, a file or an archive. Raises ProblemError (PIR702) for one that cannot be opened."""
    if source.is_dir():
        return Tree(_folder(source), lambda path: _read(source / path))
    if not source.name.lower().endswith(ARCHIVES):
        return Tree({source.name: ""}, lambda path: _read(source.parent / path), single=True, beside=source.parent)
    try:
        tree = _zip(source) if source.name.lower().endswith(".zip") else _tar(source)
    except _BROKEN as error:
        reason = str(error).rstrip(".") or type(error).__name__
        raise unreadable(source.name, (0, 0), f"the archive cannot be read: {reason}", "pack it again") from None
    return replace(tree, files=dict(sorted(tree.files.items())))


def _folder(folder: Path) -> dict[str, str]:
    """Every file below a folder in order of path; hidden ones are no part of it, links are not followed."""
    found = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in [*folders, *names]:
            path = Path(parent, name)
            if not name.startswith(".") and (name in names or path.is_symlink()):
                found[path.relative_to(folder).as_posix()] = "a symbolic link" if path.is_symlink() else ""
    return dict(sorted(found.items()))


def _read(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_FILE:
        raise _too_large(path.name, size)
    return path.read_bytes()


def _zip(source: Path) -> Tree:
    archive = zipfile.ZipFile(source)
    members: dict[str, zipfile.ZipInfo] = {}
    files: dict[str, str] = {}
    _refuse_more(source.name, len(archive.infolist()), sum(member.file_size for member in archive.infolist()))
    for member in archive.infolist():
        kind = stat.S_IFMT(member.external_attr >> 16)
        # some packers write no mode at all
        special = "" if kind in (0, stat.S_IFREG) else "a symbolic link" if kind == stat.S_IFLNK else "no plain file"
        path = member.filename.replace("\\", "/")
        if not member.is_dir():
            files[path] = _refusal(path, "encrypted" if member.flag_bits & 1 else special, files)
            members.setdefault(path, member)

    def read(path: str) -> bytes:
        try:
            with archive.open(members[path]) as file:
                return _whole(file, path)
        except _BROKEN as error:
            raise unreadable(path, (0, 0), f"the file cannot be unpacked: {error}", "pack the archive again") from None

    return Tree(files, read)


def _tar(source: Path) -> Tree:
    files: dict[str, str] = {}
    held: dict[str, bytes] = {}
    # as a stream: every byte passes the limit once, headers too
    with source.open("rb") as raw:
        head = raw.read(6)
        raw.seek(0)
        unpacked: Any = next((unpack(raw) for start, unpack in _PACKED if head.startswith(start)), raw)
        with tarfile.open(fileobj=_Limited(unpacked, source.name), mode="r|") as archive:
            for number, member in enumerate(archive):
                _refuse_more(source.name, number + 1, 0)
                if member.isdir():
                    continue
                is_link = member.issym() or member.islnk()
                path = member.name.removeprefix("./")
                special = "a symbolic link" if is_link else "" if member.isreg() else "no plain file"
                files[path] = _refusal(path, special, files)
                if not files[path] and (file := archive.extractfile(member)) is not None:
                    held[path] = _whole(file, path)
    return Tree(files, held.__getitem__)


class _Limited(RawIOBase):
    """A stream that ends with a problem where it gives more than an archive may hold."""

    def __init__(self, stream: IO[bytes], archive: str) -> None:
        self.stream = stream
        self.archive = archive
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size if size >= 0 else MAX_TOTAL + 1)
        self.given += len(data)
        _refuse_more(self.archive, 0, self.given)
        return data


def _refuse_more(archive: str, files: int, size: int) -> None:
    for number, most, what in ((files, MAX_FILES, "files"), (size, MAX_TOTAL, "bytes")):
        if number > most:
            message = f"the archive holds more than {most:,} {what}"
            raise unreadable(archive, (0, 0), message, "unpack it yourself, or pack it in parts")


def _whole(file: IO[bytes], path: str) -> bytes:
    """The file's bytes; what its header says of its size is not believed."""
    data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise _too_large(path, len(data))
    return data


def _refusal(path: str, special: str, files: Mapping[str, str]) -> str:
    """Why a file of an archive cannot be taken; `special` is what it is if no plain file."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or _DRIVE.match(path) or "\\" in path or not parts:
        return "its path leads out of the archive"
    if any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
        return "hidden"
    if path.lower().endswith(ARCHIVES):
        return special or "an archive within the archive"
    return "given twice in the archive" if path in files else special


def _too_large(path: str, size: int) -> ProblemError:
    return unreadable(path, (0, 0), f"the file has {size:,} bytes; {MAX_FILE:,} are allowed", "export it in parts")


NOT_AMONG = "not among the files of the mapping"

_ABOUT, _LICENCE = "about the folder, not a review", "the licence of the source"
NEVER_RECORDS: Mapping[str, str] = {
    "**/_index.md": "a list page of the site builder",
    "archetypes/**": "a form that the site builder copies",
    **dict.fromkeys(("**/README*", "**/CONTRIBUTING*", "**/CHANGELOG*", "**/CODE_OF_CONDUCT*"), _ABOUT),
    **dict.fromkeys(("**/LICENSE*", "**/LICENCE*"), _LICENCE),
    "**/template*": "a template, not a review",
}
"""Files that are known to be no records. A mapping that names one of them without a wildcard has it come in."""


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """A file or record that did not come in, and why."""

    path: str
    because: str


def select(tree: Tree, mapping: ImportMapping) -> tuple[Tree, list[str], list[LeftOut]]:
    """The tree, its files that are records, and those that are not with the reason, both in order of path.

    A source that is one file is that record, whatever its name. Where everything lies in one folder, as in the
    archive of a repository, and the mapping's patterns find nothing, they are taken from inside that folder.
    """
    if tree.single:
        return tree, list(tree.files), []
    reasons = _reasons(tree, mapping)
    if all(reasons.values()) and not all((inside := _reasons(tree.inner(), mapping)).values()):
        tree, reasons = tree.inner(), inside
    left_out = [LeftOut(path, why) for path, why in reasons.items() if why and why != "hidden"]
    return tree, [path for path, why in reasons.items() if not why], left_out


def _reasons(tree: Tree, mapping: ImportMapping) -> dict[str, str]:
    return {path: refused or _why_not(path, mapping) for path, refused in tree.files.items()}


def _why_not(path: str, mapping: ImportMapping) -> str:
    if path in mapping.patterns:
        return ""
    reasons = [*((rule.files, rule.because) for rule in mapping.leave_out), *NEVER_RECORDS.items()]
    if because := next((because for pattern, because in reasons if glob(pattern).fullmatch(path)), ""):
        return because
    matched = any(glob(pattern).fullmatch(path) for pattern in mapping.patterns)
    return "" if matched else f"{NOT_AMONG} ({', '.join(mapping.patterns)})"


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A file pattern as an expression for relative paths: `**/` any folders, `*` and `?` within a name."""
    out, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            out, at = out + "(?:.*/)?", at + 3
        elif pattern.startswith("**", at):
            out, at = out + ".*", at + 2
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(pattern[at], re.escape(pattern[at]))
            at += 1
    return re.compile(out, re.I)
