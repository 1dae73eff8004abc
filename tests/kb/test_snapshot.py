"""A snapshot tells the content of files without reading those that did not change, whatever clocks and folders do."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.changed_records import CONFIG, edit
from helpers.knowledge_base import write_base

from mkdocs_pir.kb import (
    attachments,
    file_digests,
    folder_walk,
    frontmatter,
    reading,
    record_files,
    settings,
    snapshot,
)
from mkdocs_pir.kb.snapshot import Snapshot
from mkdocs_pir.store.result_store import FILE, ResultStore

LESSON = "lessons/LL-0001.md"
SECOND = 1_000_000_000


class Clock:
    """The clock of this process; that of the files goes on by itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0
        true_time: Callable[[], int] = time.time_ns
        monkeypatch.setattr(time, "time_ns", lambda: true_time() + self.ahead * SECOND)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def look(folder: Path) -> Snapshot:
    ours = settings.read(settings.find_config(folder))
    return snapshot.take(ours, ResultStore(ours.cache))


def look_anew(folder: Path) -> Snapshot:
    return snapshot.take(settings.read(settings.find_config(folder)))


def files_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read for a snapshot, which is compared with one for which all are read."""
    paths: list[str] = []
    true_read = reading.read
    with monkeypatch.context() as patch:
        patch.setattr(reading, "read", lambda f, path, *more: paths.append(path) or true_read(f, path, *more))
        seen = look(folder)
    assert seen == look_anew(folder)
    return [path for path in paths if path in seen.digests]


def test_only_a_file_that_changed_is_read(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = write_base(tmp_path) / "kb" / LESSON
    assert LESSON in files_read(tmp_path, monkeypatch)
    clock.ahead = 10
    assert LESSON in files_read(tmp_path, monkeypatch)  # it had just been written when it was recorded
    assert files_read(tmp_path, monkeypatch) == []
    before = look(tmp_path)
    stat = lesson.stat()
    lesson.write_bytes(lesson.read_bytes().replace(b"Probe", b"Prube"))
    os.utime(lesson, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (lesson.stat().st_size, lesson.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert files_read(tmp_path, monkeypatch) == [LESSON]
    assert look(tmp_path).content != before.content


def test_a_second_change_within_one_tick_of_the_clock_is_seen(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = write_base(tmp_path) / "kb" / LESSON
    frozen = folder_walk.Stamps(1, time.time_ns(), time.time_ns(), 1, 1)
    monkeypatch.setattr(folder_walk, "stamps", lambda stat: frozen)
    clock.ahead = 2
    before = look(tmp_path)
    lesson.write_bytes(lesson.read_bytes().replace(b"Probe", b"Prube"))
    clock.ahead = 60
    assert look(tmp_path).content != before.content


def test_nothing_is_trusted_after_the_clock_was_set_back(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_base(tmp_path)
    clock.ahead = 500
    look(tmp_path)
    assert files_read(tmp_path, monkeypatch) == []
    clock.ahead = 400
    assert LESSON in files_read(tmp_path, monkeypatch)
    clock.ahead = -400  # the files are from the future
    assert LESSON in files_read(tmp_path, monkeypatch)
    assert LESSON in files_read(tmp_path, monkeypatch)


def test_a_copied_or_exchanged_folder_is_read(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path / "one")
    clock.ahead = 10
    before = look(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    clock.ahead = 20
    assert LESSON in files_read(tmp_path / "two", monkeypatch)
    lesson = tmp_path / "two/kb" / LESSON
    lesson.write_bytes(lesson.read_bytes().replace(b"Probe", b"Prube"))
    (tmp_path / "one/kb").rename(tmp_path / "old")
    (tmp_path / "two/kb").rename(tmp_path / "one/kb")
    assert LESSON in files_read(tmp_path / "one", monkeypatch)
    assert look(tmp_path / "one").content != before.content


@pytest.mark.parametrize("damage", ["delete", "cut", "overwrite", "read-only"])
def test_a_store_that_fails_costs_time_only(
    tmp_path: Path, damage: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_base(tmp_path)
    clock.ahead = 10
    look(tmp_path)
    file = tmp_path / ".cache/pir" / FILE
    if damage == "delete":
        shutil.rmtree(file.parent)
    elif damage == "read-only":
        file.chmod(0o400)
    else:
        file.write_bytes(file.read_bytes()[:3000] if damage == "cut" else os.urandom(9000))
    files_read(tmp_path, monkeypatch)
    files_read(tmp_path, monkeypatch)


def test_what_is_no_file_counts_too(tmp_path: Path) -> None:
    write_base(tmp_path)
    contents = [look(tmp_path).content]
    (tmp_path / "kb/registers/actions.csv").mkdir()
    contents.append(look(tmp_path).content)
    (tmp_path / "kb/registers/actions.csv").rmdir()
    if os.name != "nt":
        (tmp_path / "kb/lessons/LL-0002.md").symlink_to(tmp_path / "kb" / LESSON)
        contents.append(look(tmp_path).content)
    assert len({*contents}) == len(contents)


def test_files_that_options_name_count_and_hidden_ones_do_not(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG + "      synonyms: same.yml\n"})
    before = look(tmp_path)
    (tmp_path / "kb/.draft.md").write_text("x", "utf-8")
    assert look(tmp_path).content == before.content
    (tmp_path / "same.yml").write_text("mail: [letters]\n", "utf-8")
    assert look(tmp_path).content != before.content


def test_all_counts_that_anything_reads_of_a_file() -> None:
    assert max(frontmatter.MAX_BYTES, record_files.MAX_REGISTER, attachments.MAX_BYTES) < file_digests.READ


@pytest.mark.parametrize("seed", range(8))
def test_after_any_edits_it_is_what_reading_all_files_gives(tmp_path: Path, seed: int, clock: Clock) -> None:
    compare_over_edits(tmp_path, seed, clock, 12)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 400))
def test_over_many_sequences_of_edits(tmp_path: Path, seed: int, clock: Clock) -> None:
    compare_over_edits(tmp_path, seed, clock, 30)


def compare_over_edits(folder: Path, seed: int, clock: Clock, edits: int) -> None:
    dice = random.Random(seed)
    write_base(folder)
    for _ in range(edits):
        clock.ahead = dice.choice([0, 0, 1, 3, 60, 60, 61, -60])
        look(folder)
        edit(dice, folder)
        assert look(folder) == look_anew(folder)


def test_files_are_always_read_where_nothing_says_when_they_changed(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_base(tmp_path)
    monkeypatch.setattr(file_digests, "STAMPS_TELL", False)
    clock.ahead = 10
    look(tmp_path)
    assert LESSON in files_read(tmp_path, monkeypatch)
