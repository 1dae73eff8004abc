"""Frames made by MkDocs and its theme, and the pages that fill them.

MkDocs makes every page that its navigation names, since no two of those are alike. The others, all records among them,
differ in little but their content: MkDocs makes one page for each frame, and we fill it.
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from jinja2 import Environment, TemplateNotFound
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import get_build_date, get_relative_url

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.site.frame import Frame, mark, without_space
from mkdocs_pir.site.kept_frames import Contents, KeptFrame, filling
from mkdocs_pir.site.kept_pages import FrameForm, Headings, MadePage, Toc
from mkdocs_pir.site.mkdocs_navigation import made_from, pages_by_path, put_below, source_of, toc_tokens
from mkdocs_pir.site.mkdocs_scripts import ThemeScripts
from mkdocs_pir.site.security import with_policy
from mkdocs_pir.site.urls import address_of, path_of
from mkdocs_pir.site.views import navigation_pages, records_with_page
from mkdocs_pir.site.views.components import PageView
from mkdocs_pir.store.result_store import key

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

CONTENTS_SHARED = 1000
"""The number of tables of contents that are cached, since many pages have the same headings."""

_EXAMPLE: Toc = [(1, "one", "One"), (2, "two", "Two"), (3, "three", "Three")]


def have_frames(config: MkDocsConfig, projection: Projection, ours: object) -> bool:
    """Whether MkDocs need make only the pages in the navigation; all others fill frames.

    It makes all of them where another plugin, a hook or a template of the site's own looks at single pages, or where
    the site's own navigation names a page of which only MkDocs can tell whether it exists.
    """
    known = {page.path for page in navigation_pages(projection)} | set(map(path_of, records_with_page(projection)))
    return fits(config, ours) and known >= set(map(made_from, in_navigation(config.nav)))


def fits(config: MkDocsConfig, ours: object) -> bool:
    """Whether no other plugin, hook or template of the site's own looks at single pages."""
    return not others(config, ours, PAGE_EVENTS) and not _own_templates_look_at_pages(config)


def others(config: MkDocsConfig, ours: object, events: Iterable[str] | None = None) -> bool:
    """Whether another plugin or a hook takes part in some events, or in any."""
    chosen = config.plugins.events if events is None else events
    methods = (method for event in chosen for method in config.plugins.events[event])
    return any(getattr(method, "__self__", None) is not ours for method in methods)


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


def page_meta(page: PageView | MadePage) -> dict[str, Any]:
    """What the theme is told of a page. Escaped here: the theme's templates do not escape."""
    # the sidebar would repeat one entry, since the tabs are the whole navigation; a phone shows it as the menu anyway
    hidden = ["navigation"] if page.template == "pir.html" else ["navigation", "toc"]
    return {"title": html.escape(page.title), "description": html.escape(page.description), "hide": hidden}


def in_sitemap(config: MkDocsConfig, paths: Iterable[str]) -> list[Any]:
    """Pages as the template of the sitemap wants them."""
    update_date = get_build_date()
    return [
        SimpleNamespace(page=SimpleNamespace(canonical_url=_address(config, path), update_date=update_date))
        for path in paths
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
        self._in_nav = pages_by_path(nav)
        self._scripts = scripts
        self._contents_template = env.from_string(CONTENTS)
        self._frames: dict[FrameForm, Frame | None] = {}
        self._contents: dict[tuple[tuple[int, str, str], ...], tuple[str, str]] = {}

    def html(self, page: MadePage) -> str:
        """A page in its frame."""
        meta = page_meta(page)
        if (in_nav := self._in_nav.get(page.path)) is not None:
            in_nav.meta = dict(meta)
            return self._rendered(in_nav, page.html, page.toc)
        address = _address(self._config, page.path)
        frame = self._frame(page.form)
        if frame is None:
            return self._themed(page.path, meta, page.html, page.toc, address, page.form.place)
        first, contents = self._table_of_contents(page.toc)
        return frame.fill(filling(page, address or "", first, contents))

    def kept(self, forms: Iterable[FrameForm], headings: Iterable[Headings]) -> tuple[list[KeptFrame], list[Contents]]:
        """The frames of these forms, and the tables of contents of these headings, for the next build."""
        frames = [KeptFrame(form, self._frame(form), self.digest(form)) for form in forms]
        some = islice(dict.fromkeys(headings), CONTENTS_SHARED)
        return frames, [Contents(toc, *self._table_of_contents(list(toc))) for toc in some]

    def digest(self, form: FrameForm) -> bytes:
        """The digest of all that the frame of a page of this form is made of; empty where there is no frame."""
        if (frame := self._frame(form)) is None:
            return b""
        return key(msgspec.msgpack.encode(frame), self._table_of_contents(_EXAMPLE)[1], self._config.site_url or "")

    def _table_of_contents(self, toc: Toc) -> tuple[str, str]:
        """The id of the first heading, and the theme's table of contents."""
        headings = tuple(toc)
        if headings not in self._contents:
            if len(self._contents) >= CONTENTS_SHARED:
                self._contents.clear()
            page = SimpleNamespace(toc=get_toc(toc_tokens(toc)))
            context = {**get_context(self._nav, [], self._config), "page": page}
            contents = without_space(self._contents_template.render(context)).strip()
            self._contents[headings] = toc[0][1] if toc else "", contents
        return self._contents[headings]

    def _frame(self, form: FrameForm) -> Frame | None:
        """The frame of pages of a form, or None where the theme makes something of a page that has no slot."""
        if form not in self._frames:
            try:
                self._frames[form] = self._made(form)
            except (ValueError, TemplateNotFound):
                self._frames[form] = None
        return self._frames[form]

    def _made(self, form: FrameForm) -> Frame:
        path = posixpath.join(form.folder, "page.html")
        toc = [(1, mark("first"), "heading"), (2, "pir-slot", "pir-slot")] if form.has_contents else []
        described = mark("description") if form.is_described else ""
        # a page without a heading of its own gets one from the theme
        content = f"<h1>{mark('content')}</h1>"
        marked = MadePage(path, form.template, mark("title"), described, content, toc)
        address = mark("address") if self._config.site_url else None
        page = self._themed(path, page_meta(marked), content, toc, address, form.place)
        page = page.replace(content, mark("content"))
        _, contents = self._table_of_contents(toc)
        return Frame.cut(page.replace(contents, mark("contents")))

    def _themed(
        self, path: str, meta: Mapping[str, Any], content: str, toc: Toc, address: str | None, place: str
    ) -> str:
        """A page as MkDocs makes it, below the page of the navigation that it belongs to."""
        page = Page(None, File.generated(self._config, source_of(path), content=""), self._config)
        page.meta = dict(meta)
        page.canonical_url = address
        put_below(page, place, self._in_nav)
        return self._rendered(page, content, toc)

    def _rendered(self, page: Page, content: str, toc: Toc) -> str:
        page.content = content
        page.toc = get_toc(toc_tokens(toc))
        page.active = True
        text = self._env.get_template("main.html").render(get_context(self._nav, self._pages, self._config, page))
        page.active = False
        return with_policy(without_space(text, content), self._scripts.at(get_relative_url(".", page.url)))

    def sitemap(self, paths: Iterable[str]) -> str:
        """The sitemap of the site with these pages."""
        context = get_context(self._nav, self._pages, self._config, base_url=".")
        return self._env.get_template("sitemap.xml").render(
            {**context, "pages": in_sitemap(self._config, sorted(paths))}
        )


def _address(config: MkDocsConfig, path: str) -> str | None:
    """Where a page is on the site, or None for a site that does not say where it will be."""
    return address_of(config.site_url or "", path) or None
