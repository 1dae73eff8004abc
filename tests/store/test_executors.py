"""Sharing work out: between this process and copies of it."""

from __future__ import annotations

import multiprocessing

import pytest

from mkdocs_pir.store import executors


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes cannot be copied here")
def test_two_tasks_are_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "processors", lambda: 2)
    monkeypatch.setattr(executors, "may_fork", lambda: True)
    second_begun = multiprocessing.get_context("fork").Event()

    def do(task: int) -> bool:
        if task == 1:
            second_begun.set()
        # the first one ends only if somebody else does the second
        return second_begun.wait(20)

    assert list(executors.share(do, [0, 1])) == [True, True]


def test_a_single_task_needs_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "processors", lambda: 2)
    done: list[int] = []
    assert list(executors.share(done.append, [7])) == [None]
    assert done == [7]


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes cannot be copied here")
def test_copies_work_while_this_process_does_something_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "processors", lambda: 2)
    monkeypatch.setattr(executors, "may_fork", lambda: True)
    begun = multiprocessing.get_context("fork").Event()
    done_first: list[bool] = []
    tasks = executors.share(lambda task: task or begun.set() or task, [0, 1], lambda: done_first.append(begun.wait(20)))
    assert sorted(tasks) == [0, 1]
    assert done_first == [True]


def test_alone_this_process_does_the_same_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "processors", lambda: 1)
    done: list[int] = []
    assert list(executors.share(done.append, [7], lambda: done.append(0))) == [None]
    assert done == [0, 7]
