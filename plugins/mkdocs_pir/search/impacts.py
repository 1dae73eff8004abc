"""Impacts: the weight of each word in a document (BM25F), a whole number from 1 to 15 that depends on nothing else.

    tf(word) = sum over fields of weight * n / (1 - b + b * length / usual length)
    impact   = round(15 * tf / (K1 + tf))

(Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", 2004, with a fixed usual
length in place of the average, so that one changed record changes no other.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from mkdocs_pir.search import analysis
from mkdocs_pir.search.analysis import Language
from mkdocs_pir.search.dictionary import kind_of
from mkdocs_pir.search.ranking import FIELD_WEIGHTS, IMPACT_LEVELS, K1, KIND_WEIGHTS
from mkdocs_pir.search.search_document import SearchDocument


class Vocabulary:
    """The terms of the chunks of one language, and the term of every word met so far that is no stop word."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._terms: dict[str, str] = {}
        self.terms = _TermsOfChunks(self._term)

    def forms(self, chunks: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The words of the chunks, each with its term."""
        for chunk in chunks:
            for word in analysis.words_of(chunk):
                if term := self._term(word):
                    yield word, term

    def _term(self, word: str) -> str:
        term = self._terms.get(word)
        if term is None:
            stop = word in self._language.stop_words
            term = self._terms[word] = "" if stop else self._language.stem(word)
        return term


class _TermsOfChunks(dict[str, tuple[str, ...]]):
    """The terms of each chunk, read when it is first asked for."""

    def __init__(self, term: Callable[[str], str]) -> None:
        super().__init__()
        self._term = term

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        found = self[chunk] = tuple(filter(None, map(self._term, analysis.words_of(chunk))))
        return found


def impacts(document: SearchDocument, vocabulary: Vocabulary, chunks: set[str]) -> dict[str, int]:
    """The impact of each term of `document`, whose chunks are added to `chunks`."""
    found = frequencies(document, vocabulary, chunks)
    # of a text most terms have the same frequency
    impact = {tf: impact_of(tf, document.kind) for tf in set(found.values())}
    return {term: impact[tf] for term, tf in found.items()}


def impact_of(tf: float, kind: str) -> int:
    """The impact of a term of this frequency in a document of a kind."""
    return max(1, round(IMPACT_LEVELS * KIND_WEIGHTS.get(kind, 1) * tf / (K1 + tf)))


def frequencies(document: SearchDocument, vocabulary: Vocabulary, chunks: set[str]) -> dict[str, float]:
    """The weighted frequency (tf) of each term of `document`, whose chunks are added to `chunks`."""
    weights: dict[str, float] = {}
    # the body first: of most terms it has the only mentions
    for name, texts in reversed(document.texts().items()):
        read = [chunk for text in texts for chunk in analysis.chunks(text)]
        chunks.update(read)
        rule = FIELD_WEIGHTS[name]
        share = rule.weight / (1 - rule.b + rule.b * len(read) / rule.usual)
        counts = Counter(chain.from_iterable(map(vocabulary.terms.__getitem__, read)))
        if not weights and name != "id":
            weights = {term: share * count for term, count in counts.items()}
            continue
        for term, count in counts.items():
            # the words in the id of a cause say what its name says
            worth = FIELD_WEIGHTS["title"].weight if name == "id" and kind_of(term) == "words" else share
            weights[term] = weights.get(term, 0.0) + worth * count
    return weights
