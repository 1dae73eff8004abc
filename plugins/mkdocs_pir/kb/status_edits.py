"""Moving reviews, lessons and problems to another status: the edits that do it, or the conditions that stand against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from mkdocs_pir.kb import review_conditions, statuses
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Lesson, Pir, ProblemRecord
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.kb.process import Module
from mkdocs_pir.kb.record_edits import Edit, Set

NEXT = "next"
"""The word for the status after the one that a record has."""

DAYS: Mapping[str, Mapping[str, str]] = {
    Lesson.kind: {"validated": "validated_on", "applied": "applied_on", "verified": "verified_on"},
    ProblemRecord.kind: {"closed": "closed"},
}
"""The field that has the day on which a record got a status, by kind and status."""

ARCHIVED = "archived"


class StatusError(ValueError):
    """Raised for a status that a kind of record does not have, with a message for the user."""


def order(knowledge: KnowledgeBase, kind: str) -> tuple[str, ...]:
    """The statuses to which records of a kind move, in their order; for a review those of the process."""
    if kind == Pir.kind:
        return review_conditions.statuses(knowledge.lifecycle)
    return {Lesson.kind: statuses.LESSON, ProblemRecord.kind: statuses.PROBLEM}[kind]


def status_named(knowledge: KnowledgeBase, file: RecordFile, text: str) -> str:
    """The status that a word names: a status, `next`, or for a review the id or name of a step of the process.

    Raises StatusError, also where there is no next one.
    """
    known = order(knowledge, file.kind)
    word = text.casefold()
    if word == NEXT:
        current = str(file.data["status"])
        after = known[known.index(current) + 1 :] if current in known else ()
        if not after or after[0] == "superseded":
            raise StatusError(f"{file.id} is {current}, after which there is no next status")
        return after[0]
    if file.kind == Pir.kind:
        for step in knowledge.lifecycle.steps:
            if word in (step.id.casefold(), step.name.casefold()):
                return step.statuses[-1]
    if word in known:
        return word
    if file.kind == Pir.kind and word == ARCHIVED:
        raise StatusError("'archived' marks reviews that were imported, and would free this one from its conditions")
    steps = tuple(s.id for s in knowledge.lifecycle.steps) if file.kind == Pir.kind else ()
    hint = did_you_mean(text, [*known, *steps]) or f"choose from {', '.join([*known, *steps, NEXT])}"
    raise StatusError(f"a {file.kind if file.kind != Pir.kind else 'review'} has no status '{text}'; {hint}")


def move(knowledge: KnowledgeBase, file: RecordFile, status: str, on: date | None = None) -> list[Edit]:
    """The edits by which a record gets a status, on a day where it records one.

    Raises ProblemError with each condition that does not hold for a review, its place and what to do.
    """
    if isinstance(file.record, Pir):
        if problems := _unmet(knowledge.lifecycle, file, replace(file.record, status=status)):
            raise ProblemError(problems)
        return [Set(("status",), status)]
    field = DAYS.get(file.kind, {}).get(status)
    dated = [Set((field,), on)] if field is not None and on is not None else []
    return [Set(("status",), status), *dated]


def _unmet(module: Module, file: RecordFile, pir: Pir) -> list[Problem]:
    return [
        Problem.of(
            "PIR306",
            file.path,
            file.at(condition.field if condition.field in file.data else "status"),
            f"{file.id} cannot become '{pir.status}' yet: it is required that {condition.text}",
            condition.advice(pir),
        )
        for condition in review_conditions.unmet(module, pir)
    ]
