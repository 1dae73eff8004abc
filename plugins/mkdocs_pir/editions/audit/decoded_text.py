"""DecodedText: a text that was decoded from a published file, and the place in the file of each of its characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mkdocs_pir.editions.audit.normalise import BARRIER

Stretch = tuple[str, int]
"""A stretch of decoded text, and the index of its origin in the text that it was decoded from."""

_MARGIN = 120
_WORD = re.compile(r"\w{0,64}")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text with the encodings and packings around it (`layers`, outermost first), and where it comes from.

    A text decoded from another (its `parent`) has `parts`: its stretches, each with its index in the parent. A text
    of bytes has an `origin`, the offset of those bytes in the file or in the parent. With `packed` every character
    comes from the origin, because characters of packed data have no place of their own in the file.

    `shortest` is the least number of letters that a match in this text must have: more than usual where the text was
    read from bytes that may be anything. `parsed` says that its markup was split already.
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
        """The offset in the file of a character; of the encoded stretch around it when it has no offset of its own."""
        if self.packed:
            return self.parent.offset(self.origin) if self.parent is not None else self.origin
        if not self.parts:
            return self.origin + index
        starts = list(accumulate((len(text) for text, _ in self.parts), initial=0))
        number = min(max(bisect_right(starts, index) - 1, 0), len(self.parts) - 1)
        before = self.parts[number][1]
        position = before + index - starts[number]
        if number + 1 < len(self.parts) and self.parts[number + 1][1] > before:
            position = min(position, self.parts[number + 1][1] - 1)
        return self.parent.offset(position) if self.parent is not None else self.origin + position

    def with_stretches(self, stretches: Sequence[Stretch], layer: str, *, parsed: bool = False) -> DecodedText:
        """The text that decoded stretches of this one make together."""
        layers = (*self.layers, layer) if layer else self.layers
        text = "".join([text for text, _ in stretches])
        return DecodedText(
            text, layers, parts=stretches, parent=self, shortest=self.shortest, parsed=parsed or self.parsed
        )

    def decode_matches(
        self, pattern: re.Pattern[str], decode: Callable[[re.Match[str]], str | None], layer: str
    ) -> DecodedText | None:
        """The surroundings of each match of a pattern with the match decoded; None when no match could be decoded."""
        stretches: list[Stretch] = []
        position = 0
        for match in pattern.finditer(self.text):
            decoded = decode(match)
            if decoded is None:
                continue
            start = match.start()
            if start - position > 2 * _MARGIN:
                if stretches:
                    stretches.append(
                        (self.text[position : _word_end(self.text, position + _MARGIN)] + BARRIER, position)
                    )
                position = min(_word_end(self.text, start - _MARGIN), start)
            stretches.append((self.text[position:start], position))
            stretches.append((decoded, start))
            position = match.end()
        if not stretches:
            return None
        stretches.append((self.text[position : _word_end(self.text, position + _MARGIN)], position))
        return self.with_stretches(stretches, layer)


def _word_end(text: str, index: int) -> int:
    """The end of the word around an index, because half a word is another word."""
    match = _WORD.match(text, index)
    return match.end() if match else index
