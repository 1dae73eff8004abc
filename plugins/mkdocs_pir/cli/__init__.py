"""The command line `pir`: one module a command, each a thin layer over the stages."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from mkdocs_pir.cli import output_encoding, terminal
from mkdocs_pir.cli.command_groups import CommandGroup
from mkdocs_pir.cli.context import Context, pass_context, with_common_options
from mkdocs_pir.kb.problem import ProblemError
from mkdocs_pir.store.garbage import collect_seldom

__all__ = ["Context", "main", "pass_context"]


_READER_GONE = 141
"""The exit code that a shell reports for a program ended by SIGPIPE (13). Windows has no such signal."""


COMMANDS = {
    "action": "action:action",
    "actions": "actions:actions",
    "audit": "audit:audit",
    "build": "build:build",
    "causes": "causes:causes",
    "check": "check:check",
    "diff": "diff:diff",
    "explain": "explain:explain",
    "export": "export:export",
    "fmt": "fmt:fmt",
    "gate": "gate:gate",
    "help": "help:help_",
    "import": "imports:import_",
    "init": "init:init",
    "kpi": "kpi:kpi",
    "mcp": "mcp:mcp",
    "new": "new:new",
    "note": "note:note",
    "pack": "responder_pack:pack",
    "pdf": "pdf:pdf",
    "release": "release:release",
    "rollback": "build:rollback",
    "schema": "schema:schema",
    "search": "search:search",
    "serve": "serve:serve",
    "similar": "similar:similar",
    "status": "status:status",
    "tag": "tag:tag",
    "upgrade": "upgrade:upgrade",
}
"""Where each command is, as module:name. Only the one that runs is imported, since importing all takes a while."""


_COMPLETES = "_PIR_COMPLETE" in os.environ
"""Whether a shell asks for completions of the line that is being written, in the way of click."""

if _COMPLETES:
    from mkdocs_pir.cli import completion


class _Group(CommandGroup):
    """A group of commands that ends with one clear message and an exit code whatever a command raises."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; the encoding of what it prints is chosen before anything can be wrong with it."""
        output_encoding.choose()
        collect_seldom()
        return super().main(*args, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, or None."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            module, _, name = COMMANDS[cmd_name].partition(":")
            command = getattr(import_module(f"{__name__}.{module}"), name)
            self.add_command(with_common_options(command), cmd_name)
            if _COMPLETES:
                completion.complete(command, cmd_name)
        return super().get_command(ctx, cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Options, or the names of commands: what each does would need the import of all of them."""
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name) for name in COMMANDS if name.startswith(incomplete)]

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ProblemError as error:
            ctx.obj.report(error.problems)
            ctx.exit(1)
        except BrokenPipeError:
            # the program that reads the pipe has ended, which is no error of this one
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(_READER_GONE)
        except PermissionError as error:
            click.echo(f"{error.filename}: permission denied. Check who owns it and who may write to it.", err=True)
            ctx.exit(1)
        except OSError as error:
            click.echo(f"{error.filename or 'the output'}: {error.strerror or error}", err=True)
            ctx.exit(1)


def _print_versions(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        # it needs modules that no command does
        from mkdocs_pir.cli import versions

        click.echo("\n".join(versions.lines()))
        ctx.exit()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_versions,
    help="Show the version, with those of Python and of what makes pages, and exit.",
)
@click.option(
    "-C", "folder", default=".", metavar="DIR", help="Use the mkdocs.yml in DIR, or in the nearest folder above it."
)
@click.option("-q", "--quiet", is_flag=True, help="Print only errors and results.")
@click.option("-v", "--verbose", is_flag=True, help="Print what is read, what is kept, and what is made again and why.")
@click.option(
    "--color",
    type=click.Choice(list(terminal.COLOURS)),
    default="auto",
    help="Whether output has colour; by default (auto) on a terminal.",
)
@click.pass_context
def main(ctx: click.Context, folder: str, quiet: bool, verbose: bool, color: str) -> None:
    """Write, check, search and publish Post Incident Reviews (PIRs).

    Reviews, lessons and other records are Markdown files beside a mkdocs.yml. Begin with 'pir init'. An edition is
    one published site: 'internal' shows everything, 'client:ID' only what that client may see.

    Exit codes: 0 success; 1 the records have errors, or the command failed; 2 the command line is wrong.
    """
    terminal.choose_colour(ctx, color)
    if verbose:
        terminal.be_verbose()
        ctx.call_on_close(terminal.be_brief)
    # the path becomes absolute here, so that nothing later depends on the current folder
    try:
        ctx.obj = Context(Path(folder).resolve(), quiet)
    except FileNotFoundError:
        raise click.UsageError("the current folder no longer exists; change to one that does") from None
