"""A client's last complete quarter: what happened, what was finished, and what waits for the client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.client_duties import ClientDuties, client_duties
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.recurrence import Period, Recurrences, series
from mkdocs_pir.insight.windows import Window, last_complete_quarter
from mkdocs_pir.kb.statuses import DONE


class QuarterSummary(Struct, frozen=True):
    """Incidents of the quarter and the one before, how many of them repeat an earlier one, actions, and recommendations to decide.

    `occurrences` are the incidents of the quarter, the gravest first and of those the longest.
    `finished` are the actions completed in the quarter, the latest first, `open` those that are open on the day of the figures, the most
    urgent first and without those of the client itself, which are among what waits for it, `duties`.
    """

    window: Window
    incidents: Period
    before: Period
    occurrences: tuple[Occurrence, ...]
    repeating: int
    finished: tuple[ActionItem, ...]
    open: tuple[ActionItem, ...]
    duties: ClientDuties


def quarter_summary(
    projection: Projection, recurrences: Recurrences, items: Sequence[ActionItem], client: str
) -> QuarterSummary:
    """The summary of one client on the day of the figures; of one that left, of its last complete quarter."""
    window = last_complete_quarter(_last_day(projection, client))
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
        _finished(mine, window),
        tuple(item for item in mine if item.is_open and not item.by_client),
        client_duties((pir for pir in projection.pirs.values() if pir.client == client), mine),
    )


def _finished(items: Sequence[ActionItem], window: Window) -> tuple[ActionItem, ...]:
    done = [(i.completed, i) for i in items if i.state in DONE and i.completed is not None and i.completed in window]
    done.sort(key=lambda pair: (-pair[0].toordinal(), pair[1].id))
    return tuple(item for _, item in done)


def _last_day(projection: Projection, client: str) -> date:
    """The day of the figures, or the last of a contract that ended before it."""
    record = projection.clients.get(client)
    if record is None or record.until is None or (record.since is not None and record.until <= record.since):
        return projection.as_of
    return min(projection.as_of, record.until - timedelta(days=1))


def _gravity(occurrence: Occurrence) -> tuple[bool, str, float, str]:
    """The sort key by severity and minutes; what has no severity is last."""
    return not occurrence.severity, occurrence.severity, -(occurrence.minutes or 0), occurrence.id
