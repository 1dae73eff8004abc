"""Rows of documents: what the index needs of each document besides the words of its texts, which are read only where they changed.

A row is kept by all that its document is made of, with the rows around it. So where nothing of that changed, no
document is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Protocol

import msgspec
from msgspec import Struct

from mkdocs_pir.search import shards
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

BLOCK = 64
"""Documents of a block, about: with fewer, more blocks have to be joined; with more, more is read after a change."""

QUOTED = 240  # characters kept of each quoted text, which shows why a result matched
QUOTED_FIELDS = (
    "symptoms",
    "tried",
    "causes",
    "tags",
    "id",
)  # quoted in a result; its card has the others but the body


class DocumentSource(Protocol):
    """What a document is made of; a document is one of itself."""

    @property
    def id(self) -> str: ...

    def made_of(self) -> bytes:
        """The digest of all that the document depends on."""

    def document(self) -> SearchDocument:
        """The document, made anew."""


class Row(Struct, frozen=True, array_like=True):
    """What the index needs of one document.

    `card` is the JSON of its card without the last bracket, `analysed` the digest of what the impacts of its terms
    depend on, `text` that of the JSON of its longer texts, which has `text_size` bytes.
    """

    id: str
    kind: str
    title: str
    url: str
    filters: Mapping[str, tuple[str, ...]]
    date: str
    status: str
    severity: str
    superseded_by: str
    known_error: str
    card: bytes
    analysed: bytes
    text: bytes
    text_size: int


Beside = Callable[[Sequence[Row], Sequence[SearchDocument]], None]

_BLOCK = msgspec.msgpack.Decoder(list[Row])


class DocumentRows(Sequence[Row]):
    """The rows of documents in the order of their ids, in blocks.

    Documents of a block that have to be made are given to `beside`, with their rows, so that what else is kept of them
    is read at the same time. Raises ValueError for two documents with one id, or for a field without a weight.
    """

    def __init__(self, sources: Iterable[DocumentSource], store: ResultStore, beside: Beside) -> None:
        self._sources = sorted(sources, key=lambda source: source.id)
        for before, after in pairwise(self._sources):
            if before.id == after.id:
                raise ValueError(f"two documents have the id {after.id}")
        cuts = shards.cuts([(source.id, 1) for source in self._sources], BLOCK)
        self.blocks = list(pairwise(chain(cuts, (len(self._sources),))))
        """Where each block begins and ends."""
        self._rows = list(self._read(store, beside))

    def _read(self, store: ResultStore, beside: Beside) -> Iterator[Row]:
        keys = [_key(self._sources[low:high]) if store.is_open else b"" for low, high in self.blocks]
        known = store.get(keys)
        new: dict[bytes, bytes] = {}
        for name, (low, high) in zip(keys, self.blocks, strict=True):
            if name in known:
                yield from _BLOCK.decode(known[name])
            else:
                documents = list(self.documents(low, high))
                rows = [_row(document) for document in documents]
                if store.is_open:
                    new[name] = msgspec.msgpack.encode(rows)
                    beside(rows, documents)
                yield from rows
        store.put(new)

    def documents(self, low: int, high: int) -> Iterator[SearchDocument]:
        """The documents with these numbers, each made when it is asked for."""
        return (source.document() for source in self._sources[low:high])

    def texts(self, low: int, high: int) -> bytes:
        """The JSON of the longer texts of the documents with these numbers."""
        return shards.joined(map(_text, self.documents(low, high)))

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        return self._rows[at]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _key(sources: Iterable[DocumentSource]) -> bytes:
    return key("rows of documents", code_version(), *(source.made_of() for source in sources))


def _row(document: SearchDocument) -> Row:
    quoted = {name: [text[:QUOTED] for text in texts] for name in QUOTED_FIELDS if (texts := document.fields.get(name))}
    card = [document.id, document.kind, document.title, document.url, quoted, document.card]
    text = _text(document)
    return Row(
        document.id,
        document.kind,
        document.title,
        document.url,
        {name: tuple(values) for name, values in document.filters.items()},
        str(document.card.get("date") or ""),
        str(document.card.get("status") or ""),
        str(document.card.get("severity") or ""),
        document.superseded_by,
        document.known_error,
        shards.encode(card)[:-1],
        key(document.analysed()),
        hashlib.sha256(text).digest(),
        len(text),
    )


def _text(document: SearchDocument) -> bytes:
    """The texts that are read only to show in which sentence a word matched: what leads a document, and its body."""
    texts = (*document.fields.get("lead", ()), "\n".join(document.fields.get("body", ())))
    return shards.joined(shards.encode_text(text) for text in texts)
