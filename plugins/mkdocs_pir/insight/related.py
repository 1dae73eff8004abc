"""Related records: which reviews and lessons are about the same thing, how much so, and why, in words.

The score is a sum of points for what two records share (`POINTS`), so that a reader can check it. Records that
name each other (a review and its lessons, a chain of recurrences) are left out: their pages show them anyway.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from heapq import nsmallest

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.groups import factors
from mkdocs_pir.insight.occurrences import began
from mkdocs_pir.insight.repeats import find_chains
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.model import Lesson, Pir

POINTS: Mapping[str, float] = {"trigger": 4, "problem": 4, "cause": 2, "service": 1.5, "symptom": 1, "client": 0.5}
"""Points for the same trigger and problem, and for each cause, service and symptom word in common (see `MOST`)."""

MOST: Mapping[str, int] = {"cause": 2, "service": 2, "symptom": 3}
"""Of what may be shared several times, so many count."""

ENOUGH = 4
"""Records with fewer points in common are not called related: services alone are not enough."""

_CANDIDATES = 20  # for each thing in common, so many of the newest records are compared: keeps 10,000 records linear
_COMMON_WORD = 0.02  # a symptom word in more than this share of the records tells nothing,
_COMMON_WORD_AT_LEAST = 8  # unless the knowledge base is so small that no more than this have it
_EMPTY = frozenset((
    "after", "all", "and", "are", "been", "but", "can", "cannot", "could", "did", "does", "for", "from", "had", "has",
    "have", "into", "its", "not", "now", "off", "our", "out", "than", "that", "the", "then", "they", "this", "too",
    "was", "were", "when", "while", "will", "with",
))  # fmt: skip
_WORD = re.compile(r"[^\W_]{3,}")


class Match(Struct, frozen=True):
    """A related record with its points and the reason in words."""

    id: str
    kind: str
    title: str
    score: float
    why: str


class _Traits(Struct, frozen=True):
    kind: str
    id: str
    title: str
    day: date
    trigger: str
    causes: frozenset[str]
    services: frozenset[str]
    words: frozenset[str]
    client: str
    problem: str
    linked: frozenset[str]
    offered: bool = True


class Related(Struct, frozen=True):
    """Everything needed to answer for any record; made by `build`."""

    traits: Mapping[str, _Traits]
    newest: Mapping[tuple[str, ...], tuple[str, ...]]

    def pirs(self, record: str, limit: int = 5) -> tuple[Match, ...]:
        """The reviews most like a review or lesson, best first; the newer first where points are equal."""
        return self._matches(record, "pir", limit)

    def lessons(self, record: str, limit: int = 5) -> tuple[Match, ...]:
        """The lessons that fit a review or lesson best. Superseded lessons are not offered."""
        return self._matches(record, "lesson", limit)

    def _matches(self, record: str, kind: str, limit: int) -> tuple[Match, ...]:
        here = self.traits.get(record)
        if here is None:
            return ()
        candidates = {other for key in _keys(here) for other in self.newest.get((kind, *key), ())}
        candidates -= here.linked | {record}
        scored = []
        for other in candidates:
            there = self.traits[other]
            if not there.offered or record in there.linked:
                continue
            score, why = _compare(here, there)
            if score >= ENOUGH:
                scored.append((-score, -there.day.toordinal(), other, why))
        return tuple(
            Match(other, kind, self.traits[other].title, -score, why)
            for score, _, other, why in nsmallest(limit, scored)
        )


def build(projection: Projection) -> Related:
    """Read every review and lesson of the edition once. Linear in their number."""
    records: list[Pir | Lesson] = [*projection.pirs.values(), *projection.lessons.values()]
    words = _telling({record.id: _words(record.symptoms) for record in records})
    chain_of = {pir: frozenset(chain.pirs) for chain in find_chains(projection, ()) for pir in chain.pirs}
    traits: dict[str, _Traits] = {}
    for pir in projection.pirs.values():
        traits[pir.id] = _of_pir(pir, words[pir.id], chain_of.get(pir.id, frozenset()))
    for lesson in projection.lessons.values():
        sources = [traits[source] for source in lesson.learned_from if source in traits]
        traits[lesson.id] = _of_lesson(lesson, words[lesson.id], sources)
    drawers: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in sorted(traits.values(), key=lambda t: (-t.day.toordinal(), t.id)):
        for key in _keys(one) if one.offered else ():
            drawer = drawers[(one.kind, *key)]
            if len(drawer) < _CANDIDATES:
                drawer.append(one.id)
    return Related(traits, {key: tuple(ids) for key, ids in drawers.items()})


def _of_pir(pir: Pir, words: frozenset[str], chain: frozenset[str]) -> _Traits:
    at = began(pir)
    return _Traits(
        kind="pir",
        id=pir.id,
        title=pir.label,
        day=utc_day(at) if at is not None else date.min,
        trigger=pir.trigger,
        causes=frozenset((*factors(pir), *((pir.trigger,) if pir.trigger else ()))),
        services=frozenset(pir.services),
        words=words,
        client=pir.client,
        problem=pir.problem,
        linked=chain | frozenset(pir.lessons),
    )


def _of_lesson(lesson: Lesson, words: frozenset[str], sources: Sequence[_Traits]) -> _Traits:
    return _Traits(
        kind="lesson",
        id=lesson.id,
        title=lesson.label,
        day=max((source.day for source in sources), default=lesson.validated_on or date.min),
        trigger="",
        causes=frozenset(lesson.causes),
        services=frozenset(lesson.services),
        words=words,
        client="",
        problem="",
        linked=frozenset((*lesson.learned_from, lesson.superseded_by)),
        offered=lesson.status != "superseded",
    )


def _keys(one: _Traits) -> Iterator[tuple[str, ...]]:
    """What makes another record worth comparing: each needs one of these in common to reach `ENOUGH`, or nearly so."""
    for cause in one.causes:
        yield "cause", cause
        for service in one.services:
            yield "cause", cause, service
    if one.trigger:
        yield "trigger", one.trigger
    if one.problem:
        yield "problem", one.problem
    for word in one.words:
        yield "word", word


def _compare(here: _Traits, there: _Traits) -> tuple[float, str]:
    """Points and reason, the same in both directions."""
    score, reasons = 0.0, []
    causes = here.causes & there.causes
    if here.trigger and here.trigger == there.trigger:
        reasons.append("same trigger")
    elif here.kind != there.kind and (here.trigger or there.trigger) in causes:
        reasons.append("about the same trigger")
    if reasons:
        score += POINTS["trigger"]
        causes -= {here.trigger or there.trigger}
    if here.problem and here.problem == there.problem:
        score += POINTS["problem"]
        reasons.append("same problem record")
    for name, shared, one, several in (
        ("cause", causes, "a cause in common", "causes in common"),
        ("service", here.services & there.services, "same service", "same services"),
        ("symptom", here.words & there.words, "", ""),
    ):
        if shared:
            score += POINTS[name] * min(len(shared), MOST[name])
            said = ", ".join(sorted(shared)[: MOST[name]]) if name == "symptom" else ""
            reasons.append(f"similar symptoms ({said})" if said else one if len(shared) == 1 else several)
    if here.client and here.client == there.client:
        score += POINTS["client"]
        reasons.append("same client")
    return score, ", ".join(reasons)


def _words(symptoms: Iterable[str]) -> frozenset[str]:
    found = (word for symptom in symptoms for word in _WORD.findall(symptom.casefold()))
    return frozenset(word for word in found if not word.isdigit() and word not in _EMPTY)


def _telling(words: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Each record's symptom words, less those that only one record has and those that too many have."""
    number = Counter(word for found in words.values() for word in found)
    most = max(_COMMON_WORD_AT_LEAST, len(words) * _COMMON_WORD)
    telling = {word for word, count in number.items() if 1 < count <= most}
    return {record: found & telling for record, found in words.items()}
