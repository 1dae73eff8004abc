"""Values of an edition as bytes, from which it is seen whether they changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import FunctionType
from typing import Any

import msgspec

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.texts import Text


def encoded(value: Any) -> bytes:
    """All of a value as bytes: of a text its HTML as well, and mappings in their order.

    Raises TypeError for a value of which that is not known.
    """
    return _ENCODER.encode(value)


def digest_of(projection: Projection) -> bytes:
    """The digest of all of a projection."""
    # the order of a set differs from process to process
    fixed = msgspec.structs.replace(projection, holidays=sorted(projection.holidays))
    return hashlib.blake2b(encoded(fixed), digest_size=32).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return [str(value), value.html]
    if isinstance(value, Mapping):
        return list(value.items())
    if isinstance(value, FunctionType):
        # a condition of the program, which has a name of its own beside its functions
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, re.Pattern):
        return value.pattern
    raise TypeError(type(value))


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
