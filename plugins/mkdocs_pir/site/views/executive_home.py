"""The home of a vice president: the figures of each client in one table for one sheet, and what keeps coming back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.figures import SMALL, Figure
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.seen_by_clients import figures_not_shown
from mkdocs_pir.kb.model import Client
from mkdocs_pir.site.urls import path_of, path_of_kpi
from mkdocs_pir.site.value_formats import day, sentence, several
from mkdocs_pir.site.views import block_pages, cause_pages, client_pages, recurring_cause_pages
from mkdocs_pir.site.views.components import Cell, Column, Empty, Link, PageView, Row, Table, When
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.role_homes import EXECUTIVE, role_homes

CLIENTS, CAUSES, NAMED, STRUCK = 12, 6, 4, 2
"""How many clients and causes are on the sheet, those that miss the most targets and those that repeat the most; how
many clients its first sentences name; and how many figures of each, or services or clients of a cause."""


class MatrixCell(Struct, frozen=True):
    """A figure of a client: its value, the change, what it is made of, and whether it meets its
    target; a figure of few cases says too little to be judged. `seen` is what the client sees in place of it."""

    value: str
    change: str = ""
    verdict: str = ""
    note: str = ""
    path: str = ""
    met: bool | None = None
    few: bool = False
    seen: str = ""


class MatrixRow(Struct, frozen=True):
    """A client with its figures, or all clients together."""

    name: str
    path: str
    cells: tuple[MatrixCell, ...]


def pages(edition: EditionContext) -> Iterator[PageView]:
    if any(home.path == EXECUTIVE for home in role_homes(edition.projection)):
        yield _page(edition)


def _page(edition: EditionContext) -> PageView:
    kpis, projection = edition.insight.kpis, edition.projection
    title = next(home.title for home in role_homes(projection) if home.path == EXECUTIVE)
    current = [c for c in projection.clients.values() if c.until is None or c.until > edition.as_of]
    figures = {c.id: [kpis.figure(name, client=c.id) for name in client_pages.FIGURES] for c in current}
    # a figure that no client has needs no column
    kept = [at for at in range(len(client_pages.FIGURES)) if any(row[at].value is not None for row in figures.values())]
    current = [c for c in current if any(figure.value is not None for figure in figures[c.id])]
    names = [client_pages.FIGURES[at] for at in kept]
    shown = _shown(current, figures)
    not_shown = figures_not_shown(projection)
    retained = kpis.figure("retention")
    retention = f"Client retention: {figure_words.headline(retained)}" if retained.value is not None else ""
    whole = [kpis.figure(name) for name in names]
    more_lead = (
        _worse(current, figures, whole) if kept else "",
        sentence(retention),
        recurring_cause_pages.lead(edition.insight.repeats_in_figures),
    )
    context = {
        "home": EXECUTIVE,
        "role": title,
        "lead": _missed(current, figures, whole) if kept else "",
        "more_lead": " ".join(filter(None, more_lead)),
        "empty": None if kept else Empty("Each client will have a row here once there are figures for it."),
        "figures": tuple(
            (
                Link(path_of_kpi(figure.name), figure.title),
                figure_words.target(figure),
                block_pages.period(figure),
                "not shown to clients" if figure.name in not_shown else "",
            )
            for figure in whole
        ),
        "rows": tuple(
            MatrixRow(
                client.label,
                path_of(client),
                tuple(
                    _cell(
                        figures[client.id][at],
                        f"{path_of(client)}#figure-{figures[client.id][at].name}",
                        # the heading says it of what no client sees
                        ""
                        if client_pages.FIGURES[at] in not_shown
                        else block_pages.seen_by_client(edition, figures[client.id][at]),
                    )
                    for at in kept
                ),
            )
            for client in shown
        )
        if kept
        else (),
        "small": SMALL,
        "whole": MatrixRow(
            "All clients", "clients.html", tuple(_cell(figure, path_of_kpi(figure.name)) for figure in whole)
        ),
        "left": _left(edition, names),
        "more": Link("clients.html", f"{CLIENTS} of {count(len(current), 'client')}, those that miss the most targets")
        if len(current) > CLIENTS
        else None,
        "causes": _causes(edition),
        "day": day(edition.as_of),
    }
    return PageView(
        EXECUTIVE, title, "executive.html", context, "The figures of each client, and what keeps coming back."
    )


def _missed(clients: Sequence[Client], figures: dict[str, list[Figure]], whole: Sequence[Figure]) -> str:
    """Which clients miss which targets now, of figures of enough cases."""
    named = _named(clients, figures, whole, lambda figure: figure.judged is False)
    return f"Targets missed now: {named}." if named else f"No figure of {SMALL} cases or more misses its target."


def _worse(clients: Sequence[Client], figures: dict[str, list[Figure]], whole: Sequence[Figure]) -> str:
    """Which clients are worse off than before and in what, from figures of enough cases in both periods."""
    named = _named(clients, figures, whole, figure_words.is_worse, windows=True)
    if named:
        return f"Worse than in the period before: {named}."
    return f"No client is worse off than in the period before, as far as {SMALL} cases or more of each can tell."


def _named(
    clients: Sequence[Client],
    figures: dict[str, list[Figure]],
    whole: Sequence[Figure],
    is_meant: Callable[[Figure], bool],
    *,
    windows: bool = False,
) -> str:
    """The clients with the figures that are meant, those with the most first, and what is meant of all clients
    together and of none of them."""
    meant = {c.label: [figure for figure in figures[c.id] if is_meant(figure)] for c in clients}
    affected = sorted(
        ((name, of) for name, of in meant.items() if of), key=lambda one: (-len(one[1]), one[0].casefold())
    )
    named = [f"{name} ({_titles(of, windows=windows)})" for name, of in affected[:NAMED]]
    named += [count(len(affected) - NAMED, "more client")] if len(affected) > NAMED else []
    of_clients = {figure.name for _, of in affected for figure in of}
    together = [figure for figure in whole if is_meant(figure) and figure.name not in of_clients]
    return several([*named, *([f"all clients together ({_titles(together, windows=windows)})"] if together else [])])


def _titles(figures: Sequence[Figure], *, windows: bool) -> str:
    """The names of figures, which may contain commas; with `windows` one over a year says so, as most are of a quarter."""
    titles = [
        f"{one.title} over {one.kpi.window}" if windows and one.kpi.window == "12 months" else one.title
        for one in figures
    ]
    return "; ".join([*titles[:STRUCK], *([f"{len(titles) - STRUCK} more"] if len(titles) > STRUCK else [])])


def _left(edition: EditionContext, names: Sequence[str]) -> str:
    """The clients that left and are part of the figures of all clients."""
    left = [
        f"{client.label}, which left on {day(client.until)}"
        for client in edition.projection.clients.values()
        if client.until is not None
        and client.until <= edition.as_of
        and any(edition.insight.kpis.figure(name, client=client.id).n for name in names)
    ]
    shown = [*left[:STRUCK], *([f"{count(len(left) - STRUCK, 'client')} more"] if len(left) > STRUCK else [])]
    return f"All clients also counts {several(shown)}." if left else ""


def _shown(clients: Sequence[Client], figures: dict[str, list[Figure]]) -> list[Client]:
    """The clients of the sheet by name; with many, those that miss the most targets."""

    def misses(client: Client) -> int:
        return sum(figure.judged is False for figure in figures[client.id])

    worst = sorted(clients, key=lambda c: (-misses(c), c.label.casefold()))[:CLIENTS]
    return sorted(worst, key=lambda c: c.label.casefold())


def _cell(figure: Figure, path: str, seen: str = "") -> MatrixCell:
    if figure.value is None:
        return MatrixCell("")
    step, _, verdict = figure_words.short_change(figure).partition(", ")
    sample = figure_words.sample(figure.n)
    return MatrixCell(figure_words.now(figure), step, verdict, sample, path, figure.judged, figure.small, seen)


def _most(edition: EditionContext, ids: Iterable[str]) -> str:
    """The services or clients of repeats with how often each is there, the most frequent first."""
    times = Counter(id_ for id_ in ids if edition.name(id_))
    shown = sorted(times.items(), key=lambda one: (-one[1], edition.name(one[0])))
    words = [f"{edition.name(id_)} {number:,}" for id_, number in shown[:STRUCK]]
    return ", ".join([*words, *([f"{len(shown) - STRUCK} more"] if len(shown) > STRUCK else [])])


def _causes(edition: EditionContext) -> Table | None:
    """The causes that repeated the most, with the services and clients of the repeats."""
    groups = [group for group in edition.insight.recurrences.causes.values() if group.repeats]
    groups.sort(key=lambda group: (-len(group.repeats), -group.count, group.label))
    if not groups:
        return None
    rows = tuple(
        Row(
            (
                Cell((group.label,)),
                Cell((_most(edition, (id_ for repeat in group.repeats for id_ in repeat.occurrence.services)),)),
                Cell((_most(edition, (repeat.occurrence.client for repeat in group.repeats)),)),
                Cell((len(group.repeats),)),
                Cell((group.count,)),
                Cell((When(group.last, ago=True),) if group.last else ()),
                Cell((cause_pages.TENDENCY[group.tendency],) if group.tendency else ()),
            ),
            target.path if (target := edition.target(group.id)) is not None else "",
        )
        for group in groups[:CAUSES]
    )
    columns = (
        Column("Cause", "title"),
        Column("On services"),
        Column("Of clients"),
        Column("Repeats", "number", "repeats:"),
        Column("Incidents", "number", "incidents:"),
        Column("Last", "date", "last"),
        Column("Comes back"),
    )
    return Table("Causes that keep coming back", columns, rows, all=Link("recurring.html", "Recurring causes, and why"))
