"""Page views: every page of an edition as plain values, without HTML, made from the projection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.model import Cause, Client, Lesson, Page, Pir, ProblemRecord, Record, Service
from mkdocs_pir.site.edit_links import edit_address
from mkdocs_pir.site.urls import CALENDAR, source_of
from mkdocs_pir.site.views import (
    action_pages,
    calendar_page,
    cause_pages,
    client_pages,
    data_page,
    delivery_home,
    director_home,
    engineer_home,
    executive_home,
    home_pages,
    incident_pages,
    kpi_pages,
    process_pages,
    process_report_pages,
    record_list_pages,
    record_pages,
    recurring_cause_pages,
    review_pages,
    review_papers,
)
from mkdocs_pir.site.views.components import PageView
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.navigation import navigation, navigation_pages, place_of
from mkdocs_pir.site.views.role_homes import DELIVERY, DIRECTOR, ENGINEER, EXECUTIVE
from mkdocs_pir.store import stages

__all__ = [
    "EditionContext",
    "PageView",
    "likely_family",
    "navigation",
    "navigation_pages",
    "pages",
    "place_of",
    "record_page",
    "records_with_page",
]

RECORD_PAGES: Mapping[str, Callable[[EditionContext, Any], PageView]] = {
    Pir.kind: review_pages.page,
    Lesson.kind: record_pages.lesson_page,
    ProblemRecord.kind: record_pages.problem_page,
    Service.kind: record_pages.service_page,
    Page.kind: record_pages.handbook_page,
    Client.kind: client_pages.page,
    Cause.kind: cause_pages.page,
}
"""How the page of a record is made, by its kind."""

FAMILIES: tuple[Callable[[EditionContext], Iterator[PageView]], ...] = (
    home_pages.pages,
    record_list_pages.pages,
    incident_pages.pages,
    cause_pages.pages,
    recurring_cause_pages.pages,
    action_pages.pages,
    kpi_pages.pages,
    data_page.pages,
    process_pages.pages,
    process_report_pages.pages,
    calendar_page.pages,
    review_papers.pages,
    engineer_home.pages,
    delivery_home.pages,
    executive_home.pages,
    director_home.pages,
)
"""The functions that make the other pages, one for each module. New pages need a module, a template and a line here."""


LIKELY_FAMILIES: Mapping[str, Callable[[EditionContext], Iterator[PageView]]] = {
    "index": home_pages.pages,
    "search": home_pages.pages,
    ENGINEER: engineer_home.pages,
    DELIVERY: delivery_home.pages,
    EXECUTIVE: executive_home.pages,
    DIRECTOR: director_home.pages,
    "handbook": home_pages.pages,
    "causes": cause_pages.pages,
    "recurring": recurring_cause_pages.pages,
    "actions": action_pages.pages,
    "incidents": incident_pages.pages,
    "kpis": kpi_pages.pages,
    "data": data_page.pages,
    "process": process_pages.pages,
    CALENDAR: calendar_page.pages,
}
"""Where a page is looked for first, by its path or the first part of it; it may be of another family all the same."""


def likely_family(path: str) -> Callable[[EditionContext], Iterator[PageView]] | None:
    """The function of `FAMILIES` that is likely to make the page at a path."""
    return LIKELY_FAMILIES.get(path) or LIKELY_FAMILIES.get(re.split(r"[./]", path, maxsplit=1)[0])


def pages(edition: EditionContext) -> Iterator[PageView]:
    """Every page of the edition. The same projection gives the same views in the same order."""
    for number in range(len(FAMILIES)):
        yield from family(edition, number)
    for record in records_with_page(edition.projection):
        yield record_page(edition, record.id)


def family(edition: EditionContext, number: int) -> Iterator[PageView]:
    """The pages that one function of `FAMILIES` makes."""
    return stages.VIEWS.each(FAMILIES[number](edition))


def records_with_page(projection: Projection) -> Iterator[Record]:
    """The records that have a page of their own."""
    for kind in RECORD_PAGES:
        for record in projection.records.get(kind, {}).values():
            # a cause with the name of its family is on the page of the family
            if not (isinstance(record, Cause) and record.id == record.family):
                yield record


def record_page(edition: EditionContext, id: str) -> PageView:
    """The page of one record, which is at `path_of(record)`. Raises LookupError if the edition does not have it."""
    record = edition.whole(id)
    if record is None:
        raise LookupError(id)
    with stages.VIEWS:
        view = RECORD_PAGES[record.kind](edition, record)
        if not (template := edition.edit_template):
            return view
        return replace(view, context={**view.context, "edit": edit_address(template, source_of(record))})
