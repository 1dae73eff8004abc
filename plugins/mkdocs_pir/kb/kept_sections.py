"""The sections of a body as they are kept: encoded and out of memory, since few steps of a build read them.

A body is most of a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, cast, overload

import msgspec
from msgspec import Struct

from mkdocs_pir.kb.guidance import without_words
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.texts.text import Text
from mkdocs_pir.store.scratch import Piece, Scratch

_BODIES = Scratch()

_OUTLINES_SHARED = 4096
"""The number of outlines that are held once, since most records have the same headings."""


class PackedSections(Struct, frozen=True, array_like=True):
    """The encoded sections of one body, and their outline."""

    outline: bytes = b""
    content: bytes = b""


class _Packed(Struct, frozen=True, array_like=True):
    """One section. `html` is that of a rendered text, true where it is one plain paragraph; none of another text."""

    title: str
    words: str
    html: str | bool | None
    line: int
    audience: str | None


_DECODER = msgspec.msgpack.Decoder(tuple[_Packed, ...])
_OUTLINE = msgspec.msgpack.Decoder(tuple[Section, ...])


class KeptSections(Sequence[Section]):
    """Sections that are unpacked whenever they are read. They stand for the tuple that they are equal to.

    `outline` are the sections without their texts: of a text there is only whether guidance is left in it.
    """

    __slots__ = ("_content", "outline")

    def __init__(self, packed: PackedSections) -> None:
        self.outline = _outline(packed.outline)
        self._content = _BODIES.put(packed.content)

    def _unpacked(self) -> tuple[Section, ...]:
        return _unpacked(self._content)

    def __iter__(self) -> Iterator[Section]:
        return iter(self._unpacked())

    def __len__(self) -> int:
        return len(self.outline)

    @overload
    def __getitem__(self, at: int) -> Section: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Section, ...]: ...

    def __getitem__(self, at: int | slice) -> Section | tuple[Section, ...]:
        return self._unpacked()[at]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, KeptSections):
            return self._content is other._content or self._content.read() == other._content.read()
        return isinstance(other, (KeptSections, tuple)) and self._unpacked() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._unpacked())

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._unpacked(),)

    def __str__(self) -> str:
        # a function that writes values as strings must not take these for one
        raise TypeError("sections are no text")

    def __repr__(self) -> str:
        return repr(self._unpacked())


def packed(sections: Sequence[Section]) -> PackedSections:
    """The form in which sections are kept."""
    if not sections:
        return PackedSections()
    content = msgspec.msgpack.encode(
        [_Packed(one.title, str(one.text), _html(one.text), one.line, one.audience) for one in sections]
    )
    return PackedSections(msgspec.msgpack.encode(outline(sections)), content)


def kept(packed: PackedSections) -> tuple[Section, ...]:
    """The sections that were packed."""
    return cast("tuple[Section, ...]", KeptSections(packed)) if packed.outline else ()


def outline(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections without their texts: of each its title and audience, and whether guidance is left in it."""
    if isinstance(sections, KeptSections):
        return sections.outline
    return tuple(Section(one.title, without_words(one.text), 0, one.audience) for one in sections)


def as_plain(value: object) -> object:
    """Values of records that only this program knows, in a form that every format knows: for the hooks of `msgspec`."""
    return tuple(value) if isinstance(value, KeptSections) else str(value)


# the page of a record reads its body several times
@lru_cache(2)
def _unpacked(content: Piece) -> tuple[Section, ...]:
    sections = _DECODER.decode(content.read())
    return tuple(Section(one.title, _text(one.words, one.html), one.line, one.audience) for one in sections)


@lru_cache(_OUTLINES_SHARED)
def _outline(encoded: bytes) -> tuple[Section, ...]:
    return _OUTLINE.decode(encoded)


def _html(text: str) -> str | bool | None:
    if not isinstance(text, Text):
        return None
    return True if text.markup is None else text.markup


def _text(words: str, html: str | bool | None) -> str:
    if html is None:
        return words
    return Text(words, None if isinstance(html, bool) else html)
