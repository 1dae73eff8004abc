"""Waits: who or what was waited for during an incident, from the column "Waited for" of the timeline of its review."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from mkdocs_pir.insight.timeline_times import times_of_rows, zone_of
from mkdocs_pir.kb.model import Pir, Section
from mkdocs_pir.kb.texts import Text, tree

HEADS = frozenset({"waited for", "waiting for", "waits for", "waited on", "waiting on", "blocked by", "blocked on"})
"""The heads of columns that name who or what was waited for."""

NOBODY = frozenset({"", "-", "–", "—", "/", "none", "nobody", "nothing", "n/a"})
"""Words in such a column that say that nobody waited."""

LONGEST = timedelta(days=30)
"""A longer wait is a mistake in the times; its length is not known."""


class Wait(Struct, frozen=True):
    """A wait from one row of a timeline to the next.

    `start` is None where the time or its zone is not known, `length` where the times of both rows are not known.
    """

    who: str
    start: datetime | None = None
    length: timedelta | None = None


class WaitsForOne(NamedTuple):
    """All waits of an incident for the same, and how long they were together; None where no length is known."""

    who: str
    waits: tuple[Wait, ...]
    total: timedelta | None


def waits_of(pir: Pir) -> tuple[Wait, ...]:
    """The waits that the timelines of a review name, in their order."""
    return tuple(
        wait
        for section in pir.sections
        if section.title == "Timeline"
        for table in _tables(section)
        for wait in _waits(table, pir)
    )


def by_party(waits: Sequence[Wait]) -> tuple[WaitsForOne, ...]:
    """The waits by who or what was waited for, the longest first."""
    parties: dict[str, list[Wait]] = {}
    for wait in waits:
        parties.setdefault(wait.who.casefold(), []).append(wait)
    groups = []
    for alike in parties.values():
        lengths = [wait.length for wait in alike if wait.length is not None]
        groups.append(WaitsForOne(alike[0].who, tuple(alike), sum(lengths, timedelta()) if lengths else None))
    return tuple(sorted(groups, key=lambda group: group.total or timedelta(), reverse=True))


_POSSIBLE = re.compile("<table.*(?:wait|blocked)", re.I | re.S)
"""What the HTML of a timeline with waits has in it: reading the rest of it as a tree costs more."""


def _tables(section: Section) -> Iterator[list[list[str]]]:
    """The rows of each table in a timeline, as plain words."""
    if not isinstance(section.text, Text) or not _POSSIBLE.search(section.text.html):
        return
    for element in tree.read(section.text.html).walk():
        if element.name == "table":
            yield [
                [" ".join(tree.plain(cell).split()) for cell in row.walk() if cell.name in ("td", "th")]
                for row in element.walk()
                if row.name == "tr"
            ]


def _waits(table: list[list[str]], pir: Pir) -> Iterator[Wait]:
    head, *rows = table
    column = next((n for n, cell in enumerate(head) if cell.casefold() in HEADS), None)
    if column is None:
        return
    first = next((stamp for _, stamp in pir.times.known()), None)
    moments = times_of_rows([row[0] if row else "" for row in rows], zone_of(head[0], first), first)
    end = pir.times.resolved
    for n, row in enumerate(rows):
        who = row[column] if column < len(row) else ""
        if who.casefold() in NOBODY:
            continue
        start, until = moments[n], moments[n + 1] if n + 1 < len(rows) else end
        length = None
        if start is not None and until is not None and (start.tzinfo is None) == (until.tzinfo is None):
            length = until - start
        if length is not None and not timedelta(0) <= length <= LONGEST:
            length = None
        placed = first is not None and start is not None and start.tzinfo is not None
        yield Wait(who, start if placed else None, length)
