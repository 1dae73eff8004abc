"""The page of one client, for the quarterly review: key figures, reviews, repeats, action items, recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mkdocs_pir.editions.policy import RELEASED
from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.kpis import Figure as Kpi
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.quarter_summary import QuarterSummary
from mkdocs_pir.insight.recurrence import series
from mkdocs_pir.kb.model import Client, Pir, Recommendation
from mkdocs_pir.kb.statuses import RECOMMENDATION
from mkdocs_pir.site import charts
from mkdocs_pir.site.urls import part_path, path_of
from mkdocs_pir.site.value_formats import day, quarter_name, sentences, several
from mkdocs_pir.site.views import (
    action_list_pages,
    block_pages,
    incident_pages,
    kpi_row_pages,
    listing,
    quarter_words,
    record_rows,
    repeat_pages,
)
from mkdocs_pir.site.views.body_sections import body_sections, preamble
from mkdocs_pir.site.views.components import (
    Cell,
    Column,
    Command,
    Empty,
    Fact,
    Link,
    ListEntry,
    Offer,
    PageView,
    Row,
    Table,
)
from mkdocs_pir.site.views.edition_context import EditionContext
from mkdocs_pir.site.views.gate_panel import to_print

TO_PRINT = "Review pack as a PDF"
"""The label of the fact with the command that makes the client's review pack."""

FIGURES = (
    "adoption",
    "satisfaction",
    "recurrence",
    "actions-on-time",
    "on-time",
    "time-to-detect",
    "time-to-mitigate",
    "time-to-resolve",
)
"""The figures of a client in the provider's own table of all clients."""

_ALONE = ("retention", "coverage")
"""The figures that say nothing of a client alone."""

_QUARTERS = 8


def page(edition: EditionContext, client: Client) -> PageView:
    """The page of a client."""
    projection = edition.projection
    kpis = edition.insight.kpis
    summary = edition.insight.quarter_of(client.id)
    duties = quarter_words.duty_entries(edition, summary.duties)
    figures = [kpis.figure(name, client=client.id) for name in kpis.names if name not in _ALONE]
    reviews = [projection.pirs[x] for x in edition.reviews_by_client.get(client.id, ())]
    items = sorted(
        summary.open,
        key=lambda i: (-(i.days_late or 0), i.due or date.max, i.id),
    )
    group = edition.insight.recurrences.clients.get(client.id)
    body = body_sections(client, edition)
    left = client.until is not None and client.until <= edition.as_of
    facts = (
        Fact("Client since" if edition.internal else "With us since", (client.since,) if client.since else ()),
        Fact(_until(edition, left), (client.until,) if client.until else ()),
        Fact("Contacts", client.contacts, wide=True, inline=True),
        Fact(
            "Services",
            edition.links(s.id for s in projection.services.values() if client.id in s.clients),
            wide=True,
            inline=True,
        ),
        Fact(
            "Client review due within",
            (count(client.review_days, "business day"),) if client.review_days is not None else (),
        ),
        Fact("Also known as", client.aliases, inline=True),
        Fact(
            TO_PRINT,
            (Command("can be made in a terminal", f"pir pdf pack {client.id}"),)
            if edition.internal and not edition.paper
            else (),
        ),
    )
    context = {
        "eyebrow": f"Quarterly review · {quarter_name(summary.window.start)}, {block_pages.window_days(summary.window)}",
        "title": client.label,
        "lead": _lead(edition, summary, duties) if reviews or summary.incidents.count else "",
        "duties": duties[: 2 * record_rows.SHOWN],
        "duties_title": "For the client to do" if edition.internal else "Yours to do",
        "actions_title": "Other open action items" if summary.duties.actions else "Open action items",
        "finished_title": f"Action items finished in the {quarter_name(summary.window.start)}",
        "tiles": tuple(
            block_pages.tile(f, f"#figure-{f.name}", note=block_pages.seen_by_client(edition, f))
            for f in figures
            if f.value is not None
        ),
        "withheld": _withheld(edition, client, reviews, summary),
        "offers": (*to_print(edition, client), *_offers(edition, client)),
        "figures": tuple(_figure(edition, f) for f in figures if f.value is not None or f.excluded),
        "unknown": _unknown(figures),
        "over_time": block_pages.chart_figures(_over_time(edition, client)),
        "finished": tuple(
            record_rows.action_row(edition, item, review=True) for item in summary.finished[: record_rows.SHOWN]
        ),
        "finished_note": f"{len(summary.finished)}" if summary.finished else "",
        "facts": tuple(fact for fact in facts if fact.values),
        "reviews": record_rows.review_table(
            edition,
            reviews[: record_rows.SHOWN],
            "Reviews, the newest first",
            client=False,
            all=_everything(edition, client, len(reviews)),
        ),
        "repeats": repeat_pages.repeats_of(edition, group.repeats if group is not None else (), record_rows.SHOWN),
        "actions": tuple(record_rows.action_row(edition, item, review=True) for item in items[: record_rows.SHOWN]),
        "actions_note": f"{len(items)} open" if items else "",
        "recommendations": _recommendations(reviews),
        "preamble": preamble(client, edition) if edition.internal else "",
        "texts": body,
        "empty": Empty(
            "No review is on record for this client yet."
            if edition.internal
            else "No review has been released to you yet."
        ),
        "anchors": tuple(text.anchor for text in body),
    }
    path = path_of(client)
    description = f"{client.label}: reviews, action items and recommendations as of {day(edition.as_of)}."
    return PageView(path, client.label, "client.html", context, description)


def _lead(edition: EditionContext, summary: QuarterSummary, duties: Sequence[ListEntry]) -> str:
    """The quarter in up to three sentences, then what is open today."""
    late = sum(item.state == "overdue" for item in summary.open)
    whom = "the client" if edition.internal else "you"
    ours = (
        f"{len(summary.open)} of our actions {'is' if len(summary.open) == 1 else 'are'} open" if summary.open else ""
    )
    of_them = ", and overdue" if len(summary.open) == 1 else f", {late} of them overdue"
    owed = [f"{ours}{of_them if late else ''}"] if ours else []
    owed += [f"{count(len(duties), 'thing')} {'waits' if len(duties) == 1 else 'wait'} for {whom}"] if duties else []
    unseen = quarter_words.hidden_duties(edition, summary.duties)
    today = "; ".join(filter(None, (", and ".join(owed), unseen)))
    return f"{quarter_words.happened(summary)} {sentences([today])}".strip()


def _until(edition: EditionContext, left: bool) -> str:
    if edition.internal:
        return "Left on" if left else "Contract ends"
    return "With us until"


def _withheld(edition: EditionContext, client: Client, reviews: Sequence[Pir], summary: QuarterSummary) -> str:
    """What the internal edition counts here and the client's does not, in a sentence; empty if they count the same."""
    if not edition.internal:
        return ""
    seen = [pir for pir in reviews if pir.is_released]
    audiences = [action.audience for pir in seen for action in pir.actions]
    audiences += [advice.audience for pir in seen for advice in pir.recommendations]
    inside = len(reviews) - len(seen), sum(audience not in RELEASED for audience in audiences)
    nouns = (("review", "reviews"), ("action or recommendation", "actions or recommendations"))
    what = [count(number, *noun) for number, noun in zip(inside, nouns, strict=True) if number]
    if not what:
        return ""
    verb = "is" if sum(inside) == 1 else "are"
    lengths = [
        f"{length} of {one.id}"
        for one in summary.occurrences
        if (length := block_pages.length_seen_by_client(edition, one))
    ]
    tickets = f" Of the quarter they see what the tickets say: {several(lengths)}." if lengths else ""
    return f"{client.label} may see different figures: {several(what)} {verb} not released to them.{tickets}"


def _figure(edition: EditionContext, figure: Kpi) -> block_pages.Detail:
    """One figure of the client with the previous window, the target and the rows it is made of."""
    return block_pages.Detail(
        f"figure-{figure.name}",
        figure.title,
        figure_words.headline(figure),
        block_pages.facts_of(figure),
        (*kpi_row_pages.rows_of(edition, figure, _ROWS), *kpi_row_pages.left_out_of(edition, figure, _ROWS)),
    )


_ROWS = 25
"""How many rows of a figure are on the client's page."""


def _unknown(figures: Sequence[Kpi]) -> str:
    """A sentence with the figures that have no data; empty if all have some."""
    names = [f.title for f in figures if f.value is None and not f.excluded]
    return f"There is no data for {several(names)}." if names else ""


def _over_time(edition: EditionContext, client: Client) -> charts.Chart | None:
    group = edition.insight.recurrences.clients.get(client.id)
    if group is None or group.count < 2:
        return None
    incidents = series(group.occurrences, edition.as_of, by="quarter", count=_QUARTERS)
    repeats = series(group.repeating, edition.as_of, by="quarter", count=_QUARTERS)
    return charts.columns_over_time(
        "Incidents by quarter, and those that repeat an earlier one",
        "Incidents each quarter, and how many of them repeated an earlier one.",
        [p.label for p in incidents],
        [p.count for p in incidents],
        closed=[p.count for p in repeats],
        names=("Incidents", "Incidents that repeat", ""),
        incomplete_last=bool(incidents) and incidents[-1].incomplete,
        paths=[
            [
                incident_pages.list_of(
                    quarter=incident_pages.quarter(p.start),
                    **({"client": client.id} if edition.internal else {}),
                    **of_series,
                )
                for p in incidents
            ]
            for of_series in ({}, {"repeat": "repeat"})
        ],
        key=client.id,
    )


def _offers(edition: EditionContext, client: Client) -> tuple[Offer, ...]:
    feed = edition.feeds.get(("client", client.id) if edition.internal else ("state", "waiting"))
    return (
        (action_list_pages.offer(feed, "Open action items"),)
        if feed is not None and edition.insight.action_items
        else ()
    )


def _everything(edition: EditionContext, client: Client, number: int) -> Link | None:
    path = listing.address("reviews.html", {"client": [client.id]} if edition.internal else {})
    return Link(path, f"All {number:,} reviews") if number > record_rows.SHOWN else None


def _recommendations(reviews: list[Pir]) -> Table:
    """The recommendations to the client: those that await a decision first, then the newest first."""
    recommendations: list[tuple[Pir, Recommendation]] = [(p, r) for p in reviews for r in p.recommendations]
    recommendations.sort(
        key=lambda x: (
            RECOMMENDATION.index(x[1].status) if x[1].status in RECOMMENDATION else 9,
            -(x[1].issued or date.min).toordinal(),
            x[0].id,
            x[1].id,
        )
    )
    rows = tuple(
        Row(
            (
                Cell(record_rows.status(advice.status)),
                Cell((advice.title,), sub=advice.decline_reason or pir.label),
                Cell(
                    (advice.issued,) if advice.issued else (), sort=advice.issued.isoformat() if advice.issued else "0"
                ),
                Cell((settled,) if (settled := advice.adopted or advice.decided) else ()),
            ),
            part_path(pir, advice.id),
        )
        for pir, advice in recommendations[: 2 * record_rows.SHOWN]
    )
    columns = (
        Column("Decision", "chips"),
        Column("Recommendation", "title"),
        Column("Issued", "date", "issued"),
        Column("Decided", "date", "decided"),
    )
    return Table("Recommendations and what became of them", columns, rows)
