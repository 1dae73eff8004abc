"""The home of a service delivery manager: a board of the reviews, a calendar, what is late, and running clocks.

It is made for everybody's reviews and again for each manager, whose page has the reviews of the manager's clients.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from mkdocs_pir.insight.quantities import MONTHS, count
from mkdocs_pir.insight.review_clocks import ReviewClock
from mkdocs_pir.insight.step_workload import ReviewUnderWay, StepWorkload
from mkdocs_pir.insight.windows import DAY, Window, month_of, week_of
from mkdocs_pir.site.urls import CALENDAR, part_path, path_of, step_path
from mkdocs_pir.site.value_formats import (
    NOT_REACHED,
    day,
    due_in_words,
    sentence,
    several,
    with_short_days,
    within_sentence,
)
from mkdocs_pir.site.views import action_list_pages, listing, record_rows
from mkdocs_pir.site.views.components import Cell, Chip, Column, Empty, Link, ListEntry, PageView, Row, Table
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.role_homes import DELIVERY, role_homes

CARDS, LATE, CLOCKS, MANAGERS = 8, 12, 10, 60
"""How many reviews of a step, overdue actions, clocks, and managers with a page of their own are shown."""

OF_DAY = 3
"""How many due dates a day of the calendar shows."""

REVIEWS, ACTIONS = "reviews.html", action_list_pages.PATH


class BoardColumn(Struct, frozen=True):
    """The reviews in one step, or the first of them with a link to all."""

    id: str
    name: str
    path: str
    note: str
    cards: tuple[ListEntry, ...]
    all: Link | None


class CalendarEntry(Struct, frozen=True):
    """A step or action that is due on a day, and the client of its review; `late` where it should be over, `not_reached`
    where that day is over and the review is in an earlier step."""

    link: Link
    client: str
    late: bool
    not_reached: str = ""


class CalendarDay(Struct, frozen=True):
    """A day of the calendar: what is due on it, and links to lists of all of it where that is more than it shows."""

    day: date
    is_today: bool
    is_past: bool
    due: tuple[CalendarEntry, ...]
    more: int
    all: tuple[Link, ...]


class CalendarWeek(Struct, frozen=True):
    """A week of the calendar, with links to lists of all that is due in it.

    `month` ("Oct 2026") is set for the first week of a month and the first of all: a week is of the month that has most
    of its days, and the first of all may be of two ("Sep and Oct 2026").
    """

    month: str
    days: tuple[CalendarDay, ...]
    all: tuple[Link, ...]


class Portfolio(Struct, frozen=True):
    """Whose reviews a page has: those of one manager's clients, or all where `manager` is empty."""

    manager: str
    path: str

    def has(self, edition: EditionContext, client: str) -> bool:
        return not self.manager or edition.manager(client) == self.manager

    def address(self, path: str, **chosen: Sequence[str]) -> str:
        """The address of a list of what this page shows."""
        return listing.address(path, {**chosen, **({"manager": [self.manager]} if self.manager else {})})


def pages(edition: EditionContext) -> Iterator[PageView]:
    if not any(home.path == DELIVERY for home in role_homes(edition.projection)):
        return
    portfolios = [Portfolio("", DELIVERY), *_of_managers(edition)]
    for one in portfolios:
        yield _page(edition, one, portfolios)


def _of_managers(edition: EditionContext) -> Iterator[Portfolio]:
    """The managers that have reviews under way, in order of their names; with very many, those with the most reviews."""
    under_way = Counter(edition.manager(pir.client) for pir, _ in edition.insight.gates)
    names = [name for name, _ in sorted(under_way.items(), key=lambda one: (-one[1], one[0])) if name][:MANAGERS]
    taken: Counter[str] = Counter()
    for name in sorted(names, key=str.casefold):
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "manager"
        taken[slug] += 1
        yield Portfolio(name, f"home/service-delivery/{slug}{f'-{taken[slug]}' if taken[slug] > 1 else ''}.html")


def _page(edition: EditionContext, of: Portfolio, portfolios: Sequence[Portfolio]) -> PageView:
    steps = [_narrowed(edition, of, step) for step in edition.insight.workload]
    late = sum(step.late for step in steps)
    by_action = sum(gate.is_late_by_action for step in steps for _, gate in step.reviews)
    actions = [item for item in edition.insight.action_items if of.has(edition, item.client)]
    overdue = [item for item in actions if item.state == "overdue"]
    running = sum(len(step.reviews) for step in steps)
    role = next(home.title for home in role_homes(edition.projection) if home.path == DELIVERY)
    context = {
        "role": role,
        "home": DELIVERY,
        "own": of.path if of.manager else "",
        "title": of.manager or "All reviews under way",
        "lead": _lead(running, late, by_action, len(overdue)),
        "managers": tuple(Link(one.path if one != of else "", one.manager or "Everyone") for one in portfolios)
        if len(portfolios) > 1
        else (),
        "board": tuple(_column(edition, of, step) for step in steps) if running else (),
        "empty": None
        if running
        else Empty("Reviews under way will appear here, by step.", link=Link(REVIEWS, "All reviews")),
        "weeks": _calendar(edition, of),
        "until": day(month_of(edition.as_of).shifted(1).last),
        "late_reviews": Link(of.address(REVIEWS, due=["late"]), f"Late reviews in a list ({late:,})") if late else None,
        "late_actions": tuple(record_rows.action_row(edition, item, review=True) for item in overdue[:LATE]),
        "late_actions_all": Link(of.address(ACTIONS, state=["overdue"]), f"All {len(overdue):,} overdue actions")
        if len(overdue) > LATE
        else None,
        "clocks": _clocks(edition, of),
    }
    title = f"{of.manager}, {role}" if of.manager else role
    return PageView(of.path, title, "delivery.html", context, "Reviews by step, due dates, and what is late.")


def _narrowed(edition: EditionContext, of: Portfolio, step: StepWorkload) -> StepWorkload:
    return StepWorkload(step.step, tuple(one for one in step.reviews if of.has(edition, one[0].client)))


def _lead(running: int, late: int, by_action: int, overdue: int) -> str:
    if not running:
        return (
            "No review is under way." if not overdue else f"No review is under way; {count(overdue, 'action')} overdue."
        )
    why = f" ({by_action:,} only because of an overdue action)" if by_action else ""
    parts = [
        f"{late} of them late{why}" if late else "none late",
        f"{count(overdue, 'action')} overdue" if overdue else "",
    ]
    return f"{count(running, 'review')} under way, {several([part for part in parts if part])}."


def _column(edition: EditionContext, of: Portfolio, workload: StepWorkload) -> BoardColumn:
    number = len(workload.reviews)
    step = workload.step
    return BoardColumn(
        step.id,
        step.name,
        step_path(step.id) if edition.projection.lifecycle.module in edition.projection.modules else "",
        count(number, "review") + (f", {workload.late:,} late" if workload.late else ""),
        tuple(_card(edition, one) for one in workload.reviews[:CARDS]),
        Link(of.address(REVIEWS, status=step.statuses), f"All {number:,} in this step") if number > CARDS else None,
    )


def _card(edition: EditionContext, one: ReviewUnderWay) -> ListEntry:
    """A review on the board: its title, severity, client, when its step is due, and what to do next and who does it."""
    pir, gate = one
    due = gate.now.due if gate.now is not None else None
    words = due_in_words(due, edition.as_of)
    # the last step is due with its last action: that is told once
    late = [words] if gate.is_past_step and (gate.overdue is None or gate.overdue.due != due) else []
    if gate.overdue is not None:
        late.append(f"{gate.overdue.id} {due_in_words(gate.overdue.due, edition.as_of)}")
    chips = (*record_rows.severity(pir.severity), *(Chip(one, "late") for one in late))
    meta = (*edition.names([pir.client]), *((f"step {words}",) if words and not gate.is_past_step else ()))
    return ListEntry(
        Link(path_of(pir), pir.label, hint=pir.id),
        chips,
        None,
        meta,
        todo=sentence(with_short_days(gate.instruction)),
        more=max(0, len(gate.needs) - 1),
        whose=within_sentence(several(gate.owners) or edition.projection.lifecycle.role(gate.role).name),
    )


def _calendar(edition: EditionContext, of: Portfolio) -> tuple[CalendarWeek, ...]:
    """This week until the end of the next month, with the steps and actions due on each day."""
    start, until = week_of(edition.as_of).start, month_of(edition.as_of).shifted(1).end
    weeks = [Window(start + 7 * DAY * n, start + 7 * DAY * (n + 1)) for n in range(((until - start).days + 6) // 7)]
    due: dict[date, list[CalendarEntry]] = {}
    reviews: dict[str, set[str]] = {}
    actions: Counter[str] = Counter()
    pirs = edition.projection.pirs
    for one in edition.insight.due_dates:
        if one.due >= start and of.has(edition, one.client):
            link = Link(path_of(pirs[one.pir]), f"{one.step.id} {one.title}", hint=f"{one.pir}: {one.step.name} is due")
            not_reached = NOT_REACHED if one.due < edition.as_of and not one.now else ""
            due.setdefault(one.due, []).append(CalendarEntry(link, edition.name(one.client), one.late > 0, not_reached))
            for period in (f"week {week_of(one.due).start}", f"day {one.due}"):
                reviews.setdefault(period, set()).add(one.pir)
    for item in edition.insight.action_items:
        if item.is_open and item.due is not None and item.due >= start and of.has(edition, item.client):
            link = Link(
                part_path(pirs[item.pir], item.action.id), f"{item.action.id} {item.title}", hint=item.pir_title
            )
            due.setdefault(item.due, []).append(CalendarEntry(link, edition.name(item.client), item.state == "overdue"))
            actions.update((f"week {week_of(item.due).start}", f"day {item.due}"))
    if not due:
        return ()

    def of_day(one: date) -> CalendarDay:
        entries = due.get(one, [])
        more = max(0, len(entries) - OF_DAY)
        is_today, is_past = one == edition.as_of, one < edition.as_of
        return CalendarDay(
            one, is_today, is_past, tuple(entries[:OF_DAY]), more, tuple(all_of("day", one)) if more else ()
        )

    def all_of(period: str, begin: date) -> Iterator[Link]:
        filter_ = {"week": "due", "day": "due-day"}[period]
        key, chosen = f"{period} {begin}", {filter_: [begin.isoformat()]}
        if number := len(reviews.get(key, ())):
            yield Link(of.address(REVIEWS, **chosen), count(number, "review"))
        if actions[key]:
            yield Link(of.address(ACTIONS, **chosen), count(actions[key], "action"))

    thursdays = [week.start + 3 * DAY for week in weeks]
    months = [f"{MONTHS[day.month - 1]} {day.year}" for day in thursdays]
    first = months[0] if start.month == thursdays[0].month else f"{MONTHS[start.month - 1]} and {months[0]}"
    return tuple(
        CalendarWeek(
            first if at == 0 else month if month != months[at - 1] else "",
            tuple(of_day(week.start + DAY * n) for n in range(week.days)),
            tuple(all_of("week", week.start)),
        )
        for at, (month, week) in enumerate(zip(months, weeks, strict=True))
    )


def _clock(clock: ReviewClock) -> str:
    """In words: "20 business days over: 25 since 25 Aug 2026, 5 agreed"."""
    left = clock.days - clock.used
    if left < 0:
        return f"{count(-left, 'business day')} over: {clock.used} since {day(clock.start)}, {clock.days} agreed"
    rest = f"{count(left, 'business day')} left" if left else "the last day is today"
    return f"{rest[:1].upper()}{rest[1:]}: {clock.used} of {clock.days} used since {day(clock.start)}"


def _clocks(edition: EditionContext, of: Portfolio) -> Table | None:
    clocks = [clock for clock in edition.insight.review_clocks if of.has(edition, clock.pir.client)]
    if not clocks:
        return None
    rows = tuple(
        Row(
            (
                Cell((clock.pir.label,), sub=clock.pir.id),
                Cell(record_rows.severity(clock.pir.severity)),
                Cell(edition.names([clock.pir.client])),
                Cell((_clock(clock),), sort=f"{clock.used - clock.days + 9999:06}"),
                Cell((clock.due,), sort=clock.due.isoformat()),
            ),
            path_of(clock.pir),
            look="late" if clock.is_late else "",
        )
        for clock in clocks[:CLOCKS]
    )
    columns = (
        Column("Review", "title"),
        Column("Severity", "chips"),
        Column("Client"),
        Column("Clock of the client review"),
        Column("Due", "date", "due"),
    )
    more = Link(CALENDAR, "All due dates in the review calendar") if edition.projection.modules else None
    return Table("Days until the client review", columns, rows, all=more)
