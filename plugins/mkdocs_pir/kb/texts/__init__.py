"""The texts of records: Markdown parsed once for its content, in one canonical form that every later stage reads.

The canonical form of a text is sanitised HTML: the elements and attributes of `sanitise`, written by `tree.write`, read
by `tree.read`. An `a` with the attribute `data-ref` is a reference to a record that no edition has resolved yet; what
stands in a `pir-internal` element is for the provider alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from mkdocs_pir.kb.texts import misreadings, time_limit
from mkdocs_pir.kb.texts.rendering import MarkdownReader, Rendered
from mkdocs_pir.kb.texts.text import NOTHING, Text

MOST_KEPT = 1 << 16
"""Renderings that a process keeps: those of some ten thousand records."""


class Texts:
    """Reads texts with the extensions of one knowledge base. Not for several threads at once."""

    def __init__(self, extensions: Sequence[str] = ()) -> None:
        self._extensions = tuple(extensions)
        self._late: set[str] = set()

    def read(self, text: str) -> Rendered:
        """The canonical form of a text of Markdown, and what in it is refused; rendered once in a process."""
        if text not in self._late:
            try:
                return _read(self._extensions, text)
            except time_limit.TakesTooLong:
                # of this run only: another machine, or this one tomorrow, may have the time
                self._late.add(text)
        return Rendered(NOTHING, misreadings=(misreadings.takes_too_long(text, time_limit.SECONDS),))


@lru_cache(maxsize=MOST_KEPT)
def _read(extensions: tuple[str, ...], text: str) -> Rendered:
    if time_limit.may_take_long(text):
        return time_limit.render(extensions, text)
    return _reader(extensions).render(text)


@cache
def _reader(extensions: tuple[str, ...]) -> MarkdownReader:
    """Setting a reader up takes as long as many texts."""
    return MarkdownReader(extensions)


__all__ = ["NOTHING", "Rendered", "Text", "Texts"]
