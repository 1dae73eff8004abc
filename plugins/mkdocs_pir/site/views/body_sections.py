"""The written sections of a record, and the references to it from other records."""

from __future__ import annotations

import re
from collections.abc import Collection

from mkdocs_pir.editions.policy import RELEASED
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.model import Page, Record
from mkdocs_pir.site.views.components import BodySection, Fact, Link
from mkdocs_pir.site.views.edition_context import EditionContext

RESERVED_ANCHORS = frozenset(
    {
        "actions", "recommendations", "lessons", "reviews", "attachments", "occurrences", "similar", "similar-lessons",
        "refers-here", "process-deficiencies", "learned-from", "related", "problems", "contributed", "repeats", "causes",
        "tried",
    }
)  # fmt: skip
"""Anchors of the page's own headings; a section with the same anchor gets a number."""

_MOST_REFERENCES = 8


def body_sections(record: Record, edition: EditionContext) -> tuple[BodySection, ...]:
    """The sections that have text, each with an anchor that is unique on the page."""
    taken: dict[str, int] = dict.fromkeys(RESERVED_ANCHORS, 1)
    sections = []
    for section in _whole(record, edition).sections:
        if not section.text.strip():
            continue
        anchor = slug(section.title)
        taken[anchor] = taken.get(anchor, 0) + 1
        if taken[anchor] > 1:
            anchor = f"{anchor}-{taken[anchor]}"
        sections.append(
            BodySection(
                anchor,
                section.title,
                section.text,
                inside=_is_internal(record, section.title, section.audience, edition),
            )
        )
    return tuple(sections)


def preamble(record: Record, edition: EditionContext) -> str:
    """The text before the first section."""
    return _whole(record, edition).preamble


def _whole(record: Record, edition: EditionContext) -> Record:
    whole = edition.whole(record.id)
    assert whole is not None
    return whole


def slug(title: str) -> str:
    """The anchor of a heading: its letters and digits, of any script, joined by hyphens."""
    return re.sub(r"[\W_]+", "-", title.casefold()).strip("-") or "section"


def references_to(edition: EditionContext, id: str, shown: Collection[str] = ()) -> tuple[Fact, ...]:
    """The records that refer to a record, by kind and id, without those that the page shows already (`shown`)."""
    by_kind: dict[str, list[Link]] = {}
    left_out: dict[str, int] = {}
    for source in edition.projection.backlinks.get(id, ()):
        target = edition.target(source)
        if target is None or source in shown:
            continue
        links = by_kind.setdefault(target.kind, [])
        if len(links) < _MOST_REFERENCES and (link := edition.link(source)) is not None:
            links.append(link)
        else:
            left_out[target.kind] = left_out.get(target.kind, 0) + 1
    return tuple(
        Fact(
            (KINDS[kind].label if len(links) == 1 else KINDS[kind].plural).capitalize(),
            tuple(links),
            note=f"and {left_out[kind]:,} more" if kind in left_out else "",
            wide=True,
        )
        for kind, links in by_kind.items()
    )


def _is_internal(record: Record, title: str, audience: str | None, edition: EditionContext) -> bool:
    """Whether a section of a released record is internal. The rule is that of editions/policy.py."""
    if not edition.internal or record.audience not in RELEASED:
        return False
    if audience is not None:
        return audience not in RELEASED
    if isinstance(record, Page):
        return False
    listed = schema.load(record.kind).get("x-sections", ())
    return not any(s["title"] == title and s.get("x-audience") == "client" for s in listed)
