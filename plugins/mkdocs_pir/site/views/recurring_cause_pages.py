"""The page of recurring causes: which causes come back, and which agreed actions would have prevented it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median
from typing import Literal

from mkdocs_pir.exchange.exporting import dataset
from mkdocs_pir.insight import accountability, recurrence
from mkdocs_pir.insight.groups import Group
from mkdocs_pir.insight.quantities import count, duration
from mkdocs_pir.kb.thresholds import REPEAT_DAYS
from mkdocs_pir.site import charts
from mkdocs_pir.site.urls import family_path, path_of_kpi
from mkdocs_pir.site.views import block_pages, incident_pages, listing, repeat_pages
from mkdocs_pir.site.views.block_pages import PageBlock
from mkdocs_pir.site.views.cause_pages import CATALOGUE, TENDENCY, counted_here
from mkdocs_pir.site.views.components import Cell, Column, Empty, Link, Offer, PageView, Row, Table, When
from mkdocs_pir.site.views.edition_context import EditionContext

PATH = "recurring.html"
REPEATS_SHOWN = 6
UNDECLARED_SHOWN = 8
BY_WORDS_SHOWN = 25
CAUSES_SHOWN = 12
PREVENTING_SHOWN = 8
BARS = 10


def pages(edition: EditionContext) -> Iterator[PageView]:
    """The page of recurring causes and the lists of repeats. The pages of causes are made by `cause_pages`."""
    recurrences = edition.insight.recurrences
    rate = edition.insight.kpis.figures([name for name in edition.insight.kpis.names if name == "recurrence"]).values()
    if not recurrences.repeats and not any(group.count for group in recurrences.causes.values()):
        why = next(
            (figure.why for figure in rate if figure.why),
            "No incident with an established cause is on record yet."
            if edition.internal
            else "No review that you see names a cause yet.",
        )
        empty = Empty(
            "Causes are counted from what triggered each reviewed incident, and from the register of incidents.",
            command="pir causes suggest" if edition.internal else "",
        )
        yield block_pages.block_page(
            PATH,
            "Recurring causes",
            why,
            description="What keeps coming back.",
            blocks=(PageBlock("none", "How it fills", empty=empty), *_by_words(edition)),
        )
        return
    reviewed = repeat_pages.with_earlier_review(edition.insight.accounts)
    undeclared = repeat_pages.undeclared_repeats(edition.insight.accounts) if edition.internal else []
    total = edition.insight.repeats_in_figures
    causes = recurrences.causes
    of_several = sum(len(account.reasons) > 1 for account in edition.insight.accounts)
    yield block_pages.block_page(
        PATH,
        "Recurring causes",
        f"{lead(total)} {counted_here(edition)}".rstrip(),
        description="Which causes come back, at what cost, and whether something already agreed would have prevented it.",
        offers=(Offer("Download", (Link(dataset.PATH, "All figures as JSON"),)),),
        tiles=(
            *(block_pages.tile(figure, path_of_kpi(figure.name)) for figure in rate),
            block_pages.number_tile(
                "Repeats", total.repeats, "repeat", repeat_pages.REPEATS_PATH, note=_counted_in_rate(bool(rate))
            ),
            block_pages.number_tile(
                "Preventable",
                total.preventable,
                "repeat",
                listing.address(repeat_pages.REPEATS_PATH, repeat_pages.PREVENTABLE),
                state="late",
                note="by something already agreed or advised"
                + (f"; {of_several} of them for more than one reason" if of_several else ""),
            ),
            block_pages.number_tile(
                "Action was overdue",
                total.overdue,
                "repeat",
                listing.address(repeat_pages.REPEATS_PATH, {"verdict": [repeat_pages.OVERDUE]}),
                state="late",
                note="on the day of the repeat",
            ),
            block_pages.number_tile(
                "Never verified",
                total.unverified,
                "repeat",
                listing.address(repeat_pages.REPEATS_PATH, {"verdict": [repeat_pages.UNVERIFIED]}),
                state="late",
                note="done, but not verified",
            ),
            block_pages.number_tile(
                "Advice declined",
                total.declined,
                "repeat",
                listing.address(repeat_pages.REPEATS_PATH, {"verdict": [repeat_pages.DECLINED]}),
                note=f"a recommendation {edition.projection.edition.addressee} did not take",
            ),
        ),
        blocks=(
            PageBlock(
                "prevented",
                "What would have prevented repeats",
                "Each item that had been agreed or advised after the earlier incident, acts on the cause, and was not "
                "carried through when it came back.",
                tables=repeat_pages.preventing_items(edition, PREVENTING_SHOWN),
            ),
            PageBlock(
                "repeats",
                "Each repeat, and what should have prevented it",
                repeat_pages.unreviewed_note(edition.insight.accounts),
                accounts=tuple(repeat_pages.repeat_entry(edition, account) for account in reviewed[:REPEATS_SHOWN]),
                all=Link(f"{repeat_pages.DETAILS}.html", f"All {len(reviewed)} repeats in detail")
                if len(reviewed) > REPEATS_SHOWN
                else None,
            ),
            PageBlock(
                "pareto",
                "Which causes cost most",
                f"By number of {'incidents' if edition.internal else 'your incidents that are counted'}, and by time of impact.",
                figures=block_pages.chart_figures(_pareto(causes, "count"), _pareto(causes, "minutes")),
                beside=True,
            ),
            PageBlock(
                "map",
                "Which causes affect which services",
                "Causes down, services across; the number of incidents in each.",
                figures=block_pages.chart_figures(_heat(edition)),
            ),
            PageBlock("time", "Over time", figures=block_pages.chart_figures(_over_time(edition, recurrences))),
            PageBlock("causes", "How often causes come back", tables=_filled(_causes(edition, causes))),
            PageBlock("families", "Families", tables=_filled(_families(recurrences.families))),
            PageBlock(
                "undeclared",
                "Likely repeats not yet declared",
                f"The same client, service and cause within {REPEAT_DAYS} days, but no review says that it is a repeat. "
                + repeat_pages.undeclared_note(undeclared),
                tables=(
                    repeat_pages.repeat_table(
                        edition,
                        undeclared[:UNDECLARED_SHOWN],
                        "Likely repeats not yet declared",
                        more=Link(
                            listing.address(repeat_pages.REPEATS_PATH, repeat_pages.UNDECLARED),
                            f"All {len(undeclared)}",
                        )
                        if len(undeclared) > UNDECLARED_SHOWN
                        else None,
                    ),
                )
                if undeclared
                else (),
            ),
            *_by_words(edition),
        ),
    )
    yield from repeat_pages.pages(edition)


def _by_words(edition: EditionContext) -> Iterator[PageBlock]:
    """The likely repeats where no cause is set, if there are any."""
    found = len(edition.repeats_by_words)
    if found:
        yield PageBlock(
            "by-words",
            "Likely repeats with similar wording",
            f"Reviews that name no cause, and describe what a review of the same client described up to {REPEAT_DAYS} days before. "
            "They are not counted as repeats until somebody declares them."
            + (
                f" The newest {BY_WORDS_SHOWN} of {found:,}; the check of the records lists all."
                if found > BY_WORDS_SHOWN
                else ""
            ),
            tables=(repeat_pages.repeats_by_words(edition, BY_WORDS_SHOWN),),
        )


def _counted_in_rate(has_rate: bool) -> str:
    """Of when the repeats are, and which of them the rate beside counts."""
    every = "since the records begin, however late"
    return (
        f"{every}; the rate counts only those of the last 12 months that came within {REPEAT_DAYS} days"
        if has_rate
        else every
    )


def lead(total: accountability.AccountSummary) -> str:
    """How many repeats something already agreed would have prevented, in a sentence."""
    if not total.repeats:
        return "No incident has repeated an earlier one."
    if not total.preventable:
        return f"{count(total.repeats, 'repeat')}; nothing had been agreed that would have prevented one."
    by = "preventable by something already agreed or advised, and not carried through."
    if total.repeats == 1:
        return f"There was 1 repeat since the records begin, and it was {by}"
    verb = "was" if total.preventable == 1 else "were"
    return f"Of {total.repeats:,} repeats since the records begin, {total.preventable} {verb} {by}"


def _pareto(groups: Mapping[str, Group], by: Literal["count", "minutes"]) -> charts.Chart | None:
    bars = recurrence.pareto(groups, by=by)
    if len(bars) < 2:
        return None  # one bar has nothing to compare with; the table below has it
    minutes = by == "minutes"
    return charts.bars(
        "Causes by time of impact" if minutes else "Causes by incidents",
        f"Each cause with its {'minutes of impact' if minutes else 'incidents'}, the largest first, and the running share.",
        [(bar.label, bar.value) for bar in bars],
        unit="min" if minutes else "",
        cumulative=True,
        limit=BARS,
        noun="Cause",
        measure="Impact" if minutes else "Incidents",
        paths=[incident_pages.list_of_causes([bar.id]) for bar in bars],
        rest_path=incident_pages.list_of_causes([bar.id for bar in bars[BARS:]]),
    )


def _heat(edition: EditionContext) -> charts.Chart | None:
    heat, causes = edition.insight.heat, edition.insight.recurrences.causes
    if len(heat.causes) * len(heat.services) < 4:
        return None
    return charts.heatmap(
        "Causes by service",
        "The number of incidents of each cause in each service.",
        [causes[c].label for c in heat.causes],
        [edition.name(s) or s for s in heat.services],
        heat.rows,
        path=lambda of, service: incident_pages.list_of_causes(
            [heat.causes[cause] for cause in of], service=heat.services[service]
        ),
    )


def _over_time(edition: EditionContext, recurrences: recurrence.Recurrences) -> charts.Chart | None:
    periods = recurrence.series(recurrences.occurrences, edition.as_of, by="quarter", count=12)
    repeats = recurrence.series((r.occurrence for r in recurrences.repeating), edition.as_of, by="quarter", count=12)
    return charts.columns_over_time(
        "Incidents by quarter, and those that repeat an earlier one",
        "Incidents opened each quarter, and how many of them repeated an earlier one.",
        [p.label for p in periods],
        [p.count for p in periods],
        closed=[p.count for p in repeats],
        names=("Incidents", "Incidents that repeat", ""),
        incomplete_last=bool(periods) and periods[-1].incomplete,
        paths=[
            [incident_pages.list_of(quarter=incident_pages.quarter(p.start), **of_series) for p in periods]
            for of_series in ({}, {"repeat": "repeat"})
        ],
    )


def _causes(edition: EditionContext, groups: Mapping[str, Group]) -> Table:
    columns = (
        Column("Cause", "title"),
        Column("Incidents", "number", "incidents:"),
        Column("Impact", "number", "impact:"),
        Column("Repeats", "number", "repeats:"),
        Column("Typically every", "number", "every"),
        Column("Comes back"),
        Column("Last", "date", "last"),
        Column("Lessons", "number", "lessons:"),
        Column("Actions", "number", "actions:"),
    )
    rows = []
    happened = [group for group in groups.values() if group.count]
    for group in happened[:CAUSES_SHOWN]:
        target = edition.target(group.id)
        every = median(group.intervals) if group.intervals else None
        rows.append(
            Row(
                (
                    Cell((group.label,)),
                    _number(group.count),
                    Cell((duration(group.minutes),) if group.minutes else (), sort=f"{group.minutes:012.0f}"),
                    _number(len(group.repeats)),
                    Cell((count(round(every), "day"),) if every is not None else (), sort=f"{every or 0:09.1f}"),
                    Cell((TENDENCY[group.tendency],) if group.tendency else ()),
                    Cell((When(group.last),) if group.last else (), sort=group.last.isoformat() if group.last else ""),
                    _number(len(group.lessons)),
                    _number(len(group.actions)),
                ),
                target.path if target is not None else "",
            )
        )
    all_ = f"All {len(groups)} causes" if len(happened) > CAUSES_SHOWN else f"The catalogue of all {len(groups)} causes"
    more = Link(CATALOGUE, all_) if len(groups) > CAUSES_SHOWN else None
    caption = "Causes with incidents, impact, repeats and the days between them"
    return Table(caption, columns, tuple(rows), tools=more is None, all=more)


def _families(groups: Mapping[str, Group]) -> Table:
    columns = (
        Column("Family", "title"),
        Column("Incidents", "number", "incidents:"),
        Column("Impact", "number", "impact:"),
        Column("Repeats", "number", "repeats:"),
    )
    rows = tuple(
        Row(
            (
                Cell((g.label,)),
                _number(g.count),
                Cell((duration(g.minutes),) if g.minutes else (), sort=f"{g.minutes:012.0f}"),
                _number(len(g.repeats)),
            ),
            family_path(g.id),
        )
        for g in groups.values()
        if g.count
    )
    return Table("Families of causes", columns, rows, tools=True)


def _filled(table: Table) -> tuple[Table, ...]:
    return (table,) if table.rows else ()


def _number(number: int) -> Cell:
    return Cell((f"{number:,}",) if number else (), sort=f"{number:09}")
