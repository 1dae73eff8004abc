"""The incident register: rows are updated cell by cell, every other line stays byte for byte."""

from __future__ import annotations

import csv
import io
import json
import re
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.fields import KnownRecords, Reader
from mkdocs_pir.exchange.importing.incoming_record import NOTED, NOTES, IncomingRecord
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.merging import REPORT, SOURCE, changes, named, part_digest
from mkdocs_pir.exchange.importing.readers import read_rows
from mkdocs_pir.exchange.importing.record_writer import STAMP
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.references import same_id

PATH: str = "registers/incidents.csv"
"""Where the incident register lies in a knowledge base."""

NEEDED = ("incidents", "client", "services", "severity", "times.impact_start", "times.detected", "times.resolved", "times.began_on", "times.resolved_on", "trigger")  # fmt: skip
"""The fields of a report that columns of the register come from, where they have no rule of their own."""

_FROM = {
    "id": "'incidents'",
    "client": "'client' (or give --client)",
    "opened": "'times.detected' or 'times.impact_start'",
}
_FORMULA = re.compile(r"^[=+\-@\t\r]")


@dataclass(slots=True)
class ImportedIncident:
    """One incident of the source: its cells, and the id of the review that it became as well, if any."""

    record: IncomingRecord
    cells: dict[str, str]
    review: str = ""

    @property
    def document(self) -> SourceDocument:
        return self.record.document

    @property
    def id(self) -> str:
        return self.cells.get("id", "")


def columns() -> tuple[str, ...]:
    """The columns of the register in order."""
    return tuple(schema.load("incident")["properties"])


def read_incident(
    report: IncomingRecord, mapping: ImportMapping, mask: Mask, known: KnownRecords, *, notes: bool
) -> ImportedIncident:
    """The row of one record; `report` holds the fields of its report. With `notes` what no rule read is kept in it."""
    document = report.document
    reader = Reader(document, mapping, mask, known, "incident", mapping.columns)
    reader.read()
    row = reader.out
    report.wanted += row.wanted
    report.assumed.update(row.assumed)
    report.outcome |= {f"register {name}": how for name, how in row.outcome.items()}
    data = {**_derived(report.data), **row.data}
    cells = {name: _cell(data[name]) for name in columns() if data.get(name) not in (None, "")}
    reported = {"client"} if any(p.message == "there is no value for 'client'" for p in report.problems) else set()
    for name in schema.load("incident")["required"]:
        if name not in cells and name not in reported:
            hint = f"in the mapping, give '{name}' a rule in 'columns', or give {_FROM[name]} one in 'fields'"
            row.report(
                "PIR703",
                document.where,
                f"there is no value for the column '{name}' of the register",
                hint,
                f"register {name}",
            )
    resolved, opened = cells.get("resolved"), cells.get("opened")
    if resolved and opened and _is_before(resolved, opened):
        message = f"it is resolved, {resolved}, before it is opened, {opened} (register resolved)"
        row.report("PIR705", document.where, message, "correct the source; the row has no end", "register resolved")
        report.outcome["register resolved"] = NOTED
        row.used.clear()
        del cells["resolved"]
    if notes:
        report.used |= row.used
        report.keep_the_rest(mapping, mask)
        if resolved and "resolved" not in cells:
            report.notes.setdefault("resolved", resolved)
        if report.notes:
            cells[NOTES] = json.dumps(report.notes, ensure_ascii=False)
    row.problems += report.problems
    row.fields_of |= report.fields_of
    return ImportedIncident(row, cells)


def _is_before(one: str, other: str) -> bool:
    """Whether a time or day is before another; of a time and a day their days are compared."""
    day = len("2026-03-04")
    if day in (len(one), len(other)):
        return one[:day] < other[:day]
    return datetime.fromisoformat(one) < datetime.fromisoformat(other)


def _derived(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that fields of a report say already."""
    times = data.get("times", {})
    return {
        "id": next(iter(data.get("incidents", ())), ""),
        "client": data.get("client", ""),
        "service": next(iter(data.get("services", ())), ""),
        "severity": data.get("severity", ""),
        "opened": times.get("detected") or times.get("impact_start") or times.get("began_on", ""),
        "resolved": times.get("resolved") or times.get("resolved_on", ""),
        "cause": data.get("trigger", ""),
    }


def _cell(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    # a spreadsheet would take it for a formula
    return f"'{text}" if _FORMULA.match(text) else text


@dataclass(slots=True)
class RegisterLine:
    """One row: its cells by column, its text as it stands in the file, empty where the cells say otherwise now."""

    cells: dict[str, str]
    raw: str = ""


class Register:
    """The incident register of a knowledge base while an import brings it up to date.

    Columns that it lacks are added; the separator, line ends and byte order mark stay.
    """

    def __init__(
        self, raw: bytes, name: str, on_conflict: str, report: ImportReport, reviews: Collection[str] = ()
    ) -> None:
        """Read the register, or begin an empty one. Raises ProblemError (PIR505) for one that cannot be read.

        `reviews` are the ids of the reviews that there are.
        """
        self.reviews = reviews
        self.name = name
        self.on_conflict = on_conflict
        self.report = report
        self.changed = False
        self.mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _unreadable(f"byte {error.start} is not UTF-8", "save the register as UTF-8") from None
        self.end = "\r\n" if "\r\n" in text else "\n"
        header = text.partition("\n")[0]
        self.separator = ";" if header.count(";") > header.count(",") else ","
        rows, broken = read_rows(text, self.separator)
        if broken is not None:
            raise _unreadable(f"the row cannot be read: {broken[1]}", "check its quotes", broken[0])
        self.names = [name.strip() for name in rows[0].cells] if rows else []
        self.rows = [
            RegisterLine(dict(zip(self.names, map(str.strip, row.cells), strict=False)), row.raw) for row in rows[1:]
        ]
        self.added = [name for name in (*columns(), NOTES, STAMP) if name not in self.names]
        self.names += self.added
        self.by_id = {same_id(row.cells.get("id", "")): row for row in reversed(self.rows)}

    def text(self) -> bytes:
        """The register as it is to be written."""
        more = self.separator * len(self.added)
        rows = (
            row.raw + more if row.raw else self._line([row.cells.get(n, "") for n in self.names]) for row in self.rows
        )
        return self.mark + self.end.join([self._line(self.names), *rows, ""]).encode()

    def rows_gone(self, ids: Collection[str]) -> Iterator[str]:
        """The ids of the rows that imports from this source wrote and that are not among `ids`."""
        name = re.sub(r"\s+", "-", self.name)
        for row in self.rows:
            id_ = row.cells.get("id", "")
            if row.cells.get(STAMP, "").split(" ")[0] == name and same_id(id_) not in ids:
                yield id_

    def _line(self, cells: Sequence[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self.separator, lineterminator="").writerow(cells)
        return line.getvalue()

    def _review_of(self, id_: str) -> str:
        """The review that the row of an incident names, where that exists."""
        row = self.by_id.get(same_id(id_))
        review = row.cells.get("pir", "") if row is not None else ""
        return review if review in self.reviews else ""

    def update(self, incident: ImportedIncident) -> None:
        """Add the row of an incident, or bring it up to date; what a person changed in it stays."""
        outcomes = self.report.rows
        new = {**incident.cells, **({"pir": incident.review} if incident.review else {})}
        if not incident.review and (earlier := self._review_of(incident.id)):
            # a ticket that is no longer major keeps the review that it has
            new["pir"] = earlier
        there = _marks(new)
        stamp = " ".join([re.sub(r"\s+", "-", self.name), *(f"{name}={mark}" for name, mark in there.items())])
        if (row := self.by_id.get(same_id(incident.id))) is None:
            self.rows.append(RegisterLine({**new, STAMP: stamp}))
            self.by_id[same_id(incident.id)] = self.rows[-1]
            outcomes["created"].append(incident.id)
            self.changed = True
            return
        known = _known(row.cells.get(STAMP, ""))
        names = [name for name in (*columns(), NOTES) if not _same(row.cells.get(name), new.get(name))]
        last, here, there = (
            {name: marks[name] for name in names if name in marks} for marks in (known, _marks(row.cells), there)
        )
        changed, conflicts = changes(last, here, there)
        if conflicts and self.on_conflict == REPORT:
            message = f"the row of {incident.id} in {PATH} has other values in {named(conflicts)}; it is left as it is"
            hint = "correct one of the two, or decide with --on-conflict keep (or source)"
            document = incident.document
            self.report.problems.append(Problem.of("PIR707", document.path, document.where, message, hint))
            outcomes["refused"].append(incident.id)
            return
        for name in changed:
            if self.on_conflict == SOURCE or name not in conflicts:
                row.cells[name] = new.get(name, "")
        edited = last != here
        outcome = ("merged" if edited else "updated") if changed else "kept" if edited else "unchanged"
        outcomes[outcome].append(incident.id)
        if changed or not known:
            row.cells[STAMP] = stamp
            row.raw, self.changed = "", True


def _unreadable(message: str, hint: str, line: int = 0) -> ProblemError:
    return ProblemError([Problem.of("PIR505", PATH, (line, 1 if line else 0), message, hint)])


def _marks(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: part_digest(text) for name, text in cells.items() if text}


def _known(stamp: str) -> dict[str, str]:
    """The digest of each cell as the last import wrote it."""
    return dict(part.split("=", 1) for part in stamp.split(" ")[1:] if "=" in part)


def _same(one: str | None, other: str | None) -> bool:
    """Whether two cells say the same, as one time in two forms does."""
    if not one or not other or one == other:
        return (one or "") == (other or "")
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False
