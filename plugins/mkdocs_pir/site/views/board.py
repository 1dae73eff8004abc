"""A board: a page of figures, with tiles first, then blocks of charts, tables and text. Shown by board.html."""

from __future__ import annotations

from msgspec import Struct

from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.kpis import Figure as Kpi
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.site.charts import Chart, spark
from mkdocs_pir.site.views.components import (
    ChartFigure,
    Chip,
    Empty,
    Fact,
    FilterMenu,
    Link,
    Offer,
    Pager,
    PageView,
    Table,
    Tile,
)
from mkdocs_pir.site.words import day


class RepeatEntry(Struct, frozen=True):
    """What is known of one repeat: the incident, the one before, and what had been agreed in between."""

    anchor: str
    title: str
    note: str
    verdict: tuple[Chip, ...]
    facts: tuple[Fact, ...] = ()


class Block(Struct, frozen=True):
    """A part of a board under a heading of its own: a note, then facts, charts, tables; or what would be here.

    `accounts` are told one by one, folded; `all` leads to the rest. `beside` puts its charts side by side where
    there is room.
    """

    anchor: str
    title: str
    note: str = ""
    facts: tuple[Fact, ...] = ()
    figures: tuple[ChartFigure, ...] = ()
    tables: tuple[Table, ...] = ()
    empty: Empty | None = None
    accounts: tuple[RepeatEntry, ...] = ()
    all: Link | None = None
    beside: bool = False

    @property
    def filled(self) -> bool:
        return bool(self.facts or self.figures or self.tables or self.empty or self.accounts)


class Detail(Struct, frozen=True):
    """A figure folded into one line, with its facts and rows inside."""

    anchor: str
    title: str
    note: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()


def board(
    path: str,
    title: str,
    lead: str,
    *,
    tab: str = "",
    description: str = "",
    tiles: tuple[Tile, ...] = (),
    blocks: tuple[Block, ...] = (),
    filters: tuple[FilterMenu, ...] = (),
    pager: Pager | None = None,
    offers: tuple[Offer, ...] = (),
) -> PageView:
    """A page of figures. Blocks without anything in them are left out."""
    kept = tuple(block for block in blocks if block.filled)
    context = {
        "title": title,
        "lead": lead,
        "tiles": tiles,
        "blocks": kept,
        "filters": filters,
        "pager": pager,
        "offers": offers,
    }
    return PageView(path, title, "board.html", context, description or lead, tab or path)


def chart_figures(*charts: Chart | None) -> tuple[ChartFigure, ...]:
    """Those of the charts that have something to show."""
    return tuple(ChartFigure(chart, heading=False) for chart in charts if chart is not None)


def over(window: Window) -> str:
    """A window as people say it: its first and last day."""
    return day(window.start) if window.days == 1 else f"{day(window.start)} to {day(window.last)}"


def facts_of(figure: Kpi) -> tuple[Fact, ...]:
    """A figure, the window before, the target, and what stands beside it, each with what there is to know of it."""
    previous = figure.previous
    running = ", still running" if figure.incomplete and figure.kpi.window == "quarter" else ""
    return (
        Fact(
            "Now", (figure_words.now(figure),), note=f"{figure_words.made_of(figure)}; {over(figure.window)}{running}"
        ),
        Fact(
            "Before",
            (figure_words.before(figure),),
            note=f"{figure_words.sample(previous.n)}; {over(Window(previous.start, previous.end))}",
        ),
        Fact("Target", (figure_words.target(figure),), note=figure_words.verdict(figure)),
        *(Fact(extra.title, (figure_words.companion(extra),), note=extra.text) for extra in figure.extra),
    )


def tile(figure: Kpi, path: str) -> Tile:
    """The tile of a KPI."""
    state = {True: "good", False: "late", None: "quiet"}[figure.met]
    points = [figure.kpi.chart_value(p.value) for p in figure.trend]
    return Tile(
        figure.title,
        figure_words.now(figure),
        path,
        of=figure_words.made_of(figure),
        target=f"target {figure_words.target(figure)}" if figure.value is not None else "",
        change=figure_words.change(figure),
        state=state,
        spark=spark(points) or "",
    )


def number_tile(title: str, number: int, noun: str, path: str = "", *, state: str = "quiet", note: str = "") -> Tile:
    """A tile that counts something. Where there is nothing to count, it does not lead to a part of the page either."""
    return Tile(
        title,
        f"{number:,}",
        path if number or not path.startswith("#") else "",
        of=note or count(number, noun).partition(" ")[2],
        state=state if number else "quiet",
    )
