"""The list of all action items, and the table in which they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise

from mkdocs_pir.exchange.exporting.feeds import Feed
from mkdocs_pir.exchange.exporting.forms import NAMES
from mkdocs_pir.insight import action_items
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.quantities import MONTHS, count
from mkdocs_pir.insight.windows import week_of
from mkdocs_pir.kb import statuses
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.site.value_formats import ACTION_TYPES, day_name, due_in_words, several, week_name
from mkdocs_pir.site.views import listing, record_rows
from mkdocs_pir.site.views.components import Cell, Chip, Column, Empty, Link, Offer, PageView, Row, Table, When
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.listing import Filter, ListDefinition, NamedView

INDEX = "actions.html"
BASE = "actions/list"
PATH = f"{BASE}.html"
OPEN_STATES = tuple(state for state in STATES if state not in statuses.CLOSED)
CLOSED_LISTED = 500
"""How many finished or cancelled actions are listed without a script, the latest first; the data files have all."""


def path_of(**chosen: str) -> str:
    """The list of the open actions with one value of a filter, such as those of one owner."""
    return listing.address(PATH, {"state": OPEN_STATES, **{key: [value] for key, value in chosen.items()}})


def path_of_age(low: int) -> str:
    """The list of the open actions of one class of age, by its lower edge in days."""
    return listing.address(PATH, {"age": [str(low)]})


def path_of_month(what: str, month: str) -> str:
    """The list of the actions `agreed` or `closed` in a month, or still `open-after` it."""
    return listing.address(PATH, {what: [month]})


def path_of_state(state: str) -> str:
    return listing.address(PATH, {"state": [state]})


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The list of action items; the overview is in `action_pages`."""
    items = edition.insight.action_items
    waiting = sum(item.is_open for item in items)
    filters = [
        Filter[ActionItem]("state", "State", lambda i: [i.state], STATES.__getitem__, list(STATES).index),
        *(_internal_filters(edition) if edition.internal else []),
        Filter("service", "Service", lambda i: edition.known(i.services), edition.name),
        Filter("cause", "Cause", lambda i: edition.known(i.causes), edition.name),
        Filter("type", "What it does", lambda i: [i.type], lambda type_: ACTION_TYPES.get(type_, type_)),
        Filter("priority", "Priority", lambda i: [i.priority], str.capitalize),
        *_counted_by_charts(edition),
    ]
    yield from listing.pages(
        ListDefinition(
            BASE,
            "All action items",
            "action",
            filters,
            lambda rows, caption: table(edition, rows, caption),
            _lead(items),
            Empty("Each action that a review agrees will be listed here."),
            "Every action agreed in a review, the most urgent first.",
            views=(
                NamedView("Open", {"state": OPEN_STATES}),
                NamedView("Overdue", {"state": ["overdue"]}),
                NamedView("Due soon", {"state": ["due-soon"]}),
                NamedView("Done, not verified", {"state": ["done"]}),
            ),
            feeds={
                listing.chosen_as({feed.filter: [feed.value]} if feed.filter else {}): offer(feed, feed.title)
                for feed in edition.feeds.values()
            },
            listed=waiting + CLOSED_LISTED,
            also=(Link(INDEX, "Overview"),),
            calendar="due",
        ),
        items,
    )


def _counted_by_charts(edition: EditionContext) -> list[Filter[ActionItem]]:
    """What the charts of the overview count: only they lead there."""
    months = edition.insight.flow.months
    of = {item.id: action_items.months_of(item, months, edition.as_of) for item in edition.insight.action_items}
    names = {low: f"{low} to under {high} days" for low, high in pairwise(action_items.AGE_EDGES)}
    names[action_items.AGE_EDGES[-1]] = f"{action_items.AGE_EDGES[-1]} days and more"
    return [
        Filter[ActionItem](
            "age",
            "Age",
            lambda i: [str(action_items.age_class(i.age))] if i.age is not None else [],
            lambda low: names[int(low)],
            int,
            offered=False,
        ),
        *(
            Filter[ActionItem](key, label, partial(_at, of, place), _month, str, offered=False)
            for place, (key, label) in enumerate(
                {"agreed": "Agreed in", "closed": "Closed in", "open-after": "Open at the end of"}.items()
            )
        ),
    ]


def _at(of: Mapping[str, Sequence[list[str]]], place: int, item: ActionItem) -> list[str]:
    return of[item.id][place]


def _month(label: str) -> str:
    return f"{MONTHS[int(label[5:]) - 1]} {label[:4]}"


def _internal_filters(edition: EditionContext) -> list[Filter[ActionItem]]:
    return [
        Filter("owner", "Owner", lambda i: [i.owner]),
        Filter("client", "Client", lambda i: edition.known([i.client]), edition.name),
        Filter("manager", "Manager", lambda i: [edition.manager(i.client)]),
        Filter("due", "Due", lambda i: _week(i, edition.as_of), week_name, str),
        Filter("due-day", "Due on", lambda i: _day(i, edition.as_of), day_name, str, offered=False),
    ]


def _week(item: ActionItem, as_of: date) -> list[str]:
    """The week in which an open action is due, if that is not over."""
    return [week_of(date.fromisoformat(one)).start.isoformat() for one in _day(item, as_of)]


def _day(item: ActionItem, as_of: date) -> list[str]:
    """The day on which an open action is due, if its week is not over."""
    return [item.due.isoformat()] if item.is_open and item.due and item.due >= week_of(as_of).start else []


def _lead(items: Sequence[ActionItem]) -> str:
    waiting = [item for item in items if item.is_open]
    if not waiting:
        return f"{count(len(items), 'action')}, none open."
    late = sum(item.state == "overdue" for item in waiting)
    undated = sum(item.due is None for item in waiting)
    clauses = [f"{len(waiting)} open", f"{late} overdue" if late else "none overdue"]
    clauses += [f"{undated} without a due date"] if undated else []
    return f"{count(len(items), 'action')}, {several(clauses)}."


def offers(edition: EditionContext, chosen: tuple[str, str]) -> tuple[Offer, ...]:
    """Links to the feed of a list in all formats, if it has one."""
    feed = edition.feeds.get(chosen)
    return (offer(feed),) if feed is not None else ()


def offer(feed: Feed, text: str = "Subscribe or download") -> Offer:
    return Offer(text, tuple(Link(path, NAMES[form]) for form, path in feed.paths.items()))


def table(
    edition: EditionContext, items: Sequence[ActionItem], caption: str, *, tools: bool = False, more: Link | None = None
) -> Table:
    """A table of action items with state, owner, due date, age and review."""
    owners = any(item.owner for item in items)
    aged = any(item.age is not None for item in items)
    columns = [
        Column("Action", "title"),
        Column("State", "chips"),
        *([Column("Owner")] if owners else []),
        Column("Due", "date"),
        *([Column("Age", "number", "age")] if aged else []),
        Column("Review"),
    ]
    rows = []
    for item in items:
        target = edition.target(item.id) or edition.target(item.pir)
        age = f"{count(item.age, 'day')}" if item.age is not None else ""
        cells = [
            Cell((item.title,), sub=item.id, id=item.id),
            Cell((Chip(STATES.get(item.state, item.state), statuses.status(item.state).look),)),
            *([Cell((owner,) if (owner := record_rows.owner(edition, item)) else ())] if owners else []),
            Cell(
                (When(item.due),) if item.due else (),
                sub=due_in_words(item.due, edition.as_of) if item.is_open else "",
                sort=item.due.isoformat() if item.due else "9999",
            ),
            *([Cell((age,) if age else (), sort=f"{item.age:06}" if item.age is not None else "")] if aged else []),
            Cell(edition.short([item.pir]), sub=edition.name(item.client) if edition.internal else ""),
        ]
        look = "late" if item.state == "overdue" else ""
        rows.append(Row(tuple(cells), target.path if target is not None else "", look=look))
    return Table(caption, tuple(columns), tuple(rows), tools=tools, all=more)
