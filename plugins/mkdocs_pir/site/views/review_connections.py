"""The connections of a review that it does not name: similar reviews and lessons."""

from __future__ import annotations

from mkdocs_pir.kb.model import Pir
from mkdocs_pir.site.value_formats import sentence
from mkdocs_pir.site.views import record_rows
from mkdocs_pir.site.views.components import ListEntry
from mkdocs_pir.site.views.edition_context import SIMILAR_SHOWN, EditionContext


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
