"""The KPI pages: all figures as tiles, and a page each with definition, chart, breakdown and every row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mkdocs_pir.insight.kpis import NAMED, NAMES, Extra, Figure
from mkdocs_pir.site import charts
from mkdocs_pir.site.charts.scales import figure as spoken
from mkdocs_pir.site.views import board
from mkdocs_pir.site.views.board import Block
from mkdocs_pir.site.views.gates import fed_by
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import Cell, Chip, Column, Fact, PageView, Prose, Row, Table, When
from mkdocs_pir.site.words import count, said, sentence

INDEX = "kpis.html"

ROWS = 200
"""So many rows of a figure are on its page; the command `pir kpi` lists them all."""


def path_of_kpi(name: str) -> str:
    return f"kpis/{name}.html"


def pages(library: Library) -> Iterator[PageView]:
    """The overview and a page a KPI."""
    figures = library.ledger.figures()
    yield _overview(figures)
    for name in NAMES:
        yield _page(library, figures[name])


def _overview(figures: Mapping[str, Figure]) -> PageView:
    named = [figures[name] for name in NAMED]
    known = [f for f in named if f.met is not None]
    met = sum(f.met is True for f in known)
    lead = (
        f"{met} of {count(len(known), 'key figure')} meet their target."
        if known
        else "There is not enough to work out the key figures yet."
    )
    others = tuple(board.tile(figures[n], path_of_kpi(n)) for n in NAMES if n not in NAMED)
    table = Table(
        "All figures with their targets",
        (
            Column("Figure", "title"),
            Column("Now", "number"),
            Column("Target", "number"),
            Column("Change"),
            Column("Made of"),
        ),
        tuple(
            Row(
                (
                    Cell((f.title,)),
                    Cell((board.value(f),)),
                    Cell((board.target(f),)),
                    Cell((board.change(f),)),
                    Cell((board.made_of(f),), sub=f.window.label),
                ),
                path_of_kpi(f.name),
            )
            for f in figures.values()
        ),
    )
    return board.board(
        INDEX,
        "KPIs",
        lead,
        description="The process KPIs with target, trend and the rows they are made of.",
        tiles=tuple(board.tile(f, path_of_kpi(f.name)) for f in named) + others,
        blocks=(Block("all", "In one table", tables=(table,)),),
    )


def _page(library: Library, figure: Figure) -> PageView:
    target = board.target(figure)
    change = board.change(figure)
    standing = [f"{board.value(figure)}, {board.made_of(figure)}", f"target {target}" if target else "", change]
    lead = ". ".join(sentence(part).rstrip(".") for part in standing if part) + "."
    window = (
        f"{figure.window.start.day} {figure.window.start:%b %Y} to {figure.window.last.day} {figure.window.last:%b %Y}"
    )
    facts = (
        Fact("Definition", (figure.definition,)),
        Fact("Fed by", fed_by(library, figure.name)),
        Fact("Window", (window if figure.kpi.window != "now" else f"on {figure.as_of.day} {figure.as_of:%b %Y}",)),
        *(Fact(extra.title, (_beside(extra),), note=extra.text) for extra in figure.extra),
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
    return board.board(
        path_of_kpi(figure.name),
        figure.title,
        lead if figure.value is not None else figure.why,
        tab=INDEX,
        description=figure.definition,
        blocks=(
            Block("definition", "What it measures", facts=facts),
            Block("trend", "Trend", figures=board.drawn(chart)),
            Block("clients", "By client", tables=_broken_down(library, figure, "client"))
            if library.internal
            else Block("clients", ""),
            Block("services", "By service", tables=_broken_down(library, figure, "service")),
            Block("rows", "What it is made of", _rows_note(figure), tables=_rows(library, figure)),
            Block("left-out", "What is left out, and why", tables=_left_out(library, figure)),
        ),
    )


def _beside(extra: Extra) -> str:
    """A figure that stands beside the KPI: "82% (9 of 11)"."""
    if extra.value is None:
        return "no data"
    if extra.unit == "percent":
        counted = (
            f" ({extra.numerator:g} of {extra.denominator:g})"
            if extra.numerator is not None and extra.denominator is not None
            else ""
        )
        return spoken(round(extra.value * 100, 1), "%") + counted
    return spoken(round(extra.value, 1), {"minutes": "min", "days": "days", "count": ""}[extra.unit])


def _broken_down(library: Library, figure: Figure, by: str) -> tuple[Table, ...]:
    split = library.ledger.by_client if by == "client" else library.ledger.by_service
    found = [(id_, part) for id_, part in split(figure.name).items() if part.value is not None]
    if len(found) < 2:
        return ()
    rows = tuple(
        Row(
            (
                Cell(tuple(library.links([id_])) or (id_,)),
                Cell((board.value(part),), sort=f"{part.value:012.4f}"),
                Cell((str(part.n),), sort=f"{part.n:09}"),
                Cell((board.made_of(part),)),
            )
        )
        for id_, part in found
    )
    columns = (Column(by.capitalize(), "title"), Column("Value", "number"), Column("n", "number"), Column("Made of"))
    return (Table(f"{figure.title} by {by}", columns, rows, tools=True),)


def _rows_note(figure: Figure) -> str:
    if len(figure.rows) <= ROWS:
        return ""
    return f"The first {ROWS} of {count(len(figure.rows), 'row')}; 'pir kpi {figure.name}' lists them all."


def _rows(library: Library, figure: Figure) -> tuple[Table, ...]:
    if not figure.rows:
        return ()
    share = figure.unit == "percent"
    columns = (
        Column("Row", "title"),
        Column("Date", "date"),
        *((Column("Counts as", "chips"),) if share else (Column("Value", "number"),)),
        Column("Why"),
    )
    rows = []
    for row in figure.rows[:ROWS]:
        target = library.target(row.id)
        name = Cell((row.label,), sub=row.id if row.id != row.label else "")
        counted = Cell((Chip("yes", "good") if row.counted else Chip("no", "quiet"),))
        amount = figure.kpi.chart_value(row.amount)
        measured = Cell((spoken(amount, figure.kpi.chart_unit),) if amount is not None else ())
        rows.append(
            Row(
                (
                    name,
                    Cell((When(row.date),) if row.date else ()),
                    counted if share else measured,
                    Cell((Prose(said(row.note)),) if row.note else ()),
                ),
                target.path if target is not None else "",
            )
        )
    return (Table(f"The rows of {figure.title}", columns, tuple(rows), tools=True),)


def _left_out(library: Library, figure: Figure) -> tuple[Table, ...]:
    if not figure.excluded:
        return ()
    rows = []
    for item in figure.excluded[:ROWS]:
        target = library.target(item.id)
        name = Cell((item.label,), sub=item.id if item.id != item.label else "")
        when = Cell((When(item.date),) if item.date else ())
        rows.append(Row((name, when, Cell((said(item.why),))), target.path if target is not None else ""))
    return (
        Table(
            f"Left out of {figure.title}", (Column("Row", "title"), Column("Date", "date"), Column("Why")), tuple(rows)
        ),
    )
