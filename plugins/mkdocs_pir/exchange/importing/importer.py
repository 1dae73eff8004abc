"""`pir import`: the records of one source become reviews and rows, as often as it is run, without loss or duplicates."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mkdocs_pir.exchange.importing import merging, record_writer, register
from mkdocs_pir.exchange.importing.checked_reviews import checked_review
from mkdocs_pir.exchange.importing.composing import compose
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.earlier_imports import EarlierImports, SourceToday
from mkdocs_pir.exchange.importing.fields import KnownRecords
from mkdocs_pir.exchange.importing.incoming_record import NOTHING, IncomingRecord, MissingRecord
from mkdocs_pir.exchange.importing.incoming_text import Place
from mkdocs_pir.exchange.importing.lookup import of_key
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Masks
from mkdocs_pir.exchange.importing.problem_groups import grouped
from mkdocs_pir.exchange.importing.readers import read_source
from mkdocs_pir.exchange.importing.record_selection import select_records
from mkdocs_pir.exchange.importing.register import Register
from mkdocs_pir.exchange.importing.report import ImportReport, RecordOutcome, SourceChange
from mkdocs_pir.exchange.importing.source_attachments import AttachmentCopies, IncomingAttachments, SourceFiles
from mkdocs_pir.exchange.importing.source_records import SourceRecords
from mkdocs_pir.exchange.importing.time_doubts import report_doubts
from mkdocs_pir.kb import record_files
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.kb.references import DATED, Ids, same_id
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.store import progress


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

    `on_conflict` is `report`, `keep` or `source`; `shown` names a file of the knowledge base in messages. Raises
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
        # the records that are there already, broken ones too, by id
        entries = record_files.read_records(self.folder)[0] if self.folder.is_dir() else []
        self.there = {entry.id: entry for entry in entries if entry.id}
        self.earlier = EarlierImports(self.there.values(), mapping.name)
        self.known = KnownRecords(self.there.values())
        self.mask = Masks(mapping.mask)
        self.records = SourceRecords(mapping, self.mask, self.known, self.earlier, report)

    def run(self) -> ImportReport:
        report = self.report
        self._check_client()
        documents, source_files = read_source(report.source, self.mapping, report)
        # a record that does not come in may name people whom others mention
        self.mask = Masks(self.mapping.mask, _people(documents, self.mapping))
        files = {document.path for document in documents}
        documents, dropped = select_records(documents, self.mapping, report)
        report.records = len(documents)
        self.records = records = SourceRecords(self.mapping, self.mask, self.known, self.earlier, report)
        records.read(progress.counted(documents, "Reading the source", len(documents)))
        drafts = records.drafts
        self._follow_renamed(drafts, files, source_files)
        self._create(wanted for record in records.accepted for wanted in record.wanted)
        for record in drafts:
            self._add("pir", record.data["id"], _path_of(record.data))
        is_markdown = self.mapping.format == "markdown"
        ids_of_files = {record.document.path: record.data["id"] for record in drafts} if is_markdown else {}
        ids = Ids(self.there.values())
        come_along: set[str] = set()
        for record in progress.counted(drafts, "Writing drafts", len(drafts)):
            path = record.document.path
            attachments = IncomingAttachments(source_files, record.document, record.data["id"])
            self._write(record, Place(path, ids, ids_of_files, attachments))
            come_along |= attachments.items.keys()
        report.left_out = [one for one in report.left_out if one.path not in come_along]
        for record in records.accepted:
            report.count(record)
        self._keep_register(dropped)
        self._say_of_each(drafts)
        if report.is_whole:
            self._say_what_is_gone(drafts, files, dropped)
        self._drop_what_the_counts_say()
        report.masked = self.mask.count
        report.problems = sorted(set(report.problems))
        report.problem_groups = grouped(report.problems, report.fields_of)
        return report

    def _add(self, kind: str, id_: str, path: str) -> None:
        self.there.setdefault(id_, RecordFile(kind, id_, path, {}, None, Positions(), ""))

    def _check_client(self) -> None:
        """One client for all records that nobody knows is one mistake, not one in each record."""
        rule = self.mapping.fields["client"]
        if rule.constant and not rule.create and self.known.names.find("client", rule.constant) is None:
            known = [e.id for e in self.there.values() if e.kind == "client"]
            hint = did_you_mean(rule.constant, known) or f"write clients/{rule.constant}.md first"
            message = f"there is no client '{rule.constant}'"
            raise ProblemError([Problem.of("PIR703", self.report.source.name, (0, 0), message, hint)])

    def _drop_what_the_counts_say(self) -> None:
        """A field that no record of the source fills is in the counts of the report, not a problem of each record."""
        if self.report.records < 2:
            return
        never = {name for name, counts in self.report.fields.items() if set(counts) == {NOTHING}}
        spared = {f"the source has no value for '{name}'" for name in never}
        self.report.problems = [p for p in self.report.problems if p.code != "PIR708" or p.message not in spared]

    def _follow_renamed(
        self, drafts: Sequence[IncomingRecord], files: Collection[str], source_files: SourceFiles
    ) -> None:
        """Give records that only have another name in the source the id under which they came in."""
        new = [record for record in drafts if record.data["id"] not in self.there]
        taken = {record.data["id"] for record in (*drafts, *self.records.refused) if "id" in record.data}
        if not new or self.earlier.reviews.keys() <= taken:
            return
        ids = Ids([*self.there.values(), *(_placeholder(record.data) for record in new)])

        def parts_under(record: IncomingRecord, id_: str) -> Mapping[str, str]:
            attachments = IncomingAttachments(source_files, record.document, id_)
            return self._part_digests(record, Place(record.document.path, ids, {}, attachments))

        for record, review in self.earlier.renamed(new, parts_under, taken, files if self.report.is_whole else None):
            record.known_as, record.data["id"] = record.data["id"], review.id
            for incident in self.records.incidents:
                if incident.document is record.document:
                    incident.review = review.id
            if not review.file:
                self.report.source_changes.append(SourceChange("renamed", review.path, record.known_as))

    def _part_digests(self, record: IncomingRecord, place: Place) -> Mapping[str, str]:
        """The digest of each part that the review would have; the record itself stays as it is."""
        trial = replace(
            record,
            data=copy.deepcopy(record.data),
            problems=[],
            outcome=dict(record.outcome),
            assumed=Counter(),
            used=set(record.used),
            fields_of={},
            sections=[],
        )
        masked = self.mask.count
        compose(trial, self.mapping, self.mask, place)
        self.mask.count = masked
        try:
            text = record_writer.record_text(trial.data, trial.sections)
            return merging.part_digests(merging.of_text(f"pirs/{trial.data['id']}.md", text))
        except ProblemError:
            return {}

    def _say_what_is_gone(
        self,
        drafts: Iterable[IncomingRecord],
        files: Collection[str],
        dropped: Mapping[str, str],
    ) -> None:
        """Name each review that came from the source earlier and does not now; nothing of it is changed."""
        refused = self.records.refused
        present = SourceToday(
            files=files,
            ids={record.data["id"] for record in (*drafts, *refused) if "id" in record.data},
            refused={*self.report.reviews["refused"], *(record.document.name for record in refused)},
            id_of_file={r.document.path: r.data["id"] for r in drafts if not r.document.record},
            rows={same_id(incident.id) for incident in self.records.incidents},
            dropped={**{one.path: one.because for one in self.report.left_out}, **dropped},
        )
        self.report.source_changes += self.earlier.changes(present)

    def _say_of_each(self, drafts: Iterable[IncomingRecord]) -> None:
        """Put what became of each record, and of its fields, into the report in the order of the source."""
        report = self.report
        reviews, rows = (
            {name: outcome for outcome, names in outcomes.items() for name in names}
            for outcomes in (report.reviews, report.rows)
        )
        row_ids = {id(incident.document): incident.id for incident in self.records.incidents}
        for record in (*self.records.accepted, *self.records.refused):
            entry = self.there.get(record.data.get("id", ""))
            path = entry.path if entry is not None and entry.kind == "pir" else ""
            row_id = row_ids.get(id(record.document), "")
            outcome = reviews.get(path) or reviews.get(record.document.name) or rows.get(row_id) or "refused"
            becomes = [part for part in (path if path in reviews else "", row_id and f"row {row_id}") if part]
            report.by_record.append(RecordOutcome.of(record, " and ".join(becomes), outcome))
        report.by_record.sort(key=lambda one: (one.path, one.line))

    def _create(self, wanted: Iterable[MissingRecord]) -> None:
        """Write the records of services, clients and causes that are referred to and are not there, each once."""
        first: dict[str, MissingRecord] = {}
        for one in wanted:
            if one.id not in self.there:
                first.setdefault(one.id, one)
        for one in sorted(first.values(), key=lambda w: (w.kind, w.id)):
            path = f"{KINDS[one.kind].folder}/{one.id}.md"
            family = {"family": one.id.partition("/")[0]} if one.kind == "cause" and "/" in one.id else {}
            text = record_writer.record_text({"id": one.id, "name": one.name, **family}, ())
            merging.write(self.folder / path, text.encode(), self.report.dry_run)
            self._add(one.kind, one.id, path)
            self.report.made.append(path)

    def _write(self, record: IncomingRecord, place: Place) -> None:
        """Write one report, unless it would break the knowledge base."""
        document, path = record.document, self.there[record.data["id"]].path
        compose(record, self.mapping, self.mask, place)
        entry, wrong = checked_review(record, path)
        if entry is None:
            for one in wrong:
                record.report("PIR703", document.where, f"the review would not be valid: {one.message}", one.hint)
            self.report.reviews["refused"].append(document.name)
            del self.there[record.data["id"]]
            return
        client = self.there.get(str(record.data["client"]))
        report_doubts(record, entry.record, client.record if client is not None else None)
        attachments = place.attachments.items.values() if place.attachments else ()
        earlier = self.earlier.reviews.get(record.data["id"])
        known = earlier.files if earlier is not None else {}
        copies = AttachmentCopies(self.folder, path, attachments, known, self.on_conflict)
        origin = "" if document.record else document.path
        stamp = merging.stamp(self.mapping.name, origin, merging.parts_of(entry), record.known_as, copies.digests)
        text = record_writer.record_text(record.data, record.sections, stamp)
        review = merging.write_report(self.folder, path, text, document, self.on_conflict, self.report)
        copies.write(review, document, self.report)

    def _keep_register(self, dropped: Mapping[str, str]) -> None:
        if self.mapping.into != "register":
            return
        file = self.folder / register.PATH
        raw = file.read_bytes() if file.is_file() else b""
        rows = Register(raw, self.mapping.name, self.on_conflict, self.report, self.there.keys())
        for incident in self.records.incidents:
            if incident.review not in self.there:
                incident.review = ""
            rows.update(incident)
        if self.report.is_whole:
            refused = (record.data.get("incidents", ()) for record in self.records.refused)
            ids = {same_id(i.id) for i in self.records.incidents} | {same_id(id_) for found in refused for id_ in found}
            ids |= {same_id(id_) for id_ in self.report.rows["refused"]}
            for id_ in rows.rows_gone(ids):
                because = dropped.get(same_id(id_), "")
                change = SourceChange("left out" if because else "gone", f"row {id_}", because)
                self.report.source_changes.append(change)
        if rows.changed:
            merging.write(file, rows.text(), self.report.dry_run)


def _people(documents: Iterable[SourceDocument], mapping: ImportMapping) -> Iterator[str]:
    """The names of people to take out: those the mapping lists, and the values of its keys in all records."""
    yield from mapping.people.names
    for document in documents:
        for key in mapping.people.keys:
            yield from (found.text for found in of_key(document, key))


def _placeholder(data: Mapping[str, Any]) -> RecordFile:
    """A review that is about to be written, for links that lead to it."""
    return RecordFile("pir", data["id"], _path_of(data), {}, None, Positions(), "")


def _path_of(data: Mapping[str, Any]) -> str:
    """Where a new report lies: in the folder of the year in its id, else of its first time."""
    times, dated = data.get("times"), DATED.match(data["id"])
    year = dated[1] if dated else min(times.values())[:4] if times else "undated"
    return f"pirs/{year}/{data['id']}.md"
