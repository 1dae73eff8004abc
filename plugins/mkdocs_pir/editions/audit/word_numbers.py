"""A number for each word, the same in every process, so that a sequence of words is known by a number as well."""

from __future__ import annotations

from array import array
from hashlib import blake2b


class _WordNumbers(dict[bytes, int]):
    """The numbers of words, each computed when it is first needed."""

    def __missing__(self, word: bytes) -> int:
        self[word] = number = int.from_bytes(blake2b(word, digest_size=7).digest())
        return number


_NUMBERS = _WordNumbers()


def numbers(spoken: list[bytes]) -> list[int]:
    """The numbers of these words. The `hash` of a tuple of them is the same in every process of one version of Python."""
    return list(map(_NUMBERS.__getitem__, spoken))


def numbers_in(content: bytes) -> array[int]:
    """Numbers of 64 bits that are stored as bytes."""
    unpacked = array("q")
    unpacked.frombytes(content)
    return unpacked
