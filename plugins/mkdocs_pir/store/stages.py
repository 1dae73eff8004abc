"""The stages of the work, and where its time goes: CPU and wall seconds of each stage, without those nested in it.

Every room marks what it does with `Stage`. Nothing is measured, and next to nothing spent, until `measure` is called.
Another process measures for itself and hands its costs over with its result, by `submit` and `result`.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ContextDecorator, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from msgspec import Struct

T = TypeVar("T")
P = ParamSpec("P")


class Cost(Struct):
    """Seconds of CPU, and of wall time."""

    cpu: float = 0.0
    wall: float = 0.0


class Costs(Struct):
    """The cost of each (edition, stage), and the most memory, in bytes, that any one process had for an edition.

    The edition is empty for what is done once for all editions. `elapsed` are the seconds of wall time in all; those of
    stages that ran in several processes at once add up to more.
    """

    seconds: dict[tuple[str, str], Cost] = {}
    memory: dict[str, int] = {}
    elapsed: float = 0.0

    def add(self, other: Costs, *, edition: str) -> None:
        """Add what another process measured while this one waited for it in its `edition`.

        The wall time of the wait is counted already.
        """
        for (theirs, stage), cost in other.seconds.items():
            mine = self.seconds.setdefault((theirs or edition, stage), Cost())
            mine.cpu += cost.cpu
            mine.wall += cost.wall if theirs not in ("", edition) else 0.0
        for theirs, peak in other.memory.items():
            self._had(theirs or edition, peak)

    def _had(self, edition: str, peak: int) -> None:
        self.memory[edition] = max(peak, self.memory.get(edition, 0))


class Stage(ContextDecorator):
    """A stage, as a context manager or as the decorator of a function (not of a generator; for that see `each`)."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        if (measuring := _current.measuring) is not None:
            measuring.enter(self.name)

    def __exit__(self, *_: object) -> None:
        if (measuring := _current.measuring) is not None:
            measuring.leave()

    def each(self, items: Iterable[T]) -> Iterator[T]:
        """The items, each of which is made in this stage."""
        iterator = iter(items)
        while True:
            with self:
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item


READ = Stage("read and check")
PROJECTION = Stage("projection")
FIGURES = Stage("derived figures")
VIEWS = Stage("views")
FRAGMENTS = Stage("fragments")
TEXTS = Stage("Markdown, sanitising, links")
THEME = Stage("theme and MkDocs")
SEARCH = Stage("search index")
EXPORTS = Stage("exports")
PDFS = Stage("PDFs")
AUDIT = Stage("audit")
WRITING = Stage("writing and hashes")
WAITING = Stage("waiting for other processes")
OTHER = Stage("everything else")

STAGES = (
    READ, PROJECTION, FIGURES, VIEWS, FRAGMENTS, TEXTS, THEME, SEARCH, EXPORTS, PDFS, AUDIT, WRITING, WAITING, OTHER,
)  # fmt: skip
"""All stages, in the order in which a build comes to them."""


class _Measuring:
    """The clock of one thread."""

    def __init__(self, costs: Costs) -> None:
        self.process = os.getpid()
        self.edition = ""
        self.costs = costs
        self._stages = [OTHER.name]
        self._cpu, self._wall = time.thread_time(), time.perf_counter()
        self.start = self._wall
        _forget_peak()

    def enter(self, stage: str) -> None:
        self.charge()
        self._stages.append(stage)

    def leave(self) -> None:
        self.charge()
        self._stages.pop()

    def turn_to(self, edition: str) -> None:
        """Charge to this edition from now on."""
        self.charge()
        self.costs._had(self.edition, _peak())
        _forget_peak()
        self.edition = edition

    def charge(self) -> None:
        """Charge the time since this was last called to the present stage."""
        cpu, wall = time.thread_time(), time.perf_counter()
        cost = self.costs.seconds.setdefault((self.edition, self._stages[-1]), Cost())
        cost.cpu += cpu - self._cpu
        cost.wall += wall - self._wall
        self._cpu, self._wall = cpu, wall


class _Current(threading.local):
    """What measures in this thread, if anything does."""

    measuring: _Measuring | None = None


_current = _Current()


@contextmanager
def measure(costs: Costs) -> Iterator[None]:
    """Add what everything costs to `costs`, which are complete when the context ends."""
    before, measuring = _current.measuring, _Measuring(costs)
    _current.measuring = measuring
    try:
        yield
    finally:
        measuring.turn_to("")
        costs.elapsed = time.perf_counter() - measuring.start
        _current.measuring = before


@contextmanager
def edition(name: str) -> Iterator[None]:
    """Charge what is done to an edition."""
    measuring = _current.measuring
    before = measuring.edition if measuring is not None else ""
    if measuring is not None:
        measuring.turn_to(name)
    try:
        yield
    finally:
        if measuring is not None:
            measuring.turn_to(before)


class _Measured(Struct):
    """The result of a task in another process, and what it cost."""

    result: Any
    costs: Costs


def submit(executor: Executor, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Submit a task to an executor; its result is read with `result`."""
    return executor.submit(measured(fn), *args, **kwargs)


def measured(fn: Callable[P, T]) -> Callable[P, T]:
    """The function to submit instead of this one where another thread submits it; its result is read with `result`."""
    if (measuring := _current.measuring) is None:
        return fn
    return cast("Callable[P, T]", partial(_measured, measuring.process, fn))


def result(future: Future[T]) -> T:
    """The result of a task that was submitted with `submit`. Raises what the task raised."""
    outcome: Any = future.result()
    if not isinstance(outcome, _Measured):
        return cast("T", outcome)
    if (measuring := _current.measuring) is not None:
        measuring.costs.add(outcome.costs, edition=measuring.edition)
    return cast("T", outcome.result)


def _measured(process: int, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> _Measured:
    if os.getpid() == process and _current.measuring is not None:
        return _Measured(fn(*args, **kwargs), Costs())
    costs = Costs()
    with measure(costs):
        outcome = fn(*args, **kwargs)
    return _Measured(outcome, costs)


def table(costs: Costs) -> str:
    """The costs as lines for a terminal: of each edition, and in total, with the stages in their order."""
    editions = sorted(
        {edition for edition, _ in costs.seconds}, key=lambda name: (bool(name), name != "internal", name)
    )
    blocks = [(edition or "for all editions", [edition]) for edition in editions if len(editions) > 1]
    blocks.append(("in total", editions))
    lines = [f"{'where the time went':<32}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}"]
    for title, names in blocks:
        rows = [(stage.name, _sum(costs, names, stage.name)) for stage in STAGES]
        wall = costs.elapsed if names is editions else sum(cost.wall for _, cost in rows)
        whole = Cost(sum(cost.cpu for _, cost in rows), wall)
        peak = max(costs.memory.get(name, 0) for name in names)
        lines.append(_line(title, whole, f"{peak / 1e6:>9,.0f}" if peak else ""))
        lines += [_line(f"  {name}", cost) for name, cost in rows if cost.cpu or cost.wall]
    return "\n".join(lines)


def _line(title: str, cost: Cost, more: str = "") -> str:
    return f"{title:<32}{cost.cpu:>9,.2f}{cost.wall:>9,.2f}{more}"


def _sum(costs: Costs, editions: Iterable[str], stage: str) -> Cost:
    each = [costs.seconds.get((edition, stage), Cost()) for edition in editions]
    return Cost(sum(cost.cpu for cost in each), sum(cost.wall for cost in each))


_HIGHEST = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def _peak() -> int:
    """The most memory that this process has had in use, in bytes, since `_forget_peak`; 0 where it cannot be known."""
    with suppress(OSError):
        if (match := _HIGHEST.search(Path("/proc/self/status").read_text("ascii", "replace"))) is not None:
            return int(match[1]) * 1024
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _forget_peak() -> None:
    """Begin anew with the most memory in use, where the system can (Linux)."""
    with suppress(OSError), Path("/proc/self/clear_refs").open("w", encoding="ascii", newline="\n") as control:
        control.write("5")
