"""`pir actions`: what was promised, by whom, until when."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date

import click

from mkdocs_pir.cli.context import Context, DateType, EditionType, pass_context
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.insight.actions import STATES, Item, items

COLUMNS = (
    "id",
    "title",
    "state",
    "owner",
    "due",
    "days_late",
    "client",
    "pir",
    "type",
    "priority",
    "created",
    "completed",
)


@click.command()
@click.option("--overdue", is_flag=True, help="Only those past their due date.")
@click.option("--state", type=click.Choice(list(STATES)), help="Only those in this state.")
@click.option("--owner", metavar="WORDS", help="Only those whose owner holds these words.")
@click.option("--client", metavar="ID", help="Only those of this client's reviews.")
@click.option(
    "--edition",
    type=EditionType(),
    default="internal",
    show_default=True,
    metavar="internal|client:ID",
    help="Of what may be seen in this edition.",
)
@click.option("--as-of", type=DateType(), metavar="DATE", help="As they stood on this day's reckoning of lateness.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How they are written.",
)
@pass_context
def actions(
    context: Context,
    overdue: bool,
    state: str | None,
    owner: str | None,
    client: str | None,
    edition: Edition,
    as_of: date | None,
    form: str,
) -> None:
    """List action items, the latest ones first."""
    projection = project(context.knowledge(as_of), edition)
    wanted = "overdue" if overdue else state
    found = [
        item
        for item in items(projection)
        if (wanted is None or item.state == wanted)
        and (owner is None or owner.casefold() in item.owner.casefold())
        and (client is None or item.client == client)
    ]
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(value) for value in _row(item).values()] for item in found)
    elif form == "json":
        click.echo(json.dumps([_row(item) for item in found], indent=2, ensure_ascii=False))
    else:
        _text(found)
        context.say(f"{len(found)} {'action' if len(found) == 1 else 'actions'}")


def _row(item: Item) -> dict[str, object]:
    values = {name: getattr(item, name) for name in COLUMNS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula. Source: OWASP, CSV injection."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not isinstance(value, int) else text


def _text(found: Sequence[Item]) -> None:
    for item in found:
        late = f"{item.days_late} days late" if item.days_late else f"due {item.due}" if item.due else ""
        click.echo(f"{item.id:<20} {STATES[item.state]:<12} {late:<14} {item.owner:<28} {item.title}")
