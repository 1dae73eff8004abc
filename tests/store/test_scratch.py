"""Bytes that a process puts aside are read again as they were, by it and by its copies."""

from __future__ import annotations

import multiprocessing
import tempfile
from multiprocessing.connection import Connection

import pytest

from mkdocs_pir.store.scratch import Piece, Scratch

PARTS = [bytes([number]) * (number * 100) for number in range(40)]


def test_what_is_put_aside_is_read_as_it_was() -> None:
    for held in (0, 5_000, 1 << 20):
        scratch = Scratch(held)
        pieces = [scratch.put(part) for part in PARTS]
        assert [piece.read() for piece in pieces] == PARTS
        assert [piece.read() for piece in reversed(pieces)] == PARTS[::-1]


def test_much_is_not_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    files = []
    make = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **how: files.append(make(**how)) or files[-1])
    scratch = Scratch(held=1_000)
    pieces = [scratch.put(part) for part in PARTS]
    assert len(files) == 1
    assert files[0].seek(0, 2) >= sum(map(len, PARTS)) - 1_000
    assert [piece.read() for piece in pieces] == PARTS


def test_without_a_disk_all_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**how: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    scratch = Scratch(held=0)
    assert [piece.read() for piece in [scratch.put(part) for part in PARTS]] == PARTS


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes cannot be copied here")
def test_a_copy_of_the_process_writes_over_nothing() -> None:
    scratch = Scratch(held=0)
    before = [scratch.put(part) for part in PARTS]
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()

    def copied(answer: Connection, known: list[Piece]) -> None:
        new = [scratch.put(b"of the copy" * 1_000) for _ in range(20)]
        answer.send([piece.read() for piece in [*known, *new]])
        answer.close()

    copy = context.Process(target=copied, args=(there, before))
    copy.start()
    after = [scratch.put(part[::-1]) for part in PARTS]
    assert here.recv() == [*PARTS, *[b"of the copy" * 1_000] * 20]
    copy.join(20)
    assert [piece.read() for piece in before] == PARTS
    assert [piece.read() for piece in after] == [part[::-1] for part in PARTS]
