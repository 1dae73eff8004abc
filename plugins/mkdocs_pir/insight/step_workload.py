"""The workload of each step: the reviews that are in it, how many are late, and the due dates to come."""

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
    """By when a review should leave a step. `now`: it is in that step; `late`: then the days past the due date."""

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
        return sum(gate.is_late for _, gate in self.reviews)


def workloads(projection: Projection, under_way: Iterable[ReviewUnderWay]) -> tuple[StepWorkload, ...]:
    """The steps in order, each with the reviews that are in it."""
    by_step: dict[str, list[ReviewUnderWay]] = {step.id: [] for step in projection.lifecycle.steps}
    for pir, gate in under_way:
        if gate.now is not None:
            by_step[gate.now.step.id].append((pir, gate))
    return tuple(
        StepWorkload(step, tuple(sorted(by_step[step.id], key=_urgency))) for step in projection.lifecycle.steps
    )


def due_dates(under_way: Iterable[ReviewUnderWay]) -> tuple[DueDate, ...]:
    """Every due date of a step that a review has not yet left, in order of the days."""
    unsorted = [
        DueDate(
            pir.id,
            pir.label,
            pir.client,
            pir.severity,
            stage.step,
            stage.due,
            stage.late,
            stage.state == "now",
            gate.instruction if stage.state == "now" else "",
        )
        for pir, gate in under_way
        for stage in gate.stages
        if stage.due is not None and stage.state != "done"
    ]
    return tuple(sorted(unsorted, key=lambda d: (d.due, d.pir, d.step.id)))


def _urgency(one: ReviewUnderWay) -> tuple[date, str]:
    pir, gate = one
    return gate.first_due or date.max, pir.id
