"""What is kept of the pages and files of an edition, from which it is seen which of them would be the same if made again."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.navigation import place_of
from mkdocs_pir.site.views.recorded_reads import Read
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import key

Toc = list[tuple[int, str, str]]
"""The headings of a page as (level, id, title)."""

Headings = tuple[tuple[int, str, str], ...]


class MadePage(Struct, frozen=True):
    """A page without the theme's frame: where it is, what the theme is told of it, its HTML and its headings."""

    path: str
    template: str
    title: str
    description: str
    html: str
    toc: Toc

    @property
    def headings(self) -> Headings:
        """The headings in a form that can be a key."""
        return tuple(self.toc)

    @property
    def form(self) -> FrameForm:
        """What the frame depends on, of all that differs among pages."""
        return FrameForm(
            posixpath.dirname(self.path),
            self.template,
            bool(self.description),
            bool(self.toc),
            place_of(self.path),
        )


class FrameForm(Struct, frozen=True, array_like=True):
    """All that the frames of two pages can differ in: folder, template, whether there are a description and headings,
    and the page of the navigation that they belong to."""

    folder: str
    template: str
    is_described: bool
    has_contents: bool
    place: str = ""


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


class KeptPart(Struct, array_like=True):
    """Pages and files that are made together.

    `reads` are the numbers of what they read of bodies, `pages` the paths of those pages that are in `KeptPages`,
    `unframed` the other pages, and `files` the SHA-256 of each file that is no page.
    """

    reads: tuple[int, ...] = ()
    pages: list[str] = []
    unframed: dict[str, MadePage] = {}
    files: dict[str, str] = {}


class KeptPages(Struct, array_like=True):
    """The pages of one edition by their paths, with what they read, (read, digest), each once; and other files.

    `edition` is the digest of the edition, besides bodies, for which `parts` were made.
    """

    reads: list[tuple[Read, bytes]] = []
    pages: dict[str, KeptPage] = {}
    files: dict[str, KeptFile] = {}
    parts: dict[str, KeptPart] = {}
    edition: bytes = b""


def kept_pages(edition: EditionContext) -> KeptPages:
    """What was kept of an edition; nothing where it cannot be read."""
    name = key_of(edition)
    content = edition.store.get([name]).get(name)
    try:
        return msgspec.msgpack.decode(content, type=KeptPages) if content else KeptPages()
    except msgspec.DecodeError:
        return KeptPages()


def keep(edition: EditionContext, pages: KeptPages) -> None:
    """Keep this of an edition, instead of what was kept before."""
    edition.store.put({key_of(edition): msgspec.msgpack.encode(pages)})


def key_of(edition: EditionContext) -> bytes:
    """The name of what is kept of an edition: only the newest, since it says by itself what it was made from."""
    return key("pages", code_version(), str(edition.projection.edition))


class Keeping:
    """Collects pages to keep. What several of them read is in it once."""

    def __init__(self, kept: KeptPages | None = None) -> None:
        self._numbers: dict[tuple[Read, bytes], int] = {}
        self._renumbered = _Renumbered((), self._numbers)
        self._pages: dict[str, KeptPage] = {}
        self._parts: dict[str, KeptPart] = {}
        self._files: dict[str, KeptFile] = {}
        if kept is not None:
            self.add(kept)

    def add(self, other: KeptPages) -> None:
        """Add what was collected elsewhere."""
        for path, page in other.pages.items():
            self.take(path, page, other.reads)
        for name, part in other.parts.items():
            self.part(name, part, (other.reads[number] for number in part.reads))
        self._files |= other.files

    def take(self, path: str, page: KeptPage, reads: Sequence[tuple[Read, bytes]]) -> None:
        """Add a page with the numbers of another collection, whose `reads` these are."""
        if self._renumbered.reads is not reads:
            self._renumbered = _Renumbered(reads, self._numbers)
        numbers = tuple(map(self._renumbered.__getitem__, page.reads))
        self._pages[path] = KeptPage(numbers, page.form, page.frame, page.sha256, page.view)

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
        self._pages[path] = KeptPage(self._numbered(reads), form, frame, sha256, view)

    def part(self, name: str, part: KeptPart, reads: Iterable[tuple[Read, bytes]]) -> None:
        """Add one part, of which the pages are added besides."""
        self._parts[name] = msgspec.structs.replace(part, reads=self._numbered(reads))

    def file(self, path: str, file: KeptFile) -> None:
        """Add one file that is no page."""
        self._files[path] = file

    def _numbered(self, reads: Iterable[tuple[Read, bytes]]) -> tuple[int, ...]:
        return tuple(self._numbers.setdefault(read, len(self._numbers)) for read in reads)

    def result(self, edition: bytes = b"") -> KeptPages:
        """Everything that was added, made for an edition with this digest."""
        return KeptPages(list(self._numbers), self._pages, self._files, self._parts, edition)


class _Renumbered(dict[int, int]):
    """The numbers here of what another collection read, by its numbers; thousands of pages read the same."""

    def __init__(self, reads: Sequence[tuple[Read, bytes]], numbers: dict[tuple[Read, bytes], int]) -> None:
        super().__init__()
        self.reads = reads
        self._numbers = numbers

    def __missing__(self, number: int) -> int:
        here = self[number] = self._numbers.setdefault(self.reads[number], len(self._numbers))
        return here
