"""Writing an approval into a record: it changes two fields of the front matter and no other byte."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mkdocs_pir.kb import frontmatter, schema
from mkdocs_pir.kb.frontmatter import Positions

_FIELDS = ("audience", "release")


def approved(text: str, kind: str, positions: Positions, audience: str, by: str, on: date, content: str) -> str:
    """The text of a record with its audience and release set.

    `text` has line ends `\\n`; `positions` are those of its front matter; `content` is the fingerprint.
    """
    release = f"release: {{approved_by: {by}, on: {on.isoformat()}, content: {content}}}"
    return _with(text, kind, positions, {"audience": f"audience: {audience}", "release": release})


def withdrawn(text: str, kind: str, positions: Positions) -> str:
    """The text of a record with its release withdrawn, so that it is internal again."""
    return _with(text, kind, positions, {"audience": "audience: internal", "release": None})


def _with(text: str, kind: str, positions: Positions, lines: Mapping[str, str | None]) -> str:
    """The text with these top-level fields replaced, added where the schema has them, or (None) removed."""
    rows = text.split("\n")
    fence = next(number for number, row in enumerate(rows) if number and row.rstrip() == "---")
    extent = frontmatter.field_rows(rows, positions, fence)
    order = list(schema.load(kind)["properties"])
    changes: dict[tuple[int, int], list[str]] = {}
    for key in _FIELDS:
        line = lines[key]
        new = [] if line is None else [line]
        place = extent.get(key)
        if place is None:
            after = max((extent[k][1] for k in order[: order.index(key)] if k in extent), default=1)
            place = (after, after)
        changes.setdefault(place, []).extend(new)
    for (start, end), new in sorted(changes.items(), reverse=True):
        rows[start:end] = new
    return "\n".join(rows)
