"""Files of a source that come along with a review as its attachments: those it links to, and those of its own folder."""

from __future__ import annotations

import base64
import posixpath
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mkdocs_pir.editions import published_files
from mkdocs_pir.exchange.importing import merging
from mkdocs_pir.exchange.importing.conversions import Rejected, plain
from mkdocs_pir.exchange.importing.documents import SourceDocument
from mkdocs_pir.exchange.importing.merging import content_digest
from mkdocs_pir.exchange.importing.report import ImportReport
from mkdocs_pir.exchange.importing.source_files import NOT_AMONG, Tree
from mkdocs_pir.kb.attachments import MAX_BYTES, TYPES
from mkdocs_pir.kb.problem import Problem, ProblemError

LONGEST_NAME = 100

_PAGES = (".md", ".markdown", ".html", ".htm")
"""Endings of pages: one that is no record of the import is no attachment either."""

_EMBEDDED = re.compile(r"data:image/(?P<kind>[a-z.+-]{1,20});base64,(?P<data>[A-Za-z0-9+/]{16,}={0,2})", re.I)
_ENDINGS = {"jpeg": ".jpg", "svg+xml": ".svg"}


def without_pictures(text: str) -> tuple[str, Mapping[str, str]]:
    """A text with `embedded:1` and so on for the pictures within it, and these: a line may not be as long as one is."""
    pictures: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        pictures[name := f"embedded:{len(pictures) + 1}"] = found[0]
        return name

    return _EMBEDDED.sub(name, text) if "data:image/" in text else text, pictures


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the source at `source`, to be written as `file`, a path relative to the review."""

    source: str
    file: str
    title: str
    content: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return content_digest(self.content)


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """The files of a source beside its records: `records` are the paths of those, `left_out` the others' reasons."""

    tree: Tree
    records: Collection[str]
    left_out: Mapping[str, str]

    def of_folder(self, path: str) -> Iterator[str]:
        """The files that lie in the folder of a record alone, or in a folder of its name beside it.

        The top folder of a source is no record's own.
        """
        folder, name = posixpath.split(path)
        own = [f"{folder}/"] if folder else []
        own.append(posixpath.join(folder, PurePosixPath(name).stem) + "/")
        for start in own:
            if not any(other.startswith(start) for other in self.records if other != path):
                yield from (
                    file
                    for file, because in self.left_out.items()
                    if file.startswith(start) and because.startswith(NOT_AMONG)
                )
                return


class IncomingAttachments:
    """The attachments of one review, in the order in which its texts name them."""

    def __init__(self, files: SourceFiles, document: SourceDocument, id_: str) -> None:
        self.files = files
        self.path = document.path
        self.embedded = document.embedded
        self.folder = id_
        self.items: dict[str, Attachment] = {}

    def find(self, link: str) -> str | None:
        """The path of the file of the source that a link leads to; None if it leads to none."""
        for target in dict.fromkeys((link, re.split("[?#]", link, maxsplit=1)[0])):
            path = (
                target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(self.path), target)
            )
            for place in (path, f"static/{path}") if target.startswith("/") else (path,):
                found = posixpath.normpath(place)
                if found in self.files.records or found.lower().endswith(_PAGES):
                    continue
                if self.files.tree.has(found):
                    return found
        return None

    def take(self, source: str, title: str = "") -> Attachment:
        """Have a file of the source come along. Raises Rejected for one that cannot be published."""
        if source in self.items:
            return self.items[source]
        suffix = PurePosixPath(source).suffix.lower()
        if suffix not in TYPES:
            message = f"'{source}' has a type from which hidden data cannot be removed"
            raise Rejected(message, f"convert it to one of {', '.join(TYPES)}, or keep it elsewhere and link to it")
        try:
            content = self.files.tree.read(source)
        except ProblemError as error:
            raise Rejected(error.problems[0].message, error.problems[0].hint) from None
        except OSError as error:
            raise Rejected(f"'{source}' cannot be read: {error.strerror}", "check its permissions") from None
        return self._add(source, source, content, plain(title) or PurePosixPath(source).stem)

    def picture_within(self, link: str, title: str) -> Attachment | None:
        """Have a picture that stands within the text come along as a file; None for a link to anything else.

        Raises Rejected for one that cannot be published.
        """
        found = _EMBEDDED.fullmatch(self.embedded.get(link, link))
        if found is None:
            return None
        kind = found["kind"].lower()
        try:
            content = base64.b64decode(found["data"], validate=True)
        except ValueError:
            raise Rejected("the picture within the text cannot be decoded", "export it again") from None
        if (source := f"picture {content_digest(content)}") in self.items:
            return self.items[source]
        name = f"picture-{len(self.items) + 1}{_ENDINGS.get(kind, f'.{kind}')}"
        if PurePosixPath(name).suffix not in TYPES:
            raise Rejected(
                f"the picture within the text is of the type {kind}", f"convert it to one of {', '.join(TYPES)}"
            )
        return self._add(source, name, content, plain(title) or "Picture")

    def _add(self, source: str, name: str, content: bytes, title: str) -> Attachment:
        """Have content come along under a name. Raises Rejected where it is not what its name says, or too large."""
        suffix = PurePosixPath(name).suffix.lower()
        if len(content) > MAX_BYTES:
            raise Rejected(f"'{name}' is larger than {MAX_BYTES >> 20} MB", "keep it elsewhere and link to it")
        try:
            published_files.cleaned(content, suffix, for_client=False)
        except published_files.UNREADABLE:
            what = "text in UTF-8" if suffix in (".csv", ".log", ".txt") else f"a readable {suffix[1:].upper()} file"
            raise Rejected(f"'{name}' is not {what}", "correct or replace the file") from None
        self.items[source] = Attachment(source, f"{self.folder}/{self._name(name)}", title, content)
        return self.items[source]

    def _name(self, source: str) -> str:
        """A file name that is safe in any address and that no other attachment of the review has."""
        taken = {PurePosixPath(one.file).name.lower() for one in self.items.values()}
        path = PurePosixPath(source)
        for stem in (path.stem, f"{path.parent.name}-{path.stem}", f"{content_digest(source.encode())}-{path.stem}"):
            letters = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
            name = re.sub(r"[^A-Za-z0-9_]+", "-", letters).strip("-_")[:LONGEST_NAME] or "file"
            if (name := name + path.suffix.lower()).lower() not in taken:
                return name
        return f"{len(taken) + 1}-{name}"


class AttachmentCopies:
    """The attachments of one review at `path` as they are to lie beside it; what was changed there by hand stays.

    `known` are the digests of those that the last import wrote.
    """

    def __init__(
        self, folder: Path, path: str, items: Iterable[Attachment], known: Mapping[str, str], on_conflict: str
    ) -> None:
        self.folder = folder
        self.path = path
        self.changed: list[Attachment] = []
        self.conflicts: list[Attachment] = []
        self.digests: dict[str, str] = {}
        for one in items:
            target = self._target(one)
            there, before = content_digest(target.read_bytes()) if target.is_file() else "", known.get(one.file, "")
            self.digests[one.file] = one.digest
            if there == one.digest or (there and before == one.digest):
                continue
            if not there or there == before or on_conflict == merging.SOURCE:
                self.changed.append(one)
            elif on_conflict == merging.REPORT:
                self.conflicts.append(one)
                # so that the next import finds the conflict again
                self.digests[one.file] = before or there

    def _target(self, one: Attachment) -> Path:
        return self.folder / posixpath.join(posixpath.dirname(self.path), one.file)

    def write(self, review: str, document: SourceDocument, report: ImportReport) -> None:
        """Copy the files that the review, whose text is given, still names; each conflict is a problem."""
        for one in self.changed:
            if one.file in review:
                report.attached.append(posixpath.join(posixpath.dirname(self.path), one.file))
                merging.write(self._target(one), one.content, report.dry_run)
        for one in self.conflicts:
            shown = report.shown(self._target(one))
            message = f"{shown} is another file than '{one.source}' of the source; it is left as it is"
            hint = "decide with --on-conflict keep or --on-conflict source"
            report.problems.append(Problem.of("PIR707", document.path, document.where, message, hint))
