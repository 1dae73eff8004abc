"""Likely repeats by text: reviews without a cause whose words are those of an earlier review of the same client.

Where both reviews have a trigger, the triggers decide (`kb/recurrence_rules.py`). What is found here is a hint to
somebody who can look; no figure counts it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from heapq import nlargest

from msgspec import Struct

from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.thresholds import REPEAT_DAYS
from mkdocs_pir.search.weighed_words import Vector, WordReader, cosine, frequencies, rarity, saturated, unit

ALIKE = 0.4
"""The cosine of two texts from which they are likely to tell of the same failure (see docs/problems.md, PIR417)."""

_WITHIN = timedelta(days=REPEAT_DAYS)
_IN_COMMON = 4  # the terms that two texts share at least: a title of three common words tells nothing
_NAMED = 3
_USUAL = 100  # texts among which words are rare or common, where a knowledge base has fewer

_PLANNED = re.compile(r"\b(?:maintenance|planned|scheduled|migration|upgrade|update|brownout|restart)s?\b", re.I)
_FAILED = re.compile(
    r"\b(?:outages?|down|fail\w*|errors?|unavailable|unreachable|slow\w*|crash\w*|lost|broken?|not|stuck|delay\w*|disrupt\w*)\b",
    re.I,
)
"""Work that was planned comes again by plan, unless its title tells that something failed."""


class LikelyRepeat(Struct, frozen=True):
    """A review and the earlier one that it probably repeats: the whole days between them, how alike their texts are
    (0 to 1), and the words that they share, the most telling first."""

    review: str
    earlier: str
    days: int
    alike: float
    words: tuple[str, ...]


def likely_repeats(
    reviews: Mapping[str, Pir], synonyms: Mapping[str, Sequence[str]] | None = None, enough: float = ALIKE
) -> list[LikelyRepeat]:
    """The likely repeats among reviews, in order of id: for each review the earlier one that is most alike.

    Only reviews of one client that are near in time are compared, so the work grows with the number of reviews.
    """
    pairs = list(_pairs(reviews.values()))
    reader = WordReader(synonyms)
    texts = {
        id_: frequencies(reader, _texts_of(reviews[id_])) for id_ in sorted({pir.id for pair in pairs for pir in pair})
    }
    rare = rarity(list(texts.values()), at_least=_USUAL)
    vectors = {id_: unit({term: saturated(n) * rare[term] for term, n in text.items()}) for id_, text in texts.items()}
    best: dict[str, tuple[float, Pir]] = {}
    for later, earlier in pairs:
        if len(vectors[later.id].keys() & vectors[earlier.id].keys()) < _IN_COMMON:
            continue
        alike = cosine(vectors[later.id], vectors[earlier.id])
        if alike >= enough and (
            later.id not in best or (alike, earlier.id) > (best[later.id][0], best[later.id][1].id)
        ):
            best[later.id] = alike, earlier
    return [
        LikelyRepeat(
            id_,
            earlier.id,
            _days(earlier, reviews[id_]),
            round(alike, 3),
            _shared(reader, vectors[id_], vectors[earlier.id]),
        )
        for id_, (alike, earlier) in sorted(best.items())
    ]


def _pairs(reviews: Iterable[Pir]) -> Iterator[tuple[Pir, Pir]]:
    """Each review with each earlier one of the same client that ended at most 90 days before it began."""
    of_client: dict[str, list[tuple[date, str, Pir]]] = defaultdict(list)
    for pir in reviews:
        planned = _PLANNED.search(pir.title) and not _FAILED.search(pir.title)
        if not planned and (ended := _ended(pir)) is not None:
            of_client[pir.client].append((ended, pir.id, pir))
    for pirs in of_client.values():
        pirs.sort()
        ends = [ended for ended, _, _ in pirs]
        for _, _, later in pirs:
            if later.recurrence_of or (began := _began(later)) is None:
                continue
            for _, _, earlier in pirs[bisect_left(ends, began - _WITHIN) : bisect_right(ends, began)]:
                if _may_repeat(later, earlier):
                    yield later, earlier


def _may_repeat(later: Pir, earlier: Pir) -> bool:
    if later.id == earlier.id or (later.trigger and earlier.trigger):
        return False
    start, end = later.times.impact_start or later.times.detected, earlier.times.resolved
    if start is not None and end is not None and end > start:
        return False
    # of two on one day without times, the one with the larger id is taken for the later one
    if (_began(earlier) or date.min, earlier.id) >= (_began(later) or date.min, later.id):
        return False
    return not later.services or not earlier.services or not {*later.services}.isdisjoint(earlier.services)


def _began(pir: Pir) -> date | None:
    times = pir.times
    moment = times.impact_start or times.detected
    return utc_day(moment) if moment is not None else times.began_on


def _ended(pir: Pir) -> date | None:
    times = pir.times
    return utc_day(times.resolved) if times.resolved is not None else times.resolved_on


def _days(earlier: Pir, later: Pir) -> int:
    ended, began = _ended(earlier), _began(later)
    return (began - ended).days if ended is not None and began is not None else 0


def _texts_of(pir: Pir) -> Iterator[tuple[str, float]]:
    yield pir.title, 3.0
    yield pir.root_cause, 2.0
    yield pir.impact.summary, 1.0
    for symptom in pir.symptoms:
        yield symptom, 2.0
    for section in pir.sections:
        if section.title in ("Summary", "Root cause"):
            yield section.text, 1.5


def _shared(reader: WordReader, one: Vector, other: Vector) -> tuple[str, ...]:
    best = nlargest(_NAMED, ((one[term] * other[term], term) for term in one.keys() & other.keys()))
    return tuple(reader.shown(term) for _, term in best)
