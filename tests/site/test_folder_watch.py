"""A folder that is removed or comes back is noticed, however fast."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mkdocs_pir.site.folder_watch import FolderWatch


class Watched:
    """A folder `kb` with what its watch asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "kb"
        self.away = folder / "away"
        self.folder.mkdir()
        self.asked: list[str] = []
        self.has_ended = False
        self.watch = FolderWatch(self.folder, lambda: self.asked.append("build"), self._again, lambda: self.has_ended)

    def _again(self) -> None:
        self.asked.append("watch")
        self.has_ended = False

    def build(self) -> None:
        with self.watch.building():
            pass

    def look(self) -> list[str]:
        """What looking twice asks for, after which nobody is asked again."""
        self.asked.clear()
        self.watch.look()
        self.watch.look()
        return list(self.asked)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_folder_that_goes_and_comes_back_is_built_again_each_time(watched: Watched) -> None:
    watched.build()
    assert watched.look() == []
    watched.folder.rename(watched.away)
    assert watched.look() == ["build"]
    watched.build()
    assert watched.look() == []
    watched.away.rename(watched.folder)
    assert watched.look() == ["watch"]
    watched.build()
    assert watched.look() == []


def test_a_folder_that_only_a_build_saw_missing_is_built_again(watched: Watched) -> None:
    watched.folder.rename(watched.away)
    watched.build()
    watched.away.rename(watched.folder)
    assert watched.look() == ["watch"]


def test_a_folder_that_goes_and_comes_back_during_a_build_is_built_again(watched: Watched) -> None:
    # the clock of a file system goes by some milliseconds
    time.sleep(0.05)
    with watched.watch.building():
        watched.folder.rename(watched.away)
        watched.away.rename(watched.folder)
    assert watched.asked == ["build"]


def test_files_are_watched_again_where_their_watch_ended(watched: Watched) -> None:
    watched.has_ended = True
    assert watched.look() == ["watch"]
