"""Groups: what happened under one cause, family, service or client, with the lessons and actions that answer it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from statistics import mean
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.occurrences import Occurrence, full_id
from mkdocs_pir.insight.repeats import Repeat
from mkdocs_pir.kb.model import Action, Lesson, Pir

T = TypeVar("T")


class Group(Struct, frozen=True):
    """What happened under one cause, family, service or client.

    `pirs` are the reviews of these occurrences and those that name the cause as their trigger.
    `minutes` of impact are summed over the occurrences whose minutes are known; `unmeasured` counts the others.
    `contributed` are reviews that name the cause as a contributing factor only. `intervals` are days from one
    start to the next; `tendency` says whether they shorten (see `tendency_of`).
    """

    id: str
    label: str
    occurrences: tuple[Occurrence, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    pirs: tuple[str, ...] = ()
    contributed: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    minutes: float = 0.0
    unmeasured: int = 0
    intervals: tuple[int, ...] = ()
    tendency: str = ""

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
    """How to file things under a cause, a family, a service or a client: functions from a thing to its keys."""

    known: Mapping[str, str]
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
        known={cause.id: cause.label for cause in projection.causes.values()},
        occurrence=lambda o: (o.cause,) if o.cause else (),
        review=lambda pir: (pir.trigger,) if pir.trigger else (),
        factors=factors,
        lesson=lambda lesson: lesson.causes,
        action=action_causes,
    )


def by_family(projection: Projection) -> Grouping:
    return Grouping(
        known={name: name.replace("-", " ").capitalize() for name in map(family, projection.causes)},
        occurrence=lambda o: (family(o.cause),) if o.cause else (),
        review=lambda pir: (family(pir.trigger),) if pir.trigger else (),
        factors=lambda pir: {family(c): None for c in factors(pir) if family(c) != family(pir.trigger)},
        lesson=lambda lesson: {family(c): None for c in lesson.causes},
        action=lambda pir, action: {family(c): None for c in action_causes(pir, action)},
    )


def by_service(projection: Projection) -> Grouping:
    return Grouping(
        known={service.id: service.label for service in projection.services.values()},
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
        known={client.id: client.label for client in projection.clients.values()},
        occurrence=lambda o: (o.client,) if o.client else (),
        review=lambda pir: (pir.client,) if pir.client else (),
        factors=lambda pir: (),
        lesson=lesson_clients,
        action=lambda pir, action: (pir.client,) if pir.client else (),
    )


def grouped(
    projection: Projection, found: Sequence[Occurrence], repeats: Sequence[Repeat], keys: Grouping
) -> Mapping[str, Group]:
    """Every group that is known, has occurrences or is named as a factor; the most occurrences first."""
    happened = _by_key(found, keys.occurrence)
    came_back = _by_key(repeats, lambda repeat: keys.occurrence(repeat.occurrence))
    reviews = _by_key(projection.pirs.values(), keys.review)
    contributed = _by_key(projection.pirs.values(), keys.factors)
    lessons = _by_key(projection.lessons.values(), keys.lesson)
    work = _by_key(
        [(pir, action) for pir in projection.pirs.values() for action in pir.actions], lambda pair: keys.action(*pair)
    )
    groups = [
        _group(
            Group(
                id=key,
                label=keys.known.get(key, key),
                occurrences=tuple(happened.get(key, ())),
                repeats=tuple(came_back.get(key, ())),
                pirs=tuple(pir.id for pir in reviews.get(key, ())),
                contributed=tuple(pir.id for pir in contributed.get(key, ())),
                lessons=tuple(lesson.id for lesson in lessons.get(key, ())),
                actions=tuple(full_id(pir.id, action.id) for pir, action in work.get(key, ())),
            )
        )
        for key in {*keys.known, *happened, *reviews, *contributed}
    ]
    return {group.id: group for group in sorted(groups, key=lambda g: (-g.count, -g.minutes, g.id))}


def _group(group: Group) -> Group:
    days = [o.day for o in group.occurrences if o.day is not None]
    intervals = tuple((b - a).days for a, b in pairwise(days))
    return replace(
        group,
        pirs=tuple(dict.fromkeys((*(o.pir for o in group.occurrences if o.pir), *group.pirs))),
        minutes=sum(o.minutes for o in group.occurrences if o.minutes is not None),
        unmeasured=sum(o.minutes is None for o in group.occurrences),
        intervals=intervals,
        tendency=tendency_of(intervals),
    )


def _by_key(things: Iterable[T], keys: Callable[[T], Iterable[str]]) -> dict[str, list[T]]:
    drawers: dict[str, list[T]] = defaultdict(list)
    for thing in things:
        for key in keys(thing):
            drawers[key].append(thing)
    return drawers


def tendency_of(intervals: Sequence[int]) -> str:
    """Whether something comes back sooner: "shortening" when the later half of the intervals is on average less
    than four fifths of the earlier half, "lengthening" when more than five fourths, else "steady". The middle one
    of an odd number counts on neither side. "" below four intervals, which say nothing."""
    if len(intervals) < 4:
        return ""
    half = len(intervals) // 2
    before, after = mean(intervals[:half]), mean(intervals[-half:])
    if after < before * 0.8:
        return "shortening"
    return "lengthening" if after > before * 1.25 else "steady"
