"""The inline scripts of the theme, taken from its templates and never from a page with a record's text."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from mkdocs_pir.site.security import inline_scripts

THEME_SCRIPTS = "partials/javascripts"
"""The folder of the theme's templates that contain its inline scripts."""

EXISTING_SITE_TEMPLATE = "pir-page.html"
"""The template of our pages in a site that has other pages."""


class ThemeScripts:
    """The theme's inline scripts, rendered once for each relative path from a page to the root, which they contain."""

    def __init__(self, env: Environment, config: MkDocsConfig) -> None:
        self._env = env
        self._config = config
        self._known: dict[str, list[str]] = {}

    def at(self, base_url: str) -> list[str]:
        """The scripts of a page with this relative path to the root: Material's, unless `read_frame` has read others."""
        if base_url not in self._known:
            config = self._config
            folders = (Path(folder, THEME_SCRIPTS) for folder in config.theme.dirs)
            names = sorted({file.name for folder in folders for file in folder.glob("*.html")})
            context = {"config": config, "base_url": base_url, "features": config.theme.get("features") or []}
            parts = (self._env.get_template(f"{THEME_SCRIPTS}/{name}").render(context) for name in names)
            self._known[base_url] = [code for part in parts for code in inline_scripts(part)]
        return self._known[base_url]

    def read_frame(self, base_url: str, context: Mapping[str, Any], page: Page, config: MkDocsConfig) -> None:
        """Read the scripts of the site's own theme, for our pages at the depth of this one in a site with other pages.

        The frame is rendered around an empty page, so that it contains nothing of a record.
        """
        if base_url in self._known:
            return
        empty = copy(page)
        empty.file = File.generated(config, "/".join(["page"] * page.file.src_uri.count("/") + ["page.md"]), content="")
        empty.file.use_directory_urls = False
        empty.title, empty.content, empty.markdown = "Page", "", ""
        empty.toc = get_toc([])
        empty.meta = {**page.meta, "title": empty.title, "description": empty.title}
        empty.canonical_url = empty.edit_url = empty.parent = empty.previous_page = empty.next_page = None
        frame = self._env.get_template(EXISTING_SITE_TEMPLATE).render({**context, "page": empty})
        self._known[base_url] = inline_scripts(frame)
