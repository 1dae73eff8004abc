"""Builds several editions from a knowledge base that was read once, in several processes or on a cluster if asked.

Where processes can be copies of this one, each builds whole editions. Others get the task of one edition at a time
(site/edition_tasks.py): it is prepared here, its files are made there, and they are audited and published here.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from mkdocs_pir.editions.handover import Audit, prepare_audit
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.publish import PublishedEdition, keep, publish
from mkdocs_pir.editions.published_generation import PublishedGeneration
from mkdocs_pir.editions.published_projections import encode
from mkdocs_pir.editions.unchanged_editions import unchanged
from mkdocs_pir.editions.withheld_names import RecordNames
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site.edition_inputs import Inputs, edition_inputs
from mkdocs_pir.site.edition_renderers import render_next
from mkdocs_pir.site.edition_tasks import EditionTask, MadeEdition, edition_task, fault, make_edition, stopped, unpack
from mkdocs_pir.store import stages
from mkdocs_pir.store.cluster import Cluster, ClusterError, WorkerDiedError
from mkdocs_pir.store.executors import InProcess, copies, fresh_processes, may_fork, share

Result = TypeVar("Result")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class BuildContext:
    """What every edition is made from, read once: the knowledge base, the audit, the folders, facts for manifests.

    `inputs` are the digests of what the build began with. With `force`, editions are built even if nothing changed.
    `digests` are of what editions that are published would be made from now, as far as that was worked out before.
    """

    knowledge: KnowledgeBase | None
    audit: Audit
    out: Path
    work: Path
    facts: Mapping[str, str]
    inputs: Inputs
    force: bool = False
    digests: Mapping[Edition, Mapping[str, str]] = field(default_factory=dict)
    names: RecordNames | None = None
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        assert self.knowledge is not None
        self.settings = self.knowledge.settings

    @classmethod
    def prepare(
        cls,
        knowledge: KnowledgeBase,
        editions: Sequence[Edition],
        out: Path,
        work: Path,
        facts: Mapping[str, str],
        inputs: Inputs,
        force: bool = False,
    ) -> BuildContext:
        """Prepare the audit of some editions; other processes meanwhile work out what those of clients are made from.

        The lock of `out`, the folder of all editions, is held. Most editions are known to be unchanged by that.
        """
        audits: list[Audit] = []
        clients = [edition for edition in editions if not edition.internal and (out / edition.folder).is_dir()]
        names = RecordNames(knowledge)

        def made_from(edition: Edition) -> tuple[Edition, dict[str, str] | None]:
            try:
                with stages.edition(str(edition)):
                    return edition, _digests(knowledge.settings, inputs, project(knowledge, edition, names=names))
            except Exception:
                # what is wrong is reported when the edition is built
                return edition, None

        wanted = clients if len(editions) > 1 and not force else []
        worked_out = share(made_from, wanted, lambda: audits.append(prepare_audit(knowledge, editions, out)))
        digests = {edition: values for edition, values in worked_out if values is not None}
        return cls(knowledge, audits[0], out, work, facts, inputs, force, digests, names)

    def project(self, edition: Edition, *, is_last: bool = False) -> Projection:
        """The projection of an edition. After the last one the knowledge base is let go: it is much of what is in memory."""
        assert self.knowledge is not None
        knowledge, names = self.knowledge, self.names
        if is_last:
            self.knowledge = self.names = None
        return project(knowledge, edition, names=names)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one edition: what was published, or the problems for which it was not."""

    edition: Edition
    published: PublishedEdition | None = None
    problems: tuple[Problem, ...] = ()


CHECK = 1.0
"""Seconds without any result after which a cluster is checked."""

CLUSTER = "cluster"
"""What stands for the file in problems of a cluster."""

_works: BuildContext | None = None
"""What `_begin` was given: in a copy of this process, the context of its parent."""


def build_editions(
    works: BuildContext, editions: Sequence[Edition], jobs: int, connect: Callable[[], Cluster] | None = None
) -> Iterator[Outcome]:
    """Publish editions, at most `jobs` at once, and yield each outcome as soon as it is known.

    The caller holds the lock of the output folder. When an edition fails, its published site stays as it was and the
    others are published all the same, even if its process is killed. `connect` gives a cluster on which the files are
    made, while at most `jobs` editions at once are prepared, audited and published here; it may raise ClusterError.
    """
    if connect is None and (jobs <= 1 or len(editions) <= 1):
        for number, edition in enumerate(editions, 1):
            yield _build_edition(works, edition, is_last=number == len(editions))
        return
    unfinished = list(editions)
    for outcome in _build_at_once(works, editions, jobs, connect):
        unfinished.remove(outcome.edition)
        yield outcome
    # a process that dies breaks the whole pool: each edition that is not finished is tried again by itself
    for edition in unfinished:
        yield next(_build_at_once(works, [edition], 1, None), None) or Outcome(edition, problems=(_killed(edition),))


def _build_at_once(
    works: BuildContext, editions: Sequence[Edition], jobs: int, connect: Callable[[], Cluster] | None
) -> Iterator[Outcome]:
    """Yield the outcomes of several processes until all are known or a pool breaks."""
    workers = min(jobs, len(editions))
    _begin(works)
    with copies(workers) if may_fork() else InProcess() as here:
        if connect is not None:
            with connect() as cluster:
                steps = _Steps(here, cluster, _prepare)
                yield from steps.run(editions, lambda: workers + 2 * cluster.workers, cluster.check)
        elif isinstance(here, InProcess):
            with fresh_processes(workers) as there:
                yield from _Steps(here, there, _prepare).run(editions, lambda: 2 * workers)
        else:
            yield from _Steps(here, here, _build).run(editions, lambda: len(editions))


class _Steps:
    """Takes editions from their `first` step to their outcomes. What a step returns says which step is next."""

    def __init__(self, here: Executor, there: Executor, first: Callable[[Edition], object]) -> None:
        self._here = here
        self._there = there
        self._first = first
        self._running: dict[Future[Any], Edition] = {}
        self._tasks: dict[Edition, EditionTask] = {}

    def run(
        self, editions: Sequence[Edition], at_once: Callable[[], int], check: Callable[[], None] = lambda: None
    ) -> Iterator[Outcome]:
        """Yield the outcomes of editions until a pool breaks.

        No more than `at_once` are begun and not finished, since their files are in memory. While nothing is finished,
        `check` may raise ClusterError; then what is being done here is finished all the same.
        """
        to_begin = deque(editions)
        while to_begin or self._running:
            try:
                while to_begin and len(self._running) < max(at_once(), 1):
                    edition = to_begin.popleft()
                    with suppress(BrokenExecutor):
                        self._running[stages.submit(self._here, self._first, edition)] = edition
                with stages.WAITING:
                    done = wait(self._running, timeout=CHECK, return_when=FIRST_COMPLETED).done
                if not done:
                    check()
            except ClusterError as error:
                lost = {future: edition for future, edition in self._running.items() if edition in self._tasks}
                self._running = {future: edition for future, edition in self._running.items() if future not in lost}
                for edition in (*lost.values(), *to_begin):
                    yield Outcome(edition, problems=(unusable(error),))
                to_begin.clear()
                continue
            for future in done:
                if (outcome := self._outcome(future, self._running.pop(future))) is not None:
                    yield outcome

    def _outcome(self, future: Future[Any], edition: Edition) -> Outcome | None:
        """The outcome of an edition, or None if another step of it was begun, or its pool broke."""
        task = self._tasks.pop(edition, None)
        try:
            result = stages.result(future)
            if isinstance(result, EditionTask):
                self._running[stages.submit(self._there, make_edition, result)] = edition
                self._tasks[edition] = result
            elif isinstance(result, MadeEdition) and task is not None:
                self._running[stages.submit(self._here, _hand_over, edition, task, result)] = edition
            else:
                outcome: Outcome = result
                return outcome
        except BrokenExecutor:
            return None
        except ClusterError as error:
            return Outcome(edition, problems=(unusable(error),))
        except WorkerDiedError:
            return Outcome(edition, problems=(_killed(edition, "give each worker more memory"),))
        except Exception as error:
            return Outcome(edition, problems=(fault(edition, error),))
        return None


def _begin(works: BuildContext) -> None:
    global _works
    _works = works


def _build(edition: Edition) -> Outcome:
    assert _works is not None
    return _build_edition(_works, edition)


def _build_edition(works: BuildContext, edition: Edition, *, is_last: bool = False) -> Outcome:
    return _attempt(
        edition, lambda: _known(works, edition) or _build_here(works, works.project(edition, is_last=is_last))
    )


def _build_here(works: BuildContext, projection: Projection) -> Outcome:
    digests = _digests(works.settings, works.inputs, projection)
    if (kept := _kept_as_projected(works, projection, digests)) is not None:
        return kept
    settings = works.settings
    # nobody keeps frames for a client; and who forces a build wants it made by MkDocs
    site = works.inputs.site if projection.edition.internal and not works.force else b""
    return _published(
        works,
        projection.edition,
        lambda: projection,
        lambda folder, previous: render_next(settings, projection, folder, previous, site),
        digests,
    )


def _kept(works: BuildContext, edition: Edition, digests: Mapping[str, str]) -> Outcome | None:
    """The outcome for an edition that is published already, from the same inputs; None for one that must be built."""
    if works.force:
        log.info("%s: made, as --force asks for it", edition)
        return None
    if (same := unchanged(works.out, edition, {"edition": digests["edition"]})) is None:
        published = (works.out / edition.folder).is_dir()
        why = "what it shows, how it looks or the program changed" if published else "it is not published yet"
        log.info("%s: made, as %s", edition, why)
        return None
    log.info("%s: not made again, as all that it is made from is as it was", edition)
    facts = {**works.facts, "inputs": dict(digests)}
    return Outcome(edition, keep(works.out, works.work, same, works.audit, facts))


def _known(works: BuildContext, edition: Edition) -> Outcome | None:
    """The outcome for an edition of which it is known already that it is published from the same inputs."""
    digests = works.digests.get(edition)
    return _kept(works, edition, digests) if digests is not None else None


def _kept_as_projected(works: BuildContext, projection: Projection, digests: Mapping[str, str]) -> Outcome | None:
    """The same for an edition of which that was not known before."""
    edition = projection.edition
    return _kept(works, edition, digests) if edition not in works.digests else None


def _digests(settings: Settings, inputs: Inputs, projection: Projection) -> dict[str, str]:
    """The digests of what an edition is made from, for its manifest."""
    return {"all": inputs.all, "edition": edition_inputs(settings, projection, inputs.site)}


def _prepare(edition: Edition) -> EditionTask | Outcome:
    """The task of making an edition's files elsewhere. What only this machine can build from is built at once."""
    works = _works
    assert works is not None

    def prepare() -> EditionTask | Outcome:
        if (known := _known(works, edition)) is not None:
            return known
        projection = works.project(edition)
        digests = _digests(works.settings, works.inputs, projection)
        if (kept := _kept_as_projected(works, projection, digests)) is not None:
            return kept
        task = edition_task(works.settings, projection)
        return replace(task, digests=digests) if task is not None else _build_here(works, projection)

    return _attempt(edition, prepare)


def _hand_over(edition: Edition, task: EditionTask, made: MadeEdition) -> Outcome:
    """Audit and publish the files of an edition that were made elsewhere."""
    works = _works
    assert works is not None
    if made.problems:
        return Outcome(edition, problems=made.problems)
    return _attempt(
        edition,
        lambda: _published(works, edition, task.projection, lambda folder, _: unpack(made, folder), task.digests),
    )


def _published(
    works: BuildContext,
    edition: Edition,
    projection: Callable[[], Projection],
    render: Callable[[Path, PublishedGeneration], None],
    digests: Mapping[str, str],
) -> Outcome:
    # only a client is answered from the projection, and to decode one takes time and memory
    answers = b"" if edition.internal else encode(projection())
    done = publish(works.out, works.work, edition, render, works.audit, works.facts, answers, digests)
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


def unusable(error: ClusterError) -> Problem:
    """The problem of a cluster that cannot be used, or no longer."""
    return Problem.of("PIR623", CLUSTER, (0, 0), error.message, error.hint)


def _killed(edition: Edition, hint: str = "build with fewer --jobs") -> Problem:
    return stopped(edition, "its process ended unexpectedly", f"is there enough memory? {hint}")
