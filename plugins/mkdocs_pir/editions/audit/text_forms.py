"""A folded text in the forms in which fingerprints are looked for in it, each worked out when it is first asked for.

The texts of the software are searched again for each knowledge base, so their forms are worked out once.
"""

from __future__ import annotations

from array import array

from mkdocs_pir.editions.audit.ngrams import Ngrams
from mkdocs_pir.editions.audit.normalise import Squashed, words
from mkdocs_pir.editions.audit.quotations import Quotations


class TextForms:
    """The forms of one folded text."""

    __slots__ = ("_as_letters", "_ngrams", "_squashed", "_windows", "_words", "folded")

    def __init__(self, folded: bytes) -> None:
        self.folded = folded
        self._squashed: Squashed | None = None
        self._as_letters: Squashed | None = None
        self._words: frozenset[bytes] | None = None
        self._ngrams: array[int] | None = None
        self._windows: array[int] | None = None

    @property
    def squashed(self) -> Squashed:
        """The text without separators."""
        if self._squashed is None:
            self._squashed = Squashed(self.folded)
        return self._squashed

    @property
    def as_letters(self) -> Squashed:
        """The same with digits and signs read as letters."""
        if self._as_letters is None:
            self._as_letters = Squashed(self.folded, as_letters=True)
        return self._as_letters

    @property
    def words(self) -> frozenset[bytes]:
        """Its words, each once."""
        if self._words is None:
            self._words = frozenset(words(self.folded))
        return self._words

    @property
    def ngrams(self) -> array[int]:
        """The n-gram that begins at each of its words, ends of runs disregarded."""
        if self._ngrams is None:
            self._ngrams = array("q", Ngrams.of(self.folded))
        return self._ngrams

    @property
    def windows(self) -> array[int]:
        """Its windows of eight words."""
        if self._windows is None:
            self._windows = array("q", Quotations.windows(self.folded))
        return self._windows
