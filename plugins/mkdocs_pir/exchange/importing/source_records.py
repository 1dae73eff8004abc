"""The records of a source as drafts of reviews and rows of the register; what can become neither is in the report."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mkdocs_pir.exchange.importing import register
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.earlier_imports import EarlierImports
from mkdocs_pir.exchange.importing.fields import KnownRecords, read_fields
from mkdocs_pir.exchange.importing.incoming_record import IncomingRecord
from mkdocs_pir.exchange.importing.lookup import find
from mkdocs_pir.exchange.importing.mapping import ImportMapping
from mkdocs_pir.exchange.importing.masks import Masks
from mkdocs_pir.exchange.importing.register import ImportedIncident
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.kb.references import same_id


class SourceRecords:
    """The records that were read of a source.

    `drafts` become reviews, `rows` are records that only become rows, `incidents` the rows of all, and `refused` what
    cannot come in.
    """

    def __init__(
        self, mapping: ImportMapping, mask: Masks, known: KnownRecords, earlier: EarlierImports, report: ImportReport
    ) -> None:
        self.mapping = mapping
        self.mask = mask
        self.known = known
        self.earlier = earlier
        self.report = report
        self.drafts: list[IncomingRecord] = []
        self.rows: list[IncomingRecord] = []
        self.refused: list[IncomingRecord] = []
        self.incidents: list[ImportedIncident] = []

    @property
    def accepted(self) -> list[IncomingRecord]:
        """All that come in."""
        return [*self.drafts, *self.rows]

    def read(self, documents: Iterable[SourceDocument]) -> None:
        """Read each record. Those that can become reviews are `drafts`, rows are `incidents`, the rest is in the report."""
        first: dict[str, SourceDocument] = {}
        needed = {name: rule for name, rule in self.mapping.fields.items() if name in register.NEEDED}
        for_row = msgspec.structs.replace(self.mapping, fields=needed)
        to_register = self.mapping.into == "register"
        for document in documents:
            major = not to_register or (
                self.mapping.major is not None and any(True for _ in find(document, self.mapping.major))
            )
            record = read_fields(document, self.mapping if major else for_row, self.mask, self.known)
            incident = (
                register.read_incident(record, self.mapping, self.mask, self.known, notes=not major)
                if to_register
                else None
            )
            id_ = str(record.data.get("id", "")) if major else ""
            if id_ and (earlier_id := self.earlier.id_for(id_)) != id_:
                record.known_as, record.data["id"], id_ = id_, earlier_id, earlier_id
            row_id = incident.id if incident is not None else ""
            known_as = f"review {same_id(id_)}" if id_ else f"row {same_id(row_id)}" if row_id else ""
            if known_as and (earlier := first.setdefault(known_as, document)) is not document:
                self._report_twice(record, earlier, id_ or row_id)
                continue
            if incident is not None:
                self._take_row(incident, major=major)
            if not major:
                self.rows.append(record)
            elif not record.usable:
                self._refuse(record)
                self.report.reviews["refused"].append(document.name)
            else:
                if incident is not None:
                    incident.review = id_
                self.drafts.append(record)

    def _refuse(self, record: IncomingRecord) -> None:
        self.report.add_problems(record)
        self.refused.append(record)

    def _take_row(self, incident: ImportedIncident, *, major: bool) -> None:
        problems = incident.record.problems
        self.report.add_problems(incident.record)
        if incident.record.usable or (major and incident.id and not any(p.code == "PIR703" for p in problems)):
            self.incidents.append(incident)
        else:
            self.report.rows["refused"].append(incident.id or incident.document.name)

    def _report_twice(self, record: IncomingRecord, earlier: SourceDocument, id_: str) -> None:
        document = record.document
        if document.record and document.data == earlier.data:
            self.report.twice += 1
            return
        hint = "correct the rule of 'id' in the mapping, or leave out the older export"
        record.report("PIR703", document.where, f"its id '{id_}' is that of {earlier.name}", hint, "id")
        self._refuse(record)
        outcomes = self.report.reviews if self.mapping.into == "reviews" else self.report.rows
        outcomes["refused"].append(document.name)
