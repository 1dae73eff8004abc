"""Writing files atomically: a reader finds either the old content or all of the new one, even if writing fails."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def write(file: Path, content: bytes) -> None:
    """Write a file atomically. Raises OSError if that fails; then the file is unchanged."""
    with replacing(file) as stream:
        stream.write(content)


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Write several existing files, all or none. Raises OSError if one cannot be written; then none is changed.

    All of the new content is on the disk before the first file is replaced. If one can still not be replaced, those
    before it get their old content again. A file that is marked as read-only is not written.
    """
    staged: list[tuple[Path, Path]] = []
    replaced: list[tuple[Path, bytes]] = []
    try:
        for file, content in contents.items():
            target = file.resolve()
            if not target.stat().st_mode & _WRITABLE:
                raise PermissionError(errno.EACCES, "it is read-only", str(file))
            temporary = _beside(target)
            staged.append((temporary, target))
            with temporary.open("xb") as stream:
                stream.write(content)
                _complete(stream, temporary, target)
        for temporary, target in staged:
            old = target.read_bytes()
            temporary.replace(target)
            replaced.append((target, old))
    except OSError:
        for target, old in replaced:
            with suppress(OSError):
                write(target, old)
        raise
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


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
    temporary = _beside(file)
    try:
        with temporary.open("xb") as stream:
            yield stream
            _complete(stream, temporary, file)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _beside(file: Path) -> Path:
    return file.with_name(f".pir-{secrets.token_hex(8)}")


def _complete(stream: BinaryIO, temporary: Path, file: Path) -> None:
    """Finish the new content of a file: what is there is given up only when the new content is on the disk."""
    stream.flush()
    if file.exists():
        os.fsync(stream.fileno())
        temporary.chmod(file.stat().st_mode & 0o7777)
