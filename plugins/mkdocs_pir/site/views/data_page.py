"""The data page: links to all files for other programs, their formats and descriptions."""

from __future__ import annotations

from collections.abc import Iterator

from mkdocs_pir.exchange.exporting import dataset
from mkdocs_pir.exchange.exporting.forms import NAMES
from mkdocs_pir.exchange.exporting.published import downloads
from mkdocs_pir.site.views import block_pages
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import Cell, Column, Link, PageView, Row, Table
from mkdocs_pir.site.views.edition_context import EditionContext

PATH = "data.html"


def pages(edition: EditionContext) -> Iterator[PageView]:
    lists = [(one.title, one.paths) for one in downloads(edition.projection)]
    feeds = [(feed.title, feed.paths) for feed in edition.feeds.values()] if edition.insight.action_items else []
    figures = (
        Row(
            (
                Cell(("All figures, their trends and rows, repeats, causes, actions and lessons",)),
                Cell((Link(dataset.PATH, "JSON"),)),
                Cell((Link(dataset.SCHEMA_PATH, "JSON Schema"),)),
            )
        ),
    )
    yield block_pages.block_page(
        PATH,
        "Data",
        "Lists, calendars, feeds and figures for other programs. All are made with the pages and say the same.",
        description="Downloads, calendars and feeds of this site.",
        blocks=(
            PageBlock(
                "figures",
                "The figures",
                f"Flat tables in one document, version {dataset.VERSION} of the format.",
                tables=(
                    Table(
                        "The data set of all figures",
                        (Column("What", "title"), Column("Form"), Column("Described by", "text", "described by")),
                        figures,
                    ),
                ),
            ),
            PageBlock("lists", "Complete lists", tables=(_table("Complete lists", lists),)),
            PageBlock(
                "actions",
                "Action items",
                "A calendar holds the due dates of what is open; a feed tells of each change of state. Subscribe to them "
                "by their addresses.",
                tables=(_table("Lists of action items", feeds),) if feeds else (),
            ),
        ),
    )


def _table(caption: str, lists: list[tuple[str, dict[str, str]]]) -> Table:
    rows = tuple(
        Row((Cell((title,)), Cell(tuple(Link(path, NAMES[form]) for form, path in paths.items()))))
        for title, paths in lists
    )
    return Table(caption, (Column("List", "title"), Column("Forms")), rows, tools=True)
