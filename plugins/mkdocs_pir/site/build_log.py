"""What a preview says in the terminal: its address, what it builds again and why, and problems as they come and go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.problem import Problem

NAMED = 5
"""Changed files that are named; of more, how many there are."""

State = dict[Path, tuple[int, int]]


class BuildLog:
    """Tells of each build of a preview.

    `say` prints a line and `report` problems, `shown` makes a path of a file and `text` a text of problems. The files
    whose changes are named are those of `records` and the configuration file.
    """

    def __init__(
        self,
        records: Path,
        config_file: Path,
        say: Callable[[str], None],
        shown: Callable[[Path], str],
        text: Callable[[Sequence[Problem]], str],
        report: Callable[[Sequence[Problem]], None],
    ) -> None:
        self._records = records
        self._config_file = config_file
        self._say = say
        self._shown = shown
        self._text = text
        self._report = report
        self._files: State | None = None
        self._problems: Sequence[Problem] = ()
        self._start = 0.0

    def address(self, edition: str, url: str) -> None:
        """Say where the preview is."""
        self._say(f"Preview of the edition {edition}: {url}  (stop with Ctrl+C)")

    def begin(self) -> None:
        """A build begins: say which files changed since the last one."""
        self._start = time.perf_counter()
        files = dict(self._look())
        if self._files is not None:
            changed = sorted(p for p in {*files, *self._files} if files.get(p) != self._files.get(p))
            named = ", ".join(map(self._shown, changed[:NAMED])) or "something else that the site is made of"
            more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
            self._say(f"Changed: {named}{more}")
        self._files = files

    def end(self, problems: Sequence[Problem], *, failed: bool) -> None:
        """A build is over: say how long it took, which problems are new and which are gone."""
        took = f"{time.perf_counter() - self._start:.1f} s"
        new = [problem for problem in problems if problem not in self._problems]
        gone = [problem for problem in self._problems if problem not in problems]
        left = count(len(problems), "problem") if problems else "no problems"
        self._say(f"{'Not built' if failed else 'Built'} after {took}: {left}")
        for problem in gone:
            self._say(f"Gone: {self._text([problem]).splitlines()[0]}")
        if new:
            self._report(new)
        self._problems = tuple(problems)

    def _look(self) -> Iterator[tuple[Path, tuple[int, int]]]:
        for file in (self._config_file, *self._records.rglob("*")):
            try:
                stat = file.lstat()
            except OSError:
                continue
            if not file.is_dir():
                yield file, (stat.st_mtime_ns, stat.st_size)
