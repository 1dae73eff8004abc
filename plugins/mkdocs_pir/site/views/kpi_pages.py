"""The KPI pages: an overview of all figures, and a page for each with its definition, chart and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from mkdocs_pir.exchange.exporting import dataset
from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.kpis import NAMED, Excluded, Figure, FigureRow
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.site import charts
from mkdocs_pir.site.urls import path_of_kpi
from mkdocs_pir.site.value_formats import sentence, with_short_days
from mkdocs_pir.site.views import block_pages
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import (
    Cell,
    Chip,
    Column,
    Fact,
    Link,
    Offer,
    Pager,
    PageView,
    Prose,
    Row,
    Table,
    When,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.gate_panel import steps_feeding
from mkdocs_pir.site.views.pagination import page_path, paged

INDEX = "kpis.html"

ROWS = 12
"""How many rows of a figure are on its page; a list on other pages contains all."""

PARTS = 15
"""How many clients or services are on the page of a figure, those with the most rows."""


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The overview, and the pages of each KPI."""
    figures = edition.insight.kpis.figures()
    yield _overview(figures)
    for figure in figures.values():
        yield _page(edition, figure)
        yield from _row_pages(edition, figure)


def _overview(figures: Mapping[str, Figure]) -> PageView:
    named = [figures[name] for name in NAMED if name in figures]
    with_target = [f for f in named if f.met is not None]
    met = sum(f.met is True for f in with_target)
    more = [f for f in figures.values() if f not in named and f.met is not None]
    rest = f", {sum(f.met is True for f in more)} of the other {len(more)}" if len(more) > 1 else ""
    lead = (
        f"{met} of {count(len(with_target), 'key figure')} {'meets its' if met == 1 else 'meet their'} target{rest}."
        if with_target
        else "There is not enough to work out the key figures yet."
    )
    others = tuple(block_pages.tile(f, path_of_kpi(f.name)) for f in figures.values() if f not in named)
    table = Table(
        "All figures with their targets",
        (
            Column("Figure", "title"),
            Column("Now", "number"),
            Column("Before", "number", "before:"),
            Column("Target", "number", "target"),
            Column("Change"),
            Column("Made of"),
        ),
        tuple(
            Row(
                (
                    Cell((f.title,)),
                    Cell((figure_words.now(f),)),
                    Cell((figure_words.before(f),)),
                    Cell((figure_words.target(f),)),
                    Cell((figure_words.change(f),) if figure_words.change(f) else ()),
                    Cell(
                        (figure_words.made_of(f),),
                        sub=f.window.label if f.kpi.window == "quarter" else block_pages.window_days(f.window),
                    ),
                ),
                path_of_kpi(f.name),
            )
            for f in figures.values()
        ),
    )
    return block_pages.block_page(
        INDEX,
        "KPIs",
        lead,
        description="The process KPIs with target, trend and the rows they are made of.",
        tiles=tuple(block_pages.tile(f, path_of_kpi(f.name)) for f in named) + others,
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
        ),
        blocks=(PageBlock("all", "In one table", tables=(table,)),),
    )


def _page(edition: EditionContext, figure: Figure) -> PageView:
    facts = (
        Fact("Definition", (figure.definition,), wide=True),
        Fact("Fed by", steps_feeding(edition, figure.name)),
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
            PageBlock("rows", "What it is made of", tables=rows_of(edition, figure)),
            PageBlock("left-out", "What is left out, and why", reasons(figure), tables=left_out_of(edition, figure)),
        ),
    )


def _broken_down(edition: EditionContext, figure: Figure, by: str) -> tuple[Table, ...]:
    split = edition.insight.kpis.by_client if by == "client" else edition.insight.kpis.by_service
    parts = [(id_, part) for id_, part in split(figure.name).items() if part.value is not None]
    if len(parts) < 2:
        return ()
    parts_shown = parts if len(parts) <= PARTS else sorted(parts, key=lambda pair: -pair[1].n)[:PARTS]
    times = figure.unit == "minutes"
    support = times and edition.projection.support_hours is not None
    rows = tuple(
        Row(
            (
                Cell((edition.name(id_) or id_,)),
                Cell((figure_words.now(part),), sort=f"{part.value:012.4f}"),
                *(_times(part, support=support) if times else ()),
                Cell((figure_words.before(part),), sort=f"{part.previous.value or 0:012.4f}"),
                Cell((str(part.n),), sort=f"{part.n:09}"),
                Cell((figure_words.made_of(part),)),
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
        Column("Made of"),
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


def _row_pages(edition: EditionContext, figure: Figure) -> Iterator[PageView]:
    """The lists of all rows and of all that is left out, if there are too many for the page of the figure."""
    if len(figure.rows) > ROWS:
        title = f"What {figure.title} is made of"
        for number, rows, pager in paged(f"kpis/{figure.name}/rows", _telling(figure)):
            tools = len(pager.pages) == 1
            yield _row_page(figure, "rows", number, title, _row_table(edition, figure, rows, None, tools), pager)
    if len(figure.excluded) > ROWS:
        title = f"What {figure.title} leaves out"
        for number, left, pager in paged(f"kpis/{figure.name}/left-out", figure.excluded):
            tools = len(pager.pages) == 1
            yield _row_page(
                figure, "left-out", number, title, _left_out_table(edition, figure, left, None, tools), pager
            )


def _row_page(figure: Figure, what: str, number: int, title: str, table: Table, pager: Pager) -> PageView:
    lead = f"{figure_words.headline(figure)}, {block_pages.window_days(figure.window)}."
    path = page_path(f"kpis/{figure.name}/{what}", number)
    return block_pages.block_page(path, title, lead, blocks=(PageBlock("list", "", tables=(table,)),), pager=pager)


def rows_of(edition: EditionContext, figure: Figure, most: int = ROWS) -> tuple[Table, ...]:
    """A table of the first `most` rows that a figure is made of."""
    rows = _telling(figure)
    if not rows:
        return ()
    more = _all(figure, "rows", len(rows)) if len(rows) > most else None
    return (_row_table(edition, figure, rows[:most], more, len(rows) <= most),)


def _telling(figure: Figure) -> Sequence[FigureRow]:
    """The rows in the order of interest: first those that make the figure worse, then the newest."""
    if figure.unit != "share":
        return sorted(figure.rows, key=lambda r: -(r.amount or 0))
    newest = sorted(figure.rows, key=lambda r: r.date or date.min, reverse=True)
    return sorted(newest, key=lambda r: r.counted == figure.kpi.up_is_good)


def _row_table(
    edition: EditionContext, figure: Figure, found: Sequence[FigureRow], more: Link | None, tools: bool
) -> Table:
    share = figure.unit == "share"
    columns: tuple[Column, ...] = (
        Column("Row", "title"),
        Column("Date", "date"),
        *((Column("Counts as", "chips"),) if share else (Column("Value", "number"),)),
        Column("Why"),
    )
    rows = []
    for row in found:
        target = edition.target(row.id)
        label = edition.name(row.label) or row.label
        name = Cell((label,), sub=row.id if row.id != row.label else "")
        counted = Cell((Chip("yes", "good") if row.counted else Chip("no", "quiet"),))
        measured = Cell(
            (figure_words.amount(figure.kpi, row.amount),) if row.amount is not None else (),
            sort=f"{row.amount or 0:012.2f}",
        )
        rows.append(
            Row(
                (
                    name,
                    Cell((When(row.date),) if row.date else (), sort=row.date.isoformat() if row.date else ""),
                    counted if share else measured,
                    Cell((Prose(with_short_days(row.note)),) if row.note else ()),
                ),
                target.path if target is not None else "",
            )
        )
    if not any(row.note for row in found):
        columns, rows = columns[:-1], [Row(row.cells[:-1], row.path) for row in rows]
    return Table(f"The rows of {figure.title}", columns, tuple(rows), tools=tools, all=more)


def left_out_of(edition: EditionContext, figure: Figure, most: int = ROWS) -> tuple[Table, ...]:
    """A table of the first `most` rows that a figure leaves out."""
    left_out = figure.excluded
    if not left_out:
        return ()
    more = _all(figure, "left-out", len(left_out)) if len(left_out) > most else None
    return (_left_out_table(edition, figure, left_out[:most], more, len(left_out) <= most),)


def reasons(figure: Figure, most: int = 3) -> str:
    """A sentence with the number of rows left out for each reason; empty if there are more than `most` reasons."""
    counts = Counter(left.why for left in figure.excluded)
    if len(figure.excluded) < 2 or len(counts) > most:
        return ""
    return sentence("; ".join(f"{number:,}: {why}" for why, number in counts.most_common())) + "."


def _all(figure: Figure, what: str, number: int) -> Link:
    """A link to all rows. For one client or service it leads to the page of the KPI, which has them among all rows."""
    words = f"All {number:,} {'rows' if what == 'rows' else 'left out'}"
    if figure.client or figure.service:
        return Link(path_of_kpi(figure.name), f"{words}, on the page of this figure")
    return Link(f"kpis/{figure.name}/{what}.html", words)


def _left_out_table(
    edition: EditionContext, figure: Figure, found: Sequence[Excluded], more: Link | None, tools: bool
) -> Table:
    rows = []
    for item in found:
        target = edition.target(item.id)
        name = Cell((item.label,), sub=item.id if item.id != item.label else "")
        when = Cell((When(item.date),) if item.date else (), sort=item.date.isoformat() if item.date else "")
        rows.append(Row((name, when, Cell((with_short_days(item.why),))), target.path if target is not None else ""))
    columns = (Column("Row", "title"), Column("Date", "date"), Column("Why"))
    return Table(f"Left out of {figure.title}", columns, tuple(rows), tools=tools, all=more)
