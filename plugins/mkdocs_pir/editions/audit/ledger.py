"""The ledger of an audit that found nothing: what it searched, and what for, so that the next one need not do it again.

It is kept with the published generation, whose manifest has its digest, and nothing else that is kept is read by the
audit. A ledger of another edition or version, or one that cannot be read, is none: then everything is searched.
"""

from __future__ import annotations

import hashlib
import os
import platform
import unicodedata
from array import array
from functools import cache
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from mkdocs_pir.editions.audit.audited_texts import AuditedTexts
from mkdocs_pir.editions.audit.names import NotLookedFor
from mkdocs_pir.editions.audit.ordinary_words import OrdinaryUse
from mkdocs_pir.editions.audit.raw_knowledge import schema_folder
from mkdocs_pir.editions.audit.word_numbers import numbers_in

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


class _Content(msgspec.Struct, frozen=True):
    """A ledger as it is stored."""

    version: bytes
    edition: str
    listings: list[bytes]
    states: list[bytes]
    inputs: bytes
    sources: list[tuple[str, bytes]]
    not_looked_for: list[NotLookedFor]
    ordinary_words: list[OrdinaryUse]
    whole: int
    texts: str
    searched_for: str


class Ledger(msgspec.Struct, frozen=True):
    """What was searched for one client and found to be clean.

    `listings` are the digests of whole folders with all their files, and `states` those by which some of them are known
    without reading them (see folder_contents.py). `texts` are those that were decoded from the files; there were
    `whole` bytes of them at the last whole audit. The fingerprints in `searched_for` were searched for in them.

    `inputs` is a digest of what the rules were made from (see rule_inputs.py), and `sources` are files of the knowledge
    base that were read for the phrases in `ordinary_words`, with their digests. While they are the same, so are the rules
    for every fingerprint in `searched_for`, `not_looked_for` and `ordinary_words`.
    """

    edition: str
    listings: tuple[bytes, ...]
    states: tuple[bytes, ...]
    inputs: bytes
    sources: tuple[tuple[str, bytes], ...]
    not_looked_for: tuple[NotLookedFor, ...]
    ordinary_words: tuple[OrdinaryUse, ...]
    whole: int
    texts: AuditedTexts
    searched_for: Numbers

    def encoded(self) -> bytes:
        """The ledger as it is stored, without its texts and the numbers of what was searched for."""
        content = _Content(
            audit_version(),
            self.edition,
            list(self.listings),
            list(self.states),
            self.inputs,
            list(self.sources),
            list(self.not_looked_for),
            list(self.ordinary_words),
            self.whole,
            self.texts.digest,
            self.searched_for.digest,
        )
        return msgspec.msgpack.encode(content)

    def store(self, folder: Path, work: Path) -> dict[str, str]:
        """Write the ledger into a folder. Returns the fields of the manifest by which it is found again.

        What was searched for is the same for many editions, and the texts are mostly those of the last audit: they are
        linked from another ledger below `work` that has them.
        """
        folder.mkdir()
        content = self.encoded()
        digest = hashlib.sha256(content).hexdigest()
        (folder / f"{digest}.ledger").write_bytes(content)
        _put(folder, work, f"{self.searched_for.digest}.numbers", self.searched_for.content)
        _put(folder, work, f"{self.texts.digest}.texts", self.texts.content)
        return {"ledger": digest, "searched_for": self.searched_for.digest, "audited_texts": self.texts.digest}


class Numbers(msgspec.Struct, frozen=True):
    """The numbers of all fingerprints that were searched for, as bytes, and their SHA-256."""

    content: bytes
    digest: str

    @classmethod
    def of(cls, numbers: array[int]) -> Numbers:
        content = numbers.tobytes()
        return cls(content, hashlib.sha256(content).hexdigest())

    def as_set(self) -> set[int]:
        return set(numbers_in(self.content))


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
        texts = AuditedTexts((folder / f"{stored.texts}.texts").read_bytes())
    except (OSError, ValueError):
        # a file that is missing, damaged, or of another form
        return None
    if texts.digest != stored.texts:
        return None
    return Ledger(
        edition,
        tuple(stored.listings),
        tuple(stored.states),
        stored.inputs,
        tuple(stored.sources),
        tuple(stored.not_looked_for),
        tuple(stored.ordinary_words),
        stored.whole,
        texts,
        numbers,
    )


def searched_for(folder: Path, numbers_digest: str) -> Numbers | None:
    """What the audit with this ledger has searched for; None where that is missing or damaged."""
    file = folder / f"{numbers_digest}.numbers"
    numbers = _read_numbers(file, _state(file))
    return numbers if numbers is not None and numbers.digest == numbers_digest else None


State = tuple[int, ...]
"""What tells a file from others in one process, whose links come and go: nothing where it is missing."""


def _state(file: Path) -> State:
    try:
        status = file.stat()
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev


_latest_numbers: dict[State, Numbers] = {}


def _read_numbers(file: Path, state: State) -> Numbers | None:
    """The numbers in a file; those of the last one that was read where it is another link of it."""
    if state not in _latest_numbers:
        try:
            content = file.read_bytes()
        except OSError:
            return None
        if len(content) % 8:
            return None
        _latest_numbers.clear()
        _latest_numbers[state] = Numbers(content, hashlib.sha256(content).hexdigest())
    return _latest_numbers[state]


def _put(folder: Path, work: Path, name: str, content: bytes) -> None:
    """Write a file that is named by its digest, or link it from another ledger that has it."""
    for same in work.glob(f"{folder.name}-*/{name}"):
        try:
            if same.read_bytes() == content:
                os.link(same, folder / name)
                return
        except OSError:
            # it is damaged, or this file system has no links
            pass
        break
    (folder / name).write_bytes(content)


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
