"""Term lists: the documents that hold each term, with its impact in each, as the index stores them.

They are worked out in blocks of documents, each of which depends on the texts of its documents alone, and is kept. So
after a change only the block around it is read again.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import add

import msgspec
from msgspec import Struct

from mkdocs_pir.search import shards
from mkdocs_pir.search.analysis import Language
from mkdocs_pir.search.document_rows import DocumentRows, Row
from mkdocs_pir.search.impacts import Vocabulary, frequencies, impact_of
from mkdocs_pir.search.ranking import IMPACT_LEVELS
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.store import progress
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

_TOGETHER = 32
"""Blocks that are in memory at one time, as they are kept."""


class TermLists(Struct, frozen=True, array_like=True):
    """The postings of each term, packed; how many documents hold it; the term of each word.

    Beside them stand the blocks that all this was made of, by their keys, how many postings have each impact, and how
    many blocks have each word.
    """

    blocks: list[bytes]
    counts: list[int]
    packed: dict[str, str]
    found_in: dict[str, int]
    forms: dict[str, str]
    blocks_of_word: dict[str, int]

    @property
    def levels(self) -> list[int]:
        """The impacts, roughly the most frequent first: a few more of one rarely change the order, and so all lists."""
        counts = self.counts
        return sorted(range(1, IMPACT_LEVELS + 1), key=lambda level: (-counts[level].bit_length(), level))


class _Block(Struct, frozen=True, array_like=True):
    """The postings of a block, its first document having the number 0, and its words.

    A posting is the distance from the document before, less one, in steps of 16, and the impact in the lowest four
    bits. What is bytes, are unsigned numbers one by one.
    """

    terms: list[str]
    sizes: bytes
    lasts: bytes
    postings: bytes
    words: list[str]
    term_of_word: bytes
    counts: list[int]
    documents: int

    def forms(self) -> Iterator[tuple[str, str]]:
        """Each word with its term."""
        return zip(self.words, map(self.terms.__getitem__, _numbers(self.term_of_word)), strict=True)

    def lists(self) -> Iterator[tuple[str, int, array[int]]]:
        """Each term with its last document and its postings."""
        postings = _numbers(self.postings)
        start = 0
        for term, size, last in zip(self.terms, _numbers(self.sizes), _numbers(self.lasts), strict=True):
            yield term, last, postings[start : start + size]
            start += size


_BLOCK = msgspec.msgpack.Decoder(_Block)
_LISTS = msgspec.msgpack.Decoder(TermLists)


def span(documents: int) -> int:
    """The number of documents rounded up to four binary digits: it sets the codes of distances, and rarely changes."""
    unit = 1 << max(documents.bit_length() - 4, 0)
    return -(-documents // unit) * unit


def term_lists(rows: DocumentRows, language: Language, store: ResultStore) -> TermLists:
    """The term lists of documents in the order in which they are numbered.

    Those of the same documents, by their ids, are kept, and only lists that are others now are packed again.
    """
    blocks = _Blocks(rows, language, store)
    ids = (row.id for row in rows)
    name = key("lists of documents", code_version(), sys.byteorder, language.code, *ids)
    content = store.get([name]).get(name)
    before = _LISTS.decode(content) if content is not None else None
    if before is not None and before.blocks == blocks.keys:
        return before
    lists = (_changed(before, blocks) if before is not None else None) or _joined(blocks)
    store.put({name: msgspec.msgpack.encode(lists)})
    return lists


def _joined(blocks: _Blocks) -> TermLists:
    """The term lists of all blocks."""
    lists = _Lists()
    counts = [0] * (IMPACT_LEVELS + 1)
    forms: dict[str, str] = {}
    blocks_of_word: Counter[str] = Counter()
    for first, block in blocks.all():
        lists.add(first, block)
        forms.update(block.forms())
        blocks_of_word.update(block.words)
        counts = list(map(add, counts, block.counts))
    found_in = {term: len(postings) for term, postings in lists.postings.items()}
    found = TermLists(blocks.keys, counts, {}, found_in, forms, dict(blocks_of_word))
    pack = _packer(blocks, found)
    found.packed.update((term, pack(postings)) for term, postings in lists.postings.items())
    return found


def _changed(before: TermLists, blocks: _Blocks) -> TermLists | None:
    """The term lists where few blocks are others than before; None where all lists have to be packed."""
    changed = [at for at, (old, new) in enumerate(zip(before.blocks, blocks.keys, strict=True)) if old != new]
    gone = blocks.kept([before.blocks[at] for at in changed])
    if len(gone) < len(changed) or len(changed) * 4 > len(blocks.keys):
        return None
    counts, words, touched = before.counts, before.blocks_of_word, set[str]()
    found: dict[int, dict[str, tuple[int, array[int]]]] = {}
    for at in changed:
        old, new = gone[before.blocks[at]], blocks.at(at)
        lists = {term: (last, postings) for term, last, postings in new.lists()}
        touched |= _differing(old, lists)
        found[at] = lists
        counts = [count + more - less for count, more, less in zip(counts, new.counts, old.counts, strict=True)]
        for word in old.words:
            words[word] -= 1
        for word, term in new.forms():
            before.forms[word] = term
            words[word] = words.get(word, 0) + 1
        for word in [word for word in old.words if not words[word]]:
            del words[word], before.forms[word]
    now = TermLists(blocks.keys, counts, before.packed, before.found_in, before.forms, words)
    if now.levels != before.levels:
        return None
    pack, levels, total = _packer(blocks, now), now.levels, span(blocks.documents)
    for term in touched:
        packed = now.packed.pop(term, None)
        now.found_in.pop(term, None)
        impacts = dict(zip(*shards.unpack_postings(packed, total, levels), strict=True)) if packed is not None else {}
        for at, lists in found.items():
            first, end = blocks.range_of(at)
            impacts = {number: impact for number, impact in impacts.items() if not first <= number < end}
            impacts |= _impacts(first, lists[term][1]) if term in lists else {}
        if impacts:
            numbers = sorted(impacts)
            now.packed[term] = pack(
                [(number - before - 1) << 4 | impacts[number] for before, number in pairwise([-1, *numbers])]
            )
            now.found_in[term] = len(numbers)
    return now


def _impacts(first: int, postings: Iterable[int]) -> dict[int, int]:
    """The impact in each document of a list of a block that begins with the document `first`."""
    impacts: dict[int, int] = {}
    number = first - 1
    for posting in postings:
        number += 1 + (posting >> 4)
        impacts[number] = posting & 15
    return impacts


def _packer(blocks: _Blocks, lists: TermLists) -> shards.PostingsPacker:
    codes = {level: shards.gamma(at) for at, level in enumerate(lists.levels, 1)}
    return shards.PostingsPacker(span(blocks.documents), codes)


def _differing(old: _Block, found: Mapping[str, tuple[int, array[int]]]) -> set[str]:
    """The terms that two versions of a block do not hold alike; `found` is the newer one."""
    known = {term: (last, postings) for term, last, postings in old.lists()}
    return {term for term in known.keys() | found.keys() if known.get(term) != found.get(term)}


class _Lists:
    """The postings of terms, joined from those of blocks."""

    def __init__(self) -> None:
        self.postings: dict[str, array[int]] = {}
        self._lasts: dict[str, int] = {}

    def add(self, first: int, block: _Block) -> None:
        """Add the next block, which begins with this document."""
        lasts = self._lasts
        for term, last, postings in block.lists():
            before = lasts.get(term)
            if before is None:
                postings[0] += first << 4
                self.postings[term] = postings
            else:
                postings[0] += (first - before - 1) << 4
                self.postings[term].extend(postings)
            lasts[term] = first + last


class _Blocks:
    """The blocks of documents, each with its key; they are read from the store, or made, when they are asked for."""

    def __init__(self, rows: DocumentRows, language: Language, store: ResultStore) -> None:
        self.documents = len(rows)
        self._rows = rows
        self._store = store
        self._vocabulary = Vocabulary(language)
        self._ranges = rows.blocks
        self.keys = [_key(rows[low:high], language) for low, high in self._ranges]

    def all(self) -> Iterator[tuple[int, _Block]]:
        """Each block with the number of its first document."""
        with progress.work("Search index", self.documents) as work:
            for start in range(0, len(self.keys), _TOGETHER):
                places = range(start, min(start + _TOGETHER, len(self.keys)))
                for at, block in zip(places, self._some(places), strict=True):
                    yield self._ranges[at][0], block
                    work.advance(block.documents)

    def at(self, place: int) -> _Block:
        """One block."""
        return next(self._some([place]))

    def range_of(self, place: int) -> tuple[int, int]:
        """The numbers of the first document of a block, and of the first one behind it."""
        return self._ranges[place]

    def kept(self, keys: Sequence[bytes]) -> dict[bytes, _Block]:
        """Those of other blocks that are in the store."""
        return {name: _BLOCK.decode(content) for name, content in self._store.get(keys).items()}

    def _some(self, places: Iterable[int]) -> Iterator[_Block]:
        ranges = {self.keys[at]: self._ranges[at] for at in places}
        contents = self._store.get(ranges)
        new = {
            name: msgspec.msgpack.encode(_read(self._rows.documents(low, high), self._vocabulary))
            for name, (low, high) in ranges.items()
            if name not in contents
        }
        self._store.put(new)
        contents |= new
        return (_BLOCK.decode(contents[name]) for name in ranges)


def _key(rows: Iterable[Row], language: Language) -> bytes:
    parts = (row.analysed for row in rows)
    return key("term lists", code_version(), sys.byteorder, language.code, *parts)


def _read(documents: Iterable[SearchDocument], vocabulary: Vocabulary) -> _Block:
    lists = _Adders()
    chunks: set[str] = set()
    counts = [0] * (IMPACT_LEVELS + 1)
    number = -1
    for number, document in enumerate(documents):
        found = frequencies(document, vocabulary, chunks)
        posting_of: dict[float, int] = {}
        # in a text most terms have the same frequency
        for tf, count in Counter(found.values()).items():
            impact = impact_of(tf, document.kind)
            counts[impact] += count
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
        counts,
        number + 1,
    )


class _Adders(dict[str, Callable[[int], None]]):
    """What adds to the list of a term, and the lists."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[list[int]] = []

    def __missing__(self, term: str) -> Callable[[int], None]:
        numbers: list[int] = []
        self.lists.append(numbers)
        append = self[term] = numbers.append
        return append


def _numbers(content: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(content)
    return numbers
