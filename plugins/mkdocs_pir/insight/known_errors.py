"""Known errors: the workaround that a problem has now is newer than the one that helped in one of its incidents."""

from __future__ import annotations

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.kb.model import Pir, ProblemRecord


def replacing_problem(projection: Projection, pir: Pir) -> ProblemRecord | None:
    """The problem whose workaround replaced that of a review: one that the review names, or that names the review.

    None where the review has no workaround of its own, or where both are the same.
    """
    if not pir.workaround:
        return None
    named = projection.problems.get(pir.problem)
    naming = (projection.problems.get(id_) for id_ in projection.backlinks.get(pir.id, ()))
    for problem in (named, *(one for one in naming if one is not None and pir.id in one.pirs)):
        if problem is not None and problem.workaround and problem.workaround != pir.workaround:
            return problem
    return None
