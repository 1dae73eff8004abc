"""Reading again takes over what did not change, and gives what reading everything gives."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from helpers.knowledge_base import FILES, REVIEW_FILE, write_base

from mkdocs_pir.kb import files_in_memory, loading, settings
from mkdocs_pir.kb.files_in_memory import FilesInMemory, signature_of
from mkdocs_pir.kb.settings import Settings

LESSON = "kb/lessons/LL-0001.md"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = write_base(tmp_path)
    _age(folder)
    return folder


def _age(folder: Path) -> None:
    """Let all files have been changed some time ago, each at another time than before."""
    for number, file in enumerate(sorted(folder.rglob("*.*"))):
        os.utime(file, ns=(0, file.stat().st_mtime_ns - (60 + number) * 10**9))


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def _settings(folder: Path) -> Settings:
    return settings.read(folder / "mkdocs.yml")


def test_a_file_that_did_not_change_is_the_same_object(base: Path) -> None:
    memory = loading.Memory()
    first = loading.read(_settings(base), memory).knowledge
    _write(base, LESSON, FILES[LESSON].replace("title: ", "title: Newly "))
    second = loading.read(_settings(base), memory).knowledge
    other = [id_ for id_, file in second.record_files.items() if file is not first.record_files[id_]]
    assert other == ["LL-0001"]
    assert second.record_files["LL-0001"].data["title"].startswith("Newly")


def test_a_file_that_was_changed_just_now_is_read_again(tmp_path: Path) -> None:
    base = write_base(tmp_path)
    memory = loading.Memory()
    loading.read(_settings(base), memory)
    file = base / LESSON
    before = file.stat()
    file.write_text(FILES[LESSON].replace("title: P", "title: X"), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert loading.read(_settings(base), memory).knowledge.record_files["LL-0001"].data["title"].startswith("X")


def test_a_file_that_changes_while_it_is_read_is_read_again(base: Path) -> None:
    memory: FilesInMemory[str] = FilesInMemory()
    signature = signature_of(base, LESSON)
    _write(base, LESSON, "changed")
    memory.keep(LESSON, signature, "as it was")
    assert memory.get(LESSON, signature_of(base, LESSON)) is None


@pytest.mark.parametrize("seed", range(3))
def test_reading_again_is_reading_everything(base: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_in_memory.time, "time", lambda: time.time_ns() / 1e9 + 3600)
    dice = random.Random(seed)
    memory = loading.Memory()
    register = "kb/registers/incidents.csv"
    names = [name for name in FILES if name.startswith("kb/")]
    for _ in range(25):
        name = dice.choice(names)
        file = base / name
        match dice.randrange(6):
            case 0:
                file.unlink(missing_ok=True)
            case 1:
                _write(base, name, FILES[name])
            case 2 if (base / register).is_file():
                _write(base, register, (base / register).read_text("utf-8").replace("INC-", "INC-1"))
        again = loading.check(loading.read(_settings(base), memory))
        whole = loading.load(_settings(base))
        assert again.problems == whole.problems
        assert again.links == whole.links
        assert {id_: (f.path, f.record) for id_, f in again.record_files.items()} == {
            id_: (f.path, f.record) for id_, f in whole.record_files.items()
        }
        assert [row.data for row in again.rows] == [row.data for row in whole.rows]


def test_a_record_with_errors_is_linked_before_it_is_checked(base: Path) -> None:
    _write(base, REVIEW_FILE, FILES[REVIEW_FILE].replace("problem: PRB-0001", "problem: PRB-0404"))
    reading = loading.read(_settings(base))
    assert reading.knowledge.errors == ()
    assert [problem.code for problem in loading.check(reading).errors] == ["PIR202"]
