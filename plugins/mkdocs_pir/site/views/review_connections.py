"""The connections of a review: its earlier and later occurrences, and similar reviews and lessons."""

from __future__ import annotations

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.recurrence import Occurrence, Repeat
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.site.value_formats import sentence, utc_day
from mkdocs_pir.site.views import record_rows
from mkdocs_pir.site.views.components import Cell, Column, ListEntry, Row, Table
from mkdocs_pir.site.views.edition_context import SIMILAR_SHOWN, EditionContext


def occurrences(edition: EditionContext, found: list[tuple[Occurrence, Repeat]], caption: str) -> Table:
    """A table of the earlier or later occurrences, with the days between and how the connection is known."""
    columns = (
        Column("Date", "date"),
        Column(caption.removesuffix("s"), "title"),
        Column("Between", "number"),
        Column("How known", "text"),
    )
    rows = []
    for other, repeat in found:
        link = edition.link(other.pir)
        title = link.text if link is not None else other.title or other.id
        rows.append(
            Row(
                (
                    Cell((utc_day(other.at),) if other.at else ()),
                    Cell((title,), sub=other.pir if link is not None else other.id if title != other.id else ""),
                    Cell((count(repeat.days, "day"),) if repeat.days is not None else ()),
                    Cell(("named in the review" if repeat.declared else "same client, service and cause",)),
                ),
                link.path if link is not None else "",
            )
        )
    return Table(caption, columns, tuple(rows))


def similar_reviews(edition: EditionContext, pir: Pir) -> tuple[ListEntry, ...]:
    """Similar reviews that this one does not name, each with the reason."""
    pirs = edition.projection.pirs
    return tuple(
        record_rows.review_entry(edition, pirs[match.id], sentence(match.why)) for match in edition.similar_reviews(pir)
    )


def similar_lessons(edition: EditionContext, pir: Pir) -> tuple[ListEntry, ...]:
    """Lessons that may apply although this review does not draw them, each with the reason."""
    lessons = edition.projection.lessons
    return tuple(
        record_rows.lesson_entry(lessons[match.id], sentence(match.why))
        for match in edition.related.lessons(pir.id, SIMILAR_SHOWN)
    )
