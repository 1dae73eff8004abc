"""`pir init`: create a knowledge base in a folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.exchange import starter


class _Folder(click.Path):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            # as a path it would be the current folder, which nobody named
            self.fail("DIR is empty; write . for the current folder", param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("directory", type=_Folder(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--name", metavar="TEXT", help="The name of the site; by default made from the name of the folder.")
@click.option(
    "--organisation", metavar="TEXT", help="The name of your company; by default made from the name of the folder."
)
@pass_context
def init(context: Context, directory: Path, name: str | None, organisation: str | None) -> None:
    """Create a new knowledge base in DIR, ready to build.

    It has a configuration, a few example records, templates, checks for GitHub and GitLab, a pre-commit hook and
    editor settings. Existing files are never overwritten. If DIR already has a knowledge base, nothing is written.
    """
    folder = context.folder / directory
    suggested = starter.names(folder.resolve().name)
    site_name = name or (f"{organisation} Reviews" if organisation else suggested[0])
    plan = starter.plan(folder, site_name, organisation or suggested[1], datetime.now(UTC).date())
    if reasons := list(starter.in_the_way(plan)):
        raise click.UsageError(
            f"no knowledge base can be created in {directory}: {'; '.join(reasons)}. Nothing was written. "
            "Name an empty folder, and copy what you need from there"
        )
    try:
        paths = starter.write(plan)
    except OSError as error:
        raise click.ClickException(
            f"{error.filename}: {error.strerror}. The new knowledge base may be incomplete; correct this, and try again in an empty folder."
        ) from None
    for path in paths:
        click.echo(path)
    for path in plan.exist:
        context.say(f"already exists, unchanged: {path}")
    into = "" if folder.resolve() == Path.cwd() else f"cd {directory} && "
    where = f"written to {directory}" if into else "written here"
    context.say(f"\n{len(paths)} files {where}. Next: {into}pir serve, then pir new pir --incident INC-1002")
