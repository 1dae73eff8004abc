"""What a reader of a review needs first: the workaround, and what was tried and did not help."""

from __future__ import annotations

from mkdocs_pir.insight.known_errors import replacing_problem
from mkdocs_pir.kb.model import Pir
from mkdocs_pir.kb.statuses import EFFECTS
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import day
from mkdocs_pir.site.views.components import Callout, Chip, ChipLine, Link, Prose
from mkdocs_pir.site.views.edition_context import EditionContext

IN_VAIN = ("made-worse", "no-effect")
"""The effects of what need not be tried again, the worst first."""

MOST = 3
"""The number of attempts that are shown; the table of the page has all of them."""


def workaround_of(edition: EditionContext, pir: Pir) -> Callout | None:
    """The workaround of a review, with what did not help; None where an edition has neither.

    That of its problem comes before its own, which `older_workaround` shows. Where none is written, what helped stands in
    its place.
    """
    newer = replacing_problem(edition.projection, pir)
    problem = newer or edition.projection.problems.get(pir.problem)
    own = pir.workaround if newer is None else ""
    workaround = own or (problem.workaround if problem is not None else "")
    effects = IN_VAIN if workaround else ("helped", *IN_VAIN)
    attempts = [attempt for effect in effects for attempt in pir.tried if attempt.effect == effect]
    if not workaround and not attempts:
        return None
    source = edition.links([problem.id]) if problem is not None and workaround and not own else ()
    lines = [ChipLine(_chip(attempt.effect), Prose(attempt.what)) for attempt in attempts[:MOST]]
    more = len(attempts) - MOST
    return Callout(
        "workaround" if workaround else "tried",
        "Workaround" if workaround else "What was tried",
        (Prose(workaround),) if workaround else (),
        (*source, *([Link(f"{path_of(pir)}#tried", f"and {more} more")] if more > 0 else [])),
        lines=tuple(lines),
    )


def older_workaround(edition: EditionContext, pir: Pir) -> tuple[str, Prose] | None:
    """The workaround of a review, with its title, where that of its problem replaced it."""
    problem = replacing_problem(edition.projection, pir)
    if problem is None:
        return None
    begun = edition.days.get(pir.id)
    when = f" of {day(begun)}" if begun else ""
    return f"Older workaround{when}, replaced by {problem.id}", Prose(pir.workaround)


def _chip(effect: str) -> Chip:
    return Chip(EFFECTS[effect].label, EFFECTS[effect].look)
