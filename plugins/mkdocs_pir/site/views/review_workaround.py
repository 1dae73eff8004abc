"""What a reader of a review needs first: the workaround, and what was tried and did not help."""

from __future__ import annotations

from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.statuses import EFFECTS
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views.components import Callout, Chip, ChipLine, Link, Prose
from mkdocs_pir.site.views.edition_context import EditionContext

IN_VAIN = ("made-worse", "no-effect")
"""The effects of what need not be tried again, the worst first."""

MOST = 3
"""The number of attempts that are shown; the table of the page has all of them."""


def workaround_of(edition: EditionContext, pir: Pir) -> Callout | None:
    """The workaround of a review, or else of its problem, with what did not help; None where an edition has neither.

    Where no workaround is written, what helped stands in its place.
    """
    problem = edition.projection.problems.get(pir.problem)
    workaround = pir.workaround or (problem.workaround if problem is not None else "")
    effects = IN_VAIN if workaround else ("helped", *IN_VAIN)
    attempts = [attempt for effect in effects for attempt in pir.tried if attempt.effect == effect]
    if not workaround and not attempts:
        return None
    source = edition.links([pir.problem]) if workaround and not pir.workaround else ()
    lines = [ChipLine(_chip(attempt.effect), Prose(attempt.what)) for attempt in attempts[:MOST]]
    more = len(attempts) - MOST
    return Callout(
        "workaround" if workaround else "tried",
        "Workaround" if workaround else "What was tried",
        (Prose(workaround),) if workaround else (),
        (*source, *([Link(f"{path_of(pir)}#tried", f"and {more} more")] if more > 0 else [])),
        lines=tuple(lines),
    )


def _chip(effect: str) -> Chip:
    return Chip(EFFECTS[effect].label, EFFECTS[effect].look)
