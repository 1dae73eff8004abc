"""The organisation's synonyms in a client's edition: only those whose words the edition contains, as a list may name anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mkdocs_pir.kb.kept_sections import as_plain
from mkdocs_pir.kb.model import Record

_WORD = re.compile(r"\w+")


def known_synonyms(
    synonyms: Mapping[str, Sequence[str]], records: Mapping[str, Mapping[str, Record]]
) -> dict[str, tuple[str, ...]]:
    """The groups of synonyms, reduced to members all of whose words are in the records of an edition.

    They depend on nothing else, so that an edition stays the same when another client is added or removed.
    """
    if not synonyms:
        return {}
    words: set[str] = set()
    for of_kind in records.values():
        for record in of_kind.values():
            for text in _texts(msgspec.to_builtins(record, enc_hook=as_plain)):
                words.update(_WORD.findall(text.casefold()))
    groups: dict[str, tuple[str, ...]] = {}
    for head, others in synonyms.items():
        members = [member for member in (head, *others) if words.issuperset(_WORD.findall(member.casefold()))]
        if len(members) > 1:
            groups[members[0]] = (*groups.get(members[0], ()), *members[1:])
    return groups


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
