"""The export files of a site: whole lists, feeds of filtered ones, and the data set of all figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting import dataset, export_tables
from mkdocs_pir.exchange.exporting.export_table import ExportTable
from mkdocs_pir.exchange.exporting.export_tables import PathOf
from mkdocs_pir.exchange.exporting.feeds import Feed
from mkdocs_pir.exchange.exporting.forms import FORMS, SUFFIX
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.store import stages

FOLDER = "data"
WHOLE = ("records", "incidents", "kpis")
"""The lists that are offered whole; action items are offered as feeds."""


class Download(Struct, frozen=True):
    """One list that the site offers, with its path in each form."""

    title: str
    paths: dict[str, str]


def downloads(projection: Projection) -> tuple[Download, ...]:
    """The whole lists with the forms in which they are published."""
    titles = {"records": "Reviews, lessons and all other records", "incidents": "Incidents", "kpis": "KPIs"}
    if not projection.edition.internal:
        titles["records"] = "Reviews and lessons"
    return tuple(Download(titles[name], {f: _path(name, f) for f in _forms(name)}) for name in WHOLE)


def published(
    insight: Insight, feeds: Iterable[Feed], path_of: PathOf, address: str = ""
) -> Iterator[tuple[str, bytes]]:
    """The path and the content of each export file in the site. `address` is where the site will be, if known."""
    # one at a time, since together they take as much memory as all pages
    return stages.EXPORTS.each(_published(insight, feeds, path_of, address))


def _published(insight: Insight, feeds: Iterable[Feed], path_of: PathOf, address: str) -> Iterator[tuple[str, bytes]]:
    for path, text in _texts(insight, feeds, path_of, address):
        yield path, text.encode()
    yield from dataset.published(dataset.dataset(insight, path_of)).items()


def _texts(insight: Insight, feeds: Iterable[Feed], path_of: PathOf, address: str) -> Iterator[tuple[str, str]]:
    projection = insight.projection
    whole: dict[str, ExportTable] = {
        # a page shows the text of its record, and `pir export records` writes it
        "records": export_tables.records(projection, path_of, body=False),
        "incidents": export_tables.incidents(projection, path_of),
        "kpis": export_tables.kpis(insight),
    }
    for name, table in whole.items():
        for form in _forms(name):
            path = _path(name, form)
            yield path, FORMS[form](table, projection, path, address)
    for feed in feeds:
        table = export_tables.actions(projection, path_of, feed.of(insight.action_items), feed.title)
        for form, path in feed.paths.items():
            yield path, FORMS[form](table, projection, path, address)


def _forms(name: str) -> tuple[str, ...]:
    # a feed of every ticket would be noise, and a figure has no day of its own
    return {"records": tuple(FORMS), "incidents": ("csv", "json"), "kpis": ("csv", "json", "atom")}[name]


def _path(name: str, form: str) -> str:
    return f"{FOLDER}/{name}.{SUFFIX[form]}"
