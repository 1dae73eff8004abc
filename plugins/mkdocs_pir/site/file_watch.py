"""Notices changed files: at once where the system tells of them, and otherwise by looking at all of them now and then.

Looking is needed for network shares and some containers, of whose changes no system tells. Symbolic links are not
followed, since they may lead to themselves or to the whole disk.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, EventEmitter, ObservedWatch
from watchdog.observers.polling import PollingEmitter, PollingObserver

CHANGES = ("created", "modified", "moved", "deleted", "closed", "attrib")
"""Events of a file that was changed, or that a program closes after it wrote; not that somebody reads it."""

SHARE = 10
"""Looking at all files takes at most one part in so many of the time of a processor."""

State = tuple[int, int, int] | None


class FileWatch(BaseObserver):
    """An observer of watchdog with both ways. What the system told of is not told again when it is seen."""

    def __init__(self, *, interval: float) -> None:
        """`interval` is the least number of seconds between two looks."""
        super().__init__(partial(_Looking, stat=os.lstat, listdir=os.scandir), timeout=interval)  # type: ignore[arg-type]
        self._told: dict[str, State] = {}
        self._system = _system_observer()
        self._system_watches: dict[ObservedWatch, ObservedWatch] = {}

    def schedule(self, event_handler: FileSystemEventHandler, path: Any, **options: Any) -> ObservedWatch:
        seen = _Handler(partial(self._seen, event_handler.dispatch))
        watch = super().schedule(seen, path, **options)
        if self._system is not None:
            told = _Handler(partial(self._tells, event_handler.dispatch))
            with suppress(OSError):
                self._system_watches[watch] = self._system.schedule(told, path, **options)
        return watch

    def unschedule(self, watch: ObservedWatch) -> None:
        super().unschedule(watch)
        if self._system is not None and (told := self._system_watches.pop(watch, None)) is not None:
            with suppress(KeyError):
                self._system.unschedule(told)

    def has_ended(self, path: str) -> bool:
        """Whether looking at a path has ended, as it does when the path is gone."""
        with self._lock:
            ended = [
                emitter.ident is not None and not emitter.is_alive()
                for watch, emitter in self._emitter_for_watch.items()
                if watch.path == str(Path(path).absolute())
            ]
        return any(ended) and self.is_alive() and self.should_keep_running()

    def start(self) -> None:
        super().start()
        if self._system is not None:
            self._system.start()

    def stop(self) -> None:
        super().stop()
        if self._system is not None and self._system.is_alive():
            self._system.stop()

    def _tells(self, dispatch: Callable[[FileSystemEvent], None], event: FileSystemEvent) -> None:
        """The system tells of something."""
        if event.event_type in CHANGES and not event.is_directory:
            self._told |= {path: _state(path) for path in _paths(event)}
            dispatch(event)

    def _seen(self, dispatch: Callable[[FileSystemEvent], None], event: FileSystemEvent) -> None:
        """A look shows something that is different from the last look."""
        paths = _paths(event)
        if not all(path in self._told and self._told[path] == _state(path) for path in paths):
            dispatch(event)


class _Handler(FileSystemEventHandler):
    """Passes each event on."""

    def __init__(self, handle: Callable[[FileSystemEvent], None]) -> None:
        self._handle = handle

    def dispatch(self, event: FileSystemEvent) -> None:
        self._handle(event)


class _Looking(PollingEmitter):
    """Looks less often the longer it takes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._seconds = 0.0
        look = self._take_snapshot

        def timed() -> Any:
            start = time.thread_time()
            try:
                return look()
            finally:
                self._seconds = time.thread_time() - start

        self._take_snapshot = timed

    def queue_events(self, timeout: float) -> None:
        super().queue_events(max(timeout, SHARE * self._seconds))


def _system_observer() -> Any:
    """An observer by the means of the system; None where it has none."""
    observer: Any = Observer()
    if isinstance(observer, PollingObserver):
        return None
    emitter: type[EventEmitter] = observer._emitter_class

    class Quiet(emitter):  # type: ignore[valid-type, misc]
        """Ends where the system cannot tell, for want of memory perhaps."""

        def on_thread_start(self) -> None:
            try:
                super().on_thread_start()
            except OSError:
                self.stop()

    observer._emitter_class = Quiet
    return observer


def _paths(event: FileSystemEvent) -> list[str]:
    return [os.fsdecode(path) for path in (event.src_path, event.dest_path) if path]


def _state(path: str) -> State:
    try:
        stat = os.lstat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
