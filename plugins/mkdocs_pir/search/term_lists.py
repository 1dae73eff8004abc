"""Term lists: the documents that hold each term, with its impact in each, as the index stores them.

They are worked out in blocks of documents, each of which depends on the texts of its documents alone, and is kept. So
after a change only the block around it is read again.
"""

from __future__ import annotations

import sys
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from operator import add

import msgspec
from msgspec import Struct

from mkdocs_pir.search import posting_lists, term_blocks
from mkdocs_pir.search.analysis import Language
from mkdocs_pir.search.document_rows import DocumentRows, Row
from mkdocs_pir.search.impacts import Vocabulary
from mkdocs_pir.search.ranking import IMPACT_LEVELS
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.search.term_blocks import TermBlock
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


_LISTS = msgspec.msgpack.Decoder(TermLists)


def span(documents: int) -> int:
    """The number of documents rounded up to four binary digits: it sets the codes of distances, and rarely changes."""
    unit = 1 << max(documents.bit_length() - 4, 0)
    return -(-documents // unit) * unit


def term_lists(rows: DocumentRows, reader: BlockReader, store: ResultStore) -> TermLists:
    """The term lists of documents in the order in which they are numbered.

    Those of the same documents, by their ids, are kept, and only lists that are others now are packed again.
    """
    blocks = _Blocks(rows, reader, store)
    ids = (row.id for row in rows)
    name = key("lists of documents", code_version(), sys.byteorder, reader.language.code, *ids)
    content = store.get([name]).get(name)
    before = _LISTS.decode(content) if content is not None else None
    if before is not None and before.blocks == blocks.keys:
        return before
    lists = (_changed(before, blocks) if before is not None else None) or _joined(blocks)
    store.put({name: msgspec.msgpack.encode(lists)})
    return lists


def _joined(blocks: _Blocks) -> TermLists:
    """The term lists of all blocks."""
    lists = _Postings()
    counts = [0] * (IMPACT_LEVELS + 1)
    forms: dict[str, str] = {}
    blocks_of_word: Counter[str] = Counter()
    for first, block in blocks.all():
        lists.add(first, block)
        forms.update(block.forms())
        blocks_of_word.update(block.words)
        counts = list(map(add, counts, _counts(block)))
    found_in = dict(zip(lists, map(len, lists.values()), strict=True))
    found = TermLists(blocks.keys, counts, {}, found_in, forms, dict(blocks_of_word))
    pack = _packer(blocks, found)
    found.packed.update((term, pack(postings)) for term, postings in lists.items())
    return found


def _changed(before: TermLists, blocks: _Blocks) -> TermLists | None:
    """The term lists where few blocks are others than before; None where all lists have to be packed."""
    changed = [at for at, (old, new) in enumerate(zip(before.blocks, blocks.keys, strict=True)) if old != new]
    gone = blocks.kept([before.blocks[at] for at in changed])
    if len(gone) < len(changed) or len(changed) * 4 > len(blocks.keys):
        return None
    counts, words, touched = before.counts, before.blocks_of_word, set[str]()
    found: dict[int, _Postings] = {}
    for at in changed:
        old, new = gone[before.blocks[at]], blocks.at(at)
        first, _ = blocks.range_of(at)
        found[at], known = _Postings().add(first, new), _Postings().add(first, old)
        touched |= {term for term in known.keys() | found[at].keys() if known.get(term) != found[at].get(term)}
        counts = [count + more - less for count, more, less in zip(counts, _counts(new), _counts(old), strict=True)]
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
        before_it = posting_lists.unpack(packed, total, levels) if packed is not None else ((), ())
        postings = [number << 4 | impact for number, impact in zip(*before_it, strict=True)]
        for at, lists in found.items():
            first, end = (number << 4 for number in blocks.range_of(at))
            postings = [one for one in postings if not first <= one < end] + list(lists.get(term, ()))
        if postings:
            now.packed[term] = pack(sorted(postings))
            now.found_in[term] = len(postings)
    return now


def _counts(block: TermBlock) -> list[int]:
    """How many postings have each impact."""
    return list(map(block.impacts.count, range(IMPACT_LEVELS + 1)))


def _packer(blocks: _Blocks, lists: TermLists) -> posting_lists.PostingsPacker:
    codes = {level: posting_lists.gamma(at) for at, level in enumerate(lists.levels, 1)}
    return posting_lists.PostingsPacker(span(blocks.documents), codes)


class _Postings(dict[str, "array[int]"]):
    """The postings of each term: the numbers of documents times 16, each with its impact added."""

    def add(self, first: int, block: TermBlock) -> _Postings:
        """Add the next block, which begins with the document `first`."""
        lists = [self[term] for term in block.terms]
        for number, (terms, impacts) in enumerate(block.documents(), first):
            postings = [*range(number << 4, (number + 1) << 4)]
            # all of it in C: there are several hundred for each document
            deque(map(array.append, map(lists.__getitem__, terms), map(postings.__getitem__, impacts)), maxlen=0)
        return self

    def __missing__(self, term: str) -> array[int]:
        postings = self[term] = array("I")
        return postings


class _Blocks:
    """The blocks of documents, each with its key; they are read from the store, or made, when they are asked for."""

    def __init__(self, rows: DocumentRows, reader: BlockReader, store: ResultStore) -> None:
        self.documents = len(rows)
        self._rows = rows
        self._reader = reader
        self._store = store
        self._ranges = rows.blocks
        self.keys = [reader.key(rows[low:high]) for low, high in self._ranges]

    def all(self) -> Iterator[tuple[int, TermBlock]]:
        """Each block with the number of its first document."""
        with progress.work("Search index", self.documents) as work:
            for start in range(0, len(self.keys), _TOGETHER):
                places = range(start, min(start + _TOGETHER, len(self.keys)))
                for at, block in zip(places, self._some(places), strict=True):
                    yield self._ranges[at][0], block
                    work.advance(len(block.sizes))

    def at(self, place: int) -> TermBlock:
        """One block."""
        return next(self._some([place]))

    def range_of(self, place: int) -> tuple[int, int]:
        """The numbers of the first document of a block, and of the first one behind it."""
        return self._ranges[place]

    def kept(self, keys: Sequence[bytes]) -> dict[bytes, TermBlock]:
        """Those of other blocks that are in the store."""
        return {name: term_blocks.decoded(content) for name, content in self._store.get(keys).items()}

    def _some(self, places: Iterable[int]) -> Iterator[TermBlock]:
        ranges = {self.keys[at]: self._ranges[at] for at in places}
        contents = self._store.get(ranges)
        for name, (low, high) in ranges.items():
            content = contents.get(name)
            yield term_blocks.decoded(content or self._reader.read(name, self._rows.documents(low, high)))


class BlockReader:
    """Reads the blocks of documents in one language, and keeps them."""

    def __init__(self, language: Language, store: ResultStore) -> None:
        self.language = language
        self._store = store
        self._vocabulary = Vocabulary(language)

    def key(self, rows: Iterable[Row]) -> bytes:
        """The key of the block of these documents."""
        parts = (row.analysed for row in rows)
        return key("term lists", code_version(), sys.byteorder, self.language.code, *parts)

    def read(self, name: bytes, documents: Iterable[SearchDocument]) -> bytes:
        """Read a block with this key, and keep it. Returns what is kept."""
        content = term_blocks.read(documents, self._vocabulary)
        self._store.put({name: content})
        return content

    def read_beside(self, rows: Iterable[Row], documents: Iterable[SearchDocument]) -> None:
        """Keep the block of documents while they are read for their rows."""
        name = self.key(rows)
        if not self._store.get([name]):
            self.read(name, documents)
