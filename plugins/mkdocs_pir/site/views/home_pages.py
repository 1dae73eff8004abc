"""The home page, the search page and the contents of the handbook."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from mkdocs_pir.insight.kpis import NAMED
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.model import Lesson, Page
from mkdocs_pir.kb.statuses import REVIEW, UNDER_WAY
from mkdocs_pir.site.urls import CALENDAR, module_path, path_of, path_of_kpi
from mkdocs_pir.site.value_formats import day
from mkdocs_pir.site.views import action_list_pages, block_pages, incident_pages, listing, quarter_words, record_rows
from mkdocs_pir.site.views.components import Chip, Empty, Link, ListEntry, PageView, Prose
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.gate_panel import to_print
from mkdocs_pir.site.views.role_homes import role_homes

HOME, SEARCH, HANDBOOK = "index.html", "search/index.html", "handbook.html"

_FEW = 5


def pages(edition: EditionContext) -> Iterator[PageView]:
    yield _home(edition)
    # a ticket that no record mentions may be in the list of incidents
    incidents = f"{incident_pages.BASE}.html" if edition.insight.recurrences.occurrences else ""
    description = "Find what is known about a symptom, an alert or a service."
    yield PageView(SEARCH, "Search", "search.html", {"incidents": incidents}, description)
    if edition.projection.pages:
        yield _handbook(edition)


def _lesson(edition: EditionContext, lesson: Lesson) -> ListEntry:
    """A lesson with the day of the newest incident that it is drawn from, by which they are in order."""
    entry, on = record_rows.lesson_entry(lesson), edition.drawn_on(lesson)
    if on is None:
        return entry
    return replace(
        entry, chips=(*entry.chips, Chip(day(on), "quiet", hint="The newest incident that it is drawn from"))
    )


def _home(edition: EditionContext) -> PageView:
    """The home page: search, open reviews, overdue actions, the latest records and the key figures."""
    projection = edition.projection
    running = [p for p in edition.newest if p.status in UNDER_WAY]
    late = [item for item in edition.insight.action_items if item.state == "overdue"]
    lessons = [x for x in edition.lessons if x.status != "superseded"]
    figures = [edition.insight.kpis.figure(name) for name in NAMED if name in edition.insight.kpis.names]
    nothing = not projection.pirs and not projection.lessons
    # a client's edition has one client, its own
    client = None if edition.internal else next(iter(projection.clients.values()), None)
    duties = quarter_words.duty_entries(edition, edition.insight.quarter_of(client.id).duties) if client else ()
    context = {
        "about": _about(edition, bool(duties)),
        "duties": duties[:_FEW],
        "duties_all": Link(f"{path_of(client)}#duties", f"All {len(duties):,} that wait for you")
        if client and len(duties) > _FEW
        else None,
        "homes_lead": "Or start as" if edition.internal else "Or read the letter:",
        "homes": tuple(Link(home.path, home.title, hint=home.about) for home in role_homes(projection)),
        "running": tuple(record_rows.review_entry(edition, p) for p in running[:_FEW]),
        "process": Link(CALENDAR, "The review calendar") if edition.internal and projection.modules else None,
        "running_all": Link(
            listing.address("reviews.html", {"status": [s for s in REVIEW if s in UNDER_WAY]}),
            f"All {len(running)} reviews under way",
        )
        if len(running) > _FEW
        else None,
        "late": tuple(record_rows.action_row(edition, item, review=True) for item in late[:_FEW]),
        "late_all": Link(action_list_pages.path_of_state("overdue"), f"All {count(len(late), 'overdue action')}")
        if len(late) > _FEW
        else None,
        "late_note": f"{len(late)}" if late else "",
        "latest": tuple(
            record_rows.review_entry(edition, p)
            for p in [p for p in edition.newest if p.status not in UNDER_WAY][:_FEW]
        ),
        "lessons": tuple(_lesson(edition, x) for x in lessons[:_FEW]),
        "tiles": tuple(block_pages.tile(f, path_of_kpi(f.name)) for f in figures if f.value is not None),
        "empty": _empty(edition) if nothing else None,
        "first_steps": _FIRST_STEPS if nothing and edition.internal else (),
    }
    description = f"Reviews, lessons and problems: what has happened before, and what helped. {count(len(projection.pirs), 'review')} and {count(len(projection.lessons), 'lesson')}."
    return PageView(HOME, projection.site_name, "home.html", context, description)


def _about(edition: EditionContext, waits: bool) -> str:
    """What this site is, in one sentence; `waits` says that something waits for the client whose edition it is."""
    projection = edition.projection
    provider = projection.organisation.name
    if edition.internal:
        return "What our incidents taught us: what helped, what came back, and what became of every promise."
    whose = f"What {provider} learned from your incidents" if provider else "What was learned from your incidents"
    return (
        f"{whose}, what has been changed since, and what waits for you."
        if waits
        else f"{whose}, and what has been changed since."
    )


_FIRST_STEPS = (
    (
        "Add your first client",
        "Each client has an edition of this site of its own.",
        'pir new client --name "Name of the client"',
    ),
    (
        "Add a service",
        "What you run for your clients, such as their mail.",
        'pir new service --name "Name of the service"',
    ),
    (
        "Begin the first review",
        "What is known already is filled in; what to write is marked TODO.",
        "pir new pir --client name-of-the-client --service name-of-the-service",
    ),
    (
        "Bring what you have",
        "Tickets, documents and tables of other systems become records; this lists the systems.",
        "pir import --list",
    ),
    ("Look at it", "A form to write in, and these pages, which follow each change.", "pir serve"),
)
"""How a knowledge base begins: what to do, what comes of it, and the command."""


def _empty(edition: EditionContext) -> Empty | None:
    if edition.internal:
        return None
    return Empty("No review or lesson has been released to you yet. The first one will be listed here.")


def _handbook(edition: EditionContext) -> PageView:
    projection = edition.projection
    pages = sorted(projection.pages.values(), key=lambda p: (p.label.casefold(), p.id))
    modules = tuple(
        ListEntry(
            Link(module_path(projection.modules, m), f"{m.module} {m.name}"),
            (),
            Prose(m.purpose) if m.purpose else None,
        )
        for m in projection.modules.values()
    )
    context = {
        "title": "Handbook",
        "lead": "How we work: before, during and after an incident.",
        "offers": to_print(edition),
        "entries": (*modules, *map(_entry, pages)),
    }
    return PageView(HANDBOOK, "Handbook", "handbook.html", context, "The handbook's pages.")


def _entry(page: Page) -> ListEntry:
    return ListEntry(Link(path_of(page), page.label), (), Prose(page.description) if page.description else None)
