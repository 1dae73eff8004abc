"""Records as the internal edition shows them, kept, so that the texts of those that did not change are not rendered again.

A record is found by its file and by all else that it depends on. Nothing here is of a client's edition: what such an
edition shows of a record depends on too much, and what is kept here has everything that is internal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from mkdocs_pir.editions import encoded_values
from mkdocs_pir.editions.encoded_values import RecordDigests
from mkdocs_pir.kb import kept_sections
from mkdocs_pir.kb.kept_sections import PackedSections
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.model import Record
from mkdocs_pir.kb.texts import Text, Texts
from mkdocs_pir.store.executors import share
from mkdocs_pir.store.result_store import ResultStore, key

Path = tuple[str | int, ...]

_BATCH = 500
"""Records that are looked up at one time."""

MANY = 1000
"""Records that are worth a copy of this process, which takes some hundredths of a second to begin."""

_SHARED = 100
"""Records that one process makes at one time."""


class _Kept(Struct, frozen=True, array_like=True):
    """A record with the words of its texts, and the HTML of each text by its place; None for one plain paragraph.

    `digests` are those of the record with its `sections`, which are beside it.
    """

    digests: RecordDigests
    record: msgspec.Raw
    html: tuple[tuple[Path, str | None], ...]
    sections: PackedSections


_KEPT = msgspec.msgpack.Decoder(_Kept)
_RECORDS = {name: msgspec.msgpack.Decoder(kind.record) for name, kind in KINDS.items()}


class KeptRecords:
    """The kept records of one projection of the internal edition."""

    def __init__(self, store: ResultStore, texts: Texts | None = None) -> None:
        """Nothing is kept once one of the `texts` took too long: that is not a matter of its content."""
        self._store = store
        self._texts = texts
        self._keys: dict[str, bytes] = {}
        self._found: dict[str, Record] = {}
        self._new: dict[bytes, bytes] = {}
        self._elsewhere_too_long = False

    @property
    def _took_too_long(self) -> bool:
        return self._elsewhere_too_long or (self._texts is not None and self._texts.took_too_long)

    def find(self, wanted: Iterable[tuple[RecordFile, tuple[object, ...]]], files: Mapping[str, str]) -> None:
        """Look up the records of these files, each with what it depends on besides its file; `files` are the names of
        files in the site, on which all of them depend."""
        if not self._store.is_open:
            return
        names = msgspec.msgpack.encode(sorted(files.items()))
        entries = {entry.id: entry for entry, _ in wanted if entry.kept_as}
        self._keys = {
            entry.id: key("internal record", entry.kept_as, entry.kind, msgspec.msgpack.encode(depends), names)
            for entry, depends in wanted
            if entry.kept_as
        }
        ids = list(self._keys)
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            contents = self._store.get(self._keys[id_] for id_ in some)
            for id_ in some:
                if (content := contents.get(self._keys[id_])) is not None:
                    self._decode(entries[id_], content)

    def make(self, entries: Iterable[RecordFile], record_of: Callable[[RecordFile], Record]) -> None:
        """Make the records that were not found and keep them, in several processes if they are many."""
        missing = [entry for entry in entries if entry.id in self._keys and entry.id not in self._found]
        if len(missing) < MANY:
            return

        def batch(start: int) -> tuple[int, list[bytes], bool]:
            entries = missing[start : start + _SHARED]
            contents = [msgspec.msgpack.encode(_encoded(record_of(entry))) for entry in entries]
            return start, contents, self._took_too_long

        for start, contents, took_too_long in share(batch, range(0, len(missing), _SHARED)):
            self._elsewhere_too_long |= took_too_long
            for entry, content in zip(missing[start : start + _SHARED], contents, strict=True):
                self._decode(entry, content)
                self._put(entry.id, content)

    def _decode(self, entry: RecordFile, content: bytes) -> None:
        kept = _KEPT.decode(content)
        self._found[entry.id] = record = _decoded(entry.kind, kept)
        encoded_values.know(record, kept.digests)

    def get(self, id: str) -> Record | None:
        """The record with this id, if it was found."""
        return self._found.get(id)

    def keep(self, record: Record) -> Record:
        """Keep a record that was not found. Returns the record in the form in which it is found again."""
        if record.id not in self._keys:
            return record
        kept = _encoded(record)
        self._put(record.id, msgspec.msgpack.encode(kept))
        encoded_values.know(record, kept.digests)
        return _with_sections(record, kept.sections)

    def _put(self, id: str, content: bytes) -> None:
        self._new[self._keys[id]] = content
        if len(self._new) >= _BATCH:
            self.write()

    def write(self) -> None:
        """Write what is to be kept."""
        if not self._took_too_long:
            self._store.put(self._new)
        self._new = {}

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()


def _encoded(record: Record) -> _Kept:
    rest = msgspec.structs.replace(record, sections=())
    html = [(at, text.markup) for at, text in _texts(rest, ())]
    words = msgspec.Raw(msgspec.msgpack.encode(rest, enc_hook=_words))
    sections = kept_sections.packed(record.sections)
    return _Kept(encoded_values.new_digests(record), words, tuple(html), sections)


def _decoded(kind: str, kept: _Kept) -> Record:
    record: Record = _RECORDS[kind].decode(kept.record)
    for path, html in kept.html:
        # one of several texts in a field has its number behind the name of the field
        number = path[-1] if isinstance(path[-1], int) else None
        *above, name = path if number is None else path[:-1]
        at = _at(record, above)
        words = getattr(at, str(name))
        text = Text(words if number is None else words[number], html)
        value = text if number is None else (*words[:number], text, *words[number + 1 :])
        # nobody has the record yet, and it shares none of its parts
        msgspec.structs.force_setattr(at, str(name), value)
    return _with_sections(record, kept.sections)


def _with_sections(record: Record, sections: PackedSections) -> Record:
    """The record, which nobody has yet, with these sections."""
    msgspec.structs.force_setattr(record, "sections", kept_sections.kept(sections))
    return record


def _at(value: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


def _texts(value: Any, at: Path) -> Iterator[tuple[Path, Text]]:
    """Every text in a value, with its place."""
    if isinstance(value, Text):
        yield at, value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name), (*at, name))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _texts(item, (*at, number))


def _words(value: Any) -> str:
    if isinstance(value, Text):
        return str(value)
    raise TypeError(type(value))
