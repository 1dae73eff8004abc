"""Makes the gallery: every piece that pages are made of, from the real templates and style sheets, in light and dark.

`make gallery` writes it to build/gallery; on the documentation site docs/gallery.md shows it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import material

from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb.model import Branding
from mkdocs_pir.site import assets, brand, charts
from mkdocs_pir.site.page_renderer import PageRenderer
from mkdocs_pir.site.theme import theme_folder
from mkdocs_pir.site.views import components as piece_of
from mkdocs_pir.site.views.block_pages import Detail
from mkdocs_pir.site.views.components import (
    Cell,
    Chip,
    Column,
    Fact,
    Link,
    PageView,
    Prose,
    Row,
    Table,
    When,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.listing import Listing

HERE = Path(__file__).parent
DAY = date(2026, 9, 30)
START = datetime(2026, 3, 4, 2, 10, tzinfo=UTC)
PAGE = "index.html"
STAMPS = [
    ("Impact started", START),
    ("Detected", START + timedelta(minutes=42)),
    ("Resolved", START + timedelta(hours=5)),
]
MATERIAL = Path(material.__file__).parent / "templates/assets/stylesheets"


@dataclass(frozen=True)
class Piece:
    """A piece by its name, the macro that shows it, and what the macro is given."""

    name: str
    macro: str
    values: tuple[Any, ...]


def _chip(text: str, look: str) -> Chip:
    return Chip(text, look)


CHIPS = (
    *(_chip(f"SEV-{n}", f"sev-{n}") for n in range(1, 6)),
    *(_chip("Verified", "good"), _chip("Overdue", "late"), _chip("Cancelled", "stopped")),
    *(_chip("Known error", "wait"), _chip("Under way", "now"), _chip("Open", "open"), _chip("Done", "done")),
    *(_chip("Declined", "no"), _chip("Happened before", "again"), _chip("Internal", "inside"), _chip("Quiet", "quiet")),
)
FACTS = (
    Fact("Client", (Link(PAGE, "Harbor Credit Union"),)),
    Fact("Services", (Link(PAGE, "Mail gateway"), Link(PAGE, "DNS")), inline=True),
    Fact("Detected after", (timedelta(minutes=42),), note="by monitoring"),
    Fact("Problem", (), missing="not recorded"),
    Fact("Root cause", (Prose("The gateway keeps the certificate that it read at start."),), wide=True),
)
TABLE = Table(
    "Reviews",
    (Column("Review", "title"), Column("Severity", "chips"), Column("When", "date"), Column("Lasted", "number")),
    (
        Row(
            (
                Cell(("Mail gateway queue stalled",), sub="PIR-2026-0003"),
                Cell((CHIPS[0],)),
                Cell((When(DAY),)),
                Cell(("5 h 30 min",)),
            ),
            PAGE,
        ),
        Row(
            (Cell(("Three switches ran out of memory",)), Cell((CHIPS[2],)), Cell((When(DAY),)), Cell(())),
            PAGE,
            look="late",
        ),
    ),
)
STEPS = piece_of.StepBar(
    (
        piece_of.StepItem("03g.01", "PIR Investigation", "done"),
        piece_of.StepItem("03g.02", "Internal PIR Review", "done"),
        piece_of.StepItem("03g.03", "Client PIR Review", "now", "28 days late", PAGE),
        piece_of.StepItem("03g.04", "Action Item Management", "later"),
    ),
    needs=(piece_of.Instruction("Apply the feedback of the client review", "reviews.client.feedback_applied"),),
    met=("The root cause is written",),
    command="pir pdf report PIR-2026-0003",
)
ACTIONS = (
    piece_of.ActionRow(
        "A1",
        "Probe every listener",
        CHIPS[6],
        owner="messaging team",
        due=date(2026, 9, 18),
        owed="12 days late",
        late=True,
        done_when="The probe of each listener is seen to fail once.",
    ),
    piece_of.ActionRow("A2", "Move the listener", CHIPS[5], owner="messaging team", closed=date(2026, 9, 2)),
)
ENTRIES = (
    piece_of.ListEntry(
        Link(PAGE, "Probe every listener", "LL-0014"), CHIPS[5:6], Prose("Hosts do not expire."), ("DNS",)
    ),
)
PAGER = piece_of.Pager(1, 50, 140, tuple(Link(PAGE, str(n)) for n in (1, 2, 3)), 1, next=PAGE)
CALLOUTS = {
    "workaround": "Restart that listener, then watch the queue.",
    "tried": "Restarting the filter did not help.",
    "recurrence": "This happened before, 379 days earlier.",
    "declined": "Renewal by machine was declined: an officer must approve.",
    "blocked": "Waiting for the supplier's certificate.",
    "late": "Two actions are late.",
    "note": "Due for another look.",
}


def _charts() -> Iterator[tuple[str, charts.Chart | None]]:
    quarters = [f"{2025 + n // 4}-Q{n % 4 + 1}" for n in range(7)]
    values = [62, 58, None, 71, 74, 85, 90]
    points = [(label, value, value and 9) for label, value in zip(quarters, values, strict=True)]
    yield (
        "trend with target",
        charts.trend("On time", "By quarter.", points, unit="%", target=80, incomplete_last=True, n_name="reviews"),
    )
    yield (
        "columns over time",
        charts.columns_over_time(
            "Actions",
            "By quarter.",
            quarters,
            [4, 7, 2, 9, 5, 6, 3],
            closed=[3, 5, 4, 6, 6, 5, 1],
            backlog=[5, 7, 5, 8, 7, 8, 10],
        ),
    )
    yield "histogram", charts.histogram("Age", "Of open actions.", [3, 9, 20, 40, 41, 100, 400])
    names = ["Wrong setting", "Change not tested in conditions like production", "Storage full", "Handover lost a fact"]
    yield (
        "ranking with the rest",
        charts.bars(
            "Causes",
            "By incidents.",
            [*zip(names, (32.0, 24.0, 19.0, 12.0), strict=True), ("x", 8.0), ("y", 5.0)],
            cumulative=True,
            limit=4,
        ),
    )
    yield (
        "heat map",
        charts.heatmap(
            "Map",
            "Cause by service.",
            names,
            ["DNS", "Mail", "Payments switch"],
            [[5, 0, 9], [2, 12, 0], [0, 7, 1], [4, 0, 0]],
        ),
    )
    yield "times of an incident", charts.timeline("Times", "To scale.", STAMPS)


def pieces() -> Iterator[Piece]:
    """Every piece, in the order in which a page has them."""
    head = (
        "Review",
        "Mail gateway queue stalled after a listener's certificate expired",
        "On 4 March an outbound queue stalled for 5 h 30 min; 412 people were affected.",
        "PIR-2026-0003",
    )
    yield Piece("Title, one sentence, id", "top", head)
    yield Piece("Search of a home (a script fills it)", "home_search", ("./",))
    yield Piece("Choice of a home (a script shows it)", "home_choice", ("./", PAGE))
    yield Piece("Contents (on paper only)", "contents", ())
    for shape in (
        "dot",
        "ring",
        "half",
        "check",
        "cross",
        "late",
        "stop",
        "back",
        "wrench",
        "no",
        "note",
        "lock",
        "next",
        "out",
    ):
        yield Piece(f"Icon {shape}", "icon", (shape,))
    yield Piece("Chip", "chip", (CHIPS[0],))
    yield Piece("Chips", "chips", (CHIPS,))
    yield Piece("Link", "link", (Link(PAGE, "Probe every listener", "LL-0014"),))
    yield Piece("Time", "when", (START, False, True))
    yield Piece("Value", "value", (timedelta(hours=5, minutes=30),))
    yield Piece("Heading", "heading", ("heading", "What it measures"))
    yield Piece("Fact panel", "facts", (FACTS,))
    tile = piece_of.Tile(
        "Incident Recurrence Rate",
        "9.9%",
        PAGE,
        "10 of 101 incidents",
        "target at most 10%",
        "9.9 points less than before, better",
        "good",
        charts.spark([20, 18, None, 15, None, 12, 10]) or "",
    )
    yield Piece("Tile", "tile", (tile,))
    tiles = (
        tile,
        piece_of.Tile("Overdue", "4", PAGE, "actions", state="late"),
        piece_of.Tile("Open", "23", of="actions"),
    )
    yield Piece("Tiles", "tiles", (tiles,))
    yield Piece("Table", "table", (TABLE,))
    filters, columns = (("client", "Client"), ("year", "Year")), (("when", "When"),)
    yield Piece(
        "Filters of a list", "listing", (Listing("lists/none.js", filters, columns, (Link(PAGE, "Repeats"),), ""),)
    )
    yield Piece("Pages of a list", "pager", (PAGER,))
    yield Piece("Step bar", "steps", (STEPS,))
    for look, text in CALLOUTS.items():
        yield Piece(f"Callout: {look}", "callout", (piece_of.Callout(look, look.capitalize(), (Prose(text),)),))
    yield Piece("Points of a callout", "points", (("The first.", "The second."),))
    yield Piece("Action rows", "actions", (ACTIONS,))
    yield Piece("Short list", "entries", (ENTRIES,))
    link = piece_of.ChainLink
    chain = piece_of.Chain(
        "It happened before",
        (
            link(Link(PAGE, "Queue stalled", "PIR-2025-0001"), date(2025, 2, 18)),
            link(Link(PAGE, ""), date(2026, 3, 4), "379 days later", here=True),
        ),
    )
    yield Piece("Chain of repeats", "chain", (chain,))
    drawn = dict(_charts())
    entry, phase = piece_of.TimelineEntry, piece_of.TimelinePhase
    times = charts.timeline("How long it took", "To scale.", STAMPS)
    timeline = piece_of.Timeline(
        piece_of.ChartFigure(times, heading=False) if times else None,
        (Prose("Time"), Prose("What")),
        (
            phase("Until detected", (entry((Prose("02:10"), Prose("The certificate expired."))),), 1, 1, "42 min"),
            phase(
                "Until resolved",
                (entry((Prose("02:52"), Prose("An alert fired.")), later="42 min later"),),
                2,
                4,
                "4 h 18 min",
            ),
        ),
        "",
    )
    yield Piece("Timeline", "timeline", (timeline,))
    for name, chart in drawn.items():
        if chart is not None:
            yield Piece(f"Chart: {name}", "figure", (piece_of.ChartFigure(chart),))
    yield Piece("Detail", "detail", (Detail("detail", "PIR on time", "28.6%, 2 of 7 reviews", FACTS[:2]),))
    yield Piece(
        "Offers", "offers", ((piece_of.Offer("Subscribe or download", (Link(PAGE, "CSV"), Link(PAGE, "Feed"))),),)
    )
    yield Piece(
        "Why it matched",
        "why",
        ((("The ", False), ("certificate", True), (" of the listener ", False), ("expired", True)),),
    )
    yield Piece("Empty state", "empty", (piece_of.Empty("Each review will be listed here.", "pir new pir"),))
    text = piece_of.BodySection(
        "text", "What we are changing", "Listeners are found from the network.\n\n- One\n- Two", inside=True
    )
    yield Piece("Mark of an internal section", "inside", ())
    yield Piece("Text of a record", "texts", ((text,),))


def article(scheme: str) -> str:
    """All pieces in one scheme. Ids differ from those of the other scheme."""
    renderer = PageRenderer(
        EditionContext(Projection(Edition.parse("internal"), DAY, "Gallery", {})), HERE, in_full=True
    )
    html = renderer.render(PageView(PAGE, "Gallery", "gallery.html", {"pieces": tuple(pieces())})).html
    html = re.sub(r'\b(id|href)="(#?)(?=[\w-]+")(?!index)', rf'\1="\2{scheme}-', html) if scheme else html
    html = re.sub(r'aria-labelledby="([\w-]+) ([\w-]+)"', rf'aria-labelledby="{scheme}-\1 {scheme}-\2"', html)
    return f'<article class="md-typeset" data-md-color-scheme="{scheme}">{html}</article>'


def files() -> dict[str, bytes]:
    """The page and its style sheets, each by its name."""
    sheets = [next(MATERIAL.glob(f"{name}.*.min.css")) for name in ("main", "palette")]
    ours = [*(theme_folder() / path for path in assets.STYLE_SHEETS), HERE / "gallery.css"]
    contents = {sheet.name: sheet.read_bytes() for sheet in sheets}
    contents["brand.css"] = brand.stylesheet(Branding()).encode()
    contents |= {sheet.name: sheet.read_bytes() for sheet in ours}
    links = "".join(f'<link rel="stylesheet" href="{name}">' for name in contents)
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>The pieces of the pages</title>{links}"
        f'<body><main class="gallery">{article("default")}{article("slate")}</main></body></html>'
    )
    return {**contents, PAGE: page.encode()}


def write(folder: Path) -> Path:
    """Write the page with its style sheets; returns where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
    return folder / PAGE


if __name__ == "__main__":
    print(write(Path(sys.argv[1])))
