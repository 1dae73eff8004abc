"""`pir check --watch`: check again whenever something changes, and print what became of the problems."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from mkdocs_pir.cli import printed_paths
from mkdocs_pir.cli.context import Context
from mkdocs_pir.cli.terminal import styled
from mkdocs_pir.editions.release import with_approvals
from mkdocs_pir.kb import loading, settings, snapshot
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.store.result_store import ResultStore

INTERVAL = 0.5
"""The least number of seconds between two looks at the files."""

SHARE = 10
"""Looking takes at most one part in so many of the time of a processor."""

SETTLED = 0.1
"""Seconds without another change after which files are read: editors and Git write many files, or one in several steps."""

_Identity = tuple[str, str, str]


class Watch:
    """A knowledge base that is checked again and again.

    Args:
        context: The context of the command.
        choose: Takes a knowledge base, and gives the problems that are to be reported and the line that sums them up.
    """

    def __init__(self, context: Context, choose: Callable[[KnowledgeBase], tuple[Sequence[Problem], str]]) -> None:
        self._context = context
        self._choose = choose
        # not looked for again: once it is deleted, that of a folder above is another knowledge base
        self._config_file = settings.find_config(context.folder)
        self._here = Path.cwd()
        self._memory = loading.Memory()
        self._read_with: Settings | None = None
        self._shown: Sequence[Problem] = ()
        # a file that is deleted has the path that was printed for it
        self._printed_paths: Mapping[str, str] = {}
        self._stopped_by: Sequence[Problem] = ()

    def run(self) -> None:
        """Check until the user presses Ctrl-C."""
        before: object = None
        try:
            while True:
                start = time.process_time()
                state = self._look()
                if state != before:
                    before = self._settled(state)
                    self._check(before)
                time.sleep(max(INTERVAL, SHARE * (time.process_time() - start)))
        except KeyboardInterrupt:
            self._context.say("")

    def _look(self) -> object:
        """All that the problems depend on; equal where nothing changed. What cannot be read is what its error says."""
        try:
            self._come_back()
            read = settings.read(self._config_file)
            if read.records.is_symlink() or not read.records.is_dir():
                return read
            store = ResultStore(read.cache)
            try:
                return read, snapshot.take(read, store)
            finally:
                store.close()
        except ProblemError as error:
            return error.problems
        except OSError as error:
            # a folder that is deleted while it is looked at
            return str(error)

    def _come_back(self) -> None:
        """Go to the current folder again, if it was deleted and made anew: paths are printed from there."""
        try:
            Path.cwd()
        except OSError:
            with suppress(OSError):
                os.chdir(self._here)

    def _settled(self, state: object) -> object:
        """The state once it no longer changes."""
        while True:
            time.sleep(SETTLED)
            now = self._look()
            if now == state:
                return now
            state = now

    def _check(self, state: object) -> None:
        try:
            self._report(state)
        except OSError as error:
            self._say(f"the files cannot be read now: {error.strerror or error}")

    def _report(self, state: object) -> None:
        """Print the problems that are new, those that are mended, and the total."""
        if isinstance(state, str):
            self._say(f"the files cannot be read now: {state}")
            return
        try:
            knowledge = self._knowledge()
        except ProblemError as error:
            self._stop(error.problems, "")
            return
        if not knowledge.settings.records.is_dir() or knowledge.settings.records.is_symlink():
            self._stop(knowledge.problems, knowledge.settings.problems_url)
            return
        was_stopped, self._stopped_by = bool(self._stopped_by), ()
        problems, summary = self._choose(knowledge)
        known, now = Counter(map(_identity, self._shown)), Counter(map(_identity, problems))
        new, mended = _without(problems, known), _without(self._shown, now)
        folders = [knowledge.settings.records, knowledge.settings.root]
        for problem in mended:
            path = self._printed_paths.get(problem.path, problem.path)
            click.echo(f"{styled('mended', 'mended')}: {path}: {problem.code}: {problem.message}")
        if new:
            click.echo(printed_paths.problems_as_text(new, folders, knowledge.settings.problems_url))
        self._shown = problems
        printed = printed_paths.with_relative_paths(problems, folders)
        self._printed_paths = {own.path: shown.path for own, shown in zip(problems, printed, strict=True)}
        self._say(f"{'the records can be read again; ' if was_stopped else ''}{summary}")

    def _knowledge(self) -> KnowledgeBase:
        """The knowledge base, of which only files that changed are read anew."""
        read = settings.read(self._config_file)
        if read != self._read_with:
            # other options may make another record of the same file
            self._memory, self._read_with = loading.Memory(), read
        with self._context.step("Reading the records", lasting=False):
            return with_approvals(loading.check(loading.read(read, self._memory)))

    def _stop(self, problems: Sequence[Problem], pages: str) -> None:
        """Print why no record can be read now. The problems of records are neither mended nor new by that."""
        if list(problems) != list(self._stopped_by):
            click.echo(printed_paths.problems_as_text(problems, [self._config_file.parent], pages))
            self._stopped_by = problems
        self._say("no record is checked until that is mended")

    def _say(self, text: str) -> None:
        self._context.say(f"{datetime.now():%H:%M:%S} {text}")


def _identity(problem: Problem) -> _Identity:
    """What is the same of a problem after lines were added above it."""
    return problem.path, problem.code, problem.message


def _without(problems: Sequence[Problem], others: Counter[_Identity]) -> list[Problem]:
    """The problems that are not among the others, each of which stands for one."""
    left = Counter(others)
    out = []
    for problem in problems:
        if left[_identity(problem)] > 0:
            left[_identity(problem)] -= 1
        else:
            out.append(problem)
    return out
