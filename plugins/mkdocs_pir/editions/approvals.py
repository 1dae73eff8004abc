"""Approvals of releases: who may give one, and the edits that write it into a record."""

from __future__ import annotations

from datetime import date

from mkdocs_pir.editions.approval_fingerprints import missing_references
from mkdocs_pir.kb import review_conditions, statuses
from mkdocs_pir.kb.declared_names import approvers
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Lesson, Pir
from mkdocs_pir.kb.problem import did_you_mean
from mkdocs_pir.kb.record_edits import Edit, Remove, Set

DRAFT = statuses.LESSON[0]
"""The status of a lesson that nobody has checked yet."""


def refusal(kb: KnowledgeBase, entry: RecordFile, by: str) -> str:
    """Why a role cannot approve the release of a record, in a sentence; empty if it can."""
    roles = approvers(kb)
    if by not in roles:
        hint = did_you_mean(by, roles) or f"choose from {', '.join(roles)}"
        return f"there is no role '{by}'; {hint}"
    if missing := missing_references(kb, entry):
        return f"{entry.id} cannot be approved: it refers to {missing[0]}, which is missing or cannot be read"
    pir, step = entry.record, review_conditions.releasing_step(kb.lifecycle)
    if isinstance(pir, Pir) and step is not None and not review_conditions.may_be_released(kb.lifecycle, pir):
        return (
            f"{entry.id} cannot be released yet: its status is '{pir.status}', and a review can be released "
            f"from step {step.id} {step.name} on; 'pir gate {entry.id}' shows what is left to do"
        )
    if isinstance(entry.record, Lesson) and entry.record.status == DRAFT:
        return (
            f"{entry.id} cannot be released yet: its status is '{DRAFT}'; "
            f"'pir status {entry.id} validated' takes it on once somebody has checked it"
        )
    return ""


def approved(audience: str, by: str, on: date, content: str) -> list[Edit]:
    """The edits that approve the release of a record; `content` is the fingerprint of what was approved."""
    release = {"approved_by": by, "on": on, "content": content}
    return [Set(("audience",), audience), Set(("release",), release)]


def withdrawn() -> list[Edit]:
    """The edits that withdraw the release of a record, so that it is internal again."""
    return [Set(("audience",), "internal"), Remove(("release",))]
