"""The documents that can be printed: page views of one edition in order, without what only a screen needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from msgspec import Struct, structs

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.windows import trailing
from mkdocs_pir.kb.model import Client, Lesson, Page, Pir
from mkdocs_pir.kb.process import Module
from mkdocs_pir.site.urls import module_path, pdf_path, report_path, step_path, tasks_path
from mkdocs_pir.site.value_formats import day
from mkdocs_pir.site.views import (
    client_pages,
    process_pages,
    process_report_pages,
    record_pages,
    record_rows,
    review_pages,
)
from mkdocs_pir.site.views.components import PageView
from mkdocs_pir.site.views.edition_context import EditionContext

_OF_THE_DAY = frozenset({"late", "standing", "guides", "modules"})
"""Blocks of process pages that are not printed: they are out of date the next day, or are only links."""


class NothingToPrint(Exception):
    """The edition has nothing to print; the message says why, and what to do."""


class PrintedSection(Struct, frozen=True):
    """A page of the site as a section of a document: the heading `level` of its title, and its `title` in the contents."""

    view: PageView
    level: int = 1
    title: str = ""


@dataclass(frozen=True)
class PrintedDocument:
    """A document to print.

    With a `cover` it has a title page and a page of contents, otherwise a masthead above the first section. The contents
    have `depth` levels of headings. With `aside` all pages are landscape.
    """

    kind: str
    title: str
    sections: tuple[PrintedSection, ...]
    subtitle: str = ""
    description: str = ""
    cover: bool = False
    depth: int = 2
    aside: bool = False


Document = Callable[[EditionContext], PrintedDocument]


def published_documents(edition: EditionContext) -> Mapping[str, Document]:
    """The documents that are published with the site of an edition, by their paths; those that take longest first."""
    projection = edition.projection
    inside: dict[str, Document] = {}
    if projection.pages or projection.modules:
        inside[pdf_path(projection.edition)] = handbook
    for client in projection.clients:
        inside[pdf_path(projection.edition, projection.clients[client])] = partial(_of, review_pack, "clients", client)
    for pir in projection.pirs:
        inside[pdf_path(projection.edition, projection.pirs[pir])] = partial(_of, report, "pirs", pir)
    return inside


def _of(
    make: Callable[[EditionContext, Any], PrintedDocument], records: str, id_: str, edition: EditionContext
) -> PrintedDocument:
    return make(edition, getattr(edition.projection, records)[id_])


def handbook(edition: EditionContext) -> PrintedDocument:
    """The process modules with their maps and reports, then the handbook's pages."""
    sections = [section for module in edition.projection.modules.values() for section in _module(edition, module)]
    pages = sorted(edition.projection.pages.values(), key=lambda p: (p.label.casefold(), p.id))
    sections += [PrintedSection(_page(edition, page)) for page in pages]
    if not sections:
        raise NothingToPrint(
            "this edition has no handbook; pages and process modules marked 'audience: shared' would be in it"
        )
    return PrintedDocument(
        "handbook",
        "Process handbook" if edition.projection.modules else "Handbook",
        tuple(sections),
        description="How we work: before, during and after an incident.",
        cover=True,
    )


def maps(edition: EditionContext) -> PrintedDocument:
    """Every diagram of the process, each on a page of its own."""
    sections = [
        PrintedSection(_with(view, blocks=(), prose=""), title=title)
        for module in edition.projection.modules.values()
        for view, title in _drawn(edition, module)
    ]
    if not sections:
        raise NothingToPrint("this edition has no process maps; a module marked 'audience: shared' would be in it")
    return PrintedDocument(
        "maps", "Process maps", tuple(sections), description="The process, drawn.", depth=1, aside=True
    )


def report(edition: EditionContext, pir: Pir) -> PrintedDocument:
    """The report of one review."""
    view = _report(edition, pir)
    return PrintedDocument(
        "report", pir.label, (PrintedSection(view),), subtitle=pir.id, description=view.description, depth=2
    )


def review_pack(edition: EditionContext, client: Client) -> PrintedDocument:
    """The documents for a client review: the quarterly page, the reports of the last twelve months, their lessons."""
    quarterly = client_pages.page(edition, client)
    quarterly = _with(quarterly, facts=tuple(f for f in quarterly.context["facts"] if f.label != client_pages.TO_PRINT))
    own = [edition.projection.pirs[id_] for id_ in edition.reviews_by_client.get(client.id, ())]
    year = trailing(edition.as_of)
    recent = [pir for pir in own if pir.id in edition.days and edition.days[pir.id] in year]
    sections = [PrintedSection(quarterly, title="Where we stand")]
    sections += [PrintedSection(_report(edition, pir), title=f"{pir.id} {pir.label}") for pir in recent]
    lessons = [
        edition.projection.lessons[id_]
        for id_ in dict.fromkeys(id_ for pir in recent for id_ in pir.lessons)
        if id_ in edition.projection.lessons
    ]
    if lessons:
        sections.append(PrintedSection(_lessons(lessons)))
    return PrintedDocument(
        "pack",
        "Review pack",
        tuple(sections),
        subtitle=client.label,
        description=f"{client.label}: reviews, actions and recommendations as of {day(edition.as_of)}.",
        cover=True,
    )


def _module(edition: EditionContext, module: Module) -> list[PrintedSection]:
    views = {
        v.path: v
        for family in (process_pages.pages, process_report_pages.pages)
        for v in family(edition)
        if v.path is not None
    }
    hub = views[module_path(edition.projection.modules, module)]
    sections = [PrintedSection(_process(hub))]
    sections += [
        PrintedSection(_process(views[step_path(s.id)]), 2, f"{s.id} {s.name}")
        for s in module.steps
        if step_path(s.id) in views
    ]
    sections += [PrintedSection(_process(views[p]), 2) for p in (report_path(module), tasks_path(module)) if p in views]
    return sections


def _drawn(edition: EditionContext, module: Module) -> list[tuple[PageView, str]]:
    views = {view.path: view for view in process_pages.pages(edition)}
    paths = [(module_path(edition.projection.modules, module), f"{module.module} {module.name}")]
    paths += [(step_path(step.id), f"{step.id} {step.name}") for step in module.steps]
    return [(views[path], title) for path, title in paths if views[path].context["diagrams"]]


def _process(view: PageView) -> PageView:
    return _with(view, blocks=tuple(b for b in view.context["blocks"] if b.anchor not in _OF_THE_DAY))


def _report(edition: EditionContext, pir: Pir) -> PageView:
    """A review's page without similar records, references and the review's papers."""
    whole = edition.whole(pir.id)
    assert isinstance(whole, Pir)
    view = review_pages.page(edition, whole)
    steps, facts = view.context["steps"], (*view.context["facts"], *view.context["facts_more"])
    return _with(
        view,
        # first the short facts, then those that take the width of the page
        facts=tuple(sorted(facts, key=lambda fact: fact.wide)),
        facts_more=(),
        steps=structs.replace(steps, tools=(), met=(), client="", client_page=None, command="")
        if steps is not None
        else None,
        similar=(),
        similar_lessons=(),
        refers=(),
    )


def _page(edition: EditionContext, page: Page) -> PageView:
    view = record_pages.handbook_page(edition, page)
    return _with(view, refers=())


def _lessons(lessons: list[Lesson]) -> PageView:
    context = {
        "title": "Lessons",
        "lead": f"{count(len(lessons), 'lesson')} drawn in these reviews: what to do so that it does not come back.",
        "offers": (),
        "entries": tuple(record_rows.lesson_entry(lesson) for lesson in lessons),
    }
    return PageView("lessons.html", "Lessons", "handbook.html", context)


def _with(view: PageView, **changed: Any) -> PageView:
    return replace(view, context={**view.context, **changed})
