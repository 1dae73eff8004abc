"""Blocks of terms: what the texts of some documents give, one document after the other, each term with its impact.

Both the index and the comparison of records are made of such blocks, each of other texts. A block depends on the texts
of its documents alone, and is kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise

import msgspec
from msgspec import Struct

from mkdocs_pir.search.impacts import BlockWords, Vocabulary, impacts
from mkdocs_pir.search.search_document import SearchDocument


class TermBlock(Struct, frozen=True, array_like=True):
    """The terms of some documents, and the term of each word.

    `terms` are those of all, to which numbers refer, and `sizes` says how many there are of each document. What is
    bytes, are unsigned numbers one by one, and impacts byte by byte.
    """

    terms: list[str]
    sizes: list[int]
    numbers: bytes
    impacts: bytes
    words: list[str]
    term_of_word: bytes

    def documents(self) -> Iterator[tuple[array[int], bytes]]:
        """Of each document the numbers of its terms, and the impact of each."""
        numbers = _numbers(self.numbers)
        for low, high in pairwise(accumulate(self.sizes, initial=0)):
            yield numbers[low:high], self.impacts[low:high]

    def forms(self) -> Iterator[tuple[str, str]]:
        """Each word with its term."""
        return zip(self.words, map(self.terms.__getitem__, _numbers(self.term_of_word)), strict=True)


_DECODER = msgspec.msgpack.Decoder(TermBlock)


def read(documents: Iterable[SearchDocument], vocabulary: Vocabulary) -> bytes:
    """The block of some documents, as it is kept."""
    words = BlockWords(vocabulary)
    sizes: list[int] = []
    numbers, levels = array("I"), bytearray()
    for document in documents:
        terms, impact_of_each = impacts(document, words)
        sizes.append(len(terms))
        numbers.extend(terms)
        levels += impact_of_each
    term_of_word = array("I", map(words.number_of.__getitem__, words.forms.values()))
    return msgspec.msgpack.encode(
        TermBlock(words.terms, sizes, numbers.tobytes(), bytes(levels), list(words.forms), term_of_word.tobytes())
    )


def decoded(content: bytes) -> TermBlock:
    """The block that `read` gave."""
    return _DECODER.decode(content)


def _numbers(content: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(content)
    return numbers
