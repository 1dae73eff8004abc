"""What a folder contains, by which an audit knows it again: its bytes, or what tells that no file in it was changed."""

from __future__ import annotations

import hashlib
import os
import stat
from functools import cached_property
from pathlib import Path


class Folder:
    """A folder that is audited.

    `states` is a digest that is another one when a file was changed, made without reading any: of the paths, types, sizes,
    inodes and times of all files, among them the time of the last change of the inode, which no program can set. `files`
    is their number.
    """

    def __init__(self, site: Path) -> None:
        self._site = site
        self.files = 0
        lines: list[bytes] = []
        folders = [os.fsencode(site)]
        cut = len(folders[0])
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    status = os.lstat(entry.path)
                    what: tuple[int, ...] = (stat.S_IFMT(status.st_mode),)
                    if stat.S_ISDIR(status.st_mode):
                        # a folder changes only with its files
                        folders.append(entry.path)
                    else:
                        self.files += entry.is_file()
                        what += (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
                    lines.append(repr((entry.path[cut:], what)).encode())
        self.states = hashlib.sha256(b"\n".join(sorted(lines))).digest()

    @cached_property
    def listing(self) -> bytes:
        """The digest of the names of all files and folders, and of what they contain."""
        digest = hashlib.sha256()
        for path in sorted(self._site.rglob("*")):
            kind = b"file" if path.is_file() and not path.is_symlink() else b"folder" if path.is_dir() else b"other"
            content = hashlib.sha256(path.read_bytes()).digest() if kind == b"file" else b""
            name = path.relative_to(self._site).as_posix().encode("utf-8", "surrogateescape")
            digest.update(b"%d %b %b %b" % (len(name), name, b"link" if path.is_symlink() else kind, content))
        return digest.digest()
