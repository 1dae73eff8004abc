"""The navigation of an edition by what a reader wants to do: few entries, each page once, and none without content."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.occurrences import any_occurrence
from mkdocs_pir.site.urls import CALENDAR, PROCESS, path_of
from mkdocs_pir.site.views import action_list_pages, cause_pages, home_pages, incident_pages, kpi_pages
from mkdocs_pir.site.views.role_homes import DELIVERY, DIRECTOR, ENGINEER, EXECUTIVE, role_homes


class NavigationPage(Struct, frozen=True):
    """A page of the navigation: its title there and its path."""

    title: str
    path: str


class NavigationSection(Struct, frozen=True):
    """An entry of the navigation. One with a single page is a link to it; others open to their pages."""

    title: str
    pages: tuple[NavigationPage, ...]


PLACES = {
    "pirs": "reviews.html",
    "data": kpi_pages.INDEX,
    "pages": home_pages.HANDBOOK,
    "handbook": home_pages.HANDBOOK,
}
"""The page of the navigation that other pages belong to, by the first part of their paths, where that is not its name."""


def navigation(projection: Projection) -> tuple[NavigationSection, ...]:
    """The entries of the navigation: the same on every page, and few, however many records there are."""
    sections = (
        NavigationSection("Home", tuple(_homes(projection))),
        NavigationSection("Search", (NavigationPage("Search", home_pages.SEARCH),)),
        NavigationSection("Reviews" if projection.edition.internal else "Your reviews", tuple(_reviews(projection))),
        NavigationSection("Lessons and known errors", tuple(_lessons(projection))),
        NavigationSection("Improve", tuple(_improve(projection))),
        NavigationSection(
            "Clients and services" if projection.edition.internal else "Your services", tuple(_clients(projection))
        ),
        NavigationSection("Process and handbook", tuple(_process(projection))),
    )
    return tuple(
        # a section of one page has the name of that page
        NavigationSection(section.pages[0].title, section.pages) if len(section.pages) == 1 else section
        for section in sections
        if section.pages
    )


def navigation_pages(projection: Projection) -> list[NavigationPage]:
    """The pages of the navigation in order."""
    return [page for section in navigation(projection) for page in section.pages]


def place_of(path: str) -> str:
    """The page of the navigation that a page belongs to, itself or another: `kpis.html` of `kpis/adoption.html`.

    An edition does not have all of these pages in its navigation.
    """
    if path in (CALENDAR, home_pages.SEARCH, ENGINEER, EXECUTIVE, DIRECTOR):
        return path
    if path.startswith("home/service-delivery"):
        return DELIVERY
    first = re.split(r"[./]", path, maxsplit=1)[0]
    return PLACES.get(first, f"{first}.html")


def _homes(projection: Projection) -> Iterator[NavigationPage]:
    homes = role_homes(projection)
    yield NavigationPage("Start" if homes else "Home", home_pages.HOME)
    for home in homes:
        yield NavigationPage(home.title, home.path)


def _reviews(projection: Projection) -> Iterator[NavigationPage]:
    internal = projection.edition.internal
    if internal or projection.pirs:
        yield NavigationPage("Reviews" if internal else "Your reviews", "reviews.html")
    if any_occurrence(projection):
        yield NavigationPage("Incidents" if internal else "Your incidents", incident_pages.PATH)


def _lessons(projection: Projection) -> Iterator[NavigationPage]:
    if projection.lessons:
        yield NavigationPage("Lessons", "lessons.html")
    if projection.problems:
        yield NavigationPage("Problems", "problems.html")
    if projection.causes:
        yield NavigationPage("Causes", cause_pages.CATALOGUE)


def _improve(projection: Projection) -> Iterator[NavigationPage]:
    if projection.pirs or projection.incidents:
        yield NavigationPage("Recurring causes", "recurring.html")
    if any(pir.actions for pir in projection.pirs.values()):
        yield NavigationPage("Action items", action_list_pages.INDEX)
    if projection.pirs or projection.incidents:
        yield NavigationPage(kpi_pages.overview_title(projection), kpi_pages.INDEX)


def _clients(projection: Projection) -> Iterator[NavigationPage]:
    if not projection.edition.internal:
        yield from (NavigationPage("Quarterly review", path_of(client)) for client in projection.clients.values())
    elif projection.clients:
        yield NavigationPage("Clients", "clients.html")
    if projection.services:
        yield NavigationPage("Services", "services.html")


def _process(projection: Projection) -> Iterator[NavigationPage]:
    if projection.modules:
        yield NavigationPage("Process", PROCESS)
        if projection.edition.internal:
            yield NavigationPage("Review calendar", CALENDAR)
    if projection.pages:
        yield NavigationPage("Handbook", home_pages.HANDBOOK)
