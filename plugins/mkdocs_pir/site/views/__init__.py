"""Page views: every page of an edition as plain values, made from the projection alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.site.urls import PROCESS, path_of
from mkdocs_pir.site.views import (
    actions,
    calendar,
    catalogue,
    causes,
    clients,
    data,
    home,
    kpis,
    lessons,
    process,
    process_reports,
    records,
    recurring,
    reviews,
    tools,
)
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import PageView

__all__ = ["Library", "PageView", "navigation", "pages"]

FAMILIES: tuple[Callable[[Library], Iterator[PageView]], ...] = (
    home.pages,
    catalogue.pages,
    reviews.pages,
    records.pages,
    clients.pages,
    causes.pages,
    recurring.pages,
    actions.pages,
    kpis.pages,
    lessons.pages,
    data.pages,
    process.pages,
    process_reports.pages,
    calendar.pages,
    tools.pages,
)
"""Every family of pages, each a module of its own. A new one is a module, its fragments and a line here."""


def pages(insight: Insight) -> Iterator[PageView]:
    """Every page of the edition. Pure: the same projection gives the same views in the same order."""
    library = Library(insight)
    for family in FAMILIES:
        yield from family(library)


def navigation(projection: Projection) -> list[tuple[str, str]]:
    """The navigation as (title, path): small and the same on every page, whatever the number of records."""
    internal = projection.edition.internal
    found = [
        ("Home", home.HOME),
        ("Search", home.SEARCH),
        ("Reviews" if internal else "Your reviews", "reviews.html"),
        ("Lessons", "lessons.html"),
        ("Recurring causes", "recurring.html"),
        ("Action items", "actions.html"),
        ("KPIs", "kpis.html"),
    ]
    if internal:
        found.append(("Clients", "clients.html"))
    found += [("Quarterly review", path_of(client)) for client in projection.clients.values() if not internal]
    found += [("Services", "services.html"), ("Problems", "problems.html"), ("Causes", causes.CATALOGUE)]
    if projection.modules:
        found.append(("Process", PROCESS))
    if projection.pages:
        found.append(("Handbook", home.HANDBOOK))
    return found
