"""Where work is done that can be shared out: in this process, or in several at once, by one interface."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any, TypeVar

from mkdocs_pir.store import stages
from mkdocs_pir.store.garbage import give_back

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


def share(
    do: Callable[[Task], Result], tasks: Sequence[Task], first: Callable[[], object] = lambda: None
) -> Iterator[Result]:
    """Do tasks in this process and in copies of it at the same time; yields each result when it is there.

    The results can be pickled, the tasks and `do` need not: a copy has them. A task whose process dies is done here.
    Before its first task this process calls `first`, of which the copies know nothing.
    """
    global _shared
    pool = process_pool(processors() - 1) if tasks else InProcess()
    if isinstance(pool, InProcess):
        first()
        yield from map(do, tasks)
        return
    before, _shared = _shared, (do, tasks)
    # copies take tasks from the beginning and this process from the end, until they meet
    left = deque(range(len(tasks)))
    futures: dict[int, Future[Result]] = {}
    free = threading.Semaphore(0)
    task = stages.measured(_shared_task)

    def give() -> bool:
        """Give the copies one more task. False if there is none, or they are dead: it is done here then."""
        try:
            number = left.popleft()
        except IndexError:
            return False
        try:
            futures[number] = future = pool.submit(task, number)
        except (BrokenExecutor, RuntimeError):
            left.append(number)
            return False
        future.add_done_callback(lambda _: free.release())
        return True

    def feed() -> None:
        while free.acquire() and give():
            pass

    def result(number: int) -> Result:
        try:
            return stages.result(futures.pop(number))
        except BrokenExecutor:
            return do(tasks[number])

    # a future that was given is never taken back: a pool that breaks meanwhile cannot bear that
    feeder = threading.Thread(target=feed, daemon=True)
    try:
        # one more than they work on, so that none waits for the next; but this process has a task of its own
        if all(give() for _ in range(min(2 * (processors() - 1), len(tasks) - 1))):
            feeder.start()
        first()
        while left:
            try:
                number = left.pop()
            except IndexError:
                break
            yield do(tasks[number])
            # they can be large, so none waits in memory for the last one
            for number, future in list(futures.items()):
                if future.done():
                    yield result(number)
        free.release()
        if feeder.is_alive():
            feeder.join()
        for number in sorted(futures):
            yield result(number)
    finally:
        pool.shutdown(cancel_futures=True)
        _shared = before


_shared: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def _shared_task(number: int) -> Any:
    assert _shared is not None
    do, tasks = _shared
    return do(tasks[number])


def may_fork() -> bool:
    """Whether processes that are begun now are copies of this one, and so have all that it has read.

    macOS can do it too, but its libraries may have threads of their own, and then a copy hangs or crashes
    (https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods).
    """
    can = "fork" in multiprocessing.get_all_start_methods() and sys.platform != "darwin"
    return can and threading.active_count() == 1


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
    if method == "fork":
        # the copies would have what is free here as well
        give_back()
    return ProcessPoolExecutor(workers, multiprocessing.get_context(method), _end_with_parent)


def _end_with_parent() -> None:
    """Let this process end when the one that began it is killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
