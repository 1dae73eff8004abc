"""Adapts MkDocs' configuration to an edition: the folder of our pages, the theme, and what must not be published."""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb import settings as kb_settings
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.search.search_document import SearchDocument
from mkdocs_pir.site import assets, docs_file_checks, edit_links, header_search
from mkdocs_pir.site.client_config import STEERING_KEYS, preview_problems
from mkdocs_pir.site.frame_providers import THEMES
from mkdocs_pir.site.mkdocs_errors import BuildStopped
from mkdocs_pir.site.mkdocs_navigation import entries
from mkdocs_pir.site.printing import published_pdfs
from mkdocs_pir.site.scripts import style_bundle
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.theme_files import lists_visible_files

FAVICON = "assets/images/favicon.png"
"""The icon that comes with the theme."""

GUESSED = ("edit/master/docs/", "src/default/docs/")
"""What MkDocs takes for `edit_uri` at known hosts, which is wrong where `docs_dir` is another folder."""

_SEARCH_TEMPLATES = theme_folder() / "existing-site-search"
_SEARCH_TEMPLATE = "partials/search.html"

FEATURES = ["navigation.tabs", "navigation.top", "content.code.copy", "toc.follow"]

PALETTE = [
    {
        "media": "(prefers-color-scheme: light)",
        "scheme": "default",
        "primary": "custom",
        "accent": "custom",
        "toggle": {"icon": "material/weather-night", "name": "Switch to dark"},
    },
    {
        "media": "(prefers-color-scheme: dark)",
        "scheme": "slate",
        "primary": "custom",
        "accent": "custom",
        "toggle": {"icon": "material/weather-sunny", "name": "Switch to light"},
    },
]


def records_folder(config: MkDocsConfig, options: Mapping[str, Any]) -> Path:
    """The folder of the records, without resolving symbolic links."""
    root = Path(config.config_file_path or "mkdocs.yml").parent
    return root / str(options.get("records") or kb_settings.RECORDS)


def refuse_sources(config: MkDocsConfig, options: Mapping[str, Any]) -> None:
    """Check the files that MkDocs will read, before it follows symbolic links. Raises BuildStopped."""
    root = Path(config.config_file_path or "mkdocs.yml").parent
    records = records_folder(config, options)
    excluded = config.exclude_docs
    problems = list(
        docs_file_checks.file_problems(
            Path(config.docs_dir), root, records, excluded.match_file if excluded else lambda path: False
        )
    )
    if config.theme.custom_dir:
        problems += docs_file_checks.file_problems(Path(config.theme.custom_dir), root, records)
    if problems:
        raise BuildStopped(problems)


def prefix_of(config: MkDocsConfig, edition: Edition, options: Mapping[str, Any]) -> str:
    """The folder of our pages in a site that has other pages; empty if all pages of the site are ours.

    It is empty for a client's edition, which never has the site's other pages.
    """
    records = Path(os.path.realpath(records_folder(config, options)))
    return "" if not edition.internal or records == Path(os.path.realpath(config.docs_dir)) else f"{records.name}/"


def offer_header_search(config: MkDocsConfig) -> None:
    """Put our search into the place of the theme's; a template of the site's own for that place counts before ours."""
    if config.theme.name in THEMES:
        at = 1 if config.theme.custom_dir in config.theme.dirs[:1] else 0
        config.theme.dirs.insert(at, str(_SEARCH_TEMPLATES))


def has_header_search(config: MkDocsConfig, env: Environment) -> bool:
    """Whether the header of the site's pages has our search: the theme's is on, and no template of the site's is before ours."""
    search = config.plugins.get(f"{config.theme.name}/search")
    if str(_SEARCH_TEMPLATES) not in config.theme.dirs or search is None or not search.config.get("enabled", True):
        return False
    assert env.loader is not None
    _, file, _ = env.loader.get_source(env, _SEARCH_TEMPLATE)
    header, _, _ = env.loader.get_source(env, "partials/header.html")
    return file is not None and Path(file).is_relative_to(_SEARCH_TEMPLATES) and _SEARCH_TEMPLATE in header


def search_documents(page: Page) -> Iterator[SearchDocument]:
    """The documents of a page that is none of ours, for our search; none for one that its front matter leaves out."""
    options = page.meta.get("search")
    if isinstance(options, Mapping) and options.get("exclude"):
        return
    tags = page.meta.get("tags")
    words = [str(tag) for tag in tags] if isinstance(tags, list) else []
    # addresses of the index lead from the folder of our pages
    yield from header_search.documents(
        f"../{page.url.removeprefix('./')}",
        str(page.title or ""),
        str(page.meta.get("description") or ""),
        words,
        page.content or "",
    )


def edit_template(config: MkDocsConfig, options: Mapping[str, Any]) -> str:
    """The template of the addresses at which records are edited; empty where mkdocs.yml names none."""
    if config.edit_uri in GUESSED and Path(config.docs_dir).name != "docs":
        return ""
    folder = os.path.relpath(records_folder(config, options), config.docs_dir).replace(os.sep, "/")
    return edit_links.edit_template(
        config.repo_url or "",
        config.edit_uri or "",
        config.edit_uri_template or "",
        "" if folder == "." else f"{folder}/",
    )


def paper_of(config: MkDocsConfig, options: Mapping[str, Any]) -> str:
    """The paper of the PDFs to publish; empty for none. Raises BuildStopped where this machine cannot make them."""
    try:
        return published_pdfs.paper_of(Path(config.config_file_path or "mkdocs.yml"), str(options.get("pdfs") or ""))
    except ProblemError as error:
        raise BuildStopped(error.problems) from None


def refuse_for_client(config: MkDocsConfig, edition: Edition) -> None:
    """Refuse to preview a client's edition with settings of mkdocs.yml that it must not use. Raises ProblemError."""
    file = Path(config.config_file_path or "mkdocs.yml")
    steering = {key: config.get(key) for key in STEERING_KEYS}
    if problems := sorted(preview_problems(file, edition, config.theme.name, list(config.plugins), steering)):
        raise ProblemError(problems)


def configure(config: MkDocsConfig, projection: Projection, leaves_offline: bool) -> None:
    """Set what our pages need of MkDocs and Material, and switch off what would load anything from other hosts."""
    config.use_directory_urls = False
    config.theme["font"] = False
    config.theme["palette"] = config.theme.get("palette") or PALETTE
    config.theme["features"] = config.theme.get("features") or FEATURES
    config.theme.dirs.insert(0, str(theme_folder()))
    # a page of the site's own for missing addresses stands before ours
    own = config.theme.custom_dir in config.theme.dirs[1:2]
    config.theme.dirs.insert(2 if own else 1, str(theme_folder() / "not-found"))
    config.theme.get_env = lists_visible_files(config.theme.get_env)  # type: ignore[method-assign]
    config.site_name = html.escape(projection.site_name)
    config.extra["pir"] = {**assets.page_frame(projection), "offline": leaves_offline}
    if not config.nav or not projection.edition.internal:
        config.nav = entries("", projection)
    config.edit_uri = config.edit_uri_template = None
    config.extra_css = [assets.BRAND, style_bundle()[0], *config.extra_css]
    if not projection.edition.internal:
        config.repo_url = config.repo_name = config.site_url = config.site_author = config.site_description = (
            config.copyright
        ) = None
        # templates, logo and icon of the internal site are not the client's; its own come from its record
        config.theme.dirs = [folder for folder in config.theme.dirs if folder != config.theme.custom_dir]
        config.theme["logo"] = ""
        config.theme["favicon"] = FAVICON
        frame = config.extra["pir"]
        config.extra.clear()
        config.extra.update({"pir": frame, "generator": False})


def has_our_look(config: MkDocsConfig) -> bool:
    """Whether the theme gives a page the classes and colours on which our style sheets build."""
    return config.theme.name in THEMES


def config_of_our_pages(config: MkDocsConfig, projection: Projection, prefix: str) -> MkDocsConfig:
    """The configuration for our pages in a site with other pages: nothing from other hosts, no scripts but the theme's."""
    own = copy(config)
    frame = assets.page_frame(projection)
    own.extra = {**config.extra, "pir": {**frame, "script": prefix + frame["script"]}}  # type: ignore[assignment]
    local = [path for path in config.extra_css if not urlsplit(str(path)).netloc]
    colours = () if has_our_look(config) else (assets.BRAND,)
    own.extra_css = [*(prefix + path for path in (*colours, style_bundle()[0])), *local]
    own.extra_javascript = []
    return own
