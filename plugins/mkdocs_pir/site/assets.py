"""The files of an edition that are not pages: colours, logos and attachments, search index, data."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.published import ExportFile, published
from mkdocs_pir.search.documents import index_of
from mkdocs_pir.search.index import IndexFiles
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site import brand, header_search
from mkdocs_pir.site.logo_plate import PLATE, needs_plate
from mkdocs_pir.site.process_downloads import process_downloads
from mkdocs_pir.site.scripts import FOLDER, SCRIPTS, STYLE_SHEETS, script_bundle, search_bundle, style_bundle
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import day
from mkdocs_pir.site.views.edition_context import EditionContext

OPENSEARCH = "opensearch.xml"


BRAND = "assets/stylesheets/pir-brand.css"
"""The style sheet with an edition's colours, loaded before all others; our pages in another site keep its colours."""

PAPER = ".md-typeset{--md-default-bg-color:#fff;--md-typeset-mark-color:#ffec8080}\n"
"""What a theme that is not of the family of Material does not say; only there our pages in another site load that sheet."""


Group = tuple[str, Callable[[], Iterable[ExportFile]]]
"""Files that are made together: how their paths begin, and what gives each."""


def files(edition: EditionContext, site_url: str = "", *, within_site: bool = False) -> Iterator[tuple[str, bytes]]:
    """The path of each file, relative to the folder of our pages, with its content; for the arguments see `groups`."""
    for file in entries(edition, site_url, within_site=within_site):
        yield file.path, file.make()


def entries(edition: EditionContext, site_url: str = "", *, within_site: bool = False) -> Iterator[ExportFile]:
    """Each file, not made yet where it says what it is made of; for the arguments see `groups`."""
    for _, give in groups(edition, site_url, within_site=within_site):
        yield from give()


def groups(edition: EditionContext, site_url: str = "", *, within_site: bool = False) -> list[Group]:
    """The files in groups, none of which is made yet.

    Args:
        site_url: The address of that folder, needed for the OpenSearch description; empty where it is not known.
        within_site: Whether the site has other pages than ours. Its colours then stay, our style sheets are
            added, and the search index is left to the caller: the other pages are in it too.
    """
    projection = edition.projection
    address = site_url if projection.edition.internal else ""

    def look() -> Iterator[tuple[str, bytes]]:
        if within_site:
            yield header_search.STYLE_SHEET, header_search.style_sheet().encode()
            yield search_bundle()
        colours = brand.stylesheet(projection.branding, _printed_foot(projection))
        yield BRAND, (colours + (PAPER if within_site else _logo_plate(projection))).encode()
        yield from ((file.path, file.content) for file in projection.files)
        yield script_bundle()
        yield style_bundle()

    def search() -> Iterator[ExportFile]:
        files = search_files(edition)
        for path in files:
            yield ExportFile(path, files.version(path), partial(files.__getitem__, path))

    def opensearch() -> Iterator[tuple[str, bytes]]:
        if site_url:
            yield OPENSEARCH, _opensearch(projection.site_name, site_url.rstrip("/")).encode()

    def made(give: Callable[[], Iterable[tuple[str, bytes]]]) -> Callable[[], Iterable[ExportFile]]:
        return lambda: (ExportFile(path, b"", partial(bytes, content)) for path, content in give())

    return [
        ("", made(look)),
        *([] if within_site else [("search/", search)]),
        ("process/", made(lambda: process_downloads(edition).items())),
        ("data/", lambda: published(edition.insight, edition.feeds.values(), path_of, address)),
        (OPENSEARCH, made(opensearch)),
    ]


def search_files(edition: EditionContext, others: Iterable[SearchDocument] = ()) -> IndexFiles:
    """The files of the search index, by path. `others` are documents of a site's other pages."""
    return index_of(edition.whole_projection, path_of, edition.store, others).below("search/")


def _opensearch(name: str, address: str) -> str:
    """An OpenSearch 1.1 description: with it a browser offers our search in its address bar."""
    name, address = html.escape(name), html.escape(address)
    # the format allows 16 characters for the short name
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        f"  <ShortName>{html.escape(html.unescape(name)[:16].strip())}</ShortName>\n"
        f"  <Description>Lessons, reviews and problems: {name}</Description>\n"
        "  <InputEncoding>UTF-8</InputEncoding>\n"
        f'  <Url type="text/html" template="{address}/search/index.html?q={{searchTerms}}"/>\n'
        "</OpenSearchDescription>\n"
    )


def _printed_foot(projection: Projection) -> str:
    """What is at the foot of each printed page: the edition, whose it is, and the day of its figures."""
    client = next(iter(projection.clients.values()), None)
    of = "" if projection.edition.internal or client is None else f" for {client.label}"
    edition = "Internal" if projection.edition.internal else f"Client edition{of}"
    return " · ".join(filter(None, [edition, projection.organisation.name, f"figures as of {day(projection.as_of)}"]))


def _logo_plate(projection: Projection) -> str:
    """The rule that puts a white plate behind the logo, if it would hardly be seen on the header."""
    header, _ = brand.readable(projection.branding)
    logo = projection.branding.logo or projection.organisation.logo
    content = next((file.content for file in projection.files if file.path == logo), None)
    if content is None or not needs_plate(logo, content, header):
        return ""
    return f":is(.md-logo,.plain-logo) img{{padding:.1rem .2rem;border-radius:.1rem;background:{PLATE}}}\n"


def superseded(path: str) -> bool:
    """Whether a file of the theme is not published: the theme's search, source maps, the templates of PDFs and of the plain frame, our single scripts and style sheets."""
    return (
        path in (*SCRIPTS, *STYLE_SHEETS)
        or path.startswith((f"{FOLDER}/lunr/", f"{FOLDER}/workers/", "plain/", "print/"))
        or path.endswith(".map")
    )


def page_frame(projection: Projection) -> Mapping[str, Any]:
    """The values of the theme's page frame, escaped, since the theme's templates do not escape."""
    logo = projection.branding.logo or projection.organisation.logo
    return {
        "logo": html.escape(logo),
        "name": html.escape(projection.site_name),
        "provider": html.escape(projection.organisation.name),
        "edition": "Internal" if projection.edition.internal else "Client edition",
        "internal": projection.edition.internal,
        "script": script_bundle()[0],
        "style": style_bundle()[0],
        "as_of": f"{projection.as_of.day} {projection.as_of:%b %Y}",
    }
