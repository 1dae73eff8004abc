"""The timeline: a list of the source as its table, and times in a table of the source that nobody can read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from mkdocs_pir.exchange.importing import conversions
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.incoming_record import IncomingRecord
from mkdocs_pir.exchange.importing.incoming_text import IncomingText
from mkdocs_pir.exchange.importing.lookup import find, translated
from mkdocs_pir.exchange.importing.mapping import ImportMapping, Timeline
from mkdocs_pir.exchange.importing.sections import Targets
from mkdocs_pir.exchange.importing.updates import day_of, time_zone, updates
from mkdocs_pir.kb.frontmatter import Mark


class TimelineRow(NamedTuple):
    """One row: `at` is None where the time cannot be read, which then stands first as it was written."""

    at: datetime | None
    time: str
    state: str
    what: str
    evidence: str
    waited_for: str
    where: Mark


def read_timeline(record: IncomingRecord, mapping: ImportMapping) -> list[TimelineRow]:
    """The entries of the list that the mapping names, oldest first; what cannot be read is a problem and is kept."""
    rule = mapping.timeline
    rows = []
    for part, path in updates(record.document, rule) if rule is not None and rule.each else ():
        row = _row(part, rule, mapping, record)  # type: ignore[arg-type]
        if row.what or row.state:
            rows.append(row)
            # the row says all that the entry does, so its ids and flags are no notes
            record.used.add(path)
    return sorted(rows, key=lambda row: row.at or datetime.min.replace(tzinfo=UTC))


_MORE = {"evidence": "Evidence", "waited_for": "Waited for"}


def as_table(rows: Sequence[TimelineRow], incoming: IncomingText, markup: str) -> str:
    """The rows as the table of a timeline; evidence and waits have a column where there are any."""
    more = {name: head for name, head in _MORE.items() if any(getattr(row, name) for row in rows)}
    columns = ["Time (UTC)", "What happened", *more.values()]
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for row in rows:

        def words(text: str, markup: str = "text", where: Mark = row.where) -> str:
            return incoming.cell(text, markup, where) if text else ""

        time = row.at.strftime("%Y-%m-%d %H:%M") if row.at else words(row.time)
        what = words(row.what, markup)
        if state := words(row.state):
            what = f"**{state}**{': ' if what else ''}{what}"
        lines.append(f"| {' | '.join([time, what, *(words(getattr(row, name)) for name in more)])} |")
    return "\n".join(lines)


def _row(part: SourceDocument, rule: Timeline, mapping: ImportMapping, record: IncomingRecord) -> TimelineRow:
    found = {
        name: next(find(part, one), None)
        for name in ("time", "what", "state", *_MORE)
        if (one := getattr(rule, name)) is not None
    }
    texts = {name: one.text for name, one in found.items() if one is not None}
    for name in texts.keys() & {"state", *_MORE}:
        texts[name] = translated(texts[name], getattr(rule, name).values) or texts[name]
    at, time = None, found["time"]
    if time is not None and (texts.get("what") or texts.get("state")):
        try:
            zone = time_zone(part, mapping)
            moment = conversions.instant(
                time.text, zone, mapping.time_formats, mapping.time_zones, day_of(part, rule.time, mapping.time_formats)
            )
            at = moment.at.astimezone(UTC)
            record.assumed.update([str(zone)] if moment.assumed else [])
        except conversions.Rejected as error:
            hint = f"{error.hint}; the value is kept as it was written"
            record.report("PIR705", time.where, f"{error.message} (timeline)", hint, "timeline")
    texts = {name: texts.get(name, "") for name in ("time", "state", "what", *_MORE)}
    return TimelineRow(at, where=part.where, **texts)


_ROW = re.compile(r"^\s*\|\s*(?P<time>[^|\n]*?\d[^|\n]*?)\s*\|")
_CLOCK = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}[T ]+)?([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s*(?:UTC|GMT|CES?T|[AP]M|Z))?", re.I
)
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_RANGE = re.compile(r"\s+(?:-|–|to)\s+|(?<=\d)[-–](?=\d{1,2}:)")


def report_unclear_times(record: IncomingRecord, targets: Targets, mapping: ImportMapping) -> None:
    """A PIR705 for each first cell of a timeline's table that has digits and is neither a time, a day nor a span.

    None where a field took its time from that cell and had it reported already.
    """
    reported = {(p.line, p.column) for p in record.problems}
    zone = time_zone(record.document, mapping)
    for section in record.document.text.sections:
        if targets.find(section.title)[0] != "Timeline":
            continue
        for number, line in enumerate(section.text.split("\n"), section.first):
            found = _ROW.match(line)
            if found is None or (number, found.start("time") + 1) in reported:
                continue
            if not all(_is_clear(part, zone, mapping) for part in _RANGE.split(found["time"])):
                message = f"'{found['time']}' in the timeline is not a time"
                record.report(
                    "PIR705",
                    (number, found.start("time") + 1),
                    message,
                    "the value is kept as it was written",
                    "timeline",
                )


def _is_clear(text: str, zone: tzinfo | None, mapping: ImportMapping) -> bool:
    if _CLOCK.fullmatch(text) or _DAY.fullmatch(text):
        return True
    try:
        conversions.instant(text, zone, mapping.time_formats, mapping.time_zones)
    except (conversions.Zoneless, conversions.DayOnly):
        return True  # a day, or a time of which the reader sees that it says no zone
    except conversions.Rejected:
        return False
    return True
