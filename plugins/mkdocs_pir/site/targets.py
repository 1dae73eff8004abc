"""What a link can lead to: every record, action, recommendation and file of one edition, by its id or source path."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.attachments import spellings
from mkdocs_pir.kb.model import Pir, Record
from mkdocs_pir.site.urls import part_path, path_of, process_paths


class Target(Struct, frozen=True):
    """A place in the site: its path (with a fragment for a part of a page) and what it is called."""

    id: str
    kind: str
    path: str
    label: str

    @property
    def coded(self) -> bool:
        """Whether people know it by its id (`LL-0007`) rather than by its name alone (`mail-gateway`)."""
        return self.kind in ("pir", "lesson", "problem", "action", "recommendation")


class Targets:
    """Every target of an edition. Built once; looking one up does not depend on how many there are."""

    def __init__(self, projection: Projection) -> None:
        self._by_id: dict[str, Target] = {}
        self._by_path: dict[str, Target] = {}
        self._files = {file.source: file.path for file in projection.files}
        self._process = process_paths(projection.modules, internal=projection.edition.internal)
        self._by_name: dict[str, str] = {}
        for records in projection.records.values():
            for record in records.values():
                self._add(record)
        for source, path in sorted(self._files.items(), reverse=True):
            self._by_name[posixpath.basename(source)] = path

    def _add(self, record: Record) -> None:
        target = Target(record.id, record.kind, path_of(record), record.label)
        self._by_id[record.id] = self._by_path[target.path] = target
        if isinstance(record, Pir):
            for kind, parts in (("action", record.actions), ("recommendation", record.recommendations)):
                for part in parts:
                    id_ = f"{record.id}-{part.id}"
                    self._by_id.setdefault(id_, Target(id_, kind, part_path(record, part.id), part.title or id_))

    def find(self, id: str) -> Target | None:
        """The target with this id, of whatever kind; None when the edition does not hold it."""
        return self._by_id.get(id)

    def of_source(self, source: str, link: str) -> Target | None:
        """The record whose file a relative link in the file `source` names (`../lessons/LL-0007.md`)."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(link)))
        stem = posixpath.splitext(path)[0]
        page = self._by_path.get(f"{stem}.html") or self._by_path.get(f"pages/{stem}.html")
        # a review without a year in its id may lie in any folder: its file name is its id
        return page or self._by_id.get(posixpath.basename(stem))

    def file(self, source: str, link: str) -> str | None:
        """The path in the site of a published file, or of a page of the process, that a relative link in the file `source` names."""
        for name in spellings(link):
            lies = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
            if lies in self._process:
                return lies
            if lies in self._files:
                return self._files[lies]
            if "/undated/" in f"/{source}" and (path := self._by_name.get(posixpath.basename(lies))) is not None:
                return path
        return None


def source_of(path: str) -> str:
    """The path in the knowledge base of the record whose page is at `path`."""
    return path.removeprefix("pages/").removesuffix(".html") + ".md"
