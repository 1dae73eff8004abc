"""What was tried, from a list or table of the source: one entry for each attempt whose effect the source says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mkdocs_pir.exchange.importing import conversions
from mkdocs_pir.exchange.importing.blocks import Table
from mkdocs_pir.exchange.importing.incoming_record import IncomingRecord
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.sections import Targets, normal
from mkdocs_pir.exchange.importing.updates import time_zone

COLUMNS: Mapping[str, Sequence[str]] = {
    "what": ("what", "what was tried", "tried", "attempt", "action", "step", "what we tried", "fix"),
    "at": ("at", "when", "time"),
    "effect": ("effect", "result", "outcome", "did it help", "helped", "worked"),
    "note": ("note", "notes", "comment", "comments", "remark", "why"),
}
"""The heads of columns in common use, by what the column holds."""

EFFECTS: Mapping[str, Sequence[str]] = {
    "helped": ("helped", "it helped", "worked", "it worked", "yes", "success", "successful", "fixed", "fixed it"),
    "no-effect": (
        "no effect", "had no effect", "no-effect", "no change", "did not help", "didn't help", "did not work",
        "didn't work", "failed", "no", "none", "unsuccessful", "without effect", "no luck", "no improvement",
    ),
    "made-worse": ("made it worse", "made worse", "made-worse", "worse", "made things worse", "made matters worse"),
}  # fmt: skip
"""The words in common use for each effect."""

_EFFECT_OF = {word: effect for effect, words in EFFECTS.items() for word in words}
_AT_THE_END = re.compile(
    rf"(?s)^(?P<what>.+?)(?:\s*[:;,]\s+|\s+[-–—>=]+\s+|\s*\()(?P<effect>{'|'.join(map(re.escape, _EFFECT_OF))})[).!]*$",
    re.I,
)


def read_attempts(
    record: IncomingRecord, mapping: ImportMapping, targets: Targets, mask: Mask
) -> Iterator[dict[str, Any]]:
    """The items of the lists in the section that the mapping names, and the rows of its tables, as entries of `tried`.

    An item that does not say its effect in common words stays in the text only, and so does a time without a zone.
    """
    rule = mapping.tried
    for section in record.document.text.sections_below_title() if rule is not None else ():
        if normal(section.title) != normal(rule.section) and targets.find(section.title)[0] != rule.section:  # type: ignore[union-attr]
            continue
        items = (found.groupdict() for block in section.blocks for item in block.items() if (found := _in(item)))
        rows = _rows(table for block in section.blocks for table in block.tables())
        for cells in (*items, *rows):
            what = conversions.plain(mask(cells["what"]))
            effect = _EFFECT_OF.get(conversions.plain(cells["effect"]).casefold().strip(" .!"))
            if what and effect:
                note = conversions.plain(mask(cells.get("note", "")))
                at = _instant(cells.get("at", ""), record, mapping)
                yield {
                    "what": what,
                    **({"at": at} if at else {}),
                    "effect": effect,
                    **({"note": note} if note else {}),
                }


def _in(item: str) -> re.Match[str] | None:
    return _AT_THE_END.match(conversions.plain(item))


def _rows(tables: Iterable[Table]) -> Iterator[dict[str, str]]:
    """The rows of the tables that have a column for what was tried and one for its effect."""
    for head, *rows in tables:
        names = [_column(cell) for cell in head]
        if {"what", "effect"} <= set(names):
            yield from ({"what": "", "effect": "", **dict(zip(names, cells, strict=False))} for cells in rows)


def _column(head: str) -> str:
    words = normal(re.sub(r"\(.*?\)", "", head))
    return next((name for name, heads in COLUMNS.items() if words in heads), f"? {words}")


def _instant(text: str, record: IncomingRecord, mapping: ImportMapping) -> str:
    """A time as a record has it; empty where it names no day or no zone."""
    if not text.strip():
        return ""
    try:
        moment = conversions.instant(
            text, time_zone(record.document, mapping), mapping.time_formats, mapping.time_zones
        )
    except conversions.Rejected:
        return ""
    record.assumed.update([str(time_zone(record.document, mapping))] if moment.assumed else [])
    return moment.written()
