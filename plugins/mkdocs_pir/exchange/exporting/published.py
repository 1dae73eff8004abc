"""The export files of a site: whole lists, feeds of filtered ones, and the data set of all figures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting import dataset, export_tables
from mkdocs_pir.exchange.exporting.export_table import ExportTable
from mkdocs_pir.exchange.exporting.export_tables import PathOf
from mkdocs_pir.exchange.exporting.feeds import Feed, with_items
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
        titles |= {"records": "Reviews and lessons", "kpis": "Your figures"}
    return tuple(Download(titles[name], _paths(name)) for name in WHOLE)


class ExportFile(Struct, frozen=True):
    """An export file in the site: its path, a digest of all that it is made of, and what makes its content.

    Without a digest it is not known whether it is the same as before.
    """

    path: str
    made_of: bytes
    make: Callable[[], bytes]


def published(insight: Insight, feeds: Iterable[Feed], path_of: PathOf, address: str = "") -> Iterator[ExportFile]:
    """Each export file in the site. `address` is where the site will be, if known."""
    # one at a time, since together they take as much memory as all pages
    return stages.EXPORTS.each(_published(insight, feeds, path_of, address))


def _published(insight: Insight, feeds: Iterable[Feed], path_of: PathOf, address: str) -> Iterator[ExportFile]:
    projection = insight.projection
    for table, paths in _tables(insight, feeds, path_of):
        # what the writers see besides the table
        seen = (projection.edition, projection.site_name, projection.organisation.name, projection.as_of, address)
        digest = table.digest
        for form, path in paths.items():
            made_of = hashlib.blake2b(repr((digest, *seen, form, path)).encode(), digest_size=16).digest()
            yield ExportFile(path, made_of, partial(_content, form, table, projection, path, address))
    for path, content in dataset.published(dataset.dataset(insight, path_of)).items():
        yield ExportFile(path, b"", partial(bytes, content))


@stages.EXPORTS
def _content(form: str, table: ExportTable, projection: Projection, path: str, address: str) -> bytes:
    return FORMS[form](table, projection, path, address).encode()


def _tables(
    insight: Insight, feeds: Iterable[Feed], path_of: PathOf
) -> Iterator[tuple[ExportTable, Mapping[str, str]]]:
    """Each table with its path in each form."""
    projection = insight.projection
    # a page shows the text of its record, and `pir export records` writes it
    yield export_tables.records(projection, path_of, body=False), _paths("records")
    yield export_tables.incidents(projection, path_of), _paths("incidents")
    yield export_tables.kpis(insight), _paths("kpis")
    for feed, items in with_items(feeds, insight.action_items):
        yield export_tables.actions(projection, path_of, items, feed.title), feed.paths


def _paths(name: str) -> dict[str, str]:
    return {form: _path(name, form) for form in _forms(name)}


def _forms(name: str) -> tuple[str, ...]:
    # a feed of every ticket would be noise, and a figure has no day of its own
    return {"records": tuple(FORMS), "incidents": ("csv", "json"), "kpis": ("csv", "json", "atom")}[name]


def _path(name: str, form: str) -> str:
    return f"{FOLDER}/{name}.{SUFFIX[form]}"
