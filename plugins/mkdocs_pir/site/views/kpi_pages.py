"""The KPI pages: an overview of all figures, and a page for each with its definition, chart and rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mkdocs_pir.editions.projection import Projection
from mkdocs_pir.exchange.exporting import dataset
from mkdocs_pir.insight import figure_words, seen_by_clients
from mkdocs_pir.insight.kpis import NAMED, Figure
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.site import charts
from mkdocs_pir.site.urls import path_of_kpi
from mkdocs_pir.site.views import block_pages, kpi_row_pages
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import (
    Cell,
    Column,
    Fact,
    Link,
    Offer,
    PageView,
    Row,
    Table,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.gate_panel import steps_feeding

INDEX = "kpis.html"

PARTS = 15
"""How many clients or services are on the page of a figure, those with the most rows."""


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The overview, and the pages of each KPI."""
    figures = edition.insight.kpis.figures()
    yield _overview(figures, overview_title(edition.projection))
    for figure in figures.values():
        yield _page(edition, figure)
        yield from kpi_row_pages.pages(edition, figure)


def overview_title(projection: Projection) -> str:
    """The title of the overview, also in the navigation."""
    return "KPIs" if projection.edition.internal else "Your figures"


def _overview(figures: Mapping[str, Figure], title: str) -> PageView:
    measured = [f for f in figures.values() if f.value is not None]
    named = [f for f in measured if f.name in NAMED]
    others = [f for f in measured if f.name not in NAMED]
    waiting = [f for f in figures.values() if f.value is None]
    return block_pages.block_page(
        INDEX,
        title,
        _lead(named, others),
        description="Each figure with its target, its trend and the rows it is based on.",
        tiles=tuple(block_pages.tile(f, path_of_kpi(f.name)) for f in (*named, *others)),
        offers=(
            Offer(
                "Download",
                (
                    Link("data/kpis.csv", "CSV"),
                    Link("data/kpis.json", "JSON"),
                    Link("data/kpis.atom.xml", "Feed"),
                    Link(dataset.PATH, "All figures with their rows"),
                    Link("data.html", "What there is"),
                ),
            ),
        )
        if measured
        else (),
        blocks=(
            PageBlock("all", "All figures", tables=_measured(measured)),
            PageBlock("waiting", "Not measured yet", tables=_waiting(waiting)),
        ),
    )


def _lead(named: Sequence[Figure], others: Sequence[Figure]) -> str:
    """How many figures meet their targets. Those of few cases are not counted: one case meets any target, or none."""
    if not named and not others:
        return "Nothing can be measured yet. Figures begin with the first incident and its review."
    judged = [f for f in named if f.met is not None and not f.small]
    few = [f for f in (*named, *others) if f.met is not None and f.small]
    if not judged:
        return f"{count(len(named) + len(others), 'figure')} so far; there are too few cases yet to judge them against their targets."
    met = sum(f.met is True for f in judged)
    more = [f for f in others if f.met is not None and not f.small]
    rest = f", {sum(f.met is True for f in more)} of the other {len(more)}" if len(more) > 1 else ""
    rested = (
        f"; {count(len(few), 'figure')} {'rests' if len(few) == 1 else 'rest'} on too few cases to be judged"
        if few
        else ""
    )
    return (
        f"{met} of {count(len(judged), 'key figure')} {'meets its' if met == 1 else 'meet their'} target{rest}{rested}."
    )


def _measured(figures: Sequence[Figure]) -> tuple[Table, ...]:
    columns = (
        Column("Figure", "title"),
        Column("Now", "number"),
        Column("Before", "number", "before:"),
        Column("Target", "number", "target"),
        Column("Change"),
        Column("Based on"),
    )
    rows = tuple(
        Row(
            (
                Cell((f.title,)),
                Cell((figure_words.now(f),)),
                Cell((figure_words.before(f),)),
                Cell((figure_words.target(f),)),
                Cell((figure_words.change(f),) if figure_words.change(f) else ()),
                Cell((figure_words.made_of(f),), sub=block_pages.period(f)),
            ),
            path_of_kpi(f.name),
        )
        for f in figures
    )
    return (Table("All figures with their targets", columns, rows),) if rows else ()


def _waiting(figures: Sequence[Figure]) -> tuple[Table, ...]:
    columns = (Column("Figure", "title"), Column("Target", "number", "target"), Column("Why"))
    rows = tuple(
        Row(
            (
                Cell((f.title,)),
                Cell((figure_words.target(f),)),
                Cell((figure_words.made_of(f),), sub=block_pages.period(f)),
            ),
            path_of_kpi(f.name),
        )
        for f in figures
    )
    return (Table("Figures without data, their targets, and why there is none", columns, rows),) if rows else ()


def _page(edition: EditionContext, figure: Figure) -> PageView:
    facts = (
        Fact("Definition", (figure.definition,), wide=True),
        Fact("Fed by", steps_feeding(edition, figure.name)),
        Fact("What clients see", (_seen_by_clients(edition, figure),) if edition.internal else (), wide=True),
        *block_pages.facts_of(figure),
    )
    chart = charts.trend(
        figure.title,
        f"{figure.title}, {'by quarter' if figure.kpi.window == 'quarter' else 'by month'}, with its target.",
        [(p.label, figure.kpi.chart_value(p.value), p.n) for p in figure.trend],
        unit=figure.kpi.chart_unit,
        target=figure.kpi.chart_value(figure.target),
        incomplete_last=bool(figure.trend) and figure.trend[-1].incomplete,
        n_name=figure.kpi.noun,
        paths=[kpi_row_pages.list_of(figure, p.label) for p in figure.trend],
        key=figure.name,
    )
    return block_pages.block_page(
        path_of_kpi(figure.name),
        figure.title,
        figure_words.summary(figure),
        description=figure.definition,
        blocks=(
            PageBlock("definition", "What it measures", facts=facts),
            PageBlock("trend", "Trend", figures=block_pages.chart_figures(chart)),
            PageBlock("clients", "By client", tables=_broken_down(edition, figure, "client"))
            if edition.internal
            else PageBlock("clients", ""),
            PageBlock("services", "By service", tables=_broken_down(edition, figure, "service")),
            PageBlock("rows", "What it is based on", tables=kpi_row_pages.rows_of(edition, figure)),
            PageBlock(
                "left-out",
                "What is left out, and why",
                kpi_row_pages.reasons(figure),
                tables=kpi_row_pages.left_out_of(edition, figure),
            ),
        ),
    )


def _seen_by_clients(edition: EditionContext, figure: Figure) -> str:
    """Whether clients see this figure, and why it can be another one there."""
    why = seen_by_clients.figures_not_shown(edition.projection).get(figure.name)
    if why is not None:
        return f"No client sees this figure. {why}"
    hidden = seen_by_clients.rows_not_shown(edition.projection, edition.insight.recurrences, figure)
    shown = f"{figure.n - hidden:,} of {count(figure.n, 'row')}" if hidden else "all of it"
    return f"Each client sees its own figure, worked out from what is released to it: {shown} today."


def _broken_down(edition: EditionContext, figure: Figure, by: str) -> tuple[Table, ...]:
    split = edition.insight.kpis.by_client if by == "client" else edition.insight.kpis.by_service
    parts = [(id_, part) for id_, part in split(figure.name).items() if part.value is not None]
    if len(parts) < 2:
        return ()
    parts_shown = parts if len(parts) <= PARTS else sorted(parts, key=lambda pair: -pair[1].n)[:PARTS]
    times = figure.unit == "minutes"
    is_seen = by == "client" and figure.name not in seen_by_clients.figures_not_shown(edition.projection)
    support = times and edition.projection.support_hours is not None
    rows = tuple(
        Row(
            (
                Cell((edition.name(id_) or id_,)),
                Cell((figure_words.now(part),), sort=f"{part.value:012.4f}"),
                *(_times(part, support=support) if times else ()),
                Cell((figure_words.before(part),), sort=f"{part.previous.value or 0:012.4f}"),
                Cell((str(part.n),), sort=f"{part.n:09}"),
                Cell(
                    (figure_words.made_of(part),),
                    sub=block_pages.seen_by_client(edition, part) if is_seen else "",
                ),
            ),
            target.path if (target := edition.target(id_)) is not None else "",
        )
        for id_, part in parts_shown
    )
    columns = (
        Column(by.capitalize(), "title"),
        Column("Mean" if times else "Value", "number"),
        *(
            (Column("Median", "number", "median"), Column("9 in 10 within", "number", "9 in 10 within"))
            if times
            else ()
        ),
        *((Column("In support hours", "number", "in support hours"),) if support else ()),
        Column("Before", "number", "before:"),
        Column("n", "number", "-"),
        Column("Based on"),
    )
    more = Link("data/kpis.csv", f"All {len(parts)} as CSV") if len(parts) > PARTS else None
    return (Table(f"{figure.title} by {by}", columns, rows, tools=more is None, all=more),)


def _times(part: Figure, *, support: bool) -> tuple[Cell, ...]:
    beside = {extra.name: extra for extra in part.extra}
    names = ("median", "p90", *(("support_mean",) if support else ()))
    return tuple(
        Cell(
            (figure_words.companion(extra),) if extra.value is not None else (),
            sort=f"{extra.value or 0:012.2f}",
        )
        for extra in (beside[name] for name in names)
    )
