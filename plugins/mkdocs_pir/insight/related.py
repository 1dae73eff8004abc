"""Related records: the fields that two reviews or lessons share (trigger, causes, services, problem, client).

The points are a sum over the shared fields (`POINTS`), so that a reader can check them. Records that name each other
(a review and its lessons, a chain of recurrences) are left out, because their pages link them anyway.
`search/similar.py` adds what their texts have in common, and ranks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.groups import factors
from mkdocs_pir.insight.occurrences import began
from mkdocs_pir.insight.repeats import declared_chains
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.model import Lesson, Pir

POINTS: Mapping[str, float] = {"trigger": 4, "problem": 4, "cause": 2, "service": 1.5, "client": 0.5}
"""Points for the same trigger, problem and client, and for each cause and service in common (see `MOST`)."""

MOST: Mapping[str, int] = {"cause": 2, "service": 2}
"""How many shared causes and services count at most."""

_CANDIDATES = 20  # of the records that share a key, the newest so many are compared: linear for 10,000 records


class _Traits(Struct, frozen=True):
    kind: str
    id: str
    title: str
    day: date
    trigger: str
    causes: frozenset[str]
    services: frozenset[str]
    client: str
    problem: str
    linked: frozenset[str]
    offered: bool = True


class Related(Struct, frozen=True):
    """The fields of every record and the newest records of each key; made by `build`."""

    traits: Mapping[str, _Traits]
    newest: Mapping[tuple[str, ...], tuple[str, ...]]

    def candidates(self, record: str, kind: str) -> set[str]:
        """Records of a kind (`pir` or `lesson`) to compare with this one: the newest of each key that it has."""
        here = self.traits.get(record)
        return set() if here is None else {other for key in _keys(here) for other in self.newest.get((kind, *key), ())}

    def keys(self, record: str) -> list[tuple[str, ...]]:
        """The keys by which others are found that may be like this record, in a fixed order."""
        return sorted(_keys(self.traits[record]))

    def offered(self, record: str, others: Iterable[str], kind: str) -> list[str]:
        """Those of the others that are of that kind, are not superseded, and are not already linked with `record`."""
        traits, linked = self.traits, self.traits[record].linked
        return [
            other
            for other in others
            if (there := traits.get(other)) is not None
            and there.kind == kind
            and there.offered
            and other not in linked
            and other != record
            and record not in there.linked
        ]

    def points(self, record: str, others: Iterable[str]) -> list[float]:
        """The points for the fields that a record shares with each of the others; the same in both directions."""
        here, traits = self.traits[record], self.traits
        return [_points(here, traits[other]) for other in others]

    def reasons(self, record: str, other: str) -> tuple[str, ...]:
        """What the points of two records are given for, in words."""
        return tuple(_reasons(self.traits[record], self.traits[other]))

    def content(self) -> Iterator[str]:
        """All of this, as the parts of a key."""
        for record in self.traits.values():
            values = (getattr(record, name) for name in record.__struct_fields__)
            yield repr([sorted(value) if isinstance(value, frozenset) else value for value in values])

    def title(self, record: str) -> str:
        return self.traits[record].title

    def day(self, record: str) -> date:
        """The day on which the incident (of a lesson: the newest one) began; `date.min` if that is not recorded."""
        return self.traits[record].day


def build(projection: Projection) -> Related:
    """The related records of an edition; the time is linear in the number of reviews and lessons."""
    chain_of = declared_chains(projection)
    traits: dict[str, _Traits] = {}
    for pir in projection.pirs.values():
        traits[pir.id] = _of_pir(pir, chain_of.get(pir.id, frozenset()))
    for lesson in projection.lessons.values():
        sources = [traits[source] for source in lesson.learned_from if source in traits]
        traits[lesson.id] = _of_lesson(lesson, sources)
    newest: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for record in sorted(traits.values(), key=lambda t: (-t.day.toordinal(), t.id)):
        for key in _keys(record) if record.offered else ():
            ids = newest[(record.kind, *key)]
            if len(ids) < _CANDIDATES:
                ids.append(record.id)
    return Related(traits, {key: tuple(ids) for key, ids in newest.items()})


def _of_pir(pir: Pir, chain: frozenset[str]) -> _Traits:
    at = began(pir)
    return _Traits(
        kind="pir",
        id=pir.id,
        title=pir.label,
        day=utc_day(at) if at is not None else date.min,
        trigger=pir.trigger,
        causes=frozenset((*factors(pir), *((pir.trigger,) if pir.trigger else ()))),
        services=frozenset(pir.services),
        client=pir.client,
        problem=pir.problem,
        linked=chain | frozenset(pir.lessons),
    )


def _of_lesson(lesson: Lesson, sources: Sequence[_Traits]) -> _Traits:
    return _Traits(
        kind="lesson",
        id=lesson.id,
        title=lesson.label,
        day=max((source.day for source in sources), default=lesson.validated_on or date.min),
        trigger="",
        causes=frozenset(lesson.causes),
        services=frozenset(lesson.services),
        client="",
        problem="",
        linked=frozenset((*lesson.learned_from, lesson.superseded_by)),
        offered=lesson.status != "superseded",
    )


def _keys(record: _Traits) -> Iterator[tuple[str, ...]]:
    """The keys by which other records are found. A service or a client alone is none: too many records have it."""
    for cause in record.causes:
        yield "cause", cause
        for service in record.services:
            yield "cause", cause, service
    if record.trigger:
        yield "trigger", record.trigger
    if record.problem:
        yield "problem", record.problem


def _points(here: _Traits, there: _Traits) -> float:
    causes, services = here.causes & there.causes, len(here.services & there.services)
    points = 0.0
    if causes:
        others = len(causes)
        if _trigger(here, there, causes):
            points += POINTS["trigger"]
            others -= 1
        points += POINTS["cause"] * min(others, MOST["cause"])
    if services:
        points += POINTS["service"] * min(services, MOST["service"])
    if here.problem and here.problem == there.problem:
        points += POINTS["problem"]
    if here.client and here.client == there.client:
        points += POINTS["client"]
    return points


def _reasons(here: _Traits, there: _Traits) -> Iterator[str]:
    causes, services = here.causes & there.causes, here.services & there.services
    if trigger := _trigger(here, there, causes):
        yield "same trigger" if here.trigger == there.trigger else "lesson about the same trigger"
    if here.problem and here.problem == there.problem:
        yield "same problem record"
    if others := len(causes - {trigger}):
        yield "a cause in common" if others == 1 else "causes in common"
    if services:
        yield "same service" if len(services) == 1 else "same services"
    if here.client and here.client == there.client:
        yield "same client"


def _trigger(here: _Traits, there: _Traits, causes: frozenset[str]) -> str:
    """The trigger that two records share: of two reviews, or of one among the shared causes of a lesson."""
    if here.trigger == there.trigger:
        return here.trigger
    trigger = here.trigger or there.trigger
    return trigger if here.kind != there.kind and trigger in causes else ""
