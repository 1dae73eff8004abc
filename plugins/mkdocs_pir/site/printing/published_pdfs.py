"""The PDFs that are published with the site of an edition: made in several processes at once, and only those that changed.

A PDF is kept with everything that was read for it (`views/recorded_reads.py`), as a page is. While all of that is the
same, its file is taken over from the previous generation, and the document is not even put together. Where something
else was read, the document is; only if its HTML or a picture in it differs, it is typeset again, which takes a second or
more.
"""

from __future__ import annotations

import hashlib
import logging
import re
from html import unescape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec
from msgspec import Struct

from mkdocs_pir.editions.published_generation import FileState, PublishedGeneration
from mkdocs_pir.kb import plugin_options
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.site.printing.document_html import document_html
from mkdocs_pir.site.printing.paper_sizes import PAPER_SIZES
from mkdocs_pir.site.printing.pdf_writer import SCHEME, PdfUnavailable, weasyprint_module, write_pdf
from mkdocs_pir.site.printing.printed_documents import published_documents
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.recorded_reads import Read, RecordedReads
from mkdocs_pir.store import executors, progress, stages
from mkdocs_pir.store.code_version import code_version
from mkdocs_pir.store.result_store import key

log = logging.getLogger(__name__)

LIBRARIES = ("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "fonttools", "pyphen")
"""The libraries whose version may change the bytes of a PDF."""

NO_PDFS = "none"
"""The value of the option `pdfs` with which no PDFs are published."""

_FILE = re.compile(rf'"{SCHEME}([^"]+)"')
"""A file of the edition in the HTML of a document."""


class KeptPdf(Struct, frozen=True, array_like=True):
    """A PDF: the numbers of what was read for it, a digest of what it was typeset from, and its SHA-256."""

    reads: tuple[int, ...]
    made_of: bytes
    sha256: str


class KeptPdfs(Struct, array_like=True):
    """The PDFs of one edition by their paths, with what was read for them, (read, digest), each once."""

    reads: list[tuple[Read, bytes]]
    pdfs: dict[str, KeptPdf]


class MadePdf(Struct, frozen=True):
    """A PDF that is in its place. `typeset` tells whether it had to be made, `linked` is its file if it was taken over."""

    path: str
    reads: list[tuple[Read, bytes]]
    made_of: bytes
    sha256: str
    typeset: bool
    linked: FileState | None = None


def paper_of(config_file: Path, pdfs: str) -> str:
    """The paper of the PDFs to publish, of the option `pdfs`; empty for none.

    Raises ProblemError where this machine cannot make them.
    """
    if not pdfs or pdfs == NO_PDFS:
        return ""
    try:
        weasyprint_module()
    except PdfUnavailable as error:
        file, place = plugin_options.place_of(config_file, ("pdfs",))
        what = f"the option 'pdfs' asks for PDFs, but {error.what}"
        raise ProblemError(
            [Problem.of("PIR626", file, place, what, f"{error.hint}, or set 'pdfs: {NO_PDFS}'")]
        ) from None
    return pdfs


def publish_pdfs(edition: EditionContext, folder: Path, previous: PublishedGeneration | None) -> None:
    """Write all PDFs of an edition into the folder of its site.

    Args:
        edition: The edition, on the paper `edition.paper`.
        folder: The folder of the edition's pages.
        previous: The previous generation, from which PDFs are taken over. Without one their bytes are kept in the store.
    """
    _Pdfs(edition, folder, previous).run()


class _Pdfs:
    def __init__(self, edition: EditionContext, folder: Path, previous: PublishedGeneration | None) -> None:
        self._edition = edition
        self._folder = folder
        self._previous = previous
        self._reads = RecordedReads(edition)
        self._paper = PAPER_SIZES[edition.paper]
        self._documents = published_documents(edition)
        self._key = key("pdfs", edition.paper, str(edition.projection.edition), _typesetting())
        self._kept = KeptPdfs([], {})

    def run(self) -> None:
        """Take over what did not change, make the rest."""
        self._kept = self._stored()
        same = [self._reads.digest(read) == digest for read, digest in self._kept.reads]
        made = [
            MadePdf(path, [self._kept.reads[number] for number in kept.reads], kept.made_of, kept.sha256, False)
            for path, kept in self._kept.pdfs.items()
            if path in self._documents
            and all(same[n] for n in kept.reads)
            and self._put(path, kept.made_of, kept.sha256)
        ]
        there = {pdf.path for pdf in made}
        left = [path for path in self._documents if path not in there]
        with progress.work("PDFs", len(left)) as work:
            for pdf in executors.share(self._make, left):
                made.append(pdf)
                if self._previous is not None and pdf.linked is not None:
                    self._previous.linked[pdf.path] = pdf.linked
                work.advance()
        self._edition.store.put({self._key: msgspec.msgpack.encode(_together(made))})
        typeset = sum(pdf.typeset for pdf in made)
        log.info(
            "%s: PDFs: %d as they were kept, %d made", self._edition.projection.edition, len(made) - typeset, typeset
        )

    @stages.PDFS
    def _make(self, path: str) -> MadePdf:
        """Put the document of a PDF together, and typeset it unless that gave the same before."""
        edition = self._reads.edition
        with self._reads.noted() as noted:
            text = document_html(edition, self._documents[path](edition), self._paper)
            shown = {name: edition.files.get(name, b"") for name in map(unescape, _FILE.findall(text))}
        reads = [(read, self._reads.digest(read)) for read in sorted(noted, key=repr)]
        made_of = key(text, *(part for name in sorted(shown) for part in (name, shown[name])))
        kept = self._kept.pdfs.get(path)
        if kept is not None and kept.made_of == made_of and self._put(path, made_of, kept.sha256):
            linked = self._previous.linked[path] if self._previous is not None else None
            return MadePdf(path, reads, made_of, kept.sha256, False, linked)
        content = write_pdf(text, self._edition.files)
        sha256 = hashlib.sha256(content).hexdigest()
        if self._previous is None:
            self._edition.store.put({self._content_key(made_of): content})
        _write(self._folder / path, content)
        return MadePdf(path, reads, made_of, sha256, True)

    def _put(self, path: str, made_of: bytes, sha256: str) -> bool:
        """Put a PDF that was made before in its place; False if it is not there any more."""
        if self._previous is not None:
            return self._previous.link(path, sha256, self._folder / path)
        name = self._content_key(made_of)
        content = self._edition.store.get([name]).get(name)
        if content is not None:
            _write(self._folder / path, content)
        return content is not None

    def _content_key(self, made_of: bytes) -> bytes:
        return key("pdf", self._key, made_of)

    def _stored(self) -> KeptPdfs:
        content = self._edition.store.get([self._key]).get(self._key)
        try:
            return msgspec.msgpack.decode(content, type=KeptPdfs) if content else KeptPdfs([], {})
        except msgspec.DecodeError:
            return KeptPdfs([], {})


def _together(pdfs: list[MadePdf]) -> KeptPdfs:
    """What to keep of PDFs; what was read for several of them is in it once."""
    numbers: dict[tuple[Read, bytes], int] = {}
    kept = {
        pdf.path: KeptPdf(tuple(numbers.setdefault(read, len(numbers)) for read in pdf.reads), pdf.made_of, pdf.sha256)
        for pdf in pdfs
    }
    return KeptPdfs(list(numbers), kept)


def _typesetting() -> bytes:
    """A digest of all that makes PDFs: our code and templates, and the libraries."""
    templates = sorted(file for name in ("print", "fragments") for file in (theme_folder() / name).iterdir())
    states = [f"{file.name} {(state := file.stat()).st_size} {state.st_mtime_ns}" for file in templates]
    return key(code_version(), *(f"{name} {_version(name)}" for name in LIBRARIES), *states)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


@stages.WRITING
def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
