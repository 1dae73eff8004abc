"""A list of the source as a timeline: one row an entry, in order of time, each with what shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mkdocs_pir.exchange.importing import transform
from mkdocs_pir.exchange.importing.documents import SourceDocument, value_at
from mkdocs_pir.exchange.importing.lookup import Found, clean, find, translated
from mkdocs_pir.exchange.importing.mapping import ImportMapping, Rule, Timeline
from mkdocs_pir.exchange.importing.markup import to_markdown
from mkdocs_pir.exchange.importing.reading import Reading, time_zone
from mkdocs_pir.kb.frontmatter import Mark, Path
from mkdocs_pir.kb.problem import Problem

LONGEST = 3_000
"""The longest cell of the table, in characters."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: `at` is None where the time cannot be read, which then stands first as it was written."""

    at: datetime | None
    time: str
    what: str
    evidence: str
    where: Mark


def read_timeline(document: SourceDocument, mapping: ImportMapping, reading: Reading) -> list[Entry]:
    """The entries of the list that the mapping names, oldest first; what cannot be read is a problem and is kept."""
    rule = mapping.timeline
    if rule is None:
        return []
    entries = []
    for part, path in _parts(document, rule):
        entry = _entry(part, rule, mapping, reading)
        if entry is not None:
            entries.append(entry)
            # the whole entry is told now, its ids and flags too
            reading.used.add(path)
    undated = [e for e in entries if e.at is None]
    return undated + sorted((e for e in entries if e.at is not None), key=lambda e: e.at)  # type: ignore[arg-type, return-value]


def as_table(entries: list[Entry], inert: Callable[[str, Mark], str]) -> str:
    """The entries as the table of a timeline; the evidence has a column where there is any.

    `inert` takes a text and its place, and gives it without anything that would act.
    """
    shown = any(e.evidence for e in entries)
    rows = [
        "| Time (UTC) | What happened |" + (" Evidence |" if shown else ""),
        "|---|---|" + ("---|" if shown else ""),
    ]
    for entry in entries:
        time = entry.at.strftime("%Y-%m-%d %H:%M") if entry.at else inert(_cell(entry.time), entry.where)
        evidence = f" {inert(entry.evidence, entry.where)} |" if shown else ""
        rows.append(f"| {time} | {inert(entry.what, entry.where)} |{evidence}")
    return "\n".join(rows)


def _parts(document: SourceDocument, rule: Timeline) -> Iterator[tuple[SourceDocument, Path]]:
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
    text = _cell(to_markdown(what.text, mapping.markup)) if what else ""
    text = f"**{_cell(state)}**{': ' if text else ''}{text}" if state else text
    at = None
    try:
        zone = time_zone(part, mapping)
        moment = transform.instant(time.text, zone, mapping.time_formats) if time else None
        if moment is not None:
            at = moment.at.astimezone(UTC)
            if moment.assumed:
                reading.assumed[str(zone)] += 1
    except transform.Rejected as error:
        where = time.where if time else part.where
        reading.problems.append(
            Problem.of(
                "PIR705", part.path, where, f"{error.message} (timeline)", f"{error.hint}; it is kept as it was written"
            )
        )
    return Entry(at, time.text if time else "", text, _cell(evidence), part.where)


def _first(part: SourceDocument, rule: Rule) -> Found | None:
    return next(find(part, rule), None)


def _word(part: SourceDocument, rule: Rule | None) -> str:
    found = _first(part, rule) if rule is not None else None
    if found is None or rule is None:
        return ""
    return translated(found.text, rule.values) or found.text


def _cell(text: str) -> str:
    """A text as one cell of a table: one line, its lists and paragraphs as lines, code fences as words."""
    text = re.sub(r"(?m)^ *(?:```|~~~).*$", "", text)
    text = re.sub(r"(?:<br>)?\s*\n\s*", "<br>", text.strip())
    text = re.sub(r"(?:<br>){3,}", "<br><br>", text)
    return re.sub(r"(?<!\\)\|", r"\\|", transform.cut(text, LONGEST))
