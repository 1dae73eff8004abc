"""Posting lists packed: rising numbers of documents, each with its impact, as bits in text (Golomb, Rice, Elias).

`docs/search-tokeniser.md` describes the form.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise

_OFTEN = 8
"""The low bits of Rice's code from which one and the same distance seldom occurs."""


def rice(numbers: int, total: int) -> int:
    """The low bits that a distance keeps as they are, where `numbers` of `total` are listed (Golomb and Rice)."""
    return max((total // numbers * 11 >> 4).bit_length() - 1, 0)


def gamma(number: int) -> str:
    """A number from 1 on in bits: as many zeros as follow its first bit, then its bits (Elias gamma)."""
    bits = f"{number:b}"
    return "0" * (len(bits) - 1) + bits


class PostingsPacker:
    """Packs lists of rising numbers below `total`, each with a level, as text of six bits a character.

    First how many there are; then for each the distance to the one before, in Rice's code, and the code of its level.
    """

    def __init__(self, total: int, codes: Mapping[int, str]) -> None:
        self._total = total
        self._codes = codes
        self._distances: dict[int, _Distances] = {}

    def __call__(self, postings: Sequence[int]) -> str:
        """A list packed; of each number 16 times itself, and its level."""
        low = rice(len(postings), self._total)
        distances = self._distances.get(low)
        if distances is None:
            distances = self._distances[low] = _Distances(low, self._codes)
        # 16 times the distance from the one before, less one, and the level
        steps = [posting - (before & -16) - 16 for before, posting in pairwise(chain((-16,), postings))]
        bits = gamma(len(postings)) + "".join(map(distances.__getitem__, steps))
        size = -(-len(bits) // 6)
        whole = -(-len(bits) // 24) * 24
        content = (int(bits, 2) << (whole - len(bits))).to_bytes(whole // 8, "big")
        return base64.urlsafe_b64encode(content)[:size].decode()


class _Distances(dict[int, str]):
    """The bits of distances with levels, by Rice's code with so many low bits; those that occur often are kept."""

    def __init__(self, low: int, codes: Mapping[int, str]) -> None:
        super().__init__()
        self._low = low
        self._codes = codes

    def __missing__(self, posting: int) -> str:
        distance, low = posting >> 4, self._low
        rest = f"{distance & (1 << low) - 1:0{low}b}" if low else ""
        bits = "1" * (distance >> low) + "0" + rest + self._codes[posting & 15]
        if low < _OFTEN:
            self[posting] = bits
        return bits


def unpack(packed: str, total: int, levels: Sequence[int]) -> tuple[list[int], list[int]]:
    """The numbers and the levels that a `PostingsPacker` packed; `levels` in the order of their codes."""
    content = base64.urlsafe_b64decode(packed + "A" * (-len(packed) % 4))
    bits = f"{int.from_bytes(content, 'big'):0{8 * len(content)}b}"

    def number_at(at: int) -> tuple[int, int]:
        one = bits.index("1", at)
        end = 2 * one - at + 1
        return int(bits[one:end], 2), end

    count, at = number_at(0)
    low = rice(count, total)
    numbers, impacts = [], []
    before = -1
    for _ in range(count):
        zero = bits.index("0", at)
        end = zero + 1 + low
        before += 1 + (zero - at << low) + (int(bits[zero + 1 : end], 2) if low else 0)
        code, at = number_at(end)
        numbers.append(before)
        impacts.append(levels[code - 1])
    return numbers, impacts
