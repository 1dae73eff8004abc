"""All texts of a knowledge base, each with its file, its place there and the client that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mkdocs_pir.editions.audit.body import field, passages, plain
from mkdocs_pir.editions.audit.fields import attachments_of, leaves, sources_of, texts_in
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase, RawRecord, schema, strings

TextKind = Literal["identity", "code", "canary", "title", "value", "prose", "markup"]
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")


@dataclass(frozen=True, slots=True)
class RawText:
    """A text of the knowledge base: `record` is its file, `what` its place there, `client` the client that it is about.

    Its kind is an identity, which is a client's name in any form (`owner` is that client); a code, the id of a record
    (`owner`); a canary, a word that was planted to be found; a title of a record (`owner`); a value of a field; prose;
    or markup, the inside of tags, in which only rare words give anything away.
    """

    record: str
    what: str
    text: str
    kind: TextKind
    owner: str = ""
    client: str = ""


def raw_texts(kb: RawKnowledgeBase) -> Iterator[RawText]:
    """All texts of the knowledge base that may have to be withheld from somebody."""
    clients = {record.id: str(record.fields.get("client", "")) for record in kb.of("pir")}
    for record in kb.records:
        about = _about(record, clients)
        yield from _identities(record) if record.kind == "client" else _title_and_id(record)
        for name, value in record.fields.items():
            if str(name) == "x-canary":
                yield from (RawText(record.path, "canary", text, "canary") for text in strings([value]))
        for leaf in leaves(schema(record.kind), dict(record.fields), kb.config.fields.get(record.kind, {})):
            if not (record.kind == "client" and leaf.at in ("name", "id", "aliases", "domains")) and leaf.at != "id":
                kind: TextKind = "title" if leaf.at == "title" else "value"
                yield RawText(record.path, f"field '{leaf.at}'", leaf.text, kind, record.id, about)
                if unseen := field(leaf.text)[1]:
                    yield RawText(record.path, f"field '{leaf.at}'", unseen, "prose", client=about)
        for passage in passages(record.body, lambda *_: False):
            where = f"section '{passage.heading}'" if passage.heading else "opening text"
            yield RawText(record.path, where, passage.text, "prose", client=about)
            if (seen := plain(passage.text)) != passage.text:
                yield RawText(record.path, where, seen, "prose", client=about)
    for row in kb.rows:
        for leaf in leaves(schema(row.register), dict(row.cells), kb.config.fields.get(row.register, {})):
            about = row.cells.get("client", "")
            yield RawText(row.path, f"column '{leaf.at}' of {about}", leaf.text, "value", client=about)
    for synonym in kb.synonyms:
        yield RawText(kb.config.synonyms, f"synonym '{synonym}'", synonym, "value")


def _about(record: RawRecord, clients: Mapping[str, str]) -> str:
    """The client that a record is about; empty for a lesson that is shared with all or has sources of several clients."""
    if record.kind == "client":
        return record.id
    if record.kind == "pir":
        return clients.get(record.id, "")
    learned = {clients.get(id_, "") for id_ in sources_of(record)}
    return learned.pop() if len(learned) == 1 and record.audience != "shared" else ""


def _identities(record: RawRecord) -> Iterator[RawText]:
    fields = record.fields
    for what, text in (
        ("id", record.id),
        ("name", fields.get("name")),
        *(("alias", alias) for alias in texts_in(fields.get("aliases"))),
        *(("domain", domain) for domain in texts_in(fields.get("domains"))),
    ):
        if isinstance(text, str) and text:
            yield RawText(record.path, what, text, "identity", record.id)


def _title_and_id(record: RawRecord) -> Iterator[RawText]:
    if record.id:
        yield RawText(record.path, "id", record.id, "code" if _CODE.fullmatch(record.id) else "value", record.id)


def clients_of_attachments(kb: RawKnowledgeBase) -> dict[str, str]:
    """The client of each file that a review attaches, by the path of the file."""
    return {path: str(s.fields.get("client", "")) for s in kb.of("pir") for path, _ in attachments_of(s)}
