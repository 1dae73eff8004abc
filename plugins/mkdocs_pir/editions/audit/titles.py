"""Titles of records in running text: whether a title is long enough to give its record away, and whether a text quotes it."""

from __future__ import annotations

import re
from collections.abc import Collection

from mkdocs_pir.editions.audit.names import is_unspaced
from mkdocs_pir.editions.audit.normalise import BLOCK, STOP, WORD, divided, fold, squash

_ADDRESS = re.compile(r"\w[.@/:]\w")
_WORDS = 3
_LETTERS = 15
"""A title of so many words or letters gives its record away; a shorter one may be anybody's words."""

_SENTENCE = 5
"""A sentence contains this many uncommon words of a title only if it quotes the title."""

_ENDS = re.compile(f"[{BLOCK}{STOP}]")
_OPENS = frozenset("'\"`*_[(<>\u2018\u201a\u201c\u201e\u00ab\u2039\u300c\u300e")
_CLOSES = frozenset("'\"`*_])<>\u2019\u2018\u201d\u201c\u00bb\u203a\u300d\u300f")
_WORD = re.compile(r"\w+")


def is_distinctive(title: str) -> bool:
    """Whether a title is long enough to give its record away; an address or host counts as one word without letters."""
    tokens = title.split()
    wording = [token for token in tokens if not _ADDRESS.search(token)]
    letters = sum(c.isalnum() for token in wording for c in token)
    return len(tokens) >= _WORDS or letters >= _LETTERS


def quotes(text: str, start: int, end: int, title: str, common: Collection[bytes]) -> bool:
    """Whether a text that contains the words of a title between two indexes quotes the title.

    It does where the words are set off by marks, are a sentence, item or cell of their own, or have the title's
    capitals, and where five of them are not `common` (a host or an address is one word). Otherwise they are words of an
    ordinary sentence.
    """
    uncommon = [word for word in WORD.findall(fold(title)) if word not in common]
    unspaced = is_unspaced("".join(c for c in title if c.isalnum()))
    if len(uncommon) >= _SENTENCE or unspaced or _is_set_off(text, start, end):
        return True
    divided_text = divided(text)
    before = max(map(divided_text.rfind, (BLOCK, STOP), (0, 0), (start, start))) + 1
    after = match.start() if (match := _ENDS.search(divided_text, end)) else len(text)
    if squash(fold(text[before:after])) == squash(fold(title)):
        return True
    begins = not any(c.isalnum() for c in text[before:start])
    return _has_the_capitals(text[start:end], title, begins)


def _is_set_off(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] in _OPENS and text[end:].lstrip(".,;:!?")[:1] in _CLOSES


def _has_the_capitals(words: str, title: str, begins: bool) -> bool:
    """Whether words have the capitals of a title, and more than the one of a sentence that `begins` with them."""
    pairs = list(zip(_WORD.findall(title), _WORD.findall(words), strict=False))
    capitals = [word[:1].isupper() for of_title, word in pairs if of_title[:1].isupper()]
    return all(capitals) and len(capitals) > (1 if begins else 0)
