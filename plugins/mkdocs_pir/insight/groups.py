"""Groups: the occurrences, repeats, lessons and actions of one cause, family, service or client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.occurrences import Occurrence, full_id
from mkdocs_pir.insight.repeats import Repeat
from mkdocs_pir.insight.tendency import Tendency, tendency_of
from mkdocs_pir.kb.model import Action, Lesson, Pir

T = TypeVar("T")


class Group(Struct, frozen=True):
    """The records of one cause, family, service or client.

    `repeating` are the occurrences that repeat an earlier one, `repeats` counts the tickets of one review once.
    `pirs` are the reviews of these occurrences and those that name the cause as their trigger, `contributed` those
    that name it as a contributing factor only. `minutes` is the sum of the minutes of impact of the occurrences for
    which they are recorded; `unmeasured` counts the others. `intervals` are the days from one start to the next;
    `tendency` says whether the latest shorten (see `tendency_of`).
    """

    id: str
    label: str
    occurrences: tuple[Occurrence, ...] = ()
    repeating: tuple[Occurrence, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    pirs: tuple[str, ...] = ()
    contributed: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    minutes: float = 0.0
    unmeasured: int = 0
    intervals: tuple[int, ...] = ()
    tendency: Tendency = ""

    @property
    def count(self) -> int:
        return len(self.occurrences)

    @property
    def first(self) -> date | None:
        return next((o.day for o in self.occurrences if o.day is not None), None)

    @property
    def last(self) -> date | None:
        return max((o.day for o in self.occurrences if o.day is not None), default=None)


class Grouping(Struct, frozen=True):
    """How to group by cause, family, service or client: the keys of each record, as functions, and their `labels`."""

    labels: Mapping[str, str]
    occurrence: Callable[[Occurrence], Iterable[str]]
    review: Callable[[Pir], Iterable[str]]
    factors: Callable[[Pir], Iterable[str]]
    lesson: Callable[[Lesson], Iterable[str]]
    action: Callable[[Pir, Action], Iterable[str]]


def family(cause: str) -> str:
    """The family of a cause: `change` of `change/expired-certificate`."""
    return cause.partition("/")[0]


def action_causes(pir: Pir, action: Action) -> tuple[str, ...]:
    """The causes an action acts on: those it names, else the trigger of its review."""
    return action.causes or ((pir.trigger,) if pir.trigger else ())


def factors(pir: Pir) -> tuple[str, ...]:
    """The causes that made it possible, worse or longer, as far as they differ from the trigger."""
    named = (*pir.contributing_factors, *(d.cause for d in pir.process_deficiencies if d.cause))
    return tuple(dict.fromkeys(cause for cause in named if cause != pir.trigger))


def by_cause(projection: Projection) -> Grouping:
    return Grouping(
        labels={cause.id: cause.label for cause in projection.causes.values()},
        occurrence=lambda o: (o.cause,) if o.cause else (),
        review=lambda pir: (pir.trigger,) if pir.trigger else (),
        factors=factors,
        lesson=lambda lesson: lesson.causes,
        action=action_causes,
    )


def by_family(projection: Projection) -> Grouping:
    return Grouping(
        labels={name: name.replace("-", " ").capitalize() for name in map(family, projection.causes)},
        occurrence=lambda o: (family(o.cause),) if o.cause else (),
        review=lambda pir: (family(pir.trigger),) if pir.trigger else (),
        factors=lambda pir: {family(c): None for c in factors(pir) if family(c) != family(pir.trigger)},
        lesson=lambda lesson: {family(c): None for c in lesson.causes},
        action=lambda pir, action: {family(c): None for c in action_causes(pir, action)},
    )


def by_service(projection: Projection) -> Grouping:
    return Grouping(
        labels={service.id: service.label for service in projection.services.values()},
        occurrence=lambda o: o.services,
        review=lambda pir: pir.services,
        factors=lambda pir: (),
        lesson=lambda lesson: lesson.services,
        action=lambda pir, action: pir.services,
    )


def by_client(projection: Projection) -> Grouping:
    def lesson_clients(lesson: Lesson) -> Iterable[str]:
        sources = map(projection.pirs.get, lesson.learned_from)
        return {pir.client: None for pir in sources if pir is not None and pir.client}

    return Grouping(
        labels={client.id: client.label for client in projection.clients.values()},
        occurrence=lambda o: (o.client,) if o.client else (),
        review=lambda pir: (pir.client,) if pir.client else (),
        factors=lambda pir: (),
        lesson=lesson_clients,
        action=lambda pir, action: (pir.client,) if pir.client else (),
    )


def grouped(
    projection: Projection,
    occurrences: Sequence[Occurrence],
    repeating: Sequence[Repeat],
    repeats: Sequence[Repeat],
    grouping: Grouping,
) -> Mapping[str, Group]:
    """The groups: every key that has a label, an occurrence or a review; the most occurrences first."""
    happened = _by_key(occurrences, grouping.occurrence)
    again = _by_key((repeat.occurrence for repeat in repeating), grouping.occurrence)
    came_back = _by_key(repeats, lambda repeat: grouping.occurrence(repeat.occurrence))
    reviews = _by_key(projection.pirs.values(), grouping.review)
    contributed = _by_key(projection.pirs.values(), grouping.factors)
    lessons = _by_key(projection.lessons.values(), grouping.lesson)
    work = _by_key(
        [(pir, action) for pir in projection.pirs.values() for action in pir.actions],
        lambda pair: grouping.action(*pair),
    )
    groups = [
        _group(
            Group(
                id=key,
                label=grouping.labels.get(key, key),
                occurrences=tuple(happened.get(key, ())),
                repeating=tuple(again.get(key, ())),
                repeats=tuple(came_back.get(key, ())),
                pirs=tuple(pir.id for pir in reviews.get(key, ())),
                contributed=tuple(pir.id for pir in contributed.get(key, ())),
                lessons=tuple(lesson.id for lesson in lessons.get(key, ())),
                actions=tuple(full_id(pir.id, action.id) for pir, action in work.get(key, ())),
            ),
            projection.as_of,
        )
        for key in {*grouping.labels, *happened, *reviews, *contributed}
    ]
    return {group.id: group for group in sorted(groups, key=lambda g: (-g.count, -g.minutes, g.id))}


def _group(group: Group, as_of: date) -> Group:
    days = [o.day for o in group.occurrences if o.day is not None]
    intervals = tuple((b - a).days for a, b in pairwise(days))
    return replace(
        group,
        pirs=tuple(dict.fromkeys((*(o.pir for o in group.occurrences if o.pir), *group.pirs))),
        minutes=sum(o.minutes for o in group.occurrences if o.minutes is not None),
        unmeasured=sum(o.minutes is None for o in group.occurrences),
        intervals=intervals,
        tendency=tendency_of(intervals, (as_of - days[-1]).days if days else None),
    )


def _by_key(values: Iterable[T], keys: Callable[[T], Iterable[str]]) -> dict[str, list[T]]:
    by_key: dict[str, list[T]] = defaultdict(list)
    for value in values:
        for key in keys(value):
            by_key[key].append(value)
    return by_key
