"""The folder that `mkdocs build` writes, whole or not at all: built beside it, put in its place at the end."""

from __future__ import annotations

import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from mkdocs_pir.editions.generations import swap
from mkdocs_pir.kb.problem import Problem, ProblemError


class OutputFolder:
    """A site in the making, in a hidden folder beside `target`, which stays as it is until `put_in_place`."""

    def __init__(self, target: Path) -> None:
        """Raises ProblemError (PIR607) while another build makes the same site."""
        self.target = target
        self.work = target.with_name(f".{target.name}.building")
        self.site = self.work / "site"
        self.work.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self.work / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            message, hint = f"another build is writing {target.name}/", "wait for it to end"
            raise ProblemError([Problem.of("PIR607", target.name, (0, 0), message, hint)]) from None
        # what a build that was killed left behind
        shutil.rmtree(self.site, ignore_errors=True)

    def put_in_place(self) -> None:
        """Put the finished site where the one before was, in one step, and clean up."""
        swap(self.work, self.target)
        self.discard()

    def discard(self) -> None:
        """Throw away what was built; the folder `target` stays as it is."""
        self._lock.release()
        shutil.rmtree(self.work, ignore_errors=True)
