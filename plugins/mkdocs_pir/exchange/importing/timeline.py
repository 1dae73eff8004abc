"""The timeline: a list of the source as its table, and times in a table of the source that nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from mkdocs_pir.exchange.importing import conversions
from mkdocs_pir.exchange.importing.documents import SourceDocument, value_at
from mkdocs_pir.exchange.importing.fields import Reading, time_zone
from mkdocs_pir.exchange.importing.incoming_text import IncomingText
from mkdocs_pir.exchange.importing.lookup import Found, clean, find, translated
from mkdocs_pir.exchange.importing.mapping import ImportMapping, Rule, Timeline
from mkdocs_pir.exchange.importing.sections import Targets
from mkdocs_pir.kb.frontmatter import Mark, Path
from mkdocs_pir.kb.problem import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: `at` is None where the time cannot be read, which then stands first as it was written."""

    at: datetime | None
    time: str
    state: str
    what: str
    evidence: str
    where: Mark


def read_timeline(document: SourceDocument, mapping: ImportMapping, reading: Reading) -> list[Entry]:
    """The entries of the list that the mapping names, oldest first; what cannot be read is a problem and is kept."""
    rule = mapping.timeline
    if rule is None:
        return []
    entries = []
    for part, path in _entries(document, rule):
        entry = _entry(part, rule, mapping, reading)
        if entry is not None:
            entries.append(entry)
            # the whole entry is told now, its ids and flags too
            reading.used.add(path)
    undated = [e for e in entries if e.at is None]
    return undated + sorted((e for e in entries if e.at is not None), key=lambda e: e.at)  # type: ignore[arg-type, return-value]


def as_table(entries: list[Entry], incoming: IncomingText, markup: str) -> str:
    """The entries as the table of a timeline; the evidence has a column where there is any."""
    shown = any(e.evidence for e in entries)
    rows = [
        "| Time (UTC) | What happened |" + (" Evidence |" if shown else ""),
        "|---|---|" + ("---|" if shown else ""),
    ]
    for entry in entries:
        time = entry.at.strftime("%Y-%m-%d %H:%M") if entry.at else _words(entry.time, incoming, entry.where)
        what = incoming.cell(entry.what, markup, entry.where) if entry.what else ""
        if state := _words(entry.state, incoming, entry.where):
            what = f"**{state}**{': ' if what else ''}{what}"
        evidence = f" {_words(entry.evidence, incoming, entry.where)} |" if shown else ""
        rows.append(f"| {time} | {what} |{evidence}")
    return "\n".join(rows)


def _words(text: str, incoming: IncomingText, where: Mark) -> str:
    return incoming.cell(text, "text", where) if text else ""


def _entries(document: SourceDocument, rule: Timeline) -> Iterator[tuple[SourceDocument, Path]]:
    for value, path in value_at(document.data, rule.each):
        items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
        for index, item in items:
            at = path if index is None else (*path, index)
            if isinstance(item, dict):
                yield document.part(item, at), at
            elif isinstance(item, str) and rule.pattern:
                for found in re.finditer(rule.pattern, clean(item)):
                    groups: Mapping[str, Any] = {name: text for name, text in found.groupdict().items() if text}
                    yield document.part(groups, at), at


def _entry(part: SourceDocument, rule: Timeline, mapping: ImportMapping, reading: Reading) -> Entry | None:
    what, time = _first(part, rule.what), _first(part, rule.time)
    state, evidence = _word(part, rule.state), _word(part, rule.evidence)
    if what is None and not state:
        return None
    at = None
    try:
        zone = time_zone(part, mapping)
        moment = conversions.instant(time.text, zone, mapping.time_formats) if time else None
        if moment is not None:
            at = moment.at.astimezone(UTC)
            if moment.assumed:
                reading.assumed[str(zone)] += 1
    except conversions.Rejected as error:
        where = time.where if time else part.where
        reading.problems.append(
            Problem.of(
                "PIR705", part.path, where, f"{error.message} (timeline)", f"{error.hint}; it is kept as it was written"
            )
        )
    return Entry(at, time.text if time else "", state, what.text if what else "", evidence, part.where)


def _first(part: SourceDocument, rule: Rule) -> Found | None:
    return next(find(part, rule), None)


def _word(part: SourceDocument, rule: Rule | None) -> str:
    found = _first(part, rule) if rule is not None else None
    if found is None or rule is None:
        return ""
    return translated(found.text, rule.values) or found.text


_ROW = re.compile(r"^\s*\|\s*(?P<time>[^|\n]*?\d[^|\n]*?)\s*\|")
_CLOCK = re.compile(
    r"(?:\d{4}-\d{2}-\d{2}[T ]+)?([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s*(?:UTC|GMT|CES?T|[AP]M|Z))?", re.I
)
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_RANGE = re.compile(r"\s+(?:-|–|to)\s+|(?<=\d)[-–](?=\d{1,2}:)")


def unclear_times(
    document: SourceDocument, targets: Targets, zone: tzinfo | None, formats: Sequence[str]
) -> Iterator[Problem]:
    """A PIR705 for each first cell of a timeline's table that has digits and is neither a time, a day nor a span."""
    for section in document.text.sections:
        if targets.find(section.title)[0] != "Timeline":
            continue
        for number, line in enumerate(section.text.split("\n")):
            found = _ROW.match(line)
            if found is None or all(_is_clear(part, zone, formats) for part in _RANGE.split(found["time"])):
                continue
            where = (section.first + number, found.start("time") + 1)
            message = f"'{found['time']}' in the timeline is not a time"
            yield Problem.of("PIR705", document.path, where, message, "it is kept as it was written")


def _is_clear(text: str, zone: tzinfo | None, formats: Sequence[str]) -> bool:
    if _CLOCK.fullmatch(text) or _DAY.fullmatch(text):
        return True
    try:
        conversions.instant(text, zone, formats)
    except conversions.Zoneless:
        return True  # a time, and the reader sees that it says no zone
    except conversions.Rejected:
        return False
    return True
