"""`pir import`: the records of one source become reports and rows, again and again, without loss and without duplicates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from mkdocs_pir.exchange.importing import merging, record_writer, register
from mkdocs_pir.exchange.importing.composing import compose
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.fields import Known, Reading, Wanted, read_fields
from mkdocs_pir.exchange.importing.incoming_text import Place
from mkdocs_pir.exchange.importing.lookup import find, of_key
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Masks
from mkdocs_pir.exchange.importing.readers import read_source
from mkdocs_pir.exchange.importing.register import Incident, Register
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.kb import record_files
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.graph import DATED, Ids, same_id
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.kb.settings import Settings


@dataclass(frozen=True, slots=True)
class _Draft:
    document: SourceDocument
    reading: Reading
    id: str
    path: str


def run_import(
    source: Path,
    mapping: ImportMapping,
    settings: Settings,
    *,
    dry_run: bool,
    on_conflict: str = merging.REPORT,
    shown: Callable[[Path], str] = Path.as_posix,
) -> ImportReport:
    """Bring the records of `source` (a folder, a file or an archive) into the knowledge base as the mapping says.

    `on_conflict` is one of merging.ON_CONFLICT; `shown` names a file of the knowledge base in messages. Raises
    ProblemError for a source that cannot be opened; anything wrong with one record is in the report and keeps no other
    record out.
    """
    return _Import(ImportReport(source, dry_run, shown), mapping, settings, on_conflict).run()


class _Import:
    """One run: what it works with, and what it found out so far."""

    def __init__(self, report: ImportReport, mapping: ImportMapping, settings: Settings, on_conflict: str) -> None:
        self.mapping = mapping
        self.folder = settings.records
        self.on_conflict = on_conflict
        self.report = report
        self.there = _existing(self.folder)
        self.known = Known(self.there.values())
        self.mask = Masks(mapping.mask)
        self.incidents: list[Incident] = []

    def run(self) -> ImportReport:
        report = self.report
        self._know_client()
        documents = read_source(report.source, self.mapping, report)
        report.read = len(documents)
        self.mask = Masks(self.mapping.mask, _people(documents, self.mapping))
        drafts = list(self._drafts(documents))
        self._make(w for r in (*(d.reading for d in drafts), *self.row_readings) for w in r.wanted)
        for draft in drafts:
            self.there.setdefault(draft.id, _entry("pir", draft.id, draft.path))
        files = {} if self.mapping.format != "markdown" else {draft.document.path: draft.id for draft in drafts}
        ids = Ids(self.there.values())
        for draft in drafts:
            self._settle(draft, Place(draft.document.path, ids, files))
            report.count(draft.reading)
        for reading in self.row_readings:
            report.count(reading)
            report.notes.update(reading.notes.keys())
        self._keep_register()
        self._spare_the_rest()
        report.masked = self.mask.count
        report.problems = sorted(set(report.problems))
        return report

    def _know_client(self) -> None:
        """One client for all records that nobody knows is one mistake, not one in each record."""
        rule = self.mapping.fields["client"]
        if rule.constant and not rule.create and self.known.names.find("client", rule.constant) is None:
            known = [e.id for e in self.there.values() if e.kind == "client"]
            hint = did_you_mean(rule.constant, known) or f"write clients/{rule.constant}.md first"
            message = f"there is no client '{rule.constant}'"
            raise ProblemError([Problem.of("PIR703", self.report.source.name, (0, 0), message, hint)])

    def _spare_the_rest(self) -> None:
        """A field that no record of the source fills is said by the report's count, not once for each record."""
        if self.report.read < 2:
            return
        never = {name for name, counts in self.report.fields.items() if set(counts) == {"nothing"}}
        spared = {f"the source says nothing for '{name}'" for name in never}
        self.report.problems = [p for p in self.report.problems if p.code != "PIR708" or p.message not in spared]

    def _drafts(self, documents: Sequence[SourceDocument]) -> Iterator[_Draft]:
        """Each record that can become a report; rows of the register go to `incidents`, the rest to the report."""
        self.row_readings: list[Reading] = []
        first: dict[str, SourceDocument] = {}
        some = msgspec.structs.replace(
            self.mapping, fields={k: r for k, r in self.mapping.fields.items() if k in register.NEEDED}
        )
        for document in documents:
            major = self.mapping.into == "reviews" or self._is_major(document)
            reading = read_fields(document, self.mapping if major else some, self.mask, self.known)
            incident = None
            if self.mapping.into == "register":
                incident = register.read_incident(
                    document, reading, self.mapping, self.mask, self.known, notes=not major
                )
            id_ = str(reading.data.get("id", "")) if major else ""
            known_as = (
                f"review {same_id(id_)}" if id_ else f"row {same_id(incident.id)}" if incident and incident.id else ""
            )
            if known_as and (earlier := first.setdefault(known_as, document)) is not document:
                self._twice(document, earlier, id_ or (incident.id if incident else ""), reading)
                continue
            if incident is not None:
                self._take(incident, reading, major)
            if not major:
                continue
            self.report.problems += reading.problems
            if not reading.usable:
                self.report.reviews.refused.append(document.name)
                continue
            if incident is not None:
                incident.review = id_
            known = self.there.get(id_)
            yield _Draft(document, reading, id_, known.path if known else _path_of(id_, reading.data))

    def _is_major(self, document: SourceDocument) -> bool:
        return self.mapping.major is not None and any(True for _ in find(document, self.mapping.major))

    def _take(self, incident: Incident, reading: Reading, major: bool) -> None:
        self.report.problems += incident.problems
        if incident.usable or (major and incident.id and not any(p.code == "PIR703" for p in incident.problems)):
            self.incidents.append(incident)
        else:
            self.report.rows.refused.append(incident.id or incident.document.name)
        if not major:
            self.row_readings.append(reading)

    def _twice(self, document: SourceDocument, earlier: SourceDocument, id_: str, reading: Reading) -> None:
        if document.record and document.data == earlier.data:
            self.report.twice += 1
            return
        message = f"its id '{id_}' is that of {earlier.name}"
        hint = "correct the rule of 'id' in the mapping, or leave out the older export"
        self.report.problems += [*reading.problems, Problem.of("PIR703", document.path, document.where, message, hint)]
        refused = self.report.reviews.refused if self.mapping.into == "reviews" else self.report.rows.refused
        refused.append(document.name)

    def _make(self, wanted: Iterable[Wanted]) -> None:
        """Write the records of services and clients that are referred to and are not there, each once."""
        first: dict[str, Wanted] = {}
        for one in wanted:
            if one.id not in self.there:
                first.setdefault(one.id, one)
        for one in sorted(first.values(), key=lambda w: (w.kind, w.id)):
            path = f"{KINDS[one.kind].folder}/{one.id}.md"
            text = record_writer.record_text({"id": one.id, "name": one.name}, ())
            merging.write(self.folder / path, text.encode(), self.report.dry_run)
            self.there[one.id] = _entry(one.kind, one.id, path)
            self.report.made.append(path)

    def _settle(self, draft: _Draft, place: Place) -> None:
        """Write one report, unless it would break the knowledge base."""
        report, document = self.report, draft.document
        composed = compose(document, draft.reading, self.mapping, self.mask, place)
        report.problems += composed.problems
        report.supporting.update(composed.supporting)
        report.dropped.update(composed.dropped)
        report.notes.update(draft.reading.notes.keys())
        try:
            entry, problems = record_files.read_record(
                draft.path, record_writer.record_text(composed.data, composed.sections).encode()
            )
        except ProblemError as error:
            problems = list(error.problems)
        if wrong := [p for p in problems if p.severity == "error"]:
            for one in wrong:
                message = f"the report would not be valid: {one.message}"
                report.problems.append(Problem.of("PIR703", document.path, document.where, message, one.hint))
            report.reviews.refused.append(document.name)
            del self.there[draft.id]
            return
        stamp = merging.stamp(self.mapping.name, "" if document.record else document.path, merging.parts_of(entry))
        text = record_writer.stamped(composed.data, composed.sections, stamp)
        merging.settle(self.folder, draft.path, text, document, self.on_conflict, report)

    def _keep_register(self) -> None:
        if not self.incidents:
            return
        file = self.folder / register.PATH
        report = self.report
        raw = file.read_bytes() if file.is_file() else b""
        ledger = Register(raw, self.mapping.name, self.on_conflict, report.rows, report.problems)
        for incident in self.incidents:
            if incident.review not in self.there:
                incident.review = ""
            ledger.settle(incident)
        if ledger.changed:
            merging.write(file, ledger.ledger.text(), report.dry_run)


def _people(documents: Iterable[SourceDocument], mapping: ImportMapping) -> Iterator[str]:
    """The names of people to take out: those the mapping lists, and the values of its keys in all records."""
    yield from mapping.people.names
    for document in documents:
        for key in mapping.people.keys:
            yield from (found.text for found in of_key(document, key))


def _existing(folder: Path) -> dict[str, RecordFile]:
    """The records that are there already, broken ones too, by id."""
    if not folder.is_dir():
        return {}
    return {entry.id: entry for entry in record_files.read_records(folder)[0] if entry.id}


def _entry(kind: str, id_: str, path: str) -> RecordFile:
    return RecordFile(kind, id_, path, {}, None, Positions(), "")


def _path_of(id_: str, data: Mapping[str, Any]) -> str:
    """Where a new report lies: in the folder of the year in its id, else of its first time."""
    times = data.get("times")
    dated = DATED.match(id_)
    year = dated[1] if dated else min(times.values())[:4] if times else "undated"
    return f"pirs/{year}/{id_}.md"
