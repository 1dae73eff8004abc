"""`pir export`: what other programs and other machines need of the knowledge base."""

from __future__ import annotations

import click

from mkdocs_pir.cli.pack import packable


@click.group()
@packable
def export() -> None:
    """Write parts of the knowledge base for use elsewhere."""
