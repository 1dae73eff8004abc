"""Facts: what the KPIs need of a projection, worked out once, and the form in which each counts things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.actions import Item, items
from mkdocs_pir.insight.occurrences import Occurrence, began, occurrences, reviews_by_ticket
from mkdocs_pir.insight.repeats import Repeat, find_repeats
from mkdocs_pir.insight.windows import utc_day


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


Part = tuple[str | None, str | None]
"""What a figure is of: a client and a service, each None for all."""


def parts(client: str, services: Iterable[str]) -> Iterator[Part]:
    """Every part that something of a client and on services belongs to."""
    for service in (None, *dict.fromkeys(services)):
        yield None, service
        yield client, service


class Facts:
    """What several KPIs need of a projection, worked out once and on demand."""

    def __init__(self, projection: Projection) -> None:
        self.projection = projection
        self.as_of = projection.as_of

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        return occurrences(self.projection)

    @cached_property
    def repeats(self) -> Mapping[str, Repeat]:
        return {repeat.occurrence.id: repeat for repeat in find_repeats(self.occurrences)}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return items(self.projection)

    @cached_property
    def items_of(self) -> Mapping[Part, tuple[Item, ...]]:
        """The actions of the whole, of each client, of each service, and of each of both."""
        found: dict[Part, list[Item]] = defaultdict(list)
        for item in self.items:
            for part in parts(item.client, item.services):
                found[part].append(item)
        return {part: tuple(items) for part, items in found.items()}

    @cached_property
    def reviewed(self) -> Mapping[Part, tuple[tuple[date, str], ...]]:
        """The day on which the incident of each review began, with its client, in order: of the whole and each part."""
        found: dict[Part, list[tuple[date, str]]] = defaultdict(list)
        for pir in self.projection.pirs.values():
            at = began(pir)
            for part in parts(pir.client, pir.services) if at is not None else ():
                found[part].append((utc_day(at) if at is not None else date.max, pir.client))
        return {part: tuple(sorted(days)) for part, days in found.items()}

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
