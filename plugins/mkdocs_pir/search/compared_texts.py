"""The texts of records as vectors: what similar records have in common in words.

The texts are compared by the cosine of their vectors, each term of the index weighing impact * idf (BM25F, see
`impacts.py`; Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988), bodies left out: a
body tells the whole story, most of which is like any other.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest
from itertools import chain, pairwise

from msgspec import Struct

from mkdocs_pir.search import analysis, shards, term_blocks
from mkdocs_pir.search.impacts import Vocabulary
from mkdocs_pir.search.index import idf
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.search.term_blocks import TermBlock
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.executors import share
from mkdocs_pir.store.result_store import ResultStore, key

FIELDS = ("title", "symptoms", "lead", "workaround")
"""The fields whose texts are compared; ids, causes and services are compared in `insight/related.py`."""

BLOCK = 256
"""Documents whose terms are kept together, about."""

_LENGTH = 48  # the terms kept of a text, the most telling ones
_TERMS = 12  # the terms of them by which others are found
_SHARED_BY = 24  # records that may share such a term: a word of more of them tells little, and would cost too much
_NAMED = 3


class ComparedTexts(Struct, frozen=True):
    """The texts of all records as vectors of length one, and who shares a telling term."""

    vectors: Mapping[str, Mapping[str, float]]
    holders: Mapping[str, Sequence[tuple[str, float]]]
    forms: Mapping[str, str]

    def telling(self, record: str) -> list[str]:
        """The terms by which others are found, the most telling first."""
        vector = self.vectors.get(record, {})
        return nlargest(_TERMS, (term for term in vector if term in self.holders), key=lambda t: (vector[t], t))

    def near(self, record: str) -> dict[str, float]:
        """Records that share a telling term with this one, each with the part of the cosine that such terms make."""
        vector = self.vectors.get(record, {})
        cosines: dict[str, float] = defaultdict(float)
        for term in self.telling(record):
            weight = vector[term]
            for other, there in self.holders[term]:
                cosines[other] += weight * there
        return cosines

    def cosines(self, record: str, others: Iterable[str]) -> Iterator[float]:
        """How alike a text is to each of the others, 0 to 1."""
        here = self.vectors.get(record, {})
        terms = here.keys()
        for other in others:
            there = self.vectors.get(other, {})
            common = terms & there.keys()
            # the sum is exact, so that the order of the terms does not matter
            yield math.fsum([here[term] * there[term] for term in common]) if common else 0.0

    def words(self, record: str, other: str) -> tuple[str, ...]:
        """The words that tie two records, the most telling first."""
        here, there = self.vectors.get(record, {}), self.vectors.get(other, {})
        best = nlargest(_NAMED, ((here[term] * there[term], term) for term in here.keys() & there.keys()))
        return tuple(self.forms[term] for _, term in best)


def compare_texts(documents: Sequence[SearchDocument], store: ResultStore) -> ComparedTexts:
    """The vectors of documents, each of which is as `compared_alone` makes it."""
    forms: dict[str, str] = {}
    impact: dict[str, dict[str, int]] = {}
    found_in: Counter[str] = Counter()
    for low, block in _blocks(documents, store):
        # each term once for all blocks, since two that are one object are compared in no time
        known = list(map(sys.intern, block.terms))
        for document, (numbers, impacts) in zip(documents[low:], block.documents(), strict=False):
            terms = list(map(known.__getitem__, numbers))
            impact[document.id] = dict(zip(terms, impacts, strict=True))
            found_in.update(terms)
        forms.update(block.forms())
    rarity = {term: idf(count, len(impact)) for term, count in found_in.items()}
    vectors = {id_: _vector(terms, rarity, found_in) for id_, terms in impact.items()}
    holders: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for id_, vector in vectors.items():
        for term, weight in vector.items():
            if 1 < found_in[term] <= _SHARED_BY:
                holders[term].append((id_, weight))
    return ComparedTexts(vectors, holders, _shortest(forms))


def compared_alone(document: SearchDocument) -> SearchDocument:
    """A document with the texts that are compared, and no others."""
    fields = {name: texts for name, texts in document.fields.items() if name in FIELDS}
    return SearchDocument(document.id, document.kind, document.title, "", fields)


def _blocks(documents: Sequence[SearchDocument], store: ResultStore) -> Iterator[tuple[int, TermBlock]]:
    """Each block with the place of its first document."""
    cuts = shards.cuts([(document.id, 1) for document in documents], BLOCK)
    ranges = list(pairwise(chain(cuts, (len(documents),))))
    keys = {low: _key(documents[low:high]) for low, high in ranges}
    known = store.get(keys.values())
    vocabulary = Vocabulary(analysis.language("en"))

    def read(places: tuple[int, int]) -> tuple[bytes, bytes]:
        low, high = places
        # without their ids: two records are not alike because their numbers are
        some = (replace(one, has_name=False) for one in documents[low:high])
        return keys[low], term_blocks.read(some, vocabulary)

    new = dict(share(read, [places for places in ranges if keys[places[0]] not in known]))
    store.put(new)
    for low, _ in ranges:
        yield low, term_blocks.decoded(known.get(keys[low]) or new[keys[low]])


def _key(documents: Iterable[SearchDocument]) -> bytes:
    return key("compared texts", code_version(), sys.byteorder, *(document.analysed() for document in documents))


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
