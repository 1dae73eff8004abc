"""Making all pages and files of an edition, in several processes at once, and only those whose inputs changed.

A page is kept with everything that it read (`views/recorded_reads.py`). While all of that is the same, and the frame of
the theme too, its file is taken over from the previous generation. For the page of a record what its view read counts
as well, so that it needs no view. All other pages and files show many records and are made in parts, each from the
edition without the bodies of its records. While that is the same, and what the part read of bodies too, the part is
taken over as a whole. Otherwise its views are made, and while one is the same, its page is not rendered. What is kept is
of one edition alone.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from mkdocs_pir.editions.encoded_values import encoded
from mkdocs_pir.editions.published_generation import FileState, PublishedGeneration
from mkdocs_pir.exchange.exporting.published import ExportFile
from mkdocs_pir.site import views
from mkdocs_pir.site.assets import Group
from mkdocs_pir.site.kept_pages import (
    FrameForm,
    Headings,
    Keeping,
    KeptFile,
    KeptPage,
    KeptPages,
    KeptPart,
    MadePage,
    keep,
    kept_pages,
)
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views.components import PageView
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.recorded_reads import UNKNOWN, Read, RecordedReads, reads_bodies
from mkdocs_pir.store import executors, progress, stages
from mkdocs_pir.store.garbage import not_collected
from mkdocs_pir.store.result_store import key

log = logging.getLogger(__name__)

BATCH = 100
"""The number of records whose pages are one task."""


class Frames(Protocol):
    """Makes whole pages."""

    def html(self, page: MadePage) -> str:
        """A page in its frame."""

    def digest(self, form: FrameForm) -> bytes:
        """What the frame of such pages is; empty where pages of this form have no common frame."""


class MadeSite(Struct):
    """What was made: the paths of all pages, and those pages that MkDocs puts into frames itself, by their paths.

    `linked` are the files that were taken over from the previous generation, `forms` those of all frames, and `headings`
    those of the pages that were put into frames.
    """

    paths: list[str] = []
    unframed: dict[str, MadePage] = {}
    linked: dict[str, FileState] = {}
    forms: set[FrameForm] = set()
    headings: set[Headings] = set()

    def add(self, other: MadeSite) -> None:
        self.paths += other.paths
        self.unframed |= other.unframed
        self.linked |= other.linked
        self.forms |= other.forms
        self.headings |= other.headings


class Making:
    """The making of all pages and files of one edition in a folder.

    Args:
        edition: The edition. Pages are kept in its store.
        folder: Where pages and files are written.
        frames: Makes whole pages.
        unframed: The paths of pages that are handed back instead of being written.
        files: Gives the files of an edition that are no pages, in groups.
        address: Where the site will be, if known, which files may name.
        previous: The previous generation, from which files are taken over; without it nothing is kept.
        before: HTML that stands before the content of each page; nothing is kept then.
    """

    def __init__(
        self,
        edition: EditionContext,
        folder: Path,
        frames: Frames,
        unframed: frozenset[str],
        files: Callable[[EditionContext], Sequence[Group]],
        address: str = "",
        previous: PublishedGeneration | None = None,
        before: str = "",
    ) -> None:
        self._edition = edition
        self._folder = folder
        self._frames = frames
        self._unframed = unframed
        self._previous = previous
        self._before = before
        self._keeps = previous is not None and edition.store.is_open and not before
        self._reads = RecordedReads(edition)
        self._read_by_pages = self._reads.edition if self._keeps else edition
        self._read_by_parts = self._reads.of_many if self._keeps else edition
        self._renderer = PageRenderer(self._read_by_pages)
        self._groups = {f"files {begin}": give for begin, give in files(self._read_by_parts)}
        self._families = {f"pages {make.__module__}": number for number, make in enumerate(views.FAMILIES)}
        self._digest = key(edition.digest, address) if self._keeps else b""
        self._kept = KeptPages()
        self._frame_digests: dict[FrameForm, bytes] = {}

    def run(self) -> MadeSite:
        """Make everything."""
        made, keeping = MadeSite(), Keeping()
        of_records = {path_of(record): record.id for record in views.records_with_page(self._edition.projection)}
        with not_collected():
            self._kept = self._usable()
            to_make = self._choose(of_records)
        records = [id_ for path, id_ in of_records.items() if path not in self._kept.pages]
        log.info(
            "%s: pages of records: %d as they were kept, %d made; %d of %d parts of the others made",
            self._edition.projection.edition,
            sum(1 for page in self._kept.pages.values() if not page.view),
            len(records),
            len(to_make),
            len(self._groups) + len(self._families),
        )
        # copies of this process take tasks from the beginning and this one from the end, so the longest are there: the
        # files, and the lists of records
        tasks: list[_Task] = [(name, ()) for name in self._groups if name in to_make]
        tasks += [("records", tuple(records[at : at + BATCH])) for at in range(0, len(records), BATCH)]
        tasks += [(name, ()) for name in reversed(self._families) if name in to_make]
        self._prepare(len(records), bool(to_make & self._families.keys()))

        def take_over() -> None:
            with not_collected():
                self._take_over(of_records, to_make, made, keeping)

        with progress.work("Pages", len(tasks)) as work:
            for part, new in executors.share(self._do, tasks, take_over):
                made.add(part)
                keeping.add(new)
                work.advance()
        if self._previous is not None:
            self._previous.linked |= made.linked
        for path in self._kept.pages.keys() - made.paths:
            (self._folder / path).unlink(missing_ok=True)
        if self._keeps:
            with not_collected():
                keep(self._edition, keeping.result(self._digest))
        return made

    def _prepare(self, pages: int, has_families: bool) -> None:
        """Work out here what several tasks need, since copies of this process have it then."""
        edition = self._read_by_parts
        if has_families or pages > BATCH:
            insight = edition.insight
            _ = insight.action_items_of, insight.occurrences_of, insight.accounts_of, insight.lives, insight.gates
        if pages > BATCH:
            _ = edition.related, edition.newest

    def _do(self, task: _Task) -> tuple[MadeSite, KeptPages]:
        name, records = task
        part, keeping = MadeSite(), Keeping()
        for id_ in records:
            self._record(id_, part, keeping)
        if name in self._groups or name in self._families:
            with self._noted() as noted:
                kept = self._part(name, part, keeping)
            if self._keeps and UNKNOWN not in noted:
                keeping.part(name, kept, self._with_digests(noted))
        return part, keeping.result()

    def _part(self, name: str, part: MadeSite, keeping: Keeping) -> KeptPart:
        """Make the pages of a family of views, or a group of files."""
        files: dict[str, str] = {}
        if name in self._groups:
            for file in self._groups[name]():
                files[file.path] = self._file(file, part, keeping)
            return KeptPart(files=files)
        for view in views.family(self._read_by_parts, self._families[name]):
            self._view(view, part, keeping, files)
        framed = [path for path in part.paths if path not in part.unframed]
        return KeptPart((), framed, part.unframed, files)

    def _record(self, id_: str, part: MadeSite, keeping: Keeping) -> None:
        with self._noted() as noted:
            page = made(self._renderer, views.record_page(self._read_by_pages, id_), self._before)
        self._keep(page, noted, b"", part, keeping)

    def _view(self, view: PageView, part: MadeSite, keeping: Keeping, files: dict[str, str]) -> None:
        """The page of a view of which it is not known what it read, and the files beside it."""
        for path, content in view.files.items():
            files[path] = self._write(path, content, part)
        digest = digest_of(view) if self._keeps else b""
        kept = self._kept.pages.get(view.path)
        if kept is not None and kept.view == digest:
            part.paths.append(view.path)
            keeping.take(view.path, kept, self._kept.reads)
            return
        with self._noted() as noted:
            page = made(self._renderer, view, self._before)
        self._keep(page, noted, digest, part, keeping)

    def _file(self, file: ExportFile, part: MadeSite, keeping: Keeping) -> str:
        """A file that is no page; it is not even made where it is made of the same as before. Returns its SHA-256."""
        kept = self._kept.files.get(file.path) if file.made_of else None
        if kept is not None and kept.made_of == file.made_of and self._link(file.path, kept.sha256, part):
            keeping.file(file.path, kept)
            return kept.sha256
        sha256 = self._write(file.path, file.make(), part)
        if file.made_of:
            keeping.file(file.path, KeptFile(file.made_of, sha256))
        return sha256

    def _write(self, path: str, content: bytes, part: MadeSite) -> str:
        """Write a file, or take it over if it is the same as before. Returns its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        if not self._link(path, sha256, part):
            _write(self._folder / path, content)
        return sha256

    def _link(self, path: str, sha256: str, part: MadeSite | None = None) -> bool:
        """Take a file over from the previous generation if it has this SHA-256; `part` is of a process that may be a copy."""
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
        if part is not None:
            # what a copy of this process knows of it is lost otherwise
            part.linked[path] = self._previous.linked[path]
        return True

    def _frame_digest(self, form: FrameForm) -> bytes:
        if form not in self._frame_digests:
            self._frame_digests[form] = self._frames.digest(form)
        return self._frame_digests[form]

    def _noted(self) -> AbstractContextManager[set[Read]]:
        return self._reads.noted() if self._keeps else nullcontext(set())

    def _with_digests(self, noted: Iterable[Read]) -> list[tuple[Read, bytes]]:
        return [(read, self._reads.digest(read)) for read in noted]

    def _keep(self, page: MadePage, noted: set[Read], view: bytes, part: MadeSite, keeping: Keeping) -> None:
        content = self._finish(part, page)
        if self._keeps and content is not None and (frame := self._frame_digest(page.form)):
            sha256 = hashlib.sha256(content).hexdigest()
            keeping.page(page.path, self._with_digests(noted), page.form, frame, sha256, view)

    def _finish(self, part: MadeSite, page: MadePage) -> bytes | None:
        """Write a page, unless it is to be handed back."""
        part.paths.append(page.path)
        if page.path in self._unframed:
            part.unframed[page.path] = page
            return None
        part.forms.add(page.form)
        part.headings.add(page.headings)
        content = self._frames.html(page).encode("utf-8", errors="xmlcharrefreplace")
        _write(self._folder / page.path, content)
        return content

    def _choose(self, of_records: Mapping[str, str]) -> frozenset[str]:
        """Leave only those kept pages that can be taken over, and put lists in place. Returns the parts to be made.

        The pages of records, by far the most, are put in place later, when the copies of this process are at work.
        """
        self._kept.pages = {
            path: page
            for path, page in self._kept.pages.items()
            if self._fits(path, page) and (self._link(path, page.sha256) if page.view else path in of_records)
        }
        return frozenset(
            name
            for name in [*self._groups, *self._families]
            if (part := self._kept.parts.get(name)) is None
            or not self._unframed.issuperset(part.unframed)
            or not all(path in self._kept.pages for path in part.pages)
        )

    def _take_over(
        self, of_records: Mapping[str, str], to_make: frozenset[str], made: MadeSite, keeping: Keeping
    ) -> None:
        """Put in place what is the same as before, and make what cannot be put there after all."""
        failed: list[_Task] = []
        for path, page in list(self._kept.pages.items()):
            if not page.view and not self._link(path, page.sha256):
                del self._kept.pages[path]
                failed.append(("records", (of_records[path],)))
                continue
            made.forms.add(page.form)
            if not page.view:
                made.paths.append(path)
                keeping.take(path, page, self._kept.reads)
        for name in [*self._groups, *self._families]:
            if name not in to_make and not self._take_part(name, made, keeping):
                failed.append((name, ()))
        for part, new in map(self._do, failed):
            made.add(part)
            keeping.add(new)

    def _fits(self, path: str, page: KeptPage) -> bool:
        """Whether the file of a kept page is there, and its frame is still the same."""
        return (
            self._previous is not None
            and path not in self._unframed
            and page.frame == self._frame_digest(page.form)
            and self._previous.has(path, page.sha256)
        )

    def _take_part(self, name: str, made: MadeSite, keeping: Keeping) -> bool:
        """Put the files of a kept part in place, whose pages are. False if one of them is not there."""
        part = self._kept.parts[name]
        linked = MadeSite()
        if not all(self._link(path, sha256, linked) for path, sha256 in part.files.items()):
            for path in linked.linked:
                (self._folder / path).unlink()
            return False
        made.add(linked)
        made.paths += [*part.pages, *part.unframed]
        made.unframed |= part.unframed
        for path in part.pages:
            keeping.take(path, self._kept.pages[path], self._kept.reads)
        for path in part.files.keys() & self._kept.files.keys():
            keeping.file(path, self._kept.files[path])
        keeping.part(name, part, (self._kept.reads[number] for number in part.reads))
        return True

    @stages.VIEWS
    def _usable(self) -> KeptPages:
        """The kept pages and parts that read what is read now."""
        if not self._keeps:
            return KeptPages()
        kept = kept_pages(self._edition)
        is_same = kept.edition == self._digest
        same = [
            (is_same and not reads_bodies(read[0])) or self._reads.digest(read) == digest for read, digest in kept.reads
        ]
        pages = {path: page for path, page in kept.pages.items() if all(same[number] for number in page.reads)}
        parts = {name: part for name, part in kept.parts.items() if is_same and all(same[n] for n in part.reads)}
        names = sorted({read[0] for (read, _), unchanged in zip(kept.reads, same, strict=True) if not unchanged})
        if names:
            log.info("%s: of what pages read, this changed: %s", self._edition.projection.edition, ", ".join(names))
        return KeptPages(kept.reads, pages, kept.files, parts)


_Task = tuple[str, tuple[str, ...]]

# a file that is there is never opened: it may have been taken over from what is published
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


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
    content = content.encode() if isinstance(content, str) else content
    try:
        written = os.open(file, _NEW_FILE)
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        written = os.open(file, _NEW_FILE)
    except FileExistsError:
        file.unlink()
        written = os.open(file, _NEW_FILE)
    # a stream would ask the system for the kind and size of each file first
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(written, left) :]
    finally:
        os.close(written)
