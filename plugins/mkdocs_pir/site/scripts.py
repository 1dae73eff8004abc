"""The scripts of the pages: which there are, in which order they load, and the one file that pages load."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from mkdocs_pir.site.config import theme_folder

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
        "pir-search-index.js",
        "pir-search-results.js",
        "pir-search-history.js",
        "pir-search-help.js",
        "pir-search-facets.js",
        "pir-search-page.js",
        "pir-search-boxes.js",
        "pir-search.js",
        "pir-tables.js",
        "pir-offline.js",
    )
)
"""Our scripts in the order in which they load. Classic scripts: from disk, a browser loads no modules."""

_HEADING = re.compile(r"\A/\*.*?\*/\n", re.DOTALL)


@cache
def script_bundle() -> tuple[str, bytes]:
    """The path and content of our scripts as one file, without what their first lines say of them.

    Where the server speaks no HTTP/2, browsers load scripts at the end of a page one after the other: as files of their own,
    they were most of the wait for a first result.
    """
    texts = ((theme_folder() / path).read_text("utf-8") for path in SCRIPTS)
    content = "\n".join(_HEADING.sub("", text, count=1) for text in texts).encode()
    return f"{FOLDER}/pir.{hashlib.sha256(content).hexdigest()[:8]}.js", content
