"""Recurrences: which incidents came back, how often and how soon, by cause, family, service and client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.groups import Group, by_cause, by_client, by_family, by_service, grouped
from mkdocs_pir.insight.occurrences import Occurrence, occurrences, reviews_by_ticket
from mkdocs_pir.insight.repeats import Repeat, counted_once, find_repeats
from mkdocs_pir.insight.windows import Window, add_months, months, quarters

__all__ = [
    "Bar",
    "Group",
    "Heat",
    "Occurrence",
    "Period",
    "Recurrences",
    "Repeat",
    "heat",
    "index",
    "pareto",
    "series",
]


class Recurrences(Struct, frozen=True):
    """Every occurrence of an edition, what repeats what, and the groups; the largest group is first in each mapping.

    `repeating` has each incident that repeats an earlier one, so that it can be set against all incidents; `repeats`
    counts the tickets of one review once (`repeats.counted_once`).
    """

    occurrences: tuple[Occurrence, ...]
    repeating: tuple[Repeat, ...]
    repeats: tuple[Repeat, ...]
    causes: Mapping[str, Group]
    families: Mapping[str, Group]
    services: Mapping[str, Group]
    clients: Mapping[str, Group]
    repeats_of: Mapping[str, tuple[Repeat, ...]]
    repeats_after: Mapping[str, tuple[Repeat, ...]]
    review_of: Mapping[str, str]

    def before(self, pir: str) -> tuple[Repeat, ...]:
        """The repeats that this review is about, one for each earlier event."""
        return self.repeats_of.get(pir, ())

    def again(self, pir: str) -> tuple[Repeat, ...]:
        """The later repeats of an incident of this review, one for each later event."""
        return self.repeats_after.get(pir, ())


def index(projection: Projection) -> Recurrences:
    """All recurrences of an edition. The time grows with n log n in the number of incidents and reviews."""
    review_of = reviews_by_ticket(projection)
    every = occurrences(projection, review_of)
    repeating = find_repeats(every)
    repeats = counted_once(repeating)
    of: dict[str, dict[str, Repeat]] = defaultdict(dict)
    after: dict[str, dict[str, Repeat]] = defaultdict(dict)
    for repeat in repeating:
        here, there = repeat.occurrence, repeat.earlier
        if here.pir and here.pir == there.pir:
            continue  # two tickets of one review: the review speaks about both
        if here.pir:
            of[here.pir].setdefault(there.event, repeat)
        if there.pir:
            after[there.pir].setdefault(here.event, repeat)
    return Recurrences(
        occurrences=every,
        repeating=repeating,
        repeats=repeats,
        causes=grouped(projection, every, repeating, repeats, by_cause(projection)),
        families=grouped(projection, every, repeating, repeats, by_family(projection)),
        services=grouped(projection, every, repeating, repeats, by_service(projection)),
        clients=grouped(projection, every, repeating, repeats, by_client(projection)),
        repeats_of={pir: tuple(by_event.values()) for pir, by_event in of.items()},
        repeats_after={pir: tuple(by_event.values()) for pir, by_event in after.items()},
        review_of=review_of,
    )


class Bar(Struct, frozen=True):
    """One bar of a Pareto chart: a group with its number of occurrences or its minutes of impact."""

    id: str
    label: str
    value: float


def pareto(groups: Mapping[str, Group], by: Literal["count", "minutes"]) -> tuple[Bar, ...]:
    """The groups by number of occurrences or by minutes of impact, largest first; those with none left out."""
    sized = [(float(getattr(group, by)), group) for group in groups.values()]
    bars = (Bar(group.id, group.label, value) for value, group in sized if value > 0)
    return tuple(sorted(bars, key=lambda bar: (-bar.value, bar.id)))


class Heat(Struct, frozen=True):
    """Occurrences of causes (rows) on services (columns), both the largest first."""

    causes: tuple[str, ...]
    services: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


def heat(recurrences: Recurrences) -> Heat:
    """The heat map of cause and service. An occurrence on two services counts in both columns."""
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for o in recurrences.occurrences:
        for service in o.services if o.cause else ():
            cells[o.cause, service] += 1
    on = {"cause": {cause for cause, _ in cells}, "service": {service for _, service in cells}}
    causes = tuple(cause for cause in recurrences.causes if cause in on["cause"])
    services = tuple(service for service in recurrences.services if service in on["service"])
    return Heat(causes, services, tuple(tuple(cells.get((c, s), 0) for s in services) for c in causes))


class Period(Struct, frozen=True):
    """What began in one month or quarter; `incomplete` while it is still running on the day of the figures."""

    label: str
    start: date
    end: date
    count: int
    minutes: float
    incomplete: bool


def series(
    occurrences: Iterable[Occurrence], as_of: date, *, by: Literal["month", "quarter"] = "month", count: int = 12
) -> tuple[Period, ...]:
    """Occurrences in each of the last `count` months or quarters, oldest first; nothing after `as_of` is counted."""
    windows = months(as_of, count) if by == "month" else quarters(as_of, count)
    place = {month.start: at for at, window in enumerate(windows) for month in _months_in(window)}
    counts, minutes = [0] * count, [0.0] * count
    for o in occurrences:
        day = o.day
        if day is not None and day <= as_of and (at := place.get(day.replace(day=1))) is not None:
            counts[at] += 1
            minutes[at] += o.minutes or 0.0
    return tuple(
        Period(w.label, w.start, w.end, counts[at], minutes[at], w.last > as_of) for at, w in enumerate(windows)
    )


def _months_in(window: Window) -> Iterable[Window]:
    month = Window(window.start, add_months(window.start, 1))
    while month.start < window.end:
        yield month
        month = month.shifted(1)
