"""A board: a page of figures, with tiles first, then blocks of charts, tables and text. Shown by board.html."""

from __future__ import annotations

from msgspec import Struct

from mkdocs_pir.insight.figures import SMALL
from mkdocs_pir.insight.kpis import Figure as Kpi
from mkdocs_pir.insight.quantities import quantity
from mkdocs_pir.insight.windows import Window
from mkdocs_pir.site.charts import Chart, spark
from mkdocs_pir.site.views.components import Chip, Empty, Facet, Fact, Figure, Link, Offer, Pager, PageView, Table, Tile
from mkdocs_pir.site.words import count, day


class Account(Struct, frozen=True):
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
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    empty: Empty | None = None
    accounts: tuple[Account, ...] = ()
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
    facets: tuple[Facet, ...] = (),
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
        "facets": facets,
        "pager": pager,
        "offers": offers,
    }
    return PageView(path, title, "board.html", context, description or lead, tab or path)


def drawn(*charts: Chart | None) -> tuple[Figure, ...]:
    """Those of the charts that have something to show."""
    return tuple(Figure(chart, heading=False) for chart in charts if chart is not None)


def value(figure: Kpi) -> str:
    """A figure as people say it: "75%", "2 h 10 min"; "No data" without one."""
    amount = figure.kpi.chart_value(figure.value)
    return "No data" if amount is None else quantity(amount, figure.kpi.chart_unit)


def made_of(figure: Kpi) -> str:
    """What a figure was counted from: "3 of 4 recommendations", "9 incidents", with a warning when they are few."""
    noun = figure.kpi.noun if figure.denominator != 1 else figure.kpi.noun.removesuffix("s")
    if figure.value is None:
        return figure.why
    share = figure.unit == "share"
    words = f"{figure.numerator:g} of {figure.denominator:g} {noun}" if share else f"{figure.n} {noun}"
    return f"{words}: few, so read with care" if figure.small else words


def over(window: Window) -> str:
    """A window as people say it: its first and last day."""
    return day(window.start) if window.days == 1 else f"{day(window.start)} to {day(window.last)}"


def before(figure: Kpi) -> str:
    """The figure of the window before, as people say it."""
    amount = figure.kpi.chart_value(figure.previous.value)
    return "No data" if amount is None else quantity(amount, figure.kpi.chart_unit)


def change(figure: Kpi) -> str:
    """A figure against the window before it, in words."""
    window = {"12 months": "the 12 months before", "quarter": "the quarter before", "now": "a month ago"}[
        figure.kpi.window
    ]
    now, before = figure.kpi.chart_value(figure.value), figure.kpi.chart_value(figure.previous.value)
    if now is None or before is None:
        return ""
    step = round(now - before, 1)
    if step == 0:
        return f"the same as {window}"
    size = (
        f"{abs(step):g} {'point' if abs(step) == 1 else 'points'}"
        if figure.unit == "share"
        else quantity(abs(step), figure.kpi.chart_unit)
    )
    better = (step > 0) == figure.kpi.up_is_good
    judged = f", {'better' if better else 'worse'}" if figure.previous.n >= SMALL and not figure.small else ""
    few = f", of only {figure.previous.n} then" if figure.previous.n < SMALL else ""
    return f"{size} {'more' if step > 0 else 'less'} than {window}{judged}{few}"


def target(figure: Kpi) -> str:
    """The target with its direction: "at least 70%"."""
    amount = figure.kpi.chart_value(figure.target)
    if amount is None:
        return ""
    return f"{'at least' if figure.kpi.up_is_good else 'at most'} {quantity(amount, figure.kpi.chart_unit)}"


def tile(figure: Kpi, path: str) -> Tile:
    """The tile of a KPI."""
    state = {True: "good", False: "late", None: "quiet"}[figure.met]
    points = [figure.kpi.chart_value(p.value) for p in figure.trend]
    return Tile(
        figure.title,
        value(figure),
        path,
        of=made_of(figure),
        target=f"target {target(figure)}" if figure.value is not None else "",
        change=change(figure),
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
