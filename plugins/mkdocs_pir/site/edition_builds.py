"""Builds several editions from a knowledge base that was read once, in several processes if asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass
from pathlib import Path

from mkdocs_pir.editions.handover import Audit
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.publish import PublishedEdition, publish
from mkdocs_pir.editions.published_projections import encode
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.store.executors import separate_processes


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
"""In a worker process: the context of its parent, received once when the worker starts."""


def build_editions(works: BuildContext, editions: Sequence[Edition], jobs: int) -> Iterator[Outcome]:
    """Publish editions, at most `jobs` at once, and yield each outcome as soon as it is known.

    The caller holds the lock of the output folder. When an edition fails, its published site stays as it was and the
    others are published all the same, even if its process is killed.
    """
    if jobs <= 1 or len(editions) <= 1:
        yield from (_build_edition(works, edition) for edition in editions)
        return
    unfinished = list(editions)
    for outcome in _build_in_pool(works, editions, jobs):
        unfinished.remove(outcome.edition)
        yield outcome
    # a process that dies breaks the whole pool: each edition that is not finished is tried again by itself
    for edition in unfinished:
        yield next(_build_in_pool(works, [edition], 1), None) or Outcome(edition, problems=(_killed(edition),))


def _build_in_pool(works: BuildContext, editions: Sequence[Edition], jobs: int) -> Iterator[Outcome]:
    """Yield the outcomes of a pool of processes until all are known or the pool breaks."""
    with separate_processes(min(jobs, len(editions)), _begin, works) as pool:
        waiting: set[Future[Outcome]] = {pool.submit(_work, edition) for edition in editions}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    yield future.result()
                except BrokenExecutor:
                    continue


def _begin(works: BuildContext) -> None:
    global _works
    _works = works


def _work(edition: Edition) -> Outcome:
    assert _works is not None
    return _build_edition(_works, edition)


def _build_edition(works: BuildContext, edition: Edition) -> Outcome:
    # importing MkDocs takes half a second, so it is imported only here
    from mkdocs_pir.site.mkdocs_build import render

    settings = works.knowledge.settings
    try:
        projection = project(works.knowledge, edition)
        done = publish(
            works.out,
            works.work,
            edition,
            lambda folder: render(settings, projection, folder),
            works.audit,
            dict(works.facts),
            b"" if edition.internal else encode(projection),
        )
        return Outcome(edition, done)
    except ProblemError as error:
        return Outcome(edition, problems=error.problems)
    except Exception as error:
        # a bug of ours in one edition must not show a traceback, nor stop the other editions
        what = f"{type(error).__name__}: {error}"
        return Outcome(edition, problems=(_stop(edition, what, "this is a fault of mkdocs-pir; please report it"),))


def _killed(edition: Edition) -> Problem:
    return _stop(edition, "its process ended unexpectedly", "is there enough memory? build with fewer --jobs")


def _stop(edition: Edition, what: str, hint: str) -> Problem:
    return Problem.of("PIR605", edition.folder, (0, 0), f"publishing '{edition}' was stopped: {what}", hint)
