"""What is kept of files gives what reading them anew gives, after whatever was done to the files and to the store."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import pytest
from helpers.changed_records import CONFIG, edit
from helpers.knowledge_base import REVIEW, REVIEW_FILE, load_base, pir, write_base

from mkdocs_pir.editions.release import with_approvals
from mkdocs_pir.kb import kept_files, rules, settings
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.texts import _CACHE
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.store import code_version, executors, result_store


def outcome(kb: KnowledgeBase) -> dict[str, object]:
    """All that later stages take from a knowledge base."""
    files = kb.record_files
    return {
        "problems": with_approvals(kb).problems,
        "rows": kb.rows,
        "links": kb.links,
        "records": {id_: file.record for id_, file in files.items()},
        "data": {id_: file.data for id_, file in files.items()},
        "places": {
            id_: (file.path, file.at("id"), file.at("actions", 0), file.body_line) for id_, file in files.items()
        },
        "bodies": {id_: (file.body, file.preamble, file.sections, file.parts) for id_, file in files.items()},
        "facts": {id_: file.facts for id_, file in files.items()},
        "html": {id_: [kb.texts.read(p.source).text.html for p in f.parts] for id_, f in files.items()},
        "suppressed": {id_: file.suppressed for id_, file in files.items()},
    }


def read_anew(folder: Path) -> dict[str, object]:
    """The outcome where nothing is kept, neither on the disk nor in this process."""
    _CACHE.clear()
    ours = settings.read(settings.find_config(folder))
    return outcome(load(type(ours)(**{name: getattr(ours, name) for name in ours.__struct_fields__} | {"cache": None})))


def read(folder: Path) -> dict[str, object]:
    """The outcome with what is kept on the disk."""
    _CACHE.clear()
    return outcome(load_base(folder))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_to_the_files_the_outcome_is_that_of_reading_them_anew(tmp_path: Path, seed: int) -> None:
    compare_over_edits(tmp_path, seed, 8)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100, 600))
def test_over_many_sequences_of_edits(tmp_path: Path, seed: int) -> None:
    compare_over_edits(tmp_path, seed, 20)


def compare_over_edits(folder: Path, seed: int, edits: int) -> None:
    dice = random.Random(seed)
    write_base(folder)
    read(folder)
    for _ in range(edits):
        for _ in range(dice.randrange(1, 4)):
            edit(dice, folder)
        assert read(folder) == read_anew(folder)


def count_readings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of records that a command parses and checks."""
    paths: list[str] = []
    anew = kept_files._read

    def noted(path: str, *more: object) -> object:
        paths.append(path)
        return anew(path, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(kept_files, "_read", noted)
        load_base(folder)
    return paths


def test_only_a_file_that_changed_is_checked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path)
    assert len(count_readings(tmp_path, monkeypatch)) > 5
    assert count_readings(tmp_path, monkeypatch) == []
    lesson = tmp_path / "kb/lessons/LL-0001.md"
    lesson.write_text(lesson.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert count_readings(tmp_path, monkeypatch) == ["lessons/LL-0001.md"]
    shutil.copytree(tmp_path, tmp_path.with_name("copied"))
    assert count_readings(tmp_path.with_name("copied"), monkeypatch) == []


def count_rules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How many files the rules look at that read the process, and those that read the day."""
    counts = Counter[str]()

    def counted(rule: Callable[..., Iterator[Problem]]) -> Callable[..., Iterator[Problem]]:
        def noted(*read: object) -> Iterator[Problem]:
            counts[rule.__name__] += 1
            return rule(*read)

        return noted

    of_process, of_day = rules.RULES_OF_THE_PROCESS, rules.RULES_OF_THE_DAY
    with monkeypatch.context() as patch:
        patch.setattr(rules, "RULES_OF_THE_PROCESS", tuple(map(counted, of_process)))
        patch.setattr(rules, "RULES_OF_THE_DAY", tuple(map(counted, of_day)))
        load_base(folder)
    return counts[of_process[0].__name__], counts[of_day[0].__name__]


def test_rules_of_one_file_look_at_what_changed_of_what_they_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_base(tmp_path)
    records = len(load_base(tmp_path).record_files)
    assert count_rules(tmp_path, monkeypatch) == (0, 0)
    lesson = tmp_path / "kb/lessons/LL-0001.md"
    lesson.write_text(lesson.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert count_rules(tmp_path, monkeypatch) == (1, 1)
    (tmp_path / "mkdocs.yml").write_text(CONFIG.replace("as_of: 2026-09-30", "as_of: 2026-09-29"), "utf-8")
    assert count_rules(tmp_path, monkeypatch) == (0, records)
    assert count_rules(tmp_path, monkeypatch) == (0, 0)


def test_a_register_is_typed_once_for_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path)
    before = load_base(tmp_path).rows
    monkeypatch.setattr("mkdocs_pir.kb.record_files.read_register", None)
    assert load_base(tmp_path).rows == before != ()


def test_another_extension_checks_texts_again(tmp_path: Path) -> None:
    """With `nl2br` these words are on two lines of a page, so that nothing blames."""
    write_base(tmp_path)
    lesson = tmp_path / "kb/lessons/LL-0001.md"
    lesson.write_text(lesson.read_text("utf-8") + "\n## Notes\n\nThis was human\nerror.\n", "utf-8")
    codes = []
    for markdown in ("", "      markdown: [nl2br]\n", ""):
        (tmp_path / "mkdocs.yml").write_text(CONFIG + markdown, "utf-8")
        assert read(tmp_path) == read_anew(tmp_path)
        codes.append({problem.code for problem in load_base(tmp_path).problems})
    assert ["PIR405" in one for one in codes] == [True, False, True]


def many(folder: Path) -> Path:
    """A base with some hundred reviews, one of which has an error and one cannot be read."""
    names = {number: f"PIR-2025-{number:04}" for number in range(2, 240)}
    reviews = {
        f"kb/pirs/2025/{name}.md": REVIEW.replace("PIR-2025-0001", name).replace("INC-1001", f"INC-{number}")
        for number, name in names.items()
    }
    return write_base(
        folder, {**reviews, "kb/pirs/2025/PIR-2025-0100.md": "---\nid: x\n---\n", "kb/lessons/LL-0009.md": b"\xff"}
    )


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Executor]:
    """The pools of processes that are begun, on a machine with two processors and in a process with one thread."""
    begun: list[Executor] = []
    monkeypatch.setattr(kept_files, "process_pool", lambda: begun.append(executors.process_pool()) or begun[-1])
    monkeypatch.setattr(executors, "processors", lambda: 2)
    monkeypatch.setattr(executors.threading, "active_count", lambda: 1)
    return begun


def test_several_processes_read_what_one_reads(tmp_path: Path, pools: list[Executor]) -> None:
    many(tmp_path)
    several = read(tmp_path)
    assert [type(pool) for pool in pools] == [ProcessPoolExecutor]
    assert several == read_anew(tmp_path) == read(tmp_path)


def test_a_process_that_is_killed_loses_nothing(
    tmp_path: Path, pools: list[Executor], monkeypatch: pytest.MonkeyPatch
) -> None:
    many(tmp_path)
    parent = os.getpid()
    anew = kept_files._outcome

    def killed(path: str, *more: object) -> object:
        if os.getpid() != parent and "0150" in path:
            os.kill(os.getpid(), signal.SIGKILL)
        return anew(path, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(kept_files, "_outcome", killed)
        outcome = read(tmp_path)
    assert [type(pool) for pool in pools] == [ProcessPoolExecutor]
    assert outcome == read_anew(tmp_path)


def test_a_process_with_several_threads_is_not_copied(
    tmp_path: Path, pools: list[Executor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors.threading, "active_count", lambda: 2)
    several = read(many(tmp_path))
    assert [type(pool) for pool in pools] == [executors.InProcess]
    assert several == read_anew(tmp_path)


def test_other_code_reads_all_files_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path)
    count_readings(tmp_path, monkeypatch)
    monkeypatch.setattr(kept_files, "code_version", lambda: b"other")
    assert len(count_readings(tmp_path, monkeypatch)) > 5


@pytest.mark.parametrize("file", [Path(code_version.__file__), theme_folder() / "assets/javascripts/pir-base.js"])
def test_the_version_of_the_code_is_that_of_its_files(file: Path) -> None:
    before = code_version.code_version()
    code_version.code_version.cache_clear()
    assert code_version.code_version() == before
    stat = file.stat()
    try:
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000))
        code_version.code_version.cache_clear()
        assert code_version.code_version() != before
    finally:
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        code_version.code_version.cache_clear()


def test_nothing_is_kept_where_the_option_is_empty(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG + "      cache_dir: ''\n"})
    assert pir(tmp_path, "check").exit_code == 0
    assert not (tmp_path / ".cache").exists()


def test_the_option_names_the_folder(tmp_path: Path) -> None:
    write_base(tmp_path, {"mkdocs.yml": CONFIG + "      cache_dir: work/kept\n"})
    assert pir(tmp_path, "check").exit_code == 0
    assert (tmp_path / "work/kept" / result_store.FILE).is_file()


def test_a_text_that_took_too_long_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_base(tmp_path, {REVIEW_FILE: REVIEW.replace("The probe raises", "The *probe* raises")})
    late = kept_files.TIME
    monkeypatch.setattr("mkdocs_pir.kb.texts.time_limit.may_take_long", lambda text: "02:52" in text)

    def too_long(*_: object) -> None:
        raise kept_files_time_limit.TakesTooLong

    from mkdocs_pir.kb.texts import time_limit as kept_files_time_limit

    monkeypatch.setattr(kept_files_time_limit, "render", too_long)
    _CACHE.clear()
    assert late in {problem.code for problem in load_base(tmp_path).problems}
    monkeypatch.undo()
    assert late not in {problem.code for problem in load_base(tmp_path).problems}
