"""The home of a client's director: the last quarter in a letter of one screen."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.quantities import count, duration
from mkdocs_pir.insight.quarter_summary import QuarterSummary
from mkdocs_pir.kb.model import Client
from mkdocs_pir.site.urls import part_path, path_of
from mkdocs_pir.site.value_formats import day, due_in_words, quarter_name, sentence, several
from mkdocs_pir.site.views import action_list_pages, incident_pages, quarter_words, record_rows
from mkdocs_pir.site.views.components import Link, ListEntry, PageView
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.role_homes import DIRECTOR, role_homes

SHOWN = 4
"""How many incidents, changes and duties of the client the letter has before a link to all."""

FIGURES = ("on-time", "actions-on-time", "time-to-resolve", "satisfaction")


def pages(edition: EditionContext) -> Iterator[PageView]:
    if any(home.path == DIRECTOR for home in role_homes(edition.projection)):
        yield from (_letter(edition, client) for client in edition.projection.clients.values())


def _letter(edition: EditionContext, client: Client) -> PageView:
    projection = edition.projection
    summary, kpis = edition.insight.quarter_of(client.id), edition.insight.kpis
    figures = [kpis.figure(name, client=client.id) for name in FIGURES if name in kpis.names]
    duties = quarter_words.duty_entries(edition, summary.duties)
    title = f"Your {quarter_name(summary.window.start)}"
    context = {
        "home": DIRECTOR,
        "client": client.label,
        "title": title,
        "days": f"{day(summary.window.start)} to {day(summary.window.last)}",
        "happened": quarter_words.happened(summary),
        "duties": duties[:SHOWN],
        "duties_all": Link(f"{path_of(client)}#duties", f"All {len(duties):,} that wait for you")
        if len(duties) > SHOWN
        else None,
        "incidents_note": "the gravest first" if len(summary.occurrences) > 1 else "",
        "incidents": tuple(_incident(edition, one) for one in summary.occurrences[:SHOWN]),
        "incidents_all": Link(_list_of(summary), f"All {len(summary.occurrences):,} incidents of the quarter")
        if len(summary.occurrences) > SHOWN
        else None,
        "figures": tuple(
            (Link(f"{path_of(client)}#figure-{figure.name}", figure.title), figure_words.headline(figure))
            for figure in figures
            if figure.value is not None
        ),
        "changed": f"{count(len(summary.finished), 'change')} finished in the quarter." if summary.finished else "",
        "changing": _changing(summary),
        "changes": tuple(
            ListEntry(
                Link(part_path(edition.projection.pirs[item.pir], item.action.id), item.title),
                record_rows.status(item.state),
                None,
                (due_in_words(item.due, edition.as_of),) if item.due else (),
            )
            for item in summary.open[:SHOWN]
        ),
        "finished": tuple(
            ListEntry(
                Link(part_path(edition.projection.pirs[item.pir], item.action.id), item.title),
                record_rows.status(item.state),
                None,
                (f"finished {day(item.completed)}",) if item.completed else (),
            )
            for item in summary.finished[:SHOWN]
        ),
        "finished_all": Link(f"{path_of(client)}#finished", f"All {len(summary.finished):,} finished in the quarter")
        if len(summary.finished) > SHOWN
        else None,
        "changes_all": Link(action_list_pages.path_of(), f"All {len(summary.open):,} open actions")
        if len(summary.open) > SHOWN
        else None,
        "contact": sentence(several([who for who in (client.manager, projection.organisation.contact) if who])),
        "more": Link(path_of(client), "The quarterly review with every figure"),
        # only where the edition publishes it
        "pdf": edition.pdf(client),
    }
    return PageView(DIRECTOR, title, "director.html", context, f"{title}: what happened, and what is next.")


def _list_of(summary: QuarterSummary) -> str:
    return incident_pages.list_of(quarter=incident_pages.quarter(summary.window.start))


def _incident(edition: EditionContext, one: Occurrence) -> ListEntry:
    """An incident with a link to its review, or else to the list of incidents."""
    review = edition.projection.pirs.get(one.pir)
    listed = incident_pages.list_of(quarter=incident_pages.quarter(one.day)) if one.day else incident_pages.PATH
    path = path_of(review) if review is not None else listed
    services = [edition.service_name(id_) for id_ in one.services]
    reviewed = one.title != one.id
    meta = [*((one.day,) if one.day else ()), *(services if reviewed else ())]
    meta += ["still open"] if one.still_open else [f"lasted {duration(one.minutes)}"] if one.minutes else []
    # one without a review here has no title: then its services and the number of its ticket name it
    on = f" on {several(services)}" if services else ""
    text = one.title if reviewed else f"Incident{on}, {one.id}"
    return ListEntry(Link(path, text), record_rows.severity(one.severity), None, tuple(meta))


def _changing(summary: QuarterSummary) -> str:
    late = sum(item.state == "overdue" for item in summary.open)
    parts = [f"{len(summary.open)} under way"] if summary.open else []
    parts += [f"{late} of them late"] if late else []
    return f"{', '.join(parts)}." if parts else ""
