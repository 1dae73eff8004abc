"""The files of a preview, each made when a browser asks for it: of ten thousand pages, nobody looks at more than a few."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from mkdocs_pir.exchange.exporting.published import ExportFile
from mkdocs_pir.site import assets, views
from mkdocs_pir.site.kept_pages import MadePage
from mkdocs_pir.site.made_pages import made
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views import home_pages

SITEMAP = "sitemap.xml"

Family = Callable[[views.EditionContext], Iterator[views.PageView]]


class Pages:
    """The page views of an edition by their paths, each made when it is asked for. Not thread-safe."""

    def __init__(self, edition: views.EditionContext, former: Pages | None = None) -> None:
        """`former` are the pages of the edition before a change: it knows which family is likely to have a path."""
        self._edition = edition
        self._records = {path_of(record): record for record in views.records_with_page(edition.projection)}
        self._unfinished = {family: family(edition) for family in views.FAMILIES}
        self._family_of: dict[str, Family] = dict(former._family_of) if former is not None else {}
        self._views: dict[str, views.PageView] = {}

    def view(self, path: str) -> views.PageView | None:
        """The view of the page at a path of the site, or None if the edition has no such page."""
        if (record := self._records.get(path)) is not None:
            return views.record_page(self._edition, record.id)
        if path not in self._views:
            likely = self._family_of.get(path, views.likely_family(path))
            for family in (likely, *views.FAMILIES) if likely is not None else views.FAMILIES:
                if self._look_for(path, family):
                    break
        return self._views.get(path)

    def file(self, path: str) -> bytes | None:
        """The content of a file beside a page that was made, or None if no such page has it."""
        return next((view.files[path] for view in self._views.values() if path in view.files), None)

    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder with a page of its own."""
        page = f"{path}/index.html"
        return page in self._records or page == home_pages.SEARCH

    def record_at(self, path: str) -> str | None:
        """The id of the record whose page is at a path, or None for other pages."""
        record = self._records.get(path)
        return record.id if record is not None else None

    def paths(self) -> list[str]:
        """The paths of all pages, in the order of `views.pages`."""
        for family in views.FAMILIES:
            self._look_for("", family)
        return [*(path for family in views.FAMILIES for path in self._paths_of(family)), *self._records]

    def _paths_of(self, family: Family) -> Iterator[str]:
        return (path for path in self._views if self._family_of[path] is family)

    def _look_for(self, path: str, family: Family) -> bool:
        """Make pages of a family until one has this path."""
        for view in self._unfinished[family]:
            self._views[view.path] = view
            self._family_of[view.path] = family
            if view.path == path:
                return True
        return False


class Frames(Protocol):
    """Makes whole pages."""

    def html(self, page: MadePage) -> str:
        """A page in its frame."""

    def sitemap(self, paths: Iterable[str]) -> str:
        """The sitemap of the site with the pages at these paths."""


class FilesOnDemand:
    """Writes files of one edition into the folder of a preview, each before it is served."""

    def __init__(
        self,
        edition: views.EditionContext,
        site: Path,
        address: str,
        former: FilesOnDemand | None = None,
    ) -> None:
        """`address` is that of the site; `former` made files of the edition before a change, which are not of use any more.

        Without frames, which may be set later, there are no pages.
        """
        self.address = address
        self.site = site
        self.frames: Frames | None = former.frames if former is not None else None
        self.pages: Pages = Pages(edition, former.pages if former is not None else None)
        self._renderer = PageRenderer(edition)
        self._assets = assets.groups(edition, address)
        self._made: dict[int, Mapping[str, ExportFile]] = {}
        self._written: set[str] = set()
        self._outdated: set[str] = former._outdated | former._written if former is not None else set()
        self._lock = threading.Lock()

    def provide(self, path: str) -> None:
        """Write the file at a path of the site, if the edition has one; remove one that it has no more."""
        with self._lock:
            if path in self._written or ".." in PurePosixPath(path).parts:
                return
            content = self._content(path)
            file = self.site / path
            if content is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                self._written.add(path)
            elif path in self._outdated:
                file.unlink(missing_ok=True)
            self._outdated.discard(path)

    def _content(self, path: str) -> bytes | None:
        if path.endswith(".html") and self.frames is not None:
            if (view := self.pages.view(path)) is None:
                return None
            return self.frames.html(made(self._renderer, view)).encode("utf-8", "xmlcharrefreplace")
        if path in (SITEMAP, f"{SITEMAP}.gz") and self.frames is not None:
            sitemap = self.frames.sitemap(self.pages.paths()).encode()
            return sitemap if path == SITEMAP else gzip.compress(sitemap)
        for number, (begin, give) in enumerate(self._assets):
            if path.startswith(begin):
                if number not in self._made:
                    self._made[number] = {file.path: file for file in give()}
                if (file := self._made[number].get(path)) is not None:
                    return file.make()
        return self.pages.file(path)
