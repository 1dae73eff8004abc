"""Quotations: eight consecutive words that the texts of two clients have in common, however ordinary they are.

All windows of eight words of a knowledge base would fill the memory. A table of small numbers first tells which of them
may be in the texts of several clients, and only those are stored.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Container, Iterable, Iterator

from mkdocs_pir.editions.audit import ngrams
from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.normalise import BARRIER, BLOCK, WORD
from mkdocs_pir.editions.audit.word_numbers import numbers

LENGTH = 8
"""The number of consecutive words of a paragraph, item or cell that make a quotation, even across sentences."""

_MIN_WORDS = 5  # at least this many of them are words and no numbers: a list of times and amounts quotes nobody
_ENDS = re.compile(f"[{BARRIER}{BLOCK}]".encode())


class Quotations:
    """The windows of eight words that the texts of a client share with other texts."""

    def __init__(self) -> None:
        self.texts: dict[int, list[int]] = {}
        self._noted: list[tuple[str, array[int]]] = []

    def note(self, client: str, windows: array[int]) -> None:
        """Add the windows of the next text, and the client that it is about."""
        self._noted.append((client, windows))

    def compared(self) -> Quotations:
        """This object with `texts` filled: for each window of more than one client, the numbers of the clients' texts."""
        numbers = {client: n for n, client in enumerate(dict.fromkeys(client for client, _ in self._noted), 1)}
        several = _Several(sum(len(windows) for _, windows in self._noted), len(numbers))
        for client, windows in self._noted:
            several.note(windows, numbers[client])
        first: dict[int, str] = {}
        shared = {
            window
            for client, windows in self._noted
            for window in several.of(windows)
            if first.setdefault(window, client) != client
        }
        for index, (client, windows) in enumerate(self._noted):
            for window in shared.intersection(windows) if client and shared else ():
                self.texts.setdefault(window, []).append(index)
        self._noted.clear()
        return self

    @staticmethod
    def windows(folded: bytes) -> list[int]:
        """The hash of each window of eight words within one paragraph, item or cell."""
        windows: list[int] = []
        for block in _ENDS.split(folded):
            if len(spoken := WORD.findall(block)) >= LENGTH:
                numbered = numbers(spoken)
                windows += map(hash, zip(*(numbered[n:] for n in range(LENGTH)), strict=False))
        return windows

    @staticmethod
    def spelt(folded: bytes) -> Iterator[tuple[int, tuple[bytes, ...]]]:
        """The windows of a folded and divided text, each with its words."""
        for block in _ENDS.split(folded):
            spoken = WORD.findall(block)
            for words in zip(*(spoken[n:] for n in range(LENGTH)), strict=False):
                yield hash(tuple(numbers(list(words)))), words

    def find(self, folded: bytes, skip: Container[Key], common: Collection[int]) -> Iterator[tuple[int, int, int]]:
        """The known windows in a folded text, each with its start and end.

        Those in `skip` are left out, and those that contain one of the n-grams in `common`.
        """
        matches = list(WORD.finditer(folded))
        for consecutive in zip(*(matches[n:] for n in range(LENGTH)), strict=False):
            words = [place[0] for place in consecutive]
            numbered = tuple(numbers(words))
            window, start, end = hash(numbered), consecutive[0].start(), consecutive[-1].end()
            if window not in self.texts or ("quotation", window) in skip or _ENDS.search(folded, start, end):
                continue
            enough_words = sum(not word[:1].isdigit() for word in words) >= _MIN_WORDS
            if enough_words and not any(
                hash(numbered[n : n + ngrams.LENGTH]) in common for n in range(LENGTH - ngrams.LENGTH + 1)
            ):
                yield window, start, end


class _Several:
    """A table of the windows that several clients have; it may report a few others as well."""

    def __init__(self, windows: int, clients: int) -> None:
        self._mask = (1 << (4 * windows).bit_length()) - 1
        self._noted = array("H" if clients < 65535 else "L", [0]) * (self._mask + 1)
        self._several = clients + 1

    def note(self, windows: Iterable[int], client: int) -> None:
        noted, mask, several = self._noted, self._mask, self._several
        for window in windows:
            place = window & mask
            if noted[place] != client:
                noted[place] = several if noted[place] else client

    def of(self, windows: Iterable[int]) -> Iterator[int]:
        noted, mask, several = self._noted, self._mask, self._several
        return (window for window in windows if noted[window & mask] == several)
