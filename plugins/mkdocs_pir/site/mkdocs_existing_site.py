"""Our pages as a section of a site that has other pages: in its frame, its navigation and its search."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site import assets, mkdocs_config, mkdocs_files, mkdocs_frames, mkdocs_navigation, views
from mkdocs_pir.site.kept_pages import MadePage
from mkdocs_pir.site.mkdocs_scripts import EXISTING_SITE_TEMPLATE, ThemeScripts
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.urls import path_of, source_of
from mkdocs_pir.site.views.components import PageView
from mkdocs_pir.site.views.edition_context import EditionContext


class ExistingSite:
    """Puts the pages of an edition into a site that has other pages.

    Args:
        config: The configuration of the site; our section is added to its navigation, if it has one.
        options: The options of the plugin.
        edition: The edition.
        prefix: The folder of our pages in the site, with a slash at its end.
    """

    def __init__(self, config: MkDocsConfig, options: Mapping[str, Any], edition: EditionContext, prefix: str) -> None:
        self.prefix = prefix
        self._options = options
        self._edition = edition
        self._config_of_pages = config
        self._has_header_search = False
        self._others: list[SearchDocument] = []
        if options.get("header_search", True):
            mkdocs_config.offer_header_search(config)
        config.theme.dirs.insert(0, str(theme_folder() / "existing-site"))
        config.nav = config.nav and mkdocs_navigation.with_section(config.nav, prefix, edition.projection)

    def add_files(self, files: Files, config: MkDocsConfig, pages: Mapping[str, PageView]) -> Files:
        """The files of the site with our pages, by their source files, and our other files."""
        folder = mkdocs_config.records_folder(config, self._options)
        records = {
            path_of(record): str(folder / source_of(record))
            for record in views.records_with_page(self._edition.projection)
        }
        # a page that shows many records is made from all of them; plugins expect one file
        configuration = config.config_file_path or ""

        def source(path: str) -> str:
            return records.get(path, configuration)

        return mkdocs_files.add_files(files, config, pages, self._edition, self.prefix, source)

    def add_section(self, nav: Navigation, config: MkDocsConfig, files: Files, pages: Mapping[str, PageView]) -> None:
        """Add our section at the end of the navigation, unless that or another plugin already contains it."""
        if not any(page.file.src_uri in pages for page in nav.pages):
            mkdocs_navigation.add_section(nav, config, files, self.prefix, self._edition.projection)
        # now, since pages are read before there is an environment of templates, and all plugins have set up the theme
        self._has_header_search = mkdocs_config.has_header_search(config, config.theme.get_env())

    def scripts(self, env: Environment, config: MkDocsConfig) -> ThemeScripts:
        """The scripts of our pages, whose configuration is not wholly that of the others."""
        self._config_of_pages = mkdocs_config.config_of_our_pages(config, self._edition.projection, self.prefix)
        return ThemeScripts(env, self._config_of_pages)

    def meta(self, view: PageView) -> dict[str, Any]:
        """What the theme is told of a page of ours."""
        meta = {**mkdocs_frames.page_meta(view), "template": EXISTING_SITE_TEMPLATE}
        # it may be all the navigation that the site has
        meta["hide"].remove("navigation")
        if self._has_header_search:
            # the theme's own index need not hold what nobody asks it for
            meta["search"] = {"exclude": True}
        return meta

    @staticmethod
    def content(ours: MadePage, config: MkDocsConfig) -> str:
        """The HTML of a page of ours for the frame of the site."""
        if mkdocs_config.has_our_look(config):
            return ours.html
        return f'<div class="md-typeset" data-md-color-scheme="default">\n{ours.html}\n</div>'

    def read_context(self, context: Any, page: Page, config: MkDocsConfig, scripts: ThemeScripts) -> None:
        """Prepare the context of the template of a page of ours."""
        context["config"] = self._config_of_pages
        scripts.read_frame(get_relative_url(".", page.url), context, page, config)

    def read_other(self, page: Page) -> None:
        """Take a page of the site that is none of ours into the search."""
        if self._has_header_search:
            self._others += mkdocs_config.search_documents(page)

    def write_search(self, site: Path) -> None:
        """Write the search index of our pages and the others."""
        for path, content in assets.search_files(self._edition, self._others).items():
            file = site / self.prefix / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
