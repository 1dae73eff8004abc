"""`pir mcp`: serve the knowledge base to an AI assistant over the Model Context Protocol."""

from __future__ import annotations

import click

from mkdocs_pir import __version__
from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.site.urls import path_of


@click.command()
@edition_option("Serve only what this edition shows.")
@pass_context
def mcp(context: Context, edition: Edition) -> None:
    """Serve one edition to an AI assistant (Model Context Protocol).

    The assistant starts this command itself and talks to it over standard input and output; docs/mcp.md has the
    configuration. The assistant can search and read records; it cannot change them.
    """
    try:
        from mkdocs_pir.exchange.assistant import server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise click.ClickException("pir mcp needs the extra 'mcp': pip install 'mkdocs-pir[mcp]'") from None
    projection = context.projection(edition)
    assistant = server(projection, path_of, __version__)
    context.say(f"Serving {edition} of {projection.site_name} over standard input and output. Stop with Ctrl+C.")
    assistant.run("stdio")
