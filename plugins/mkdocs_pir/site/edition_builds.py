"""Builds several editions from a knowledge base that was read once, in several processes or on a cluster if asked.

Where processes can be copies of this one, each builds whole editions. Others get the task of one edition at a time
(site/edition_tasks.py): it is prepared here, its files are made there, and they are audited and published here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mkdocs_pir.editions.handover import Audit
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.publish import PublishedEdition, publish
from mkdocs_pir.editions.published_projections import encode
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.site.edition_tasks import EditionTask, MadeEdition, edition_task, fault, make_edition, stopped, unpack
from mkdocs_pir.store import stages
from mkdocs_pir.store.executors import InProcess, copies, fresh_processes, may_fork

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What every edition is made from, read once: the knowledge base, the audit, the folders, facts for manifests."""

    knowledge: KnowledgeBase
    audit: Audit
    out: Path
    work: Path
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one edition: what was published, or the problems for which it was not."""

    edition: Edition
    published: PublishedEdition | None = None
    problems: tuple[Problem, ...] = ()


_works: BuildContext | None = None
"""What `_begin` was given: in a copy of this process, the context of its parent."""


def build_editions(works: BuildContext, editions: Sequence[Edition], jobs: int) -> Iterator[Outcome]:
    """Publish editions, at most `jobs` at once, and yield each outcome as soon as it is known.

    The caller holds the lock of the output folder. When an edition fails, its published site stays as it was and the
    others are published all the same, even if its process is killed.
    """
    if jobs <= 1 or len(editions) <= 1:
        yield from (_build_edition(works, edition) for edition in editions)
        return
    unfinished = list(editions)
    for outcome in _build_at_once(works, editions, jobs):
        unfinished.remove(outcome.edition)
        yield outcome
    # a process that dies breaks the whole pool: each edition that is not finished is tried again by itself
    for edition in unfinished:
        yield next(_build_at_once(works, [edition], 1), None) or Outcome(edition, problems=(_killed(edition),))


def _build_at_once(works: BuildContext, editions: Sequence[Edition], jobs: int) -> Iterator[Outcome]:
    """Yield the outcomes of a pool of processes until all are known or the pool breaks."""
    workers = min(jobs, len(editions))
    if may_fork():
        with copies(workers, _begin, works) as pool:
            yield from _steps(pool, pool, _build, editions, len(editions))
    else:
        _begin(works)
        with fresh_processes(workers) as pool:
            yield from _steps(InProcess(), pool, _prepare, editions, 2 * workers)


def _steps(
    here: Executor, there: Executor, first: Callable[[Edition], object], editions: Sequence[Edition], at_once: int
) -> Iterator[Outcome]:
    """Take each edition from its `first` step to its outcome, and yield the outcomes until a pool breaks.

    What a step returns says which step is next. No more than `at_once` editions are begun and not finished, since
    their files are in memory.
    """
    to_begin = deque(editions)
    waiting: dict[Future[Any], tuple[Edition, Any]] = {}
    while to_begin or waiting:
        while to_begin and len(waiting) < at_once:
            edition = to_begin.popleft()
            with suppress(BrokenExecutor):
                waiting[stages.submit(here, first, edition)] = edition, None
        with stages.WAITING:
            done = wait(waiting, return_when=FIRST_COMPLETED).done
        for future in done:
            edition, task = waiting.pop(future)
            with suppress(BrokenExecutor):
                result = stages.result(future)
                if isinstance(result, EditionTask):
                    waiting[stages.submit(there, make_edition, result)] = edition, result
                elif isinstance(result, MadeEdition):
                    waiting[stages.submit(here, _hand_over, edition, task, result)] = edition, None
                else:
                    yield result


def _begin(works: BuildContext) -> None:
    global _works
    _works = works


def _build(edition: Edition) -> Outcome:
    assert _works is not None
    return _build_edition(_works, edition)


def _build_edition(works: BuildContext, edition: Edition) -> Outcome:
    return _attempt(edition, lambda: _build_here(works, project(works.knowledge, edition)))


def _build_here(works: BuildContext, projection: Projection) -> Outcome:
    # importing MkDocs takes half a second, so it is imported only here
    from mkdocs_pir.site.mkdocs_build import render

    return _published(works, projection, lambda folder: render(works.knowledge.settings, projection, folder))


def _prepare(edition: Edition) -> EditionTask | Outcome:
    """The task of making an edition's files elsewhere. What only this machine can build from is built at once."""
    works = _works
    assert works is not None

    def prepare() -> EditionTask | Outcome:
        projection = project(works.knowledge, edition)
        return edition_task(works.knowledge.settings, projection) or _build_here(works, projection)

    return _attempt(edition, prepare)


def _hand_over(edition: Edition, task: EditionTask, made: MadeEdition) -> Outcome:
    """Audit and publish the files of an edition that were made elsewhere."""
    works = _works
    assert works is not None
    if made.problems:
        return Outcome(edition, problems=made.problems)
    return _attempt(edition, lambda: _published(works, task.projection(), lambda folder: unpack(made, folder)))


def _published(works: BuildContext, projection: Projection, render: Callable[[Path], None]) -> Outcome:
    edition = projection.edition
    done = publish(
        works.out,
        works.work,
        edition,
        render,
        works.audit,
        dict(works.facts),
        b"" if edition.internal else encode(projection),
    )
    return Outcome(edition, done)


def _attempt(edition: Edition, step: Callable[[], Result]) -> Result | Outcome:
    """What a step for an edition returns, or the outcome with the problems that it raises."""
    try:
        with stages.edition(str(edition)):
            return step()
    except ProblemError as error:
        return Outcome(edition, problems=error.problems)
    except Exception as error:
        return Outcome(edition, problems=(fault(edition, error),))


def _killed(edition: Edition) -> Problem:
    return stopped(edition, "its process ended unexpectedly", "is there enough memory? build with fewer --jobs")
