"""`pir init`: an empty folder becomes a knowledge base that builds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.exchange import starter


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--name", metavar="TEXT", help="The name of the site. By default it is made of the folder's name.")
@click.option("--organisation", metavar="TEXT", help="The name of your company. By default made of the folder's name.")
@pass_context
def init(context: Context, directory: Path, name: str | None, organisation: str | None) -> None:
    """Make a knowledge base in DIR that builds at once.

    Configuration, a few example records, templates, checks for GitHub and GitLab, a pre-commit hook and editor
    settings. Files that are there already are kept as they are; where a knowledge base is there already, nothing is
    written.
    """
    folder = context.folder / directory
    suggested = starter.names(folder.resolve().name)
    site_name = name or (f"{organisation} Reviews" if organisation else suggested[0])
    plan = starter.plan(folder, site_name, organisation or suggested[1], datetime.now(UTC).date())
    if reasons := list(starter.in_the_way(plan)):
        raise click.UsageError(
            f"{directory} cannot become a new knowledge base: {'; '.join(reasons)}. Nothing was written. "
            "Name an empty folder, and copy from there what you need"
        )
    try:
        written = starter.write(plan)
    except OSError as error:
        raise click.ClickException(
            f"{error.filename}: {error.strerror}. Remove what was begun, and try again."
        ) from None
    for path in written:
        click.echo(path)
    for path in plan.exist:
        context.say(f"kept as it is: {path}")
    into = "" if folder.resolve() == Path.cwd() else f"cd {directory} && "
    where = f"in {directory}" if into else "written here"
    context.say(f"\n{len(written)} files {where}. Next: {into}pir serve, then pir new pir --incident INC-1002")
