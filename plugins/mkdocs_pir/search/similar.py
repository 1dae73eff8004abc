"""Similar records: reviews and lessons ranked by how alike their texts are and by the fields that they share.

Either alone misleads. By fields alone, two incidents are alike that share only a trigger from a catalogue of forty, and
one whose cause is not yet established is like none; by words alone, an expired certificate on mail is like any other
text about mail. So the points of `insight/related.py` and those for the texts are summed, and the reason names both.

The texts are compared by the cosine of their vectors, each term of the index weighing impact * idf (BM25F, see
`index.py`; Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988), bodies left out: a
body tells the whole story, most of which is like any other. Cost grows with the number of records: each is compared
only with the nearest of those that share one of its most telling terms, which few have, and with those of the newest
that share most of its fields.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest, nsmallest

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight import related
from mkdocs_pir.insight.related import Related
from mkdocs_pir.kb.model import Lesson, Pir
from mkdocs_pir.search import analysis
from mkdocs_pir.search.documents import documents
from mkdocs_pir.search.impacts import Vocabulary, impacts
from mkdocs_pir.search.index import idf
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.store import stages

COMPARED = (Pir.kind, Lesson.kind)
"""The kinds of records that are compared with one another."""

FIELDS = ("title", "symptoms", "lead", "workaround")
"""The fields whose texts are compared; ids, causes and services are compared in `insight/related.py`."""

TEXT = 16.0
"""Points for two texts that are the same; two that share no word have none."""

ENOUGH = 5.5
"""The points from which records are similar: shared services and a few words are not enough."""

ALIKE = 0.15
"""The cosine from which the shared words are given as a reason."""

_LENGTH = 48  # the terms kept of a text, the most telling ones
_TERMS = 12  # the terms of them by which others are found
_SHARED_BY = 24  # records that may share such a term: a word of more of them tells little, and would cost too much
_NEAREST = 24  # records that are compared in full because of their texts, and as many because of their fields
_NAMED = 3


class SimilarRecord(Struct, frozen=True):
    """A similar record with its points and the reason in words."""

    id: str
    kind: str
    title: str
    score: float
    why: str


class ComparedTexts(Struct, frozen=True):
    """The texts of all records as vectors of length one, and who shares a telling term."""

    vectors: Mapping[str, Mapping[str, float]]
    holders: Mapping[str, Sequence[tuple[str, float]]]
    forms: Mapping[str, str]

    def near(self, record: str) -> dict[str, float]:
        """Records that share a telling term with this one, each with the part of the cosine that such terms make."""
        vector = self.vectors.get(record, {})
        telling = nlargest(_TERMS, (term for term in vector if term in self.holders), key=lambda t: (vector[t], t))
        cosines: dict[str, float] = defaultdict(float)
        for term in telling:
            weight = vector[term]
            for other, there in self.holders[term]:
                cosines[other] += weight * there
        return cosines

    def cosine(self, record: str, other: str) -> float:
        """How alike two texts are, 0 to 1."""
        return sum(weight for _, weight in self._shared(record, other))

    def words(self, record: str, other: str) -> tuple[str, ...]:
        """The words that tie two records, the most telling first."""
        best = nlargest(_NAMED, self._shared(record, other), key=lambda one: (one[1], one[0]))
        return tuple(self.forms[term] for term, _ in best)

    def _shared(self, record: str, other: str) -> Iterator[tuple[str, float]]:
        here, there = self.vectors.get(record, {}), self.vectors.get(other, {})
        if len(there) < len(here):
            here, there = there, here
        for term, weight in here.items():
            if term in there:
                yield term, weight * there[term]


class Similar(Struct, frozen=True):
    """The fields and texts of every review and lesson of an edition; made by `build`."""

    fields: Related
    texts: ComparedTexts

    def pirs(self, record: str, limit: int = 5) -> tuple[SimilarRecord, ...]:
        """The reviews most like a review or lesson, best first; the newer first where points are equal."""
        return self._matches(record, "pir", limit)

    def lessons(self, record: str, limit: int = 5) -> tuple[SimilarRecord, ...]:
        """The lessons that fit a review or lesson best. Superseded lessons are not offered."""
        return self._matches(record, "lesson", limit)

    def knows(self, record: str) -> bool:
        return record in self.fields.traits

    @stages.SEARCH
    def _matches(self, record: str, kind: str, limit: int) -> tuple[SimilarRecord, ...]:
        if not self.knows(record):
            return ()
        scored = []
        for other, points, reasons in self._worth_comparing(record, kind):
            cosine = self.texts.cosine(record, other)
            score = round(points + TEXT * cosine, 1)
            if score >= ENOUGH:
                scored.append((-score, -self.fields.day(other).toordinal(), other, reasons, cosine))
        return tuple(
            SimilarRecord(other, kind, self.fields.title(other), -score, self._why(record, other, reasons, cosine))
            for score, _, other, reasons, cosine in nsmallest(limit, scored)
        )

    def _worth_comparing(self, record: str, kind: str) -> Iterable[tuple[str, float, tuple[str, ...]]]:
        """The nearest by texts and the nearest by fields, with the points and reasons of their fields."""
        near = self.texts.near(record)
        by_text = [
            other
            for other in nlargest(2 * _NEAREST, near, key=near.__getitem__)
            if self.fields.offers(record, other, kind)
        ]
        same = [other for other in self.fields.candidates(record, kind) if self.fields.offers(record, other, kind)]
        compared = [(other, *self.fields.shared(record, other)) for other in dict.fromkeys((*by_text, *same))]
        best = nlargest(_NEAREST, compared[len(by_text) :], key=lambda one: (one[1], self.fields.day(one[0]), one[0]))
        return [*compared[: len(by_text)], *best]

    def _why(self, record: str, other: str, reasons: tuple[str, ...], cosine: float) -> str:
        words = self.texts.words(record, other) if cosine >= ALIKE else ()
        return ", ".join((*reasons, f"similar words ({', '.join(words)})") if words else reasons)


@stages.SEARCH
def build(projection: Projection) -> Similar:
    """The similar records of an edition; the time is linear in the number of reviews and lessons."""
    compared = (document for document in documents(projection, lambda record: "") if document.kind in COMPARED)
    return Similar(related.build(projection), compare_texts(compared))


def compare_texts(compared: Iterator[SearchDocument]) -> ComparedTexts:
    """The vectors of documents, made of their texts in `FIELDS`."""
    vocabulary = Vocabulary(analysis.language("en"))
    impact: dict[str, dict[str, int]] = {}
    found_in: Counter[str] = Counter()
    for document in compared:
        fields = {name: texts for name, texts in document.fields.items() if name in FIELDS}
        # no document has an id here: two records are not alike because their numbers are
        terms = impacts(replace(document, id="", fields=fields), vocabulary)
        impact[document.id] = terms
        found_in.update(terms.keys())  # of a mapping it would add up the values
    rarity = {term: idf(count, len(impact)) for term, count in found_in.items()}
    vectors = {id_: _vector(terms, rarity, found_in) for id_, terms in impact.items()}
    holders: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for id_, vector in vectors.items():
        for term, weight in vector.items():
            if 1 < found_in[term] <= _SHARED_BY:
                holders[term].append((id_, weight))
    return ComparedTexts(vectors, holders, _shortest(dict(vocabulary.forms(vocabulary.terms))))


def _vector(terms: Mapping[str, int], rarity: Mapping[str, int], found_in: Mapping[str, int]) -> dict[str, float]:
    """A text as a vector of length one, of which only the most telling terms that others have too are kept."""
    weighed = [(term, float(impact * rarity[term])) for term, impact in terms.items() if not term.isdigit()]
    length = math.sqrt(sum(weight * weight for _, weight in weighed))
    shared = (one for one in weighed if found_in[one[0]] > 1)
    heaviest = nlargest(_LENGTH, shared, key=lambda one: (one[1], one[0]))
    return {term: weight / length for term, weight in heaviest}


def _shortest(forms: Mapping[str, str]) -> dict[str, str]:
    """The shortest word of each term, which is the one to show."""
    shown: dict[str, str] = {}
    for word, term in sorted(forms.items(), key=lambda entry: (len(entry[0]), entry[0])):
        shown.setdefault(term, word)
    return shown
