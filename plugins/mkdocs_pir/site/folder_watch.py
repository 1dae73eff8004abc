"""Notices when the folder of the records is removed or comes back, of which a watch of its files may not tell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

INTERVAL = 0.2
"""Seconds between two looks."""


class FolderWatch:
    """Holds a folder against what the last build saw of it, and asks for another build where that is no longer so.

    What an earlier look saw does not count: a folder that is moved away and back between two looks may be missing in the
    build between them.

    Args:
        folder: The folder.
        request_build: Asks for a build.
        watch_again: Watches the files of the folder anew, and asks for a build.
        has_ended: Whether the watch of the files has ended, as it does when the folder is gone.

    The last three are called in a thread of their own.
    """

    def __init__(
        self,
        folder: Path,
        request_build: Callable[[], None],
        watch_again: Callable[[], None],
        has_ended: Callable[[], bool],
    ) -> None:
        self._folder = folder
        self._request_build = request_build
        self._watch_again = watch_again
        self._has_ended = has_ended
        self._is_in_build = True
        self._is_requested = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="pir-folder-watch")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    @contextmanager
    def building(self) -> Iterator[None]:
        """A build, which sees the folder as it is now; if the folder does not stay so, another one is needed."""
        before = self._state()
        try:
            yield
        finally:
            after = self._state()
            self._is_in_build, self._is_requested = after is not None, False
            if before != after:
                self._request_build()

    def look(self) -> None:
        """Compare the folder with the last build."""
        there = self._folder.is_dir()
        if there and (self._has_ended() or not (self._is_in_build or self._is_requested)):
            self._is_requested = True
            self._watch_again()
        elif not there and self._is_in_build and not self._is_requested:
            self._is_requested = True
            self._request_build()

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL):
            self.look()

    def _state(self) -> tuple[int, int, int] | None:
        """What tells a folder from one that was moved, or made anew; None where there is none."""
        try:
            stat = self._folder.stat()
        except OSError:
            return None
        return stat.st_dev, stat.st_ino, stat.st_ctime_ns
