"""The hand-over to a client: files are made in a private folder, audited, and only then handed over.

Sites, responder packs, PDFs and exports go through `staged`; nothing else for a client is written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from mkdocs_pir.editions import generations
from mkdocs_pir.editions.audit import (
    Auditor,
    LearnedTexts,
    Ledger,
    NotLookedFor,
    OrdinaryUse,
    RepeatedAudits,
    Report,
    ledger,
)
from mkdocs_pir.editions.generations import STAGING
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import atomic
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError, with_configured_severity
from mkdocs_pir.store import stages


@dataclass(frozen=True, slots=True)
class AuditResult:
    """The result of the audit of an edition: findings, which stop it, warnings, and the lists for the manifest."""

    findings: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    not_looked_for: tuple[NotLookedFor, ...] = ()
    ordinary_words: tuple[OrdinaryUse, ...] = ()
    ledger: Ledger | None = field(default=None, repr=False)
    """What was searched, for the next audit of the edition."""

    def as_dict(self) -> dict[str, object]:
        """The fields of the manifest that come from the audit."""
        return {
            "not_looked_for": [name.as_dict() for name in self.not_looked_for],
            "ordinary_words": [use.as_dict() for use in self.ordinary_words],
        }


Audit = Callable[[Path, Edition], AuditResult]
"""Audits a folder with the files of an edition."""


@dataclass(frozen=True, slots=True)
class StagedFolder:
    """A private folder with the files of an edition, and the result of their audit."""

    folder: Path
    audit: AuditResult


@stages.AUDIT
def prepare_audit(kb: KnowledgeBase, editions: Collection[Edition], published: Path | None = None) -> Audit:
    """The audit for some editions of a knowledge base. It reads the knowledge base only if one of them is a client's.

    With the folder in which they are `published`, whose lock is held, texts that were learned before are not learned
    again, and files that were audited before are searched only for what is new.
    """
    clients = [edition for edition in editions if not edition.internal]
    if not clients or published is None:
        auditor = Auditor.read(kb.folder, kb.settings.config_file) if clients else None
        return partial(_audit, auditor, kb.settings.rules)
    audits = RepeatedAudits(_read_again(kb, generations.learned_file(published)))
    for edition in clients:
        # many have the same, which is compared once, before processes are copied
        folder, _, digest = generations.ledger(published, edition)
        if (numbers := ledger.searched_for(folder, digest)) is not None:
            audits.compare(numbers)
    return partial(_audit_again, audits, kb.settings.rules, published, {})


def _read_again(kb: KnowledgeBase, file: Path) -> Auditor:
    """The auditor of a knowledge base, with the file of what was learned of its texts, which is brought up to date."""
    try:
        content = file.read_bytes()
    except OSError:
        content = b""
    learned_texts = LearnedTexts(content, ledger.audit_version())
    auditor = Auditor.read(kb.folder, kb.settings.config_file, learned_texts)
    if (now := learned_texts.content()) is not None:
        with suppress(OSError):
            # without it the next build learns them again
            atomic.write(file, now)
    return auditor


@stages.AUDIT
def _audit(auditor: Auditor | None, rules: Mapping[str, str], folder: Path, edition: Edition) -> AuditResult:
    if edition.client is None:
        # the internal edition may contain everything
        return AuditResult()
    if auditor is None:
        raise ValueError(f"the audit was not prepared for {edition}")
    return _result(auditor.audit(folder, edition.client), rules)


@stages.AUDIT
def _audit_again(
    audits: RepeatedAudits,
    rules: Mapping[str, str],
    published: Path,
    latest: dict[Edition, Ledger | None],
    folder: Path,
    edition: Edition,
) -> AuditResult:
    """Audit a folder with the ledger of the published edition, or of the `latest` folder that was audited for it."""
    if edition.client is None:
        return AuditResult()
    if edition not in latest:
        latest.clear()
        latest[edition] = ledger.read(edition.client, *generations.ledger(published, edition))
    report, latest[edition] = audits.audit(folder, edition.client, latest[edition])
    return replace(_result(report, rules), ledger=latest[edition])


def _result(report: Report, rules: Mapping[str, str]) -> AuditResult:
    ambiguities = with_configured_severity((use.as_problem() for use in report.ordinary_words), rules)
    findings = [finding.as_problem() for finding in report.findings]
    return AuditResult(
        (*findings, *(problem for problem in ambiguities if problem.severity == "error")),
        tuple(problem for problem in ambiguities if problem.severity != "error"),
        report.not_looked_for,
        report.ordinary_words,
    )


@contextmanager
def staged(
    edition: Edition, audit: Audit, make: Callable[[Path], object], within: Path | None = None
) -> Iterator[StagedFolder]:
    """Let `make` write into a folder that only this user can read, and yield the folder once the audit has passed it.

    The folder is in `within`, or among the system's temporary files, and is removed afterwards unless it was moved.
    Raises ProblemError with the findings of the audit.
    """
    private = Path(tempfile.mkdtemp(prefix=STAGING, dir=within))
    try:
        folder = private / "site"
        folder.mkdir()
        make(folder)
        report = audit(folder, edition)
        if report.findings:
            raise ProblemError(report.findings)
        yield StagedFolder(folder, report)
    finally:
        shutil.rmtree(private, ignore_errors=True)


def audit_content(edition: Edition, audit: Audit, name: str, content: bytes) -> bytes:
    """The content of a file for an edition, after the audit has passed it. Raises ProblemError with the findings."""
    if edition.internal:
        return content
    with staged(edition, audit, lambda folder: (folder / name).write_bytes(content)):
        return content
