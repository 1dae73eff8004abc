"""`pir schema`: print the JSON Schemas of records, or write the settings of editors that are made from them."""

from __future__ import annotations

from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.kb import field_reference
from mkdocs_pir.kb import schema as schemas
from mkdocs_pir.kb.folders import overlap
from mkdocs_pir.kb.problem import did_you_mean


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["path", "json", "markdown"]),
    default="path",
    show_default=True,
    help="Print the path of the schema, the schema itself (json), or a description of its fields (markdown).",
)
@click.option(
    "--editor",
    type=click.Choice(["vscode"]),
    help="Write settings for this editor that complete and check records while typing.",
)
@click.option(
    "--cms",
    type=click.Choice(["sveltia"]),
    help="Print the configuration of this editor in the browser, with forms for all kinds of records.",
)
@click.option("--out", metavar="DIR", help="With --cms: write the configuration and its page into this folder instead.")
@click.argument("kind", required=False)
@pass_context
def schema(context: Context, form: str, editor: str | None, cms: str | None, out: str | None, kind: str | None) -> None:
    """Print the JSON Schema of a kind of record, or its path.

    KIND is a kind of record (pir is a review), a register (incident, satisfaction), or settings for the options in
    mkdocs.yml. Without KIND, print the folder of the schemas. 'pir schema pir --format markdown' describes each field
    of a review: meaning, type, example, and whether a client sees it.
    """
    if out is not None and not cms:
        raise click.UsageError("--out goes with --cms")
    if cms:
        if kind or editor or form != "path":
            raise click.UsageError("--cms cannot be combined with KIND, --format or --editor")
        _configure_cms(context, out)
        return
    if editor:
        if kind or form != "path":
            raise click.UsageError("--editor cannot be combined with KIND or --format")
        _write_settings(context)
        return
    folder = schemas.folder()
    kinds = sorted(f.name.removesuffix(".schema.json") for f in folder.glob("*.schema.json"))
    if kind is not None and kind not in kinds:
        hint = did_you_mean(kind, kinds) or f"choose from {', '.join(kinds)}"
        raise click.UsageError(f"there is no schema '{kind}'; {hint}")
    if form == "markdown":
        click.echo(field_reference.page(kind) if kind else field_reference.whole(), nl=False)
    elif form == "json":
        if kind is None:
            raise click.UsageError(f"KIND is missing; choose from {', '.join(kinds)}")
        click.echo((folder / f"{kind}.schema.json").read_text("utf-8"), nl=False)
    else:
        click.echo(folder / f"{kind}.schema.json" if kind else folder)


def _configure_cms(context: Context, out: str | None) -> None:
    """Print the configuration of the editor, or write it into a folder."""
    from mkdocs_pir.exchange import cms

    settings = context.settings()
    if out is None:
        click.echo(cms.configuration(cms.from_top(settings.records)), nl=False)
        return
    if not out:
        raise click.UsageError("DIR is empty; write . for the current folder")
    folder = Path.cwd() / out
    for what, other in (("records", settings.records), ("published editions", settings.folders.publish)):
        if overlap(folder, other):
            raise click.UsageError(f"'{out}' and the folder of the {what} overlap; choose a folder of its own")
    try:
        result = cms.write(folder, settings.records)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    for name in result.written:
        click.echo(relative_path(folder / name))
    for name in result.unchanged:
        context.say(f"already exists, unchanged: {relative_path(folder / name)}")


def _write_settings(context: Context) -> None:
    """Write the missing settings of the editor, and print those that have to be added by hand."""
    from mkdocs_pir.exchange import editor

    settings = context.settings()
    try:
        result = editor.write(settings.root, settings.records)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    for path in result.written:
        click.echo(path)
    for path in result.unchanged:
        context.say(f"already exists, unchanged: {path}")
    for path, addition in result.by_hand:
        click.echo(f"{path} has comments, so it was not changed. Add this to it by hand:\n{addition}", err=True)
    if result.by_hand:
        raise SystemExit(1)
