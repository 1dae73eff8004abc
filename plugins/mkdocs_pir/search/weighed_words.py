"""The words of texts with their weights: what records are compared by where a whole story counts, body included.

A word is a term of the search's analysis (`analysis.py`); synonyms count as one term. A term of a text weighs the more
the more often and the more prominently it stands there, with saturation (BM25; Robertson and Zaragoza, "The
Probabilistic Relevance Framework", 2009), and the rarer it is among the texts.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest

from mkdocs_pir.search import analysis
from mkdocs_pir.search.operations_synonyms import SYNONYMS

Vector = dict[str, float]
"""A weight by term; of length one unless it is said otherwise."""

_SATURATION = 1.2

_ADDRESS = re.compile(r"\bhttps?://\S+")
"""The addresses of pages, which say where something is told and not what."""


class WordReader:
    """Reads texts into terms. Terms of the same group of synonyms are one, also where a member has two words."""

    def __init__(self, synonyms: Mapping[str, Sequence[str]] | None = None) -> None:
        self._language = analysis.language("en")
        self._of_chunk: dict[str, tuple[str, ...]] = {}
        self._words: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._read_times: Counter[str] = Counter()
        self._names: dict[str, str] = {}
        self._members: dict[str, list[str]] = defaultdict(list)
        self._same: dict[str, str] = {}
        self._pairs: dict[tuple[str, str], str] = {}
        groups = [[first, *others] for known in (SYNONYMS, synonyms or {}) for first, others in known.items()]
        for group in groups:
            members = [member for text in group if (member := tuple(self._plain(text)))]
            if not members:
                continue
            known = next((member[0] for member in members if len(member) == 1), "_".join(members[0]))
            self._names.setdefault(known, group[0])
            self._members[known] += [member[0] for member in members if len(member) == 1]
            for member in members:
                if len(member) == 1:
                    self._same.setdefault(member[0], known)
                elif len(member) == 2:
                    self._pairs.setdefault((member[0], member[1]), known)
        self._read_times.clear()

    def terms(self, text: str) -> Iterator[str]:
        """The terms of a text, without stop words and numbers."""
        previous = ""
        for term in self._plain(text):
            if previous and (pair := self._pairs.get((previous, term))) is not None:
                yield pair
            yield self._same.get(term, term)
            previous = term

    def shown(self, term: str) -> str:
        """The word that was read most often for a term, or the name of its group of synonyms if none was."""
        words = [one for member in self._members.get(term, [term]) for one in self._words.get(member, ())]
        read = [(-self._read_times[chunk], len(word), word) for word, chunk in words if self._read_times[chunk]]
        return min(read)[2] if read else self._names.get(term, term)

    def _plain(self, text: str) -> Iterator[str]:
        for chunk in analysis.chunks(_ADDRESS.sub(" ", text)):
            terms = self._of_chunk.get(chunk)
            if terms is None:
                terms = self._of_chunk[chunk] = tuple(self._read(chunk))
            self._read_times[chunk] += 1
            yield from terms

    def _read(self, chunk: str) -> Iterator[str]:
        words = analysis.words_of(chunk)
        for place, word in enumerate(words):
            if word in self._language.stop_words or word.isdigit():
                continue
            term = self._language.stem(word)
            # the whole of a compound has no separators, and is shown as it was written
            self._words[term].append((chunk if place == 0 and len(words) > 1 else word, chunk))
            yield term


def frequencies(reader: WordReader, texts: Iterable[tuple[str, float]]) -> Vector:
    """How often each term stands in texts, each of which has a weight. Not of length one."""
    found: dict[str, float] = defaultdict(float)
    for text, weight in texts:
        for term, count in Counter(reader.terms(text)).items():
            found[term] += weight * count
    return found


def saturated(frequency: float) -> float:
    """The worth of a term by its frequency: the tenth mention says little more than the third."""
    return frequency * (_SATURATION + 1) / (frequency + _SATURATION)


def rarity(texts: Sequence[Mapping[str, float]], at_least: int = 0) -> dict[str, float]:
    """The rarity of each term among texts (the idf of BM25).

    Where there are fewer texts than `at_least`, it is as among so many: of two texts alone, what both say is not common.
    """
    found_in = Counter(term for text in texts for term in text)
    number = max(len(texts), at_least)
    return {term: math.log(1 + (number - count + 0.5) / (count + 0.5)) for term, count in found_in.items()}


def unit(vector: Mapping[str, float], most: int = 0) -> Vector:
    """A vector with length one, of its `most` heaviest terms if that is given."""
    length = math.sqrt(math.fsum(weight * weight for weight in vector.values())) or 1.0
    kept = nlargest(most, vector.items(), key=lambda one: (one[1], one[0])) if most else vector.items()
    return {term: weight / length for term, weight in kept}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How alike two vectors of length one are. The order of the terms does not matter."""
    if len(one) > len(other):
        one, other = other, one
    return math.fsum(weight * other[term] for term, weight in one.items() if term in other)
