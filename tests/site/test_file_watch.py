"""A change is noticed once: when the system tells of it, or when a look shows it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers.polling import PollingObserver

from mkdocs_pir.site import file_watch
from mkdocs_pir.site.file_watch import FileWatch

Watched = tuple[Path, list[str], Callable[[], None]]


def _watching(folder: Path, interval: float) -> Iterator[Watched]:
    names: list[str] = []
    noticed = threading.Event()

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: FileSystemEvent) -> None:
            if not event.is_directory:
                names.append(Path(str(event.src_path)).name)
                noticed.set()

    def wait() -> None:
        assert noticed.wait(60)
        noticed.clear()

    (folder / "there.md").write_text("as it was", "utf-8")
    watch = FileWatch(interval=interval)
    watch.schedule(Handler(), str(folder), recursive=True)
    watch.start()
    # the first look is that with which later ones are compared
    while not all(emitter.is_alive() for emitter in watch.emitters):
        time.sleep(0.01)
    time.sleep(0.3)
    yield folder, names, wait
    watch.stop()
    watch.join()


@pytest.fixture
def by_system(tmp_path: Path) -> Iterator[Watched]:
    """A folder of which the system tells; nothing is looked at within the test."""
    if file_watch._system_observer() is None:
        pytest.skip("the system does not tell of changes")
    yield from _watching(tmp_path, 3600)


@pytest.fixture
def by_looking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A folder of which no system tells."""
    monkeypatch.setattr(file_watch, "Observer", PollingObserver)
    yield from _watching(tmp_path, 0.05)


@pytest.mark.parametrize("way", ["by_system", "by_looking"])
def test_files_that_are_changed_added_moved_and_deleted_are_noticed(way: str, request: pytest.FixtureRequest) -> None:
    folder, names, wait = request.getfixturevalue(way)
    (folder / "there.md").write_text("another text", "utf-8")
    wait()
    assert "there.md" in names
    (folder / "new.md").write_text("new", "utf-8")
    wait()
    (folder / "new.md").rename(folder / "moved.md")
    wait()
    (folder / "there.md").unlink()
    wait()
    assert {"there.md", "new.md"} <= set(names)


def test_a_file_that_is_read_is_not_changed(by_system: Watched) -> None:
    folder, names, wait = by_system
    (folder / "there.md").read_text("utf-8")
    (folder / "other.md").write_text("new", "utf-8")
    wait()
    assert "there.md" not in names


def test_what_the_system_told_is_not_noticed_again_by_looking(tmp_path: Path) -> None:
    file = tmp_path / "file.md"
    file.write_text("new", "utf-8")
    watch = FileWatch(interval=3600)
    events: list[FileSystemEvent] = []
    event = FileSystemEvent(str(file))
    event.event_type = "modified"
    watch._tells(events.append, event)
    watch._seen(events.append, event)
    assert len(events) == 1
    # changed once more, of which nobody tells
    file.write_text("newer still", "utf-8")
    watch._seen(events.append, event)
    assert len(events) == 2


def test_looking_takes_a_small_share_of_the_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    waits: list[float] = []
    monkeypatch.setattr(file_watch.PollingEmitter, "queue_events", lambda self, timeout: waits.append(timeout))
    watch = FileWatch(interval=0.5)
    watch.schedule(FileSystemEventHandler(), str(tmp_path))
    emitter: Any = next(iter(watch.emitters))
    emitter.queue_events(0.5)
    emitter._seconds = 0.3
    emitter.queue_events(0.5)
    assert waits == [0.5, pytest.approx(3.0)]
