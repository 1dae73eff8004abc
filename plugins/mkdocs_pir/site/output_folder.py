"""The folder that `mkdocs build` writes. The site is built beside it and replaces it only when it is complete."""

from __future__ import annotations

import shutil
from pathlib import Path

from filelock import FileLock, Timeout

from mkdocs_pir.editions.generations import swap
from mkdocs_pir.kb.problem import Problem, ProblemError


class OutputFolder:
    """A site that is being built in a hidden folder beside `target`; `put_in_place` then replaces `target` with it."""

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
        # left behind by a build that was killed
        shutil.rmtree(self.site, ignore_errors=True)

    def put_in_place(self) -> None:
        """Replace `target` with the finished site in one step, and clean up."""
        swap(self.work, self.target)
        self.discard()

    def discard(self) -> None:
        """Delete what was built; `target` stays as it is."""
        self._lock.release()
        shutil.rmtree(self.work, ignore_errors=True)
