"""The inputs of the KPIs: what they need of a projection, worked out once, and the rows that they count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.occurrences import began
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.insight.repeats import Repeat
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.statuses import CLOSED, DONE

T = TypeVar("T")


WITHHELD: Mapping[str, str] = {
    "retention": "Which other clients there are is not part of a client's edition.",
    "coverage": "Reviews that have not been released are not part of a client's edition.",
}
"""The KPIs that no client's edition has, each with the reason in a sentence."""

WITHOUT_CAUSES: Mapping[str, str] = dict.fromkeys(
    ("recurrence", "repeat"),
    "The causes of incidents whose review is not released are not part of a client's edition.",
)
WITHOUT_REVIEW_DAYS: Mapping[str, str] = {"on-time": "The days agreed for a review are not part of a client's edition."}
"""The same for those that need a field which the organisation can open to clients."""


class Measure(Struct, frozen=True):
    """One row that a KPI could count.

    `why` is "" when it counts in the denominator, else the reason why it is left out; `counted` says that it counts
    in the numerator too; `amount` is in minutes or days, and `support` in minutes of support hours where they are
    configured; `tag` is what the companion figures sort it by. A row
    without a `day` belongs to no window and is left out of all.
    """

    id: str
    label: str
    day: date | None
    client: str = ""
    services: tuple[str, ...] = ()
    counted: bool = False
    amount: float | None = None
    support: float | None = None
    note: str = ""
    why: str = ""
    tag: str = ""


class OpenPeriod(Struct, frozen=True):
    """The days on which an action was open: from `agreed` (None: not recorded) up to, but not including, `closed`
    (None: still open).

    A cancelled action, or one finished on a day that is not recorded, counts as closed from the start. `place` is its
    place in the order of urgency.
    """

    item: ActionItem
    agreed: date | None
    closed: date | None
    place: int = 0


def _open_days(item: ActionItem) -> tuple[date | None, date | None]:
    if item.status in DONE:
        return item.created, item.completed or date.min
    return item.created, date.min if item.status in CLOSED else None


class ByClientAndService(Generic[T]):
    """Values indexed by client and by service, so that a part is found without a scan of all; their order stays.

    `keys` gives the client and the services of a value.
    """

    def __init__(self, values: Iterable[T], keys: Callable[[T], tuple[str, Iterable[str]]]) -> None:
        self._keys = keys
        self._all = tuple(values)
        self._of_client: dict[str, list[T]] = defaultdict(list)
        self._of_service: dict[str, list[T]] = defaultdict(list)
        for value in self._all:
            client, services = keys(value)
            self._of_client[client].append(value)
            for service in dict.fromkeys(services):
                self._of_service[service].append(value)

    def of(self, client: str | None, service: str | None) -> Sequence[T]:
        """The values of a client, of a service, or of both; None is all."""
        if client is None:
            return self._all if service is None else self._of_service.get(service, ())
        of_client = self._of_client.get(client, ())
        return of_client if service is None else [value for value in of_client if service in self._keys(value)[1]]


class KpiInputs:
    """What several KPIs need of a projection, worked out once and on demand."""

    def __init__(self, projection: Projection, recurrences: Recurrences, items: Sequence[ActionItem]) -> None:
        self.projection = projection
        self.as_of = projection.as_of
        self.occurrences = recurrences.occurrences
        self.review_of = recurrences.review_of
        self.items = items
        self._recurrences = recurrences

    @cached_property
    def repeats(self) -> Mapping[str, Repeat]:
        """The repeats by the id of the later incident."""
        return {repeat.occurrence.id: repeat for repeat in self._recurrences.repeating}

    @cached_property
    def actions(self) -> ByClientAndService[OpenPeriod]:
        """The days on which each action was open, in order of the day on which it was closed."""
        spans = [OpenPeriod(item, *_open_days(item), place) for place, item in enumerate(self.items)]
        spans.sort(key=lambda span: span.closed or date.max)
        return ByClientAndService(spans, lambda span: (span.item.client, span.item.services))

    @cached_property
    def reviewed(self) -> ByClientAndService[tuple[date, Pir]]:
        """Every review with the day on which its incident began, in order of the days."""
        begun = [(utc_day(at), pir) for pir in self.projection.pirs.values() if (at := began(pir)) is not None]
        begun.sort(key=lambda pair: (pair[0], pair[1].id))
        return ByClientAndService(begun, lambda pair: (pair[1].client, pair[1].services))

    @cached_property
    def withheld(self) -> Mapping[str, str]:
        """The KPIs that this edition withholds because what they need is internal, each with the reason in a sentence.

        A rate worked out from the visible part alone would look better or worse than it is.
        """
        if self.projection.edition.internal:
            return {}
        reasons = dict(WITHHELD)
        if not any(incident.cause for incident in self.projection.incidents):
            reasons |= WITHOUT_CAUSES
        if all(client.review_days is None for client in self.projection.clients.values()):
            reasons |= WITHOUT_REVIEW_DAYS
        return reasons
