"""The internal edition of a preview, brought up to date after a change of records without a new site by MkDocs.

That is possible where nothing but records changed, and nothing that the theme shows on every page. A page is then shown
before everything is checked, if checking takes long; the problems follow.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mkdocs_pir.editions import project as projecting
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb import loading
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.files_in_memory import signature_of
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.pages_on_demand import FilesOnDemand

AT_ONCE = 0.2
"""Seconds that a check may take for which a page waits."""

PAUSE = 0.5
"""Seconds after a change in which the browser gets its page, before the check begins."""


class Memory:
    """What a preview read and projected before, with these settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reading = loading.Memory()
        self.projecting = projecting.Memory()
        self.check_seconds = 0.0

    def check(self, reading: loading.Reading) -> KnowledgeBase:
        """A knowledge base that was read, with everything that is wrong with it."""
        start = time.perf_counter()
        knowledge = loading.check(reading)
        self.check_seconds = time.perf_counter() - start
        return knowledge


class Surroundings:
    """The files besides the records that a site is made of."""

    def __init__(self, config_file: Path, others: Iterable[Path]) -> None:
        self._config_file = config_file
        self._others = tuple(others)
        self._first = self._look()

    def changed(self) -> bool:
        """Whether any of them was changed, added or deleted."""
        return self._look() != self._first

    def _look(self) -> dict[str, object]:
        files = {self._config_file, *self._config_file.parent.glob("*.y*ml")}
        for path in self._others:
            files |= set(path.rglob("*")) if path.is_dir() else {path}
        return {str(file): signature_of(file.parent, file.name) for file in files}


class LiveEdition:
    """The internal edition as it is now. `show` is given its files, and its errors as far as they are known."""

    def __init__(
        self,
        memory: Memory,
        surroundings: Surroundings,
        edition: views.EditionContext,
        files: FilesOnDemand,
        problems: Sequence[Problem],
        show: Callable[[FilesOnDemand, Sequence[Problem]], None],
        tell: Callable[[Sequence[Problem]], None],
    ) -> None:
        """`tell` is given all errors, in a thread of its own, where `show` was given only some."""
        self._memory = memory
        self._surroundings = surroundings
        self._edition = edition
        self._look = _look(edition.projection)
        self._files = files
        self._show = show
        self._tell = tell
        self._of_several = tuple(problems)
        self._checking: threading.Timer | None = None

    def refresh(self) -> bool:
        """Take over what changed in the records. Returns False where the whole site has to be made anew."""
        self.end()
        memory = self._memory
        if self._surroundings.changed() or kb_settings.read(memory.settings.config_file) != memory.settings:
            return False
        reading = loading.read(memory.settings, memory.reading)
        projection = projecting.project(reading.knowledge, Edition(), memory.projecting)
        if _look(projection) != self._look:
            return False
        self._edition = edition = self._edition.with_bodies_of(projection)
        self._files = FilesOnDemand(edition, self._files.site, self._files.address, self._files)
        if memory.check_seconds <= AT_ONCE:
            self._of_several = memory.check(reading).errors
            self._show(self._files, self._of_several)
            return True
        own = reading.knowledge.errors
        paths = {problem.path for problem in own}
        self._show(self._files, [*own, *(p for p in self._of_several if p.path not in paths and p not in own)])
        self._checking = threading.Timer(PAUSE, self._check, [reading, self._files])
        self._checking.daemon = True
        self._checking.start()
        return True

    def _check(self, reading: loading.Reading, files: FilesOnDemand) -> None:
        problems = self._memory.check(reading).errors
        if self._files is files:
            self._of_several = problems
            self._tell(problems)

    @property
    def is_checking(self) -> bool:
        """Whether a check was put off and is not finished."""
        return self._checking is not None and self._checking.is_alive()

    def end(self) -> None:
        """Give up a check that has not begun."""
        if self._checking is not None:
            self._checking.cancel()


def _look(projection: Projection) -> tuple[object, ...]:
    """What the theme shows on every page."""
    frame = assets.page_frame(projection)
    return projection.site_name, frame, projection.branding, views.navigation(projection)
