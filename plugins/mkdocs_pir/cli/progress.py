"""Shows how far a command is: on a terminal while it takes long, and as one line where a pipeline runs it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from mkdocs_pir.store import progress
from mkdocs_pir.store.progress import Work

AFTER = 1.0
"""Seconds after which work is shown; what is done sooner needs no display."""

EVERY = 0.2
"""Seconds from one drawing to the next."""

_ERASE = "\r\033[K"

_READ_BY_PROGRAMS = ("json", "in_json", "as_json", "batch")
"""Options with which a program reads what a command prints."""


class _Display:
    """Draws what is being done, one line for each piece of work, and leaves nothing behind."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._next = time.perf_counter() + AFTER
        self._bars: _Bars | None = None

    def __call__(self, works: Sequence[Work]) -> None:
        """Draw, unless it is too early. This is called for every part of the work."""
        now = time.perf_counter()
        if now >= self._next:
            if self._bars is None:
                self._bars = _Bars()
            self._bars.draw(works or [Work(self.title)])
            self._next = now + EVERY

    def erase(self) -> None:
        """Take away what is drawn, before something else is printed."""
        if self._bars is not None:
            self._bars.erase()
            self._bars = None


class _Bars:
    """The lines of a display."""

    def __init__(self) -> None:
        # imported when something is drawn: most commands are done before
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        click.echo(_ERASE, nl=False, err=True)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[parts]}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=sys.stderr, highlight=False),
            # no thread: processes are forked only where there is a single one
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._shown: list[tuple[Work, int]] = []
        self._progress.start()

    def draw(self, works: Sequence[Work]) -> None:
        bars = self._progress
        same = 0
        for (shown, _), one in zip(self._shown, works, strict=False):
            if shown is not one:
                break
            same += 1
        for _, task in self._shown[same:]:
            bars.remove_task(task)  # type: ignore[arg-type]
        self._shown[same:] = [(one, bars.add_task(one.title, total=None, parts="")) for one in works[same:]]
        for one, task in self._shown:
            parts = f"{one.done:,}/{one.total:,}" if one.total else f"{one.done:,}" if one.done else ""
            bars.update(task, total=one.total or None, completed=one.done, parts=parts)  # type: ignore[arg-type]
        bars.refresh()

    def erase(self) -> None:
        self._progress.stop()


_display: _Display | None = None
_shows = False
"""Whether some work is shown already, of which other work is a part."""

_title_is_shown = False
"""Whether the title of work stands on a line that is not ended yet."""


@contextmanager
def shown(title: str, *, quiet: bool, lasting: bool) -> Iterator[None]:
    """Show how far the work in this context is.

    Args:
        title: What is done, in words.
        quiet: Whether nothing is shown.
        lasting: Whether a terminal keeps a line that says how long it took.
    """
    global _display, _shows, _title_is_shown
    if _shows or quiet:
        yield
        return
    terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    lasting &= terminal and not os.environ.get("NO_COLOR")
    start, _shows = time.perf_counter(), True
    if lasting:
        click.echo(f"{title} …", err=True, nl=False)
        _title_is_shown = True
    try:
        if terminal and sys.stdout.isatty() and not _read_by_a_program():
            _display = _Display(title)
            with progress.watched(_display):
                yield
        else:
            yield
    finally:
        if _display is not None:
            _display.erase()
        _display, _shows, _title_is_shown = None, False, False
        seconds = time.perf_counter() - start
        if lasting:
            click.echo(f"{_ERASE}{title}: {seconds:.1f} s", err=True)
        elif _is_pipeline() and seconds >= AFTER and not _read_by_a_program():
            click.echo(f"{title}: {seconds:.1f} s", err=True)


def erase() -> None:
    """Take away what is drawn, before something else is printed."""
    global _title_is_shown
    if _display is not None:
        _display.erase()
    if _title_is_shown:
        click.echo(_ERASE, err=True, nl=False)
        _title_is_shown = False


def _is_pipeline() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false") and not sys.stderr.isatty()


def _read_by_a_program() -> bool:
    context = click.get_current_context(silent=True)
    chosen = context.params if context is not None else {}
    return any(chosen.get(name) for name in _READ_BY_PROGRAMS) or chosen.get("form", "text") not in ("text", None)
