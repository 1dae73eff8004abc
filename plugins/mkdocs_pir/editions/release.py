"""Releasing a record: what its client would see, what stays inside, and whether the approval still fits."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from mkdocs_pir.editions import policy
from mkdocs_pir.editions.approval_fingerprints import fits
from mkdocs_pir.editions.project import as_inside, as_seen
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.kb.kinds import having
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Record
from mkdocs_pir.kb.problem import Problem

_APART = ("audience", "release", "preamble", "sections")
_NOTHING: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One field or section of a record: what the client sees of it, and what stays inside. Either may be empty."""

    name: str
    shown: Any
    inside: Any


def preview(kb: KnowledgeBase, entry: RecordFile, client: str) -> list[PreviewPart]:
    """Each field and section of a sound record, divided into what a client would see and what stays inside."""
    if entry.record is None:
        raise ValueError(f"{entry.id} has errors and cannot be released")
    seen = as_seen(kb, entry, Edition(client), policy.released_reviews(kb).get(client, frozenset()))
    inside = as_inside(kb, entry)
    own = {key: value for key, value in entry.data.items() if key.startswith("x-")}
    given, visible = {**_plain(inside), **own}, _plain(seen)
    parts = [PreviewPart(name, *_divided(visible.get(name), value)) for name, value in given.items()]
    if inside.preamble:
        shown = seen.preamble or None
        parts.append(PreviewPart("(before the first heading)", shown, _cut(shown, inside.preamble)))
    sections = {section.title: section.text for section in seen.sections}
    for section in inside.sections:
        shown = sections.get(section.title)
        parts.append(PreviewPart(f"## {section.title}", shown, _cut(shown, section.text)))
    return parts


def _plain(record: Record) -> dict[str, Any]:
    """The fields of a record that say something, as plain values; texts and the release apart."""
    plain: dict[str, Any] = _said(msgspec.json.decode(msgspec.json.encode(record, enc_hook=str)))
    return {key: value for key, value in plain.items() if key not in _APART}


def _said(value: Any) -> Any:
    """A plain value without its empty parts, and without audiences: the columns say who sees what."""
    if isinstance(value, dict):
        return {key: part for key, item in value.items() if key != "audience" and (part := _said(item)) not in _NOTHING}
    if isinstance(value, list):
        return [part for item in value if (part := _said(item)) not in _NOTHING]
    return value


def _divided(shown: Any, given: Any) -> tuple[Any, Any]:
    """A shown value, and what of the given one is not in it. Items of a list are matched by their `id`."""
    if shown is None:
        return None, given
    if isinstance(given, dict):
        inside = {key: rest for key, value in given.items() if (rest := _divided(shown.get(key), value)[1]) is not None}
        return shown, inside or None
    if isinstance(given, list) and all(isinstance(item, dict) for item in given):
        rest = list(_rest(shown, given))
        return shown, rest or None
    if isinstance(given, list):
        return shown, [item for item in given if item not in shown] or None
    return shown, None if shown == given else given


def _rest(shown: list[Any], given: list[Any]) -> Iterator[dict[str, Any]]:
    """What stays inside of each item of a list."""
    for item in given:
        match = next((s for s in shown if all(item.get(key) == value for key, value in s.items())), None)
        if match is None and item.get("id") is not None:
            match = next((s for s in shown if s.get("id") == item["id"]), None)
        _, inside = _divided(match, item)
        if inside:
            yield {"id": item["id"], **inside} if item.get("id") is not None else inside


def _cut(shown: str | None, given: str) -> str | None:
    """What of a text is not shown: all of it, or the lines that were cut or reworded."""
    if shown is None:
        return given.strip() or None
    lines = difflib.ndiff(given.strip().splitlines(), shown.strip().splitlines())
    gone = [line[2:] for line in lines if line.startswith("- ") and line[2:].strip()]
    return "\n".join(gone) or None


def stale(kb: KnowledgeBase) -> Iterator[Problem]:
    """Releases whose content changed after the approval (PIR420). Those without a fingerprint are not judged."""
    for entry in kb.of_kind(*having("release")):
        release = entry.data.get("release")
        if (
            entry.record is None
            or not isinstance(release, Mapping)
            or entry.data.get("audience") not in policy.RELEASED
        ):
            continue
        approved = release.get("content")
        if approved and not fits(kb, entry, approved) and not entry.allows("PIR420"):
            yield Problem.of(
                "PIR420",
                entry.path,
                entry.at("release"),
                f"what '{entry.id}' shows outside changed after its approval of {release.get('on')}",
                f"look at it with 'pir release {entry.id}', then approve it again",
            )
