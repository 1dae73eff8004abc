"""The targets of links in one edition: every record, action, recommendation and file, by id or path."""

from __future__ import annotations

from msgspec import Struct

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.kinds import NUMBERED
from mkdocs_pir.kb.model import Pir, Record
from mkdocs_pir.site.urls import part_path, path_of, process_paths


class LinkTarget(Struct, frozen=True):
    """The path of a page, or of a part of one (with a fragment), and its title."""

    id: str
    kind: str
    path: str
    label: str

    @property
    def coded(self) -> bool:
        """Whether people use its id (`LL-0007`) rather than its name alone (`mail-gateway`)."""
        return self.kind in (*NUMBERED, "action", "recommendation")


class LinkTargets:
    """Every target of an edition, built once."""

    def __init__(self, projection: Projection) -> None:
        self._by_id: dict[str, LinkTarget] = {}
        self._files = {file.path for file in projection.files}
        self._process = process_paths(projection.modules, internal=projection.edition.internal)
        for records in projection.records.values():
            for record in records.values():
                self._add(record)

    def _add(self, record: Record) -> None:
        target = LinkTarget(record.id, record.kind, path_of(record), record.label)
        self._by_id[record.id] = target
        if isinstance(record, Pir):
            for kind, parts in (("action", record.actions), ("recommendation", record.recommendations)):
                for part in parts:
                    id_ = f"{record.id}-{part.id}"
                    self._by_id.setdefault(id_, LinkTarget(id_, kind, part_path(record, part.id), part.title or id_))

    def find(self, id: str) -> LinkTarget | None:
        """The target with this id, of any kind; None if it is not in the edition."""
        return self._by_id.get(id)

    def holds(self, path: str) -> bool:
        """Whether the site has this file, or this page of the process."""
        return path in self._files or path in self._process
