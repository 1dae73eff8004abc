"""The gate of a review: which conditions are met, what to do next, and by when; for the command and the pages."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.deadlines import step_due
from mkdocs_pir.kb import review_conditions
from mkdocs_pir.kb.action_states import state_on
from mkdocs_pir.kb.model import Action, Pir
from mkdocs_pir.kb.process import Step
from mkdocs_pir.kb.review_conditions import Condition
from mkdocs_pir.kb.statuses import status


class Check(Struct, frozen=True):
    """A condition in words for the review, whether it meets it, and if not what to do about it.

    `advice` names the fields of the record's file, `instruction` is for everybody. `role` is the id of the role that
    does it, or `owners` are those of the actions that it is about.
    """

    condition: Condition
    text: str
    met: bool
    advice: str = ""
    instruction: str = ""
    role: str = ""
    owners: tuple[str, ...] = ()


def _check(condition: Condition, pir: Pir) -> Check:
    met = condition.holds(pir)
    if met:
        return Check(condition, condition.words(pir), met)
    return Check(
        condition,
        condition.words(pir),
        met,
        condition.advice(pir),
        condition.instructions(pir),
        condition.who(pir),
        condition.owners(pir),
    )


class ReviewStep(Struct, frozen=True):
    """A step of the process for one review: `state` is done, now or later.

    `due` is the last day on which the review can leave it on time; `late` are the days past it while the review
    is in the step: one that has not begun is not late, since the step before it is.
    """

    step: Step
    state: str
    checks: tuple[Check, ...]
    due: date | None
    late: int


class Gate(Struct, frozen=True):
    """The steps of one review and the one that it is in, `now`, which is None once it is closed or archived.

    `unearned` are conditions of its own status that are not met: an error of the record.
    `todo` says in a sentence what to do next with the record's file, `instruction` in the words of people;
    `role` is the id of the role that does it, or `owners` are those of the actions that it is about. `onward` is the
    status with which the review goes on. `overdue` is the action that is past its due date the longest.
    """

    pir: str
    status: str
    stages: tuple[ReviewStep, ...]
    now: ReviewStep | None
    unearned: tuple[Check, ...]
    todo: str
    instruction: str = ""
    onward: str = ""
    role: str = ""
    owners: tuple[str, ...] = ()
    overdue: Action | None = None

    @property
    def is_late(self) -> bool:
        """Whether the due date of its step is over, or that of one of its actions."""
        return self.overdue is not None or self.is_past_step

    @property
    def is_past_step(self) -> bool:
        """Whether the due date of its step is over."""
        return self.now is not None and self.now.late > 0

    @property
    def is_late_by_action(self) -> bool:
        """Whether it is late only because one of its actions is overdue."""
        return self.overdue is not None and not self.is_past_step

    @property
    def first_due(self) -> date | None:
        """The first due date that counts: of its step, or of an action that is past it."""
        days = [one.due for one in (self.now, self.overdue) if one is not None and one.due is not None]
        return min(days, default=None)

    @property
    def open(self) -> tuple[Check, ...]:
        """The conditions that must still be met before the next step."""
        return tuple(check for check in self.now.checks if not check.met) if self.now is not None else ()

    @property
    def needs(self) -> tuple[Check, ...]:
        """All that is to be done before the next step, first what the steps before still lack; each once."""
        return tuple({check.condition.name: check for check in (*self.unearned, *self.open)}.values())


def gate(projection: Projection, pir: Pir) -> Gate:
    """The gate of one review on the day of the figures.

    In a client's edition it has neither conditions nor dates: they are worked out from internal fields.
    """
    module = projection.lifecycle
    now = review_conditions.step_of(module, pir)
    inside = projection.edition.internal
    ids = [step.id for step in module.steps]
    at = ids.index(now.id) if now is not None else len(ids)
    history = pir.status == "archived"
    stages = (
        ()
        if history
        else tuple(
            _review_step(projection, step, pir, "done" if i < at else "now" if i == at else "later")
            for i, step in enumerate(module.steps)
        )
    )
    unearned = tuple(_check(c, pir) for c in review_conditions.unmet(module, pir)) if inside else ()
    current = stages[at] if stages and at < len(stages) else None
    onward = _next_status(review_conditions.statuses(module), pir.status) if current is not None else ""
    unmet = _first_unmet(current, unearned)
    todo = _todo(current, unmet, onward) if inside else ""
    instruction = _instruction(current, unmet, onward, stages[at + 1 : at + 2]) if inside else ""
    return Gate(
        pir.id,
        pir.status,
        stages,
        current,
        unearned,
        todo,
        instruction,
        onward if inside else "",
        _role(unmet, onward) if inside else "",
        unmet.owners if unmet is not None else (),
        _overdue(pir, projection.as_of) if inside and current is not None else None,
    )


def _overdue(pir: Pir, as_of: date) -> Action | None:
    late = [action for action in pir.actions if state_on(action, as_of) == "overdue"]
    return min(late, key=lambda action: (action.due or date.max, action.id), default=None)


def _review_step(projection: Projection, step: Step, pir: Pir, state: str) -> ReviewStep:
    if not projection.edition.internal:
        return ReviewStep(step, state, (), None, 0)
    module = projection.lifecycle
    conditions = review_conditions.entering(module, step) + review_conditions.leaving(module, step)
    due = step_due(projection, step, pir)
    late = (projection.as_of - due).days if due is not None and state == "now" else 0
    unique = {c.name: c for c in conditions}.values()
    return ReviewStep(step, state, tuple(_check(c, pir) for c in unique), due, max(0, late))


def _next_status(order: tuple[str, ...], status: str) -> str:
    place = order.index(status) + 1
    return order[place] if place < len(order) else ""


def _first_unmet(now: ReviewStep | None, unearned: tuple[Check, ...]) -> Check | None:
    """The condition to meet next: one of the steps before, or else of the present one."""
    checks = unearned or (now.checks if now is not None else ())
    return next((check for check in checks if not check.met), None)


def _todo(now: ReviewStep | None, unmet: Check | None, onward: str) -> str:
    if unmet is not None:
        return unmet.advice
    if now is None:
        return ""
    return f"set 'status: {onward}'"


def _instruction(now: ReviewStep | None, unmet: Check | None, onward: str, following: tuple[ReviewStep, ...]) -> str:
    if unmet is not None:
        return unmet.instruction
    if now is None:
        return ""
    if onward in now.step.statuses:
        return f"set the status to {status(onward).label}"
    return f"go on to {following[0].step.name}" if following else "close the review"


def _role(unmet: Check | None, onward: str) -> str:
    """Who does what is next: the role of the condition; where all are met, the review's owner takes it on, its chair
    closes it."""
    if unmet is not None:
        return unmet.role
    return review_conditions.CHAIR if onward == "closed" else review_conditions.OWNER


def as_json(gate: Gate) -> dict[str, object]:
    """The form of `pir gate --json`."""
    now = gate.now
    return {
        "id": gate.pir,
        "status": gate.status,
        "step": now.step.id if now is not None else None,
        "next": gate.todo or None,
        "due": now.due.isoformat() if now is not None and now.due is not None else None,
        "days_late": now.late if now is not None else 0,
        "blocked_by": [check.condition.name for check in gate.open],
        "unearned": [check.condition.name for check in gate.unearned],
        "steps": [
            {
                "id": stage.step.id,
                "name": stage.step.name,
                "state": stage.state,
                "due": stage.due.isoformat() if stage.due is not None else None,
                "days_late": stage.late,
                "conditions": [
                    {
                        "name": check.condition.name,
                        "text": check.text,
                        "field": check.condition.field,
                        "met": check.met,
                        "to_do": check.advice or None,
                    }
                    for check in stage.checks
                ],
            }
            for stage in gate.stages
        ],
    }
