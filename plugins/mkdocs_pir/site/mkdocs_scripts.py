"""The inline scripts of the theme, taken from its templates and never from a page with a record's text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from mkdocs_pir.site.frame import SCRIPTED_PARTS, without_space
from mkdocs_pir.site.scripts import FOLDER
from mkdocs_pir.site.security import inline_scripts
from mkdocs_pir.site.theme import theme_folder

THEME_SCRIPTS = "partials/javascripts"
"""The folder of the theme's templates that contain its inline scripts."""

EXISTING_SITE_TEMPLATE = "pir-page.html"
"""The template of our pages in a site that has other pages."""

START_TEMPLATE = "partials/pir-start.html"
"""The template of the script that all pages in a frame of ours load in their header."""


def start_script(env: Environment, config: MkDocsConfig) -> tuple[str, bytes]:
    """The path and content of the script in the header of all pages of a site whose pages are all ours.

    It has what would otherwise be the same in each page: inline scripts of the theme, and what only scripts use.
    """
    context = {"config": config, "base_url": ".", "features": config.theme.get("features") or []}
    parts = {
        "scope": _of_theme(env, config, "base.html", context),
        "scheme": _of_theme(env, config, "palette.html", context),
        "parts": SCRIPTED_PARTS,
        "switch": without_space(env.get_template("partials/palette.html").render(context)),
    }
    content = env.get_template(START_TEMPLATE).render({**context, **parts}).strip().encode()
    return f"{FOLDER}/pir-start.{hashlib.sha256(content).hexdigest()[:8]}.js", content


def _of_theme(env: Environment, config: MkDocsConfig, name: str, context: Mapping[str, Any]) -> str:
    """The code of an inline script of the theme, whose template we or the site may have replaced."""
    folders = (Path(folder, THEME_SCRIPTS) for folder in config.theme.dirs if Path(folder) != theme_folder())
    file = next(folder / name for folder in folders if (folder / name).is_file())
    return ";".join(inline_scripts(env.from_string(file.read_text("utf-8")).render(context)))


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
