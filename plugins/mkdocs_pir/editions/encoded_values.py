"""Values of an edition as bytes, from which it is seen whether they changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import msgspec

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.kept_sections import KeptSections
from mkdocs_pir.kb.model import Record
from mkdocs_pir.kb.texts import Text


def encoded(value: Any) -> bytes:
    """All of a value as bytes: of a text its HTML as well, and mappings in their order.

    Raises TypeError for a value of which that is not known.
    """
    return _ENCODER.encode(value)


def digest_of(projection: Projection) -> bytes:
    """The digest of all of a projection."""
    records = {
        kind: [(id_, digest_of_record(record)) for id_, record in of_kind.items()]
        for kind, of_kind in projection.records.items()
    }
    # the order of a set differs from process to process
    fixed = msgspec.structs.replace(projection, holidays=sorted(projection.holidays), records=records)
    return _digest(fixed)


def digest_of_record(record: Record) -> bytes:
    """The digest of all of a record, which is remembered of this very object: no record ever changes."""
    known = _KNOWN.get(id(record))
    if known is not None and known[0] is record:
        return known[1]
    digest = new_digest_of_record(record)
    know(record, digest)
    return digest


def new_digest_of_record(record: Record) -> bytes:
    """The digest of all of a record, which is not remembered: to remember it holds the record in memory."""
    return _digest(record)


def know(record: Record, digest: bytes) -> None:
    """Remember the digest of this very object."""
    _KNOWN[id(record)] = record, digest


def forget() -> None:
    """Forget the digests of all records, which would stay in memory with them."""
    _KNOWN.clear()


_KNOWN: dict[int, tuple[Record, bytes]] = {}
"""Records with their digests, by the numbers that Python gives to objects."""


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(encoded(value), digest_size=32).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return [str(value), value.html]
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, KeptSections):
        return tuple(value)
    if isinstance(value, FunctionType):
        # a condition of the program, which has a name of its own beside its functions
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, re.Pattern):
        return value.pattern
    raise TypeError(type(value))


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
