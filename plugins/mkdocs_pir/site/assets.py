"""The files of an edition that are not pages: colours, logos and attachments, search index, data."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting.published import published
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.search.documents import index_of
from mkdocs_pir.site import brand
from mkdocs_pir.site.config import theme_folder
from mkdocs_pir.site.process_files import process_files
from mkdocs_pir.site.scripts import FOLDER, SCRIPTS, script_bundle
from mkdocs_pir.site.urls import path_of

OPENSEARCH = "opensearch.xml"


BRAND = "assets/stylesheets/pir-brand.css"
"""The colours of an edition, before all other style sheets. Pages within another site keep that site's colours."""

STYLE_SHEETS = tuple(
    f"assets/stylesheets/{name}" for name in ("pir-charts.css", "pir.css", "pir-process.css", "pir-search.css")
)
"""Our style sheets, in the order in which pages load them."""


def files(insight: Insight, site_url: str = "", *, within_site: bool = False) -> dict[str, bytes]:
    """Path to content, from where our pages begin.

    `site_url`, where that will be, is needed for the OpenSearch description. `within_site` says that there are other
    pages than ours: then their colours stay, and the theme layer's files come from here.
    """
    projection = insight.projection
    if within_site:
        found = {path: (theme_folder() / path).read_bytes() for path in STYLE_SHEETS}
    else:
        found = {BRAND: brand.stylesheet(projection.branding).encode()}
    found |= {file.path: file.content for file in projection.files}
    found |= dict([script_bundle()])
    found |= {f"search/{name}": content for name, content in index_of(projection, path_of).items()}
    found |= process_files(insight)
    found |= published(insight, path_of, site_url if projection.edition.internal else "")
    if site_url:
        found[OPENSEARCH] = _opensearch(projection.site_name, site_url.rstrip("/")).encode()
    return found


def _opensearch(name: str, address: str) -> str:
    """An OpenSearch 1.1 description, by which a browser offers the search in its address bar."""
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


def superseded(path: str) -> bool:
    """Whether a file of the theme has no use here: its own search, source maps, the style sheet of PDFs, our scripts."""
    return (
        path in SCRIPTS or path.startswith((f"{FOLDER}/lunr/", f"{FOLDER}/workers/", "print/")) or path.endswith(".map")
    )


def page_frame(projection: Projection) -> Mapping[str, Any]:
    """What the theme layer's page frame shows. Escaped here: the theme's templates do not escape."""
    logo = projection.branding.logo or projection.organisation.logo
    return {
        "logo": html.escape(logo),
        "name": html.escape(projection.site_name),
        "provider": html.escape(projection.organisation.name),
        "edition": "Internal" if projection.edition.internal else "Client edition",
        "internal": projection.edition.internal,
        "script": script_bundle()[0],
        "as_of": f"{projection.as_of.day} {projection.as_of:%b %Y}",
    }
