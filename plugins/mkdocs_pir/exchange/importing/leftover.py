"""What no rule of the mapping read: kept as notes, masked, without what is empty or not worth a note."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from mkdocs_pir.exchange.importing.documents import same_key
from mkdocs_pir.exchange.importing.lookup import clean
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.kb.frontmatter import Path

LONGEST = 4_000
"""The longest note, in characters: a log or a mail thread belongs into the text or stays in its tool."""

_DEEPEST = 12
_EMPTY: Sequence[Any] = ("", [], {})


class _Short(str):
    """The beginning of a note that was too long; `whole` characters were there."""

    whole = 0


def notes(data: Mapping[str, Any], used: Collection[Path], ignored: Sequence[str], mask: Mask) -> dict[str, Any]:
    """The values of `data` whose path is not in `used` and not among `ignored`, as plain texts, lists and mappings."""
    patterns = [same_key(pattern) for pattern in ignored]
    out = {}
    for key, value in data.items():
        kept = _kept(value, (key,), used, patterns, mask)
        if kept not in _EMPTY:
            out[str(key)] = kept
    return out


def shortened(notes: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The keys whose notes were too long, with the length of the whole."""
    for key, value in notes.items():
        for text in _texts(value):
            if isinstance(text, _Short):
                yield key, text.whole


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
    else:
        yield value


def _kept(value: Any, path: Path, used: Collection[Path], ignored: Sequence[str], mask: Mask) -> Any:
    if path in used or _is_ignored(path, ignored):
        return ""
    if isinstance(value, dict | list) and len(path) >= _DEEPEST:
        return _text(str(value), mask)
    if isinstance(value, dict):
        kept = {str(key): _kept(item, (*path, key), used, ignored, mask) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in _EMPTY}
    if isinstance(value, list):
        items = [_kept(item, (*path, index), used, ignored, mask) for index, item in enumerate(value)]
        return [item for item in items if item not in _EMPTY]
    return "" if value is None else _text(str(value), mask)


def _is_ignored(path: Path, patterns: Sequence[str]) -> bool:
    if not patterns or isinstance(path[-1], int):
        return False
    name = same_key(".".join(str(step) for step in path if not isinstance(step, int)))
    # a key may have dots of its own
    return any(fnmatchcase(name, pattern) or name == pattern for pattern in patterns)


def _text(text: str, mask: Mask) -> str:
    text = mask(clean(text))
    if len(text) <= LONGEST:
        return text
    short = _Short(text[:LONGEST].rstrip() + "…")
    short.whole = len(text)
    return short
