"""The search document: one page that can be found, as the index takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mkdocs_pir.search import shards
from mkdocs_pir.search.ranking import FIELD_WEIGHTS
from mkdocs_pir.store.result_store import key


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One findable page. `url` is relative to the site's root; `fields` and `filters` hold text as people read it.

    `fields` takes the names of FIELD_WEIGHTS (its `id` may add further ids), `filters` those of FILTERS; `card` holds
    JSON values shown in a result: date (ISO, also orders what has no score), severity, status, services, open_actions,
    and what to do: workaround, recommendation or definition, with `workaround_of` or `recommendation_of` where it is
    that of another record. A page of the site that is no record has `page`: for a part of one the title of the page,
    else nothing. `superseded_by` is the id of the document that replaced this one, `known_error` that of the one whose
    workaround replaced the one of this card. One that `has_name` is found by its id.
    """

    id: str
    kind: str
    title: str
    url: str
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    card: Mapping[str, Any] = field(default_factory=dict)
    superseded_by: str = ""
    known_error: str = ""
    has_name: bool = True

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Every searched text by field. Raises ValueError for a field that has no weight."""
        unknown = [name for name in self.fields if name not in FIELD_WEIGHTS]
        if unknown:
            raise ValueError(f"{self.id}: no field weight for {', '.join(sorted(unknown))}")
        ids = (self.id,) if self.has_name else ()
        given = {**self.fields, "id": (*ids, *self.fields.get("id", ())), "title": (self.title,)}
        return {name: tuple(given.get(name, ())) for name in FIELD_WEIGHTS}

    def made_of(self) -> bytes:
        """The digest of all of this."""
        values = [getattr(self, name) for name in self.__slots__ if name != "fields"]
        fields = {name: list(texts) for name, texts in self.fields.items()}
        return key(self.analysed(), shards.encode([*values, fields]))

    def document(self) -> SearchDocument:
        """This document: it is made of itself."""
        return self

    def analysed(self) -> bytes:
        """All that the impacts of its terms depend on, as the part of a key."""
        parts = [self.kind]
        for name, texts in self.texts().items():
            parts += (name, *texts)
        sizes = ",".join(str(len(part)) for part in parts)
        return "\0".join([sizes, *parts]).encode("utf-8", "surrogatepass")
