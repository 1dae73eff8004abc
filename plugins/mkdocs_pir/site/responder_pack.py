"""The responder pack: search, lessons, problems and causes of one edition in a zip that opens from disk."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb import atomic, kinds
from mkdocs_pir.kb.model import Cause, Lesson, ProblemRecord
from mkdocs_pir.search.documents import sources
from mkdocs_pir.search.index import build_index
from mkdocs_pir.site.offline import WORKER
from mkdocs_pir.site.urls import path_of

KINDS = (Lesson.kind, ProblemRecord.kind, Cause.kind)
"""The kinds of records in a pack, for somebody on call. Their texts contain the symptoms of the reviews."""

START_PAGE = "index.html"
_SEARCH = "search/index.html"
_FOLDERS = [kinds.KINDS[kind].folder for kind in KINDS]
_OURS = ("assets/", "search/", *(f"{folder}/" for folder in _FOLDERS))
_LISTS = re.compile(rf"(?:{'|'.join(_FOLDERS)})(?:-\d+)?\.html")
_ADDRESS = r"""(?:"([^"]*)"|([^\s"'>]+))"""
_LINK = re.compile(rf'(<(?:a|link)\b[^>]*?)\shref={_ADDRESS}((?:[^>"]|"[^"]*")*>)')
_REFERENCE = re.compile(rf"\s(?:href|src)={_ADDRESS}")
_TIME = (1980, 1, 1, 0, 0, 0)  # a fixed date, so that the same edition gives the same bytes


def reduce_to_pack(site: Path, projection: Projection) -> None:
    """Reduce a finished site to the content of a pack: a search index of its own, and pages that link only to each other."""
    index = build_index(
        (source for source in sources(projection, path_of) if source.record.kind in KINDS),
        synonyms=projection.synonyms,
        labels={record.id: record.label for record in (*projection.services.values(), *projection.clients.values())},
    )
    for file in list(_files(site)):
        name = file.relative_to(site).as_posix()
        if not _is_in_pack(name) or (name.startswith("search/") and name != _SEARCH):
            file.unlink()
    for name, content in index.items():
        (site / "search" / name).write_bytes(content)
    names = {file.relative_to(site).as_posix() for file in _files(site)} | {START_PAGE}
    pages = {name: (site / name).read_text("utf-8") for name in sorted(names - {START_PAGE}) if name.endswith(".html")}
    needed = {found for name, text in pages.items() for found in _references(name, text) if found.startswith("files/")}
    for name in names:
        if name.startswith("files/") and name not in needed:
            (site / name).unlink()
    for name, text in pages.items():
        (site / name).write_text(_unlinked(name, text, names), "utf-8", newline="\n")
    (site / START_PAGE).write_text(_start_page(projection), "utf-8", newline="\n")
    for folder in sorted((p for p in site.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def write(site: Path, out: Path) -> Mapping[str, int]:
    """Write every file of a folder into a zip file, which replaces `out` only when it is complete.

    Returns the size of each file in bytes. Raises OSError when the disk fails.
    """
    sizes = {}
    with atomic.replacing(out) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _files(site):
            path = file.relative_to(site).as_posix()
            entry = zipfile.ZipInfo(path, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            content = file.read_bytes()
            archive.writestr(entry, content)
            sizes[path] = len(content)
    return sizes


def _files(site: Path) -> Iterator[Path]:
    yield from sorted(path for path in site.rglob("*") if path.is_file())


def _is_in_pack(name: str) -> bool:
    return name != WORKER and (name.startswith((*_OURS, "files/")) or _LISTS.fullmatch(name) is not None)


def _target(page: str, address: str) -> str | None:
    """The path in the site of a file that a page refers to; None for another site or the page itself."""
    parts = urlsplit(unescape(address))
    if parts.scheme or parts.netloc or not parts.path:
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path)))


def _references(page: str, text: str) -> Iterator[str]:
    for match in _REFERENCE.finditer(text):
        if (target := _target(page, match[1] or match[2] or "")) is not None:
            yield target


def _unlinked(page: str, text: str, names: set[str]) -> str:
    """The page without addresses of files that are not in the pack; the text of such a link stays."""

    def loose(match: re.Match[str]) -> str:
        target = _target(page, match[2] or match[3] or "")
        if target is None or target in names:
            return match[0]
        return "" if match[1].startswith("<link") else f"{match[1]}{match[4]}"

    return _LINK.sub(loose, text)


def _start_page(projection: Projection) -> str:
    """The page to open first, which redirects to the search."""
    name = escape(projection.site_name)
    return (
        "<!doctype html>\n"
        f'<html lang="en"><meta charset="utf-8"><title>{name}</title>\n'
        f'<meta http-equiv="refresh" content="0; url={_SEARCH}">\n'
        f'<p><a href="{_SEARCH}">Search {name}</a>\n'
    )
