"""The digests of the content of files, known from their stamps where these can be trusted, as Git's index does it.

A file is read again unless size, times, inode and device are those with which its digest was recorded. A change in the
same tick of the clock would leave the same stamps, so a file that had changed shortly before it was recorded is read
too. So is every file once the clock was set back, as stamps could then come a second time, and every file on Windows,
which does not say when a file was changed in any way.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from mkdocs_pir.kb import reading
from mkdocs_pir.kb.folder_walk import Stamps
from mkdocs_pir.store.result_store import ResultStore, key

TICK = 2_500_000_000
"""Nanoseconds; the coarsest clock of a file system in use goes by two seconds."""

STAMPS_TELL = sys.platform != "win32"
"""Whether stamps tell of each change: on Windows a file has no time of its last change of any sort."""

_SIZE = 20

READ = 64 << 20
"""Bytes of a file that count, besides its size: no register, record or attachment may be larger."""


class _Recorded(Struct, frozen=True, array_like=True):
    """The stamps and digests of files, and the moment before these files were looked at."""

    at: int
    files: dict[str, tuple[Stamps, bytes]]


_DECODER = msgspec.msgpack.Decoder(_Recorded)


def digests(folder: Path, files: Mapping[str, Stamps], at: int, store: ResultStore) -> dict[str, bytes]:
    """The digest of each file below a folder, by its path; files whose stamps do not tell it are read.

    `at` is a moment before the stamps were taken, in nanoseconds as `time.time_ns` has it.
    """
    by_stamps = DigestsByStamps(folder, files, at, store)
    known = by_stamps.known
    each = {path: known[path] if path in known else _digest(folder, path, stamps) for path, stamps in files.items()}
    by_stamps.record(each)
    return each


class DigestsByStamps:
    """The digests that the stamps of files tell. `known` has them by path; the arguments are those of `digests`."""

    def __init__(self, folder: Path, files: Mapping[str, Stamps], at: int, store: ResultStore) -> None:
        self._name = key("stamps", str(folder))
        self._files = files
        self._at = at
        self._store = store
        self._recorded = _recorded(store.get([self._name]).get(self._name), at)
        both = ((path, stamps, self._recorded.get(path)) for path, stamps in files.items())
        self.known = {path: entry[1] for path, stamps, entry in both if entry is not None and entry[0] == stamps}

    def record(self, digests: Mapping[str, bytes]) -> None:
        """Record the digests of these files, which were read after their stamps were taken, and forget all others."""
        if not STAMPS_TELL:
            return
        settled = {
            path: (stamps, digest)
            for path, digest in digests.items()
            if max((stamps := self._files[path]).modified, stamps.changed) < self._at - TICK and len(digest) == _SIZE
        }
        if settled != self._recorded:
            self._store.put({self._name: msgspec.msgpack.encode(_Recorded(self._at, settled))})


def _recorded(content: bytes | None, at: int) -> Mapping[str, tuple[Stamps, bytes]]:
    try:
        recorded = _DECODER.decode(content or b"")
    except msgspec.MsgspecError:
        return {}
    return recorded.files if recorded.at <= at <= time.time_ns() else {}


def _digest(folder: Path, path: str, stamps: Stamps) -> bytes:
    """The digest of a file; of one that cannot be read, what the system says."""
    try:
        content = reading.read(folder, path, READ)
    except OSError as error:
        return f"error {error.errno}".encode()
    return digest_of(content, str(stamps.size) if len(content) == READ else "")


def digest_of(content: bytes, size: str = "") -> bytes:
    """The digest of a file with this content; `size` is that of a file of which this is only the beginning."""
    return hashlib.blake2b(content, digest_size=_SIZE, salt=size.encode()[:16]).digest()
