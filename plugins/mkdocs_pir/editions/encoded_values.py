"""Values of an edition as bytes, from which it is seen whether they changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import msgspec
from msgspec import Struct

from mkdocs_pir.editions.projection import Projection, without_body
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
        return known[1].whole
    digests = RecordDigests(_digest(record))
    know(record, digests)
    return digests.whole


class RecordDigests(Struct, frozen=True, array_like=True):
    """The digest of all of a record, and that of all but its body, empty where it is not known."""

    whole: bytes
    without_body: bytes = b""


def new_digests(record: Record) -> RecordDigests:
    """The digests of a record, which are not remembered: to remember them holds the record in memory."""
    return RecordDigests(_digest(record), _digest(without_body(record)))


def know(record: Record, digests: RecordDigests) -> None:
    """Remember the digests of this very object."""
    _KNOWN[id(record)] = record, digests


def know_without_bodies(whole: Projection, bare: Projection) -> None:
    """Remember the digests of records without bodies, as far as they are known of the same records with them."""
    for kind, records in bare.records.items():
        for id_, record in records.items():
            known = _KNOWN.get(id(with_body := whole.records[kind][id_]))
            if known is not None and known[0] is with_body and known[1].without_body and record is not with_body:
                know(record, RecordDigests(known[1].without_body))


def forget() -> None:
    """Forget the digests of all records, which would stay in memory with them."""
    _KNOWN.clear()


_KNOWN: dict[int, tuple[Record, RecordDigests]] = {}
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
