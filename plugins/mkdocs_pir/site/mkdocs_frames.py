"""Frames made by MkDocs and its theme, and the pages that fill them.

MkDocs makes every page that its navigation names, since no two of those are alike. The others, all records among them,
differ in little but their content: MkDocs makes one page for each frame, and we fill it.
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urljoin

from jinja2 import Environment, TemplateNotFound
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_build_date, get_relative_url

from mkdocs_pir.site.frame import Frame, mark
from mkdocs_pir.site.mkdocs_navigation import toc_tokens
from mkdocs_pir.site.mkdocs_scripts import ThemeScripts
from mkdocs_pir.site.security import with_policy
from mkdocs_pir.site.views.components import PageView
from mkdocs_pir.store import stages

PAGE_EVENTS = (
    "files",
    "nav",
    "pre_page",
    "page_read_source",
    "page_markdown",
    "page_content",
    "page_context",
    "post_page",
)
"""Events in which a plugin or hook sees single pages, or all files."""

CONTENTS = '{% import "partials/language.html" as lang with context %}{% include "partials/toc.html" %}'
"""The theme's table of contents of a page by itself."""

Toc = list[tuple[int, str, str]]
"""The headings of a page as (level, id, title)."""


def framed(pages: Iterable[str], config: MkDocsConfig, ours: object) -> frozenset[str]:
    """The source files of pages that need not be made by MkDocs: those in no navigation.

    There are none where another plugin, a hook or a template of the site's own looks at single pages.
    """
    return frozenset(pages) - frozenset(in_navigation(config.nav)) if fits(config, ours) else frozenset()


def fits(config: MkDocsConfig, ours: object) -> bool:
    """Whether no other plugin, hook or template of the site's own looks at single pages."""
    methods = (method for event in PAGE_EVENTS for method in config.plugins.events[event])
    foreign = any(getattr(method, "__self__", None) is not ours for method in methods)
    return not foreign and not _own_templates_look_at_pages(config)


def _own_templates_look_at_pages(config: MkDocsConfig) -> bool:
    folder = config.theme.custom_dir
    templates = Path(folder).rglob("*.html") if folder and folder in config.theme.dirs else ()
    return any("page" in template.read_text("utf-8", errors="replace") for template in templates)


def in_navigation(nav: Any) -> Iterable[str]:
    """The source files that a setting `nav` names."""
    if isinstance(nav, str):
        yield nav
    elif isinstance(nav, (list, tuple)):
        for item in nav:
            yield from in_navigation(item)
    elif isinstance(nav, Mapping):
        for item in nav.values():
            yield from in_navigation(item)


def page_meta(view: PageView) -> dict[str, Any]:
    """What the theme is told of a page. Escaped here: the theme's templates do not escape."""
    # the sidebar would repeat one entry, since the tabs are the whole navigation; a phone shows it as the menu anyway
    hidden = ["navigation"] if view.template == "pir.html" else ["navigation", "toc"]
    return {"title": html.escape(view.title), "description": html.escape(view.description), "hide": hidden}


def in_sitemap(config: MkDocsConfig, sources: Iterable[str]) -> list[Any]:
    """Pages as the template of the sitemap wants them."""
    update_date = get_build_date()
    return [
        SimpleNamespace(page=SimpleNamespace(canonical_url=_address(config, source), update_date=update_date))
        for source in sources
    ]


class Frames:
    """Makes the pages of one build that are in no navigation."""

    def __init__(
        self, env: Environment, config: MkDocsConfig, nav: Navigation, files: Files, scripts: ThemeScripts
    ) -> None:
        self._env = env
        self._config = config
        self._nav = nav
        self._pages = files.documentation_pages()
        self._in_nav = {page.file.src_uri: page for page in nav.pages}
        self._scripts = scripts
        self._contents_template = env.from_string(CONTENTS)
        self._frames: dict[tuple[object, ...], Frame | None] = {}
        self._contents: dict[tuple[tuple[int, str, str], ...], tuple[str, str]] = {}

    def write(self, source: str, view: PageView, content: str, toc: Toc) -> None:
        """Write the whole page of a view."""
        page = self.html(source, view, content, toc).encode("utf-8", errors="xmlcharrefreplace")
        with stages.WRITING:
            file = Path(self._config.site_dir, f"{source.removesuffix('.md')}.html")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(page)

    def html(self, source: str, view: PageView, content: str, toc: Toc) -> str:
        """The whole page of a view: `source` is the Markdown file that it is named for, `content` its HTML."""
        meta = page_meta(view)
        if (page := self._in_nav.get(source)) is not None:
            page.meta = dict(meta)
            return self._rendered(page, content, toc)
        frame = self._frame(posixpath.dirname(source), meta, bool(toc))
        if frame is None:
            return self._themed(source, meta, content, toc, _address(self._config, source))
        first, contents = self._table_of_contents(toc)
        return frame.fill(
            {
                "title": meta["title"],
                "description": meta["description"],
                "address": _address(self._config, source) or "",
                "first": first,
                "contents": contents,
                "content": content,
            }
        )

    def _table_of_contents(self, toc: Toc) -> tuple[str, str]:
        """The id of the first heading, and the theme's table of contents."""
        key = tuple(toc)
        if key not in self._contents:
            page = SimpleNamespace(toc=get_toc(toc_tokens(toc)))
            context = {**get_context(self._nav, [], self._config), "page": page}
            self._contents[key] = toc[0][1] if toc else "", self._contents_template.render(context)
        return self._contents[key]

    def _frame(self, folder: str, meta: Mapping[str, Any], has_contents: bool) -> Frame | None:
        """The frame of pages in a folder, or None where the theme makes something of a page that has no slot."""
        key = (folder, tuple(meta["hide"]), bool(meta["description"]), has_contents)
        if key not in self._frames:
            try:
                self._frames[key] = self._made(folder, meta, has_contents)
            except (ValueError, TemplateNotFound):
                self._frames[key] = None
        return self._frames[key]

    def _made(self, folder: str, meta: Mapping[str, Any], has_contents: bool) -> Frame:
        source = posixpath.join(folder, "page.md")
        described = mark("description") if meta["description"] else ""
        marked = {**meta, "title": mark("title"), "description": described}
        toc = [(1, mark("first"), "heading"), (2, "pir-slot", "pir-slot")] if has_contents else []
        address = mark("address") if self._config.site_url else None
        # a page without a heading of its own gets one from the theme
        page = self._themed(source, marked, f"<h1>{mark('content')}</h1>", toc, address)
        page = page.replace(f"<h1>{mark('content')}</h1>", mark("content"))
        _, contents = self._table_of_contents(toc)
        return Frame.cut(page.replace(contents, mark("contents")))

    def _themed(self, source: str, meta: Mapping[str, Any], content: str, toc: Toc, address: str | None) -> str:
        """A page as MkDocs makes it."""
        page = Page(None, File.generated(self._config, source, content=""), self._config)
        page.meta = dict(meta)
        page.canonical_url = address
        return self._rendered(page, content, toc)

    def _rendered(self, page: Page, content: str, toc: Toc) -> str:
        page.content = content
        page.toc = get_toc(toc_tokens(toc))
        page.active = True
        text = self._env.get_template("main.html").render(get_context(self._nav, self._pages, self._config, page))
        page.active = False
        return with_policy(text, self._scripts.at(get_relative_url(".", page.url)))

    def sitemap(self, sources: Iterable[str]) -> str:
        """The sitemap of the site with these pages."""
        context = get_context(self._nav, self._pages, self._config, base_url=".")
        return self._env.get_template("sitemap.xml").render({**context, "pages": in_sitemap(self._config, sources)})


def _address(config: MkDocsConfig, source: str) -> str | None:
    """Where a page is on the site, or None for a site that does not say where it will be."""
    base = config.site_url
    if not base:
        return None
    return urljoin(base if base.endswith("/") else f"{base}/", quote(f"{source.removesuffix('.md')}.html"))
