"""The ledger of an audit that found nothing: what it searched, and what for, so that the next one need not do it again.

It is kept with the published generation, whose manifest has its digest, and nothing else that is kept is read by the
audit. A ledger of another edition or version, or one that cannot be read, is none: then everything is searched.
"""

from __future__ import annotations

import hashlib
import os
import platform
import unicodedata
import zlib
from array import array
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from mkdocs_pir.editions.audit.raw_knowledge import schema_folder
from mkdocs_pir.editions.audit.scan import SearchedText

_LIBRARIES = (
    "ahocorasick-rs",
    "anyascii",
    "lunr",
    "mkdocs",
    "mkdocs-material",
    "mkdocs-materialx",
    "msgspec",
    "properdocs",
    "pypdf",
    "PyYAML",
)
"""The libraries that decode, fold or search, and those whose texts are on pages."""

Masks = dict[int, frozenset[tuple[bytes, int]]]
"""By the number of a needle the longer names within which it may be, as in `ScanRules`."""


class _Content(msgspec.Struct, frozen=True):
    """A ledger as it is stored; its texts and numbers are packed."""

    version: bytes
    edition: str
    listings: list[bytes]
    parts: list[bytes]
    letters: bytes
    lengths: list[tuple[int, int, bool]]
    whole: int
    left_out: bytes
    masks: list[tuple[int, list[tuple[bytes, int]]]]
    names: list[bytes]
    searched_for: str


class Ledger(msgspec.Struct, frozen=True):
    """What was searched for one client and found to be clean.

    `listings` are the digests of whole folders with all their files, `parts` those of parts of files (see `Searched`),
    and `texts` all texts that were decoded from them, of which there were `whole` bytes at the last whole audit.
    All fingerprints in `searched_for` were searched for but those in `left_out`. `masks` and `names` say where one may
    be, as in `ScanRules`.
    """

    edition: str
    listings: tuple[bytes, ...]
    parts: frozenset[bytes]
    texts: tuple[SearchedText, ...]
    whole: int
    left_out: frozenset[int]
    masks: Masks
    names: frozenset[bytes]
    searched_for: Numbers

    def encoded(self) -> bytes:
        """The ledger as it is stored, without the numbers of what was searched for."""
        content = _Content(
            audit_version(),
            self.edition,
            list(self.listings),
            sorted(self.parts),
            zlib.compress(b"".join(text.folded for text in self.texts), 1),
            [(len(text.folded), text.shortest, text.only_names) for text in self.texts],
            self.whole,
            array("q", sorted(self.left_out)).tobytes(),
            [(number, sorted(masks)) for number, masks in sorted(self.masks.items())],
            sorted(self.names),
            self.searched_for.digest,
        )
        return msgspec.msgpack.encode(content)

    def store(self, folder: Path, work: Path) -> dict[str, str]:
        """Write the ledger into a folder. Returns the fields of the manifest by which it is found again.

        What was searched for is the same for many editions: it is linked from another ledger below `work` that has it.
        """
        folder.mkdir()
        content = self.encoded()
        digest = hashlib.sha256(content).hexdigest()
        (folder / f"{digest}.ledger").write_bytes(content)
        file = folder / f"{self.searched_for.digest}.numbers"
        same = next(work.glob(f"{folder.name}-*/{file.name}"), None)
        if same is None or self.searched_for.digest != _digest_of(same) or not _linked(same, file):
            file.write_bytes(self.searched_for.content)
        return {"ledger": digest, "searched_for": self.searched_for.digest}


class Numbers(msgspec.Struct, frozen=True):
    """The numbers of all fingerprints that were searched for, as bytes, and their SHA-256."""

    content: bytes
    digest: str

    @classmethod
    def of(cls, numbers: array[int]) -> Numbers:
        content = numbers.tobytes()
        return cls(content, hashlib.sha256(content).hexdigest())

    def as_set(self) -> set[int]:
        return set(_numbers(self.content))


def read(edition: str, folder: Path, digest: str, numbers_digest: str) -> Ledger | None:
    """The ledger with this digest in a folder; None unless it is whole, and of this edition and version of the audit."""
    numbers = searched_for(folder, numbers_digest)
    try:
        content = (folder / f"{digest}.ledger").read_bytes()
        if numbers is None or hashlib.sha256(content).hexdigest() != digest:
            return None
        stored = msgspec.msgpack.decode(content, type=_Content)
        if (stored.version, stored.edition, stored.searched_for) != (audit_version(), edition, numbers.digest):
            return None
        return Ledger(
            edition,
            tuple(stored.listings),
            frozenset(stored.parts),
            tuple(_texts(zlib.decompress(stored.letters), stored.lengths)),
            stored.whole,
            frozenset(_numbers(stored.left_out)),
            {number: frozenset(masks) for number, masks in stored.masks},
            frozenset(stored.names),
            numbers,
        )
    except (OSError, ValueError, zlib.error):
        # a file that is missing, damaged, or of another form
        return None


def searched_for(folder: Path, numbers_digest: str) -> Numbers | None:
    """What the audit with this ledger has searched for; None where that is missing or damaged."""
    try:
        content = (folder / f"{numbers_digest}.numbers").read_bytes()
    except OSError:
        return None
    numbers = Numbers(content, hashlib.sha256(content).hexdigest())
    return numbers if numbers.digest == numbers_digest and len(content) % 8 == 0 else None


def _texts(letters: bytes, lengths: list[tuple[int, int, bool]]) -> Iterator[SearchedText]:
    position = 0
    for length, shortest, only_names in lengths:
        yield SearchedText(letters[position : position + length], shortest, only_names)
        position += length
    if position != len(letters):
        raise ValueError("the texts have other lengths")


def _numbers(content: bytes) -> array[int]:
    numbers = array("q")
    numbers.frombytes(content)
    return numbers


def _digest_of(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _linked(file: Path, to: Path) -> bool:
    try:
        os.link(file, to)
    except OSError:
        return False
    return True


def listing(site: Path) -> bytes:
    """The digest of a folder: of the names of all files and folders in it, and of what they contain."""
    digest = hashlib.sha256()
    for path in sorted(site.rglob("*")):
        kind = b"file" if path.is_file() and not path.is_symlink() else b"folder" if path.is_dir() else b"other"
        content = hashlib.sha256(path.read_bytes()).digest() if kind == b"file" else b""
        name = path.relative_to(site).as_posix().encode("utf-8", "surrogateescape")
        digest.update(b"%d %b %b %b" % (len(name), name, b"link" if path.is_symlink() else kind, content))
    return digest.digest()


@cache
def audit_version() -> bytes:
    """The version of the audit: a digest of all files of this program, and of what it decodes and searches with.

    The files of the whole program count, because its texts on pages give nobody away.
    """
    digest = hashlib.sha256()
    package = Path(str(resources.files("mkdocs_pir")))
    for folder in (package, schema_folder(), package.parents[1] / "theme_overrides"):
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.is_file() and file.suffix != ".pyc":
                digest.update(
                    f"{file.relative_to(folder).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode()
                )
    for what in (platform.python_implementation(), platform.python_version(), unicodedata.unidata_version):
        digest.update(f"{what}\n".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    return digest.digest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
