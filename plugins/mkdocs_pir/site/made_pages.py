"""Making all pages and files of an edition, in several processes at once, and only those whose inputs changed.

A page is kept with everything that it read (`views/recorded_reads.py`). While all of that is the same, and the frame of
the theme too, its file is taken over from the previous generation. For the page of a record what its view read counts
as well, so that it needs no view. All other pages show many records: their views are made, and while a view is the same,
nothing is rendered. What is kept is of one edition alone.
"""

from __future__ import annotations

import hashlib
import logging
import os
import posixpath
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from mkdocs_pir.editions.published_generation import FileState, PublishedGeneration
from mkdocs_pir.exchange.exporting.published import ExportFile
from mkdocs_pir.site import views
from mkdocs_pir.site.encoded_values import encoded
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views.components import PageView
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.recorded_reads import Read, RecordedReads
from mkdocs_pir.store import executors, progress, stages
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import key

log = logging.getLogger(__name__)

BATCH = 100
"""The number of records whose pages are one task."""

Toc = list[tuple[int, str, str]]
"""The headings of a page as (level, id, title)."""


class MadePage(Struct, frozen=True):
    """A page without the theme's frame: where it is, what the theme is told of it, its HTML and its headings."""

    path: str
    template: str
    title: str
    description: str
    html: str
    toc: Toc

    @property
    def form(self) -> FrameForm:
        """What the frame depends on, of all that differs among pages."""
        return FrameForm(
            posixpath.dirname(self.path),
            self.template,
            bool(self.description),
            bool(self.toc),
            views.place_of(self.path),
        )


class FrameForm(Struct, frozen=True, array_like=True):
    """All that the frames of two pages can differ in: folder, template, whether there are a description and headings,
    and the page of the navigation that they belong to."""

    folder: str
    template: str
    is_described: bool
    has_contents: bool
    place: str = ""


class Frames(Protocol):
    """Makes whole pages."""

    def html(self, page: MadePage) -> str:
        """A page in its frame."""

    def digest(self, form: FrameForm) -> bytes:
        """What the frame of such pages is; empty where pages of this form have no common frame."""


class KeptPage(Struct, frozen=True, array_like=True):
    """A page: the numbers of what it read, the form and the digest of its frame, and its file.

    `view` is the digest of its view; empty for the page of a record, of which the view is among what it read.
    """

    reads: tuple[int, ...]
    form: FrameForm
    frame: bytes
    sha256: str
    view: bytes = b""


class KeptFile(Struct, frozen=True, array_like=True):
    """A file that is no page: a digest of what it was made of, and its SHA-256."""

    made_of: bytes
    sha256: str


class KeptPages(Struct, array_like=True):
    """The pages of one edition by their paths, with what they read, (read, digest), each once; and other files."""

    reads: list[tuple[Read, bytes]]
    pages: dict[str, KeptPage]
    files: dict[str, KeptFile] = {}


class MadeSite(Struct):
    """What was made: the paths of all pages, and those pages that MkDocs puts into frames itself, by their paths.

    `linked` are the files that were taken over from the previous generation.
    """

    paths: list[str] = []
    unframed: dict[str, MadePage] = {}
    linked: dict[str, FileState] = {}


class Making:
    """The making of all pages and files of one edition in a folder.

    Args:
        edition: The edition. Pages are kept in its store.
        folder: Where pages and files are written.
        frames: Makes whole pages.
        unframed: The paths of pages that are handed back instead of being written.
        files: Gives the files that are no pages.
        previous: The previous generation, from which files are taken over; without it nothing is kept.
        before: HTML that stands before the content of each page; nothing is kept then.
    """

    def __init__(
        self,
        edition: EditionContext,
        folder: Path,
        frames: Frames,
        unframed: frozenset[str],
        files: Callable[[], Iterable[ExportFile]],
        previous: PublishedGeneration | None = None,
        before: str = "",
    ) -> None:
        self._edition = edition
        self._folder = folder
        self._frames = frames
        self._unframed = unframed
        self._files = files
        self._previous = previous
        self._before = before
        self._keeps = previous is not None and edition.store.is_open and not before
        self._reads = RecordedReads(edition)
        self._read_by_pages = self._reads.edition if self._keeps else edition
        self._renderer = PageRenderer(self._read_by_pages)
        self._kept = KeptPages([], {})

    def run(self) -> MadeSite:
        """Make everything."""
        self._kept = self._usable()
        kept = self._in_place()
        records = [r.id for r in views.records_with_page(self._edition.projection) if path_of(r) not in kept.pages]
        edition = self._edition.projection.edition
        log.info("%s: pages of records: %d as they were kept, %d made", edition, len(kept.pages), len(records))
        # copies of this process take tasks from the beginning and this one from the end, so the longest are there: the
        # files, and the lists of records
        tasks: list[_Task] = [("files", ())]
        tasks += [("records", tuple(records[at : at + BATCH])) for at in range(0, len(records), BATCH)]
        tasks += [("family", (number,)) for number in reversed(range(len(views.FAMILIES)))]
        self._prepare(len(records))
        made = MadeSite(list(kept.pages))
        keeping = _Keeping(kept)
        with progress.work("Pages", len(tasks)) as work:
            for part, new in executors.share(self._do, tasks):
                made.paths += part.paths
                made.unframed |= part.unframed
                if self._previous is not None:
                    self._previous.linked |= part.linked
                keeping.add(new)
                work.advance()
        for path in self._kept.pages.keys() - made.paths:
            (self._folder / path).unlink(missing_ok=True)
        if self._keeps:
            self._edition.store.put({_key(self._edition): msgspec.msgpack.encode(keeping.result())})
        return made

    def _prepare(self, pages: int) -> None:
        insight = self._edition.insight
        _ = insight.action_items_of, insight.recurrences, insight.accounts_of, insight.lives, insight.gates
        if pages > BATCH:
            _ = self._edition.related, self._edition.newest

    def _do(self, task: _Task) -> tuple[MadeSite, KeptPages]:
        what, of = task
        part, keeping = MadeSite(), _Keeping()
        if what == "files":
            for file in self._files():
                self._file(file, part, keeping)
        elif what == "family":
            for view in views.family(self._edition, int(of[0])):
                self._view(view, part, keeping)
        else:
            for id_ in of:
                self._record(str(id_), part, keeping)
        return part, keeping.result()

    def _record(self, id_: str, part: MadeSite, keeping: _Keeping) -> None:
        with self._noted() as noted:
            page = made(self._renderer, views.record_page(self._read_by_pages, id_), self._before)
        self._keep(page, noted, b"", part, keeping)

    def _view(self, view: PageView, part: MadeSite, keeping: _Keeping) -> None:
        """The page of a view of which it is not known what it read, and the files beside it."""
        for path, content in view.files.items():
            self._write(path, content, part)
        digest = digest_of(view) if self._keeps else b""
        kept = self._kept.pages.get(view.path)
        if kept is not None and kept.view == digest:
            part.paths.append(view.path)
            keeping.take(view.path, kept, self._kept.reads)
            return
        with self._noted() as noted:
            page = made(self._renderer, view, self._before)
        self._keep(page, noted, digest, part, keeping)

    def _file(self, file: ExportFile, part: MadeSite, keeping: _Keeping) -> None:
        """A file that is no page; it is not even made where it is made of the same as before."""
        kept = self._kept.files.get(file.path) if file.made_of else None
        if kept is not None and kept.made_of == file.made_of and self._link(file.path, kept.sha256, part):
            keeping.files[file.path] = kept
            return
        sha256 = self._write(file.path, file.make(), part)
        if file.made_of:
            keeping.files[file.path] = KeptFile(file.made_of, sha256)

    def _write(self, path: str, content: bytes, part: MadeSite) -> str:
        """Write a file, or take it over if it is the same as before. Returns its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self._link(path, sha256, part):
            _write(self._folder / path, content)
        return sha256

    def _link(self, path: str, sha256: str, part: MadeSite) -> bool:
        """Take a file over from the previous generation if it has this SHA-256."""
        if self._previous is None:
            return False
        file = self._folder / path
        try:
            linked = self._previous.link(path, sha256, file)
        except FileExistsError:
            # of a process that ended before it told of it
            file.unlink()
            linked = self._previous.link(path, sha256, file)
        if not linked:
            return False
        # what a copy of this process knows of it is lost otherwise
        part.linked[path] = self._previous.linked[path]
        return True

    def _noted(self) -> AbstractContextManager[set[Read]]:
        return self._reads.noted() if self._keeps else nullcontext(set())

    def _keep(self, page: MadePage, noted: set[Read], view: bytes, part: MadeSite, keeping: _Keeping) -> None:
        content = self._finish(part, page)
        if self._keeps and content is not None and (frame := self._frames.digest(page.form)):
            reads = [(read, self._reads.digest(read)) for read in noted]
            sha256 = hashlib.sha256(content).hexdigest()
            keeping.page(page.path, reads, page.form, frame, sha256, view)

    def _finish(self, part: MadeSite, page: MadePage) -> bytes | None:
        """Write a page, unless it is to be handed back."""
        part.paths.append(page.path)
        if page.path in self._unframed:
            part.unframed[page.path] = page
            return None
        content = self._frames.html(page).encode("utf-8", errors="xmlcharrefreplace")
        if page.path in self._kept.pages:
            # nothing may be written into a file that was taken over
            (self._folder / page.path).unlink(missing_ok=True)
        _write(self._folder / page.path, content)
        return content

    def _in_place(self) -> KeptPages:
        """Put the files of all kept pages in place. Returns those of records, of which everything is the same as before."""
        paths = {path_of(record) for record in views.records_with_page(self._edition.projection)}
        self._kept.pages = {
            path: page
            for path, page in self._kept.pages.items()
            if (page.view or path in paths) and self._take_over(path, page)
        }
        return KeptPages(self._kept.reads, {path: page for path, page in self._kept.pages.items() if not page.view})

    def _take_over(self, path: str, page: KeptPage) -> bool:
        """Put the file of a kept page in place. False if it is not there, or its frame is another."""
        return (
            self._previous is not None
            and path not in self._unframed
            and page.frame == self._frames.digest(page.form)
            and self._previous.link(path, page.sha256, self._folder / path)
        )

    @stages.VIEWS
    def _usable(self) -> KeptPages:
        """The kept pages that read what is read now."""
        if not self._keeps:
            return KeptPages([], {})
        kept = self._stored()
        same = [self._reads.digest(read) == digest for read, digest in kept.reads]
        pages = {path: page for path, page in kept.pages.items() if all(same[number] for number in page.reads)}
        names = sorted({read[0] for (read, _), unchanged in zip(kept.reads, same, strict=True) if not unchanged})
        if names:
            log.info("%s: of what pages read, this changed: %s", self._edition.projection.edition, ", ".join(names))
        return KeptPages(kept.reads, pages, kept.files)

    def _stored(self) -> KeptPages:
        name = _key(self._edition)
        content = self._edition.store.get([name]).get(name)
        try:
            return msgspec.msgpack.decode(content, type=KeptPages) if content else KeptPages([], {})
        except msgspec.DecodeError:
            return KeptPages([], {})


_Task = tuple[str, tuple[str | int, ...]]


class _Keeping:
    """Collects pages to keep. What several of them read is in it once."""

    def __init__(self, kept: KeptPages | None = None) -> None:
        self._numbers: dict[tuple[Read, bytes], int] = {}
        self._pages: dict[str, KeptPage] = {}
        self.files: dict[str, KeptFile] = {}
        if kept is not None:
            self.add(kept)

    def add(self, other: KeptPages) -> None:
        """Add pages that were collected elsewhere."""
        for path, page in other.pages.items():
            self.take(path, page, other.reads)
        self.files |= other.files

    def take(self, path: str, page: KeptPage, reads: Sequence[tuple[Read, bytes]]) -> None:
        """Add a page with the numbers of another collection, whose `reads` these are."""
        self.page(path, (reads[number] for number in page.reads), page.form, page.frame, page.sha256, page.view)

    def page(
        self,
        path: str,
        reads: Iterable[tuple[Read, bytes]],
        form: FrameForm,
        frame: bytes,
        sha256: str,
        view: bytes = b"",
    ) -> None:
        """Add one page."""
        numbers = tuple(self._numbers.setdefault(read, len(self._numbers)) for read in reads)
        self._pages[path] = KeptPage(numbers, form, frame, sha256, view)

    def result(self) -> KeptPages:
        return KeptPages(list(self._numbers), self._pages, self.files)


def _key(edition: EditionContext) -> bytes:
    """The name of what is kept of an edition: only the newest, since it says by itself what it was made from."""
    return key("pages", code_version(), str(edition.projection.edition))


def digest_of(view: PageView) -> bytes:
    """The digest of all of a view; where something in it has no known form, it is new each time."""
    try:
        # its files are named by their content
        return hashlib.blake2b(encoded(replace(view, files={})), digest_size=12).digest()
    except TypeError:
        return os.urandom(12)


def made(renderer: PageRenderer, view: PageView, before: str = "") -> MadePage:
    """The page of a view; `before` is HTML that stands before its content."""
    rendered = renderer.render(view)
    return MadePage(view.path, view.template, view.title, view.description, before + rendered.html, rendered.toc)


@stages.WRITING
def _write(file: Path, content: bytes | str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
