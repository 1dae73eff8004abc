"""The kinds of records: one table with their folders, names, ids and rules of visibility.

The fields of a kind are in its schema (`schemas/<kind>.schema.json`) and in its class. Later stages register what
they do with a kind by its name: `policy.RULES`, `documents.DOCUMENTS`, the views.
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
    """The properties of a kind of record.

    `label` and `plural` are the words for one record and several. `neutral` replaces the id of a withheld record in a
    client's edition. Records are in `folder`, and with `subfolder` in one folder per year, or in one per family, which
    is then the first part of their ids; handbook pages are anywhere else. `first_id` is the first id of a kind whose
    ids are numbered. `names_clients` is whether a shared record may name a client. `levels` are the headings that
    begin a section.
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
"""The kinds with numbered ids (`LL-0007`), as opposed to ids made from names (`mail-gateway`)."""


@cache
def having(field: str) -> tuple[str, ...]:
    """The kinds whose schema has a field, such as `release`, `attachments` or `aliases`."""
    return tuple(name for name in KINDS if field in schema.load(name)["properties"])
