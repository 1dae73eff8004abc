"""Five words in a row: so many give away the text that has them, if they are long enough to tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.normalise import BARRIER, BLOCK, STOP, WORD

LENGTH = 5
"""So many words of a withheld text in a row give it away."""

ENDS = re.compile(f"[{BARRIER}{BLOCK}{STOP}]".encode())
"""What ends a run of words in a divided text."""

_LETTERS = 18
_EVERYBODY = 3  # rows that texts about so many clients have are words that anybody says


class Ngrams:
    """The rows of five words of all texts; `behind` each is the number of the first text that has it."""

    def __init__(self) -> None:
        self.behind: dict[int, int] = {}
        self._clients: list[str] = []
        self._several: dict[int, set[str]] = {}

    def learn(self, index: int, client: str, runs: list[bytes]) -> None:
        """Learn a text, in runs of words, with its number and the client that it is about."""
        self._clients += [""] * (index - len(self._clients)) + [client]
        for run in runs:
            for row in _telling(WORD.findall(run)):
                first = self._clients[self.behind.setdefault(row, index)]
                if first != client:
                    self._several.setdefault(row, {first}).add(client)

    def everybodys(self) -> frozenset[int]:
        """The rows that texts about three clients or more have."""
        return frozenset(row for row, clients in self._several.items() if len(clients - {""}) >= _EVERYBODY)

    def find(self, folded: bytes, skip: Collection[Key]) -> Iterator[tuple[int, int, int]]:
        """Every such row in a folded text with its two ends, but those in `skip`."""
        spoken = WORD.findall(folded)
        rows = list(map(hash, zip(*(spoken[n:] for n in range(LENGTH)), strict=False)))
        wanted = {row for row in set(rows) & self.behind.keys() if ("row", row) not in skip}
        if not wanted:
            return
        places = [found.span() for found in WORD.finditer(folded)]
        for index, row in enumerate(rows):
            start, end = places[index][0], places[index + LENGTH - 1][1]
            if row in wanted and not ENDS.search(folded, start, end):
                yield row, start, end


def _telling(spoken: list[bytes]) -> Iterator[int]:
    """Hashes of each five words in a row that have letters enough to tell."""
    for row in zip(*(spoken[n:] for n in range(LENGTH)), strict=False):
        if sum(len(word) for word in row if not word.isdigit()) >= _LETTERS:
            yield hash(row)
