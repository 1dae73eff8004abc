"""A store of results on the disk: a result is found again by what it was made from, so it cannot be stale.

The key of a result is a digest of all that the result depends on. Nothing in the store is ever changed, and what is
missing, damaged or of another version is worked out again, so deleting the store costs time only. The audit never
reads it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

log = logging.getLogger(__name__)

FILE = "results.sqlite"
LIMIT = 4 << 30
"""Bytes of results that are kept; of more, those go first that have not been used for the longest time."""

PATIENCE = 5.0
"""Seconds to wait for another process that writes."""

_DAY = 86_400
_CHECK = 4
"""Bytes of the check sum that stands before each result."""

_DAMAGE = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file raises; the second where its damaged schema stands in the message."""

_BATCH = 500
"""Keys in one query; SQLite takes some thousands."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (key BLOB UNIQUE NOT NULL, value BLOB NOT NULL, used INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS results_used ON results (used);
"""


def key(*parts: str | bytes) -> bytes:
    """The key of what depends on these parts; no other parts, however cut, have the same."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    return digest.digest()


class ResultStore:
    """Results by key, in one SQLite file of a folder. Not for several threads at once; one after the other may use it.

    Several processes may use one folder at the same time. A store that cannot be opened, read or written is empty and
    keeps nothing: it never stops a command.
    """

    def __init__(self, folder: Path | None, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._connection: sqlite3.Connection | None = None
        self._owner = (0, 0)

    @property
    def is_open(self) -> bool:
        """Whether anything can be kept, as far as is known."""
        return self._folder is not None

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """The results of those keys that are kept."""
        results: dict[bytes, bytes] = {}
        wanted = list(keys)
        now = int(time.time())
        used_today: list[tuple[int, bytes]] = []
        with self._tried() as connection:
            if connection is None:
                return {}
            for start in range(0, len(wanted), _BATCH):
                some = wanted[start : start + _BATCH]
                marks = ",".join("?" * len(some))
                rows = connection.execute(f"SELECT key, value, used FROM results WHERE key IN ({marks})", some)
                for name, value, used in rows:
                    if not isinstance(value, bytes):
                        continue
                    result = value[_CHECK:]
                    if value[:_CHECK] != _sum(name, result):
                        continue
                    results[name] = result
                    if not isinstance(used, int) or abs(now - used) > _DAY:
                        used_today.append((now, name))
            if used_today:
                connection.executemany("UPDATE results SET used = ? WHERE key = ?", used_today)
                connection.commit()
        return results

    def put(self, results: Mapping[bytes, bytes]) -> None:
        """Keep results."""
        now = int(time.time())
        with self._tried() as connection:
            if connection is not None and results:
                rows = [(name, _sum(name, value) + value, now) for name, value in results.items()]
                connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
                connection.commit()

    def close(self) -> None:
        """Give the oldest results up where there are too many, and let go of the file."""
        with self._tried() as connection:
            if connection is not None and self._size(connection) > self._limit:
                self._give_up(connection)
        self._disconnect()

    @staticmethod
    def _size(connection: sqlite3.Connection) -> int:
        (pages,), (free,), (size,) = (
            connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)

    def _give_up(self, connection: sqlite3.Connection) -> None:
        """Delete what was used longest ago, down to three quarters of the limit."""
        left = int(connection.execute("SELECT total(length(value)) FROM results").fetchone()[0])
        enough = left * self._limit * 3 // 4 // self._size(connection)
        gone: list[tuple[bytes]] = []
        for name, size in connection.execute("SELECT key, length(value) FROM results ORDER BY used"):
            if left <= enough:
                break
            left -= size
            gone.append((name,))
        connection.executemany("DELETE FROM results WHERE key = ?", gone)
        connection.commit()

    @contextmanager
    def _tried(self) -> Iterator[sqlite3.Connection | None]:
        """A connection, or None where there is no store; what fails in it is as if it were not there."""
        try:
            connection = self._connect()
        except (OSError, *_DAMAGE) as error:
            self._failed(error)
            connection = None
        try:
            yield connection
        except _DAMAGE as error:
            self._failed(error)

    def _connect(self) -> sqlite3.Connection | None:
        if self._folder is None:
            return None
        # a connection does not outlive a fork, and is of one thread
        owner = (os.getpid(), threading.get_ident())
        if self._connection is None or self._owner != owner:
            prepare(self._folder)
            self._connection, self._owner = sqlite3.connect(self._folder / FILE, timeout=PATIENCE), owner
            (self._folder / FILE).chmod(0o600)
            # in a damaged file anything may stand as text
            self._connection.text_factory = bytes
            # what a power failure damages is found out by its check sum and worked out again
            self._connection.execute("PRAGMA synchronous=OFF")
            self._connection.executescript(_SCHEMA)
        return self._connection

    def _failed(self, error: Exception) -> None:
        """Go on without the store; a file that is damaged, or is no store, is begun anew by the next command."""
        folder = self._folder
        log.info("kept results cannot be used: %s", error)
        self._disconnect()
        self._folder = None
        # an operational error is a lock, a full disk or a missing permission: the file is sound
        if isinstance(error, _DAMAGE) and not isinstance(error, sqlite3.OperationalError) and folder:
            for name in (FILE, f"{FILE}-journal"):
                with suppress(OSError):
                    (folder / name).unlink()

    def _disconnect(self) -> None:
        if self._connection is not None and self._owner == (os.getpid(), threading.get_ident()):
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None


def prepare(folder: Path) -> None:
    """Make the folder, for this user alone, where Git and programs that keep copies pass it by. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True, mode=0o700)
        (folder / ".gitignore").write_text("*\n", "utf-8", newline="\n")
        tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Kept by mkdocs-pir; it may be deleted at any time.\n"
        (folder / "CACHEDIR.TAG").write_text(tag, "utf-8", newline="\n")


def _sum(name: bytes, value: bytes) -> bytes:
    # it finds what a disk or a power failure damaged; against somebody who may write the file no sum would help
    return zlib.crc32(value, zlib.crc32(name)).to_bytes(_CHECK, "little")
