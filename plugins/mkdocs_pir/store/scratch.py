"""Bytes that are seldom read, in a file without a name rather than in memory.

They are of this process and its copies alone, and gone when nothing refers to them.
"""

from __future__ import annotations

import os
import tempfile
import threading
from typing import IO

HELD = 8 << 20
"""Bytes that a scratch holds in memory before it begins a file."""

_LARGEST = 256 << 20
"""Bytes of one file: it lasts as long as one of its pieces is in use."""


class Piece:
    """Bytes that were put aside."""

    __slots__ = ("_content", "_file", "_start")

    def __init__(self, content: bytes | int, file: _File | None = None, start: int = 0) -> None:
        """The bytes, or how many of them stand in the file from `start`."""
        self._content = content
        self._file = file
        self._start = start

    def read(self) -> bytes:
        """The bytes. Raises OSError if the disk fails."""
        if isinstance(self._content, bytes):
            return self._content
        assert self._file is not None
        return self._file.read(self._start, self._content)


class Scratch:
    """A place for bytes. Where no file can be written, it holds all of them in memory."""

    def __init__(self, held: int = HELD) -> None:
        self._left = held
        self._file: _File | None = None
        self._lock = threading.Lock()

    def put(self, content: bytes) -> Piece:
        """Put bytes aside."""
        with self._lock:
            if len(content) <= self._left:
                self._left -= len(content)
                return Piece(content)
            try:
                if self._file is None or not self._file.takes_more():
                    self._file = _File()
                return Piece(len(content), self._file, self._file.write(content))
            except OSError:
                return Piece(content)


class _File:
    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="pir-", buffering=0)  # noqa: SIM115, closed with this object
        self._size = 0
        self._writer = os.getpid()
        self._lock = threading.Lock()

    def takes_more(self) -> bool:
        """Whether this process may write: a copy of the one that began the file would write over what that one writes."""
        return self._writer == os.getpid() and self._size < _LARGEST

    def write(self, content: bytes) -> int:
        """Add bytes; returns where they begin. Raises OSError if not all of them could be written."""
        with self._lock:
            self._file.seek(self._size)
            if self._file.write(content) != len(content):
                raise OSError("the disk is full")
            start, self._size = self._size, self._size + len(content)
            return start

    def read(self, start: int, size: int) -> bytes:
        """So many bytes from `start`. Raises OSError."""
        if hasattr(os, "pread"):
            # copies of this process share the place where the file is read
            content = os.pread(self._file.fileno(), size, start)
        else:
            with self._lock:
                self._file.seek(start)
                content = self._file.read(size)
        if len(content) != size:
            raise OSError("bytes that were put aside cannot be read")
        return content
