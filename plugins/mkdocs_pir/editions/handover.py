"""The one way out to a client: made where nobody else reads it, audited, and only then handed on.

Sites, responder packs, PDFs and exports go through `staged`, and nothing else that is for a client is written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mkdocs_pir.editions.audit import Auditor, NotLookedFor, OrdinaryUse
from mkdocs_pir.editions.generations import STAGING
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError, configured


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit says of one edition: findings that stop it, warnings that do not, and its lists for the manifest."""

    findings: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    not_looked_for: tuple[NotLookedFor, ...] = ()
    ordinary_words: tuple[OrdinaryUse, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """What a manifest says of it."""
        return {
            "not_looked_for": [name.as_dict() for name in self.not_looked_for],
            "ordinary_words": [use.as_dict() for use in self.ordinary_words],
        }


Audit = Callable[[Path, Edition], Audited]
"""Searches a folder that is meant for an edition."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A private folder with what was made, and what its audit said."""

    folder: Path
    audit: Audited


def auditing(kb: KnowledgeBase, editions: Collection[Edition]) -> Audit:
    """The independent audit for some editions of a knowledge base, which it reads for itself where one is a client's."""
    clients = any(not edition.internal for edition in editions)
    auditor = Auditor.read(kb.folder, kb.settings.config_file) if clients else None
    return partial(_audit, auditor, kb.settings.rules)


def _audit(auditor: Auditor | None, rules: Mapping[str, str], folder: Path, edition: Edition) -> Audited:
    if edition.client is None:
        # the provider's own edition may hold everything
        return Audited()
    if auditor is None:
        raise ValueError(f"the audit was not prepared for {edition}")
    report = auditor.audit(folder, edition.client)
    doubts = configured((use.as_problem() for use in report.ordinary_words), rules)
    findings = [finding.as_problem() for finding in report.findings]
    return Audited(
        (*findings, *(problem for problem in doubts if problem.severity == "error")),
        tuple(problem for problem in doubts if problem.severity != "error"),
        report.not_looked_for,
        report.ordinary_words,
    )


@contextmanager
def staged(
    edition: Edition, audit: Audit, make: Callable[[Path], object], within: Path | None = None
) -> Iterator[Staged]:
    """What `make` writes into a folder that only this user can read, once the audit has passed it.

    The folder is inside `within`, or where the system keeps temporary files, and is gone afterwards unless it was
    moved. Raises ProblemError with the findings of the audit: then there is nothing to hand on.
    """
    room = Path(tempfile.mkdtemp(prefix=STAGING, dir=within))
    try:
        folder = room / "site"
        folder.mkdir()
        make(folder)
        report = audit(folder, edition)
        if report.findings:
            raise ProblemError(report.findings)
        yield Staged(folder, report)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def audited(edition: Edition, audit: Audit, name: str, content: bytes) -> bytes:
    """One file for an edition, once the audit has passed it under its name. Raises ProblemError with its findings."""
    if edition.internal:
        return content
    with staged(edition, audit, lambda folder: (folder / name).write_bytes(content)):
        return content
