"""Deadlines of the process: by when a review should leave each step, in business days from when it could begin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.windows import add_business_days, utc_day
from mkdocs_pir.kb.model import Client, Pir
from mkdocs_pir.kb.process import Due, Module, Step

REVIEW_DAYS = 5
"""Business days for the client review where neither the client, the configuration nor the process says otherwise."""

REVIEW_TARGET = "review-days"
"""The name of the target that sets the days for the client review; the step with this target is the client review."""


def review_days(pir: Pir, client: Client | None, targets: Mapping[str, float], due: Due | None = None) -> int:
    """Business days agreed for the client review.

    They come from the target for the severity (`review-days-sev-1`), else the client's record, else the target
    `review-days`, else the process (`due`), else they are 5.
    """
    by_severity = targets.get(f"{REVIEW_TARGET}-{pir.severity.casefold()}")
    if by_severity is not None:
        return int(by_severity)
    if client is not None and client.review_days is not None:
        return client.review_days
    if REVIEW_TARGET in targets:
        return int(targets[REVIEW_TARGET])
    days = _process_days(due, pir) if due is not None else None
    return days if days is not None else REVIEW_DAYS


def review_clock(pir: Pir) -> date | None:
    """The day from which the business days count, or None until service is restored.

    It is the day on which service was restored or on which the review was decided on, whichever is later: both are
    entry conditions of the process.
    """
    if pir.times.end is None:
        return None
    restored = utc_day(pir.times.end)
    decided = pir.initiated.on if pir.initiated is not None else None
    return max(restored, decided) if decided is not None else restored


def review_due(projection: Projection, pir: Pir) -> date | None:
    """The last day on which the client review is on time, or None before `review_clock` has a day."""
    start = review_clock(pir)
    if start is None:
        return None
    step = review_step(projection.lifecycle)
    due = step.due if step is not None else None
    days = review_days(pir, projection.clients.get(pir.client), projection.targets, due)
    return add_business_days(start, days, projection.holidays)


def review_step(module: Module) -> Step | None:
    """The step of the client review, if the process has one."""
    return next((step for step in module.steps if step.due.target == REVIEW_TARGET), None)


def step_due(projection: Projection, step: Step, pir: Pir) -> date | None:
    """The last day on which a review can leave a step on time.

    None where the process sets no deadline, before `review_clock` has a day, or while no action of the step has a due
    date. The actions of a step may all be due at once, long before the meetings that lead to it; the step is then due
    with the one before it.
    """
    if step.due.of == "actions":
        last = max((a.due for a in pir.actions if a.due is not None and a.status != "cancelled"), default=None)
        steps = projection.lifecycle.steps
        leading = steps[: steps.index(step)] if step in steps else ()
        before = (step_due(projection, one, pir) for one in leading if one.due.of != "actions")
        return max([last, *filter(None, before)]) if last is not None else None
    if step.due.target == REVIEW_TARGET:
        return review_due(projection, pir)
    start, days = review_clock(pir), step_days(projection, step, pir)
    return add_business_days(start, days, projection.holidays) if start is not None and days is not None else None


def step_days(projection: Projection, step: Step, pir: Pir) -> int | None:
    """Business days for leaving a step, counted from `review_clock`; None where none are set.

    The target for the review's severity (such as `review-days-sev-1`) goes before the target itself, and that before
    the process file. No step has more days than a later one: where a client wants its review sooner, the steps before
    it are due sooner too.
    """
    steps = projection.lifecycle.steps
    after = steps[steps.index(step) + 1 :] if step in steps else ()
    own = _own_days(projection, step, pir)
    if own is None:
        return None
    return min([own, *(days for later in after if (days := _own_days(projection, later, pir)) is not None)])


def _own_days(projection: Projection, step: Step, pir: Pir) -> int | None:
    if step.due.target == REVIEW_TARGET:
        return review_days(pir, projection.clients.get(pir.client), projection.targets, step.due)
    if step.due.target:
        for name in (f"{step.due.target}-{pir.severity.casefold()}", step.due.target):
            if name in projection.targets:
                return int(projection.targets[name])
    return _process_days(step.due, pir)


def _process_days(due: Due, pir: Pir) -> int | None:
    return due.severities.get(pir.severity, due.days)
