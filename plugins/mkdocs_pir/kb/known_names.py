"""Which record a name means: its id, name or an alias, however it is spaced, hyphenated or capitalised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from mkdocs_pir.kb import kinds
from mkdocs_pir.kb.knowledge import RecordFile

_BETWEEN = re.compile(r"[\s\-\u2010-\u2015]+")


def same_name(name: str) -> str:
    """The form in which two names are compared: NFKC, case folded, spaces and hyphens alike."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _BETWEEN.sub(" ", folded).strip()


class KnownNames:
    """The ids, names and aliases of clients and services. A name that two of one kind have means neither."""

    def __init__(self, entries: Iterable[RecordFile] = ()) -> None:
        self._ids: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, str], set[str]] = {}
        for entry in entries:
            if entry.kind in kinds.having("aliases") and entry.id:
                aliases = entry.data.get("aliases")
                self.add(
                    entry.kind, entry.id, [entry.data.get("name"), *(aliases if isinstance(aliases, list) else ())]
                )

    def add(self, kind: str, id_: str, names: Iterable[object]) -> None:
        """Have a record found by its id and by these names."""
        self._ids.setdefault((kind, same_name(id_)), id_)
        for name in names:
            if isinstance(name, str) and same_name(name):
                self._names.setdefault((kind, same_name(name)), set()).add(id_)

    def find(self, kind: str, *texts: str) -> str | None:
        """The id of the one record of a kind that one of these texts means, the first text first."""
        for form in map(same_name, texts):
            if (id_ := self._ids.get((kind, form))) is not None:
                return id_
            if len(found := self._names.get((kind, form), set())) == 1:
                return next(iter(found))
        return None
