"""Which records of a source come in: those that the mapping keeps, and one record of the rows that repeat a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mkdocs_pir.exchange.importing import conversions
from mkdocs_pir.exchange.importing.documents import MERGED_ROWS, SourceDocument
from mkdocs_pir.exchange.importing.lookup import find, of_key, same_word
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.report import ImportReport, RepeatedRows
from mkdocs_pir.exchange.importing.source_files import LeftOut
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.frontmatter import Mark, Path, Positions
from mkdocs_pir.kb.problem import Problem
from mkdocs_pir.kb.references import same_id

FIRST, LATEST, MERGE = "first", "latest", "merge"
"""What the rows that repeat a ticket become: the first of them, the latest, or the latest value of each column."""


def select_records(
    documents: Iterable[SourceDocument], mapping: ImportMapping, report: ImportReport
) -> tuple[list[SourceDocument], Mapping[str, str]]:
    """The documents that come in, and why others do not, by the file or the ids of each; the report has both."""
    kept = []
    dropped: dict[str, str] = {}
    for document in documents:
        if because := _dropped(document, mapping):
            report.dropped.append(LeftOut(document.name, because))
            dropped |= dict.fromkeys(_names(document, mapping), because)
        else:
            kept.append(document)
    return _without_repeats(kept, mapping, report), dropped


def _names(document: SourceDocument, mapping: ImportMapping) -> Iterator[str]:
    """By what an earlier import knew a document: its file if it is one record, else the ids of its review and row."""
    if not document.record:
        yield document.path
        return
    for rule in (mapping.fields["id"], mapping.fields.get("incidents"), mapping.columns.get("id")):
        if rule is not None and (found := next(find(document, rule), None)) is not None:
            with suppress(conversions.Rejected):
                yield same_id(conversions.record_id(found.text, rule.prefix))


def _dropped(document: SourceDocument, mapping: ImportMapping) -> str:
    """Why a record is left out, by the first condition that says so; empty for one that comes in."""
    for condition in mapping.where:
        if condition.drop is not None and any(True for _ in find(document, condition.drop)):
            return condition.because
        if condition.keep is not None and not any(True for _ in find(document, condition.keep)):
            return condition.because
    return ""


def _without_repeats(
    documents: Iterable[SourceDocument], mapping: ImportMapping, report: ImportReport
) -> list[SourceDocument]:
    """One document for each ticket of a table or list; rows that say the same word for word count as one."""
    groups: dict[tuple[str, str], list[SourceDocument]] = {}
    for number, document in enumerate(documents):
        id_ = _id_text(document, mapping) if document.record else ""
        group = groups.setdefault(("id", same_word(id_)) if id_ else ("number", str(number)), [])
        group.append(document)
    repeated: list[list[SourceDocument]] = []
    out: list[SourceDocument] = []
    for group in groups.values():
        different = {repr(one.data): one for one in reversed(group)} if len(group) > 1 else {"": group[0]}
        if len(different) == 1:
            out.append(group[0])
            report.twice += len(group) - 1
        elif mapping.repeated_rows:
            # a ticket that went back to what it was has two such rows
            out.append(_one_of(group, mapping, report))
            repeated.append(group)
        else:
            report.twice += len(group) - len(different)
            repeated.append(list(reversed(different.values())))
    if repeated and mapping.repeated_rows:
        report.repeated = RepeatedRows(sum(map(len, repeated)), len(repeated), mapping.repeated_rows)
    elif repeated:
        _refuse(repeated, mapping, report)
    return out


def _id_text(document: SourceDocument, mapping: ImportMapping) -> str:
    """What the source calls the ticket; empty where it does not say so."""
    rules = [mapping.fields["id"]]
    if mapping.into == "register":
        rules = [rule for rule in (mapping.columns.get("id"), mapping.fields.get("incidents")) if rule] or rules
    return next((found.text for found in find(document, rules[0])), "")


def _refuse(repeated: Sequence[Sequence[SourceDocument]], mapping: ImportMapping, report: ImportReport) -> None:
    """Report once that rows repeat a ticket and nothing says which of them counts; none of these tickets comes in."""
    first, second = repeated[0][:2]
    id_ = conversions.cut(_id_text(first, mapping), 80)
    message = f"its id '{id_}' is that of {first.name}, with other values"
    if len(repeated) > 1:
        rows = count(sum(map(len, repeated)), "row")
        message += f"; in all {rows} repeat {count(len(repeated), 'id')}, which are not imported"
    hint = (
        "say which row counts: --repeated-rows latest (or first, or merge), or 'repeated_rows' and 'repeated_by' in the "
        "mapping; if they are different records, correct the rule of 'id'; or leave out the older export"
    )
    report.problems.append(Problem.of("PIR703", second.path, second.where, message, hint))
    outcomes = report.reviews if mapping.into == "reviews" else report.rows
    outcomes["refused"] += [_id_text(group[0], mapping) for group in repeated]


def _one_of(rows: Sequence[SourceDocument], mapping: ImportMapping, report: ImportReport) -> SourceDocument:
    """The row that counts, or all of them as one."""
    if mapping.repeated_by:
        rows = _in_order(rows, mapping, report)
    if mapping.repeated_rows == MERGE:
        return _merged(rows)
    return rows[0] if mapping.repeated_rows == FIRST else rows[-1]


def _in_order(rows: Sequence[SourceDocument], mapping: ImportMapping, report: ImportReport) -> list[SourceDocument]:
    """The rows by the time or number in the stated column; one without it goes first, and is named if it is neither."""

    def position(row: SourceDocument) -> tuple[int, float]:
        value = next(of_key(row, mapping.repeated_by), None)
        if value is None:
            return 0, 0.0
        try:
            return 1, float(value.text)
        except ValueError:
            pass
        try:
            return 1, _moment(value.text, mapping).timestamp()
        except conversions.Rejected as error:
            message = (
                f"'{value.text[:80]}' is neither a time nor a number; the row counts as the earliest (repeated_by)"
            )
            report.problems.append(Problem.of("PIR705", row.path, value.where, message, error.hint))
            return 0, 0.0

    return sorted(rows, key=position)


def _moment(text: str, mapping: ImportMapping) -> datetime:
    zone = ZoneInfo(mapping.timezone) if mapping.timezone else UTC
    return conversions.instant(text, zone, mapping.time_formats).at


def _merged(rows: Sequence[SourceDocument]) -> SourceDocument:
    """The latest row with values that it lacks from earlier ones, and all rows in order as a list of its own."""
    data: dict[str, Any] = {}
    marks: dict[Path, Mark] = {(): rows[-1].where}
    for row in rows:
        for key, value in row.data.items():
            if value not in ("", [], {}, None):
                data[key] = value
                marks |= _marks(row, key)
    if MERGED_ROWS not in data:
        data[MERGED_ROWS] = [row.data for row in rows]
        for number, row in enumerate(rows):
            marks[MERGED_ROWS, number] = row.where
            marks |= {(MERGED_ROWS, number, *path): mark for path, mark in row.positions.values.items() if path}
    return replace(rows[-1], data=data, positions=Positions(marks), merged=True)


def _marks(row: SourceDocument, key: str) -> Iterator[tuple[Path, Mark]]:
    return ((path, mark) for path, mark in row.positions.values.items() if path[:1] == (key,))
