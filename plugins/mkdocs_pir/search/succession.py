"""Succession: a superseded document is always ranked below the one that replaced it.

A successor has at least the score of what it replaced, so that the words of the old document find the new one. A known
error whose workaround replaced that of a review stands above the review, unless the review fits the words far better:
who looks for that very incident finds it first. `pir-search-succession.js` does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence

from mkdocs_pir.search import shards
from mkdocs_pir.search.ranking import HALF

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
    """The pairs of an opened index: of superseded documents, and of those whose workaround a known error replaced."""

    def __init__(self, superseded: Sequence[str], known_errors: Sequence[str]) -> None:
        self._pairs = _unpacked(superseded)
        self._known_errors = _unpacked(known_errors)
        self._behind = behind(self._pairs, self._known_errors)

    def place(self, number: int) -> int:
        """The rank of a document among those of the same score: 0 where nothing replaced it, more behind."""
        return self._behind.get(number, 0)

    def hand_on(self, scores: MutableMapping[int, int], answered: MutableMapping[int, int]) -> dict[int, int]:
        """Raise each successor to the score of what it replaced, and to what that `answered` of the question.

        A known error is raised to a score that is at most twice its own. Returns, for successors that had no score of their own, the document whose score they have.
        """
        instead: dict[int, int] = {}
        for old, new in self._pairs:
            if old in scores and scores.get(new, 0) < scores[old]:
                if new not in scores or new in instead:
                    instead[new] = old
                scores[new] = scores[old]
                answered[new] = max(answered.get(new, 0), answered[old])
        own = dict(scores)
        for old, new in self._known_errors:
            if old in scores and new in own and scores[new] < scores[old] <= own[new] * HALF:
                scores[new] = scores[old]
                answered[new] = max(answered[new], answered[old])
        return instead


def behind(superseded: Pairs, known_errors: Pairs = ()) -> dict[int, int]:
    """The rank among equal scores of each document that another replaced in part or wholly; the older, the further."""
    partly = dict.fromkeys((old for old, _ in known_errors), 1)
    return partly | {old: len(superseded) - at + 1 for at, (old, _) in enumerate(superseded)}


def _unpacked(pairs: Sequence[str]) -> Pairs:
    return list(zip(*map(shards.unpack, pairs), strict=True))
