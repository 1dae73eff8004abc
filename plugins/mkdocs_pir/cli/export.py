"""`pir export`: write records, action items, incidents, KPIs and the data set of all figures for other programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from mkdocs_pir.cli.command_groups import CommandGroup
from mkdocs_pir.cli.context import Context, DateType, edition_option, pass_context
from mkdocs_pir.cli.responder_pack import with_responder_pack
from mkdocs_pir.editions.handover import audit_content, prepare_audit
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.exchange.exporting import dataset, export_tables
from mkdocs_pir.exchange.exporting.export_table import ExportTable
from mkdocs_pir.exchange.exporting.forms import FORMS
from mkdocs_pir.insight.edition import Insight
from mkdocs_pir.kb import atomic
from mkdocs_pir.site.urls import path_of


@click.group(cls=CommandGroup)
@with_responder_pack
def export() -> None:
    """Export records, action items, incidents and figures.

    --responder-pack writes the zip of 'pir pack' instead; it takes no command.
    """


def deliver(context: Context, text: str, out: Path | None) -> None:
    """Write a result to standard output or to a file. Raises click.UsageError if the folder of the file does not exist."""
    content = text.encode()
    if out is None:
        click.echo(content, nl=False)
        return
    if not out.parent.is_dir():
        raise click.UsageError(f"there is no folder '{out.parent}'")
    try:
        atomic.write(out, content)
    except PermissionError:
        raise
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror or error}") from None
    context.say(f"{out}: {len(content):,} bytes")


def _hand_over(
    context: Context,
    edition: Edition,
    as_of: date | None,
    out: Path | None,
    name: str,
    make: Callable[[Projection], str],
) -> None:
    """Make one file of an edition and deliver it. A file for a client is audited first."""
    knowledge = context.knowledge_for_figures(as_of)
    text = make(project(knowledge, edition))
    audit_content(edition, prepare_audit(knowledge, [edition]), out.name if out else name, text.encode())
    deliver(context, text, out)


def _command(name: str, help_: str, make: Callable[[Insight], ExportTable], forms: tuple[str, ...]) -> None:
    @export.command(name, help=help_)
    @click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default="json",
        show_default=True,
        help="The format of the output.",
    )
    @edition_option("Export only what this edition shows.")
    @click.option("--as-of", type=DateType(), metavar="DATE", help="Compute everything as of this day.")
    @click.option(
        "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE instead of standard output."
    )
    @pass_context
    def command(context: Context, form: str, edition: Edition, as_of: date | None, out: Path | None) -> None:
        address = context.settings(as_of).site_url if edition.internal else ""
        _hand_over(
            context, edition, as_of, out, f"{name}.{form}", lambda p: FORMS[form](make(Insight(p)), p, "", address)
        )


_command(
    "records",
    "Export all records. JSON has every field and the text; CSV has the fields that all kinds of record share.",
    lambda insight: export_tables.records(insight.projection, path_of),
    tuple(FORMS),
)
_command(
    "actions",
    "Export all action items, the most urgent first. 'pir actions' can filter them.",
    lambda insight: export_tables.actions(insight.projection, path_of, insight.action_items),
    tuple(FORMS),
)
_command(
    "incidents",
    "Export the incident register, oldest first.",
    lambda insight: export_tables.incidents(insight.projection, path_of),
    tuple(FORMS),
)
_command(
    "kpis",
    "Export every KPI: overall, by client and by service.",
    export_tables.kpis,
    tuple(form for form in FORMS if form != "ics"),
)


@export.command()
@edition_option("Export only what this edition shows.")
@click.option("--as-of", type=DateType(), metavar="DATE", help="Compute everything as of this day.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE instead of standard output."
)
@pass_context
def figures(context: Context, edition: Edition, as_of: date | None, out: Path | None) -> None:
    """Export all figures as one JSON document."""
    _hand_over(
        context, edition, as_of, out, "figures.json", lambda p: dataset.as_text(dataset.dataset(Insight(p), path_of))
    )
