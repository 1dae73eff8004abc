"""Searching a text for many others at once, with the algorithm of Aho and Corasick (1975).

The package `ahocorasick_rs` does it fast. Where it is not installed, because there is no wheel for a machine and
nothing to compile one with, the same is done in Python: the same matches in the same order, in more time.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Text = TypeVar("Text", str, bytes)
Match = tuple[int, int, int]
"""The number of a pattern, and where a match begins and ends."""

_LETTER = 21
"""Bits of a character or byte."""


class _Automaton(Generic[Text]):
    """Finds all patterns in one pass over a text. Raises ValueError for a pattern that is empty."""

    def __init__(self, patterns: Iterable[Text]) -> None:
        # one dictionary of all steps: one for each state would take three times the memory
        self._steps: dict[int, int] = {}
        self._found: dict[int, list[int]] = {}
        self._lengths = array("l")
        depths = array("l", [0])
        for number, pattern in enumerate(patterns):
            if not pattern:
                raise ValueError("a pattern is empty")
            state = 0
            for depth, letter in enumerate(_letters(pattern), 1):
                step = state << _LETTER | letter
                if step not in self._steps:
                    self._steps[step] = len(depths)
                    depths.append(depth)
                state = self._steps[step]
            self._lengths.append(len(pattern))
            self._found.setdefault(state, []).append(number)
        self._shorter = self._longest_ends(depths)

    def _longest_ends(self, depths: array[int]) -> array[int]:
        """For each state, that of its longest proper end: what is found there ends here, too."""
        shorter = array("l", bytes(len(depths) * depths.itemsize))
        for step, state in sorted(self._steps.items(), key=lambda item: depths[item[1]]):
            before, letter = divmod(step, 1 << _LETTER)
            if before:
                shorter[state] = self._step(shorter[before], letter, shorter)
            if numbers := self._found.get(shorter[state]):
                self._found[state] = self._found.get(state, []) + numbers
        return shorter

    def _step(self, state: int, letter: int, shorter: array[int]) -> int:
        while (following := self._steps.get(state << _LETTER | letter)) is None:
            if not state:
                return 0
            state = shorter[state]
        return following

    def find_matches_as_indexes(self, haystack: Text, overlapping: bool = False) -> list[Match]:
        """The matches in a text, by where they end; without `overlapping`, each begins after the one before it."""
        return list(self._matches(haystack, overlapping))

    def _matches(self, haystack: Text, overlapping: bool) -> Iterator[Match]:
        state = 0
        for end, letter in enumerate(_letters(haystack), 1):
            state = self._step(state, letter, self._shorter)
            if state in self._found:
                numbers = self._found[state]
                for number in numbers if overlapping else numbers[:1]:
                    yield number, end - self._lengths[number], end
                if not overlapping:
                    state = 0


def _letters(text: str | bytes) -> Iterable[int]:
    return text if isinstance(text, bytes) else map(ord, text)


class PythonAhoCorasick(_Automaton[str]):
    """`AhoCorasick` in Python."""


class PythonBytesAhoCorasick(_Automaton[bytes]):
    """`BytesAhoCorasick` in Python."""


def apart(patterns: Iterable[str]) -> BytesAhoCorasick:
    """An automaton for patterns of which none overlaps another, or only to know whether there is any.

    It searches UTF-8 and skips what cannot begin a pattern: ten times as fast as one for matches that overlap.
    """
    encoded = [pattern.encode() for pattern in patterns]
    return BytesAhoCorasick(encoded) if MatchKind is None else BytesAhoCorasick(encoded, MatchKind.LeftmostFirst)


try:
    from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, MatchKind
except ImportError:
    AhoCorasick, BytesAhoCorasick = PythonAhoCorasick, PythonBytesAhoCorasick  # type: ignore[misc, assignment]
    MatchKind = None  # type: ignore[misc, assignment]

__all__ = ["AhoCorasick", "BytesAhoCorasick", "PythonAhoCorasick", "PythonBytesAhoCorasick", "apart"]
