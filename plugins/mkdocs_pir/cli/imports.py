"""`pir import`: bring in reports and exports from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from glob import escape
from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.places import located, shown
from mkdocs_pir.kb.problem import Problem, ProblemError


@click.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--mapping", metavar="NAME|FILE", help="How the source becomes records: a ready mapping, or your file.")
@click.option(
    "--client", default="", metavar="ID", help="The client of every record, instead of what the mapping says."
)
@click.option("--timezone", default="", metavar="ZONE", help="The zone of times without an offset: Europe/Zurich.")
@click.option(
    "--time-format",
    "time_formats",
    multiple=True,
    metavar="FORM",
    help="A form of times besides ISO 8601, as strptime has it: '%d/%m/%Y %H:%M'. May be given more than once.",
)
@click.option("--encoding", default="", metavar="NAME", help="How the files are encoded: windows-1252.")
@click.option(
    "--into",
    type=click.Choice(["reviews", "register"]),
    help="What a record becomes: a draft of a review, or a row of the incident register.",
)
@click.option(
    "--status",
    type=click.Choice(["draft", "archived"]),
    help="The status of each review: archived for history, which no deadline applies to.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option(
    "--on-conflict",
    type=click.Choice(["report", "keep", "source"]),
    default="report",
    show_default=True,
    help="For what was edited here and changed in the source: say so, keep it as it is here, or take the source's.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--list", "list_", is_flag=True, help="Show the ready mappings.")
@click.option("--show", metavar="NAME", help="Print a ready mapping, to begin your own with.")
@pass_context
def import_(
    context: Context,
    source: Path | None,
    mapping: str | None,
    client: str,
    timezone: str,
    time_formats: tuple[str, ...],
    encoding: str,
    into: str | None,
    status: str | None,
    dry_run: bool,
    on_conflict: str,
    as_json: bool,
    list_: bool,
    show: str | None,
) -> None:
    """Bring SOURCE (a folder, a file, a zip or tar archive) into the knowledge base, as a mapping says.

    Running it again updates what came in before; what was edited since is never overwritten.
    """
    from mkdocs_pir.exchange.importing.mapping_files import mapping_hint, ready_mappings

    if list_:
        for one in ready_mappings():
            click.echo(f"{one.name:<26} {one.about}")
        return
    if show is not None:
        click.echo(_named(show, files=False).read_text("utf-8"), nl=False)
        return
    if source is None or mapping is None:
        missing = "SOURCE" if source is None else "--mapping"
        raise click.UsageError(f"{missing} is missing; {mapping_hint('')}. 'pir import --list' says what each reads.")
    from mkdocs_pir.exchange.importing.importer import run_import
    from mkdocs_pir.exchange.importing.mapping_files import (
        Overrides,
        is_encoding,
        is_time_format,
        is_zone,
        read_mapping,
    )
    from mkdocs_pir.exchange.importing.report import render

    if timezone and not is_zone(timezone):
        raise click.BadParameter(
            f"there is no time zone '{timezone}'; write it as Europe/Zurich", param_hint="--timezone"
        )
    for form in time_formats:
        if not is_time_format(form):
            raise click.BadParameter(
                f"'{form}' is no form of a time; such as '%d/%m/%Y %H:%M'", param_hint="--time-format"
            )
    if encoding and not is_encoding(encoding):
        raise click.BadParameter(f"there is no encoding '{encoding}'; such as windows-1252", param_hint="--encoding")
    overrides = Overrides(timezone, client, into or "", encoding, status or "", time_formats)
    read = read_mapping(_named(mapping).absolute(), overrides)
    try:
        with context.step("Importing"):
            report = run_import(source, read, context.settings(), dry_run=dry_run, on_conflict=on_conflict, shown=shown)
    except ProblemError as error:
        raise ProblemError(_placed(error.problems, source)) from None
    problems = located(_placed(report.problems, source), context.folders())
    paths = {ours.path: theirs.path for ours, theirs in zip(problems, report.problems, strict=True)}
    line_of = report.line_of
    report = replace(report, problems=problems, line_of=lambda path, line: line_of(paths.get(path, path), line))
    click.echo(json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if as_json else render(report))
    if any(p.severity == "error" for p in report.problems):
        raise SystemExit(1)


def _placed(problems: Iterable[Problem], source: Path) -> list[Problem]:
    """Problems with the paths of the source's files made absolute; one within an archive is named below the archive."""
    source = source.absolute()

    def place(path: str) -> Path:
        if source.is_dir():
            # the one folder that holds everything may be left out of the path
            there = (source / path, *source.glob(f"*/{escape(path)}"))
            return next((file for file in there if file.exists()), source)
        return source if path == source.name else source / path

    # the other codes are about the knowledge base
    return [replace(p, path=place(p.path).as_posix()) if p.code.startswith("PIR7") else p for p in problems]


def _named(name: str, *, files: bool = True) -> Path:
    """The mapping of this name. Raises UsageError with the nearest ready ones."""
    from mkdocs_pir.exchange.importing.mapping_files import find_mapping, mapping_hint

    found = find_mapping(name, Path() if files else None)
    if found is None:
        raise click.UsageError(f"there is no mapping '{name}': {mapping_hint(name)}")
    return found
