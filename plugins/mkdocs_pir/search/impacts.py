"""Impacts: the weight of each word in a document (BM25F), a whole number from 1 to 15 that depends on nothing else.

    tf(word) = sum over fields of weight * n / (1 - b + b * length / usual length)
    impact   = round(15 * tf / (K1 + tf))

(Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", 2004, with a fixed usual
length in place of the average, so that one changed record changes no other.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from mkdocs_pir.search import analysis
from mkdocs_pir.search.analysis import Language
from mkdocs_pir.search.dictionary import kind_of
from mkdocs_pir.search.ranking import FIELD_WEIGHTS, IMPACT_LEVELS, K1, KIND_WEIGHTS
from mkdocs_pir.search.search_document import SearchDocument

Form = tuple[str, str]
"""A word and its term."""

_MOST = 200_000
"""Pieces of text that are remembered at most, since there are as many different ids and times as documents."""

_MORE, _LESS = -1, -2
"""Stand among the terms of a piece: once for each chunk after its first, and where it has none."""


class Vocabulary:
    """The words of pieces of text in one language, each with its term; stop words have none."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._forms: dict[str, Form] = {}
        self._pieces: dict[str, tuple[int, tuple[Form, ...]]] = {}

    def read(self, piece: str) -> tuple[int, tuple[Form, ...]]:
        """How many chunks a piece has, and its words in order."""
        known = self._pieces.get(piece)
        if known is None:
            if len(self._pieces) >= _MOST:
                self._pieces.clear()
            chunks = analysis.chunks(piece)
            words = chain.from_iterable(map(analysis.words_of, chunks))
            known = self._pieces[piece] = len(chunks), tuple(form for form in map(self._form, words) if form[1])
        return known

    def _form(self, word: str) -> Form:
        form = self._forms.get(word)
        if form is None:
            stop = word in self._language.stop_words
            form = self._forms[word] = word, "" if stop else self._language.stem(word)
        return form


class BlockWords(dict[str, tuple[int, ...]]):
    """The pieces of the texts of some documents, each with the numbers of its terms.

    Pieces are what is between spaces and ends of lines. No chunk goes beyond one, most occur again and again, and to
    look one up takes less time than to read it.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.terms: list[str] = []
        self.forms: dict[str, str] = {}
        self.number_of: dict[str, int] = {}
        self._vocabulary = vocabulary

    def counts(self, texts: Iterable[str]) -> tuple[Counter[int], int]:
        """How often each term occurs in texts, and how many chunks they have."""
        pieces = " ".join(texts).replace("\n", " ").split(" ")
        counts = Counter(chain.from_iterable(map(self.__getitem__, pieces)))
        return counts, len(pieces) + counts.pop(_MORE, 0) - counts.pop(_LESS, 0)

    def __missing__(self, piece: str) -> tuple[int, ...]:
        chunks, forms = self._vocabulary.read(piece)
        self.forms.update(forms)
        numbers = [_MORE] * (chunks - 1) if chunks else [_LESS]
        for _, term in forms:
            number = self.number_of.get(term)
            if number is None:
                number = self.number_of[term] = len(self.terms)
                self.terms.append(term)
            numbers.append(number)
        self[piece] = terms = tuple(numbers)
        return terms


def impacts(document: SearchDocument, words: BlockWords) -> tuple[list[int], bytes]:
    """The numbers of the terms of `document`, and the impact of each."""
    # the body first: of most terms it has the only mentions
    (body, texts), *others = reversed(document.texts().items())
    counts, length = words.counts(texts)
    share = _share(body, length)
    frequencies: dict[int, float] = {}
    for name, texts in others:
        if not texts:
            continue
        mentions, length = words.counts(texts)
        worth = _share(name, length)
        for term, count in mentions.items():
            # the words in the id of a cause say what its name says
            is_word = name == "id" and kind_of(words.terms[term]) == "words"
            before = frequencies[term] if term in frequencies else share * counts.pop(term, 0)
            frequencies[term] = before + (FIELD_WEIGHTS["title"].weight if is_word else worth) * count
    # of a text most terms have the same frequency
    of_count = {count: impact_of(share * count, document.kind) for count in set(counts.values())}
    of_frequency = {tf: impact_of(tf, document.kind) for tf in set(frequencies.values())}
    levels = chain(map(of_count.__getitem__, counts.values()), map(of_frequency.__getitem__, frequencies.values()))
    return [*counts, *frequencies], bytes(levels)


def impact_of(tf: float, kind: str) -> int:
    """The impact of a term of this weighted frequency (tf) in a document of a kind."""
    return max(1, round(IMPACT_LEVELS * KIND_WEIGHTS.get(kind, 1) * tf / (K1 + tf)))


def _share(field: str, length: int) -> float:
    """What one mention counts in a field of so many chunks."""
    rule = FIELD_WEIGHTS[field]
    return rule.weight / (1 - rule.b + rule.b * length / rule.usual)
