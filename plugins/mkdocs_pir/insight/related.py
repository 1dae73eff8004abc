"""Related records: the fields that two reviews or lessons share (trigger, causes, services, problem, client).

The points are a sum over the shared fields (`POINTS`), so that a reader can check them. Records that name each other
(a review and its lessons, a chain of recurrences) are left out, because their pages link them anyway.
`search/similar.py` adds what their texts have in common, and ranks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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

    def offers(self, record: str, other: str, kind: str) -> bool:
        """Whether `other` is of that kind, is not superseded, and is not already linked with `record`."""
        here, there = self.traits[record], self.traits.get(other)
        if there is None or there.kind != kind or other == record or not there.offered:
            return False
        return other not in here.linked and record not in there.linked

    def shared(self, record: str, other: str) -> tuple[float, tuple[str, ...]]:
        """The points for the fields that two records share, and the reasons in words; the same in both directions."""
        return _compare(self.traits[record], self.traits[other])

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


def _compare(here: _Traits, there: _Traits) -> tuple[float, tuple[str, ...]]:
    score, reasons = 0.0, []
    causes = here.causes & there.causes
    if here.trigger and here.trigger == there.trigger:
        reasons.append("same trigger")
    elif here.kind != there.kind and (here.trigger or there.trigger) in causes:
        reasons.append("lesson about the same trigger")
    if reasons:
        score += POINTS["trigger"]
        causes -= {here.trigger or there.trigger}
    if here.problem and here.problem == there.problem:
        score += POINTS["problem"]
        reasons.append("same problem record")
    for name, shared, one, several in (
        ("cause", causes, "a cause in common", "causes in common"),
        ("service", here.services & there.services, "same service", "same services"),
    ):
        if shared:
            score += POINTS[name] * min(len(shared), MOST[name])
            reasons.append(one if len(shared) == 1 else several)
    if here.client and here.client == there.client:
        score += POINTS["client"]
        reasons.append("same client")
    return score, tuple(reasons)
