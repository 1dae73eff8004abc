"""Running clocks: how many of the business days for its client review each review under way has used up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.deadlines import review_clock, review_due, review_step
from mkdocs_pir.insight.step_workload import ReviewUnderWay
from mkdocs_pir.insight.windows import business_days_between
from mkdocs_pir.kb.model import Pir


class ReviewClock(Struct, frozen=True):
    """The clock of one review that has not had its client review.

    It runs from the day `start`; `used` business days of `days` are over, and `due` is the last one on time.
    """

    pir: Pir
    start: date
    due: date
    used: int
    days: int

    @property
    def is_late(self) -> bool:
        return self.used > self.days


def _is_over(pir: Pir, as_of: date) -> bool:
    """Whether the client review was held, or is not appropriate; the feedback from it may still be to apply."""
    return any(
        one.kind == "client" and (bool(one.not_appropriate) or (one.on is not None and one.on <= as_of))
        for one in pir.reviews
    )


def review_clocks(projection: Projection, under_way: Iterable[ReviewUnderWay]) -> tuple[ReviewClock, ...]:
    """The running clocks in the order of their due dates; none where the process has no client review."""
    step = review_step(projection.lifecycle)
    if step is None:
        return ()
    ids = [one.id for one in projection.lifecycle.steps]
    until = set(ids[: ids.index(step.id) + 1])
    clocks, as_of = [], projection.as_of
    for pir, gate in under_way:
        start, due = review_clock(pir), review_due(projection, pir)
        if gate.now is None or gate.now.step.id not in until or start is None or due is None or _is_over(pir, as_of):
            continue
        used = business_days_between(start, as_of, projection.holidays)
        clocks.append(ReviewClock(pir, start, due, used, business_days_between(start, due, projection.holidays)))
    return tuple(sorted(clocks, key=lambda clock: (clock.due, clock.pir.id)))
