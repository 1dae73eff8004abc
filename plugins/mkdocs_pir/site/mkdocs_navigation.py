"""Our pages in MkDocs' navigation: the whole of it, or one section among a site's other pages."""

from __future__ import annotations

import html
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.site import views

NAV_ENTRY = {"pir": "home"}
"""The entry of `nav` where the knowledge base appears in a site with other pages; without it, at the end."""

SECTION = "Reviews"
"""What the knowledge base is called in the navigation of such a site."""


def source_of(path: str) -> str:
    """The Markdown file that MkDocs is told a page of ours is made from."""
    return path.removesuffix(".html") + ".md"


def entries(prefix: str, projection: Projection) -> list[dict[str, str]]:
    """Our pages as entries of `nav`."""
    return [{title: prefix + source_of(path)} for title, path in views.navigation(projection)]


def with_section(nav: Any, prefix: str, projection: Projection) -> Any:
    """A `nav` with our section in the place of `pir: home`, at whatever depth."""
    if isinstance(nav, list):
        return [with_section(item, prefix, projection) for item in nav]
    if nav == NAV_ENTRY:
        return {SECTION: entries(prefix, projection)}
    if isinstance(nav, dict):
        return {title: with_section(item, prefix, projection) for title, item in nav.items()}
    return nav


def add_section(nav: Navigation, config: MkDocsConfig, files: Files, prefix: str, projection: Projection) -> None:
    """Put our section at the end of the site's navigation."""
    pages = []
    for title, path in views.navigation(projection):
        file = files.get_file_from_path(prefix + source_of(path))
        assert file is not None
        pages.append(Page(title, file, config))
    section = Section(SECTION, list(pages))
    for page in pages:
        page.parent = section
    nav.items.append(section)
    nav.pages.extend(pages)


def toc_tokens(toc: list[tuple[int, str, str]]) -> list[Any]:
    """Flat (level, id, title) headings as the nested tokens that MkDocs reads."""
    root: list[Any] = []
    stack: list[tuple[int, list[Any]]] = [(0, root)]
    for level, id_, title in toc:
        while stack[-1][0] >= level:
            stack.pop()
        token = {"level": level, "id": id_, "name": html.escape(title), "children": []}
        stack[-1][1].append(token)
        stack.append((level, token["children"]))  # type: ignore[arg-type]
    return root
