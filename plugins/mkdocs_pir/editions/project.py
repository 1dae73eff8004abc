"""The projection of a knowledge base for one edition: everything that is published goes through `project(kb, edition)`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from mkdocs_pir.editions import encoded_values, policy, processes
from mkdocs_pir.editions.kept_records import KeptRecords
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.published_files import file_names, published_files, with_published_names
from mkdocs_pir.editions.redaction import Redactor
from mkdocs_pir.editions.synonyms import known_synonyms
from mkdocs_pir.editions.withheld_names import RecordNames, WithheldRecords
from mkdocs_pir.kb import references, schema
from mkdocs_pir.kb.attachments import resolve
from mkdocs_pir.kb.files_in_memory import FilesInMemory
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile, RegisterRow
from mkdocs_pir.kb.model import Branding, Client, Pir, Record, Section, Value, row_of
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.kb.review_conditions import under_way as under_way_in
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.kb.support_hours import calendars
from mkdocs_pir.kb.texts import NOTHING, Text, mentions
from mkdocs_pir.kb.texts.fields import map_texts, text_fields
from mkdocs_pir.store import stages
from mkdocs_pir.store.garbage import not_collected
from mkdocs_pir.store.result_store import ResultStore


@stages.PROJECTION
@not_collected()
def project(
    kb: KnowledgeBase, edition: Edition, memory: Memory | None = None, names: RecordNames | None = None
) -> Projection:
    """Everything that one edition may show, and nothing else.

    A client's edition needs a knowledge base without errors. Raises ProblemError otherwise, and for a client
    that does not exist. The internal edition shows the records without errors. In it, a record is taken from `memory`
    if nothing changed that it depends on. `names` are those of the knowledge base, for one that projects many editions.
    """
    memory = Memory() if memory is None or not edition.internal else memory
    encoded_values.forget()
    kept = KeptRecords(ResultStore(kb.settings.cache if edition.internal else None), kb.texts)
    if not edition.internal:
        _refuse_unsafe(kb, edition)
    names = names or RecordNames(kb)
    view = _View(kb, edition, policy.visible_records(kb, edition), names)
    records: dict[str, dict[str, Record]] = {kind: {} for kind in KINDS}
    links: dict[str, tuple[str, ...]] = {}
    memory.begin(view, kept)
    for entry in view.shown.values():
        records[entry.kind][entry.id], links[entry.id] = memory.record(view, entry)
    kept.write()
    kept.close()
    client = records["client"].get(edition.client or "")
    organisation = kb.settings.organisation
    organisation = msgspec.structs.replace(organisation, logo=view.files.get(resolve("", organisation.logo) or "", ""))
    branding = (
        client.branding
        if isinstance(client, Client)
        else Branding(organisation.logo, organisation.primary, organisation.accent)
    )
    return Projection(
        edition=edition,
        as_of=kb.settings.as_of,
        site_name=kb.settings.site_name if client is None else f"{client.label}: reviews and lessons",
        records=records,
        incidents=tuple(view.rows("incident")),
        responses=tuple(view.rows("satisfaction")),
        backlinks=references.backlinks(links),
        files=published_files(kb, view.named, memory.files, for_client=not edition.internal),
        organisation=organisation,
        branding=branding,
        targets=kb.settings.targets,
        holidays=frozenset(kb.settings.holidays),
        support_hours=calendars(kb.settings.support_hours, kb.settings.holidays, edition.client),
        lifecycle=processes.lifecycle(kb, edition),
        modules=processes.modules(kb, edition),
        releasable=_releasable(kb, edition, names),
        synonyms=kb.synonyms if edition.internal else known_synonyms(kb.synonyms, records),
        client_fields=kb.settings.client_fields,
    )


def _releasable(kb: KnowledgeBase, edition: Edition, names: RecordNames) -> dict[str, Pir]:
    """For the internal edition: each review under way as its client would see it if it were released now.

    References are shown as far as their records are in the client's edition today.
    """
    if not edition.internal:
        return {}
    records: dict[str, Pir] = {}
    released = policy.released_reviews(kb)
    for entry in kb.of_kind("pir"):
        if isinstance(entry.record, Pir) and under_way_in(kb.lifecycle, entry.record):
            client_edition = Edition(str(entry.data.get("client")))
            record = as_seen(kb, entry, client_edition, released.get(client_edition.client or "", frozenset()), names)
            if isinstance(record, Pir):
                records[entry.id] = record
    return records


def as_inside(kb: KnowledgeBase, entry: RecordFile) -> Record:
    """A record without errors as the internal edition shows it."""
    record, _ = _View(kb, Edition(), {entry.id: entry}, RecordNames(kb)).record(entry)
    return record


def as_seen(
    kb: KnowledgeBase, entry: RecordFile, edition: Edition, released: Collection[str], names: RecordNames | None = None
) -> Record:
    """A record without errors as a client's edition would show it if it were released now.

    `released` are the reviews in that edition today; references are shown as far as their records are in it.
    """
    pirs = {*released, entry.id}
    named = (*kb.links.get(entry.id, ()), *entry.data.get("services", ()))
    shown = {
        id_: other
        for id_ in dict.fromkeys([entry.id, *named])
        if (other := kb.record_files.get(id_)) is not None
        and other.record is not None
        and (other is entry or policy.shows(other, edition, pirs, entry.data.get("services", ())))
    }
    record, _ = _View(kb, edition, shown, names or RecordNames(kb)).record(entry)
    return record


def editions(kb: KnowledgeBase) -> list[Edition]:
    """All editions that can be published: the internal one, then one for each client in order of id."""
    return [Edition(), *(Edition(entry.id) for entry in kb.of_kind("client"))]


def _refuse_unsafe(kb: KnowledgeBase, edition: Edition) -> None:
    clients = [e.id for e in kb.of_kind("client")]
    if edition.client not in clients:
        raise ProblemError([no_such_client(kb.settings, edition, clients)])
    if kb.errors:
        raise ProblemError(kb.errors)


def no_such_client(settings: Settings, edition: Edition, clients: Collection[str]) -> Problem:
    """The problem that there is no such client as this edition's."""
    hint = did_you_mean(str(edition.client), clients) or f"correct the id, or add clients/{edition.client}.md"
    return Problem.of("PIR603", settings.config_file.name, (0, 0), f"there is no client '{edition.client}'", hint)


class Memory:
    """What the internal edition had before, for a process that projects one knowledge base again and again.

    A record as it is shown depends on its own file and on the labels, kinds and parts of the records that it refers to.
    """

    def __init__(self) -> None:
        self.files: FilesInMemory[bytes] = FilesInMemory()
        self._records: dict[str, tuple[RecordFile, tuple[object, ...], Record]] = {}
        self._paths: Mapping[str, str] = {}
        self._depends: Mapping[str, tuple[object, ...]] = {}
        self._kept = KeptRecords(ResultStore(None))

    def begin(self, view: _View, kept: KeptRecords) -> None:
        """Forget what the edition has no more, or everything where files have other names; `kept` has what others made."""
        gone = self._records.keys() if self._paths != view.files else self._records.keys() - view.shown.keys()
        for id_ in list(gone):
            del self._records[id_]
        self._paths, self._kept = view.files, kept
        if not view.edition.internal:
            return
        self._depends = {id_: view.depends(entry) for id_, entry in view.shown.items()}
        unknown = [entry for entry in view.shown.values() if not self._has(entry)]
        kept.find([(entry, self._depends[entry.id]) for entry in unknown], view.files)
        kept.make(unknown, view.internal_record)

    def _has(self, entry: RecordFile) -> bool:
        known = self._records.get(entry.id)
        return known is not None and known[0] is entry and known[1] == self._depends[entry.id]

    def record(self, view: _View, entry: RecordFile) -> tuple[Record, tuple[str, ...]]:
        """The visible part of a record, and the ids of the visible records that it refers to."""
        if not view.edition.internal:
            record, links = view.record(entry)
            return with_published_names(record, entry, view.files), links
        if self._has(entry):
            return self._records[entry.id][2], view.links(entry)
        record = self._kept.get(entry.id) or self._kept.keep(view.internal_record(entry))
        self._records[entry.id] = (entry, self._depends[entry.id], record)
        return record, view.links(entry)


class _OwnFields(Mapping[str, Mapping[str, Any]]):
    """The fields of entries as they are in their files, which are read from there when they are asked for."""

    def __init__(self, entries: Mapping[str, RecordFile]) -> None:
        self._entries = entries

    def __getitem__(self, id: str) -> Mapping[str, Any]:
        return self._entries[id].data

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def _names_files(record: Record | None) -> bool:
    return bool(getattr(record, "attachments", ()) or getattr(record, "branding", None))


class _View:
    """The entries and rows of a knowledge base as one edition shows them."""

    def __init__(
        self, kb: KnowledgeBase, edition: Edition, shown: Mapping[str, RecordFile], names: RecordNames
    ) -> None:
        self.kb = kb
        self.edition = edition
        self.shown = shown
        self.names = names
        self.fields = _OwnFields(shown) if edition.internal else {id_: self._fields(e) for id_, e in shown.items()}
        with_files = (
            shown if not edition.internal else [id_ for id_, entry in shown.items() if _names_files(entry.record)]
        )
        self.named = file_names(kb, [(shown[id_], self.fields[id_]) for id_ in with_files])
        self.files = {source: name.path for source, name in self.named.items()}
        self._labels = {id_: self._label(entry) for id_, entry in shown.items()}
        self._withheld = None if edition.internal else WithheldRecords(names, shown)

    def _label(self, entry: RecordFile) -> str:
        if entry.record is None:
            raise ValueError(f"{entry.id} has errors and cannot be projected")
        if self.edition.internal:
            return entry.record.label
        data = self.fields[entry.id]
        return str(data.get("title") or data.get("name") or entry.id)

    def _fields(self, entry: RecordFile) -> Mapping[str, Any]:
        """The fields of an entry that a client sees, with their values as they are in the file."""
        data = policy.visible_fields(entry.kind, entry.data, self.shown, self.kb.settings.client_fields)
        if _is_named_only(entry):
            return {name: data[name] for name in ("id", "name") if name in data}
        for action in data.get("actions", ()):
            # fields that come from the action register need the permission of its schema, too
            columns = self.kb.register_fields.get(f"{entry.id}-{action.get('id')}", frozenset())
            for name in columns - policy.visible_columns("action", self.kb.settings.client_fields):
                action.pop(name, None)
        self._name_own_actions(entry, data)
        return data

    def _name_own_actions(self, entry: RecordFile, data: Mapping[str, Any]) -> None:
        """Show the client that an action is its own where the record names it as the owner; other owners are internal."""
        of_client = self.kb.record_files.get(self.edition.client or "")
        client = of_client.record if of_client is not None else None
        own = {
            action.get("id")
            for action in entry.data.get("actions", ())
            if isinstance(client, Client) and client.is_called(str(action.get("owner", "")))
        }
        for action in data.get("actions", ()):
            if action.get("id") in own:
                action["owner"] = client.label if isinstance(client, Client) else ""

    def depends(self, entry: RecordFile) -> tuple[object, ...]:
        """What a record as the internal edition shows it depends on, besides its own file and the names of files."""
        ids, files = self.kb.links.get(entry.id, ()), self.kb.record_files
        return tuple((id_, self._labels.get(id_), files[id_].kind, files[id_].part_ids) for id_ in ids if id_ in files)

    def record(self, entry: RecordFile) -> tuple[Record, tuple[str, ...]]:
        """The visible part of a record, and the ids of the visible records that it refers to."""
        redactor = self._redactor(entry.path)
        data = self._texts(entry.kind, self.fields[entry.id], redactor)
        sections, preamble = self._body(entry, redactor)
        record = msgspec.convert({**data, "id": entry.id}, KINDS[entry.kind].record)
        record = msgspec.structs.replace(record, preamble=preamble, sections=sections)
        if self.edition.internal:
            return record, self.links(entry)
        texts = [text for _, text, _ in text_fields(schema.load(entry.kind), data)]
        texts += [preamble, *(section.text for section in sections)]
        named = (mention for text in texts for mention in mentions.of_text(text))
        fields_name = (id_ for _, id_, _ in schema.references(schema.load(entry.kind), data))
        refers = references.targets(entry.id, fields_name, named, self.names.ids, entry.path)
        return record, tuple(id_ for id_ in refers if id_ in self.shown)

    def internal_record(self, entry: RecordFile) -> Record:
        """A record as the internal edition shows it, with the names that its files have there."""
        return with_published_names(self.record(entry)[0], entry, self.files)

    def links(self, entry: RecordFile) -> tuple[str, ...]:
        """The ids of the records without errors that a record as the internal edition shows it refers to."""
        return tuple(id_ for id_ in self.kb.links.get(entry.id, ()) if id_ in self.shown)

    def _body(self, entry: RecordFile, redactor: Redactor) -> tuple[tuple[Section, ...], Text]:
        """The visible sections of an entry, and the visible text before them."""
        if not self.edition.internal and _is_named_only(entry):
            return (), NOTHING
        texts = self.kb.texts
        sections = tuple(
            Section(
                redactor.typed(section.title), redactor.markdown(texts.read(section.text).text), *self._marks(section)
            )
            for section in entry.sections
            if self.edition.internal or policy.shows_section(entry.kind, section, self.kb.settings.client_sections)
        )
        if self.edition.internal or entry.kind == "page":
            return sections, redactor.markdown(texts.read(entry.preamble).text)
        return sections, NOTHING

    def _marks(self, section: Section) -> tuple[int, str | None]:
        """The line and the audience of a section, which are for the internal edition only."""
        return (section.line, section.audience) if self.edition.internal else (0, None)

    def _texts(self, kind: str, data: Mapping[str, Any], redactor: Redactor) -> Any:
        return map_texts(
            schema.load(kind), data, lambda text: redactor.markdown(self.kb.texts.read(text).text), redactor.typed
        )

    def _redactor(self, path: str) -> Redactor:
        return Redactor(self.names.ids, path, self._labels, self.files, self._withheld)

    def rows(self, register: str) -> list[Any]:
        """The rows of a register that the edition shows, each reduced to its visible columns."""
        rows = [row for row in self.kb.rows if row.register == register and row.value is not None]
        if self.edition.internal:
            return [row.value for row in rows]
        return [self._row(row) for row in rows if row.data.get("client") == self.edition.client]

    def _row(self, row: RegisterRow) -> Value:
        # the row is the client's own, so it may name a service that no visible review names
        own = {*self.shown, str(row.data.get("service")), str(self.edition.client)}
        data = policy.visible_fields(row.register, row.data, own, self.kb.settings.client_fields)
        reference = data.get("reference")
        if reference in self.names.ids.kinds and reference not in self.shown:
            del data["reference"]
        return row_of(row.register, self._texts(row.register, data, self._redactor(row.path)))


def _is_named_only(entry: RecordFile) -> bool:
    """Whether a client's edition has an entry only because a review names it; then it shows only its id and name."""
    return entry.kind == "service" and entry.data.get("audience") != "shared"


def stop_reasons(problems: Collection[Problem]) -> str:
    """The number of errors and files that stop the publication, in words."""
    count = len(problems)
    files = len({p.path for p in problems})
    return f"{count} {'error' if count == 1 else 'errors'} in {files} {'file' if files == 1 else 'files'}"
