"""Reading files of a knowledge base, but never through a symbolic link.

A link could lead out of the folder, to other files of the machine that publishes. A pipe or a device could block the
reader for ever.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path, PurePosixPath

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


def read(folder: Path, path: str, limit: int = -1) -> bytes:
    """The content of a file below a folder, at most `limit` bytes. Raises OSError, also for a symbolic link."""
    at = str(folder)
    parts = PurePosixPath(path).parts
    for count, part in enumerate(parts, start=1):
        # not as a Path: this is done for every folder of every file
        at = os.path.join(at, part)  # noqa: PTH118
        if os.path.islink(at):  # noqa: PTH114
            what = "it is a symbolic link" if count == len(parts) else f"its folder {part} is a symbolic link"
            raise OSError(errno.ELOOP, what, at)
    descriptor = os.open(at, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is not a file", str(at))
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(limit)
    finally:
        os.close(descriptor)


def read_named(file: Path, limit: int = -1) -> bytes:
    """The content of a file that the configuration names, in any folder. Raises OSError, also for a symbolic link."""
    return read(file.parent, file.name, limit)
