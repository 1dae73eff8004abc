"""Fingerprints of approvals: whether a record still shows what somebody approved.

A fingerprint says in which form it was worked out, so that none goes stale because the form has changed since:
16 hexadecimal digits are of the first form, `v2-` and 16 digits of the second. New ones are of the second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from mkdocs_pir.editions import fingerprint_v1 as v1
from mkdocs_pir.editions import policy
from mkdocs_pir.kb import reading, schema
from mkdocs_pir.kb.attachments import resolve
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Section
from mkdocs_pir.kb.texts import Text, tree
from mkdocs_pir.kb.texts.fields import each
from mkdocs_pir.kb.texts.sanitise import INTERNAL, REFERENCE

_SECOND = "v2-"
_LEADS = (REFERENCE, "href", "src")


def fingerprint(kb: KnowledgeBase, entry: RecordFile) -> str:
    """A fingerprint of what the release of a record shows: `v2-` and 16 hexadecimal digits.

    It covers the words that the policy shows of its fields and sections, where their links lead, and the files that it
    attaches; not what is expected to move on after an approval (`x-progress` in the schema: the state of a review, of
    an action, of a recommendation), nor whether the records it refers to are released, nor how the words are laid out.
    """
    return _SECOND + _second(kb, entry)


def fits(kb: KnowledgeBase, entry: RecordFile, approved: str) -> bool:
    """Whether a record still shows what had this fingerprint when it was approved. Each form is compared in its own."""
    return approved == (fingerprint if approved.startswith(_SECOND) else _first)(kb, entry)


def _second(kb: KnowledgeBase, entry: RecordFile) -> str:
    spec = schema.load(entry.kind)
    texts = kb.texts

    def told(markdown: str) -> Any:
        return _told(texts.read(markdown).text)

    fields = each(spec, _fields(kb, entry), told, lambda typed: typed)
    sections = [(section.title, told(section.text)) for section in _sections(kb, entry)]
    preamble = told(entry.preamble) if entry.kind == "page" else ""
    return _digest([_settled(spec, fields), preamble, sections, *_files(kb, entry)])


def _told(text: Text) -> Any:
    """The words of a text but for what stays inside, and where its links lead, if it has any."""
    if "<a " not in text.html and "<img" not in text.html and f"<{INTERNAL}" not in text.html:
        return str(text)
    root = tree.read(text.html)
    for element in root.walk():
        element.children = [c for c in element.children if isinstance(c, str) or c.name != INTERNAL]
    leads = [element.attributes[name] for element in root.walk() for name in _LEADS if name in element.attributes]
    return [tree.plain(root), *leads] if leads else tree.plain(root)


def _first(kb: KnowledgeBase, entry: RecordFile) -> str:
    """The form of the first releases: of the source of Markdown, cut as it was then."""
    spec = schema.load(entry.kind)
    sections = [(section.title, v1.cut_internal(section.text)) for section in _sections(kb, entry)]
    preamble = v1.cut_internal(entry.preamble) if entry.kind == "page" else ""
    return _digest([_settled(spec, v1.each_text(spec, _fields(kb, entry))), preamble, sections, *_files(kb, entry)])


def _fields(kb: KnowledgeBase, entry: RecordFile) -> dict[str, Any]:
    if entry.record is None:
        raise ValueError(f"{entry.id} has errors and has no fingerprint")
    return policy.visible_fields(entry.kind, entry.data, kb.record_files.keys(), kb.settings.client_fields)


def _sections(kb: KnowledgeBase, entry: RecordFile) -> Iterator[Section]:
    return (s for s in entry.sections if policy.shows_section(entry.kind, s, kb.settings.client_sections))


def _files(kb: KnowledgeBase, entry: RecordFile) -> Iterator[dict[str, str]]:
    """The digests of the files that a record shows, by name; nothing where there are none."""
    digests = {}
    for item in _fields(kb, entry).get("attachments", ()):
        path = resolve(entry.path, item["file"])
        if path is None:
            continue
        # one that cannot be read is an error of its own
        with suppress(OSError):
            digests[item["file"]] = hashlib.sha256(reading.read(kb.folder, path)).hexdigest()
    if digests:
        yield digests


def _settled(spec: Mapping[str, Any], value: Any) -> Any:
    """A value without the parts that move on after an approval."""
    if isinstance(value, dict):
        fields = spec.get("properties", {})
        return {k: _settled(fields.get(k, {}), v) for k, v in value.items() if not fields.get(k, {}).get("x-progress")}
    if isinstance(value, list) and "items" in spec:
        return [_settled(spec["items"], item) for item in value]
    return value


def _digest(content: list[Any]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
