"""The times of one incident drawn to scale: a row for each interval, so that seconds and years are both legible."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mkdocs_pir.insight.quantities import MONTHS, duration
from mkdocs_pir.site.charts.canvas import Canvas, Chart, clean, line, name_text, rect, text
from mkdocs_pir.site.charts.scales import PHONE, text_width, ticks

_HEAD = 26.0
_ROW = 42.0
_LEAST = 0.7  # percent: the shortest bar

Stamp = tuple[str, datetime | None]
Span = tuple[str, Sequence[tuple[datetime, datetime]]]


def timeline(
    title: str,
    description: str,
    stamps: Sequence[Stamp],
    *,
    spans: Sequence[Span] = (),
    marks: Sequence[datetime] = (),
    key: str = "",
) -> Chart | None:
    """The time stamps of one incident, with a bar on one time scale for each interval; None with fewer than two.

    Times are shown in the time zone of the earliest and in the order in which they happened, so an alert before the
    impact comes before it.

    Args:
        stamps: (name, time or None) in the order of the process, beginning with "Impact started". One without a time
            is not drawn, and is "not recorded" in the table.
        spans: (name, (start, end) of each) of what went on meanwhile, a row for each below the intervals; the parts
            outside the time scale are not drawn.
        marks: Further times, each a tick above the bar of its interval; those outside the time scale are not drawn.

    Raises:
        TypeError: Some times have a time zone and others have not.
    """
    recorded = sorted((_instant(when), i, name) for i, (name, when) in enumerate(stamps) if when is not None)
    if len(recorded) < 2:
        return None
    first = stamps[recorded[0][1]][1]
    zone = first.tzinfo if first else None
    instants = [instant for instant, _, _ in recorded]
    moments = [instant.astimezone(zone) if zone else instant for instant in instants]
    whole = instants[-1] - instants[0]
    same_day = moments[0].date() == moments[-1].date()
    canvas = Canvas("timeline")
    spans = [(name, within) for name, parts in spans if (within := _within(parts, instants[0], instants[-1]))]
    bottom = _HEAD + (len(recorded) - 1 + len(spans)) * _ROW
    lanes = canvas.group("lane")
    _scale(canvas, whole, bottom)
    phases = [canvas.group(f"phase{number}") for number in (1, 2, 3, 4)]
    meanwhile = canvas.group("wait")
    bold = canvas.group("ink", font_size="13", font_weight="600")
    points = canvas.group("base")
    marked = sorted({_instant(when) for when in marks if (when.tzinfo is None) == (zone is None)})
    words, times = canvas.group("ink", font_size="13"), canvas.group("muted", font_size="12", text_anchor="end")
    _named(words, 13, recorded[0][2], "")
    text(times, 100, 13, _moment(moments[0], whole_date=True))
    rows = [(recorded[0][2], _moment(moments[0], whole_date=True), "")]
    for i in range(1, len(recorded)):
        name, gap, y = recorded[i][2], instants[i] - instants[i - 1], _HEAD + (i - 1) * _ROW
        gap_text = _told(gap, first=i == 1)
        _named(words, y + 13, name, gap_text)
        text(times, 100, y + 13, _moment(moments[i], whole_date=not same_day))
        rect(lanes, 0, y + 20, 100, 10)
        x, width = _place(instants[i - 1] - instants[0], gap, whole)
        rect(phases[min(max(recorded[i][1] - 1, 0), 3)], x, y + 20, width, 10)
        for mark in marked:
            if instants[i - 1] <= mark <= instants[i] and (mark > instants[i - 1] or i == 1) and whole:
                at = (mark - instants[0]) / whole * 100
                line(points, at, y + 16, at, y + 20)
        rows.append((name, _moment(moments[i], whole_date=True), gap_text))
    for i, (name, parts) in enumerate(spans):
        y = _HEAD + (len(recorded) - 1 + i) * _ROW
        lasted = _span(sum((end - start for start, end in parts), timedelta()))
        name_text(bold, 0, y + 13, name, 1 - (text_width(lasted, 12) + 16) / PHONE, size=13)
        text(times, 100, y + 13, lasted)
        rect(lanes, 0, y + 20, 100, 10)
        for start, end in parts:
            x, width = _place(start - instants[0], end - start, whole)
            rect(meanwhile, x, y + 20, width, 10, f"{name} {_span(end - start)}")
        rows += [(name, _moment(start.astimezone(zone), whole_date=True), _span(end - start)) for start, end in parts]
    rows += [(name, "not recorded", "") for name, when in stamps if when is None]
    return canvas.chart(title, description, ("Step", "Time", "Gap"), rows, bottom + 20, key)


def _within(
    parts: Sequence[tuple[datetime, datetime]], first: datetime, last: datetime
) -> list[tuple[datetime, datetime]]:
    """The parts that lie on the time scale, cut at its ends."""
    cut = [(max(_instant(start), first), min(_instant(end), last)) for start, end in parts]
    return [(start, end) for start, end in cut if start < end]


def _instant(when: datetime) -> datetime:
    """The time in UTC, so that an interval across a change of the clocks has the right length."""
    return when.astimezone(UTC) if when.tzinfo else when


def _named(group: ET.Element, y: float, name: str, gap_text: str) -> None:
    """Draw the name of a stamp in bold, and the interval before it in the same line."""
    element = text(group, 0, y, "")
    strong = ET.SubElement(element, "tspan")
    strong.text, strong.tail = clean(name), f" {gap_text}" if gap_text else None


def _told(gap: timedelta, *, first: bool) -> str:
    """An interval in words: "after 42 min" for the first, "5 min later" for others, "at once" for none."""
    if not gap:
        return "at once" if first else "at the same time"
    length = _span(gap)
    return f"after {length}" if first else f"{length} later"


def _span(length: timedelta) -> str:
    """A length of time in words, to the second under ten minutes."""
    whole, seconds = divmod(round(length.total_seconds()), 60)
    if 0 < whole < 10 and seconds:
        return f"{whole} min {seconds} s"
    return duration(length.total_seconds() / 60)


def _place(offset: timedelta, gap: timedelta, whole: timedelta) -> tuple[float, float]:
    """The bar of an interval as (x, width) in percent, wide enough to see and within the chart."""
    if not whole:
        return 0.0, _LEAST
    width = max(gap / whole * 100, _LEAST)
    return min(offset / whole * 100, 100 - width), width


def _scale(canvas: Canvas, whole: timedelta, bottom: float) -> None:
    """Draw the time scale below the rows: the time since the first stamp, and the total at its end."""
    minutes = whole.total_seconds() / 60
    if not minutes:
        return
    rules, names = canvas.group("grid"), canvas.group("muted", font_size="11")
    line(canvas.group("base"), 0, bottom, 100, bottom)
    end = _span(whole)
    text(names, 100, bottom + 16, end, "end", font_weight="600")
    room = 100 - (text_width(end, 11.5) + 8) / PHONE * 100
    for mark in ticks(minutes, "min", 5):
        x, word = mark / minutes * 100, duration(mark) if mark else "0"
        half = text_width(word, 11) / PHONE * 50
        if x + half < room:
            line(rules, x, bottom, x, bottom + 5)
            text(names, x, bottom + 16, word, "middle" if mark else "start")


def _moment(when: datetime, *, whole_date: bool) -> str:
    """ "12 Mar 2025, 03:42 UTC", or "03:42" where the day is plain; seconds only where there are any."""
    clock = f"{when.hour:02}:{when.minute:02}" + (f":{when.second:02}" if when.second else "")
    if not whole_date:
        return clock
    offset = when.utcoffset()
    zone = "" if offset is None else " UTC" if not offset else f" UTC{when:%z}"[:7] + ":" + f"{when:%z}"[3:5]
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}, {clock}{zone}"
