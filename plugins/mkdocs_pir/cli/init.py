"""`pir init`: create a knowledge base in a folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.exchange import examples, starter


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
@click.option("--without-examples", is_flag=True, help="Begin with templates and empty registers only.")
@click.option("--remove-examples", is_flag=True, help="Remove the example records from the knowledge base in DIR.")
@pass_context
def init(
    context: Context,
    directory: Path,
    name: str | None,
    organisation: str | None,
    without_examples: bool,
    remove_examples: bool,
) -> None:
    """Create a new knowledge base in DIR, ready to build.

    It has a configuration, a few example records, templates, checks for GitHub and GitLab, a pre-commit hook and
    editor settings. Existing files are never overwritten. Beside an existing mkdocs.yml only records and templates are
    written, with the lines to add to it. If DIR already has a knowledge base, nothing is written.
    """
    folder = context.folder / directory
    if remove_examples:
        if without_examples or name or organisation:
            raise click.UsageError("--remove-examples is about a knowledge base that exists; it takes no other option")
        _remove_examples(replace(context, folder=folder.resolve()))
        return
    suggested = starter.names(folder.resolve().name)
    site_name = name or (f"{organisation} Reviews" if organisation else suggested[0])
    plan = starter.plan(
        folder, site_name, organisation or suggested[1], datetime.now(UTC).date(), examples=not without_examples
    )
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
    if lines := starter.lines_to_add(folder):
        context.say(f"\nLet mkdocs.yml say this, beside the plugins that it lists:\n\n{lines}")
    begin = "pir new client --name …" if without_examples else "pir new pir --incident INC-1002"
    context.say(f"\n{len(paths)} files {where}. Next: {into}pir serve, then {begin}")


def _remove_examples(context: Context) -> None:
    knowledge = context.knowledge()
    removal = examples.plan(knowledge)
    if not removal.files:
        context.say("there are no examples that can be removed")
    examples.remove(knowledge.folder, removal)
    for path in removal.files:
        click.echo(relative_path(knowledge.folder / path))
    for path in sorted(removal.registers):
        context.say(f"rows of the examples removed: {relative_path(knowledge.folder / path)}")
    for path in removal.kept:
        context.say(f"kept, since a record of your own leads to it: {relative_path(knowledge.folder / path)}")
