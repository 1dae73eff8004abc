"""The overview of action items: by state and owner, their age, the backlog over time, and whether verified ones worked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mkdocs_pir.insight import action_items, figure_words
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.effects import Effect
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.site import charts
from mkdocs_pir.site.views import action_list_pages, block_pages
from mkdocs_pir.site.views.action_list_pages import INDEX, path_of, path_of_state, table
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import Cell, Column, Empty, Link, PageView, Row, Table, Tile, When
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.pagination import paged

SHOWN = 12
"""How many action items of a state are on the overview."""

OWNERS = 15
_ALWAYS = ("overdue", "due-soon", "done", "verified")
"""States that have a tile even where no action item is in them."""

EFFECTS = "actions/effect"


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The overview, the lists, and the list of verified actions whose cause came back."""
    yield _overview(edition)
    if edition.insight.action_items:
        yield from action_list_pages.pages(edition)
        yield from _effect_pages(edition)


def _overview(edition: EditionContext) -> PageView:
    items = edition.insight.action_items
    by_state = {state: [item for item in items if item.state == state] for state in STATES}
    waiting = [item for item in items if item.is_open]
    late = by_state["overdue"]
    if not items:
        how = Empty("Actions are agreed in a review, each with an owner, a due date, and how to tell that it is done.")
        lead = "No review has agreed an action yet."
        return block_pages.block_page(
            INDEX, "Action items", lead, blocks=(PageBlock("none", "Where actions come from", empty=how),)
        )
    worst = f" The most overdue is {count(late[0].days_late, 'day')} late." if late and late[0].days_late else ""
    overdue = f"{len(late)} of them overdue" if late else "none overdue"
    lead = f"{count(len(waiting), 'action')} open, {overdue}.{worst}" if waiting else "No action is open."
    flow = edition.insight.flow
    age = edition.insight.kpis.figure("action-age")
    return block_pages.block_page(
        INDEX,
        "Action items",
        lead,
        description="Every action agreed in a review: overdue, due soon, open, done and verified.",
        tiles=tuple(
            _state_tile(state, by_state[state])
            # every state, so that the tiles add up to all action items
            for state in STATES
            if by_state[state] or state in _ALWAYS
        ),
        blocks=(
            *(
                PageBlock(
                    state,
                    STATES[state],
                    tables=(
                        table(edition, by_state[state][:SHOWN], STATES[state], more=_more(state, by_state[state])),
                    ),
                )
                for state in ("overdue", "blocked", "due-soon", "in-progress", "open")
                if by_state[state]
            ),
            PageBlock("owners", "By owner", tables=_owners(items) if edition.internal and waiting else ()),
            PageBlock(
                "age",
                "How long actions have been open",
                f"{figure_words.now(age)} is the median, counted from the day each was agreed." if age.value else "",
                figures=block_pages.chart_figures(
                    charts.histogram(
                        "Age of open actions",
                        "Open actions by the days since they were agreed.",
                        action_items.ages(items),
                        noun="Actions",
                        paths=[action_list_pages.path_of_age(low) for low in action_items.AGE_EDGES],
                    )
                ),
            ),
            PageBlock(
                "backlog",
                "Opened, closed and still open",
                _left_out(flow),
                figures=block_pages.chart_figures(
                    charts.columns_over_time(
                        "Actions by month",
                        "Actions agreed and closed each month, and how many were open at its end.",
                        [m.label for m in flow.months],
                        [m.opened for m in flow.months],
                        closed=[m.closed for m in flow.months],
                        backlog=[m.backlog for m in flow.months],
                        incomplete_last=bool(flow.months) and flow.months[-1].incomplete,
                        paths=[
                            [action_list_pages.path_of_month(what, m.label) for m in flow.months]
                            for what in ("agreed", "closed", "open-after")
                        ],
                    )
                ),
            ),
            PageBlock("effect", "Did the verified ones work?", _effect_words(edition), tables=_effects(edition)),
        ),
        offers=action_list_pages.offers(edition, ("state", "waiting")),
    )


def _state_tile(state: str, items: Sequence[ActionItem]) -> Tile:
    look = "late" if state in ("overdue", "blocked") else "good" if state == "verified" else "quiet"
    return block_pages.number_tile(
        STATES[state], len(items), "action", path_of_state(state) if items else "", state=look
    )


def _more(state: str, items: Sequence[ActionItem]) -> Link | None:
    return Link(path_of_state(state), f"All {len(items)}") if len(items) > SHOWN else None


def _left_out(flow: action_items.Flow) -> str:
    if not flow.left_out:
        return ""
    number = len(flow.left_out)
    verb = "is" if number == 1 else "are"
    return f"{count(number, 'action')} {verb} not in it: cancelled, or without the day it was agreed or finished."


def _owners(items: Sequence[ActionItem]) -> tuple[Table, ...]:
    groups = [group for group in action_items.groups(items, by="owner") if group.open]
    rows = tuple(
        Row(
            (
                Cell((group.key or "No owner",)),
                Cell((str(group.open),), sort=f"{group.open:06}"),
                Cell((str(group.overdue),), sort=f"{group.overdue:06}"),
                Cell((count(group.oldest, "day"),) if group.oldest is not None else (), sort=f"{group.oldest or 0:06}"),
            ),
            path_of(owner=group.key) if group.key else path_of(),
            look="late" if group.overdue else "",
        )
        for group in groups[:OWNERS]
    )
    columns = (
        Column("Owner", "title"),
        Column("Open", "number", "open:"),
        Column("Overdue", "number", "overdue:"),
        Column("Oldest", "number", "oldest:"),
    )
    more = Link(path_of(), f"All {len(groups)} owners' open actions") if len(groups) > OWNERS else None
    return (Table("Open actions by owner", columns, rows, tools=len(groups) <= OWNERS, all=more),)


def _effect_words(edition: EditionContext) -> str:
    effects = edition.insight.effects
    if not effects:
        return ""
    returned = sum(e.returned is not None for e in effects)
    return (
        f"After {returned} of {count(len(effects), 'verified action')} the cause came back to the same client and "
        "service. Whether the action itself held, the review of that incident says."
        if returned
        else f"The cause has not come back to the same client and service after any of {count(len(effects), 'verified action')}."
    )


def _returned(edition: EditionContext) -> list[Effect]:
    effects = [e for e in edition.insight.effects if e.returned is not None]
    return sorted(effects, key=lambda e: e.returned.day or edition.as_of if e.returned else edition.as_of, reverse=True)


def _effects(edition: EditionContext) -> tuple[Table, ...]:
    returned = _returned(edition)
    if not returned:
        return ()
    more = Link(f"{EFFECTS}.html", f"All {len(returned)}") if len(returned) > SHOWN else None
    return (_effect_table(edition, returned[:SHOWN], more),)


def _effect_pages(edition: EditionContext) -> Iterator[PageView]:
    returned = _returned(edition)
    if len(returned) <= SHOWN:
        return
    for number, rows, pager in paged(EFFECTS, returned):
        path = f"{EFFECTS}.html" if number == 1 else f"{EFFECTS}/{number}.html"
        blocks = (PageBlock("list", "", tables=(_effect_table(edition, rows, None),)),)
        title = "Verified actions whose cause came back"
        yield block_pages.block_page(path, title, _effect_words(edition), blocks=blocks, pager=pager)


def _effect_table(edition: EditionContext, effects: Sequence[Effect], more: Link | None) -> Table:
    rows = []
    for effect in effects:
        back = effect.returned
        if back is None:
            continue
        target = edition.target(effect.item.id)
        where = edition.short([back.pir]) if back.pir else ()
        rows.append(
            Row(
                (
                    Cell((effect.item.title,), sub=effect.item.id),
                    Cell((When(effect.item.verified),) if effect.item.verified else ()),
                    Cell(where or (back.id,), sub=edition.name(back.cause)),
                    Cell(
                        (count(effect.days, "day"),) if effect.days is not None else (), sort=f"{effect.days or 0:06}"
                    ),
                ),
                target.path if target is not None else "",
            )
        )
    columns = (
        Column("Verified action", "title"),
        Column("Verified", "date", "verified"),
        Column("The cause came back in", "text", "came back in"),
        Column("After", "number", "after"),
    )
    return Table("Verified actions whose cause came back", columns, tuple(rows), all=more)
