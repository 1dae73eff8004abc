"""Use without a network: which files of a published edition a browser keeps, and the worker that keeps them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

WORKER = "worker.js"
CACHE_LIMIT = 20_000_000
"""Bytes of pages kept at most, beside the frame and the index; some 3 MB on the line. The newest ids come first."""

_PLACEHOLDER = 'const BUILD = { version: "", files: {} };'
_FRAME = ("assets/", "search/")
_QUOTED = "search/texts-"
_START_PAGES = frozenset({"index.html", "lessons.html", "problems.html", "reviews.html"})
_RECORDS = ("lessons/LL", "lessons/", "problems/", "causes/", "pirs/")
_SHOWN = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif"})


def cached_paths(sizes: Mapping[str, int], bound: int = CACHE_LIMIT) -> list[str]:
    """The paths that a browser keeps, of the files of a site with their sizes in bytes.

    The frame, the index and the first pages of the lists always; then as many as fit: the pictures of pages, lessons,
    problems, causes, reviews, and last the texts from which the search quotes. What does not fit is told by the search
    from its index.
    """
    always = sorted(p for p in sizes if (p.startswith(_FRAME) and not p.startswith(_QUOTED)) or p in _START_PAGES)
    found = list(always)
    left = bound
    for path in _optional_paths(sizes, set(always)):
        if sizes[path] <= left:
            left -= sizes[path]
            found.append(path)
    return sorted(found)


def _optional_paths(sizes: Mapping[str, int], taken: set[str]) -> Iterator[str]:
    yield from sorted(path for path in sizes if path.startswith("files/") and Path(path).suffix.lower() in _SHOWN)
    for folder in _RECORDS:
        pages = [path for path in sizes if path.startswith(folder) and path.endswith(".html") and path not in taken]
        taken.update(pages)
        yield from sorted(pages, reverse=True)
    yield from sorted(path for path in sizes if path.startswith(_QUOTED))


def write_file_list(site: Path, bound: int = CACHE_LIMIT) -> None:
    """Write into the worker of a finished site what it keeps: the version of its content, and a hash of each file.

    Nothing in the site may change after this: a browser takes only what has the hash told here.
    """
    worker = site / WORKER
    text = worker.read_text("utf-8")
    if text.count(_PLACEHOLDER) != 1:
        raise ValueError(f"{WORKER} has no place for the list of files")
    sizes = {p.relative_to(site).as_posix(): p.stat().st_size for p in site.rglob("*") if p.is_file() and p != worker}
    files = {path: hashlib.sha256((site / path).read_bytes()).hexdigest()[:16] for path in cached_paths(sizes, bound)}
    listed = json.dumps(files, sort_keys=True, separators=(",", ":"))
    build = {"version": hashlib.sha256(listed.encode()).hexdigest()[:16], "files": files}
    worker.write_text(
        text.replace(_PLACEHOLDER, f"const BUILD = {json.dumps(build, sort_keys=True, indent=0)};"), "utf-8"
    )
