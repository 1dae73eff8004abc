"""The timeline of a review: drawn to scale, and below it what happened, phase by phase, with its evidence and its waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mkdocs_pir.insight.timeline_rows import TimelineRow, TimelineTable, tables_of
from mkdocs_pir.insight.timeline_times import names_day
from mkdocs_pir.insight.waits import by_party, waits_of
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.kb.texts.tree import Element
from mkdocs_pir.site.charts import timeline
from mkdocs_pir.site.value_formats import STAMPS, short_day, span
from mkdocs_pir.site.views.components import BodySection, ChartFigure, Prose, Timeline, TimelineEntry, TimelinePhase

ANCHOR = "timeline"

_LOOKS = {"detected": 1, "acknowledged": 2, "mitigated": 3, "resolved": 4}
"""The number of a phase's colour, that of its bar."""

_GAP = timedelta(minutes=10)
_SHARE = 0.1
"""The time without an entry that is named: at least this long, and at least this share of the whole incident."""


def timeline_of(pir: Pir, section: BodySection | None) -> Timeline | None:
    """The timeline of a review; None with neither two times nor a text. `section` is that of its body."""
    text = section.text if section is not None else ""
    table = next((one for one in tables_of(text, pir.times) if one.rows), None)
    figure = _figure(pir, table)
    if figure is None and section is None:
        return None
    return Timeline(
        figure=figure,
        heads=tuple(Prose(head) for head in table.heads) if table is not None else (),
        phases=_phases(pir, table) if table is not None else (),
        text=_without_table(text) if table is not None else text,
        inside=section is not None and section.inside,
    )


def _figure(pir: Pir, table: TimelineTable | None) -> ChartFigure | None:
    stamps = [(STAMPS[name], getattr(pir.times, name)) for name in pir.times.ORDER]
    spans = [
        (f"Waited for {who}", [(w.start, w.start + w.length) for w in waits if w.start is not None and w.length])
        for who, waits, _ in by_party(waits_of(pir))
    ]
    marks = [row.at for row in table.rows if row.at is not None] if table is not None else []
    chart = timeline("How long it took", f"The times of {pir.id} to scale.", stamps, spans=spans, marks=marks)
    return ChartFigure(chart, heading=False) if chart is not None else None


def _phases(pir: Pir, table: TimelineTable) -> tuple[TimelinePhase, ...]:
    """The rows by the phases of the incident, in the order in which they are written."""
    stamps = sorted(pir.times.known(), key=lambda stamp: stamp[1]) if len(pir.times.known()) > 1 else []
    gap = _least_gap(pir)
    by_phase: list[list[TimelineEntry]] = [[] for _ in range(len(stamps) + 1)]
    phase = 0
    before: datetime | None = None
    days = [row.at.date() for row in table.rows if row.at is not None] if stamps else []
    shown = days[0] if len(set(days)) < 2 and days else None
    for row in table.rows:
        phase = max(phase, _phase(row.at, stamps))
        pause = row.at - before if row.at and before and (row.at.tzinfo is None) == (before.tzinfo is None) else None
        later = f"{span(pause)} later" if pause is not None and pause >= gap else ""
        named = bool(row.cells) and names_day(row.cells[0])
        on = row.at.date() if days and row.at is not None else None if named else shown
        new = short_day(on) if on is not None and on != shown and not named else ""
        by_phase[phase].append(_entry(row, table.waits, later, new))
        before, shown = row.at or before, on
    return tuple(_named(number, stamps, rows) for number, rows in enumerate(by_phase) if rows)


def _least_gap(pir: Pir) -> timedelta:
    lasted = pir.times.between("impact_start", "resolved")
    return max(_GAP, lasted * _SHARE) if lasted is not None else _GAP


def _phase(at: datetime | None, stamps: Sequence[tuple[str, datetime]]) -> int:
    """The number of the phase in which a time lies: 0 before the first stamp, and one more than there are after the last.

    What happens at the very time of a stamp ends the phase before it; at the first, it begins the first phase.
    """
    if at is None or not stamps or at.tzinfo is None or stamps[0][1].tzinfo is None:
        return 0
    # stamps may have seconds, which rows mostly do not tell
    passed = [moment for _, moment in stamps if moment.replace(second=0, microsecond=0) < at]
    return len(passed) or int(at >= stamps[0][1].replace(second=0, microsecond=0))


def _named(number: int, stamps: Sequence[tuple[str, datetime]], rows: Sequence[TimelineEntry]) -> TimelinePhase:
    if not stamps:
        return TimelinePhase("", tuple(rows))
    if number == 0:
        return TimelinePhase("Before", tuple(rows))
    if number == len(stamps):
        return TimelinePhase("Afterwards", tuple(rows))
    (_, start), (name, end) = stamps[number - 1], stamps[number]
    lasted = end - start
    return TimelinePhase(
        f"Until {STAMPS[name].lower()}",
        tuple(rows),
        number=number,
        look=_LOOKS.get(name, 1),
        lasted=span(lasted) if lasted else "at once",
    )


def _entry(row: TimelineRow, waits: int, later: str, day: str) -> TimelineEntry:
    lasted = span(row.lasted) if row.waited_for and row.lasted else ""
    return TimelineEntry(tuple(Prose(cell) for cell in row.cells), later, waits if row.waited_for else -1, lasted, day)


def _without_table(text: str) -> str:
    """The text without its first table."""
    if not isinstance(text, Text):
        return text
    whole = tree.read(text.html)
    for element in whole.walk():
        for child in element.children:
            if isinstance(child, Element) and child.name == "table":
                element.children.remove(child)
                return Text(tree.plain(whole), tree.write(whole).strip())
    return text
