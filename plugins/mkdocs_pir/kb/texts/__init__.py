"""The texts of records: Markdown parsed once for its content, in one canonical form that every later stage reads.

The canonical form of a text is sanitised HTML: the elements and attributes of `sanitise`, written by `tree.write`, read
by `tree.read`. An `a` with the attribute `data-ref` is a reference to a record that no edition has resolved yet; what
stands in a `pir-internal` element is for the provider alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from mkdocs_pir.kb.texts.rendering import MarkdownReader, Rendered

MOST_KEPT = 1 << 16
"""Renderings that a process keeps: those of some ten thousand records."""


class Texts:
    """Reads texts with the extensions of one knowledge base. Not for several threads at once."""

    def __init__(self, extensions: Sequence[str] = ()) -> None:
        self._extensions = tuple(extensions)

    def read(self, text: str) -> Rendered:
        """The canonical form of a text of Markdown, and what in it is refused; rendered once in a process."""
        return _read(self._extensions, text)


@lru_cache(maxsize=MOST_KEPT)
def _read(extensions: tuple[str, ...], text: str) -> Rendered:
    return _reader(extensions).render(text)


@cache
def _reader(extensions: tuple[str, ...]) -> MarkdownReader:
    """Setting a reader up takes as long as many texts."""
    return MarkdownReader(extensions)


__all__ = ["Rendered", "Texts"]
