"""The one way out to a client: made where nobody else reads it, audited, and only then handed on.

Sites, responder packs, PDFs and exports go through `staged`, and nothing else that is for a client is written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mkdocs_pir.editions.audit import Auditor, NotLookedFor
from mkdocs_pir.editions.generations import STAGING
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError


@dataclass(frozen=True, slots=True)
class Audited:
    """What an audit says of one edition: findings that stop it, and other clients' names that it did not look for."""

    findings: tuple[Problem, ...] = ()
    not_looked_for: tuple[NotLookedFor, ...] = ()


Audit = Callable[[Path, Edition], Audited]
"""Searches a folder that is meant for an edition."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A private folder with what was made, and other clients' names that its audit did not look for."""

    folder: Path
    not_looked_for: tuple[NotLookedFor, ...]


def auditing(kb: KnowledgeBase, editions: Collection[Edition]) -> Audit:
    """The independent audit for some editions of a knowledge base, which it reads for itself where one is a client's."""
    clients = any(not edition.internal for edition in editions)
    return partial(_audit, Auditor.read(kb.folder, kb.settings.config_file) if clients else None)


def _audit(auditor: Auditor | None, folder: Path, edition: Edition) -> Audited:
    if edition.client is None:
        # the provider's own edition may hold everything
        return Audited()
    if auditor is None:
        raise ValueError(f"the audit was not prepared for {edition}")
    report = auditor.audit(folder, edition.client)
    return Audited(tuple(finding.as_problem() for finding in report.findings), report.not_looked_for)


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
        yield Staged(folder, report.not_looked_for)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def audited(edition: Edition, audit: Audit, name: str, content: bytes) -> bytes:
    """One file for an edition, once the audit has passed it under its name. Raises ProblemError with its findings."""
    if edition.internal:
        return content
    with staged(edition, audit, lambda folder: (folder / name).write_bytes(content)):
        return content
