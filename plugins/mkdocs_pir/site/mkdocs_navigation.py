"""Our pages in MkDocs' navigation: all of it, or one section of a site with other pages."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.site import views
from mkdocs_pir.site.views.navigation import NavigationPage

NAV_ENTRY = {"pir": "home"}
"""The entry of `nav` that is replaced by our section in a site with other pages; without it, the section comes last."""

SECTION = "Reviews"
"""The title of that section."""


def source_of(path: str) -> str:
    """The path of the generated Markdown file of one of our pages."""
    return path.removesuffix(".html") + ".md"


def made_from(source: str) -> str:
    """The path of the page that MkDocs makes from a Markdown file."""
    return source.removesuffix(".md") + ".html"


def entries(prefix: str, projection: Projection) -> list[dict[str, Any]]:
    """Our pages as entries of `nav`."""

    def entry(page: NavigationPage) -> dict[str, Any]:
        return {page.title: prefix + source_of(page.path)}

    return [
        entry(section.pages[0]) if len(section.pages) == 1 else {section.title: list(map(entry, section.pages))}
        for section in views.navigation(projection)
    ]


def with_section(nav: Any, prefix: str, projection: Projection) -> Any:
    """A `nav` in which our section replaces the entry `pir: home`, at any depth."""
    if isinstance(nav, list):
        return [with_section(item, prefix, projection) for item in nav]
    if nav == NAV_ENTRY:
        return {SECTION: entries(prefix, projection)}
    if isinstance(nav, dict):
        return {title: with_section(item, prefix, projection) for title, item in nav.items()}
    return nav


def add_section(nav: Navigation, config: MkDocsConfig, files: Files, prefix: str, projection: Projection) -> None:
    """Add our section at the end of the site's navigation."""

    def page(of: NavigationPage) -> Page:
        file = files.get_file_from_path(prefix + source_of(of.path))
        assert file is not None
        nav.pages.append(made := Page(of.title, file, config))
        return made

    items = [
        page(section.pages[0]) if len(section.pages) == 1 else _section(section.title, map(page, section.pages))
        for section in views.navigation(projection)
    ]
    nav.items.append(_section(SECTION, items))


def _section(title: str, items: Iterable[Page | Section]) -> Section:
    section = Section(title, list(items))
    for item in section.children:
        item.parent = section
    return section


def pages_by_path(nav: Navigation, prefix: str = "") -> dict[str, Page]:
    """The pages that a navigation names, by the paths of ours."""
    return {made_from(page.file.src_uri.removeprefix(prefix)): page for page in nav.pages}


def put_below(page: Page, path: str, in_navigation: Mapping[str, Page]) -> None:
    """Make one of our pages that is in no navigation the child of the one that it belongs to, which the theme marks."""
    if (place := in_navigation.get(views.place_of(path))) is not None and place is not page:
        # MkDocs knows no pages below pages, but all that it does with a parent holds for one
        page.parent = place  # type: ignore[assignment]


def toc_tokens(toc: list[tuple[int, str, str]]) -> list[Any]:
    """Flat headings, (level, id, title), as the nested tokens that MkDocs expects."""
    root: list[Any] = []
    stack: list[tuple[int, list[Any]]] = [(0, root)]
    for level, id_, title in toc:
        while stack[-1][0] >= level:
            stack.pop()
        token = {"level": level, "id": id_, "name": html.escape(title), "children": []}
        stack[-1][1].append(token)
        stack.append((level, token["children"]))  # type: ignore[arg-type]
    return root
