"""The texts of records: Markdown, parsed once into a canonical form that every later stage reads.

The canonical form of a text is sanitised HTML: only elements and attributes of `sanitise`, written by `tree.write` and
read by `tree.read`. An `a` with the attribute `data-ref` is a reference to a record, which each edition resolves; the
content of a `pir-internal` element is for the provider alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from mkdocs_pir.kb.texts import misreadings, time_limit
from mkdocs_pir.kb.texts.rendering import MarkdownReader, Rendered, decode, encode
from mkdocs_pir.kb.texts.text import NOTHING, Text
from mkdocs_pir.store import stages
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import ResultStore, key

BATCH = 500
"""The number of texts that are written to the store at one time."""

CACHE_SIZE = 8 << 20
"""Characters of rendered texts that a process caches: those of about a thousand records, or of all that clients share.

A file is read while its texts are there, and most texts are rendered as fast as they are found.
"""


class Texts:
    """Renders texts with the Markdown extensions of one knowledge base. Not thread-safe.

    A text is rendered once in a process, and once for all processes where there is a store.
    """

    def __init__(self, extensions: Sequence[str] = (), store: ResultStore | None = None) -> None:
        self.extensions = tuple(extensions)
        self._store = store or ResultStore(None)
        self._new: dict[bytes, bytes] = {}
        self._timed_out: set[str] = set()

    def read(self, text: str) -> Rendered:
        """The canonical form of a Markdown text and its misreadings."""
        rendered = _CACHE.get(self.extensions, text)
        if rendered is None:
            # plain words are rendered faster than they are looked up in the store
            rendered = _reader(self.extensions).quick(text) or self._rendered(text)
            if text not in self._timed_out:
                _CACHE.add(self.extensions, text, rendered)
        return rendered

    @property
    def took_too_long(self) -> bool:
        """Whether rendering a text was given up, which another run may not do."""
        return bool(self._timed_out)

    def keep(self) -> None:
        """Keep in the store what was rendered since this was last called."""
        self._store.put(self.taken())

    def taken(self) -> dict[bytes, bytes]:
        """What was rendered since this was last called, as it is kept, for whoever has the store."""
        new, self._new = self._new, {}
        return new

    @stages.TEXTS
    def _rendered(self, text: str) -> Rendered:
        name = key("text", code_version(), *self.extensions, "", text)
        if (known := self._store.get([name]).get(name)) is not None:
            return decode(known)
        if text not in self._timed_out:
            try:
                rendered = self._render(text)
            except time_limit.TakesTooLong:
                # remembered for this run only, as another run may be faster
                self._timed_out.add(text)
            else:
                self._new[name] = encode(rendered)
                if self._store.is_open and len(self._new) >= BATCH:
                    self.keep()
                return rendered
        return Rendered(NOTHING, misreadings=(misreadings.takes_too_long(text, time_limit.SECONDS),))

    def _render(self, text: str) -> Rendered:
        if time_limit.may_take_long(text):
            return time_limit.render(self.extensions, text)
        return _reader(self.extensions).render(text)


class _Cache:
    """Rendered texts by their extensions and source, no more than have CACHE_SIZE characters together."""

    def __init__(self) -> None:
        self._rendered: dict[tuple[tuple[str, ...], str], Rendered] = {}
        self._size = 0

    def get(self, extensions: tuple[str, ...], text: str) -> Rendered | None:
        return self._rendered.get((extensions, text))

    def add(self, extensions: tuple[str, ...], text: str, rendered: Rendered) -> None:
        self._size += len(text) + len(rendered.own) + len(rendered.text) + len(rendered.text.html)
        if self._size > CACHE_SIZE:
            self.clear()
        self._rendered[extensions, text] = rendered

    def clear(self) -> None:
        self._rendered.clear()
        self._size = 0


_CACHE = _Cache()


@cache
def _reader(extensions: tuple[str, ...]) -> MarkdownReader:
    """A reader for these extensions, cached because creating one takes as long as rendering many texts."""
    return MarkdownReader(extensions)


__all__ = ["NOTHING", "Rendered", "Text", "Texts"]
