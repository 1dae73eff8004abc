"""The scripts and style sheets of the pages: the lists in load order, and the files that they are joined into."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from mkdocs_pir.site.theme import theme_folder

FOLDER = "assets/javascripts"
SCRIPTS = tuple(
    f"{FOLDER}/{name}"
    for name in (
        "pir-base.js",
        "pir-search-tokeniser.js",
        "pir-search-shards.js",
        "pir-search-dictionary.js",
        "pir-search-plan.js",
        "pir-search-explain.js",
        "pir-search-succession.js",
        "pir-search-index.js",
        "pir-search-results.js",
        "pir-search-history.js",
        "pir-search-help.js",
        "pir-search-filters.js",
        "pir-search-page.js",
        "pir-search-boxes.js",
        "pir-search.js",
        "pir-anchors.js",
        "pir-times.js",
        "pir-copy.js",
        "pir-timeline.js",
        "pir-home.js",
        "pir-tables.js",
        "pir-charts.js",
        "pir-listing-rows.js",
        "pir-listing-menus.js",
        "pir-listing.js",
        "pir-scrolling.js",
        "pir-skip.js",
        "pir-tabs.js",
        "pir-offline.js",
    )
)
"""Our scripts in load order. They are classic scripts, since browsers do not load modules from disk (file://)."""

STYLE_SHEETS = tuple(
    f"assets/stylesheets/{name}"
    for name in ("pir-tokens.css", "pir-charts.css", "pir.css", "pir-process.css", "pir-search.css")
)
"""Our style sheets, in the order in which their rules count."""

_HEADING = re.compile(r"\A/\*.*?\*/\n", re.DOTALL)


def script_bundle() -> tuple[str, bytes]:
    """The path and content of our scripts as one file, without their heading comments.

    Without HTTP/2 a browser loads the scripts at the end of a page one after the other; as separate files they were
    most of the time until a first search result.
    """
    return _bundle("pir", SCRIPTS)


def search_bundle() -> tuple[str, bytes]:
    """As `script_bundle`, with the scripts of the search alone: for the other pages of a site, which have the search box."""
    return _bundle("pir-search", tuple(path for path in SCRIPTS if "/pir-base" in path or "/pir-search" in path))


def style_bundle() -> tuple[str, bytes]:
    """The path and content of our style sheets as one file: each page names it, and a browser asks for it once."""
    return _bundle("pir", STYLE_SHEETS)


@cache
def _bundle(name: str, paths: tuple[str, ...]) -> tuple[str, bytes]:
    texts = ((theme_folder() / path).read_text("utf-8") for path in paths)
    content = "\n".join(_HEADING.sub("", text, count=1) for text in texts).encode()
    folder, _, file = paths[0].rpartition("/")
    return f"{folder}/{name}.{hashlib.sha256(content).hexdigest()[:8]}.{file.rpartition('.')[2]}", content
