"""Find clients and services by id, name or alias, ignoring case, spaces and hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from mkdocs_pir.kb import kinds
from mkdocs_pir.kb.knowledge import RecordFile

_BETWEEN = re.compile(r"[\s\-\u2010-\u2015]+")


def same_name(name: str) -> str:
    """The form of a name for comparison: normalised (NFKC), case-folded, with hyphens as spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _BETWEEN.sub(" ", folded).strip()


class KnownNames:
    """The ids, names and aliases of clients and services. A name that two of the same kind have finds neither."""

    def __init__(self, files: Iterable[RecordFile] = ()) -> None:
        self._ids: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, str], set[str]] = {}
        for file in files:
            if file.kind in kinds.having("aliases") and file.id:
                aliases = file.data.get("aliases")
                self.add(file.kind, file.id, [file.data.get("name"), *(aliases if isinstance(aliases, list) else ())])

    def add(self, kind: str, id_: str, names: Iterable[object]) -> None:
        """Add a record, to be found by its id and by these names."""
        self._ids.setdefault((kind, same_name(id_)), id_)
        for name in names:
            if isinstance(name, str) and same_name(name):
                self._names.setdefault((kind, same_name(name)), set()).add(id_)

    def find(self, kind: str, *texts: str) -> str | None:
        """The id of the only record of a kind that one of these texts names, trying them in order; None if there is none."""
        for form in map(same_name, texts):
            if (id_ := self._ids.get((kind, form))) is not None:
                return id_
            if len(ids := self._names.get((kind, form), set())) == 1:
                return next(iter(ids))
        return None
