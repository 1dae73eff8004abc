"""How the reviews under way stand: how many in each step and how many late, and the due dates that lie ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.review_gate import Gate
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.process import Step

ReviewUnderWay = tuple[Pir, Gate]


class DueDate(Struct, frozen=True):
    """One due date: until when a review leaves a step. `now` says that it stands in it; `late` are days past it."""

    pir: str
    title: str
    client: str
    severity: str
    step: Step
    due: date
    late: int
    now: bool
    todo: str


class StepWorkload(Struct, frozen=True):
    """The reviews in one step, the most overdue first."""

    step: Step
    reviews: tuple[ReviewUnderWay, ...]

    @property
    def late(self) -> int:
        return sum(found.now is not None and found.now.late > 0 for _, found in self.reviews)


def workloads(projection: Projection, under_way: Iterable[ReviewUnderWay]) -> tuple[StepWorkload, ...]:
    """The steps in order, each with the reviews that stand in it."""
    by_step: dict[str, list[ReviewUnderWay]] = {step.id: [] for step in projection.lifecycle.steps}
    for pir, found in under_way:
        if found.now is not None:
            by_step[found.now.step.id].append((pir, found))
    return tuple(
        StepWorkload(step, tuple(sorted(by_step[step.id], key=_urgency))) for step in projection.lifecycle.steps
    )


def due_dates(under_way: Iterable[ReviewUnderWay]) -> tuple[DueDate, ...]:
    """Every due date of a step that a review stands in or has still to come to, in order of the days."""
    found = [
        DueDate(
            pir.id,
            pir.label,
            pir.client,
            pir.severity,
            stage.step,
            stage.due,
            stage.late,
            stage.state == "now",
            gate.todo if stage.state == "now" else "",
        )
        for pir, gate in under_way
        for stage in gate.stages
        if stage.due is not None and stage.state != "done"
    ]
    return tuple(sorted(found, key=lambda d: (d.due, d.pir, d.step.id)))


def _urgency(one: ReviewUnderWay) -> tuple[date, str]:
    pir, found = one
    due = found.now.due if found.now is not None and found.now.due is not None else date.max
    return due, pir.id
