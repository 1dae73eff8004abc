"""What a client may see of the raw knowledge base, as the audit understands the policy.

This is a second implementation of "What a client's edition contains". The audit finds what the projection shows beyond
what this one permits.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote

from mkdocs_pir.editions.audit.body import OUTSIDE, Passage, field, passages, plain
from mkdocs_pir.editions.audit.digests import digest_of
from mkdocs_pir.editions.audit.fields import attachments_of, leaves, mappings_in, sources_of, texts_in
from mkdocs_pir.editions.audit.normalise import fold, squash
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase, RawRecord, RawRow, schema

_CONFIGURATION = "mkdocs.yml"


@dataclass(frozen=True)
class Permitted:
    """What one client's edition may show.

    `shown` are the texts that may be anywhere in it, by the files of the knowledge base that contain them. `titles` are
    the titles among them, squashed. `catalogue` are the files whose words belong to nobody: services, causes, problems,
    the process, the configuration, and this client's own record and rows ("" stands for text that pages compose). `names`
    may contain a withheld record's id by chance. `own_names`, those of this client and of the provider, may contain
    another client's name as well. `owners` are the records (and the client) whose ids may be shown; `files` are paths in
    the knowledge base. `lesson_sources` gives for the file of each lesson the files of the records that it was learned
    from.
    """

    shown: tuple[tuple[str, ShownTexts], ...]
    titles: frozenset[bytes]
    catalogue: frozenset[str]
    names: tuple[str, ...]
    own_names: tuple[str, ...]
    owners: frozenset[str]
    files: frozenset[str]
    lesson_sources: Mapping[str, frozenset[str]]

    @cached_property
    def texts(self) -> Mapping[str, frozenset[str]]:
        """The texts that may be shown, each with the files that contain it ("" for a part of an address)."""
        files: dict[str, set[str]] = {}
        for file, texts in self.shown:
            for form, unquoted in texts.forms:
                files.setdefault(form, set()).add(file)
                if unquoted is not None:
                    files.setdefault(unquoted, set()).add("")
        return {text: frozenset(where) for text, where in files.items()}


class ShownTexts:
    """Texts that may be shown, in the forms that a page may contain, each with the text that it is as a part of an
    address, if another."""

    def __init__(self, texts: Iterable[str]) -> None:
        # the address of a file contains its name, which quotes no title
        self.forms = tuple(
            (form, unquote(form) if "%" in form else None)
            for text in texts
            for form in dict.fromkeys((text, plain(text)))
        )

    @cached_property
    def digest(self) -> bytes:
        """The SHA-256 of all forms, which many editions have in common."""
        return digest_of(form for form, _ in self.forms)


class Visibility:
    """Works out what the editions of a knowledge base may show."""

    def __init__(self, kb: RawKnowledgeBase) -> None:
        self._kb = kb
        self._records = {record.id: record for record in kb.records if record.id}
        self._lesson_sources = {
            s.path: frozenset(self._records[i].path for i in sources_of(s) if i in self._records)
            for s in kb.of("lesson")
        }
        self._texts: dict[str, _TextsOfRecord | None] = {}

    def permitted(self, client: str) -> Permitted:
        """Everything that the edition of one client may show."""
        kb, records = self._kb, self._records
        reviews = {s.id for s in kb.of("pir") if _released(s, client)}
        own_rows = [row for row in kb.rows if row.cells.get("client") == client]
        actions = dict(chain.from_iterable(_actions_shown(records[id_]) for id_ in sorted(reviews)))
        rows = [*own_rows, *_progress(kb, actions)]
        shown = reviews | {s.id for s in kb.records if _shown(s, client, reviews)}
        named_services = {str(i) for id_ in reviews for i in texts_in(records[id_].fields.get("services"))}
        row_services = {row.cells.get("service", "") for row in own_rows}
        texts = [(_CONFIGURATION, ShownTexts((*kb.config.shown_texts, *kb.config.allowed_phrases)))]
        titles: list[str] = []
        catalogue = {"", _CONFIGURATION}
        names: list[str] = []
        own_names = [*kb.config.shown_texts, *kb.config.allowed_phrases]
        referred = shown | named_services
        for id_ in sorted(referred & records.keys()):
            record = records[id_]
            if id_ not in shown and record.kind != "service":
                continue
            name = str(record.fields.get("name") or record.fields.get("title") or "")
            of_record = self._texts_of(record, name)
            texts.append((record.path, of_record.as_named))
            if id_ in shown:
                texts.append((record.path, of_record.own))
                texts += ((record.path, text) for refers, text in of_record.referring if refers in referred)
            else:
                texts.append((record.path, ShownTexts((name,))))
            titles += [name, *_item_titles(record)]
            if record.kind == "pir":
                texts.append(("", ShownTexts(_service_lists(texts_in(record.fields.get("services")), records))))
            if record.kind == "client":
                own_names += [id_, name]
                texts.append((record.path, ShownTexts(_own_names(record))))
            else:
                names += [id_, name] if record.kind in ("service", "cause") else [id_]
            if record.kind in ("service", "cause", "problem", "client"):
                catalogue.add(record.path)
        for record in kb.of("process"):
            texts.append((record.path, ShownTexts(_module_texts(record))))
            catalogue.add(record.path)
        for row in rows:
            catalogue.add(row.path)
            cells = leaves(schema(row.register), dict(row.cells), kb.config.fields.get(row.register, {}))
            texts.append((row.path, ShownTexts(field(leaf.text)[0] for leaf in cells if leaf.shown)))
        owners = (shown | named_services | row_services | {client}) & {*records, client}
        files = frozenset(_shown_files(kb, shown & records.keys(), records, client))
        texts.append(("", ShownTexts((*sorted(owners), *sorted(files), *actions))))
        return Permitted(
            tuple(texts),
            frozenset(squash(fold(title)) for title in titles),
            frozenset(catalogue),
            (*names, *row_services),
            tuple(own_names),
            frozenset(owners),
            files,
            self._lesson_sources,
        )

    def _texts_of(self, record: RawRecord, name: str) -> _TextsOfRecord:
        """The texts of a record, remembered from the second edition on that shows it."""
        texts = self._texts.get(record.path)
        if texts is None:
            fields = leaves(schema(record.kind), dict(record.fields), self._kb.config.fields.get(record.kind, {}))
            shown = [leaf for leaf in fields if leaf.shown]
            own = [field(leaf.text)[0] for leaf in shown if not leaf.refers]
            texts = _TextsOfRecord(
                # headings, filters, tables and file names put a record's kind, id and name side by side, one of them twice
                ShownTexts((f"{record.kind} {record.id} {record.id} {name} {name}", record.id)),
                ShownTexts((*own, *(passage.text for passage in _passages(record, self._kb) if passage.shown))),
                tuple((leaf.text, ShownTexts((field(leaf.text)[0],))) for leaf in shown if leaf.refers),
            )
            # texts of one client alone are not remembered, because those of all clients are as large as all records
            self._texts[record.path] = texts if record.path in self._texts else None
        return texts


class _TextsOfRecord(NamedTuple):
    """The texts of a record: how it is named, its own texts, and those that are shown only with the record they name."""

    as_named: ShownTexts
    own: ShownTexts
    referring: tuple[tuple[str, ShownTexts], ...]


def _item_titles(record: RawRecord) -> Iterator[str]:
    """The titles of the actions and recommendations of a review."""
    for kind in ("actions", "recommendations"):
        yield from (str(item.get("title", "")) for item in mappings_in(record.fields.get(kind)))


def _service_lists(services: list[str], records: Mapping[str, RawRecord]) -> Iterator[str]:
    """The services of a review joined as in its page, tables and exports."""
    names = [str(records[id_].fields.get("name", "")) if id_ in records else id_ for id_ in services]
    yield from (", ".join(services), ", ".join(names), " and ".join(names))


def _actions_shown(review: RawRecord) -> Iterator[tuple[str, str]]:
    """The full id of each action of a review that its client sees, and the address of its ticket."""
    for action in mappings_in(review.fields.get("actions")):
        if action.get("audience") in OUTSIDE:
            yield f"{review.id}-{action.get('id')}", str(action.get("tracker") or "")


def _progress(kb: RawKnowledgeBase, actions: Mapping[str, str]) -> Iterator[RawRow]:
    """The rows of the action register about these actions; a row that names the ticket is without it, as that is a field."""
    addresses = [address.casefold() for address in actions.values() if address]
    tickets = {*addresses, *(address.rstrip("/").rpartition("/")[2] for address in addresses)}
    for row in kb.rows:
        if row.register != "action":
            continue
        if row.cells.get("id") in actions:
            yield row
        elif row.cells.get("id", "").casefold() in tickets:
            yield RawRow(row.path, row.register, {name: cell for name, cell in row.cells.items() if name != "id"})


def _released(record: RawRecord, client: str) -> bool:
    return record.fields.get("client") == client and record.audience in OUTSIDE and "release" in record.fields


def _shown(record: RawRecord, client: str, reviews: Collection[str]) -> bool:
    if record.kind == "pir":
        return record.id in reviews
    if record.kind == "client":
        return record.id == client
    if record.kind == "lesson":
        learned = any(id_ in reviews for id_ in sources_of(record))
        released = record.audience == "shared" or (record.audience == "client" and learned)
        return released and "release" in record.fields
    return record.audience == "shared"


def _passages(record: RawRecord, kb: RawKnowledgeBase) -> Iterator[Passage]:
    allowed = {
        str(s.get("title")) for s in schema(record.kind).get("x-sections", ()) if s.get("x-audience") == "client"
    }
    if record.kind == "pir":
        allowed = set(kb.config.sections)

    def shows(heading: str | None, audience: str | None) -> bool:
        if audience is not None:
            return audience in OUTSIDE
        return record.kind == "page" or heading in allowed

    return passages(record.body, shows)


def _module_texts(record: RawRecord) -> list[str]:
    """The shown texts of a process module: the names of its steps, which are statuses, and the rest if it is shared."""
    steps = mappings_in(record.fields.get("steps"))
    texts = [record.id, str(record.fields.get("name", "")), *(str(step.get("name", "")) for step in steps)]
    if record.audience != "shared":
        return texts
    onstage = {
        **record.fields,
        "steps": [
            {**step, "tasks": [t for t in mappings_in(step.get("tasks")) if t.get("stage") == "onstage"]}
            for step in steps
        ],
    }
    return texts + [leaf.text for leaf in leaves(schema("process"), onstage, {}) if leaf.shown]


def _own_names(record: RawRecord | None) -> Iterator[str]:
    """The aliases and domains of a client that contain its name: they read like the name itself."""
    if record is not None and (name := str(record.fields.get("name", ""))):
        for alias in (*texts_in(record.fields.get("aliases")), *texts_in(record.fields.get("domains"))):
            if name.casefold() in alias.casefold():
                yield alias


def _shown_files(
    kb: RawKnowledgeBase, shown: Collection[str], records: Mapping[str, RawRecord], client: str
) -> Iterator[str]:
    for id_ in shown:
        yield from (path for path, audience in attachments_of(records[id_]) if audience in OUTSIDE)
    branding = records[client].fields.get("branding") if client in records else None
    if isinstance(branding, dict) and branding.get("logo"):
        yield posixpath.normpath(str(branding["logo"]))
    if kb.config.logo:
        yield posixpath.normpath(kb.config.logo)
