"""Shards of the texts that are read only to show in which sentence a word matched.

They are most of an index. So their names are known from the digests of their texts, and they are made, or read from
the store, only where somebody wants them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence

from mkdocs_pir.search import shards
from mkdocs_pir.search.document_rows import DocumentRows, Row
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

_TOGETHER = 64
"""Shards that are read from the store, or packed, at one time."""


def name_of(rows: Iterable[Row]) -> str:
    """What names the shard of the texts of these documents."""
    return shards.hash_of(_content(rows))


class TextShards:
    """The shards of texts of an index, of which the first and the last document is given."""

    def __init__(self, rows: DocumentRows, ranges: Iterable[tuple[int, int]], store: ResultStore) -> None:
        self._rows = rows
        self._store = store
        named = {name_of(rows[low:high]): (low, high) for low, high in ranges}
        self._ranges = dict(sorted(named.items()))
        self._names = list(self._ranges)
        self._places = {name: place for place, name in enumerate(self._names)}
        self._packed: dict[str, bytes] = {}

    @property
    def names(self) -> Sequence[str]:
        """The names of all shards, sorted."""
        return self._names

    @property
    def size(self) -> int:
        """The bytes of all of them together, as JSON."""
        # of a list: the brackets, and a comma between any two
        return sum(
            high - low + 1 + sum(row.text_size for row in self._rows[low:high]) for low, high in self._ranges.values()
        )

    def json(self, name: str) -> bytes:
        """A shard as JSON."""
        return self._rows.texts(*self._ranges[name])

    def packed(self, name: str) -> bytes:
        """A shard as its file holds it. Those whose names follow are read with it, since most often all are wanted."""
        if name not in self._packed:
            place = self._places[name]
            self._packed = self._some(self._names[place : place + _TOGETHER])
        return self._packed[name]

    def _some(self, names: Sequence[str]) -> dict[str, bytes]:
        keys = {name: self._key(*self._ranges[name]) for name in names}
        known: Mapping[bytes, bytes] = self._store.get(keys.values())
        new = {keys[name]: shards.pack_text(self.json(name)) for name in names if keys[name] not in known}
        self._store.put(new)
        return {name: known.get(keys[name]) or new[keys[name]] for name in names}

    def _key(self, low: int, high: int) -> bytes:
        return key("packed text", code_version(), zlib.ZLIB_RUNTIME_VERSION, _content(self._rows[low:high]))


def _content(rows: Iterable[Row]) -> bytes:
    return b"".join(row.text for row in rows)
