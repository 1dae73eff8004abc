"""The changes of an edition between two states of the knowledge base, from its two projections."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.kept_sections import as_plain
from mkdocs_pir.kb.model import Record
from mkdocs_pir.kb.texts import Text

_PARTS = ("preamble", "sections")
_SETTINGS = ("site_name", "organisation", "branding", "targets", "holidays", "support_hours", "synonyms")
"""The fields of a projection that come from the configuration."""


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A field or section that changed; a side without it is None."""

    part: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A record, register row, file or setting that was added to an edition, removed from it, or changed in it."""

    how: Literal["added", "removed", "changed"]
    kind: str
    id: str
    title: str
    parts: tuple[ChangedPart, ...] = ()


def compare(old: Projection, new: Projection) -> Iterator[Change]:
    """The changes between two projections of one edition, in order of kind and id."""
    for kind in dict.fromkeys([*old.records, *new.records]):
        before, after = old.records.get(kind, {}), new.records.get(kind, {})
        for id_ in sorted({*before, *after}):
            yield from _record(kind, before.get(id_), after.get(id_))
    rows = (("incident", old.incidents, new.incidents), ("satisfaction", old.responses, new.responses))
    for register, old_rows, new_rows in rows:
        yield from _rows(register, [_plain(row) for row in old_rows], [_plain(row) for row in new_rows])
    old_files = {file.path: file.content for file in old.files}
    new_files = {file.path: file.content for file in new.files}
    for path in sorted({*old_files, *new_files}):
        if old_files.get(path) != new_files.get(path):
            yield Change(
                "added" if path not in old_files else "removed" if path not in new_files else "changed",
                "file",
                path,
                path,
            )
    for name in _SETTINGS:
        before, after = (msgspec.to_builtins(getattr(projection, name), order="sorted") for projection in (old, new))
        if before != after:
            yield Change("changed", "setting", "", name, (ChangedPart(name, before, after),))


def _record(kind: str, before: Record | None, after: Record | None) -> Iterator[Change]:
    if before is None and after is not None:
        yield Change("added", kind, after.id, after.label)
    elif after is None and before is not None:
        yield Change("removed", kind, before.id, before.label)
    elif before is not None and after is not None and before != after:
        yield Change("changed", kind, after.id, after.label, tuple(_parts(before, after)))


def _parts(before: Record, after: Record) -> Iterator[ChangedPart]:
    a, b = _plain(before), _plain(after)
    for name in dict.fromkeys([*a, *b]):
        if name not in _PARTS and a.get(name) != b.get(name):
            yield ChangedPart(name, a.get(name), b.get(name))
    texts = [{s.title: s.text for s in record.sections} | {"": record.preamble} for record in (before, after)]
    for title in dict.fromkeys([*texts[0], *texts[1]]):
        old, new = texts[0].get(title), texts[1].get(title)
        if old != new:
            if isinstance(old, Text) and isinstance(new, Text) and str(old) == str(new):
                # the words are the same, so a link target or the layout differs
                old, new = old.html, new.html
            yield ChangedPart(f"## {title}" if title else "text", old, new)


def _rows(register: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Change]:
    """The changes of the rows of a register. Rows are identified by their id, those without one by all their cells."""
    a, b = ({str(row.get("id") or sorted(row.items())): row for row in rows} for rows in (before, after))
    for key in dict.fromkeys([*a, *b]):
        row = b.get(key) or a[key]
        title = " ".join(str(row[k]) for k in ("date", "reference", "service", "severity") if row.get(k))
        if key not in a or key not in b:
            yield Change("added" if key not in a else "removed", register, str(row.get("id", "")), title)
        elif a[key] != b[key]:
            cells = {k: (a[key].get(k), b[key].get(k)) for k in row if a[key].get(k) != b[key].get(k)}
            parts = tuple(ChangedPart(name, *values) for name, values in cells.items())
            yield Change("changed", register, str(row.get("id", "")), title, parts)


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value, enc_hook=as_plain))
    return built


def unified(changed: ChangedPart) -> list[str]:
    """The change of a text as the lines of a unified diff without its header; that of other values as one line a side."""
    if isinstance(changed.before, str | None) and isinstance(changed.after, str | None):
        before, after = (changed.before or "").splitlines(), (changed.after or "").splitlines()
        return list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
    if isinstance(changed.before, list) or isinstance(changed.after, list):
        before, after = changed.before or [], changed.after or []
        return [f"-{item}" for item in before if item not in after] + [
            f"+{item}" for item in after if item not in before
        ]
    return [f"-{changed.before}", f"+{changed.after}"]
