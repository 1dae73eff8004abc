"""The files of an edition that are not pages: colours, logos and attachments, search index, data."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.search.documents import index_of
from mkdocs_pir.site import brand
from mkdocs_pir.site.config import theme_folder
from mkdocs_pir.site.urls import path_of

SCRIPTS = "assets/javascripts"


def files(projection: Projection) -> dict[str, bytes]:
    """Path in the site to content."""
    found = {"assets/stylesheets/pir-brand.css": brand.stylesheet(projection.branding).encode()}
    found |= {file.path: file.content for file in projection.files}
    found |= {f"search/{name}": content for name, content in index_of(projection, path_of).items()}
    return found


def scripts() -> list[str]:
    """Our scripts, in the order of their names."""
    return [f"{SCRIPTS}/{f.name}" for f in sorted((theme_folder() / "assets" / "javascripts").glob("*.js"))]


def superseded(path: str) -> bool:
    """Whether a file of the theme has no use here: its own search, and source maps."""
    return path.startswith((f"{SCRIPTS}/lunr/", f"{SCRIPTS}/workers/")) or path.endswith(".map")


def page_frame(projection: Projection) -> Mapping[str, Any]:
    """What the theme layer's page frame shows. Escaped here: the theme's templates do not escape."""
    logo = projection.branding.logo or projection.organisation.logo
    return {
        "logo": html.escape(f"files/{logo}") if logo else "",
        "name": html.escape(projection.site_name),
        "provider": html.escape(projection.organisation.name),
        "edition": "Internal" if projection.edition.internal else "Client edition",
        "internal": projection.edition.internal,
        "as_of": f"{projection.as_of.day} {projection.as_of:%b %Y}",
    }
