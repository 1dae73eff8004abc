"""The parts of a report that two people may change apart from each other, each with a digest of what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mkdocs_pir.exchange.importing.writing import STAMP
from mkdocs_pir.kb import body, store
from mkdocs_pir.kb.knowledge import Entry

NESTED = frozenset({"times", "detection", "impact"})
"""Fields whose own fields are parts: one time may be corrected here, another in the source."""

_LENGTH = 8


def parts_of(entry: Entry) -> dict[str, Any]:
    """What a report says, by part: `title`, `times.resolved`, `## Summary`; the same text twice under one heading is one."""
    out: dict[str, Any] = {}
    for key, value in entry.data.items():
        if key == STAMP:
            continue
        if key in NESTED and isinstance(value, dict):
            out |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            out[key] = value
    for section in body.split(entry.body, entry.body_line, entry.path)[1]:
        name = f"## {section.title}"
        out[name] = f"{out[name]}\n\n{section.text}" if name in out else section.text
    return out


def digests(parts: Mapping[str, Any]) -> dict[str, str]:
    """A short digest of each part: of what it means, however it is written."""
    return {name: digest(value) for name, value in parts.items()}


def digest(value: Any) -> str:
    """The digest of one value; a text's without the space at its ends."""
    value = value.strip() if isinstance(value, str) else value
    written = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def of_text(path: str, text: str) -> dict[str, Any]:
    """The parts of a report's file. Raises ProblemError when it cannot be taken apart."""
    return parts_of(store.read_record(path, text.encode())[0])
