"""Effects: whether a cause came back after an action against it was verified."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.recurrence import Recurrences


class Effect(Struct, frozen=True):
    """Whether the cause of a verified action came back.

    An alert can ring and a repaired part stay whole while the cause comes back by another way: whether the action
    itself held is for a review to say, so no page concludes it from this.

    `returned` is the first later incident of the same client with a service and a cause of the action, `days` the
    days from the verification to it, and `watched` the days since the verification.
    """

    item: ActionItem
    returned: Occurrence | None
    days: int | None
    watched: int


def effects(projection: Projection, items: Iterable[ActionItem], recurrences: Recurrences) -> tuple[Effect, ...]:
    """One effect for each action verified on a recorded day up to `as_of`, in the order of the items."""
    begun: dict[tuple[str, str, str], list[Occurrence]] = defaultdict(list)
    for occurrence in recurrences.occurrences:
        for service in occurrence.services if occurrence.cause and occurrence.day else ():
            begun[occurrence.client, service, occurrence.cause].append(occurrence)
    days = {key: [o.day or date.max for o in happened] for key, happened in begun.items()}
    results = []
    for item in items:
        verified = item.verified
        if item.status != "verified" or verified is None or verified > projection.as_of:
            continue
        after = [
            begun[key][place]
            for service in item.services
            for cause in item.causes
            if (key := (item.client, service, cause)) in begun
            and (place := bisect_right(days[key], verified)) < len(days[key])
        ]
        returned = min(after, key=lambda o: (o.day or date.max, o.id), default=None)
        gap = (returned.day - verified).days if returned is not None and returned.day is not None else None
        results.append(Effect(item, returned, gap, (projection.as_of - verified).days))
    return tuple(results)
