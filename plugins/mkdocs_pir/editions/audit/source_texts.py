"""Every text of a knowledge base, with the place where it stands and the client that it is about."""

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
class SourceText:
    """A text of the knowledge base and what it is: `record` is its file, `what` the place in it.

    An identity is a client's name in any form (`owner` is that client), a code the id of a record (`owner`),
    a canary a word planted to be found, a title the title of a record (`owner`). A value is a field, prose is running
    text, markup the inside of tags, in which only rare words tell anything. `client` is the one that the text is about.
    """

    record: str
    what: str
    text: str
    kind: TextKind
    owner: str = ""
    client: str = ""


def source_texts(raw: RawKnowledgeBase) -> Iterator[SourceText]:
    """Every text of the knowledge base that could be withheld from somebody."""
    clients = {source.id: str(source.fields.get("client", "")) for source in raw.of("pir")}
    for source in raw.sources:
        about = _about(source, clients)
        yield from _identities(source) if source.kind == "client" else _title_and_id(source)
        for name, value in source.fields.items():
            if str(name) == "x-canary":
                yield from (SourceText(source.path, "canary", text, "canary") for text in strings([value]))
        for leaf in leaves(schema(source.kind), dict(source.fields), raw.config.fields.get(source.kind, {})):
            if not (source.kind == "client" and leaf.at in ("name", "id", "aliases", "domains")) and leaf.at != "id":
                kind: TextKind = "title" if leaf.at == "title" else "value"
                yield SourceText(source.path, f"field '{leaf.at}'", leaf.text, kind, source.id, about)
                if unseen := field(leaf.text)[1]:
                    yield SourceText(source.path, f"field '{leaf.at}'", unseen, "prose", client=about)
        for passage in passages(source.body, lambda *_: False):
            where = f"section '{passage.heading}'" if passage.heading else "opening text"
            yield SourceText(source.path, where, passage.text, "prose", client=about)
            if (seen := plain(passage.text)) != passage.text:
                yield SourceText(source.path, where, seen, "prose", client=about)
    for line in raw.lines:
        for leaf in leaves(schema(line.register), dict(line.cells), raw.config.fields.get(line.register, {})):
            about = line.cells.get("client", "")
            yield SourceText(line.path, f"column '{leaf.at}' of {about}", leaf.text, "value", client=about)
    for member in raw.synonyms:
        yield SourceText(raw.config.synonyms, f"synonym '{member}'", member, "value")


def _about(source: RawRecord, clients: Mapping[str, str]) -> str:
    """The one client that a record is about; none of a lesson that is shared with all or has sources of several."""
    if source.kind == "client":
        return source.id
    if source.kind == "pir":
        return clients.get(source.id, "")
    learned = {clients.get(id_, "") for id_ in sources_of(source)}
    return learned.pop() if len(learned) == 1 and source.audience != "shared" else ""


def _identities(source: RawRecord) -> Iterator[SourceText]:
    fields = source.fields
    for what, text in (
        ("id", source.id),
        ("name", fields.get("name")),
        *(("alias", alias) for alias in texts_in(fields.get("aliases"))),
        *(("domain", domain) for domain in texts_in(fields.get("domains"))),
    ):
        if isinstance(text, str) and text:
            yield SourceText(source.path, what, text, "identity", source.id)


def _title_and_id(source: RawRecord) -> Iterator[SourceText]:
    if source.id:
        yield SourceText(source.path, "id", source.id, "code" if _CODE.fullmatch(source.id) else "value", source.id)


def clients_of_attachments(raw: RawKnowledgeBase) -> dict[str, str]:
    """The client of each file that a review attaches."""
    return {path: str(s.fields.get("client", "")) for s in raw.of("pir") for path, _ in attachments_of(s)}
