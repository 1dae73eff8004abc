"""Term lists: the documents that hold each term, with its impact in each, as the index stores them.

They are worked out in blocks of documents, each of which depends on the texts of its documents alone, and is kept. So
after a change only the block around it is read again.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, pairwise

import msgspec
from msgspec import Struct

from mkdocs_pir.search import shards
from mkdocs_pir.search.analysis import Language
from mkdocs_pir.search.impacts import Vocabulary, frequencies, impact_of
from mkdocs_pir.search.ranking import IMPACT_LEVELS
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.store import progress
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

BLOCK = 128
"""Documents of a block, about: with fewer, more lists have to be joined; with more, more is read after a change."""

_TOGETHER = 16
"""Blocks that are in memory at one time, as they are kept."""


class TermLists(Struct, frozen=True):
    """The postings of each term, the term of each word, and how many postings have each impact.

    A posting is the distance from the document before, less one, in steps of 16, and the impact in the lowest four
    bits. Documents are numbered from 0.
    """

    postings: dict[str, array[int]]
    forms: dict[str, str]
    levels: list[int]


class _Block(Struct, frozen=True, array_like=True):
    """The same of a block, its first document having the number 0. What is bytes, are unsigned numbers one by one."""

    terms: list[str]
    sizes: bytes
    lasts: bytes
    postings: bytes
    words: list[str]
    term_of_word: bytes
    levels: list[int]
    documents: int


_DECODER = msgspec.msgpack.Decoder(_Block)


def term_lists(documents: Sequence[SearchDocument], language: Language, store: ResultStore) -> TermLists:
    """The term lists of documents in the order in which they are numbered."""
    lists = TermLists({}, {}, [0] * (IMPACT_LEVELS + 1))
    lasts: dict[str, int] = {}
    with progress.work("Search index", len(documents)) as work:
        for first, block in _blocks(documents, language, store):
            _add(lists, lasts, first, block)
            work.advance(block.documents)
    return lists


def _blocks(
    documents: Sequence[SearchDocument], language: Language, store: ResultStore
) -> Iterator[tuple[int, _Block]]:
    """Each block with the number of its first document."""
    vocabulary = Vocabulary(language)
    cuts = shards.cuts([(document.id, 1) for document in documents], BLOCK)
    ranges = list(pairwise(chain(cuts, (len(documents),))))
    for start in range(0, len(ranges), _TOGETHER):
        keys = {low: _key(documents[low:high], language) for low, high in ranges[start : start + _TOGETHER]}
        known = store.get(keys.values())
        new: dict[bytes, bytes] = {}
        for low, high in ranges[start : start + _TOGETHER]:
            content = known.get(keys[low])
            if content is None:
                content = msgspec.msgpack.encode(_read(documents[low:high], vocabulary))
                new[keys[low]] = content
            yield low, _DECODER.decode(content)
        store.put(new)


def _key(documents: Iterable[SearchDocument], language: Language) -> bytes:
    parts = (document.analysed() for document in documents)
    return key("term lists", code_version(), sys.byteorder, language.code, *parts)


def _read(documents: Sequence[SearchDocument], vocabulary: Vocabulary) -> _Block:
    lists = _Lists()
    chunks: set[str] = set()
    levels = [0] * (IMPACT_LEVELS + 1)
    for number, document in enumerate(documents):
        found = frequencies(document, vocabulary, chunks)
        posting_of: dict[float, int] = {}
        # in a text most terms have the same frequency
        for tf, count in Counter(found.values()).items():
            impact = impact_of(tf, document.kind)
            levels[impact] += count
            posting_of[tf] = number << 4 | impact
        for append, posting in zip(
            map(lists.__getitem__, found), map(posting_of.__getitem__, found.values()), strict=True
        ):
            append(posting)
    postings = array("I")
    for numbers in lists.lists:
        # the impact of the one before and a step of 16 are taken away
        postings.extend([number - (before & -16) - 16 for before, number in pairwise([-16, *numbers])])
    forms = dict(vocabulary.forms(chunks))
    number_of = {term: number for number, term in enumerate(lists)}
    return _Block(
        list(lists),
        array("I", map(len, lists.lists)).tobytes(),
        array("I", [numbers[-1] >> 4 for numbers in lists.lists]).tobytes(),
        postings.tobytes(),
        list(forms),
        array("I", [number_of[term] for term in forms.values()]).tobytes(),
        levels,
        len(documents),
    )


class _Lists(dict[str, Callable[[int], None]]):
    """What adds to the list of a term, and the lists."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[list[int]] = []

    def __missing__(self, term: str) -> Callable[[int], None]:
        numbers: list[int] = []
        self.lists.append(numbers)
        append = self[term] = numbers.append
        return append


def _add(lists: TermLists, lasts: dict[str, int], first: int, block: _Block) -> None:
    """Add the lists of a block, which begins with this document; `lasts` holds the last document of each term."""
    postings = _numbers(block.postings)
    start = 0
    for term, size, last in zip(block.terms, _numbers(block.sizes), _numbers(block.lasts), strict=True):
        piece = postings[start : start + size]
        start += size
        before = lasts.get(term)
        if before is None:
            piece[0] += first << 4
            lists.postings[term] = piece
        else:
            piece[0] += (first - before - 1) << 4
            lists.postings[term].extend(piece)
        lasts[term] = first + last
    terms = block.terms
    lists.forms.update(zip(block.words, map(terms.__getitem__, _numbers(block.term_of_word)), strict=True))
    for level, count in enumerate(block.levels):
        lists.levels[level] += count


def _numbers(content: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(content)
    return numbers
