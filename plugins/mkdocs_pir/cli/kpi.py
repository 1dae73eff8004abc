"""`pir kpi`: show KPIs with the rows they are computed from."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import partial

import click

from mkdocs_pir.cli.context import Context, DateType, edition_option, pass_context
from mkdocs_pir.cli.lookup import find_id, find_named
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.insight import figure_words
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.figure_rows import as_json
from mkdocs_pir.insight.kpis import NAMES, Figure, Kpi
from mkdocs_pir.insight.windows import Window


@click.command()
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--client", metavar="ID", help="Count only this client.")
@click.option("--service", metavar="ID", help="Count only this service.")
@click.option(
    "--window", metavar="START..END", help="Count the days from START to END, END not included: 2026-01-01..2026-04-01."
)
@edition_option("Use only what this edition shows.")
@click.option("--as-of", type=DateType(), metavar="DATE", help="Compute the KPIs as of this day.")
@click.option("--json", "in_json", is_flag=True, help="Print the KPI and its rows as JSON.")
@pass_context
def kpi(
    context: Context,
    name: str | None,
    client: str | None,
    service: str | None,
    window: str | None,
    edition: Edition,
    as_of: date | None,
    in_json: bool,
) -> None:
    """Show one KPI in detail, or all of them in brief.

    With NAME: the definition, the target, the previous period and the rows; those marked + count
    towards the value. Without: the value and meaning of each KPI.

    \b
    NAME is one of:
      adoption, retention, satisfaction, recurrence, repeat,
      time-to-detect, time-to-acknowledge, time-to-mitigate, time-to-resolve,
      actions-on-time, action-age, coverage, on-time
    """
    name = find_id("KPI", name, NAMES) if name else None
    figures_of = partial(_figures, name=name, client=client, service=service, window=window)
    if edition.internal:
        figures = context.of_projection(["kpi", name, client, service, window], tuple[Figure, ...], figures_of, as_of)
    else:
        figures = figures_of(context.projection(edition, as_of))
    if in_json:
        rows = [as_json(figure) for figure in figures]
        click.echo(json.dumps(rows[0] if name else rows, indent=2, ensure_ascii=False))
        return
    for figure in figures:
        if not name:
            click.echo(f"{figure.name:<20} {_line(figure)}\n{'':<20} {_meaning(figure.kpi)}")
        else:
            click.echo(f"{_line(figure)}\n  {figure.kpi.definition}")
            _print_details(figure)
            for row in figure.rows:
                click.echo(
                    f"  {'+' if row.counted else '-'} {row.date or ''!s:<10}  {row.id}  {row.label}{f' ({row.note})' if row.note else ''}"
                )
            for left_out in figure.excluded:
                click.echo(f"    left out: {left_out.id}: {left_out.why}")


def _figures(
    projection: Projection, name: str | None, client: str | None, service: str | None, window: str | None
) -> tuple[Figure, ...]:
    """The figures asked for. Raises UsageError for a client, service or window that there is not."""
    client = find_named("client", client, projection.clients.values()) if client else None
    service = find_named("service", service, projection.services.values()) if service else None
    try:
        span = Window.parse(window) if window else None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    kpis = Insight(projection).kpis
    names = [name] if name else kpis.names
    return tuple(kpis.figure(one, client=client, service=service, window=span) for one in names)


def _print_details(figure: Figure) -> None:
    """Print the target, the value of the previous period, and the supplementary figures."""
    before = figure.previous
    click.echo(f"  target: {figure_words.target(figure)}")
    click.echo(f"  previous period: {figure_words.before(figure)} ({figure_words.sample(before.n)}; {before.label})")
    for extra in figure.extra:
        click.echo(f"  {extra.title}: {figure_words.companion(extra)}{f' {extra.text}' if extra.text else ''}")


def _meaning(kpi: Kpi) -> str:
    """What a KPI measures: the first sentence or clause of its definition."""
    return re.split(r"[.:;] ", kpi.definition, maxsplit=1)[0].rstrip(".") + "."


def _line(figure: Figure) -> str:
    value = figure.why or figure_words.now(figure)
    return f"{figure.title}: {value} ({figure_words.sample_of(figure)}; {figure.window.label})"
