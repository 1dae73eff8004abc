"""Succession: a superseded document is always ranked below the one that replaced it.

A successor has at least the score of what it replaced, so that the words of the old document find the new one.
`pir-search-index.js` does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence

from mkdocs_pir.search import shards

Pairs = Sequence[tuple[int, int]]
"""(superseded, successor) by number, the oldest of each line first."""


def pairs_of(successors: Mapping[int, int]) -> Pairs:
    """The pairs in the order in which scores are handed on; none of documents that replace one another in a circle."""
    depths: dict[int, int] = {}
    for number in successors:
        line = [number]
        while line[-1] in successors and len(line) <= len(successors):
            line.append(successors[line[-1]])
        if line[-1] not in successors:
            depths[number] = len(line)
    return [(number, successors[number]) for number in sorted(depths, key=lambda one: (-depths[one], one))]


def packed(pairs: Pairs) -> list[str]:
    """The pairs as the manifest holds them."""
    return [shards.pack(old for old, _ in pairs), shards.pack(new for _, new in pairs)]


class Succession:
    """The pairs of an opened index."""

    def __init__(self, packed_pairs: Sequence[str]) -> None:
        self._pairs: Pairs = list(zip(*map(shards.unpack, packed_pairs), strict=True))
        self._behind = behind(self._pairs)

    def place(self, number: int) -> int:
        """The rank of a document among those of the same score: 0 where nothing replaced it, more behind."""
        return self._behind.get(number, 0)

    def hand_on(self, scores: MutableMapping[int, int]) -> dict[int, int]:
        """Raise each successor to the score of what it replaced.

        Returns, for successors that had no score of their own, the document whose score they have.
        """
        instead: dict[int, int] = {}
        for old, new in self._pairs:
            if old in scores and scores.get(new, 0) < scores[old]:
                if new not in scores or new in instead:
                    instead[new] = old
                scores[new] = scores[old]
        return instead


def behind(pairs: Pairs) -> dict[int, int]:
    """The rank among equal scores of each superseded document, by its number; the older, the further behind."""
    return {old: len(pairs) - at for at, (old, _) in enumerate(pairs)}
