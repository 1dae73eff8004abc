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

    A process is forked only while it has a single thread: another one could hold a lock for ever in the copy.
    """
    workers = processors()
    may_fork = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    if workers == 1 or not may_fork:
        return InProcess()
    return ProcessPoolExecutor(workers, multiprocessing.get_context("fork"))


def separate_processes(workers: int, begin: Callable[..., object], *given: Any) -> Executor:
    """Processes of which each calls `begin(*given)` first, and may end without harm to this one.

    They are copies of this process where the system can fork; elsewhere they are begun anew, and each receives a copy
    of what is `given`.
    """
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else None)
    return ProcessPoolExecutor(workers, context, begin, given)
