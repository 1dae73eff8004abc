"""The texts of records: Markdown, parsed once into a canonical form that every later stage reads.

The canonical form of a text is sanitised HTML: only elements and attributes of `sanitise`, written by `tree.write` and
read by `tree.read`. An `a` with the attribute `data-ref` is a reference to a record, which each edition resolves; the
content of a `pir-internal` element is for the provider alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from mkdocs_pir.kb.texts import misreadings, time_limit
from mkdocs_pir.kb.texts.rendering import MarkdownReader, Rendered
from mkdocs_pir.kb.texts.text import NOTHING, Text

CACHE_SIZE = 1 << 16
"""The number of rendered texts that a process caches: those of about ten thousand records."""


class Texts:
    """Renders texts with the Markdown extensions of one knowledge base. Not thread-safe."""

    def __init__(self, extensions: Sequence[str] = ()) -> None:
        self._extensions = tuple(extensions)
        self._timed_out: set[str] = set()

    def read(self, text: str) -> Rendered:
        """The canonical form of a Markdown text and its misreadings; each text is rendered once in a process."""
        if text not in self._timed_out:
            try:
                return _read(self._extensions, text)
            except time_limit.TakesTooLong:
                # remembered for this run only, as another run may be faster
                self._timed_out.add(text)
        return Rendered(NOTHING, misreadings=(misreadings.takes_too_long(text, time_limit.SECONDS),))


@lru_cache(maxsize=CACHE_SIZE)
def _read(extensions: tuple[str, ...], text: str) -> Rendered:
    if time_limit.may_take_long(text):
        return time_limit.render(extensions, text)
    return _reader(extensions).render(text)


@cache
def _reader(extensions: tuple[str, ...]) -> MarkdownReader:
    """A reader for these extensions, cached because creating one takes as long as rendering many texts."""
    return MarkdownReader(extensions)


__all__ = ["NOTHING", "Rendered", "Text", "Texts"]
