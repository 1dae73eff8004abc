"""How far long work is, for whoever shows it. Work says what it is and counts; nothing more happens unless it is watched."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")

Watcher = Callable[[Sequence["Work"]], None]
"""Is called often, with what is being done: the whole first, then the part of it. It must return at once."""


class Work(Struct):
    """A piece of work: what it is, how many parts it has (0 if that is not known), and how many of them are done."""

    title: str
    total: int = 0
    done: int = 0

    def advance(self, parts: int = 1) -> None:
        """Say that more parts are done."""
        self.done += parts
        _tell()


_works: list[Work] = []
_watcher: Watcher | None = None
_thread = 0


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Let a function watch the work of this thread."""
    global _watcher, _thread
    before = _watcher, _thread, list(_works)
    _watcher, _thread = watcher, threading.get_ident()
    _works.clear()
    try:
        yield
    finally:
        _watcher, _thread, _works[:] = before


@contextmanager
def work(title: str, total: int = 0) -> Iterator[Work]:
    """Do a piece of work."""
    one = Work(title, total)
    if _is_watched():
        _works.append(one)
        _tell()
    try:
        yield one
    finally:
        # not the last one, if a generator was left unfinished
        if any(one is other for other in _works):
            del _works[next(place for place, other in enumerate(_works) if other is one) :]


def counted(items: Iterable[T], title: str, total: int = 0) -> Iterator[T]:
    """The items, each of which is a part of a piece of work."""
    with work(title, total) as one:
        for item in items:
            yield item
            one.advance()


def _is_watched() -> bool:
    return _watcher is not None and _thread == threading.get_ident()


def _tell() -> None:
    if _watcher is not None and _thread == threading.get_ident():
        _watcher(_works)


def _forget() -> None:
    global _watcher
    _watcher = None
    _works.clear()


if hasattr(os, "register_at_fork"):
    # what another process does is counted by the one that waits for it
    os.register_at_fork(after_in_child=_forget)
