"""The page of one client, for the quarterly review: how it went, what came back, what was promised and advised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from mkdocs_pir.insight.kpis import Figure as Kpi
from mkdocs_pir.insight.recurrence import series
from mkdocs_pir.kb.model import Client, Pir, Recommendation
from mkdocs_pir.site import charts
from mkdocs_pir.site.urls import part_path, path_of
from mkdocs_pir.site.views import action_lists, board, kpis, marks, repeats
from mkdocs_pir.site.views.bodies import preamble, texts
from mkdocs_pir.site.views.library import Library
from mkdocs_pir.site.views.parts import Cell, Code, Column, Empty, Fact, Link, Offer, PageView, Row, Table
from mkdocs_pir.site.words import count, day, sentence, several, span

TO_PRINT = "Review pack as a PDF"
"""The fact that names the command for the meeting with the client."""

_YEAR = timedelta(days=365)
_FIGURES = (
    "adoption",
    "satisfaction",
    "recurrence",
    "actions-on-time",
    "on-time",
    "time-to-detect",
    "time-to-mitigate",
    "time-to-resolve",
)
_RECENT = timedelta(days=92)
_QUARTERS = 8
_ORDER = ("proposed", "accepted", "declined", "deferred", "adopted")


def pages(library: Library) -> Iterator[PageView]:
    for client in library.projection.clients.values():
        yield _client(library, client, [library.insight.kpis.figure(name, client=client.id) for name in _FIGURES])


def _client(library: Library, client: Client, figures: Sequence[Kpi]) -> PageView:
    projection = library.projection
    reviews = [projection.pirs[x] for x in library.reviews_by_client.get(client.id, ())]
    items = sorted(
        (item for pir in reviews for item in library.insight.items_of.get(pir.id, ()) if item.is_open),
        key=lambda i: (-(i.days_late or 0), i.due or date.max, i.id),
    )
    finished = [
        item
        for pir in reviews
        for item in library.insight.items_of.get(pir.id, ())
        if item.state in ("done", "verified") and item.completed and library.as_of - item.completed < _RECENT
    ]
    finished.sort(key=lambda i: (-(i.completed or date.min).toordinal(), i.id))
    group = library.insight.recurrences.clients.get(client.id)
    body = texts(client, library)
    recent = [p for p in reviews if p.id in library.days and library.as_of - library.days[p.id] < _YEAR]
    left = client.until is not None and client.until <= library.as_of
    facts = (
        Fact("Client since", (client.since,) if client.since else ()),
        Fact("Left on" if left else "Contract ends", (client.until,) if client.until else ()),
        Fact("Contacts", client.contacts, wide=True, inline=True),
        Fact(
            "Services",
            library.links(s.id for s in projection.services.values() if client.id in s.clients),
            wide=True,
            inline=True,
        ),
        Fact(
            "Client review due within",
            (count(client.review_days, "business day"),) if client.review_days is not None else (),
        ),
        Fact("Also known as", client.aliases, inline=True),
        Fact(TO_PRINT, (Code(f"pir pdf pack {client.id}"),) if library.internal else ()),
    )
    context = {
        "eyebrow": "Client" if library.internal else "Quarterly review",
        "title": client.label,
        "lead": _lead(library, recent, reviews),
        "tiles": tuple(board.tile(f, f"#figure-{f.name}") for f in figures if f.value is not None),
        "offers": _offers(library, client),
        "figures": tuple(_figure(library, f) for f in figures if f.value is not None or f.excluded),
        "unknown": _unknown(figures),
        "over_time": board.drawn(_over_time(library, client)),
        "finished": tuple(marks.action_row(library, item, review=True) for item in finished[: marks.SHOWN]),
        "finished_note": f"{len(finished)}" if finished else "",
        "facts": tuple(fact for fact in facts if fact.values),
        "reviews": marks.review_table(
            library,
            reviews[: marks.SHOWN],
            "Reviews, the newest first",
            client=False,
            all=_everything(library, client, len(reviews)),
        ),
        "repeats": repeats.of(library, group.repeats if group is not None else (), marks.SHOWN),
        "actions": tuple(marks.action_row(library, item, review=True) for item in items[: marks.SHOWN]),
        "actions_note": f"{len(items)} open" if items else "",
        "recommendations": _recommendations(library, reviews),
        "preamble": preamble(client) if library.internal else "",
        "texts": body,
        "empty": Empty(
            "No review is on record for this client yet."
            if library.internal
            else "No review has been released to you yet."
        ),
        "anchors": tuple(text.anchor for text in body),
    }
    path = path_of(client)
    description = f"{client.label}: reviews, action items and recommendations as of {day(library.as_of)}."
    return PageView(
        path, client.label, "client.html", context, description, "clients.html" if library.internal else path
    )


def _lead(library: Library, recent: list[Pir], reviews: list[Pir]) -> str:
    """The last twelve months in one sentence, then what is still owed."""
    if not reviews:
        return ""
    lasted = sum((length for p in recent if (length := p.times.between("impact_start", "resolved"))), timedelta())
    said = (
        f"{count(len(recent), 'incident')} {'was' if len(recent) == 1 else 'were'} reviewed in the last 12 months"
        if recent
        else "No incident was reviewed in the last 12 months"
    )
    if lasted:
        said += f", {span(lasted)} of impact in all" if len(recent) > 1 else f", which lasted {span(lasted)}"
    items = [item for pir in reviews for item in library.insight.items_of.get(pir.id, ())]
    waiting, late = sum(i.is_open for i in items), sum(i.state == "overdue" for i in items)
    owed = [f"{count(waiting, 'action')} {'is' if waiting == 1 else 'are'} open"] if waiting else []
    owed += [f"{late} of them late"] if late else []
    advice = sum(r.status in ("proposed", "deferred") for p in reviews for r in p.recommendations)
    owed += [f"{count(advice, 'recommendation')} {'awaits' if advice == 1 else 'await'} a decision"] if advice else []
    return f"{said}. {sentence(several(owed))}".strip()


def _figure(library: Library, figure: Kpi) -> board.Detail:
    """One figure of the client with the window before it and the rows it is made of."""
    target = board.target(figure)
    facts = (
        Fact("Now", (board.value(figure),), note=f"{board.made_of(figure)}; {board.over(figure.window)}"),
        Fact("Before", (board.before(figure),), note=f"n = {figure.previous.n:,}"),
        Fact("Target", (target,) if target else ()),
        *(Fact(extra.title, (kpis.beside(extra),), note=extra.text) for extra in figure.extra),
    )
    return board.Detail(
        f"figure-{figure.name}",
        figure.title,
        f"{board.value(figure)}, {board.made_of(figure)}" if figure.value is not None else figure.why,
        tuple(fact for fact in facts if fact.values),
        (*kpis.rows_of(library, figure, _ROWS), *kpis.left_out_of(library, figure, _ROWS)),
    )


_ROWS = 25
"""So many rows of a figure are on the client's page."""


def _unknown(figures: Sequence[Kpi]) -> str:
    """Which figures have no data, in a sentence."""
    names = [f.title for f in figures if f.value is None and not f.excluded]
    return f"There is no data for {several(names)}." if names else ""


def _over_time(library: Library, client: Client) -> charts.Chart | None:
    group = library.insight.recurrences.clients.get(client.id)
    if group is None or group.count < 2:
        return None
    found = series(group.occurrences, library.as_of, by="quarter", count=_QUARTERS)
    again = series([r.occurrence for r in group.repeats], library.as_of, by="quarter", count=_QUARTERS)
    return charts.columns_over_time(
        "Incidents and repeats by quarter",
        "Incidents each quarter, and how many of them repeated an earlier one.",
        [p.label for p in found],
        [p.count for p in found],
        closed=[p.count for p in again],
        names=("Incidents", "Repeats", ""),
        incomplete_last=bool(found) and found[-1].incomplete,
        key=client.id,
    )


def _offers(library: Library, client: Client) -> tuple[Offer, ...]:
    feed = library.feeds.get(("client", client.id) if library.internal else ("state", "waiting"))
    return (action_lists.offer(feed, "Open action items"),) if feed is not None and library.insight.items else ()


def _everything(library: Library, client: Client, number: int) -> Link | None:
    path = f"reviews/client-{client.id}.html" if library.internal else "reviews.html"
    return Link(path, f"All {number:,} reviews") if number > marks.SHOWN else None


def _recommendations(library: Library, reviews: list[Pir]) -> Table:
    """What the client was advised: what awaits a decision first, then by the day it was issued, the newest first."""
    found: list[tuple[Pir, Recommendation]] = [(p, r) for p in reviews for r in p.recommendations]
    found.sort(
        key=lambda x: (
            _ORDER.index(x[1].status) if x[1].status in _ORDER else 9,
            -(x[1].issued or date.min).toordinal(),
            x[0].id,
            x[1].id,
        )
    )
    rows = tuple(
        Row(
            (
                Cell(marks.status(advice.status)),
                Cell((advice.title,), sub=advice.decline_reason or pir.label),
                Cell(
                    (advice.issued,) if advice.issued else (), sort=advice.issued.isoformat() if advice.issued else "0"
                ),
                Cell((settled,) if (settled := advice.adopted or advice.decided) else ()),
            ),
            part_path(pir, advice.id),
        )
        for pir, advice in found[: 2 * marks.SHOWN]
    )
    columns = (
        Column("Decision", "chips"),
        Column("Recommendation", "title"),
        Column("Issued", "date", "issued"),
        Column("Decided", "date", "decided"),
    )
    return Table("Recommendations and what became of them", columns, rows)
