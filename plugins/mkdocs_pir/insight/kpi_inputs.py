"""What the KPIs need of a projection, worked out once, and the form in which each counts things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.actions import CLOSED, FINISHED, ActionItem
from mkdocs_pir.insight.occurrences import began, reviews_by_ticket
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.insight.repeats import Repeat
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.model import Pir

T = TypeVar("T")


class Measure(Struct, frozen=True):
    """One thing that a KPI looks at. `why` is "" when it counts in the denominator, else why it is left out;
    `counted` says that it counts in the numerator too; `amount` are its minutes or days; `tag` sorts it for the
    figures that stand beside the rate. Without a `day` it belongs to no window and is left out of all."""

    id: str
    label: str
    day: date | None
    client: str = ""
    services: tuple[str, ...] = ()
    counted: bool = False
    amount: float | None = None
    note: str = ""
    why: str = ""
    tag: str = ""


class OpenPeriod(Struct, frozen=True):
    """An action with the first day on which it was open (None: not recorded) and the first on which it no longer was
    (None: it still is). A cancellation has no date and counts from the start, as does work finished on no known day.
    `place` is that in the order of urgency."""

    item: ActionItem
    agreed: date | None
    closed: date | None
    place: int = 0


def _open_days(item: ActionItem) -> tuple[date | None, date | None]:
    if item.status in FINISHED:
        return item.created, item.completed or date.min
    return item.created, date.min if item.status in CLOSED else None


class ByClientAndService(Generic[T]):
    """Things filed under their client and their services, so that a part costs no more than it holds. Order is kept."""

    def __init__(self, things: Iterable[T], whose: Callable[[T], tuple[str, Iterable[str]]]) -> None:
        self._whose = whose
        self._all = tuple(things)
        self._of_client: dict[str, list[T]] = defaultdict(list)
        self._of_service: dict[str, list[T]] = defaultdict(list)
        for thing in self._all:
            client, services = whose(thing)
            self._of_client[client].append(thing)
            for service in dict.fromkeys(services):
                self._of_service[service].append(thing)

    def of(self, client: str | None, service: str | None) -> Sequence[T]:
        """The things of a client, on a service, or both; None is all."""
        if client is None:
            return self._all if service is None else self._of_service.get(service, ())
        mine = self._of_client.get(client, ())
        return mine if service is None else [thing for thing in mine if service in self._whose(thing)[1]]


class KpiInputs:
    """What several KPIs need of a projection, worked out once and on demand."""

    def __init__(self, projection: Projection, recurrences: Recurrences, items: Sequence[ActionItem]) -> None:
        self.projection = projection
        self.as_of = projection.as_of
        self.occurrences = recurrences.occurrences
        self.items = items
        self._recurrences = recurrences

    @cached_property
    def repeats(self) -> Mapping[str, Repeat]:
        """Each repeat by the incident that it is."""
        return {repeat.occurrence.id: repeat for repeat in self._recurrences.repeats}

    @cached_property
    def actions(self) -> ByClientAndService[OpenPeriod]:
        """Every action with the days on which it was open, in order of the day on which it no longer was."""
        spans = [OpenPeriod(item, *_open_days(item), place) for place, item in enumerate(self.items)]
        spans.sort(key=lambda span: span.closed or date.max)
        return ByClientAndService(spans, lambda span: (span.item.client, span.item.services))

    @cached_property
    def reviewed(self) -> ByClientAndService[tuple[date, Pir]]:
        """Every review with the day on which its incident began, in order of that."""
        begun = [(utc_day(at), pir) for pir in self.projection.pirs.values() if (at := began(pir)) is not None]
        begun.sort(key=lambda pair: (pair[0], pair[1].id))
        return ByClientAndService(begun, lambda pair: (pair[1].client, pair[1].services))

    @cached_property
    def review_of(self) -> Mapping[str, str]:
        return reviews_by_ticket(self.projection)

    @cached_property
    def withheld(self) -> Mapping[str, str]:
        """The KPIs that this edition cannot show because what they need stays inside, and why, in a sentence.

        A rate worked out from the part that is visible would look better or worse than it is.
        """
        if self.projection.edition.internal:
            return {}
        found = {
            "retention": "Which other clients there are is not part of this edition.",
            "coverage": "Reviews that have not been released are not part of this edition.",
        }
        if not any(incident.cause for incident in self.projection.incidents):
            found["recurrence"] = found["repeat"] = "The causes of incidents are not part of this edition."
        if all(client.review_days is None for client in self.projection.clients.values()):
            found["on-time"] = "The days agreed for a review are not part of this edition."
        return found
