"""Projections made by hand and their pages, for the tests of what people see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from html import unescape

import msgspec
from helpers.projections import AS_OF, moment

from mkdocs_pir.editions.projection import Edition, Projection, PublishedFile
from mkdocs_pir.editions.redaction import Redactor
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.knowledge import RecordFile
from mkdocs_pir.kb.model import (
    Action,
    Cause,
    Client,
    Detection,
    Impact,
    Lesson,
    Page,
    Pir,
    ProblemRecord,
    Recommendation,
    Record,
    Section,
    Service,
    Times,
)
from mkdocs_pir.kb.references import Ids
from mkdocs_pir.kb.texts import Text, Texts
from mkdocs_pir.kb.texts.fields import map_texts
from mkdocs_pir.site import views
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.urls import path_of


def project_texts(
    *records: Record,
    edition: str = "internal",
    files: tuple[str, ...] = (),
    backlinks: Mapping[str, tuple[str, ...]] | None = None,
) -> Projection:
    kinds: dict[str, dict[str, Record]] = {}
    for record in sorted(records, key=lambda r: r.id):
        kinds.setdefault(record.kind, {})[record.id] = as_read(record, records, edition, files)
    return Projection(
        Edition.parse(edition),
        AS_OF,
        "Test knowledge base",
        kinds,
        files=tuple(PublishedFile(path, b"x") for path in files),
        backlinks=backlinks or {},
    )


def redactor(path: str, records: Iterable[Record], edition: str = "internal", files: tuple[str, ...] = ()) -> Redactor:
    """What makes the texts of the file `path` those of an edition that has all of these records and files."""
    ids = Ids(_entry(record) for record in records)
    labels = {record.id: record.label for record in records}
    sources = {file.removeprefix("files/"): file for file in files}
    shown = None if edition == "internal" else _Nothing()
    return Redactor(ids, path, labels, sources, shown)  # type: ignore[arg-type]


class _Nothing:
    """Nothing is withheld but what stays inside."""

    def places(self, words: str) -> Iterator[tuple[int, int, str]]:
        return iter(())

    def address(self, text: str) -> None: ...

    def title(self, text: str) -> None: ...


def _entry(record: Record) -> RecordFile:
    data = msgspec.to_builtins(record)
    path = path_of(record).removeprefix("pages/").removesuffix(".html") + ".md"
    return RecordFile(record.kind, record.id, path, data, record, Positions({}, {}), "")


def as_read(record: Record, records: Iterable[Record], edition: str, files: tuple[str, ...]) -> Record:
    """A record whose Markdown was read and made a text of an edition."""
    made = redactor(_entry(record).path, records, edition, files)

    def markdown(text: str) -> Text:
        return made.markdown(Texts().read(text).text)

    apart = {"preamble", "sections"}
    # by way of JSON, since lists are read from files, and a record has tuples
    plain = msgspec.json.decode(msgspec.json.encode(record))
    data = {name: value for name, value in plain.items() if name not in apart}
    read = msgspec.convert(map_texts(schema.load(record.kind), data, markdown, made.typed), type(record), strict=False)
    sections = tuple(msgspec.structs.replace(one, text=markdown(one.text)) for one in record.sections)
    return msgspec.structs.replace(read, preamble=markdown(record.preamble), sections=sections)


def render_pages(projection: Projection) -> dict[str, str]:
    """Every page of an edition by its path."""
    renderer = PageRenderer(views.EditionContext(projection), in_full=True)
    return {view.path: renderer.render(view).html for view in views.pages(views.EditionContext(projection))}


def visible_words(html: str) -> str:
    """What a reader reads: the text without markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def sample_records() -> tuple[Record, ...]:
    """One of each kind, tied together."""
    return (
        Client(id="harbor-credit", name="Harbor Credit Union", since=date(2019, 4, 1)),
        Service(id="mail-gateway", name="Mail gateway", owner="messaging team", clients=("harbor-credit",)),
        Cause(id="change/expired-certificate", name="Expired certificate", definition="A certificate reached its end."),
        Lesson(
            id="LL-0007",
            title="Probe every listener",
            status="applied",
            lesson="Hosts do not expire.",
            recommendation="Discover listeners from the network.",
            learned_from=("PIR-2026-0012",),
            services=("mail-gateway",),
            causes=("change/expired-certificate",),
        ),
        ProblemRecord(
            id="PRB-0004",
            title="Listeners keep certificates",
            status="known-error",
            known_error="A listener keeps what it read.",
            workaround="1. Restart that listener.\n2. Watch the queue.",
            services=("mail-gateway",),
        ),
        Page(id="handbook/on-call", title="On call", description="The first hour.", preamble="Stay calm."),
        sample_review(),
    )


def sample_review(id: str = "PIR-2026-0012", **fields: object) -> Pir:
    given: dict[str, object] = {
        "title": "Mail gateway queue stalled",
        "client": "harbor-credit",
        "services": ("mail-gateway",),
        "status": "action-management",
        "severity": "SEV-2",
        "incidents": ("INC-48211",),
        "problem": "PRB-0004",
        "times": Times(
            impact_start=moment("2026-03-04T02:10"),
            detected=moment("2026-03-04T02:52"),
            mitigated=moment("2026-03-04T05:20"),
            resolved=moment("2026-03-04T07:40"),
        ),
        "detection": Detection(by="monitoring"),
        "impact": Impact(summary="Mail was late.", users=410, sla_breached=True),
        "trigger": "change/expired-certificate",
        "root_cause": "The gateway keeps the certificate it read at start.",
        "lessons": ("LL-0007",),
        "actions": (
            Action(
                id="A1", title="Probe every listener", status="done", due=date(2026, 4, 1), completed=date(2026, 3, 30)
            ),
            Action(id="A2", title="Move the listener", status="open", due=date(2026, 9, 18), owner="messaging team"),
        ),
        "recommendations": (
            Recommendation(
                id="R1",
                title="Renew by machine",
                status="declined",
                issued=date(2026, 3, 18),
                decided=date(2026, 3, 22),
                decline_reason="an officer must approve",
            ),
        ),
        "sections": (
            Section("Summary", "Mail bounced. See LL-0007."),
            Section("Timeline", "| Time | What |\n|---|---|\n| 02:10 | it ended |"),
        ),
        **fields,
    }
    return Pir(id=id, **given)  # type: ignore[arg-type]
