"""The release of a record: what its client would see, what stays inside, and whether the approval is still valid."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from mkdocs_pir.editions import policy
from mkdocs_pir.editions.approval_fingerprints import current, missing_references
from mkdocs_pir.editions.project import as_inside, as_seen
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.kept_sections import as_plain
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Record, Release
from mkdocs_pir.kb.problem import Problem, with_configured_severity
from mkdocs_pir.store import stages
from mkdocs_pir.store.garbage import not_collected

_SEPARATE = ("audience", "release", "preamble", "sections")
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """A field or section of a record: the parts that the client sees and that stay inside. Either may be empty."""

    name: str
    shown: Any
    inside: Any


def preview(kb: KnowledgeBase, entry: RecordFile, client: str) -> list[PreviewPart]:
    """The fields and sections of a record without errors, each split into what a client would see and what stays inside."""
    if entry.record is None:
        raise ValueError(f"{entry.id} has errors and cannot be released")
    visible_record = as_seen(kb, entry, Edition(client), policy.released_reviews(kb).get(client, frozenset()))
    full_record = as_inside(kb, entry)
    extra_fields = {key: value for key, value in entry.data.items() if key.startswith("x-")}
    given, visible = {**_plain(full_record), **extra_fields}, _plain(visible_record)
    parts = [PreviewPart(name, *_split(visible.get(name), value)) for name, value in given.items()]
    if full_record.preamble:
        shown = visible_record.preamble or None
        parts.append(PreviewPart("(before the first heading)", shown, _hidden_lines(shown, full_record.preamble)))
    sections = {section.title: section.text for section in visible_record.sections}
    for section in full_record.sections:
        shown = sections.get(section.title)
        parts.append(PreviewPart(f"## {section.title}", shown, _hidden_lines(shown, section.text)))
    return parts


def _plain(record: Record) -> dict[str, Any]:
    """The fields of a record that are not empty, as plain values, without its texts, audience and release."""
    plain: dict[str, Any] = _without_empty(msgspec.json.decode(msgspec.json.encode(record, enc_hook=as_plain)))
    return {key: value for key, value in plain.items() if key not in _SEPARATE}


def _without_empty(value: Any) -> Any:
    """A plain value without empty parts and audiences; the columns of the preview show the audience."""
    if isinstance(value, dict):
        return {
            key: part
            for key, item in value.items()
            if key != "audience" and (part := _without_empty(item)) not in _EMPTY
        }
    if isinstance(value, list):
        return [part for item in value if (part := _without_empty(item)) not in _EMPTY]
    return value


def _split(shown: Any, given: Any) -> tuple[Any, Any]:
    """A shown value, and the part of the given value that is not in it. Items of a list are matched by their `id`."""
    if shown is None:
        return None, given
    if isinstance(given, dict):
        inside = {key: rest for key, value in given.items() if (rest := _split(shown.get(key), value)[1]) is not None}
        return shown, inside or None
    if isinstance(given, list) and all(isinstance(item, dict) for item in given):
        rest = list(_unshown_items(shown, given))
        return shown, rest or None
    if isinstance(given, list):
        return shown, [item for item in given if item not in shown] or None
    return shown, None if shown == given else given


def _unshown_items(shown: list[Any], given: list[Any]) -> Iterator[dict[str, Any]]:
    """The parts of each item of a list that are not shown."""
    for item in given:
        match = next((s for s in shown if all(item.get(key) == value for key, value in s.items())), None)
        if match is None and item.get("id") is not None:
            match = next((s for s in shown if s.get("id") == item["id"]), None)
        _, inside = _split(match, item)
        if inside:
            yield {"id": item["id"], **inside} if item.get("id") is not None else inside


def _hidden_lines(shown: str | None, given: str) -> str | None:
    """The part of a text that is not shown: all of it, or the lines that were cut or reworded."""
    if shown is None:
        return given.strip() or None
    lines = difflib.ndiff(given.strip().splitlines(), shown.strip().splitlines())
    hidden = [line[2:] for line in lines if line.startswith("- ") and line[2:].strip()]
    return "\n".join(hidden) or None


def with_approvals(kb: KnowledgeBase, entries: Iterable[RecordFile] | None = None) -> KnowledgeBase:
    """The knowledge base with the problems of approvals that are no longer valid: of these entries, or of all."""
    with stages.READ, not_collected():
        approvals = with_configured_severity(stale(kb, entries), kb.settings.rules)
    return replace(kb, problems=tuple(sorted([*kb.problems, *approvals]))) if approvals else kb


def stale(kb: KnowledgeBase, entries: Iterable[RecordFile] | None = None) -> Iterator[Problem]:
    """The problems (PIR420) of releases whose content changed after the approval; releases without a fingerprint have none."""
    looked_at = kb.of_kind(*having("release")) if entries is None else entries
    # while a record that it refers to cannot be read, it is not known what the record would show
    released = {entry.id: entry for entry in looked_at if is_released(entry) and not missing_references(kb, entry)}
    approvals = {id_: _release(entry) for id_, entry in released.items()}
    approved = {id_: release.content for id_, release in approvals.items() if release is not None and release.content}
    for id_, now in current(kb, approved).items():
        entry = released[id_]
        if now != approved[id_] and not entry.suppresses("PIR420"):
            yield Problem.of(
                "PIR420",
                entry.path,
                entry.at("release"),
                f"the released content of '{id_}' changed after its approval of {entry.data['release'].get('on')}",
                f"review it with 'pir release {id_}', then approve it again",
            )


def is_released(entry: RecordFile) -> bool:
    """Whether a record without errors says that it is released."""
    record = entry.record
    return record is not None and _release(entry) is not None and record.audience in policy.RELEASED


def _release(entry: RecordFile) -> Release | None:
    release: Release | None = getattr(entry.record, "release", None)
    return release
