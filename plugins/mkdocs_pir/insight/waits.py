"""Waits: who or what was waited for during an incident, from the column "Waited for" of the timeline of its review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from mkdocs_pir.insight.timeline_rows import tables_of
from mkdocs_pir.kb.model import Pir


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
    dated = bool(pir.times.known())
    return tuple(
        Wait(row.waited_for, row.at if dated and row.at and row.at.tzinfo is not None else None, row.lasted)
        for section in pir.sections
        if section.title == "Timeline"
        for table in tables_of(section.text, pir.times)
        for row in table.rows
        if row.waited_for
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
