"""Writing an approval into a record: it changes two fields of the front matter and no other byte."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mkdocs_pir.kb import frontmatter, review_conditions, schema
from mkdocs_pir.kb.declared_names import approvers
from mkdocs_pir.kb.frontmatter import Positions
from mkdocs_pir.kb.knowledge import KnowledgeBase, RecordFile
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.problem import did_you_mean

_FIELDS = ("audience", "release")


def refusal(kb: KnowledgeBase, entry: RecordFile, by: str) -> str:
    """Why a role cannot approve the release of a record, in a sentence; empty if it can."""
    roles = approvers(kb)
    if by not in roles:
        hint = did_you_mean(by, roles) or f"choose from {', '.join(roles)}"
        return f"there is no role '{by}'; {hint}"
    pir, step = entry.record, review_conditions.releasing_step(kb.lifecycle)
    if isinstance(pir, Pir) and step is not None and not review_conditions.may_be_released(kb.lifecycle, pir):
        return (
            f"{entry.id} cannot be released yet: its status is '{pir.status}', and a review can be released "
            f"from step {step.id} {step.name} on; 'pir gate {entry.id}' shows what is left to do"
        )
    return ""


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
