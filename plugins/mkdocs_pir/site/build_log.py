"""What a preview prints in the terminal: its address, what changed before each build, new and solved problems."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.problem import Problem

NAMED = 5
"""How many changed files are named; of further ones only the number is printed."""

State = dict[Path, tuple[int, int]]


class BuildLog:
    """Prints what happens in each build of a preview.

    Args:
        records: The folder whose changed files are named, besides `config_file`.
        say: Prints a line.
        shown: Returns the path of a file as the terminal shows it.
        text: Returns problems as text.
        report: Prints problems.
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
        """Print the address of the preview."""
        self._say(f"Preview of the edition {edition}: {url}  (stop with Ctrl+C)")

    def begin(self) -> None:
        """Start the clock of a build, and print which files changed since the last one."""
        self._start = time.perf_counter()
        files = dict(self._look())
        if self._files is not None:
            changed = sorted(p for p in {*files, *self._files} if files.get(p) != self._files.get(p))
            named = ", ".join(map(self._shown, changed[:NAMED])) or "something else that the site is made of"
            more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
            self._say(f"Changed: {named}{more}")
        self._files = files

    def end(self, problems: Sequence[Problem], *, failed: bool) -> None:
        """Print how long a build took, which problems are new and which are gone."""
        took = f"{time.perf_counter() - self._start:.1f} s"
        new = [problem for problem in problems if problem not in self._problems]
        gone = [problem for problem in self._problems if problem not in problems]
        left = count(len(problems), "problem") if problems else "no problems"
        self._say(f"{'Not built' if failed else 'Built'} after {took}: {left}")
        for problem in gone:
            self._say(f"Corrected: {self._text([problem]).splitlines()[0]}")
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
