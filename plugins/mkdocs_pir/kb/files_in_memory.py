"""What files gave when they were read before, for a process that reads a knowledge base again and again."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from pathlib import Path
from typing import Generic, TypeVar

from mkdocs_pir.kb.folder_walk import Stamps, stamps

Read = TypeVar("Read")

Signature = tuple[int, int, int]
"""When a file was last changed, its size and its number on the disk."""

SETTLED = 2.0
"""Seconds after which a file that is changed again surely has another time: some disks count in steps of two seconds."""


class FilesInMemory(Generic[Read]):
    """What each file gave, by its path. A file is read again once its time, size or number is another one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Signature, Read]] = {}

    def get(self, path: str, signature: Signature | None) -> Read | None:
        """What the file with this signature gave, if it was read before."""
        known = self._known.get(path)
        return known[1] if known is not None and known[0] == signature else None

    def keep(self, path: str, signature: Signature | None, result: Read) -> None:
        """Keep what a file gave. `signature` is that before it was read, so that a change meanwhile is noticed."""
        # what was changed just now may change again without another signature
        if signature is not None and time.time() - signature[0] / 1e9 > SETTLED:
            self._known[path] = signature, result
        else:
            self._known.pop(path, None)

    def keep_only(self, paths: Collection[str]) -> None:
        """Forget files that are gone: all but these."""
        for path in self._known.keys() - set(paths):
            del self._known[path]


def signature_of(folder: Path, path: str) -> Signature | None:
    """The signature of a file below a folder, or None if there is no such file."""
    try:
        # not as a Path: there may be a hundred thousand of them
        stat = os.lstat(os.path.join(folder, path))  # noqa: PTH118
    except OSError:
        return None
    return signature(stamps(stat))


def signature(stamps: Stamps) -> Signature:
    """The signature of a file with these stamps."""
    return stamps.modified, stamps.size, stamps.inode
