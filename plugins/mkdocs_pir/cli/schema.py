"""`pir schema`: where the schemas are."""

from __future__ import annotations

import click

from mkdocs_pir.kb import schema as schemas


@click.command()
@click.argument("kind", required=False)
def schema(kind: str | None) -> None:
    """Print the folder of the JSON Schemas, or the path of one KIND's schema."""
    folder = schemas.folder()
    if kind is None:
        click.echo(folder)
        return
    known = sorted(f.name.removesuffix(".schema.json") for f in folder.glob("*.schema.json"))
    if kind not in known:
        raise click.UsageError(f"there is no schema '{kind}'; there are {', '.join(known)}")
    click.echo(folder / f"{kind}.schema.json")
