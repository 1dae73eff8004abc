"""The lists of action items: one for each state, and those of open items by owner, client, service, cause and type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from mkdocs_pir.exchange.exporting.feeds import Feed, slug
from mkdocs_pir.exchange.exporting.forms import NAMES
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import statuses
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.site.value_formats import ACTION_TYPES, due_in_words, several
from mkdocs_pir.site.views import block_pages
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import (
    Cell,
    Chip,
    Column,
    FilterChoice,
    FilterMenu,
    Link,
    Offer,
    PageView,
    Row,
    Table,
    When,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.pagination import CHOICES, paged

INDEX = "actions.html"
WAITING = "actions/waiting"
CLOSED_SHOWN = 500
"""How many finished or cancelled actions are listed, the latest first; the data files contain all."""


class ActionFilter(Struct, frozen=True):
    """A filter for open action items: its label, the values of an item, and the name of a value."""

    key: str
    label: str
    values: Callable[[ActionItem], Iterable[str]]
    name: Callable[[str], str]


def path_of_state(state: str) -> str:
    return f"actions/{state}.html"


def path_of_value(key: str, value: str) -> str:
    """The path of the list of open actions with one value of a filter, such as those of one owner."""
    return f"actions/{key}-{slug(value)}.html"


def action_filters(edition: EditionContext) -> tuple[ActionFilter, ...]:
    """The filters of the lists; a client's edition has none for owner and client."""
    named = edition.name
    filters = [
        ActionFilter("service", "Service", lambda i: i.services, named),
        ActionFilter("cause", "Cause", lambda i: [c for c in i.causes if edition.target(c)], named),
        ActionFilter("type", "What it does", lambda i: [i.type] if i.type else [], lambda t: ACTION_TYPES.get(t, t)),
    ]
    if edition.internal:
        filters.insert(0, ActionFilter("client", "Client", lambda i: [i.client], named))
        filters.insert(0, ActionFilter("owner", "Owner", lambda i: [i.owner] if i.owner else [], str))
    return tuple(filters)


def pages(edition: EditionContext) -> Iterator[PageView]:
    """Every list of action items; the overview is in `action_pages`."""
    for state in STATES:
        items_in_state = [item for item in edition.insight.action_items if item.state == state]
        shown = items_in_state[:CLOSED_SHOWN] if state in statuses.CLOSED else items_in_state
        more = (
            f" The latest {CLOSED_SHOWN} are listed; the files hold them all."
            if len(items_in_state) > len(shown)
            else ""
        )
        lead = (
            f"{count(len(items_in_state), 'action')}.{more}"
            if items_in_state
            else f"No action is {STATES[state].lower()}."
        )
        stem, title = f"actions/{state}", f"Action items: {STATES[state].lower()}"
        yield from _list(edition, stem, title, lead, shown, ("state", state))
    waiting = [item for item in edition.insight.action_items if item.is_open]
    yield from _list(edition, WAITING, "Open action items", _standing(waiting), waiting, ("state", "waiting"))
    for filter_ in action_filters(edition):
        for value, items in _narrowed(filter_, waiting).items():
            stem = path_of_value(filter_.key, value).removesuffix(".html")
            title = f"Open action items: {filter_.name(value)}"
            yield from _list(edition, stem, title, _standing(items), items, (filter_.key, value))


def _narrowed(filter_: ActionFilter, items: Iterable[ActionItem]) -> dict[str, list[ActionItem]]:
    items_by_value: dict[str, list[ActionItem]] = {}
    for item in items:
        for value in dict.fromkeys(filter_.values(item)):
            if value and filter_.name(value):
                items_by_value.setdefault(value, []).append(item)
    return dict(sorted(items_by_value.items(), key=lambda pair: (-len(pair[1]), filter_.name(pair[0]))))


def _standing(items: Sequence[ActionItem]) -> str:
    if not items:
        return "No action is open."
    late = sum(item.state == "overdue" for item in items)
    undated = sum(item.due is None for item in items)
    clauses = [f"{late} overdue" if late else "none overdue"]
    clauses += [f"{undated} without a due date"] if undated else []
    return f"{count(len(items), 'action')}, {several(clauses)}."


def _list(
    edition: EditionContext, stem: str, title: str, lead: str, items: Sequence[ActionItem], chosen: tuple[str, str]
) -> Iterator[PageView]:
    last = -(-len(items) // 50)
    for number, rows, pager in paged(stem, items):
        tables = (table(edition, rows, title, tools=last == 1),) if rows else ()
        path = f"{stem}.html" if number == 1 else f"{stem}/{number}.html"
        yield block_pages.block_page(
            path,
            title if number == 1 else f"{title}, page {number}",
            lead,
            blocks=(PageBlock("list", "", tables=tables),),
            filters=filters(edition, chosen),
            pager=pager,
            offers=offers(edition, chosen),
        )


def filters(edition: EditionContext, chosen: tuple[str, str] = ("", "")) -> tuple[FilterMenu, ...]:
    """The filter menus of the lists; `chosen` is the (key, value) of the list that is shown."""
    waiting = [item for item in edition.insight.action_items if item.is_open]
    counts = {state: sum(item.state == state for item in edition.insight.action_items) for state in STATES}
    states = (
        FilterChoice("Overview", INDEX, len(edition.insight.action_items), chosen == ("", "")),
        FilterChoice("Everything open", f"{WAITING}.html", len(waiting), chosen == ("state", "waiting")),
        *(FilterChoice(STATES[s], path_of_state(s), n, chosen == ("state", s)) for s, n in counts.items() if n),
    )
    state = {"": "", "waiting": "Everything open"}.get(chosen[1], STATES.get(chosen[1], ""))
    menus = [FilterMenu("State", states, state if chosen[0] == "state" else "")]
    for filter_ in action_filters(edition):
        values = _narrowed(filter_, waiting)
        if not values:
            continue
        choices = tuple(
            FilterChoice(filter_.name(v), path_of_value(filter_.key, v), len(items), chosen == (filter_.key, v))
            for v, items in list(values.items())[:CHOICES]
        )
        menus.append(FilterMenu(filter_.label, choices, filter_.name(chosen[1]) if chosen[0] == filter_.key else ""))
    return tuple(menus)


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
            Cell((item.title,), sub=item.id),
            Cell((Chip(STATES.get(item.state, item.state), statuses.status(item.state).look),)),
            *([Cell((item.owner,) if item.owner else ())] if owners else []),
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
