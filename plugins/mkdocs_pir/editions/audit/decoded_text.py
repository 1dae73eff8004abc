"""A Reading: one way to read (a part of) a published file, which still knows where in the file each letter stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mkdocs_pir.editions.audit.normalise import BARRIER

Stretch = tuple[str, int]
"""A stretch of decoded text and where it came from in the text that was decoded."""

_MARGIN = 120
_WORD = re.compile(r"\w{0,64}")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text, the layers it was found under, and where it comes from.

    A reading made of another has `parts`: the stretches of its text and where they began in the other's. A reading
    of bytes has an `origin`, the place of those bytes in the file or in the `parent`; with `packed` all of it comes
    from there, since letters of what was packed have no place of their own. `shortest` is the fewest letters worth finding in it: more
    than usual where the text is read out of bytes that may be anything. `parsed` says that markup was taken apart.
    """

    text: str
    layers: tuple[str, ...] = ()
    origin: int = 0
    packed: bool = False
    parts: Sequence[Stretch] = ()
    parent: DecodedText | None = None
    shortest: int = 0
    parsed: bool = False

    def offset(self, index: int) -> int:
        """Where in the file a letter stands; where its encoded form begins when it has no place of its own."""
        if self.packed:
            return self.parent.offset(self.origin) if self.parent is not None else self.origin
        if not self.parts:
            return self.origin + index
        starts = list(accumulate((len(text) for text, _ in self.parts), initial=0))
        number = min(max(bisect_right(starts, index) - 1, 0), len(self.parts) - 1)
        before = self.parts[number][1]
        reached = before + index - starts[number]
        if number + 1 < len(self.parts) and self.parts[number + 1][1] > before:
            reached = min(reached, self.parts[number + 1][1] - 1)
        return self.parent.offset(reached) if self.parent is not None else self.origin + reached

    def assembled(self, parts: Sequence[Stretch], layer: str, *, parsed: bool = False) -> DecodedText:
        """The reading that decoded parts of this one make together."""
        layers = (*self.layers, layer) if layer else self.layers
        text = "".join([text for text, _ in parts])
        return DecodedText(text, layers, parts=parts, parent=self, shortest=self.shortest, parsed=parsed or self.parsed)

    def around(
        self, pattern: re.Pattern[str], decode: Callable[[re.Match[str]], str | None], layer: str
    ) -> DecodedText | None:
        """What stands near each match, with the matches decoded; None when nothing was."""
        parts: list[Stretch] = []
        reached = 0
        for found in pattern.finditer(self.text):
            decoded = decode(found)
            if decoded is None:
                continue
            start = found.start()
            if start - reached > 2 * _MARGIN:
                if parts:
                    parts.append((self.text[reached : _word_end(self.text, reached + _MARGIN)] + BARRIER, reached))
                reached = min(_word_end(self.text, start - _MARGIN), start)
            parts.append((self.text[reached:start], reached))
            parts.append((decoded, start))
            reached = found.end()
        if not parts:
            return None
        parts.append((self.text[reached : _word_end(self.text, reached + _MARGIN)], reached))
        return self.assembled(parts, layer)


def _word_end(text: str, place: int) -> int:
    """Where the word ends in which a place stands: half a word is another word."""
    found = _WORD.match(text, place)
    return found.end() if found else place
