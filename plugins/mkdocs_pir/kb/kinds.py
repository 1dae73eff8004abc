"""The kinds of records: one table from which folders, names, ids, visibility, checks and lists follow.

What a kind's records may say is in its schema (`schemas/<kind>.schema.json`), how they are decoded in its class.
What later stages make of a kind is registered there, by its name: `policy.RULES`, `documents.DOCUMENTS`, the views.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from mkdocs_pir.kb import schema
from mkdocs_pir.kb.model import Cause, Client, Lesson, Page, Pir, ProblemRecord, Record, Service

Visibility = Literal["released", "learned-from", "shared", "own"]
"""When a client's edition shows a record: a review that was released to the client; a lesson that was released and is
shared or comes from such a review; whatever is shared with every client; or the client's own record."""


class Kind(NamedTuple):
    """What there is to say of a kind of record.

    `label` and `plural` are what people call one record and several. `neutral` stands in a client's edition where the
    id of a withheld record stood. Records lie in `folder`, and where `subfolder` says so in one folder a year, or in
    one a family, which is then the first part of their ids; pages of the handbook lie anywhere else. `first_id` is the
    id of the first record of a kind whose ids are numbered. `names_clients` says that a record which is shared may
    name a client all the same. `levels` are the headings that begin a section.
    """

    record: type[Record]
    label: str
    plural: str
    neutral: str
    visibility: Visibility
    folder: str = ""
    subfolder: Literal["", "year", "family"] = ""
    first_id: str = ""
    names_clients: bool = False
    levels: tuple[str, ...] = ("h2",)

    @property
    def name(self) -> str:
        """The name of the kind and of its schema, such as `pir`."""
        return self.record.kind

    @property
    def place(self) -> str:
        """The path of a record below the knowledge base, such as `pirs/<year>/<id>.md`; empty for the handbook."""
        within = f"<{self.subfolder}>/" if self.subfolder else ""
        return f"{self.folder}/{within}<id>.md" if self.folder else ""


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            Pir, "review", "reviews", "another review", "released",
            folder="pirs", subfolder="year", first_id="PIR-{year}-0001", names_clients=True,
        ),
        Kind(
            Lesson, "lesson", "lessons", "another lesson", "learned-from",
            folder="lessons", first_id="LL-0001",
        ),
        Kind(
            Cause, "cause", "causes", "another cause", "shared",
            folder="causes", subfolder="family",
        ),
        Kind(
            ProblemRecord, "problem", "problems", "a problem record", "shared",
            folder="problems", first_id="PRB-0001",
        ),
        Kind(
            Service, "service", "services", "another service", "shared",
            folder="services", names_clients=True,
        ),
        Kind(
            Client, "client", "clients", "another client", "own",
            folder="clients", names_clients=True,
        ),
        # a page may begin with its title, as Markdown elsewhere does
        Kind(
            Page, "page", "pages", "another page", "shared",
            levels=("h1", "h2"),
        ),
    )
}  # fmt: skip
"""Every kind of record by name. The order is that of listings."""

FOLDERS: Mapping[str, str] = {kind.folder: kind.name for kind in KINDS.values() if kind.folder}
"""The kind of the records in each top-level folder; Markdown anywhere else is a handbook page."""

NUMBERED = frozenset(kind.name for kind in KINDS.values() if kind.first_id)
"""The kinds that people know by their ids (`LL-0007`) rather than by their names (`mail-gateway`)."""


@cache
def having(field: str) -> tuple[str, ...]:
    """The kinds whose schema has a field: `release` for what can be shown outside, `attachments`, `aliases`."""
    return tuple(name for name in KINDS if field in schema.load(name)["properties"])
