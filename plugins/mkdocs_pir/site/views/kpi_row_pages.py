"""What a figure is made of: the rows on its page, the list of the rows of all periods, and what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.kpis import Excluded, Figure, FigureRow
from mkdocs_pir.insight.quantities import MONTHS
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.site.urls import path_of_kpi
from mkdocs_pir.site.value_formats import sentence, with_short_days
from mkdocs_pir.site.views import block_pages, listing
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.components import Cell, Chip, Column, Empty, Link, PageView, Prose, Row, Table, When
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.listing import Filter, ListDefinition, NamedView
from mkdocs_pir.site.views.pagination import page_path, paged

ROWS = 12
"""How many rows of a figure are on its page; a list contains all."""


def list_of(figure: Figure, period: str) -> str:
    """The list of what a figure is made of in one period of its trend."""
    return listing.address(f"kpis/{figure.name}/rows.html", {"period": [period]})


def pages(edition: EditionContext, figure: Figure) -> Iterator[PageView]:
    """The list of all rows, and of all that is left out if it is too long for the page of the figure."""
    yield from _list_of_rows(edition, figure)
    if len(figure.excluded) > ROWS:
        title, base = f"What {figure.title} leaves out", f"kpis/{figure.name}/left-out"
        for number, left, pager in paged(base, figure.excluded):
            blocks = (
                PageBlock("list", "", tables=(_left_out_table(edition, figure, left, None, len(pager.pages) == 1),)),
            )
            yield block_pages.block_page(page_path(base, number), title, _lead(figure), blocks=blocks, pager=pager)


def _lead(figure: Figure) -> str:
    return f"{figure_words.headline(figure)}, {block_pages.window_days(figure.window)}."


def _list_of_rows(edition: EditionContext, figure: Figure) -> Iterator[PageView]:
    """The rows of every period of the trend. The static form has those of the figure's own window, if it has any."""
    periods = dict(edition.insight.kpis.trend_rows(figure.name))
    if not periods:
        return
    here, now, name = _own_period(figure), set(figure.rows), _period_name(figure)
    rows = [*_by_interest(figure, figure.rows), *_by_interest(figure, [row for row in periods if row not in now])]
    order = [p.label for p in reversed(figure.trend)]
    filters = [Filter[FigureRow]("period", "Period", lambda row: periods.get(row, ()), name, order.index)]
    if figure.unit == "share":
        filters.append(Filter("counts-as", "Counts as", lambda row: ["yes" if row.counted else "no"]))
    yield from listing.pages(
        ListDefinition(
            f"kpis/{figure.name}/rows",
            f"What {figure.title} is based on",
            "row",
            filters,
            lambda found, caption: _row_table(edition, figure, found, None, False, caption),
            _lead(figure),
            Empty(""),
            f"Every row of {figure.title}, with the periods that count it.",
            views=(NamedView(name(here), {"period": [here]}),) if here else (),
            listed=len(now) or None,
            also=(Link(path_of_kpi(figure.name), "Definition and trend"),),
        ),
        rows,
    )


def _own_period(figure: Figure) -> str:
    """The label of the point of the trend that is the figure itself."""
    return next((p.label for p in figure.trend if Window(p.start, p.end) == figure.window), "")


def _period_name(figure: Figure) -> Callable[[str], str]:
    """What gives the name of a period by its label: "Q3 2026", "12 months to Sep 2026", "end of Sep 2026"."""
    before = {"12 months": "12 months to ", "now": "end of "}.get(figure.kpi.window, "")

    def name(label: str) -> str:
        year, _, part = label.partition("-")
        return f"{before}{MONTHS[int(part) - 1] if part.isdigit() else part} {year}"

    return name


def rows_of(edition: EditionContext, figure: Figure, most: int = ROWS) -> tuple[Table, ...]:
    """A table of the first `most` rows that a figure is made of."""
    rows = _by_interest(figure, figure.rows)
    if not rows:
        return ()
    more = _all(figure, "rows", len(rows)) if len(rows) > most else None
    return (_row_table(edition, figure, rows[:most], more, len(rows) <= most),)


def _by_interest(figure: Figure, rows: Iterable[FigureRow]) -> Sequence[FigureRow]:
    """The rows in the order of interest: first those that make the figure worse, then the newest."""
    if figure.unit != "share":
        return sorted(rows, key=lambda r: -(r.amount or 0))
    newest = sorted(rows, key=lambda r: r.date or date.min, reverse=True)
    return sorted(newest, key=lambda r: r.counted == figure.kpi.up_is_good)


def _row_table(
    edition: EditionContext,
    figure: Figure,
    found: Sequence[FigureRow],
    more: Link | None,
    tools: bool,
    caption: str = "",
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
        name = Cell((label,), sub=row.id if row.id != row.label else "", id=row.id)
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
    return Table(caption or f"The rows of {figure.title}", columns, tuple(rows), tools=tools, all=more)


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
    return sentence("; ".join(f"{number:,}: {why}" for why, number in counts.most_common()))


def _all(figure: Figure, what: str, number: int) -> Link:
    """A link to all rows. For one client or service it leads to the page of the KPI, which has them among all rows."""
    words = f"All {number:,} {'rows' if what == 'rows' else 'left out'}"
    if figure.client or figure.service:
        return Link(path_of_kpi(figure.name), f"{words}, on the page of this figure")
    if what == "rows":
        return Link(list_of(figure, _own_period(figure)), words)
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
