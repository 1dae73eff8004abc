"""Recurring causes: what keeps coming back, and whether something already agreed stood against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from mkdocs_pir.insight import accountability, recurrence
from mkdocs_pir.insight.groups import Group
from mkdocs_pir.site import charts
from mkdocs_pir.site.charts.scales import duration
from mkdocs_pir.site.urls import family_path
from mkdocs_pir.site.views import board
from mkdocs_pir.site.views.board import Account, Block
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import Cell, Chip, Column, Empty, Fact, Link, PageView, Prose, Row, Table, When
from mkdocs_pir.site.words import ago, count, day, several

PATH = "recurring.html"
ACCOUNTS = 25
CAUSES = 50

STATE_LOOK: Mapping[str, str] = {
    "overdue": "late",
    "unverified": "wait",
    "failed": "again",
    "open": "open",
    "done": "done",
    "cancelled": "no",
    "later": "quiet",
}
STATE_WORD: Mapping[str, str] = {
    "overdue": "Overdue",
    "unverified": "Not verified",
    "failed": "Verified, did not work",
    "open": "Open",
    "done": "Done",
    "cancelled": "Cancelled",
    "later": "Agreed later",
}
TENDENCY: Mapping[str, str] = {
    "shortening": "sooner each time",
    "lengthening": "later each time",
    "steady": "at a steady pace",
    "": "",
}


def pages(library: Library) -> Iterator[PageView]:
    """The one page of recurring causes; each cause and family has a page of its own beside it."""
    found = library.recurrences
    told = accountability.accounts(library.projection, found)
    figure = library.ledger.figure("recurrence")
    if not found.causes:
        why = figure.why or "No incident with an established cause is on record yet."
        empty = Empty(
            "Causes are counted from the 'trigger' of each review and the 'cause' column of the incident register."
        )
        yield board.board(
            PATH,
            "Recurring causes",
            why,
            description="What keeps coming back.",
            blocks=(Block("none", "How it fills", empty=empty),),
        )
        return
    total = accountability.summary(told)
    yield board.board(
        PATH,
        "Recurring causes",
        _lead(total),
        description="Which causes come back, at what cost, and whether something already agreed would have prevented it.",
        tiles=(
            board.tile(figure, "kpis/recurrence.html"),
            board.number_tile("Repeats", total.repeats, "repeat", "#repeats", note="since the records begin"),
            board.number_tile(
                "Preventable",
                total.preventable,
                "repeat",
                "#repeats",
                state="late",
                note="by something already agreed or advised",
            ),
            board.number_tile(
                "Action was overdue", total.overdue, "repeat", "#repeats", state="late", note="on the day of the repeat"
            ),
            board.number_tile(
                "Never verified",
                total.unverified,
                "repeat",
                "#repeats",
                state="late",
                note="done, but nobody saw it work",
            ),
            board.number_tile(
                "Advice declined", total.declined, "repeat", "#repeats", note="a recommendation the client did not take"
            ),
        ),
        blocks=(
            Block("count", "By number of incidents", figures=board.drawn(_pareto(found.causes, "count"))),
            Block("minutes", "By time of impact", figures=board.drawn(_pareto(found.causes, "minutes"))),
            Block(
                "map",
                "Where which cause strikes",
                "Causes down, services across; the number of incidents in each.",
                figures=board.drawn(_heat(library, found)),
            ),
            Block("time", "Over time", figures=board.drawn(_over_time(library, found))),
            Block("causes", "Every cause", tables=(_causes(library, found.causes),)),
            Block("families", "Families", tables=(_families(library, found.families),)),
            Block(
                "undeclared",
                "Likely repeats that nobody declared",
                "The same client, service and cause within 90 days, without 'recurrence_of' in the review.",
                tables=_undeclared(library, found),
            ),
        ),
        accounts=tuple(_account(library, account) for account in _telling(told)),
        accounts_note=_accounts_note(told),
    )


def _lead(total: accountability.Summary) -> str:
    if not total.repeats:
        return "No incident has repeated an earlier one."
    if not total.preventable:
        return f"{count(total.repeats, 'repeat')}; nothing already agreed stood against any of them."
    verb = "was" if total.preventable == 1 else "were"
    return (
        f"{total.preventable} of {count(total.repeats, 'repeat')} {verb} preventable by something already agreed or advised, "
        "and not carried through."
    )


def _pareto(groups: Mapping[str, Group], by: Literal["count", "minutes"]) -> charts.Chart | None:
    bars = recurrence.pareto(groups, by=by)
    minutes = by == "minutes"
    return charts.bars(
        "Causes by time of impact" if minutes else "Causes by incidents",
        f"Each cause with its {'minutes of impact' if minutes else 'incidents'}, the largest first, and the running share.",
        [(bar.label, bar.value) for bar in bars],
        unit="min" if minutes else "",
        cumulative=True,
        noun="Cause",
        measure="Impact" if minutes else "Incidents",
    )


def _heat(library: Library, found: recurrence.Recurrences) -> charts.Chart | None:
    heat = recurrence.heat(found)
    if len(heat.causes) * len(heat.services) < 4:
        return None
    return charts.heatmap(
        "Causes by service",
        "The number of incidents of each cause in each service.",
        [found.causes[c].label for c in heat.causes],
        [library.name(s) or s for s in heat.services],
        heat.rows,
    )


def _over_time(library: Library, found: recurrence.Recurrences) -> charts.Chart | None:
    periods = recurrence.series(found.occurrences, library.as_of, by="quarter", count=12)
    repeats = recurrence.series([r.occurrence for r in found.repeats], library.as_of, by="quarter", count=12)
    return charts.columns_over_time(
        "Incidents and repeats by quarter",
        "Incidents opened each quarter, and how many of them repeated an earlier one.",
        [p.label for p in periods],
        [p.count for p in periods],
        closed=[p.count for p in repeats],
        names=("Incidents", "Repeats", ""),
        incomplete_last=bool(periods) and periods[-1].incomplete,
    )


def _causes(library: Library, groups: Mapping[str, Group]) -> Table:
    columns = (
        Column("Cause", "title"),
        Column("Incidents", "number"),
        Column("Impact", "number"),
        Column("Repeats", "number"),
        Column("They come"),
        Column("Last", "date"),
        Column("Lessons", "number"),
        Column("Actions", "number"),
    )
    rows = []
    for group in list(groups.values())[:CAUSES]:
        target = library.target(group.id)
        path = target.path if target is not None else ""
        rows.append(
            Row(
                (
                    Cell((group.label,)),
                    _number(group.count),
                    Cell((duration(group.minutes),) if group.minutes else (), sort=f"{group.minutes:012.0f}"),
                    _number(len(group.repeats)),
                    Cell((TENDENCY[group.tendency],) if group.tendency else ()),
                    Cell((When(group.last),) if group.last else (), sort=group.last.isoformat() if group.last else ""),
                    _number(len(group.lessons)),
                    _number(len(group.actions)),
                ),
                path,
            )
        )
    return Table("Causes with incidents, impact and repeats", columns, tuple(rows), tools=len(groups) <= CAUSES)


def _families(library: Library, groups: Mapping[str, Group]) -> Table:
    columns = (
        Column("Family", "title"),
        Column("Incidents", "number"),
        Column("Impact", "number"),
        Column("Repeats", "number"),
    )
    rows = tuple(
        Row(
            (
                Cell((g.label,)),
                _number(g.count),
                Cell((duration(g.minutes),) if g.minutes else (), sort=f"{g.minutes:012.0f}"),
                _number(len(g.repeats)),
            ),
            family_path(g.id),
        )
        for g in groups.values()
    )
    return Table("Families of causes", columns, rows, tools=True)


def _number(number: int) -> Cell:
    return Cell((f"{number:,}",) if number else (), sort=f"{number:09}")


def _undeclared(library: Library, found: recurrence.Recurrences) -> tuple[Table, ...]:
    if not found.undeclared or not library.internal:
        return ()
    rows = []
    for repeat in sorted(found.undeclared, key=lambda r: (r.occurrence.day is None, r.occurrence.day), reverse=True)[
        :ACCOUNTS
    ]:
        now, before = repeat.occurrence, repeat.earlier
        rows.append(
            Row(
                (
                    Cell(library.short([now.pir]) or (now.id,), sub=now.id if now.pir else ""),
                    Cell((When(now.day),) if now.day else ()),
                    Cell(
                        library.short([before.pir]) or (before.id,),
                        sub=count(repeat.days, "day") + " before" if repeat.days is not None else "",
                    ),
                    Cell(tuple(library.links([now.cause])) or (now.cause,)),
                    Cell((library.name(now.client),), sub=several(library.names(now.services))),
                )
            )
        )
    columns = (Column("Incident", "title"), Column("Date", "date"), Column("After"), Column("Cause"), Column("Client"))
    return (Table("Likely repeats that nobody declared", columns, tuple(rows), tools=True),)


def _telling(told: Sequence[accountability.Account]) -> list[accountability.Account]:
    """The accounts that can say something: those whose earlier incident was reviewed, the newest first."""
    return [account for account in told if account.earlier][:ACCOUNTS]


def _accounts_note(told: Sequence[accountability.Account]) -> str:
    reviewed = [account for account in told if account.earlier]
    silent = len(told) - len(reviewed)
    parts = []
    if len(reviewed) > ACCOUNTS:
        parts.append(f"The newest {ACCOUNTS} of {len(reviewed)}.")
    if silent:
        parts.append(
            f"{count(silent, 'more repeat')} followed an incident that was not reviewed, so nothing had been agreed."
        )
    return " ".join(parts)


def _account(library: Library, account: accountability.Account) -> Account:
    repeat, now = account.repeat, account.repeat.occurrence
    pir = library.target(now.pir)
    gap = f"{count(repeat.days, 'day')} after" if repeat.days is not None else "after"
    when = f"{day(now.day)} ({ago(now.day, library.as_of)})" if now.day is not None else ""
    facts = (
        Fact("When", (when,) if when else ()),
        Fact("Repeats", library.links(account.earlier), note=gap),
        Fact("Cause", library.links([now.cause])),
        Fact("Client", library.links([now.client]) if library.internal else ()),
        *(
            Fact(
                "Action then",
                (Chip(STATE_WORD.get(a.state, a.state), STATE_LOOK.get(a.state, "quiet")), *_action(library, a)),
                note=a.words,
            )
            for a in account.actions
            if a.relevant and a.state != "later"
        ),
        *(Fact("Advice declined", (Prose(d.title),), note=d.words) for d in account.declined if d.relevant),
        *(Fact("Lesson then", library.links([x.id]), note=x.words) for x in account.lessons),
    )
    title = pir.label if pir is not None else now.title or now.id
    return Account(
        f"repeat-{now.id}".lower(),
        title,
        Link(pir.path, pir.label, id=pir.id) if pir is not None else None,
        _verdict(account),
        facts,
    )


def _action(library: Library, action: accountability.ActionThen) -> tuple[Link | str, ...]:
    link = library.link(action.id)
    return (link,) if link is not None else (action.title,)


def _verdict(account: accountability.Account) -> tuple[Chip, ...]:
    said = {
        "overdue": Chip("An agreed action was overdue", "late"),
        "unverified": Chip("An action was never verified", "late"),
        "declined": Chip("Our advice had been declined", "no"),
    }
    if account.reasons:
        return tuple(said[reason] for reason in account.reasons)
    states = {action.state for action in account.actions if action.relevant}
    if "failed" in states:
        return (Chip("A verified action did not hold", "again"),)
    if "open" in states:
        return (Chip("An action was agreed, not yet due", "open"),)
    return (Chip("Nothing agreed stood against it"),)
