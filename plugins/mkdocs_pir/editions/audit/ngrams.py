"""N-grams: five consecutive words of a withheld text, which give it away if they have enough letters."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence

from mkdocs_pir.editions.audit.matches import Key
from mkdocs_pir.editions.audit.normalise import BARRIER, BLOCK, STOP, WORD
from mkdocs_pir.editions.audit.word_numbers import numbers

LENGTH = 5
"""The number of consecutive words of a withheld text that give it away."""

ENDS = re.compile(f"[{BARRIER}{BLOCK}{STOP}]".encode())
"""What ends a run of words in a divided text."""

_LETTERS = 18
_COMMON = 3  # n-grams in texts about this many clients are words that anybody uses


class Ngrams:
    """The five-word n-grams of all texts; `first_texts` gives for each the number of the first text that contains it."""

    def __init__(self) -> None:
        self.first_texts: dict[int, int] = {}
        self._clients: list[str] = []
        self._several: dict[int, set[str]] = {}

    @staticmethod
    def among(runs: list[bytes]) -> Iterator[int]:
        """The n-grams of a text, as runs of words, that give it away."""
        return (ngram for run in runs for ngram in _distinctive(WORD.findall(run)))

    def learn(self, index: int, client: str, ngrams: Iterable[int]) -> None:
        """Add the n-grams of the text with this number, and the client that it is about."""
        self._clients += [""] * (index - len(self._clients)) + [client]
        for ngram in ngrams:
            first = self._clients[self.first_texts.setdefault(ngram, index)]
            if first != client:
                self._several.setdefault(ngram, {first}).add(client)

    @staticmethod
    def spelt(runs: list[bytes]) -> Iterator[tuple[int, tuple[bytes, ...]]]:
        """The n-grams of a text, each with its words."""
        for run in runs:
            spoken = WORD.findall(run)
            for words in zip(*(spoken[n:] for n in range(LENGTH)), strict=False):
                yield hash(tuple(numbers(list(words)))), words

    def common(self) -> frozenset[int]:
        """The n-grams that texts about three clients or more contain."""
        return frozenset(ngram for ngram, clients in self._several.items() if len(clients - {""}) >= _COMMON)

    @staticmethod
    def of(folded: bytes) -> Iterator[int]:
        """The n-gram that begins at each word of a folded text, whether or not a run ends within it."""
        spoken = numbers(WORD.findall(folded))
        return map(hash, zip(*(spoken[n:] for n in range(LENGTH)), strict=False))

    def find(self, folded: bytes, ngrams: Sequence[int], skip: Container[Key]) -> Iterator[tuple[int, int, int]]:
        """The known n-grams in a folded text that are not in `skip`, each with its start and end.

        `ngrams` are all that it has, as `of` gives them.
        """
        wanted = {ngram for ngram in set(ngrams) & self.first_texts.keys() if ("ngram", ngram) not in skip}
        if not wanted:
            return
        spans = [match.span() for match in WORD.finditer(folded)]
        for index, ngram in enumerate(ngrams):
            start, end = spans[index][0], spans[index + LENGTH - 1][1]
            if ngram in wanted and not ENDS.search(folded, start, end):
                yield ngram, start, end


def _distinctive(spoken: list[bytes]) -> Iterator[int]:
    """The hashes of the n-grams of these words that have enough letters."""
    letters = [0 if word.isdigit() else len(word) for word in spoken]
    totals = map(sum, zip(*(letters[n:] for n in range(LENGTH)), strict=False))
    numbered = numbers(spoken)
    ngrams = zip(*(numbered[n:] for n in range(LENGTH)), strict=False)
    return (hash(ngram) for ngram, total in zip(ngrams, totals, strict=True) if total >= _LETTERS)
