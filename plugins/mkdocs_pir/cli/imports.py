"""`pir import`: bring in reports and exports from elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, pass_context


@click.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="How the source becomes records.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@pass_context
def import_(context: Context, source: Path, mapping: Path, dry_run: bool) -> None:
    """Bring the reports in SOURCE into the knowledge base, as a mapping FILE says.

    Running it again updates what came in before; a record that was edited since is never overwritten.
    """
    from mkdocs_pir.exchange.importer import render, run_import

    with context.step("Importing"):
        report = run_import(source, mapping, context.settings(), dry_run=dry_run)
    click.echo(render(report))
    if any(p.severity == "error" for p in report.problems):
        raise SystemExit(1)
