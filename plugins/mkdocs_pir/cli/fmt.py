"""`pir fmt`: format the front matter of records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from mkdocs_pir.cli import printed_paths
from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.lookup import find_path
from mkdocs_pir.cli.printed_diff import unified_diff
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb import atomic, record_files
from mkdocs_pir.kb.formatting import formatted
from mkdocs_pir.kb.problem import Problem, ProblemError


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit with code 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change as a diff.")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH]…")
@pass_context
def fmt(context: Context, check: bool, diff: bool, paths: tuple[str, ...]) -> None:
    """Format the front matter of records in one standard style.

    Fields are put in the order of their schema; spacing, quotes and times are written one way. Values, comments and
    the text below the front matter do not change. Without PATH all records are formatted; PATH is a file, a folder or
    the id of a record. A record with errors is reported and left as it is.
    """
    folder = context.settings().records
    if not folder.is_dir():
        raise click.UsageError(f"the folder of the records, '{folder.name}/', does not exist")
    problems: list[Problem] = []
    changed = []
    records = _records_at(folder, paths)
    for path in records:
        try:
            before = record_files.read_bytes(folder, path)
            after = formatted(path, before)
        except ProblemError as error:
            problems += error.problems
            continue
        if after == before:
            continue
        changed.append(path)
        if diff:
            click.echo(unified_diff(relative_path(folder / path), before, after), nl=False)
        elif check:
            click.echo(f"{relative_path(folder / path)} would be formatted")
        else:
            atomic.write(folder / path, after)
            click.echo(f"{relative_path(folder / path)} formatted")
    if problems:
        click.echo(printed_paths.problems_as_text(sorted(problems), [folder], context.problems_url()), err=True)
    skipped = len({problem.path for problem in problems})
    written = "would be formatted" if check or diff else "formatted"
    context.say(
        f"{count(len(records), 'record')}: {len(changed)} {written}, {len(records) - len(changed) - skipped} unchanged"
        + (f", {skipped} skipped because of errors" if skipped else "")
    )
    if problems or (check and changed):
        raise SystemExit(1)


def _records_at(folder: Path, paths: Sequence[str]) -> Sequence[str]:
    """The paths of the records to format. Raises UsageError for a path outside the folder of the records."""
    records, _ = record_files.record_paths(folder)
    if not paths:
        return records
    root = folder.resolve()
    places = []
    for path in paths:
        place = find_path(root, records, path)
        if not (place.is_relative_to(root) or root.is_relative_to(place)):
            raise click.UsageError(f"'{path}' is not in {folder.name}/, the folder of the records")
        places.append(place)
    return [path for path in records if any((root / path).is_relative_to(place) for place in places)]
