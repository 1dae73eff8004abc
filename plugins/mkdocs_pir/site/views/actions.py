"""The action item pages: who promised what until when, one list a state, and how the backlog moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mkdocs_pir.insight import actions
from mkdocs_pir.insight.actions import STATES, Item
from mkdocs_pir.insight.effects import effects
from mkdocs_pir.site import charts
from mkdocs_pir.site.views import board
from mkdocs_pir.site.views.board import Block
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import (
    Cell,
    Chip,
    Choice,
    Column,
    Empty,
    Facet,
    Link,
    Pager,
    PageView,
    Row,
    Table,
    Tile,
    When,
)
from mkdocs_pir.site.words import count, owed

INDEX = "actions.html"
PAGE = 50
SHOWN = 15
"""So many rows of a state are on the overview; the rest is one click away."""

LOOKS = {
    "overdue": "late",
    "blocked": "stopped",
    "due-soon": "wait",
    "in-progress": "now",
    "open": "open",
    "done": "done",
    "verified": "good",
    "cancelled": "no",
}


def path_of_state(state: str, page: int = 1) -> str:
    return f"actions/{state}.html" if page == 1 else f"actions/{state}-{page}.html"


def pages(library: Library) -> Iterator[PageView]:
    """The overview, and the list of each state in pages of 50."""
    yield _overview(library)
    for state in STATES:
        found = [item for item in library.items if item.state == state]
        last = max(1, -(-len(found) // PAGE))
        for page in range(1, last + 1):
            yield _list(library, state, found, page, last)


def _overview(library: Library) -> PageView:
    items = library.items
    by_state = {state: [item for item in items if item.state == state] for state in STATES}
    waiting = [item for item in items if item.is_open]
    late = by_state["overdue"]
    if not items:
        how = Empty(
            "Actions stand in a review, under 'actions', with owner, due date and how to tell that they are done.",
            "pir check",
        )
        lead = "No review has agreed an action yet."
        return board.board(INDEX, "Action items", lead, blocks=(Block("none", "How they come here", empty=how),))
    worst = (
        f" The latest has waited {count(late[0].days_late, 'day')} past its date." if late and late[0].days_late else ""
    )
    lead = f"{count(len(waiting), 'action')} open, {len(late)} of them overdue.{worst}"
    flow = actions.flow(items, library.as_of)
    age = library.ledger.figure("action-age")
    return board.board(
        INDEX,
        "Action items",
        lead,
        description="Every action agreed in a review: overdue, due soon, open, done and verified.",
        tiles=tuple(
            _state_tile(state, by_state[state])
            for state in ("overdue", "due-soon", "blocked", "open", "done", "verified")
        ),
        blocks=(
            *(
                Block(
                    state,
                    STATES[state],
                    tables=(
                        table(library, by_state[state][:SHOWN], STATES[state], more=_more(state, by_state[state])),
                    ),
                )
                for state in ("overdue", "blocked", "due-soon", "in-progress", "open")
                if by_state[state]
            ),
            Block("owners", "By owner", tables=(_owners(library, items),) if library.internal and waiting else ()),
            Block(
                "age",
                "How old the open ones are",
                age.definition,
                figures=board.drawn(
                    charts.histogram(
                        "Age of open actions",
                        "Open actions by the days since they were agreed.",
                        actions.ages(items),
                        noun="Actions",
                    )
                ),
            ),
            Block(
                "backlog",
                "Opened, closed, and what is left",
                figures=board.drawn(
                    charts.columns_over_time(
                        "Actions by month",
                        "Actions agreed and closed each month, and how many were open at its end.",
                        [m.label for m in flow.months],
                        [m.opened for m in flow.months],
                        closed=[m.closed for m in flow.months],
                        backlog=[m.backlog for m in flow.months],
                        incomplete_last=bool(flow.months) and flow.months[-1].incomplete,
                    )
                ),
            ),
            Block(
                "effect",
                "Did the verified ones work?",
                "Whether the cause came back after somebody had seen that the action works.",
                tables=_effects(library),
            ),
        ),
        facets=(_facet(library, ""),),
    )


def _state_tile(state: str, found: Sequence[Item]) -> Tile:
    look = "late" if state in ("overdue", "blocked") else "good" if state == "verified" else "quiet"
    return board.number_tile(STATES[state], len(found), "action", path_of_state(state), state=look)


def _more(state: str, found: Sequence[Item]) -> Link | None:
    return Link(path_of_state(state), f"All {len(found)}") if len(found) > SHOWN else None


def _list(library: Library, state: str, found: Sequence[Item], page: int, last: int) -> PageView:
    rows = found[(page - 1) * PAGE : page * PAGE]
    title = f"Action items: {STATES[state].lower()}"
    lead = f"{count(len(found), 'action')}." if found else f"No action is {STATES[state].lower()}."
    pager = None
    if last > 1:
        pager = Pager(
            (page - 1) * PAGE + 1,
            min(page * PAGE, len(found)),
            len(found),
            tuple(Link(path_of_state(state, n), str(n)) for n in range(1, last + 1)),
            page,
            path_of_state(state, page - 1) if page > 1 else "",
            path_of_state(state, page + 1) if page < last else "",
        )
    parts = (table(library, rows, STATES[state], tools=last == 1),) if rows else ()
    path = path_of_state(state, page)
    return board.board(
        path,
        title,
        lead,
        tab=INDEX,
        blocks=(Block("list", "", tables=parts),),
        facets=(_facet(library, state),),
        pager=pager,
    )


def _facet(library: Library, chosen: str) -> Facet:
    counts = {state: sum(item.state == state for item in library.items) for state in STATES}
    choices = (
        Choice("Overview", INDEX, len(library.items), chosen == ""),
        *(
            Choice(STATES[state], path_of_state(state), number, state == chosen)
            for state, number in counts.items()
            if number
        ),
    )
    return Facet("State", choices, STATES.get(chosen, ""))


def table(
    library: Library, items: Sequence[Item], caption: str, *, tools: bool = False, more: Link | None = None
) -> Table:
    """Actions as rows: what, who, until when, from which review."""
    columns = [
        Column("Action", "title"),
        Column("State", "chips"),
        Column("Owner"),
        Column("Due", "date"),
        Column("Review"),
    ]
    owners = any(item.owner for item in items)
    rows = []
    for item in items:
        target = library.target(item.id) or library.target(item.pir)
        path = target.path if target is not None else ""
        due = Cell(
            (When(item.due),) if item.due else (),
            sub=owed(item.due, library.as_of) if item.is_open else "",
            sort=item.due.isoformat() if item.due else "9999",
        )
        cells = [
            Cell((item.title,), sub=item.id),
            Cell((Chip(STATES[item.state], LOOKS[item.state]),)),
            Cell((item.owner,) if item.owner else ()),
            due,
            Cell(library.short([item.pir]), sub=library.name(item.client) if library.internal else ""),
        ]
        rows.append(
            Row(
                tuple(c for n, c in enumerate(cells) if n != 2 or owners),
                path,
                look="late" if item.state == "overdue" else "",
            )
        )
    return Table(
        caption, tuple(c for n, c in enumerate(columns) if n != 2 or owners), tuple(rows), tools=tools, all=more
    )


def _owners(library: Library, items: Sequence[Item]) -> Table:
    rows = tuple(
        Row(
            (
                Cell((group.key or "No owner",)),
                Cell((str(group.open),), sort=f"{group.open:06}"),
                Cell((str(group.overdue),), sort=f"{group.overdue:06}"),
                Cell(
                    (count(group.oldest, "day"),) if group.oldest is not None and group.open else (),
                    sort=f"{group.oldest or 0:06}",
                ),
            ),
            look="late" if group.overdue else "",
        )
        for group in actions.groups(items, by="owner")
        if group.open
    )
    return Table(
        "Open actions by owner",
        (Column("Owner", "title"), Column("Open", "number"), Column("Overdue", "number"), Column("Oldest", "number")),
        rows,
        tools=True,
    )


def _effects(library: Library) -> tuple[Table, ...]:
    found = [e for e in effects(library.projection, library.items) if e.returned is not None]
    if not found:
        return ()
    rows = []
    for effect in found[:SHOWN]:
        target = library.target(effect.item.id)
        back = effect.returned
        if back is None:
            continue
        where = library.short([back.pir]) if back.pir else ()
        rows.append(
            Row(
                (
                    Cell((effect.item.title,), sub=effect.item.id),
                    Cell((When(effect.item.verified),) if effect.item.verified else ()),
                    Cell(where or (back.id,), sub=back.title if not where else ""),
                    Cell(
                        (count(effect.days, "day"),) if effect.days is not None else (), sort=f"{effect.days or 0:06}"
                    ),
                ),
                target.path if target is not None else "",
            )
        )
    columns = (
        Column("Verified action", "title"),
        Column("Verified", "date"),
        Column("The cause came back in"),
        Column("After", "number"),
    )
    return (Table("Verified actions whose cause came back", columns, tuple(rows)),)
