"""The home of an engineer: the search, the known errors of each service with what helps, and what is open now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.model import ProblemRecord, Service
from mkdocs_pir.kb.statuses import PROBLEM, REVIEW, UNDER_WAY
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.views import listing, record_rows
from mkdocs_pir.site.views.components import Link, ListEntry, PageView, Prose
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.role_homes import ENGINEER, role_homes

SERVICES, OF_SERVICE, OPEN = 12, 3, 5
"""How many services, known errors of one, and open records of a kind are shown before a link to all."""


UNSOLVED = PROBLEM[: PROBLEM.index("known-error")]
"""The statuses of a problem before its cause is known: open and under investigation."""


class ServiceErrors(Struct, frozen=True):
    """The known errors of a service, or the first of them with a link to all."""

    service: Link
    entries: tuple[ListEntry, ...]
    all: Link | None


def pages(edition: EditionContext) -> Iterator[PageView]:
    if any(home.path == ENGINEER for home in role_homes(edition.projection)):
        yield _page(edition)


def _page(edition: EditionContext) -> PageView:
    by_service = _known_errors(edition)
    shown = by_service[:SERVICES]
    known = [problem for problem in edition.problems if _is_known_error(problem)]
    running = [pir for pir in edition.newest if pir.status in UNDER_WAY]
    unsolved = [problem for problem in edition.problems if problem.status in UNSOLVED]
    context = {
        "services": tuple(_services(edition, shown)),
        "services_all": _all(
            "problems.html", {"status": ["known-error"]}, len(known), "known error", more=len(by_service) > SERVICES
        ),
        # where nothing is open, what happened last is what there is to see
        "latest": tuple(record_rows.review_entry(edition, pir) for pir in edition.newest[:OPEN])
        if not running and not unsolved
        else (),
        "running": tuple(record_rows.review_entry(edition, pir) for pir in running[:OPEN]),
        "running_all": _all(
            "reviews.html",
            {"status": [status for status in REVIEW if status in UNDER_WAY]},
            len(running),
            "review under way",
            more=len(running) > OPEN,
        ),
        "unsolved": tuple(_problem(edition, problem) for problem in unsolved[:OPEN]),
        "unsolved_all": _all(
            "problems.html", {"status": list(UNSOLVED)}, len(unsolved), "open problem", more=len(unsolved) > OPEN
        ),
    }
    return PageView(ENGINEER, "Engineer", "engineer.html", context, "Known errors by service, and what is open now.")


def _all(path: str, chosen: dict[str, list[str]], number: int, noun: str, *, more: bool) -> Link | None:
    """A link to all of a list, where not all are shown."""
    words = "reviews under way" if noun == "review under way" else f"{noun}s"
    return Link(listing.address(path, chosen), f"All {number:,} {words}") if more else None


def _is_known_error(problem: ProblemRecord) -> bool:
    return problem.status == "known-error"


def _known_errors(edition: EditionContext) -> list[tuple[Service, list[ProblemRecord]]]:
    """The services that have known errors, the most important first."""
    projection = edition.projection
    found = []
    for service in projection.services.values():
        problems = [projection.problems[id_] for id_ in edition.problems_by_service.get(service.id, ())]
        if known := [problem for problem in problems if _is_known_error(problem)]:
            found.append((service, known))
    return sorted(
        found,
        key=lambda one: (
            one[0].tier or "9",
            -len(edition.reviews_by_service.get(one[0].id, ())),
            one[0].label.casefold(),
        ),
    )


def _services(
    edition: EditionContext, by_service: Sequence[tuple[Service, list[ProblemRecord]]]
) -> Iterator[ServiceErrors]:
    """The known errors by service; the workaround of one that concerns several is below the first of them."""
    told: dict[str, str] = {}
    for service, problems in by_service:
        yield _of_service(edition, service, problems, told)
        for problem in problems[:OF_SERVICE]:
            told.setdefault(problem.id, service.label)


def _of_service(
    edition: EditionContext, service: Service, problems: list[ProblemRecord], told: Mapping[str, str]
) -> ServiceErrors:
    return ServiceErrors(
        Link(path_of(service), service.label),
        tuple(
            ListEntry(Link(path_of(one), one.label, one.id), (), None, (f"what helps is above, under {told[one.id]}",))
            if one.id in told and one.workaround
            else _problem(edition, one)
            for one in problems[:OF_SERVICE]
        ),
        _all(
            "problems.html",
            {"status": ["known-error"], "service": [service.id]},
            len(problems),
            "known error",
            more=len(problems) > OF_SERVICE,
        ),
    )


def _problem(edition: EditionContext, problem: ProblemRecord) -> ListEntry:
    """A problem with its workaround; where there is none, how often it was seen."""
    seen = len(edition.reviews_by_problem.get(problem.id, ()))
    return ListEntry(
        Link(path_of(problem), problem.label, problem.id),
        (),
        Prose(problem.workaround) if problem.workaround else None,
        (f"seen in {count(seen, 'review')}",) if seen and not problem.workaround else (),
    )
