"""The list of incidents: every ticket of the register and every review without one, each once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from mkdocs_pir.insight.groups import family
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import several
from mkdocs_pir.site.views import block_pages, listing, record_rows
from mkdocs_pir.site.views.components import Cell, Column, Empty, PageView, Row, Table
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.listing import Filter, ListDefinition, NamedView

BASE = "incidents"
PATH = f"{BASE}.html"
LISTED = 1000
"""How many incidents are listed without a script, the newest first; the data files have all."""

MOST_CAUSES = 60
"""How many causes the address of a list names at most."""

_REPEAT = {"repeat": "Repeat of an earlier one", "first": "First of its kind", "unknown": "Cause not established"}
_REVIEWED = {"reviewed": "Reviewed", "none": "No review", "not-shown": "None released to you"}


def list_of(**chosen: str) -> str:
    """The list of the incidents with a value of each of some filters."""
    return listing.address(PATH, {key: [value] for key, value in chosen.items()})


def list_of_causes(ids: Sequence[str], **chosen: str) -> str:
    """The list of the incidents of some causes; nothing for so many that no address should hold them."""
    if len(ids) > MOST_CAUSES:
        return ""
    return listing.address(PATH, {"cause": ids, **{key: [value] for key, value in chosen.items()}})


def list_of_cause(id: str, **chosen: str) -> str:
    """The list of the incidents of a cause, or of a family of causes."""
    return list_of(**{"cause" if "/" in id else "family": id}, **chosen)


def quarter(day: date) -> str:
    """The quarter of a day as a value of the filter: `2026-Q3`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def pages(edition: EditionContext) -> Iterator[PageView]:
    recurrences = edition.insight.recurrences
    newest = tuple(reversed(recurrences.occurrences))
    if not newest:
        return
    repeats = {repeat.occurrence.id for repeat in recurrences.repeating}

    unreviewed = "none" if edition.internal else "not-shown"

    def repeat(one: Occurrence) -> list[str]:
        if one.id in repeats:
            return ["repeat"]
        # what has no cause in a client's edition may have one that is withheld, and one that it repeats may be, too
        return ["first" if one.cause else "unknown"] if edition.internal else []

    filters = [
        Filter[Occurrence]("year", "Year", lambda o: [str(o.day.year)] if o.day else [], order=lambda year: -int(year)),
        Filter(
            "quarter",
            "Quarter",
            lambda o: [quarter(o.day)] if o.day else [],
            lambda name: f"{name[5:]} {name[:4]}",
            lambda name: (-int(name[:4]), name[5:]),
        ),
        *(
            [Filter[Occurrence]("client", "Client", lambda o: edition.known([o.client]), edition.name)]
            if edition.internal
            else []
        ),
        Filter("severity", "Severity", lambda o: [o.severity], order=str),
        Filter("service", "Service", lambda o: o.services, edition.service_name),
        Filter("cause", "Cause", lambda o: edition.known([o.cause]), edition.name),
        Filter("family", "Cause family", lambda o: [family(o.cause)], lambda name: name.replace("-", " ").capitalize()),
        Filter(
            "review", "Review", lambda o: ["reviewed" if edition.target(o.pir) else unreviewed], _REVIEWED.__getitem__
        ),
        Filter("repeat", "Repeat", repeat, _REPEAT.__getitem__, order=list(_REPEAT).index),
    ]
    yield from listing.pages(
        ListDefinition(
            BASE,
            "Incidents" if edition.internal else "Your incidents",
            "incident",
            filters,
            lambda items, caption: _table(edition, items, caption),
            _lead(edition, newest, len(repeats)),
            Empty(""),
            "Every incident, with its cause, how long it lasted, and its review."
            if edition.internal
            else "Every incident, how long it lasted, and its review.",
            views=(
                NamedView("Repeats", {"repeat": ["repeat"]}),
                NamedView("Cause not established", {"repeat": ["unknown"]}),
                NamedView("SEV-1 without a review", {"severity": ["SEV-1"], "review": ["none"]}),
            ),
            listed=LISTED,
        ),
        newest,
    )


def _lead(edition: EditionContext, incidents: Sequence[Occurrence], repeats: int) -> str:
    """A sentence with the number of incidents; `repeats` counts each ticket.

    A client is told how many of them have a review that it sees, and nothing of causes: one that is withheld would
    look like one that is not established.
    """
    once = edition.insight.repeats_in_figures.repeats
    clauses = []
    if not edition.internal:
        reviewed = sum(bool(one.pir) for one in incidents)
        clauses = [f"you see the review of {reviewed:,} of them" if reviewed else ""]
    if repeats:
        clauses.append(f"{repeats:,} of them {'repeats' if repeats == 1 else 'repeat'} an earlier one")
    elif edition.internal:
        clauses.append("none repeats an earlier one")
    unknown = sum(not one.cause for one in incidents)
    if edition.internal and unknown:
        clauses.append(f"the cause of {unknown:,} is not established")
    clauses = [one for one in clauses if one]
    parts = [count(len(incidents), "incident"), several(clauses) if edition.internal else ", and ".join(clauses)]
    fewer = (
        f" With the tickets of one review counted once, there are {count(once, 'repeat')}." if once < repeats else ""
    )
    return f"{'; '.join(part for part in parts if part)}.{fewer}"


def _table(edition: EditionContext, incidents: Iterable[Occurrence], caption: str) -> Table:
    columns = (
        Column("Date", "date"),
        Column("Incident", "title"),
        *((Column("Client", "text", "for"),) if edition.internal else ()),
        Column("Services"),
        Column("Severity", "chips"),
        Column("Lasted", "number", "lasted", total="median"),
        Column("Cause"),
        Column("Review"),
    )
    return Table(caption, columns, tuple(_row(edition, one) for one in incidents))


def _length(edition: EditionContext, one: Occurrence) -> Cell:
    """How long it lasted, and by its ticket alone where the client sees only that."""
    cell = record_rows.length(one.minutes * 60 if one.minutes else None)
    seen = block_pages.length_seen_by_client(edition, one)
    return replace(cell, sub=f"the client sees {seen}") if seen else cell


def _row(edition: EditionContext, one: Occurrence) -> Row:
    review = edition.projection.pirs.get(one.pir)
    number, still_open = one.id if one.title not in ("", one.id) else "", "still open" if one.still_open else ""
    cells = (
        Cell((one.day,) if one.day else (), sort=one.day.isoformat() if one.day else "0"),
        Cell((one.title or one.id,), sub=" · ".join(part for part in (number, still_open) if part), id=one.id),
        *((Cell(edition.names([one.client])),) if edition.internal else ()),
        Cell(tuple(map(edition.service_name, one.services))),
        Cell(record_rows.severity(one.severity)),
        _length(edition, one),
        Cell(edition.short([one.cause])),
        Cell(edition.short([one.pir])),
    )
    return Row(cells, path_of(review) if review is not None else "")
