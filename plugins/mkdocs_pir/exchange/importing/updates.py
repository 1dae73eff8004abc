"""The updates of a source: the entries of a list, or of a text, each with a time, a state and what happened."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from mkdocs_pir.exchange.importing.conversions import Rejected, instant
from mkdocs_pir.exchange.importing.documents import SourceDocument, value_at
from mkdocs_pir.exchange.importing.lookup import SourceValue, clean, find, place_in, same_word, translated
from mkdocs_pir.exchange.importing.mapping import ImportMapping, Rule, Timeline
from mkdocs_pir.exchange.importing.written_times import read_time
from mkdocs_pir.exchange.importing.zones import zone_of
from mkdocs_pir.kb.frontmatter import Path, Positions

Refuse = Callable[[SourceValue, Rejected], None]


def updates(document: SourceDocument, rule: Timeline) -> Iterator[tuple[SourceDocument, Path]]:
    """Each update as a document of its own, with the path of the value that holds it (empty for one of the text)."""
    if not rule.each:
        yield from _in_text(document, rule.pattern)
    for value, path in value_at(document.data, rule.each) if rule.each else ():
        items = [(item, (*path, n)) for n, item in enumerate(value)] if isinstance(value, list) else [(value, path)]
        for item, at in items:
            if isinstance(item, dict):
                yield document.part(item, at), at
            elif isinstance(item, str) and rule.pattern:
                for found in re.finditer(rule.pattern, clean(item)):
                    yield document.part(_groups(found), at), at


def _in_text(document: SourceDocument, pattern: str) -> Iterator[tuple[SourceDocument, Path]]:
    text = document.text.text
    for found in re.finditer(pattern, text, re.M):
        at = found.start("time") if "time" in found.groupdict() else found.start()
        where = place_in(text, max(at, 0), document.text.first_line)
        data = {name: clean(value) for name, value in _groups(found).items()}
        outer = (document.data, *document.outer)
        yield replace(document, data=data, positions=Positions({(): where}), where=where, record=True, outer=outer), ()


def _groups(found: re.Match[str]) -> Mapping[str, Any]:
    return {name: text for name, text in found.groupdict().items() if text}


def time_zone(document: SourceDocument, mapping: ImportMapping, refuse: Refuse | None = None) -> tzinfo | None:
    """The zone of the document's times without an offset: what it says itself, else what the mapping declares.

    `refuse` hears of a name in the document that is no zone, or may be several.
    """
    rule = mapping.timezone_from
    for found in find(document, rule) if rule is not None else ():
        zone = translated(found.text, rule.values)  # type: ignore[union-attr]
        try:
            return zone_of(zone or found.text, mapping.time_zones)
        except Rejected as error:
            if refuse is not None:
                refuse(found, error)
    return ZoneInfo(mapping.timezone) if mapping.timezone else None


def day_of(document: SourceDocument, rule: Rule, formats: Sequence[str]) -> date | None:
    """The day of a clock without a day, or near a day without a year, from where a rule says."""
    for found in find(document, rule.day) if rule.day is not None else ():
        return read_time(found.text, formats).day
    return None


def of_state(document: SourceDocument, mapping: ImportMapping, rule: Rule) -> Iterator[SourceValue]:
    """The time of the first or last update, by time, whose state is one of those of a rule."""
    timeline = mapping.timeline
    if timeline is None or timeline.state is None:
        return
    found = []
    for part, path in updates(document, timeline):
        state = next((value.text for value in find(part, timeline.state)), "")
        at = next(iter(find(part, timeline.time)), None)
        if at is not None and _is_one(state, translated(state, timeline.state.values), rule.states):
            found.append((at, part, path))
    if found:
        at, _, path = _by_time(found, mapping, rule)[0 if rule.which == "first" else -1]
        yield SourceValue(at.text, at.where, (*path, *at.path) if path else ())


def _is_one(state: str, ours: str | None, states: Collection[str]) -> bool:
    wanted = {same_word(one) for one in states}
    return same_word(state) in wanted or (ours is not None and same_word(ours) in wanted)


def _by_time(
    found: list[tuple[SourceValue, SourceDocument, Path]], mapping: ImportMapping, rule: Rule
) -> list[tuple[SourceValue, SourceDocument, Path]]:
    """In order of time; in that of the source where one of the times cannot be read."""
    try:
        zones = [time_zone(part, mapping) for _, part, _ in found]
        keys = [
            instant(
                at.text, zone, mapping.time_formats, mapping.time_zones, day_of(part, rule, mapping.time_formats)
            ).at
            for (at, part, _), zone in zip(found, zones, strict=True)
        ]
    except Rejected:
        return found
    return [entry for _, entry in sorted(zip(keys, found, strict=True), key=lambda pair: pair[0])]
