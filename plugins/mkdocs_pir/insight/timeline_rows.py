"""The rows of a timeline: the cells of each, its time, and who or what was waited for until the next one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from mkdocs_pir.insight.timeline_times import times_of_rows, zone_of
from mkdocs_pir.kb.model import Times
from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.kb.texts.tree import Element

HEADS = frozenset({"waited for", "waiting for", "waits for", "waited on", "waiting on", "blocked by", "blocked on"})
"""The heads of columns that name who or what was waited for."""

NOBODY = frozenset({"", "-", "–", "—", "/", "none", "nobody", "nothing", "n/a"})
"""Words in such a column that say that nobody waited."""

LONGEST = timedelta(days=30)
"""A longer wait is a mistake in the times; its length is not known."""


class TimelineRow(Struct, frozen=True):
    """One row. `at` is None where it has no clock, and without a zone where none is known.

    `waited_for` is empty where nobody was waited for; `lasted` is None where the times of both rows are not known.
    """

    cells: tuple[Text, ...]
    at: datetime | None
    waited_for: str = ""
    lasted: timedelta | None = None


class TimelineTable(Struct, frozen=True):
    """One table of a timeline. `waits` is the position of the column of who was waited for, -1 without one."""

    heads: tuple[Text, ...]
    rows: tuple[TimelineRow, ...]
    waits: int = -1


def tables_of(text: str, times: Times) -> tuple[TimelineTable, ...]:
    """The tables in the text of a timeline; `times` are those of the incident."""
    return _tables_of(text.html, times) if isinstance(text, Text) and "<table" in text.html else ()


# the page of a review asks several times
@lru_cache(maxsize=16)
def _tables_of(html: str, times: Times) -> tuple[TimelineTable, ...]:
    tables = (element for element in tree.read(html).walk() if element.name == "table")
    return tuple(table for element in tables if (table := _table(list(_lines(element)), times)) is not None)


def _lines(table: Element) -> Iterator[tuple[Text, ...]]:
    """The cells of each row."""
    for row in table.walk():
        if row.name == "tr":
            yield tuple(_cell(cell) for cell in row.children if isinstance(cell, Element) and cell.name in ("td", "th"))


def _cell(cell: Element) -> Text:
    return Text(" ".join(tree.plain(cell).split()), tree.write(Element("", {}, cell.children)))


def _table(lines: Sequence[tuple[Text, ...]], times: Times) -> TimelineTable | None:
    if not lines or not lines[0]:
        return None
    heads, *rows = lines
    column = next((n for n, head in enumerate(heads) if head.casefold() in HEADS), -1)
    first = next((stamp for _, stamp in times.known()), None)
    moments = times_of_rows([row[0] if row else "" for row in rows], zone_of(heads[0], first), first)
    ends = (*moments[1:], times.resolved)
    made = []
    for cells, at, end in zip(rows, moments, ends, strict=True):
        who = str(cells[column]) if 0 <= column < len(cells) else ""
        if who.casefold() in NOBODY:
            who = ""
        made.append(TimelineRow(cells, at, who, _length(at, end) if who else None))
    return TimelineTable(heads, tuple(made), column)


def _length(start: datetime | None, end: datetime | None) -> timedelta | None:
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return None
    length = end - start
    return length if timedelta(0) <= length <= LONGEST else None
