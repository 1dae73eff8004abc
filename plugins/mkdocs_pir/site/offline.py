"""Use without a network: the list of files that the service worker of an edition stores in the browser."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from mkdocs_pir.editions.published_generation import FileState, walk
from mkdocs_pir.store import stages

WORKER = "worker.js"
CACHE_LIMIT = 20_000_000
"""Most bytes of pages that are stored, besides the page frame and the index; about 3 MB when compressed."""

_PLACEHOLDER = 'const BUILD = { version: "", files: {} };'
_FRAME = ("assets/", "search/")
_QUOTED = "search/texts-"
_START_PAGES = frozenset({"index.html", "lessons.html", "problems.html", "reviews.html"})
_RECORDS = ("lessons/LL", "lessons/", "problems/", "causes/", "pirs/")
_SHOWN = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif"})


def cached_paths(sizes: Mapping[str, int], limit: int = CACHE_LIMIT) -> list[str]:
    """The paths that a browser stores, of the files of a site with their `sizes` in bytes.

    The page frame, the search index and the first pages of the lists are always stored. Then follow, as far as they
    fit into `limit` bytes: images, lessons, problems, causes and reviews (the newest ids first), and last the texts
    that the search quotes. For a page that does not fit, the search shows what its index has.
    """
    always = sorted(p for p in sizes if (p.startswith(_FRAME) and not p.startswith(_QUOTED)) or p in _START_PAGES)
    paths = list(always)
    left = limit
    for path in _optional_paths(sizes, set(always)):
        if sizes[path] <= left:
            left -= sizes[path]
            paths.append(path)
    return sorted(paths)


def _optional_paths(sizes: Mapping[str, int], taken: set[str]) -> Iterator[str]:
    yield from sorted(path for path in sizes if path.startswith("files/") and Path(path).suffix.lower() in _SHOWN)
    for folder in _RECORDS:
        pages = [path for path in sizes if path.startswith(folder) and path.endswith(".html") and path not in taken]
        taken.update(pages)
        yield from sorted(pages, reverse=True)
    yield from sorted(path for path in sizes if path.startswith(_QUOTED))


@stages.WRITING
def write_file_list(site: Path, limit: int = CACHE_LIMIT, linked: Mapping[str, FileState] = {}) -> None:
    """Write the list of files to store, each with its hash, and its version into the worker of a finished site.

    No file of the site may change afterwards, since the worker accepts only files with these hashes. The `linked` files
    were taken over from the previous generation and are not read again, as long as they are what was taken over.
    """
    worker = site / WORKER
    text = worker.read_text("utf-8")
    if text.count(_PLACEHOLDER) != 1:
        raise ValueError(f"{WORKER} has no place for the list of files")
    found = {path: entry.stat() for path, entry in walk(site) if path != WORKER}

    def sha256(path: str) -> str:
        known = linked.get(path)
        if known is not None and known == FileState.of(found[path], known.sha256):
            return known.sha256
        return hashlib.sha256((site / path).read_bytes()).hexdigest()

    stored = cached_paths({path: status.st_size for path, status in found.items()}, limit)
    files = {path: sha256(path)[:16] for path in stored}
    listed = json.dumps(files, sort_keys=True, separators=(",", ":"))
    build = {"version": hashlib.sha256(listed.encode()).hexdigest()[:16], "files": files}
    worker.write_text(
        text.replace(_PLACEHOLDER, f"const BUILD = {json.dumps(build, sort_keys=True, indent=0)};"),
        "utf-8",
        newline="\n",
    )
