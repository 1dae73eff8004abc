"""Where work is done that can be shared out: in this process, or in several at once, by one interface."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any, TypeVar

from mkdocs_pir.store import stages

Task = TypeVar("Task")
Result = TypeVar("Result")


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


def process_pool(workers: int = 0) -> Executor:
    """So many processes, or one for each processor; or this one alone where there is one processor, or no way to share what is read.

    A process is forked only while it has a single thread: another one could hold a lock for ever in the copy. One that
    is itself of a pool works alone, as the others keep the processors busy.
    """
    if processors() == 1 or multiprocessing.parent_process() is not None or not may_fork():
        return InProcess()
    return _pool(workers or processors(), "fork")


def share(do: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
    """Do tasks in this process and in copies of it at the same time; yields each result when it is there.

    The results can be pickled, the tasks and `do` need not: a copy has them. A task whose process dies is done here.
    """
    global _shared
    pool = process_pool(processors() - 1)
    if isinstance(pool, InProcess):
        yield from map(do, tasks)
        return
    before, _shared = _shared, (do, tasks)
    try:
        futures = [stages.submit(pool, _shared_task, number) for number in range(len(tasks))]
        # the copies begin with the first
        for number in reversed(range(len(tasks))):
            if futures[number].cancel():
                yield do(tasks[number])
        for number, future in enumerate(futures):
            if not future.cancelled():
                try:
                    result = stages.result(future)
                except BrokenExecutor:
                    result = do(tasks[number])
                yield result
    finally:
        pool.shutdown(cancel_futures=True)
        _shared = before


_shared: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def _shared_task(number: int) -> Any:
    assert _shared is not None
    do, tasks = _shared
    return do(tasks[number])


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
