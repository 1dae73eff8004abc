"""Which document replaced which: a superseded one stands below its successor, whatever the two say.

A successor has at least the score of what it replaced, so that the words of the old lead to the new. Its twin is in
`pir-search-index.js`.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence

from mkdocs_pir.search import shards

Pairs = Sequence[tuple[int, int]]
"""(superseded, successor) by number, the oldest of each line first."""


def pairs_of(successors: Mapping[int, int]) -> Pairs:
    """The pairs in the order in which scores are handed on. Documents that replace one another in a circle have none."""
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

    def __init__(self, told: Sequence[str]) -> None:
        self._pairs: Pairs = list(zip(*map(shards.unpack, told), strict=True))
        self._behind = behind(self._pairs)

    def place(self, number: int) -> int:
        """How far behind others of the same score a document stands: 0 where nothing replaced it."""
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
    """By number of a superseded document, how far behind its equals it stands: any older one of its line is further."""
    return {old: len(pairs) - at for at, (old, _) in enumerate(pairs)}
