"""The files of a source, a folder, one file or an archive that is never unpacked, and which of them are records."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.kb.problem import Problem, ProblemError

MAX_FILE = 64 << 20
"""The largest file of a source that is read, in bytes: an export of some hundred thousand tickets."""

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")

MAX_TOTAL = 256 << 20
"""How much an archive may hold when it is unpacked, in bytes."""

MAX_FILES = 20_000

_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError)  # fmt: skip
_DRIVE = re.compile(r"^[A-Za-z]:")

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
        return _archive(source)
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
        raise _too_large(path.name, size)
    return path.read_bytes()


def _archive(source: Path) -> Tree:
    """The files in an archive. Raises ProblemError (PIR702) for one that cannot be read or holds too much."""
    try:
        if source.name.lower().endswith(".zip"):
            return _zip(source)
        return _tar(source)
    except _BROKEN as error:
        said = str(error).rstrip(".") or type(error).__name__
        raise _stop(source.name, f"the archive cannot be read: {said}", "pack it again") from None


def _zip(source: Path) -> Tree:
    archive = zipfile.ZipFile(source)
    entries: dict[str, zipfile.ZipInfo] = {}
    files: dict[str, str] = {}
    _bounded(source.name, len(archive.infolist()), sum(entry.file_size for entry in archive.infolist()))
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        path = entry.filename.replace("\\", "/")
        mode = entry.external_attr >> 16
        # some packers write no mode at all
        plain = stat.S_IFMT(mode) in (0, stat.S_IFREG)
        special = "a symbolic link" if stat.S_ISLNK(mode) else "" if plain else "no plain file"
        _enter(files, path, "encrypted" if entry.flag_bits & 1 else special)
        entries.setdefault(path, entry)

    def read(path: str) -> bytes:
        try:
            with archive.open(entries[path]) as file:
                return _whole(file, path)
        except _BROKEN as error:
            raise _stop(path, f"the file cannot be unpacked: {error}", "pack the archive again") from None

    return Tree(dict(sorted(files.items())), read)


def _tar(source: Path) -> Tree:
    files: dict[str, str] = {}
    held: dict[str, bytes] = {}
    # as a stream: every byte passes the limit once, headers too
    with (
        source.open("rb") as raw,
        _Bounded(_unpacked(raw), source.name) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for number, member in enumerate(archive):
            _bounded(source.name, number + 1, 0)
            if member.isdir():
                continue
            is_link = member.issym() or member.islnk()
            special = "a symbolic link" if is_link else "" if member.isreg() else "no plain file"
            path = member.name.removeprefix("./")
            _enter(files, path, special)
            if not files[path] and path not in held and (file := archive.extractfile(member)) is not None:
                held[path] = _whole(file, path)
    return Tree(dict(sorted(files.items())), held.__getitem__)


def _unpacked(raw: IO[bytes]) -> _Stream:
    head = raw.read(6)
    raw.seek(0)
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=raw)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(raw)
    return lzma.LZMAFile(raw) if head.startswith(b"\xfd7zXZ") else raw


class _Stream(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


class _Bounded(io.RawIOBase):
    """A stream that ends with a problem where it gives more than an archive may hold."""

    def __init__(self, stream: _Stream, name: str) -> None:
        self.stream = stream
        self.archive = name
        self.given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size if size >= 0 else MAX_TOTAL + 1)
        self.given += len(data)
        _bounded(self.archive, 0, self.given)
        return data


def _bounded(archive: str, files: int, size: int) -> None:
    for number, most, what in ((files, MAX_FILES, "files"), (size, MAX_TOTAL, "bytes")):
        if number > most:
            raise _stop(
                archive, f"the archive holds more than {most:,} {what}", "unpack it yourself, or pack it in parts"
            )


def _whole(file: IO[bytes], path: str) -> bytes:
    """The file's bytes; what its header says of its size is not believed."""
    data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise _too_large(path, len(data))
    return data


def _enter(files: dict[str, str], path: str, special: str) -> None:
    """Note a file of the archive with the reason why it cannot be taken."""
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or _DRIVE.match(path) or "\\" in path or not parts:
        special = "its path leads out of the archive"
    elif any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
        return files.update({path: "hidden"})
    elif path.lower().endswith(ARCHIVES):
        special = special or "an archive within the archive"
    elif path in files:
        special = "given twice in the archive"
    files[path] = special
    return None


def _too_large(path: str, size: int) -> ProblemError:
    return _stop(path, f"the file has {size:,} bytes; {MAX_FILE:,} are allowed", "export it in parts")


def _stop(path: str, message: str, hint: str) -> ProblemError:
    return ProblemError([Problem.of("PIR702", path, (0, 0), message, hint)])


_ABOUT, _LICENCE = "about the folder, no report", "the licence of the source"
NEVER_RECORDS: Mapping[str, str] = {
    "**/_index.md": "a list page of the site builder",
    "archetypes/**": "a form that the site builder copies",
    **dict.fromkeys(("**/README*", "**/CONTRIBUTING*", "**/CHANGELOG*", "**/CODE_OF_CONDUCT*"), _ABOUT),
    **dict.fromkeys(("**/LICENSE*", "**/LICENCE*"), _LICENCE),
    "**/template*": "a template, no report",
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
    inner = tree.below(tree.top) if tree.top else tree
    if not any(_taken(tree, mapping)) and any(_taken(inner, mapping)):
        tree = inner
    reasons = {path: refused or _why_not(path, mapping) for path, refused in tree.files.items() if refused != "hidden"}
    return tree, list(_taken(tree, mapping)), [LeftOut(path, why) for path, why in reasons.items() if why]


def _taken(tree: Tree, mapping: ImportMapping) -> Iterator[str]:
    return (path for path, refused in tree.files.items() if not refused and not _why_not(path, mapping))


def _why_not(path: str, mapping: ImportMapping) -> str:
    if path in mapping.patterns:
        return ""
    reasons = [*((rule.files, rule.because) for rule in mapping.leave_out), *NEVER_RECORDS.items()]
    if because := next((because for pattern, because in reasons if glob(pattern).fullmatch(path)), ""):
        return because
    matched = any(glob(pattern).fullmatch(path) for pattern in mapping.patterns)
    return "" if matched else f"not among the files of the mapping ({', '.join(mapping.patterns)})"


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
