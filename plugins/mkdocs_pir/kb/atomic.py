"""Writing files atomically: a reader finds either the old content or all of the new one, even if writing fails."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write(file: Path, content: bytes) -> None:
    """Write a file atomically. Raises OSError if that fails; then the file is unchanged."""
    with replacing(file) as stream:
        stream.write(content)


@contextmanager
def replacing(file: Path) -> Iterator[BinaryIO]:
    """A stream whose content replaces that of `file` when the block ends, and is discarded if the block fails.

    An existing file keeps its permissions, and a link to it stays a link. A device or a pipe is written directly.
    """
    if file.exists() and not file.is_file() and not file.is_dir():
        with file.open("wb") as stream:
            yield stream
        return
    file = file.resolve()
    temporary = file.with_name(f".pir-{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as stream:
            yield stream
            stream.flush()
            if file.exists():
                # what is there is given up only when the new content is on the disk
                os.fsync(stream.fileno())
                temporary.chmod(file.stat().st_mode & 0o7777)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
