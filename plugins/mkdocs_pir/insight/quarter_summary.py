"""A client's last complete quarter: what happened, what was finished, and what waits for the client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.recurrence import Period, Recurrences, series
from mkdocs_pir.insight.windows import Window, last_complete_quarter
from mkdocs_pir.kb.model import Pir, Recommendation
from mkdocs_pir.kb.statuses import DONE, UNDECIDED


class QuarterSummary(Struct, frozen=True):
    """Incidents of the quarter and the one before, how many of them repeat an earlier one, actions, and recommendations to decide.

    `occurrences` are the incidents of the quarter, the gravest first and of those the longest.
    `finished` are the actions completed in the quarter, `open` those that are open on the day of the figures, the most
    urgent first; `to_decide` are the recommendations that wait for the client, the oldest first.
    """

    window: Window
    incidents: Period
    before: Period
    occurrences: tuple[Occurrence, ...]
    repeating: int
    finished: tuple[ActionItem, ...]
    open: tuple[ActionItem, ...]
    to_decide: tuple[tuple[Pir, Recommendation], ...]


def quarter_summary(
    projection: Projection, recurrences: Recurrences, items: Sequence[ActionItem], client: str
) -> QuarterSummary:
    """The summary of one client on the day of the figures."""
    window = last_complete_quarter(projection.as_of)
    group = recurrences.clients.get(client)
    every = group.occurrences if group is not None else ()
    # as on the last day of the quarter: that one is complete then, and the one before stands beside it
    before, now = series(every, window.last, by="quarter", count=2)
    repeating = group.repeating if group is not None else ()
    mine = [item for item in items if item.client == client]
    return QuarterSummary(
        window,
        now,
        before,
        tuple(sorted((o for o in every if o.day is not None and o.day in window), key=_gravity)),
        series(repeating, window.last, by="quarter", count=1)[0].count,
        tuple(i for i in mine if i.state in DONE and i.completed is not None and i.completed in window),
        tuple(item for item in mine if item.is_open),
        to_decide(pir for pir in projection.pirs.values() if pir.client == client),
    )


def _gravity(occurrence: Occurrence) -> tuple[bool, str, float, str]:
    """The sort key by severity and minutes; what has no severity is last."""
    return not occurrence.severity, occurrence.severity, -(occurrence.minutes or 0), occurrence.id


def to_decide(reviews: Iterable[Pir]) -> tuple[tuple[Pir, Recommendation], ...]:
    """The recommendations of reviews that wait for a decision, the oldest first."""
    waiting = [(pir, one) for pir in reviews for one in pir.recommendations if one.status in UNDECIDED]
    return tuple(
        sorted(waiting, key=lambda pair: (pair[1].issued is None, str(pair[1].issued or ""), pair[0].id, pair[1].id))
    )
