"""Pages of figures and lists: tiles, then blocks of charts, tables and texts. The template is blocks.html."""

from __future__ import annotations

from msgspec import Struct

from mkdocs_pir.insight import figure_words, seen_by_clients
from mkdocs_pir.insight.kpis import Figure as Kpi
from mkdocs_pir.insight.occurrences import Occurrence
from mkdocs_pir.insight.quantities import count, duration
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.site.charts import Chart, spark
from mkdocs_pir.site.value_formats import day, quarter_name, sentence
from mkdocs_pir.site.views.components import (
    ChartFigure,
    Chip,
    Empty,
    Fact,
    Link,
    Offer,
    Pager,
    PageView,
    Table,
    Tile,
)
from mkdocs_pir.site.views.edition_context import EditionContext


class RepeatEntry(Struct, frozen=True):
    """One repeat: the incident, the earlier one, and what had been agreed in between."""

    anchor: str
    title: str
    note: str
    verdict: tuple[Chip, ...]
    facts: tuple[Fact, ...] = ()


class PageBlock(Struct, frozen=True):
    """A part of a page with a heading: a note, then facts, charts and tables, or a text in place of an empty list.

    Each of `accounts` opens by a click; `all` is a link to the complete list. `beside` puts the charts side by side if
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
    """A figure in one line, which opens to its facts and rows."""

    anchor: str
    title: str
    note: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()


def block_page(
    path: str,
    title: str,
    lead: str,
    *,
    description: str = "",
    tiles: tuple[Tile, ...] = (),
    blocks: tuple[PageBlock, ...] = (),
    pager: Pager | None = None,
    offers: tuple[Offer, ...] = (),
) -> PageView:
    """A page of tiles and blocks. Empty blocks are left out."""
    filled = tuple(block for block in blocks if block.filled)
    context = {
        "title": title,
        "lead": lead,
        "tiles": tiles,
        "blocks": filled,
        "pager": pager,
        "offers": offers,
    }
    return PageView(path, title, "blocks.html", context, description or lead)


def chart_figures(*charts: Chart | None) -> tuple[ChartFigure, ...]:
    """The charts that have data, as components of a page."""
    return tuple(ChartFigure(chart, heading=False) for chart in charts if chart is not None)


def window_days(window: Window) -> str:
    """The first and the last day of a window: "1 Oct 2025 to 30 Sep 2026"."""
    return day(window.start) if window.days == 1 else f"{day(window.start)} to {day(window.last)}"


def period(figure: Kpi) -> str:
    """The period that a figure covers: "third quarter of 2026", "12 months to 30 Sep 2026", "on 30 Sep 2026"."""
    if figure.kpi.window == "quarter":
        return quarter_name(figure.window.start)
    last = day(figure.window.last)
    return f"12 months to {last}" if figure.kpi.window == "12 months" else f"on {last}"


def facts_of(figure: Kpi) -> tuple[Fact, ...]:
    """A figure, the window before, the target, and what stands beside it, each with what there is to know of it."""
    previous = figure.previous
    running = ", still running" if figure.incomplete and figure.kpi.window == "quarter" else ""
    return (
        Fact(
            "Now",
            (figure_words.now(figure),),
            note=f"{figure_words.made_of(figure)}; {window_days(figure.window)}{running}",
        ),
        Fact(
            "Before",
            (figure_words.before(figure),),
            note=f"{figure_words.sample(previous.n)}; {window_days(Window(previous.start, previous.end))}",
        ),
        Fact("Target", (figure_words.target(figure),), note=figure_words.verdict(figure)),
        *(Fact(extra.title, (figure_words.companion(extra),), note=extra.text) for extra in figure.extra),
    )


def seen_by_client(edition: EditionContext, figure: Kpi) -> str:
    """What the client of a figure sees in place of it, in a few words; empty where it sees the same."""
    if not edition.internal:
        return ""
    if figure.name in seen_by_clients.figures_not_shown(edition.projection):
        return "not shown to the client"
    hidden = seen_by_clients.rows_not_shown(edition.projection, edition.insight.recurrences, figure)
    return f"the client sees\N{NO-BREAK SPACE}{figure.n - hidden or 'none'}" if hidden else ""


def length_seen_by_client(edition: EditionContext, one: Occurrence) -> str:
    """The length of an incident that its client sees in place of its own; empty where it sees the same."""
    if not edition.internal:
        return ""
    shown, seen = one.minutes, seen_by_clients.minutes_seen(edition.projection, one)
    length = duration(seen) if seen else "no length"
    return "" if length == (duration(shown) if shown else "no length") else length


def tile(figure: Kpi, path: str, *, note: str = "") -> Tile:
    """The tile of a KPI."""
    state = {True: "good", False: "late", None: "quiet"}[figure.judged]
    points = [figure.kpi.chart_value(p.value) for p in figure.trend]
    return Tile(
        figure.title,
        figure_words.now(figure),
        path,
        period=sentence(period(figure)).removesuffix("."),
        of=figure_words.made_of(figure),
        target=f"target {figure_words.target(figure)}" if figure.value is not None else "",
        change=figure_words.change(figure),
        state=state,
        spark=spark(points) or "",
        note=note,
    )


def number_tile(title: str, number: int, noun: str, path: str = "", *, state: str = "quiet", note: str = "") -> Tile:
    """A tile with a count. If the count is zero, it has no link to a part of a page or list, since there is none."""
    return Tile(
        title,
        f"{number:,}",
        path if number or "#" not in path else "",
        of=note or count(number, noun).partition(" ")[2],
        state=state if number else "quiet",
    )
