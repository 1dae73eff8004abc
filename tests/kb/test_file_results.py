"""Results by file: the same whether one process works them out or several, and kept either way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers.knowledge_base import write_base

from mkdocs_pir.kb import file_results, loading, settings
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.store import executors


@pytest.mark.parametrize("processes", [1, 2])
def test_many_are_worked_out_in_several_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    known = settings.read(write_base(tmp_path / "base") / "mkdocs.yml")
    files = list(loading.read(known).knowledge.record_files.values())
    monkeypatch.setattr(executors, "processors", lambda: processes)
    monkeypatch.setattr(file_results, "MANY", 1)
    monkeypatch.setattr(file_results, "_BATCH", 2)
    workers = tmp_path / "workers"
    workers.mkdir()

    def work_out(file: RecordFile) -> bytes:
        (workers / str(os.getpid())).touch()
        return b"" if file.kind == "pir" else file.id.encode()

    expected = [b"" if file.kind == "pir" else file.id.encode() for file in files]
    assert file_results.by_file(known.cache, ["ids"], files, work_out, is_long=True) == expected
    if executors.may_fork():
        assert len(list(workers.iterdir())) == processes

    def again(file: RecordFile) -> bytes:
        raise AssertionError(f"{file.id} was kept")

    assert file_results.by_file(known.cache, ["ids"], files, again) == expected
