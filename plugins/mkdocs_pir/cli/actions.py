"""`pir actions`: list action items, filtered and sorted."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Self

import click
from msgspec import Struct

from mkdocs_pir.cli.context import Context, DateType, edition_option, pass_context
from mkdocs_pir.cli.export import deliver
from mkdocs_pir.cli.lookup import find_id, find_named
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.exchange.exporting import export_tables
from mkdocs_pir.exchange.exporting.forms import FORMS
from mkdocs_pir.insight.action_items import ActionItem
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.insight.groups import family
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.insight.selection import Selection
from mkdocs_pir.kb.action_states import STATES
from mkdocs_pir.kb.model import Client, Service
from mkdocs_pir.kb.schema import choices
from mkdocs_pir.kb.statuses import ACTION, CLOSED
from mkdocs_pir.site.urls import path_of

SORTS: Mapping[str, Callable[[ActionItem], Any]] = {
    "due": lambda item: (item.due or date.max, item.id),
    "created": lambda item: (item.created or date.max, item.id),
    "owner": lambda item: (item.owner == "", item.owner.casefold()),
    "client": lambda item: (item.client == "", item.client),
}
"""The ways to sort other than by urgency. Items that sort equally stay in the order of urgency."""

_OVER = " or ".join(", ".join(s for s in ACTION if s in CLOSED).rsplit(", ", 1))


class _Actions(Struct, frozen=True):
    """Every action item, the most urgent first, and the records by which they can be chosen."""

    items: tuple[ActionItem, ...]
    clients: tuple[Client, ...]
    services: tuple[Service, ...]
    causes: tuple[str, ...]

    @classmethod
    def of(cls, projection: Projection) -> Self:
        """Those of a projection."""
        clients, services = tuple(projection.clients.values()), tuple(projection.services.values())
        return cls(Insight(projection).action_items, clients, services, tuple(projection.causes))


@click.command()
@click.option("--overdue", is_flag=True, help="Only action items past their due date.")
@click.option("--open", "waiting", is_flag=True, help=f"Only those that are not {_OVER}.")
@click.option("--state", type=click.Choice(list(STATES)), help="Only those in this state.")
@click.option("--owner", metavar="WORDS", default="", help="Only those whose owner contains these words.")
@click.option("--client", metavar="ID", help="Only those from reviews of this client.")
@click.option("--service", metavar="ID", help="Only those from reviews of this service.")
@click.option("--cause", metavar="ID", help="Only those that address this cause, or a cause of this family.")
@click.option("--type", "kind", type=click.Choice(choices("pir", "actions", "type")), help="Only those of this type.")
@click.option(
    "--priority", type=click.Choice(choices("pir", "actions", "priority")), help="Only those of this priority."
)
@click.option(
    "--where",
    multiple=True,
    metavar="CONDITIONS",
    help="Only those that meet all conditions, as for 'pir action', such as 'state=overdue year=2026'.",
)
@click.option(
    "--sort",
    type=click.Choice(["urgency", *SORTS]),
    default="urgency",
    show_default=True,
    help="The order of the list.",
)
@edition_option("Use only what this edition shows.")
@click.option(
    "--as-of",
    type=DateType(),
    metavar="DATE",
    help="Decide what is overdue or due soon as of this day.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", *FORMS]),
    default="text",
    show_default=True,
    help="The format: text, CSV, JSON, a calendar of due dates (ics) or a feed (atom).",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE instead of standard output."
)
@pass_context
def actions(
    context: Context,
    overdue: bool,
    waiting: bool,
    state: str | None,
    owner: str,
    client: str | None,
    service: str | None,
    cause: str | None,
    kind: str | None,
    priority: str | None,
    where: tuple[str, ...],
    sort: str,
    edition: Edition,
    as_of: date | None,
    form: str,
    out: Path | None,
) -> None:
    """List action items, the most urgent first."""
    if overdue and state not in (None, "overdue"):
        raise click.UsageError(f"--overdue and --state {state} exclude each other; give only one of them")
    if where and not edition.internal:
        raise click.UsageError("--where is about the records as they are; leave out --edition")
    settings = context.settings(as_of)
    chosen: Container[str] | None = None
    if where:
        from mkdocs_pir.cli.selections import chosen_actions
        from mkdocs_pir.editions.project import project

        knowledge = context.knowledge_for_figures(as_of)
        chosen = chosen_actions(knowledge, where)
        projection = project(knowledge, edition)
        listed = _Actions.of(projection)
    elif edition.internal and form == "text":
        listed = context.of_projection(["actions"], _Actions, _Actions.of, as_of)
    else:
        projection = context.projection(edition, as_of)
        listed = _Actions.of(projection)
    causes = {*listed.causes, *map(family, listed.causes)}
    selection = Selection(
        state="overdue" if overdue else state or "",
        waiting=waiting,
        owner=owner,
        client=find_named("client", client, listed.clients) if client else "",
        service=find_named("service", service, listed.services) if service else "",
        cause=find_id("cause", cause, causes) if cause else "",
        type=kind or "",
        priority=priority or "",
    )
    items: Sequence[ActionItem] = [i for i in selection.of(listed.items) if chosen is None or i.id in chosen]
    if sort in SORTS:
        items = sorted(items, key=SORTS[sort])
    if form == "text":
        deliver(context, "".join(map(_line, items)), out)
        context.say(count(len(items), "action"))
        return
    table = export_tables.actions(projection, path_of, items)
    deliver(context, FORMS[form](table, projection, "", settings.site_url if edition.internal else ""), out)


_STATE_WIDTH = max(map(len, STATES.values()))


def _line(item: ActionItem) -> str:
    late = f"{count(item.days_late, 'day')} late" if item.days_late else f"due {item.due}" if item.due else ""
    return f"{item.id:<20} {STATES.get(item.state, ''):<{_STATE_WIDTH}} {late:<14} {item.owner:<28} {item.title}\n"
