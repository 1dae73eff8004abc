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
from typing import TypeVar

from mkdocs_pir.search import analysis
from mkdocs_pir.search.analysis import Language
from mkdocs_pir.search.dictionary import kind_of
from mkdocs_pir.search.ranking import FIELD_WEIGHTS, IMPACT_LEVELS, K1, KIND_WEIGHTS
from mkdocs_pir.search.search_document import SearchDocument

T = TypeVar("T")

_MOST = 200_000
"""Pieces of text that are remembered at most, since there are as many different ids and times as documents."""

_MORE, _LESS = "+", "-"
"""Stand among the terms of a piece, once for each chunk after its first, and where it has none. They are no terms."""


class Vocabulary:
    """The words of texts in one language, each with its term; stop words have none.

    A text is read by its pieces, which are what is between spaces and ends of lines: no chunk goes beyond one, most
    occur again and again, and to look one up takes less time than to read it.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._forms: dict[str, tuple[str, str]] = {}
        self._terms = _Remembered(self._terms_of)
        self._words = _Remembered(self._words_of)

    def counts(self, texts: Iterable[str], pieces: set[str]) -> tuple[Counter[str], int]:
        """How often each term occurs in texts, and how many chunks they have. Their pieces are added to `pieces`."""
        found = " ".join(texts).replace("\n", " ").split(" ")
        pieces.update(found)
        counts = Counter(chain.from_iterable(map(self._terms.__getitem__, found)))
        return counts, len(found) + counts.pop(_MORE, 0) - counts.pop(_LESS, 0)

    def forms(self, pieces: Iterable[str]) -> dict[str, str]:
        """The words of pieces, each with its term."""
        return dict(chain.from_iterable(map(self._words.__getitem__, pieces)))

    def _terms_of(self, piece: str) -> Iterator[str]:
        chunks = analysis.chunks(piece)
        yield from [_MORE] * (len(chunks) - 1) if chunks else [_LESS]
        yield from (term for _, term in self._read(chunks))

    def _words_of(self, piece: str) -> Iterator[tuple[str, str]]:
        return self._read(analysis.chunks(piece))

    def _read(self, chunks: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The words of chunks with their terms."""
        for word in chain.from_iterable(map(analysis.words_of, chunks)):
            form = self._forms.get(word)
            if form is None:
                stop = word in self._language.stop_words
                form = self._forms[word] = word, "" if stop else self._language.stem(word)
            if form[1]:
                yield form


class _Remembered(dict[str, tuple[T, ...]]):
    """What is read of each piece of text."""

    def __init__(self, read: Callable[[str], Iterable[T]]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, piece: str) -> tuple[T, ...]:
        if len(self) >= _MOST:
            self.clear()
        found = self[piece] = tuple(self._read(piece))
        return found


def impacts(document: SearchDocument, vocabulary: Vocabulary, pieces: set[str]) -> dict[str, int]:
    """The impact of each term of `document`, whose pieces of text are added to `pieces`."""
    # the body first: of most terms it has the only mentions
    (body, texts), *others = reversed(document.texts().items())
    counts, length = vocabulary.counts(texts, pieces)
    share = _share(body, length)
    frequencies: dict[str, float] = {}
    for name, texts in others:
        if not texts:
            continue
        found, length = vocabulary.counts(texts, pieces)
        worth = _share(name, length)
        for term, count in found.items():
            # the words in the id of a cause say what its name says
            weight = FIELD_WEIGHTS["title"].weight if name == "id" and kind_of(term) == "words" else worth
            before = frequencies[term] if term in frequencies else share * counts.get(term, 0)
            frequencies[term] = before + weight * count
    # of a text most terms have the same frequency
    of_count = {count: impact_of(share * count, document.kind) for count in set(counts.values())}
    of_frequency = {tf: impact_of(tf, document.kind) for tf in set(frequencies.values())}
    impacts = dict(zip(counts, map(of_count.__getitem__, counts.values()), strict=True))
    impacts.update(zip(frequencies, map(of_frequency.__getitem__, frequencies.values()), strict=True))
    return impacts


def impact_of(tf: float, kind: str) -> int:
    """The impact of a term of this weighted frequency (tf) in a document of a kind."""
    return max(1, round(IMPACT_LEVELS * KIND_WEIGHTS.get(kind, 1) * tf / (K1 + tf)))


def _share(field: str, length: int) -> float:
    """What one mention counts in a field of so many chunks."""
    rule = FIELD_WEIGHTS[field]
    return rule.weight / (1 - rule.b + rule.b * length / rule.usual)
