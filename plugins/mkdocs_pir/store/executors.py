"""Where work is done that can be shared out: in this process, or in several at once, by one interface."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any


class InProcess(Executor):
    """Does the work at once, where it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def process_pool() -> Executor:
    """One process for each processor, or this one alone where there is one processor, or no way to share what is read.

    A process is forked only while it has a single thread: another one could hold a lock for ever in the copy. One that
    is itself of a pool works alone, as the others keep the processors busy.
    """
    workers = processors()
    if workers == 1 or multiprocessing.parent_process() is not None or not may_fork():
        return InProcess()
    return _pool(workers, "fork")


def may_fork() -> bool:
    """Whether processes that are begun now are copies of this one, and so have all that it has read."""
    return "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1


def copies(workers: int) -> Executor:
    """Processes that are copies of this one, where it `may_fork`.

    All of them are begun at once, so that this process may have more threads afterwards.
    """
    pool = _pool(workers, "fork")
    pool.submit(int)
    return pool


def fresh_processes(workers: int) -> Executor:
    """Processes that have nothing of this one but what is submitted to them."""
    return _pool(workers, "spawn")


def _pool(workers: int, method: str) -> Executor:
    return ProcessPoolExecutor(workers, multiprocessing.get_context(method), _end_with_parent)


def _end_with_parent() -> None:
    """Let this process end when the one that began it is killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
