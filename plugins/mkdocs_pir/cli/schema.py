"""`pir schema`: where the schemas are, what they say, and the editor settings that use them."""

from __future__ import annotations

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.kb import reference
from mkdocs_pir.kb import schema as schemas
from mkdocs_pir.kb.problem import did_you_mean


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["path", "json", "markdown"]),
    default="path",
    show_default=True,
    help="Where the schema is, the schema itself, or the reference for authors made from it.",
)
@click.option("--editor", type=click.Choice(["vscode"]), help="Write the settings of this editor beside mkdocs.yml.")
@click.argument("kind", required=False)
@pass_context
def schema(context: Context, form: str, editor: str | None, kind: str | None) -> None:
    """Show the schemas: of one KIND, or all of them.

    'pir schema pir --format markdown' is the reference of a report: each field with meaning, type, example and
    whether a client sees it.
    """
    if editor:
        if kind or form != "path":
            raise click.UsageError("--editor goes alone")
        _write_settings(context)
        return
    folder = schemas.folder()
    known = sorted(f.name.removesuffix(".schema.json") for f in folder.glob("*.schema.json"))
    if kind is not None and kind not in known:
        hint = did_you_mean(kind, known) or f"there are {', '.join(known)}"
        raise click.UsageError(f"there is no schema '{kind}'; {hint}")
    if form == "markdown":
        click.echo(reference.page(kind) if kind else reference.whole(), nl=False)
    elif form == "json":
        if kind is None:
            raise click.UsageError(f"say which schema; there are {', '.join(known)}")
        click.echo((folder / f"{kind}.schema.json").read_text("utf-8"), nl=False)
    else:
        click.echo(folder / f"{kind}.schema.json" if kind else folder)


def _write_settings(context: Context) -> None:
    """Write what is missing of the editor's settings; say what could not be added."""
    from mkdocs_pir.exchange import editor

    settings = context.settings()
    try:
        done = editor.write(settings.root, settings.records)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    for path in done.written:
        click.echo(path)
    for path in done.kept:
        context.say(f"kept as it is: {path}")
    for path, addition in done.by_hand:
        click.echo(f"{path} is yours and has comments, so it was not changed. Add to it by hand:\n{addition}", err=True)
    if done.by_hand:
        raise SystemExit(1)
