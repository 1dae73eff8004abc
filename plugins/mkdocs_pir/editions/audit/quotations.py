"""What the texts of two clients have in common: eight consecutive words, however ordinary.

All such windows of a knowledge base would fill the memory. A table of numbers first tells which of them the texts of
several clients may have, and only those are kept.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Iterator

from mkdocs_pir.editions.audit import ngrams
from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.normalise import BARRIER, BLOCK, WORD

LENGTH = 8
"""So many consecutive words of a paragraph, an item or a cell are a quotation, wherever sentences end in them."""

_WORDED = 5  # so many of them are words and not figures: a row of times and amounts quotes nobody
_ENDS = re.compile(f"[{BARRIER}{BLOCK}]".encode())


class Quotations:
    """The windows of eight words that texts of a client share with texts that are not that client's."""

    def __init__(self) -> None:
        self.behind: dict[int, list[int]] = {}
        self._noted: list[tuple[str, array[int]]] = []

    def note(self, client: str, folded: bytes) -> None:
        """Take note of the next text, folded and divided, and of the client that it is about."""
        self._noted.append((client, array("q", _windows(folded))))

    def compared(self) -> Quotations:
        """Itself, with the windows that more than one client has and, `behind` each, the numbers of clients' texts."""
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
                self.behind.setdefault(window, []).append(index)
        self._noted.clear()
        return self

    def find(self, folded: bytes, skip: Collection[Key], everybodys: Collection[int]) -> Iterator[tuple[int, int, int]]:
        """Every such window in a folded text with its two ends, but those in `skip` and those with rows of everybody's."""
        if not self.behind or self.behind.keys().isdisjoint(_windows(folded)):
            return
        said = list(WORD.finditer(folded))
        for places in zip(*(said[n:] for n in range(LENGTH)), strict=False):
            words = tuple(place[0] for place in places)
            window, start, end = hash(words), places[0].start(), places[-1].end()
            if window not in self.behind or ("quotation", window) in skip or _ENDS.search(folded, start, end):
                continue
            worded = sum(not word[:1].isdigit() for word in words) >= _WORDED
            if worded and not any(
                hash(words[n : n + ngrams.LENGTH]) in everybodys for n in range(LENGTH - ngrams.LENGTH + 1)
            ):
                yield window, start, end


def _windows(folded: bytes) -> list[int]:
    """The hash of each eight words that stand in one paragraph, item or cell."""
    windows: list[int] = []
    for block in _ENDS.split(folded):
        if len(said := WORD.findall(block)) >= LENGTH:
            windows += map(hash, zip(*(said[n:] for n in range(LENGTH)), strict=False))
    return windows


class _Several:
    """A table that tells which windows several clients have noted; it may say so of a few others."""

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
