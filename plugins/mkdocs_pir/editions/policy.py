"""Who may see what: which records, fields, sections and files an edition shows. Default deny.

Fields are shown where the schema says `x-audience: client`; list items that carry an `audience` of their own
(actions, recommendations, attachments) only where that says so too. Everything unknown is internal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.client_fields import specification
from mkdocs_pir.kb.kinds import KINDS, Visibility
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile, each_review
from mkdocs_pir.kb.model import Lesson, Pir, Section

RELEASED = frozenset({"client", "shared"})
_ABSENT = object()


def visible_records(kb: KnowledgeBase, edition: Edition) -> dict[str, RecordFile]:
    """The entries without errors that an edition shows, by id."""
    sound = {e.id: e for e in kb.record_files.values() if e.record is not None}
    if edition.internal:
        return sound
    pirs = {id_ for id_, e in sound.items() if e.kind == "pir" and _released_pir(e, edition)}
    named_services = {service for id_ in pirs for service in getattr(sound[id_].record, "services", ())}
    shown = (
        pirs
        | {id_ for id_, e in sound.items() if RULES[KINDS[e.kind].visibility](e, edition, pirs)}
        | (named_services & sound.keys())
    )
    return {id_: e for id_, e in sound.items() if id_ in shown}


def released_reviews(kb: KnowledgeBase) -> dict[str, frozenset[str]]:
    """The ids of the reviews that were released to each client."""
    reviews: dict[str, set[str]] = {}
    for entry, pir in each_review(kb):
        if pir.is_released:
            reviews.setdefault(pir.client, set()).add(entry.id)
    return {client: frozenset(ids) for client, ids in reviews.items()}


def shows(entry: RecordFile, edition: Edition, pirs: Collection[str], services: Collection[str]) -> bool:
    """Whether a client's edition shows a record. `pirs` are the reviews that it shows, `services` those that they name."""
    return RULES[KINDS[entry.kind].visibility](entry, edition, pirs) or (
        entry.kind == "service" and entry.id in services
    )


def _audience(entry: RecordFile) -> str:
    # to decode the fields as they are in each file takes time, and a record that cannot be typed is shown to no client
    return entry.record.audience if entry.record is not None else "internal"


def _released_pir(entry: RecordFile, edition: Edition) -> bool:
    pir = entry.record
    return (
        isinstance(pir, Pir) and pir.client == edition.client and pir.audience in RELEASED and pir.release is not None
    )


def _lesson(entry: RecordFile, edition: Edition, pirs: Collection[str]) -> bool:
    lesson = entry.record
    if not isinstance(lesson, Lesson) or lesson.release is None:
        return False
    source_shown = any(id_ in pirs for id_ in lesson.learned_from)
    return lesson.audience == "shared" or (lesson.audience == "client" and source_shown)


def _shared(entry: RecordFile, edition: Edition, pirs: Collection[str]) -> bool:
    return _audience(entry) == "shared"


RULES: Mapping[Visibility, Callable[[RecordFile, Edition, Collection[str]], bool]] = {
    "released": lambda entry, edition, pirs: entry.id in pirs,
    "learned-from": _lesson,
    "shared": _shared,
    "own": lambda entry, edition, pirs: entry.id == edition.client,
}
"""Whether a client's edition shows a record, by the rule for its kind; `pirs` are the reviews it shows."""


def visible_fields(
    kind: str, data: Mapping[str, Any], shown: Collection[str], changes: Mapping[str, Mapping[str, bool]]
) -> dict[str, Any]:
    """The part of front matter (or of a register row) that a client sees.

    `changes` are the fields that the organisation opens or closes, by kind. A reference to a record that is not in
    `shown` is left out. The id always stays, because it names the page.
    """
    spec = specification(kind, changes)
    fields = _visible(spec, data, shown)
    out: dict[str, Any] = {} if fields is _ABSENT else {**fields}
    if "id" in data:
        out["id"] = data["id"]
    return out


def _visible(spec: Mapping[str, Any], value: Any, shown: Collection[str]) -> Any:
    if isinstance(value, dict):
        properties = spec.get("properties", {})
        if "audience" in properties and "$id" not in spec and value.get("audience") not in RELEASED:
            return _ABSENT
        visible = {
            key: part
            for key, item in value.items()
            if properties.get(key, {}).get("x-audience") == "client"
            and (part := _visible(properties[key], item, shown)) is not _ABSENT
        }
        return visible or _ABSENT
    if isinstance(value, list):
        items = [part for item in value if (part := _visible(spec.get("items", {}), item, shown)) is not _ABSENT]
        return items or _ABSENT
    if "x-ref" in spec and value not in shown:
        return _ABSENT
    return value


def visible_columns(register: str, changes: Mapping[str, Mapping[str, bool]]) -> frozenset[str]:
    """The columns of a register that a client sees; `changes` as in `visible_fields`."""
    spec = specification(register, changes)
    return frozenset(name for name, column in spec["properties"].items() if column.get("x-audience") == "client")


def shows_section(kind: str, section: Section, client_sections: Collection[str]) -> bool:
    """Whether a client sees a section: by the audience in its heading, else by whether its title is on the allow-list.

    The allow-list of reviews is the organisation's (`client_sections`), that of other kinds is in their schema. A
    shared handbook page is shown as a whole, except for sections with another audience in their heading.
    """
    if section.audience is not None:
        return section.audience in RELEASED
    if kind == "page":
        return True
    if kind == "pir":
        return section.title in client_sections
    return any(
        s["title"] == section.title and s.get("x-audience") == "client" for s in schema.load(kind).get("x-sections", ())
    )
