"""Editions and their projections. A projection is everything that an edition may show; later stages take only that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar, cast

from msgspec import Struct, field
from msgspec.structs import replace

from mkdocs_pir.kb.guidance import without_words
from mkdocs_pir.kb.kept_sections import outline
from mkdocs_pir.kb.model import (
    Branding,
    Cause,
    Client,
    Incident,
    Lesson,
    Organisation,
    Page,
    Pir,
    ProblemRecord,
    Record,
    Response,
    Service,
)
from mkdocs_pir.kb.process import Module
from mkdocs_pir.kb.process_files import default
from mkdocs_pir.kb.support_hours import Calendars

R = TypeVar("R", bound=Record)


class Edition(Struct, frozen=True):
    """One published site: the provider's own, or one client's.

    `client` is the id of the client, or None for the internal edition.
    """

    client: str | None = None

    @classmethod
    def parse(cls, text: str) -> Edition:
        """Read `internal` or `client:<id>`, in upper or lower case; raises ValueError for anything else."""
        # the schema of clients takes ids in lower case only
        if text.lower() == "internal":
            return cls()
        prefix, _, client = text.lower().partition(":")
        if prefix == "client" and client:
            return cls(client)
        raise ValueError(f"'{text}' is not an edition; write 'internal' or 'client:ID'")

    @property
    def internal(self) -> bool:
        return self.client is None

    @property
    def addressee(self) -> str:
        """How its texts name the client: to the client itself they say "you"."""
        return "the client" if self.client is None else "you"

    @property
    def folder(self) -> str:
        """The folder of the edition below the output folder."""
        return "internal" if self.client is None else f"clients/{self.client}"

    def __str__(self) -> str:
        return "internal" if self.client is None else f"client:{self.client}"


class PublishedFile(Struct, frozen=True):
    """A file that is not a page: its path in the site and its cleaned bytes."""

    path: str
    content: bytes


class Projection(Struct, frozen=True):
    """What one edition may show.

    `records` maps kind to id to record, each in order of id. A withheld field is absent from its record, and a
    withheld record is absent altogether. `backlinks` maps an id to the ids of the records that refer to it, where both
    are visible. `synonyms` maps a word to words that mean the same. `as_of` is the day for which all figures are
    calculated. `support_hours` are the calendars in which durations are counted too, if any. `client_fields` are the fields that the organisation opens to clients (true) or closes, by kind.
    `lifecycle` is the process module whose steps are the statuses of reviews; `modules` are those whose pages the
    edition has, by id. `releasable` are, in the internal edition only, the reviews under way as their clients would
    see them. Texts written in Markdown are `Text`, rendered for this edition (editions/redaction.py); the others are
    plain strings.
    """

    edition: Edition
    as_of: date
    site_name: str
    records: Mapping[str, Mapping[str, Record]]
    incidents: tuple[Incident, ...] = ()
    responses: tuple[Response, ...] = ()
    backlinks: Mapping[str, tuple[str, ...]] = {}
    files: tuple[PublishedFile, ...] = ()
    organisation: Organisation = Organisation()
    branding: Branding = Branding()
    targets: Mapping[str, float] = {}
    holidays: frozenset[date] = frozenset()
    support_hours: Calendars | None = None
    lifecycle: Module = field(default_factory=default)
    modules: Mapping[str, Module] = {}
    releasable: Mapping[str, Pir] = {}
    synonyms: Mapping[str, tuple[str, ...]] = {}
    client_fields: Mapping[str, Mapping[str, bool]] = {}

    def of(self, cls: type[R]) -> Mapping[str, R]:
        """The records of one kind by id."""
        return cast("Mapping[str, R]", self.records.get(cls.kind, {}))

    @property
    def pirs(self) -> Mapping[str, Pir]:
        return self.of(Pir)

    @property
    def lessons(self) -> Mapping[str, Lesson]:
        return self.of(Lesson)

    @property
    def causes(self) -> Mapping[str, Cause]:
        return self.of(Cause)

    @property
    def problems(self) -> Mapping[str, ProblemRecord]:
        return self.of(ProblemRecord)

    @property
    def services(self) -> Mapping[str, Service]:
        return self.of(Service)

    @property
    def clients(self) -> Mapping[str, Client]:
        return self.of(Client)

    @property
    def pages(self) -> Mapping[str, Page]:
        return self.of(Page)

    def find(self, id: str) -> Record | None:
        """The visible record of any kind with this id, or None."""
        for records in self.records.values():
            if (record := records.get(id)) is not None:
                return record
        return None

    def without_bodies(self) -> Projection:
        """The same without the text below the front matter of records.

        Of a section there is still its title, and whether guidance is left in it.
        """
        records = {
            kind: {id_: without_body(record) for id_, record in of_kind.items()}
            for kind, of_kind in self.records.items()
        }
        releasable = {id_: without_body(pir) for id_, pir in self.releasable.items()}
        return replace(self, records=records, releasable=releasable)

    def label(self, id: str) -> str:
        """The label of the record with this id; the id itself when the record is not in this edition."""
        record = self.find(id)
        return record.label if record is not None else id


def without_body(record: R) -> R:
    """A record without the text below its front matter; see `Projection.without_bodies`."""
    if not record.sections and not record.preamble:
        return record
    return replace(record, preamble=without_words(record.preamble), sections=outline(record.sections))
