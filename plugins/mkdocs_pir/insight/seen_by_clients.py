"""Where a client's edition shows another figure than the provider's own pages: what it does not show, and why.

It is worked out from what is released, without the editions of the clients.
"""

from __future__ import annotations

from collections.abc import Mapping

from mkdocs_pir.editions.policy import RELEASED, visible_columns
from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.insight.figures import Figure
from mkdocs_pir.insight.kpi_inputs import WITHHELD, WITHOUT_CAUSES, WITHOUT_REVIEW_DAYS
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.recurrence import Recurrences
from mkdocs_pir.kb.client_fields import specification
from mkdocs_pir.kb.model import Action, Pir, Recommendation


def figures_not_shown(projection: Projection) -> Mapping[str, str]:
    """The KPIs that no client sees, each with the reason in a sentence."""
    reasons = dict(WITHHELD)
    if "cause" not in visible_columns("incident", projection.client_fields):
        reasons |= WITHOUT_CAUSES
    days = specification("client", projection.client_fields)["properties"].get("review_days", {})
    if days.get("x-audience") != "client":
        reasons |= WITHOUT_REVIEW_DAYS
    return reasons


def rows_not_shown(projection: Projection, recurrences: Recurrences, figure: Figure) -> int:
    """How many of the rows that a figure is made of are not released to the client that they are about."""
    ids = [row.id for row in figure.rows]
    if figure.name == "satisfaction":
        # an answer about a ticket counts as one about its review
        ids = [recurrences.review_of.get(id_) or id_ for id_ in ids]
    return sum(_is_withheld(projection, id_) for id_ in ids)


def minutes_seen(projection: Projection, occurrence: Occurrence) -> float | None:
    """The minutes that the client sees of an incident: those of its ticket until its review is released."""
    review = projection.pirs.get(occurrence.pir)
    return occurrence.minutes if review is None or review.is_released else occurrence.ticket_minutes


def shows_part(pir: Pir, part: Action | Recommendation) -> bool:
    """Whether the client of a review sees this action or recommendation of it."""
    return pir.is_released and part.audience in RELEASED


def _is_withheld(projection: Projection, id_: str) -> bool:
    """Whether a review, or an action or recommendation of one, is withheld; rows of registers are the client's own."""
    if (pir := projection.pirs.get(id_)) is not None:
        return not pir.is_released
    review, _, part = id_.rpartition("-")
    if (pir := projection.pirs.get(review)) is None:
        return False
    parts: tuple[Action | Recommendation, ...] = (*pir.actions, *pir.recommendations)
    return not any(one.id == part and shows_part(pir, one) for one in parts)
