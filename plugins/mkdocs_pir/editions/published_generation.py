"""The published generation of an edition, from which the next one takes over the files that did not change.

A file that is taken over is a hard link: it keeps its inode and its time, so programs that copy a site, such as rsync,
pass it by. A file is only taken over if it still is what the manifest lists. That is known without reading it while its
size, times and inode are those that were recorded after it was published; otherwise it is read. The time of the last
change of the inode is among them, which no program can set: a file that was edited is found out even if it has its size
and its time of modification again. (Windows has no such time; there, size, time of modification and inode must do.)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from mkdocs_pir.editions import generations
from mkdocs_pir.editions.generations import ManifestFile
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import atomic
from mkdocs_pir.store import stages

_READ = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


class FileState(Struct, frozen=True, array_like=True):
    """The SHA-256 of a file, and what tells that it was not changed since: size, times in nanoseconds, and inode."""

    sha256: str
    size: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result, sha256: str) -> FileState:
        return cls(sha256, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)

    def same_content(self, other: FileState) -> bool:
        """Whether only the time of the inode differs, which links and permissions change as well."""
        return msgspec.structs.replace(self, changed=other.changed) == other


class PublishedGeneration:
    """The files of a published generation.

    Args:
        site: Its folder.
        files: Its files as in its manifest.
        states: The recorded states of files by their paths, of this or another generation.
    """

    def __init__(self, site: Path, files: Mapping[str, ManifestFile], states: Mapping[str, FileState]) -> None:
        self._site = str(site)
        self._files = files
        self._states = states
        self._intact: dict[str, FileState | None] = {}
        self._folders: set[str] = set()
        self.linked: dict[str, FileState] = {}
        """The files of the next generation that were taken over."""

    @classmethod
    def read(cls, out: Path, edition: Edition) -> PublishedGeneration:
        """The generation of an edition that is published in the folder of all editions, without files if there is none."""
        manifest = generations.manifest(out, edition)
        files = manifest["files"] if manifest is not None else {}
        return cls(out / edition.folder, files, read_states(out / generations.WORK, edition))

    def forget_taken_over(self) -> None:
        """Begin anew, with another folder or an empty one, to take over files."""
        self.linked.clear()
        self._folders.clear()

    def intact(self, path: str) -> FileState | None:
        """The state of a file that is what the manifest lists, or None where it is missing or was changed."""
        if path not in self._intact:
            self._intact[path] = self._state(path)
        return self._intact[path]

    def _state(self, path: str) -> FileState | None:
        if (listed := self._files.get(path)) is None:
            return None
        name = f"{self._site}/{path}"
        try:
            status = os.lstat(name)
            if not stat.S_ISREG(status.st_mode) or status.st_size != listed["bytes"]:
                return None
            state = FileState.of(status, listed["sha256"])
            if state == self._states.get(path):
                return state
            return state if _hashed(name) == state else None
        except OSError:
            return None

    def has(self, path: str, sha256: str) -> bool:
        """Whether the file of this path is there and has this SHA-256."""
        listed = self._files.get(path)
        return listed is not None and listed["sha256"] == sha256 and self.intact(path) is not None

    def link(self, path: str, sha256: str, to: Path) -> bool:
        """Put the file of this path into another place if it has this SHA-256; False if it does not.

        Nothing may write into the file afterwards: it is the published one. Where the file system has no hard links, it
        is copied with its time. Raises OSError if neither is possible.
        """
        if not self.has(path, sha256) or (state := self.intact(path)) is None:
            return False
        name = str(to)
        if (folder := os.path.split(name)[0]) not in self._folders:
            to.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        link_or_copy(f"{self._site}/{path}", name)
        now = FileState.of(os.lstat(name), sha256)
        if not msgspec.structs.replace(state, inode=now.inode).same_content(now):
            # it was changed in this moment
            to.unlink()
            return False
        self.linked[path] = now
        return True

    @stages.WRITING
    def take_over(self, site: Path) -> dict[str, FileState]:
        """Replace each file of a new site that has the published content by a link. Returns the states of all files.

        A file is read once, to hash it; one that was linked before is not read.
        """
        states: dict[str, FileState] = {}
        spare = site.with_name("link")
        for path, entry in sorted(walk(site)):
            known = self.linked.get(path)
            status = entry.stat(follow_symlinks=False)
            if known is not None and known == FileState.of(status, known.sha256):
                states[path] = known
                continue
            states[path] = state = _hashed(entry.path)
            if self.link(path, state.sha256, spare):
                spare.replace(entry.path)
                # it is still there where both were the same file already
                spare.unlink(missing_ok=True)
                states[path] = FileState.of(os.lstat(entry.path), state.sha256)
        return states


def walk(folder: Path | str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Whatever is below a folder and no folder itself, with its path there."""
    folders = [("", str(folder))]
    while folders:
        above, at = folders.pop()
        with os.scandir(at) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{above}{entry.name}/", entry.path))
                else:
                    yield above + entry.name, entry


def link_or_copy(file: str, to: str) -> None:
    """Make a hard link to a file, or a copy of it with its time where the file system has no hard links."""
    try:
        os.link(file, to)
    except FileExistsError:
        # it could be a link to a published file, into which nothing may be copied
        raise
    except OSError:
        shutil.copyfile(file, to)
        times = os.lstat(file)
        os.utime(to, ns=(times.st_mtime_ns, times.st_mtime_ns))


def _hashed(file: str) -> FileState:
    """The state of a file that is read. Raises OSError, also where it changes meanwhile."""
    descriptor = os.open(file, _READ)
    try:
        before = os.fstat(descriptor)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        state = FileState.of(os.fstat(descriptor), digest)
        if state != FileState.of(before, digest):
            raise OSError(f"{file} was changed while it was read")
        return state
    finally:
        os.close(descriptor)


def read_states(work: Path, edition: Edition) -> dict[str, FileState]:
    """The recorded states of an edition's published files, if there are any."""
    try:
        return msgspec.json.decode(generations.states_file(work, edition).read_bytes(), type=dict[str, FileState])
    except (OSError, ValueError):
        return {}


@stages.WRITING
def record_states(out: Path, edition: Edition, states: Mapping[str, FileState]) -> None:
    """Record the states of files that were just published, whose content was hashed as `states` says.

    What is not recorded is read by the next build.
    """
    site = str(out / edition.folder)
    now: dict[str, FileState] = {}
    with suppress(OSError):
        for path, state in states.items():
            # publishing set permissions and removed links; nothing else of a file may differ
            current = FileState.of(os.lstat(f"{site}/{path}"), state.sha256)
            if state.same_content(current):
                now[path] = current
        atomic.write(generations.states_file(out / generations.WORK, edition), msgspec.json.encode(now))
