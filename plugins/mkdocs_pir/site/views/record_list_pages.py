"""The lists of reviews, lessons, problems, services and clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from mkdocs_pir.insight.groups import factors
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.windows import week_of
from mkdocs_pir.kb import statuses
from mkdocs_pir.kb.model import Client, Lesson, Pir, ProblemRecord, Service
from mkdocs_pir.site.urls import path_of
from mkdocs_pir.site.value_formats import ago, day, day_name, sentences, several, week_name
from mkdocs_pir.site.views import lesson_outcome_pages, listing, record_rows
from mkdocs_pir.site.views.components import Cell, Column, Empty, PageView, Row, Table
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.listing import Filter, ListDefinition, NamedView


def pages(edition: EditionContext) -> Iterator[PageView]:
    yield from _reviews(edition)
    yield from _lessons(edition)
    yield from _problems(edition)
    yield from _services(edition)
    if edition.internal:
        yield from _clients(edition)


def _reviews(edition: EditionContext) -> Iterator[PageView]:
    internal = edition.internal
    filters = [
        Filter[Pir](
            "year",
            "Year",
            lambda p: [str(edition.days[p.id].year)] if p.id in edition.days else [],
            order=lambda year: -int(year),
        ),
        *([Filter[Pir]("client", "Client", lambda p: edition.known([p.client]), edition.name)] if internal else []),
        Filter("severity", "Severity", lambda p: [p.severity], order=str),
        Filter("status", "Status", lambda p: [p.status], _status, statuses.REVIEW.index),
        Filter("service", "Service", lambda p: edition.known(p.services), edition.name),
        Filter("cause", "Cause", lambda p: edition.known((p.trigger, *factors(p))), edition.name),
        Filter("actions", "Actions", lambda p: _standing(edition, p), _STANDING.__getitem__, list(_STANDING).index),
        Filter(
            "repeat",
            "Repeat",
            lambda p: ["yes" if edition.insight.recurrences.before(p.id) else "no"],
            _REPEAT.__getitem__,
        ),
        *(_process_filters(edition) if internal else []),
    ]
    whose = "" if internal else "Your "
    yield from listing.pages(
        ListDefinition(
            "reviews",
            "Reviews" if edition.internal else "Your reviews",
            "review",
            filters,
            lambda rows, caption: record_rows.review_table(edition, rows, caption),
            _reviews_lead(edition, edition.newest),
            Empty(
                "Each Post Incident Review will be listed here, the newest incident first."
                if internal
                else "Your reviews will be listed here once they are released to you.",
                "pir new pir" if internal else "",
            ),
            f"{whose}Post Incident Reviews by year, severity, status and service.".capitalize(),
            views=(
                NamedView("Under way", {"status": [s for s in statuses.REVIEW if s in statuses.UNDER_WAY]}),
                NamedView("With overdue actions", {"actions": ["overdue"]}),
                NamedView("SEV-1 with open actions", {"severity": ["SEV-1"], "actions": ["open", "overdue"]}),
                NamedView("Repeats", {"repeat": ["yes"]}),
            ),
        ),
        edition.newest,
    )


def _process_filters(edition: EditionContext) -> list[Filter[Pir]]:
    """Filters by when the steps of a review are due, and by the manager of its client."""
    due: dict[str, list[str]] = defaultdict(list)
    days: dict[str, list[str]] = defaultdict(list)
    for one in edition.insight.due_dates:
        if one.due >= week_of(edition.as_of).start:
            due[one.pir].append(week_of(one.due).start.isoformat())
            days[one.pir].append(one.due.isoformat())
    for pir, gate in edition.insight.gates:
        if gate.is_late:
            due[pir.id].append("late")
    return [
        Filter("due", "Step due", lambda p: due.get(p.id, ()), _due_name, lambda value: (value != "late", value)),
        Filter("due-day", "Step due on", lambda p: days.get(p.id, ()), day_name, str, offered=False),
        Filter("manager", "Manager", lambda p: [edition.manager(p.client)]),
    ]


def _due_name(value: str) -> str:
    return "Late, or with an overdue action" if value == "late" else week_name(value)


_STANDING = {"overdue": "Some are overdue", "open": "Some are open", "none": "None is open"}
_REPEAT = {"yes": "Repeats an earlier incident", "no": "Does not"}


def _standing(edition: EditionContext, pir: Pir) -> list[str]:
    """How the actions of a review stand."""
    waiting = [item for item in edition.insight.action_items_of.get(pir.id, ()) if item.is_open]
    if not waiting:
        return ["none"]
    return ["open", "overdue"] if any(item.state == "overdue" for item in waiting) else ["open"]


def _reviews_lead(edition: EditionContext, shown: Sequence[Pir]) -> str:
    """A sentence with the number of reviews, how many are under way, and how many actions are late."""
    if not shown:
        return ""
    running = sum(p.status in statuses.UNDER_WAY for p in shown)
    late = sum(item.state == "overdue" for p in shown for item in edition.insight.action_items_of.get(p.id, ()))
    clauses = [f"{running} still under way" if running else "all closed"]
    if late:
        clauses.append(f"{count(late, 'action')} overdue")
    return f"{count(len(shown), 'review')}, {several(clauses)}."


def _lessons(edition: EditionContext) -> Iterator[PageView]:
    yield from listing.pages(
        ListDefinition(
            "lessons",
            "Lessons",
            "lesson",
            [
                Filter("status", "Status", lambda x: [x.status], _status, statuses.LESSON.index),
                Filter("service", "Service", lambda x: edition.known(x.services), edition.name),
                Filter(
                    "cause", "Cause family", lambda x: [c.partition("/")[0] for c in edition.known(x.causes)], _family
                ),
                Filter(
                    "outcome",
                    "What became of it",
                    lambda x: [lesson_outcome_pages.outcome(edition, x)],
                    lesson_outcome_pages.OUTCOMES.__getitem__,
                    list(lesson_outcome_pages.OUTCOMES).index,
                ),
                Filter(
                    "look",
                    "Another look",
                    lambda x: ["due" if edition.insight.lives[x.id].due else "not-due"],
                    _LOOK.__getitem__,
                ),
            ],
            lambda rows, caption: lesson_outcome_pages.table(edition, rows, caption),
            _lessons_lead(edition, edition.lessons),
            Empty("Each lesson drawn from a review will be listed here.", "pir new lesson" if edition.internal else ""),
            "Lessons learned from incidents: what to do, and how to see that it is in place.",
            views=(
                NamedView("It happened again", {"outcome": ["came-back"]}),
                NamedView("Applied, and nothing since", {"outcome": ["held"]}),
                NamedView("Due for another look", {"look": ["due"]}),
            ),
        ),
        edition.lessons,
    )


_LOOK = {"due": "Due", "not-due": "Not due"}


def _lessons_lead(edition: EditionContext, shown: Sequence[Lesson]) -> str:
    """A sentence with the number of lessons, how many are verified, and what became of them."""
    if not shown:
        return ""
    verified = sum(x.status == "verified" for x in shown)
    whole = f"{count(len(shown), 'lesson')}{f', {verified} of them verified' if verified else ''}"
    return sentences((whole, *lesson_outcome_pages.clauses(edition, shown)))


def _problems(edition: EditionContext) -> Iterator[PageView]:
    yield from listing.pages(
        ListDefinition(
            "problems",
            "Problems",
            "problem",
            [
                Filter("status", "Status", lambda x: [x.status], _status, statuses.PROBLEM.index),
                Filter("service", "Service", lambda x: edition.known(x.services), edition.name),
                Filter(
                    "workaround", "Workaround", lambda x: ["yes" if x.workaround else "no"], _WORKAROUND.__getitem__
                ),
            ],
            lambda rows, caption: record_rows.problem_table(edition, rows, caption),
            _problems_lead(edition.problems),
            Empty(
                "Known errors and their workarounds will be listed here.",
                "pir new problem" if edition.internal else "",
            ),
            "Problems and known errors, with what gets users working again.",
        ),
        edition.problems,
    )


_WORKAROUND = {"yes": "With a workaround", "no": "Without one"}


def _problems_lead(shown: Sequence[ProblemRecord]) -> str:
    if not shown:
        return ""
    with_workaround = sum(bool(x.workaround) for x in shown)
    return f"{count(len(shown), 'problem')}, {with_workaround} with a workaround."


def _services(edition: EditionContext) -> Iterator[PageView]:
    services = sorted(edition.projection.services.values(), key=lambda s: (s.tier or "9", s.label.casefold()))
    yield from listing.pages(
        ListDefinition(
            "services",
            "Services",
            "service",
            [Filter("tier", "Tier", lambda s: [s.tier], lambda tier: f"Tier {tier}", str)],
            lambda rows, caption: _service_table(edition, rows, caption),
            f"{count(len(services), 'service')}. {_other_services(edition)}".rstrip() if services else "",
            Empty(
                "Each supported service will be listed here.",
                'pir new service --name "Name of the service"' if edition.internal else "",
            ),
            "Services with their reviews, lessons and problems.",
        ),
        services,
    )


def _other_services(edition: EditionContext) -> str:
    """The services that a client knows from its own tickets alone, in a sentence: a service is in its edition once a
    review that it sees names it."""
    if edition.internal:
        return ""
    named = {s for one in edition.insight.recurrences.occurrences for s in one.services}
    others = sorted(map(edition.service_name, named - edition.projection.services.keys()))
    return f"You see no review yet of the incidents on {several(others)}." if others else ""


def _service_table(edition: EditionContext, services: Iterable[Service], caption: str) -> Table:
    rows = []
    for service in services:
        group = edition.insight.recurrences.services.get(service.id)
        reviews = edition.reviews_by_service.get(service.id, ())
        last = max((edition.days[r] for r in reviews if r in edition.days), default=None)
        repeats = len(group.repeats) if group is not None else 0
        rows.append(
            Row(
                (
                    Cell((service.label,), sub=service.owner, id=service.id),
                    Cell((service.tier,) if service.tier else ()),
                    Cell((len(reviews),) if reviews else ()),
                    Cell((group.count,) if group is not None and group.count else ()),
                    Cell((repeats,) if repeats else ()),
                    Cell(
                        (last,) if last else (),
                        sub=ago(last, edition.as_of) if last else "",
                        sort=last.isoformat() if last else "0",
                    ),
                ),
                path_of(service),
            )
        )
    columns = [
        Column("Service", "title"),
        Column("Tier", "number", "tier"),
        Column("Reviews", "number", "reviews:"),
        Column("Incidents", "number", "incidents:"),
        Column("Repeats", "number", "repeats:"),
        Column("Last review", "date"),
    ]
    if not any(row.cells[1].values for row in rows):
        columns.pop(1)
        rows = [Row((row.cells[0], *row.cells[2:]), row.path) for row in rows]
    return Table(caption, tuple(columns), tuple(rows))


def _clients(edition: EditionContext) -> Iterator[PageView]:
    clients = sorted(edition.projection.clients.values(), key=lambda c: (c.until is not None, c.label.casefold()))
    yield from listing.pages(
        ListDefinition(
            "clients",
            "Clients",
            "client",
            [],
            lambda rows, caption: _client_table(edition, rows, caption),
            f"{count(len(clients), 'client')}." if clients else "",
            Empty(
                "Each client will be listed here, with a page for the quarterly review.",
                'pir new client --name "Name of the client"',
            ),
            "Clients with their reviews, actions and recommendations.",
        ),
        clients,
    )


def _client_table(edition: EditionContext, clients: Iterable[Client], caption: str) -> Table:
    rows = []
    for client in clients:
        reviews = edition.reviews_by_client.get(client.id, ())
        items = [item for r in reviews for item in edition.insight.action_items_of.get(r, ())]
        waiting, late = sum(i.is_open for i in items), sum(i.state == "overdue" for i in items)
        group = edition.insight.recurrences.clients.get(client.id)
        repeats = len(group.repeats) if group is not None else 0
        left = client.until is not None and client.until <= edition.as_of
        since = f"client since {day(client.since)}" if client.since else ""
        rows.append(
            Row(
                (
                    Cell(
                        (client.label,),
                        sub=f"left on {day(client.until)}" if left and client.until else since,
                        id=client.id,
                    ),
                    Cell((len(reviews),) if reviews else ()),
                    Cell((repeats,) if repeats else ()),
                    Cell((waiting,) if waiting else (), sub=f"{late} overdue" if late else ""),
                    Cell(
                        (last,)
                        if (last := max((edition.days[r] for r in reviews if r in edition.days), default=None))
                        else ()
                    ),
                ),
                path_of(client),
                look="quiet" if left else "",
            )
        )
    columns = (
        Column("Client", "title"),
        Column("Reviews", "number", "reviews:"),
        Column("Repeats", "number", "repeats:"),
        Column("Open actions", "number", "open actions:"),
        Column("Last incident reviewed", "date", "last"),
    )
    return Table(caption, columns, tuple(rows))


def _status(value: str) -> str:
    return statuses.status(value).label


def _family(value: str) -> str:
    return value.replace("-", " ").capitalize()
