"""The life of a lesson: since when it was known, what happened despite it, and whether it is due for another look."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.kb.model import Lesson
from mkdocs_pir.kb.thresholds import APPLY_DAYS


class LessonLife(Struct, frozen=True):
    """What became of a lesson by `as_of`.

    `known` is the day it was agreed, or applied where only that is recorded; None while neither is. `despite` are
    the incidents that began after that day with one of its causes and, where it names services, on one of these;
    oldest first. `cited` are the reviews that cite it, `due` says why it is due for another look ("" if it is not).
    """

    id: str
    known: date | None
    despite: tuple[Occurrence, ...]
    cited: tuple[str, ...]
    due: str


def lives(projection: Projection, recurrences: Recurrences) -> Mapping[str, LessonLife]:
    """The life of each lesson by its id. Nothing happens despite a draft or a superseded lesson."""
    happened: dict[tuple[str, str], list[Occurrence]] = defaultdict(list)
    for o in recurrences.occurrences:
        for service in ("", *o.services) if o.cause and o.day is not None else ():
            happened[o.cause, service].append(o)
    days = {key: [o.day or date.max for o in incidents] for key, incidents in happened.items()}
    cited: dict[str, list[str]] = defaultdict(list)
    for pir in projection.pirs.values():
        for id_ in pir.lessons:
            cited[id_].append(pir.id)
    lives_by_id = {}
    for lesson in projection.lessons.values():
        known = _agreed_on(lesson, projection.as_of)
        later: dict[str, Occurrence] = {}
        for cause in lesson.causes:
            for service in lesson.services or ("",):
                after = bisect_right(days.get((cause, service), []), known or date.max)
                later.update((o.id, o) for o in happened.get((cause, service), [])[after:])
        own = set(lesson.learned_from)
        despite = sorted((o for o in later.values() if o.pir not in own), key=lambda o: (o.day or date.max, o.id))
        cited_by, due = tuple(cited.get(lesson.id, ())), _reason_due(lesson, projection.as_of)
        lives_by_id[lesson.id] = LessonLife(lesson.id, known, tuple(despite), cited_by, due)
    return lives_by_id


def _agreed_on(lesson: Lesson, as_of: date) -> date | None:
    if lesson.status in ("draft", "superseded"):
        return None
    known = lesson.validated_on or lesson.applied_on
    return known if known is not None and known <= as_of else None


def _reason_due(lesson: Lesson, as_of: date) -> str:
    if lesson.status == "superseded":
        return ""
    if lesson.review_by is not None and lesson.review_by <= as_of:
        return f"it was to be looked at again by {lesson.review_by.isoformat()}"
    agreed = lesson.validated_on
    if lesson.status == "validated" and agreed is not None and as_of - agreed > timedelta(days=APPLY_DAYS):
        return f"it was agreed on {agreed.isoformat()} and is not applied"
    return ""
