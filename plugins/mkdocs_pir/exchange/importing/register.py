"""The incident register: its rows brought up to date cell by cell, every other line left byte for byte as it was."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.fields import Known, Reader, Reading, keep_the_rest
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Mask
from mkdocs_pir.exchange.importing.merging import REPORT, SOURCE, changes, named, part_digest
from mkdocs_pir.exchange.importing.report import Outcomes
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.graph import same_id
from mkdocs_pir.kb.problem import Problem, ProblemError


@dataclass(slots=True)
class RegisterRow:
    """One row: its cells by column, its text as it stands in the file, and whether the cells say otherwise now."""

    cells: dict[str, str]
    raw: str
    changed: bool = False


class RegisterFile:
    """The rows of a register. Columns that it lacks are added; the separator, line ends and byte order mark stay."""

    def __init__(self, path: str, raw: bytes, columns: Sequence[str]) -> None:
        """Read a register, or begin an empty one. Raises ProblemError (PIR505) for one that cannot be read."""
        self.path = path
        self.mark = raw.startswith(b"\xef\xbb\xbf")
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self._stop(f"byte {error.start} is not UTF-8", "save the register as UTF-8") from None
        self.end = "\r\n" if "\r\n" in text else "\n"
        header = text.partition("\n")[0]
        self.separator = ";" if header.count(";") > header.count(",") else ","
        self.names: list[str] = []
        self.rows: list[RegisterRow] = []
        self._read(text)
        self.added = [name for name in columns if name not in self.names]
        self.names += self.added

    def _read(self, text: str) -> None:
        lines = text.splitlines(keepends=True)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.separator, strict=True)
        done = 0
        try:
            for cells in reader:
                raw = "".join(lines[done : reader.line_num]).rstrip("\r\n")
                done = reader.line_num
                if not any(cell.strip() for cell in cells):
                    continue
                if not self.names:
                    self.names = [name.strip() for name in cells]
                    continue
                self.rows.append(RegisterRow(dict(zip(self.names, (c.strip() for c in cells), strict=False)), raw))
        except csv.Error as error:
            raise self._stop(f"the row cannot be read: {error}", "check its quotes", reader.line_num) from None

    def add(self, cells: Mapping[str, str]) -> None:
        """A row at the end."""
        self.rows.append(RegisterRow(dict(cells), "", changed=True))

    def text(self) -> bytes:
        """The register as it is to be written."""
        more = self.separator * len(self.added)
        out = [self._written(self.names)]
        for row in self.rows:
            out.append(
                self._written([row.cells.get(name, "") for name in self.names]) if row.changed else row.raw + more
            )
        text = self.end.join([*out, ""])
        return (b"\xef\xbb\xbf" if self.mark else b"") + text.encode()

    def _written(self, cells: Sequence[str]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self.separator, lineterminator="").writerow(cells)
        return line.getvalue()

    def _stop(self, message: str, hint: str, line: int = 0) -> ProblemError:
        return ProblemError([Problem.of("PIR505", self.path, (line, 1 if line else 0), message, hint)])


NOTES, STAMP = "x-source", "x-import"

PATH: str = "registers/incidents.csv"
"""Where the incident register lies in a knowledge base."""

NEEDED = ("incidents", "client", "services", "severity", "times.impact_start", "times.detected", "times.resolved", "trigger")  # fmt: skip
"""The fields of a report that columns of the register come from, where they have no rule of their own."""

_FORMULA = re.compile(r"^[=+\-@\t\r]")


@dataclass(slots=True)
class Incident:
    """One incident of the source: its cells, and the draft of a review that it became as well, if any."""

    document: SourceDocument
    cells: dict[str, str]
    review: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.cells.get("id", "")

    @property
    def usable(self) -> bool:
        return not any(p.severity == "error" for p in self.problems)


def columns() -> tuple[str, ...]:
    """The columns of the register in order."""
    return tuple(schema.load("incident")["properties"])


def read_incident(
    document: SourceDocument,
    reading: Reading,
    mapping: ImportMapping,
    mask: Mask,
    known: Known,
    *,
    notes: bool,
) -> Incident:
    """The row of one record; `reading` holds the fields of its report. With `notes` what no rule read is kept in it."""
    reader = Reader(document, mapping, mask, known, "incident", mapping.columns)
    reader.read()
    out = reader.out
    reading.wanted += out.wanted
    reading.assumed.update(out.assumed)
    for name, how in out.outcome.items():
        reading.outcome[f"register {name}"] = how
    data = {**_derived(reading.data), **out.data}
    incident = Incident(document, {name: _cell(data[name]) for name in columns() if data.get(name) not in (None, "")})
    problems = [*out.problems]
    told = {"client"} if any(p.message == "there is nothing for 'client'" for p in reading.problems) else set()
    for name in schema.load("incident")["required"]:
        if name not in incident.cells and name not in told:
            hint = f"give it a rule in 'columns' of the mapping, or one for {_FROM[name]} in 'fields'"
            message = f"there is nothing for the column '{name}' of the register"
            problems.append(Problem.of("PIR703", document.path, document.where, message, hint))
    resolved, opened = incident.cells.get("resolved"), incident.cells.get("opened")
    if resolved and opened and datetime.fromisoformat(resolved) < datetime.fromisoformat(opened):
        message = f"it is resolved, {resolved}, before it is opened, {opened} (register resolved)"
        problems.append(
            Problem.of("PIR705", document.path, document.where, message, "correct the source; the row has no end")
        )
        reading.outcome["register resolved"] = "kept as a note"
        out.used.clear()
        del incident.cells["resolved"]
    if notes:
        reading.used |= out.used
        keep_the_rest(document, mapping, reading, mask)
        if resolved and "resolved" not in incident.cells:
            reading.notes.setdefault("resolved", resolved)
        if reading.notes:
            incident.cells[NOTES] = json.dumps(reading.notes, ensure_ascii=False)
    incident.problems = [*reading.problems, *problems]
    return incident


_FROM = {
    "id": "'incidents'",
    "client": "'client' (or say --client)",
    "opened": "'times.detected' or 'times.impact_start'",
}


def _derived(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that fields of a report say already."""
    times = data.get("times", {})
    return {
        "id": next(iter(data.get("incidents", ())), ""),
        "client": data.get("client", ""),
        "service": next(iter(data.get("services", ())), ""),
        "severity": data.get("severity", ""),
        "opened": times.get("detected") or times.get("impact_start", ""),
        "resolved": times.get("resolved", ""),
        "cause": data.get("trigger", ""),
    }


def _cell(value: Any) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    # a spreadsheet would take it for a formula
    return f"'{text}" if _FORMULA.match(text) else text


class Register:
    """The incident register of a knowledge base while an import brings it up to date."""

    def __init__(self, raw: bytes, name: str, on_conflict: str, outcomes: Outcomes, problems: list[Problem]) -> None:
        """Raises ProblemError (PIR505) for a register that cannot be read."""
        self.ledger = RegisterFile(PATH, raw, [*columns(), NOTES, STAMP])
        self.name = name
        self.on_conflict = on_conflict
        self.outcomes = outcomes
        self.problems = problems
        self.rows: dict[str, RegisterRow] = {}
        for row in self.ledger.rows:
            self.rows.setdefault(same_id(row.cells.get("id", "")), row)
        self.changed = False

    def settle(self, incident: Incident) -> None:
        """Add the row of an incident, or bring it up to date; what a person changed in it stays."""
        new = dict(incident.cells)
        if incident.review:
            new["pir"] = incident.review
        base = _marks(new)
        if (row := self.rows.get(same_id(incident.id))) is None:
            cells = {**new, STAMP: self._stamp(base)}
            self.ledger.add(cells)
            self.rows[same_id(incident.id)] = self.ledger.rows[-1]
            self.outcomes.created.append(incident.id)
            self.changed = True
            return
        known = _known(row.cells.get(STAMP, ""))
        names = [name for name in (*columns(), NOTES) if not _same(row.cells.get(name), new.get(name))]
        last, here, there = (
            {name: marks[name] for name in names if name in marks} for marks in (known, _marks(row.cells), base)
        )
        changed, conflicts = changes(last, here, there)
        edited = last != here
        if conflicts and self.on_conflict == REPORT:
            columns_ = named(conflicts)
            message = f"the row of {incident.id} in {PATH} has other values in {columns_}; it is left as it is"
            hint = "correct one of the two, or say --on-conflict keep (or source) to settle it"
            self.problems.append(Problem.of("PIR707", incident.document.path, incident.document.where, message, hint))
            self.outcomes.refused.append(incident.id)
            return
        taken = [name for name in changed if self.on_conflict == SOURCE or name not in conflicts]
        for name in taken:
            row.cells[name] = new.get(name, "")
        if not changed:
            (self.outcomes.kept if edited else self.outcomes.unchanged).append(incident.id)
            if known:
                return
        else:
            (self.outcomes.merged if edited else self.outcomes.updated).append(incident.id)
        row.cells[STAMP] = self._stamp(base)
        row.changed = self.changed = True

    def _stamp(self, base: Mapping[str, str]) -> str:
        return " ".join([re.sub(r"\s+", "-", self.name), *(f"{name}={mark}" for name, mark in base.items())])


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
