"""Fingerprints of approvals, which tell whether a record still shows what was approved.

A fingerprint names its form, so that none becomes stale when the form changes: 16 hexadecimal digits are of the first
form, `v2-` and 16 digits are of the second. New fingerprints have the second form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from mkdocs_pir.editions import fingerprint_v1 as v1
from mkdocs_pir.editions import policy
from mkdocs_pir.kb import reading, schema
from mkdocs_pir.kb.attachments import TEXTS, resolve
from mkdocs_pir.kb.file_results import by_file
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.kb.texts.fields import map_texts
from mkdocs_pir.kb.texts.sanitise import INTERNAL, REFERENCE

SECOND = "v2-"
"""What fingerprints of the second form begin with."""

_LEADS = (REFERENCE, "href", "src")


def fingerprint(kb: KnowledgeBase, entry: RecordFile, *, as_stored: bool = False) -> str:
    """The fingerprint of what the release of a record shows: `v2-` and 16 hexadecimal digits.

    It covers the shown words of its fields and sections, the targets of their links, and the attached files. It does
    not cover what is expected to change after an approval (`x-progress` in the schema: the status of a review, an
    action or a recommendation), whether referenced records are released, and the layout of the words. Nor do the line
    ends of attached texts count, which Git changes on Windows, but in fingerprints of earlier versions (`as_stored`).
    """
    return SECOND + _second_form(kb, entry, as_stored)


def is_approved(kb: KnowledgeBase, entry: RecordFile, approved: str) -> bool:
    """Whether a record still shows what was approved with this fingerprint, which is computed again in its own form."""
    return approved == _in_its_form(kb, entry, approved)


def _in_its_form(kb: KnowledgeBase, entry: RecordFile, approved: str) -> str:
    """The fingerprint that a record has now, in the form of the one that it was approved with."""
    form = fingerprint if approved.startswith(SECOND) else _first_form
    now = form(kb, entry)
    if now != approved and entry.data.get("attachments") and form(kb, entry, as_stored=True) == approved:
        return approved
    return now


def current(kb: KnowledgeBase, approved: Mapping[str, str]) -> dict[str, str]:
    """The fingerprint that each of these records has now, in the form of the one that it was approved with.

    `approved` and the result are fingerprints by the ids of records without errors. Those of files that did not change
    are taken from the store, as working one out takes ten times as long.
    """
    opened = msgspec.msgpack.encode([kb.settings.client_fields, kb.settings.client_sections])
    now: dict[str, str] = {}
    for form in ("", SECOND):
        entries = [
            kb.record_files[id_] for id_, content in approved.items() if content.startswith(SECOND) == bool(form)
        ]
        # what depends on other files too is worked out again
        alone = [entry for entry in entries if not _has_files(entry) and not missing_references(kb, entry)]
        kept = by_file(
            kb.settings.cache,
            ["fingerprint", form, opened],
            alone,
            lambda entry: _in_its_form(kb, entry, approved[entry.id]).encode(),
            kb.record_files.values(),
            is_long=True,
        )
        now |= {entry.id: fingerprint.decode() for entry, fingerprint in zip(alone, kept, strict=True)}
        now |= {entry.id: _in_its_form(kb, entry, approved[entry.id]) for entry in entries if entry.id not in now}
    return now


def missing_references(kb: KnowledgeBase, entry: RecordFile) -> list[str]:
    """The ids in the front matter of a record for which there is no record that could be read."""
    return [id_ for id_ in entry.reference_ids if id_ not in kb.record_files]


def _has_files(entry: RecordFile) -> bool:
    """Whether a record has attachments, whose content its fingerprint covers."""
    return bool(getattr(entry.record, "attachments", ()))


def _second_form(kb: KnowledgeBase, entry: RecordFile, as_stored: bool) -> str:
    spec = schema.load(entry.kind)
    texts = kb.texts

    def shown_words(markdown: str) -> Any:
        return _words_and_links(texts.read(markdown).text)

    shown = _fields(kb, entry)
    fields = map_texts(spec, shown, shown_words, lambda typed: typed)
    sections = [(section.title, shown_words(section.text)) for section in _sections(kb, entry)]
    preamble = shown_words(entry.preamble) if entry.kind == "page" else ""
    return _digest([_without_progress(spec, fields), preamble, sections, *_files(kb, entry, shown, as_stored)])


def _words_and_links(text: Text) -> Any:
    """The words of a text without internal parts, and the targets of its links if it has any."""
    if "<a " not in text.html and "<img" not in text.html and f"<{INTERNAL}" not in text.html:
        return str(text)
    root = tree.read(text.html)
    for element in root.walk():
        element.children = [c for c in element.children if isinstance(c, str) or c.name != INTERNAL]
    leads = [element.attributes[name] for element in root.walk() for name in _LEADS if name in element.attributes]
    return [tree.plain(root), *leads] if leads else tree.plain(root)


def _first_form(kb: KnowledgeBase, entry: RecordFile, *, as_stored: bool = False) -> str:
    """The fingerprint in the form of the first releases, of Markdown source cut as it was then."""
    spec = schema.load(entry.kind)
    sections = [(section.title, v1.cut_internal(section.text)) for section in _sections(kb, entry)]
    preamble = v1.cut_internal(entry.preamble) if entry.kind == "page" else ""
    shown = _fields(kb, entry)
    fields = _without_progress(spec, v1.each_text(spec, shown))
    return _digest([fields, preamble, sections, *_files(kb, entry, shown, as_stored)])


def _fields(kb: KnowledgeBase, entry: RecordFile) -> dict[str, Any]:
    if entry.record is None:
        raise ValueError(f"{entry.id} has errors and has no fingerprint")
    return policy.visible_fields(entry.kind, entry.data, kb.record_files.keys(), kb.settings.client_fields)


def _sections(kb: KnowledgeBase, entry: RecordFile) -> Iterator[Section]:
    return (s for s in entry.sections if policy.shows_section(entry.kind, s, kb.settings.client_sections))


def _files(kb: KnowledgeBase, entry: RecordFile, shown: Mapping[str, Any], as_stored: bool) -> Iterator[dict[str, str]]:
    """The digests of the files that a record shows, by name, as one item; no item where there are no files."""
    digests = {}
    for item in shown.get("attachments", ()):
        path = resolve(entry.path, item["file"])
        if path is None:
            continue
        # a file that cannot be read is reported by the check
        with suppress(OSError):
            content = reading.read(kb.folder, path)
            if path.lower().endswith(TEXTS) and not as_stored:
                content = content.replace(b"\r\n", b"\n")
            digests[item["file"]] = hashlib.sha256(content).hexdigest()
    if digests:
        yield digests


def _without_progress(spec: Mapping[str, Any], value: Any) -> Any:
    """A value without the parts that are expected to change after an approval."""
    if isinstance(value, dict):
        fields = spec.get("properties", {})
        return {
            k: _without_progress(fields.get(k, {}), v)
            for k, v in value.items()
            if not fields.get(k, {}).get("x-progress")
        }
    if isinstance(value, list) and "items" in spec:
        return [_without_progress(spec["items"], item) for item in value]
    return value


def _digest(content: list[Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
