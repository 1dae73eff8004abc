"""The command line `pir`: one module a command, each a thin layer over the stages."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mkdocs_pir import __version__
from mkdocs_pir.cli.actions import actions
from mkdocs_pir.cli.audit import audit
from mkdocs_pir.cli.build import build, rollback
from mkdocs_pir.cli.check import check
from mkdocs_pir.cli.context import Context, pass_context, with_quiet
from mkdocs_pir.cli.diff import diff
from mkdocs_pir.cli.export import export
from mkdocs_pir.cli.fmt import fmt
from mkdocs_pir.cli.gate import gate_
from mkdocs_pir.cli.imports import import_
from mkdocs_pir.cli.init import init
from mkdocs_pir.cli.kpi import kpi
from mkdocs_pir.cli.mcp import mcp
from mkdocs_pir.cli.new import new
from mkdocs_pir.cli.pdf import pdf
from mkdocs_pir.cli.release import release
from mkdocs_pir.cli.responder_pack import pack
from mkdocs_pir.cli.schema import schema
from mkdocs_pir.cli.search import search
from mkdocs_pir.cli.serve import serve
from mkdocs_pir.cli.similar import similar
from mkdocs_pir.kb.problem import ProblemError

__all__ = ["Context", "main", "pass_context"]


_READER_GONE = 141
"""The exit code that a shell gives to what SIGPIPE (13) ends. Windows has no such signal."""


class _Group(click.Group):
    """Turns whatever a command stops for into one clear message and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ProblemError as error:
            ctx.obj.report(error.problems)
            ctx.exit(1)
        except BrokenPipeError:
            # the reader of a pipe went away; nothing is wrong with us
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(_READER_GONE)
        except PermissionError as error:
            click.echo(f"{error.filename}: permission denied. Check who owns it and who may write there.", err=True)
            ctx.exit(1)
        except OSError as error:
            click.echo(f"{error.filename or 'the output'}: {error.strerror or error}", err=True)
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pir")
@click.option("-C", "folder", default=".", metavar="DIR", help="Work on the knowledge base whose mkdocs.yml is in DIR.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.pass_context
def main(ctx: click.Context, folder: str, quiet: bool) -> None:
    """Post Incident Reviews as a knowledge base: check, publish and search it.

    Exit codes: 0 fine; 1 the knowledge base has errors or a check failed; 2 wrong usage.
    """
    # where the command begins, every path becomes absolute; nothing after this asks for the current folder
    try:
        ctx.obj = Context(Path(folder).resolve(), quiet)
    except FileNotFoundError:
        raise click.UsageError("the current folder is gone; change to one that is there") from None


for command in (
    check,
    fmt,
    build,
    audit,
    serve,
    search,
    gate_,
    kpi,
    actions,
    import_,
    schema,
    export,
    pdf,
    pack,
    similar,
    mcp,
    rollback,
    release,
    diff,
    init,
    new,
):
    main.add_command(with_quiet(command))
