"""The organisation's synonyms as far as a client's edition has their words: the list may name anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mkdocs_pir.kb.model import Record

_WORD = re.compile(r"\w+")


def known_synonyms(
    synonyms: Mapping[str, Sequence[str]], records: Mapping[str, Mapping[str, Record]]
) -> dict[str, tuple[str, ...]]:
    """The groups of synonyms reduced to members all of whose words the records of an edition say themselves.

    It depends on nothing else, so that an edition stays the same when another client comes or goes.
    """
    if not synonyms:
        return {}
    spoken: set[str] = set()
    for some in records.values():
        for record in some.values():
            for text in _texts(msgspec.to_builtins(record, enc_hook=str)):
                spoken.update(_WORD.findall(text.casefold()))
    found: dict[str, tuple[str, ...]] = {}
    for head, others in synonyms.items():
        known = [member for member in (head, *others) if spoken.issuperset(_WORD.findall(member.casefold()))]
        if len(known) > 1:
            found[known[0]] = (*found.get(known[0], ()), *known[1:])
    return found


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
