"""The dictionary of an index: the term of a word, the words that begin with it, and its correction."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rapidfuzz.distance import OSA

from mkdocs_pir.search import analysis, shards
from mkdocs_pir.search.ranking import EXPANSIONS, PREFIX_SHARDS
from mkdocs_pir.search.shards import ShardReader

_DIGIT = re.compile("[0-9]")

_SHORTEST = 5
"""Letters of a word that may be a slip, and of what it may be a slip of."""


def kind_of(word: str) -> str:
    """The kind of shard that holds `word`: "names" if it has a digit, else "words", of which there are few."""
    return "names" if _DIGIT.search(word) else "words"


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """A word of the dictionary with the number and idf of its term; written so in a text, or its stem, or both."""

    word: str
    term: int
    idf: int
    written: bool
    stem: bool

    def at_most(self, idf: int) -> DictionaryEntry:
        """This entry with its idf held down to `idf`."""
        return self if self.idf <= idf else replace(self, idf=idf)


def decode(shard: dict[str, str], following: int, rarities: Sequence[int]) -> list[DictionaryEntry]:
    """The entries of one shard, in order; `following` is the number of the next term to come."""
    entries = []
    words = shards.unpack_words(shard["w"])
    for word, reference, found_in in zip(words, shards.unpack(shard["r"]), shards.unpack(shard["d"]), strict=True):
        idf = len(rarities) - bisect_left(rarities, found_in)
        if reference < 2:
            term, following = following, following + 1
        else:
            zigzag = reference - 2
            term = following + (-(zigzag + 1) // 2 if zigzag & 1 else zigzag // 2)
        entries.append(DictionaryEntry(word, term, idf, reference != 1, reference < 2))
    return entries


class Dictionary:
    """Looks words up in the shards of `reader`, reading no more of them than a word needs."""

    def __init__(self, reader: ShardReader) -> None:
        self._reader = reader
        self.stems = reader.manifest["stemmer"] == "porter"
        self._rarities = shards.unpack_rising(reader.manifest["rarities"])
        self._first_terms = {
            kind: shards.unpack_rising(packed) for kind, packed in reader.manifest["first_terms"].items()
        }

    def entries(self, kind: str, at: int) -> list[DictionaryEntry]:
        """The entries of shard number `at` of `kind`, in order."""
        following = self._first_terms[kind][at]
        entries: list[DictionaryEntry] = self._reader.shard(
            kind, at, lambda shard: decode(shard, following, self._rarities)
        )
        return entries

    def _first(self, kind: str, word: str) -> int:
        """The first shard with `word`: a word with two entries may end one shard and begin the next."""
        at = max(self._reader.place(kind, word), 0)
        return at - 1 if at and self._reader.start(kind, at) == word else at

    def _from(self, kind: str, word: str) -> Iterator[tuple[int, DictionaryEntry]]:
        """The entries of a kind from `word` on, each with the number of its shard."""
        key = shards.order(word)
        first = self._first(kind, word)
        for at in range(first, self._reader.count(kind)):
            entries = self.entries(kind, at)
            low = bisect_left(entries, key, key=lambda entry: shards.order(entry.word)) if at == first else 0
            for entry in entries[low:]:
                yield at, entry

    def find(self, word: str) -> DictionaryEntry | None:
        """The entry of `word`, or of its stem."""
        for entry in self._same(word):
            if entry.written:
                return entry
        stem = analysis.porter(word) if self.stems else word
        return next((entry for entry in self._same(stem) if entry.stem), None)

    def _same(self, word: str) -> list[DictionaryEntry]:
        same = takewhile(lambda pair: pair[1].word == word, self._from(kind_of(word), word))
        return [entry for _, entry in same]

    def spellings(self, entry: DictionaryEntry) -> list[str]:
        """How the term of `entry` is recognised in a text: its stem, or where no stemmer is, its forms nearby."""
        if self.stems:
            return [analysis.porter(entry.word) if entry.written else entry.word]
        kind = kind_of(entry.word)
        nearby = self.entries(kind, self._first(kind, entry.word))
        return [other.word for other in nearby if other.term == entry.term] or [entry.word]

    def beginning(self, prefix: str) -> list[DictionaryEntry]:
        """The most frequent terms among the words that begin with `prefix`; of names only where those are too few."""
        best: dict[int, DictionaryEntry] = {}
        for kind in ("names",) if kind_of(prefix) == "names" else ("words", "names"):
            if len(best) >= EXPANSIONS:
                break
            first = self._first(kind, prefix)
            for at, entry in self._from(kind, prefix):
                if not entry.word.startswith(prefix) or at >= first + PREFIX_SHARDS:
                    break
                best.setdefault(entry.term, entry)
        return sorted(best.values(), key=lambda entry: (entry.idf, entry.term))[:EXPANSIONS]

    def mend(self, word: str) -> DictionaryEntry | None:
        """The word that `word` was probably meant to be: five letters or more, same first letter, one slip (two from eight letters on).

        A slip is a letter too many, too few, wrong, or two swapped (optimal string alignment).
        """
        slips = 2 if len(word) >= 8 else 1
        best: tuple[int, int, int] | None = None
        nearest: DictionaryEntry | None = None
        for _, entry in self._from("words", word[0]):
            if not entry.word.startswith(word[0]):
                break
            if not entry.written or len(entry.word) < _SHORTEST or abs(len(entry.word) - len(word)) > slips:
                continue
            distance = OSA.distance(word, entry.word, score_cutoff=slips)
            rank = (distance, entry.idf, entry.term)
            if distance <= slips and (best is None or rank < best):
                best, nearest = rank, entry
        return nearest


def mendable(word: str) -> bool:
    """Whether an unknown `word` may be a slip: five letters or more, and no digits.

    Shorter words are often technical, and one letter makes another of them: `etcd` is not `etc`.
    """
    return len(word) >= _SHORTEST and kind_of(word) == "words" and not analysis.paired(word[0])
