"""Causes for reviews that have none: groups of such reviews by their texts, with the nearest entries of the catalogue.

The texts of a review are compared with what the catalogue says of each cause, and with the reviews that already have
it, so that suggestions become better with every assignment. Reviews that are near the same cause are a group. Those
near none are grouped by their texts and by how far they are from each cause: these may need a new entry of the
catalogue. No model, no chance: the same records give the same suggestions.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.occurrences import began
from mkdocs_pir.insight.windows import utc_day
from mkdocs_pir.kb.guidance import is_written
from mkdocs_pir.kb.model import Cause, Pir
from mkdocs_pir.search.weighed_words import (
    Vector,
    WordReader,
    cosine,
    frequencies,
    rarity,
    saturated,
    unit,
)
from mkdocs_pir.store import stages

LIKELY = 0.14
"""The score from which a suggested cause is likely: from 8 to 10 of 10 are right (docs/causes.md has the figures)."""

POSSIBLE = 0.125
"""The score from which a cause is suggested at all: about 8 of 10 are right, even of reports that the catalogue was not written for."""

_REVIEW_WEIGHTS = {"What went wrong": 0.7, "Summary": 1.5, "Contributing factors": 1.5, "Root cause": 2.5}
"""Sections of a review that are read. The timeline and the response tell what was done, which misleads."""

_BESIDES = 2.0  # a score is at most so many times what it is without its heaviest word
_EXAMPLES = 0.3  # the part of the score that reviews with the cause may add
_OF_A_CAUSE = 96  # the heaviest terms of the reviews that have a cause
_OF_A_REVIEW = 48  # the heaviest terms by which reviews are compared
_FINDING = 24  # the heaviest of them by which others are found, unless more than this part of the reviews has them
_SHARED = 0.05
_SOMETHING = 0.05  # what these terms must make of the cosine, for two reviews to be compared in full
_ALIKE = 0.3  # from here two reviews are in one group
_TEXT = 0.6  # the part of the likeness that the texts make; the nearest causes make the rest
_NEAREST = 8
_NAMED = 4

_EXCLUDES = re.compile(r"\bdo(?:es)? not count|\b(?:is|are) another cause", re.I)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


class Member(Struct, frozen=True):
    """A review without causes. `cause` is the one that its own text is nearest to, or "" where the evidence is weak."""

    id: str
    title: str
    client: str
    day: str
    cause: str
    score: float
    why: tuple[str, ...]


class Group(Struct, frozen=True):
    """Reviews that are alike, or one that is near a cause: the words that tell them from others, and the nearest cause ("" where none is near)."""

    words: tuple[str, ...]
    cause: str
    score: float
    why: tuple[str, ...]
    members: tuple[Member, ...]


class Suggestions(Struct, frozen=True):
    """The groups, the most certain and largest first, and the reviews that are like no other."""

    groups: tuple[Group, ...]
    alone: tuple[Member, ...]

    def members(self) -> Iterator[tuple[int, Member]]:
        """Every review with the number of its group from 1, or 0."""
        for number, group in enumerate(self.groups, 1):
            yield from ((number, member) for member in group.members)
        yield from ((0, member) for member in self.alone)


class _Read(Struct, frozen=True):
    """A review as it is compared: its text among the causes, and among the reviews."""

    among_causes: Vector
    among_reviews: Vector


@stages.SEARCH
def suggest(projection: Projection, only: Iterable[str] | None = None) -> Suggestions:
    """Suggestions for the reviews of the internal edition without causes, or for those of them in `only`."""
    reader = WordReader(projection.synonyms)
    found = {id_: frequencies(reader, _texts_of(pir)) for id_, pir in projection.pirs.items()}
    catalogue = _Catalogue(reader, projection.causes.values(), list(found.values()))
    read = {id_: _Read(catalogue.read(text), catalogue.compared(text)) for id_, text in found.items()}
    catalogue.learn((pir.trigger, read[id_].among_reviews) for id_, pir in projection.pirs.items() if pir.trigger)
    wanted = None if only is None else set(only)
    lacking = [id_ for id_, pir in projection.pirs.items() if not has_causes(pir) and (wanted is None or id_ in wanted)]
    scores = {id_: catalogue.scores(read[id_]) for id_ in lacking}
    members = {id_: catalogue.member(projection.pirs[id_], read[id_], scores[id_]) for id_ in lacking}
    near: dict[str, list[str]] = defaultdict(list)
    for id_, member in members.items():
        near[member.cause].append(id_)
    # those near one cause are a group, if only of one; the others are grouped by their texts
    alike = _groups({id_: read[id_].among_reviews for id_ in near.pop("", ())}, scores)
    groups = [_group(catalogue, ids, members, read, scores) for ids in (*near.values(), *alike)]
    groups.sort(key=lambda group: (-_level(group.score), -len(group.members), -group.score, group.members[0].id))
    in_group = {member.id for group in groups for member in group.members}
    alone = sorted((m for m in members.values() if m.id not in in_group), key=lambda m: (-m.score, m.id))
    return Suggestions(tuple(groups), tuple(alone))


def has_causes(pir: Pir) -> bool:
    """Whether any cause of a review is established."""
    return bool(pir.trigger or pir.contributing_factors or pir.process_deficiencies)


def certainty(score: float) -> str:
    """A score in words."""
    return ("none", "possible", "likely")[_level(score)]


def _level(score: float) -> int:
    return (score >= POSSIBLE) + (score >= LIKELY)


def _texts_of(pir: Pir) -> Iterator[tuple[str, float]]:
    yield pir.title, 3.0
    yield pir.root_cause, 3.0
    yield pir.impact.summary, 1.2
    yield " ".join(pir.tags), 1.5
    yield pir.preamble, 1.0
    for symptom in pir.symptoms:
        yield symptom, 1.0
    for section in pir.sections:
        if (weight := _REVIEW_WEIGHTS.get(section.title)) is not None:
            yield section.text, weight


def _texts_of_cause(cause: Cause) -> Iterator[tuple[str, float]]:
    yield cause.name, 3.0
    yield cause.id.rpartition("/")[2].replace("-", " "), 1.0
    for sentence in _SENTENCE.split(cause.definition):
        # what is no such cause, says nothing about it; nor does what the template asks for
        if not _EXCLUDES.search(sentence) and is_written(sentence):
            yield sentence, 1.5
    for example in cause.examples:
        yield example, 1.0
    for sign in cause.look_for:
        yield sign, 0.7
    for section in cause.sections:
        if section.title == "How to recognise it" and is_written(section.text):
            yield section.text, 0.4


class _Catalogue:
    """The causes as vectors: by what the catalogue says of them, and by the reviews that have them."""

    def __init__(self, reader: WordReader, causes: Iterable[Cause], reviews: Sequence[Vector]) -> None:
        self._reader = reader
        self._rarity = rarity(reviews)
        texts = {cause.id: frequencies(reader, _texts_of_cause(cause)) for cause in causes}
        telling = rarity(list(texts.values()))
        rarest = max(self._rarity.values(), default=1.0)
        self._causes = {
            id_: unit(
                {t: saturated(n) * telling[t] * self._rarity.get(t, rarest) ** 0.5 for t, n in sorted(text.items())}
            )
            for id_, text in texts.items()
        }
        self._holders: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for id_, vector in self._causes.items():
            for term, weight in vector.items():
                self._holders[term].append((id_, weight))
        self._learnt: dict[str, Vector] = {}

    def read(self, text: Vector) -> Vector:
        """A review as it is compared with causes, in which rare words count for less than among reviews."""
        return unit({term: saturated(number) * self._rarity[term] ** 0.5 for term, number in text.items()})

    def compared(self, text: Vector) -> Vector:
        """A review as it is compared with reviews."""
        return unit({term: saturated(number) * self._rarity[term] for term, number in text.items()}, _OF_A_REVIEW)

    def learn(self, examples: Iterable[tuple[str, Vector]]) -> None:
        """Take the reviews that have a cause as examples of it."""
        sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for cause, vector in examples:
            for term, weight in vector.items():
                sums[cause][term] += weight
        self._learnt = {cause: unit(terms, _OF_A_CAUSE) for cause, terms in sums.items() if cause in self._causes}

    def scores(self, review: _Read) -> dict[str, float]:
        """How near a review is to each cause."""
        found: dict[str, float] = defaultdict(float)
        heaviest: dict[str, float] = defaultdict(float)
        for term, weight in review.among_causes.items():
            for cause, there in self._holders.get(term, ()):
                found[cause] += weight * there
                heaviest[cause] = max(heaviest[cause], weight * there)
        for cause, score in found.items():
            # one word alone is no evidence, however rare
            found[cause] = min(score, _BESIDES * (score - heaviest[cause]))
        for cause, learnt in self._learnt.items():
            if alike := cosine(review.among_reviews, learnt):
                found[cause] += _EXAMPLES * alike
        return {cause: round(min(score, 1.0), 4) for cause, score in found.items()}

    def member(self, pir: Pir, review: _Read, scores: Mapping[str, float]) -> Member:
        cause, score = _nearest(scores)
        at = began(pir)
        day = utc_day(at).isoformat() if at is not None else ""
        if score < POSSIBLE:
            return Member(pir.id, pir.label, pir.client, day, "", score, ())
        return Member(pir.id, pir.label, pir.client, day, cause, score, self.why(cause, [review]))

    def why(self, cause: str, reviews: Iterable[_Read]) -> tuple[str, ...]:
        """The words that tie reviews to a cause, the most telling first."""
        worth: dict[str, float] = defaultdict(float)
        for review in reviews:
            for vector, of_review, part in (
                (self._causes[cause], review.among_causes, 1.0),
                (self._learnt.get(cause, {}), review.among_reviews, _EXAMPLES),
            ):
                for term, weight in vector.items():
                    if term in of_review:
                        worth[term] += part * weight * of_review[term]
        return self.words(worth)

    def words(self, worth: Mapping[str, float]) -> tuple[str, ...]:
        """The heaviest terms as words."""
        best = nlargest(_NAMED, worth.items(), key=lambda one: (one[1], one[0]))
        return tuple(self._reader.shown(term) for term, weight in best if weight > 0)


def _nearest(scores: Mapping[str, float]) -> tuple[str, float]:
    return max(scores.items(), key=lambda one: (one[1], one[0]), default=("", 0.0))


def _groups(vectors: Mapping[str, Vector], scores: Mapping[str, Mapping[str, float]]) -> Iterator[list[str]]:
    """Groups of two and more reviews that are alike: each around the review that is nearest to a cause.

    Every review is in one group at most. The work grows with the number of reviews, since others are looked for by
    terms that few reviews have.
    """
    profiles = {id_: _profile(of_one) for id_, of_one in scores.items()}
    found_in = Counter(term for vector in vectors.values() for term in vector)
    most = max(50, int(_SHARED * len(vectors)))
    holders: dict[str, dict[str, float]] = defaultdict(dict)
    for id_, vector in vectors.items():
        for term, weight in vector.items():
            if 1 < found_in[term] <= most:
                holders[term][id_] = weight
    for centre in sorted(vectors, key=lambda id_: (-_nearest(scores[id_])[1], id_)):
        vector = vectors[centre]
        shared = [term for term in vector if term in holders]
        if not any(centre in holders[term] for term in shared):
            continue
        near: dict[str, float] = defaultdict(float)
        for term in nlargest(_FINDING, shared, key=lambda term: (vector[term], term)):
            weight = vector[term]
            for other, there in holders[term].items():
                near[other] += weight * there
        ids = [
            other
            for other, part in near.items()
            if part >= _SOMETHING
            and other != centre
            and _TEXT * cosine(vector, vectors[other]) + (1 - _TEXT) * cosine(profiles[centre], profiles[other])
            >= _ALIKE
        ]
        taken = [centre, *ids] if ids else [centre]
        for id_ in taken:
            for term in vectors[id_]:
                if term in holders:
                    holders[term].pop(id_, None)
        if ids:
            yield sorted(taken)


def _profile(scores: Mapping[str, float]) -> Vector:
    """The nearest causes of a review, the nearest counting for most."""
    best = nlargest(_NEAREST, scores.items(), key=lambda one: (one[1], one[0]))
    return unit({cause: score * score for cause, score in best})


def _group(
    catalogue: _Catalogue,
    ids: Sequence[str],
    members: Mapping[str, Member],
    read: Mapping[str, _Read],
    scores: Mapping[str, Mapping[str, float]],
) -> Group:
    sums: dict[str, float] = defaultdict(float)
    words: dict[str, float] = defaultdict(float)
    shared = Counter(term for id_ in ids for term in read[id_].among_reviews)
    for id_ in ids:
        for cause, score in scores[id_].items():
            sums[cause] += score / len(ids)
        for term, weight in read[id_].among_reviews.items():
            if shared[term] > 1:
                words[term] += weight
    cause, score = _nearest(sums)
    cause = cause if score >= POSSIBLE else ""
    why = catalogue.why(cause, [read[id_] for id_ in ids]) if cause else ()
    ordered = sorted((members[id_] for id_ in ids), key=lambda member: (member.day, member.id))
    return Group(catalogue.words(words) or why, cause, round(score, 4), why, tuple(ordered))
