"""What a preview prints in the terminal: its address, what changed before each build, new and solved problems."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from pathlib import Path

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.problem import Problem

NAMED = 5
"""How many changed files are named; of further ones only the number is printed."""

State = dict[str, tuple[int, int]]


class BuildLog:
    """Prints what happens in each build of a preview.

    Args:
        records: The folder whose changed files are named, besides `config_file`.
        say: Prints a line.
        shown: Returns the path of a file as the terminal shows it.
        text: Returns problems as text.
        report: Prints problems.
        working: Shows in a context how far a build is.
    """

    def __init__(
        self,
        records: Path,
        config_file: Path,
        say: Callable[[str], None],
        shown: Callable[[Path], str],
        text: Callable[[Sequence[Problem]], str],
        report: Callable[[Sequence[Problem]], None],
        working: Callable[[], AbstractContextManager[object]] = nullcontext,
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
        self._working = working
        self._build = ExitStack()

    def address(self, edition: str, url: str) -> None:
        """Print the address of the preview."""
        self._say(f"Preview of the edition {edition}: {url}  (stop with Ctrl+C)")

    def editing_address(self, url: str) -> None:
        """Print the address at which records are edited; whoever has it can write into the records."""
        self._say(f"Edit records in the browser: {url}  (for this machine only; --no-edit turns it off)")

    def begin(self) -> None:
        """Start the clock of a build, and print which files changed since the last one."""
        self._start = time.perf_counter()
        files = dict(self._look())
        if self._files is not None:
            changed = sorted(p for p in {*files, *self._files} if files.get(p) != self._files.get(p))
            named = (
                ", ".join(self._shown(Path(file)) for file in changed[:NAMED])
                or "something else that the site is made of"
            )
            more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
            self._say(f"Changed: {named}{more}")
        self._files = files
        self._build.enter_context(self._working())

    def end(self, problems: Sequence[Problem], *, failed: bool, checked: bool = True) -> None:
        """Print how long a build took, which problems are new and which are gone.

        Where not everything is `checked` yet, `check` prints the rest.
        """
        self._build.close()
        took = f"{time.perf_counter() - self._start:.1f} s"
        if checked:
            self._say(f"{'Not built' if failed else 'Built'} after {took}: {_number(problems)}")
            self._compare(problems)
        else:
            self._say(f"Built after {took}; the check goes on")
            self._compare([*self._problems, *(problem for problem in problems if problem not in self._problems)])

    def check(self, problems: Sequence[Problem]) -> None:
        """Print what the check of the last build has found."""
        self._say(f"Checked after {time.perf_counter() - self._start:.1f} s: {_number(problems)}")
        self._compare(problems)

    def _compare(self, problems: Sequence[Problem]) -> None:
        new = [problem for problem in problems if problem not in self._problems]
        for problem in (problem for problem in self._problems if problem not in problems):
            self._say(f"Corrected: {self._text([problem]).splitlines()[0]}")
        if new:
            self._report(new)
        self._problems = tuple(problems)

    def _look(self) -> Iterator[tuple[str, tuple[int, int]]]:
        # not as a Path: there may be a hundred thousand of them
        inside = (os.path.join(folder, name) for folder, _, names in os.walk(self._records) for name in names)  # noqa: PTH118
        for file in (str(self._config_file), *inside):
            with suppress(OSError):
                stat = os.lstat(file)
                yield file, (stat.st_mtime_ns, stat.st_size)


def _number(problems: Sequence[Problem]) -> str:
    return count(len(problems), "problem") if problems else "no problems"
