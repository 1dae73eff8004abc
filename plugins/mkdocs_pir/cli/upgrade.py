"""`pir upgrade`: write records and mkdocs.yml of an older format as they are written today."""

from __future__ import annotations

import difflib

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import record_format, settings


@click.command()
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would change as a diff.")
@pass_context
def upgrade(context: Context, dry_run: bool) -> None:
    """Bring a knowledge base of an older format up to date.

    Records get the current format, and mkdocs.yml what it has to say today. Comments and all else stay. Every change
    is checked first, and all of them are written or none: look at them with --dry-run, or with 'git diff' afterwards.
    """
    from mkdocs_pir.exchange import upgrades
    from mkdocs_pir.kb.record_changes import ChangedMeanwhileError

    if not context.folder.is_dir():
        raise click.UsageError(f"the folder '{context.folder}' does not exist")
    with context.step("Reading the records", lasting=False):
        plan = upgrades.plan(settings.find_config(context.folder))
    if not plan.files:
        context.say(f"nothing to do: the records have format {record_format.CURRENT}, the current one")
        return
    if dry_run:
        for file, (before, after) in plan.files.items():
            path = relative_path(file)
            click.echo(f"{path}: made anew\n" if file in plan.made else _diff(path, before, after), nl=False)
    else:
        try:
            upgrades.write(plan)
        except ChangedMeanwhileError as error:
            raise click.ClickException(f"{error.path} was changed meanwhile; nothing was written. Try again") from None
        for file in plan.files:
            click.echo(relative_path(file))
    for sentence in plan.says:
        context.say(sentence)
    what = "would be changed" if dry_run else "changed"
    context.say(f"{count(len(plan.files), 'file')} {what}; format {plan.version} to {record_format.CURRENT}")


def _diff(path: str, before: bytes, after: bytes) -> str:
    lines = difflib.unified_diff(_lines(before), _lines(after), path, path)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _lines(raw: bytes) -> list[str]:
    return raw.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").splitlines(keepends=True)
