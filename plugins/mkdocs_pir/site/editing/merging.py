"""Merging two changes of one value or text: both are kept where they do not touch each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any, NamedTuple

_Parts = Mapping[str, Mapping[str, Any]]
"""A version of a record: its fields by name under `data`, its texts by title under `texts`."""

_MISSING = object()
"""The value of a field that a version does not have."""


class ClashError(Exception):
    """Raised where two changes touch each other, so that somebody must choose."""


class _Change(NamedTuple):
    """Lines of the common base, from `start` to before `stop`, that a version replaced by others."""

    start: int
    stop: int
    lines: Sequence[str]


def merged_text(base: str, mine: str, theirs: str) -> str:
    """A text with the changes of both versions, line by line. Raises ClashError where they touch each other."""
    before = base.split("\n")
    lines: list[str] = []
    place = 0
    last = _Change(-1, -1, ())
    for change in sorted({*_changes(before, mine), *_changes(before, theirs)}):
        # of two changes at one place, at which lines were added, nothing says which comes first
        at_one_place = change.start == last.stop and (change.start == change.stop or last.start == last.stop)
        if change.start < last.stop or at_one_place:
            raise ClashError
        lines += [*before[place : change.start], *change.lines]
        place, last = change.stop, change
    return "\n".join([*lines, *before[place:]])


def _changes(before: Sequence[str], text: str) -> Iterator[_Change]:
    after = text.split("\n")
    for tag, start, stop, first, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield _Change(start, stop, tuple(after[first:end]))


def merged_value(base: Any, mine: Any, theirs: Any) -> Any:
    """A value of front matter with the changes of both versions. Raises ClashError where they touch each other.

    Mappings are merged field by field, lists of items with ids item by item, and texts of several lines line by line.
    """
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    if all(isinstance(one, dict) for one in (base, mine, theirs)):
        return _merged_fields(base, mine, theirs)
    if all(_has_ids(one) for one in (base, mine, theirs)):
        return list(_merged_fields(*(_by_id(one) for one in (base, mine, theirs))).values())
    if all(isinstance(one, str) and "\n" in one for one in (base, mine, theirs)):
        return merged_text(base, mine, theirs)
    raise ClashError


def _merged_fields(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    merged = {
        key: merged_value(base.get(key, _MISSING), mine.get(key, _MISSING), theirs.get(key, _MISSING))
        for key in dict.fromkeys([*theirs, *mine])
    }
    return {key: value for key, value in merged.items() if value is not _MISSING}


def _has_ids(value: Any) -> bool:
    """Whether a value is a list of items that are told apart by their ids."""
    if not isinstance(value, list) or not all(isinstance(item, dict) and item.get("id") for item in value):
        return False
    return len(_by_id(value)) == len(value)


def _by_id(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {str(item["id"]): item for item in items}


def merged_record(base: _Parts, mine: _Parts, theirs: _Parts) -> dict[str, dict[str, Any]]:
    """The fields and texts that both versions changed differently and that could be merged, by name and by title."""
    merged: dict[str, dict[str, Any]] = {"data": {}, "texts": {}}
    for part in ("data", "texts"):
        before, own, other = base[part], mine[part], theirs[part]
        for name in own.keys() & other.keys() & before.keys():
            if own[name] not in (other[name], before[name]) and other[name] != before[name]:
                merge = merged_value if part == "data" else merged_text
                with suppress(ClashError):
                    merged[part][name] = merge(before[name], own[name], other[name])
    return merged
