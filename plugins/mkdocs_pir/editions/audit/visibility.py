"""What a client may see, read from the raw knowledge base: the audit's own understanding of the policy.

The second implementation of "What a client's edition contains". Where the first one shows more than this one allows,
the audit finds it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from urllib.parse import unquote

from mkdocs_pir.editions.audit.body import OUTSIDE, Passage, field, passages, plain
from mkdocs_pir.editions.audit.fields import attachments_of, leaves, mappings_in, sources_of, texts_in
from mkdocs_pir.editions.audit.normalise import fold, squash
from mkdocs_pir.editions.audit.raw_knowledge import RawKnowledgeBase, RawRecord, RawRow, schema

_CONFIGURATION = "mkdocs.yml"


@dataclass(frozen=True, slots=True)
class Permitted:
    """What one client's edition may show.

    `texts` may stand in it anywhere; each has the files of the knowledge base that say it. `titles` are those of them
    that are titles of their own, squashed; `catalogue` are files in which words are everybody's: services, causes, problems,
    the process, the configuration and this client's own record and rows ("" for what pages put together). `names` are those of them that may hold a withheld record's id by chance, and
    `own_names` those that may hold another client's name as well: what this client and the provider are called.
    `owners` are the records (and the client) whose ids may be shown; `files` are paths in the knowledge base.
    `sources` are, for the file of each lesson, those of the records that it was learned from.
    """

    texts: Mapping[str, frozenset[str]]
    titles: frozenset[bytes]
    catalogue: frozenset[str]
    names: tuple[str, ...]
    own_names: tuple[str, ...]
    owners: frozenset[str]
    files: frozenset[str]
    sources: Mapping[str, frozenset[str]]


def permitted(raw: RawKnowledgeBase, client: str) -> Permitted:
    """Everything that the edition of one client may show."""
    records = {source.id: source for source in raw.sources if source.id}
    reviews = {s.id for s in raw.of("pir") if _released(s, client)}
    own = [line for line in raw.lines if line.cells.get("client") == client]
    actions = dict(chain.from_iterable(_actions_shown(records[id_]) for id_ in sorted(reviews)))
    rows = [*own, *_progress(raw, actions)]
    shown = reviews | {s.id for s in raw.sources if _shown(s, client, reviews)}
    named = {str(i) for id_ in reviews for i in texts_in(records[id_].fields.get("services"))}
    of_rows = {line.cells.get("service", "") for line in own}
    texts = _Texts()
    texts.add(_CONFIGURATION, *raw.config.spoken, *raw.config.allows)
    titles: list[str] = []
    catalogue = {"", _CONFIGURATION}
    names: list[str] = []
    own_names = [*raw.config.spoken, *raw.config.allows]
    for id_ in sorted((shown | named) & records.keys()):
        source = records[id_]
        if id_ not in shown and source.kind != "service":
            continue
        called = str(source.fields.get("name") or source.fields.get("title") or "")
        texts.add(source.path, *(_fields_shown(source, shown | named, raw) if id_ in shown else [called]))
        texts.add(source.path, *(p.text for p in _passages(source, raw) if p.shown and id_ in shown))
        # headings, filters, tables and file names put a record's kind, id and name side by side, one of them twice
        texts.add(source.path, f"{source.kind} {id_} {id_} {called} {called}", id_)
        titles += [called, *_titles_within(source)]
        if source.kind == "pir":
            texts.add("", *_lists(texts_in(source.fields.get("services")), records))
        if source.kind == "client":
            own_names += [id_, called]
            texts.add(source.path, *_own_names(source))
        else:
            names += [id_, called] if source.kind in ("service", "cause") else [id_]
        if source.kind in ("service", "cause", "problem", "client"):
            catalogue.add(source.path)
    for source in raw.of("process"):
        texts.add(source.path, *_module(source))
        catalogue.add(source.path)
    for line in rows:
        catalogue.add(line.path)
        texts.add(
            line.path,
            *(
                field(leaf.text)[0]
                for leaf in leaves(schema(line.register), dict(line.cells), raw.config.fields.get(line.register, {}))
                if leaf.shown
            ),
        )
    owners = (shown | named | of_rows | {client}) & {*records, client}
    files = frozenset(_files(raw, shown & records.keys(), records, client))
    texts.add("", *owners, *files, *actions)
    return Permitted(
        texts.said(),
        frozenset(squash(fold(title)) for title in titles),
        frozenset(catalogue),
        (*names, *of_rows),
        tuple(own_names),
        frozenset(owners),
        files,
        {s.path: frozenset(records[i].path for i in sources_of(s) if i in records) for s in raw.of("lesson")},
    )


class _Texts:
    """Texts that may be shown, each in the forms in which a page may have it, and the files that say it."""

    def __init__(self) -> None:
        self._said: dict[str, set[str]] = {}

    def add(self, file: str, *texts: str) -> None:
        for text in texts:
            for form in (text, plain(text)):
                self._said.setdefault(form, set()).add(file)
                if "%" in form:
                    # the address of a file says what the file is called, which quotes no title
                    self._said.setdefault(unquote(form), set()).add("")

    def said(self) -> dict[str, frozenset[str]]:
        return {text: frozenset(files) for text, files in self._said.items()}


def _titles_within(source: RawRecord) -> Iterator[str]:
    """The titles of the actions and recommendations of a review."""
    for kind in ("actions", "recommendations"):
        yield from (str(item.get("title", "")) for item in mappings_in(source.fields.get(kind)))


def _lists(services: list[str], records: Mapping[str, RawRecord]) -> Iterator[str]:
    """The services of a review as its page, tables and exports have them, one after the other."""
    called = [str(records[id_].fields.get("name", "")) if id_ in records else id_ for id_ in services]
    yield from (", ".join(services), ", ".join(called), " and ".join(called))


def _actions_shown(review: RawRecord) -> Iterator[tuple[str, str]]:
    """The full id of each action of a review that its client sees, and the address of its ticket."""
    for action in mappings_in(review.fields.get("actions")):
        if action.get("audience") in OUTSIDE:
            yield f"{review.id}-{action.get('id')}", str(action.get("tracker") or "")


def _progress(raw: RawKnowledgeBase, actions: Mapping[str, str]) -> Iterator[RawRow]:
    """The lines that say how far an action has come; one found by its ticket without that, which is a field."""
    addresses = [address.casefold() for address in actions.values() if address]
    tickets = {*addresses, *(address.rstrip("/").rpartition("/")[2] for address in addresses)}
    for line in raw.lines:
        if line.register != "action":
            continue
        if line.cells.get("id") in actions:
            yield line
        elif line.cells.get("id", "").casefold() in tickets:
            yield RawRow(line.path, line.register, {name: cell for name, cell in line.cells.items() if name != "id"})


def _released(source: RawRecord, client: str) -> bool:
    return source.fields.get("client") == client and source.audience in OUTSIDE and "release" in source.fields


def _shown(source: RawRecord, client: str, reviews: Collection[str]) -> bool:
    if source.kind == "pir":
        return source.id in reviews
    if source.kind == "client":
        return source.id == client
    if source.kind == "lesson":
        learned = any(id_ in reviews for id_ in sources_of(source))
        released = source.audience == "shared" or (source.audience == "client" and learned)
        return released and "release" in source.fields
    return source.audience == "shared"


def _fields_shown(source: RawRecord, shown: Collection[str], raw: RawKnowledgeBase) -> list[str]:
    told = leaves(schema(source.kind), dict(source.fields), raw.config.fields.get(source.kind, {}))
    return [field(leaf.text)[0] for leaf in told if leaf.shown and (not leaf.refers or leaf.text in shown)]


def _passages(source: RawRecord, raw: RawKnowledgeBase) -> Iterator[Passage]:
    allowed = {
        str(s.get("title")) for s in schema(source.kind).get("x-sections", ()) if s.get("x-audience") == "client"
    }
    if source.kind == "pir":
        allowed = set(raw.config.sections)

    def shows(heading: str | None, audience: str | None) -> bool:
        if audience is not None:
            return audience in OUTSIDE
        return source.kind == "page" or heading in allowed

    return passages(source.body, shows)


def _module(source: RawRecord) -> list[str]:
    """Of a process module: the names of its steps, which say where a review stands, and the rest if it is shared."""
    steps = mappings_in(source.fields.get("steps"))
    texts = [source.id, str(source.fields.get("name", "")), *(str(step.get("name", "")) for step in steps)]
    if source.audience != "shared":
        return texts
    onstage = {
        **source.fields,
        "steps": [
            {**step, "tasks": [t for t in mappings_in(step.get("tasks")) if t.get("stage") == "onstage"]}
            for step in steps
        ],
    }
    return texts + [leaf.text for leaf in leaves(schema("process"), onstage, {}) if leaf.shown]


def _own_names(source: RawRecord | None) -> Iterator[str]:
    """The client's name with more words around it, where its record lists it so: it reads like the name itself."""
    if source is not None and (name := str(source.fields.get("name", ""))):
        for alias in (*texts_in(source.fields.get("aliases")), *texts_in(source.fields.get("domains"))):
            if name.casefold() in alias.casefold():
                yield alias


def _files(
    raw: RawKnowledgeBase, shown: Collection[str], records: Mapping[str, RawRecord], client: str
) -> Iterator[str]:
    for id_ in shown:
        yield from (path for path, audience in attachments_of(records[id_]) if audience in OUTSIDE)
    branding = records[client].fields.get("branding") if client in records else None
    if isinstance(branding, dict) and branding.get("logo"):
        yield posixpath.normpath(str(branding["logo"]))
    if raw.config.logo:
        yield posixpath.normpath(raw.config.logo)
