"""`pir help`: the help of a command, as its option --help prints it."""

from __future__ import annotations

import click

from mkdocs_pir.cli.command_groups import help_of


@click.command("help")
@click.argument("names", nargs=-1, metavar="[COMMAND]…")
@click.pass_context
def help_(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Print the help of a command, or without one the list of all commands."""
    click.echo(help_of(ctx.find_root(), names))
