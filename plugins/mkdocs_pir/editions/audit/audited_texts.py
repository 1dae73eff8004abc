"""The texts that an audit searched in an edition, and what it did not search for in them, as a ledger stores them."""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Iterator
from functools import cached_property

import msgspec

from mkdocs_pir.editions.audit.normalise import BARRIER
from mkdocs_pir.editions.audit.scan import SearchedText
from mkdocs_pir.editions.audit.word_numbers import numbers_in

Masks = dict[int, frozenset[tuple[bytes, int]]]
"""By the number of a needle the longer names within which it may be, as in `ScanRules`."""

_SEPARATOR = BARRIER.encode()


class Searched(msgspec.Struct, frozen=True):
    """What was searched in an edition and is clean.

    `parts` are the digests of parts of files (see `scan.Searched`), and `texts` all texts that were decoded from them.
    Everything was searched for but the fingerprints in `left_out`. `masks` and `names` say where one may be, as in
    `ScanRules`.
    """

    parts: frozenset[bytes]
    texts: tuple[SearchedText, ...]
    left_out: frozenset[int]
    masks: Masks
    names: frozenset[bytes]

    @property
    def size(self) -> int:
        """The bytes of all texts."""
        return sum(len(text.folded) for text in self.texts)


class _Stored(msgspec.Struct, frozen=True):
    parts: list[bytes]
    letters: bytes
    lengths: list[tuple[int, int, bool]]
    left_out: bytes
    masks: list[tuple[int, list[tuple[bytes, int]]]]
    names: list[bytes]


class AuditedTexts:
    """What was searched in an edition, and how it is stored: most audits open it no further than its `letters`."""

    def __init__(self, what: Searched | bytes) -> None:
        self._what = what

    @cached_property
    def content(self) -> bytes:
        """What was searched, as in its file."""
        return self._what if isinstance(self._what, bytes) else _packed(self._what)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AuditedTexts) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def letters(self) -> bytes:
        """All texts in one, separated by barriers."""
        if isinstance(self._what, bytes):
            return zlib.decompress(_stored(self._what).letters)
        return _SEPARATOR.join(text.folded for text in self._what.texts)

    @cached_property
    def opened(self) -> Searched:
        """What was searched."""
        if not isinstance(self._what, bytes):
            return self._what
        stored = _stored(self._what)
        return Searched(
            frozenset(stored.parts),
            tuple(_texts(zlib.decompress(stored.letters), stored.lengths)),
            frozenset(numbers_in(stored.left_out)),
            {number: frozenset(masks) for number, masks in stored.masks},
            frozenset(stored.names),
        )


def _packed(searched: Searched) -> bytes:
    stored = _Stored(
        sorted(searched.parts),
        zlib.compress(_SEPARATOR.join(text.folded for text in searched.texts), 1),
        [(len(text.folded), text.shortest, text.only_names) for text in searched.texts],
        array("q", sorted(searched.left_out)).tobytes(),
        [(number, sorted(masks)) for number, masks in sorted(searched.masks.items())],
        sorted(searched.names),
    )
    return msgspec.msgpack.encode(stored)


def _stored(content: bytes) -> _Stored:
    return msgspec.msgpack.decode(content, type=_Stored)


def _texts(letters: bytes, lengths: list[tuple[int, int, bool]]) -> Iterator[SearchedText]:
    position = 0
    for length, shortest, only_names in lengths:
        yield SearchedText(letters[position : position + length], shortest, only_names)
        position += length + len(_SEPARATOR)
