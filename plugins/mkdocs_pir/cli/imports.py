"""`pir import`: import reports, tickets and exports from other systems."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from glob import escape
from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.printed_paths import relative_path, with_relative_paths
from mkdocs_pir.kb import atomic
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.text_formats import FORMATS


@click.command("import")
@click.argument("source", type=click.Path(exists=True, path_type=Path), required=False)
@click.option(
    "--mapping",
    metavar="NAME|FILE",
    help="The mapping from the source to records: the name of a ready-made one (see --list) or your own file.",
)
@click.option("--client", default="", metavar="ID", help="The client of every record; overrides the mapping.")
@click.option(
    "--timezone",
    default="",
    metavar="ZONE",
    help="The time zone of times without an offset, such as Europe/Zurich; overrides the mapping.",
)
@click.option(
    "--time-format",
    "time_formats",
    multiple=True,
    metavar="FORM",
    help="The format of times that are not ISO 8601, in the codes of strptime: '%d/%m/%Y %H:%M'. May be given several times.",
)
@click.option(
    "--encoding",
    default="",
    metavar="NAME",
    help="The encoding of the files, such as windows-1252; overrides the mapping.",
)
@click.option(
    "--into",
    type=click.Choice(["reviews", "register"]),
    help="What each source record becomes: the draft of a review, or a row of the incident register.",
)
@click.option(
    "--status",
    type=click.Choice(["draft", "archived"]),
    help="The status of each review; archived is for old reviews, to which no deadlines apply.",
)
@click.option(
    "--repeated-rows",
    type=click.Choice(["first", "latest", "merge"]),
    help="What rows that repeat an id become: the first, the latest, or one record with the latest value of each column.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; report what would be done.")
@click.option(
    "--on-conflict",
    type=click.Choice(["report", "keep", "source"]),
    default="report",
    show_default=True,
    help="What to do with a field that was edited here and also changed in the source: report an error, keep the edit, or take the value of the source.",
)
@click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path),
    metavar="FOLDER|FILE",
    help="Write the report as a page to work through: a file that ends in .html or .json, or a folder for both.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--list", "list_", is_flag=True, help="List the ready-made mappings.")
@click.option("--show", metavar="NAME", help="Print a ready-made mapping, for example to adapt it.")
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
    repeated_rows: str | None,
    dry_run: bool,
    on_conflict: str,
    report_path: Path | None,
    as_json: bool,
    list_: bool,
    show: str | None,
) -> None:
    """Import reports, tickets or incidents from another system.

    SOURCE is a folder, a file, or a zip or tar archive. A mapping says how the source becomes records. Importing
    the same source again updates its records. A field that was edited here in the meantime is not overwritten, unless
    --on-conflict source is given.
    """
    from mkdocs_pir.exchange.importing.mapping_files import mapping_hint, ready_mappings

    if list_:
        for one in ready_mappings():
            click.echo(f"{one.name:<26} {one.about}")
        return
    if show is not None:
        click.echo(_mapping_path(show, files=False).read_text("utf-8"), nl=False)
        return
    if source is None or mapping is None:
        missing = "SOURCE" if source is None else "--mapping"
        raise click.UsageError(f"{missing} is missing; {mapping_hint('')}. 'pir import --list' describes them.")
    from mkdocs_pir.exchange.importing.importer import run_import
    from mkdocs_pir.exchange.importing.mapping_files import Overrides, read_mapping
    from mkdocs_pir.exchange.importing.report import render
    from mkdocs_pir.exchange.importing.report_page import render_page

    _check_format("--timezone", "time-zone", [timezone], "Europe/Zurich")
    _check_format("--time-format", "time-format", time_formats, "'%d/%m/%Y %H:%M'")
    _check_format("--encoding", "encoding", [encoding], "windows-1252")
    report_files = _report_files(report_path, context.settings().records) if report_path else ()
    overrides = Overrides(timezone, client, into or "", encoding, status or "", repeated_rows or "", time_formats)
    import_mapping = read_mapping(_mapping_path(mapping).absolute(), overrides)
    try:
        with context.step("Importing"):
            report = run_import(
                source,
                import_mapping,
                context.settings(),
                dry_run=dry_run,
                on_conflict=on_conflict,
                shown=relative_path,
            )
    except ProblemError as error:
        raise ProblemError(_with_source_paths(error.problems, source)) from None
    problems = with_relative_paths(_with_source_paths(report.problems, source), context.folders())
    paths = {ours.path: theirs.path for ours, theirs in zip(problems, report.problems, strict=True)}
    line_of = report.line_of
    report = replace(report, problems=problems, line_of=lambda path, line: line_of(paths.get(path, path), line))
    as_text = json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if as_json or report_files else ""
    click.echo(as_text if as_json else render(report))
    for file in report_files:
        _write_report(file, render_page(report) if file.suffix.lower() == ".html" else f"{as_text}\n")
        click.echo(f"report: {relative_path(file)}", err=as_json)
    if any(p.severity == "error" for p in report.problems):
        raise SystemExit(1)


def _report_files(path: Path, records: Path) -> list[Path]:
    """The files of the report. Raises BadParameter for one that could not be written, or would be among the records."""
    path = path.absolute()
    ending = path.suffix.lower()
    if path.is_dir() or not ending:
        files = [path / "import-report.html", path / "import-report.json"]
    elif ending in (".html", ".json"):
        files = [path]
    else:
        raise click.BadParameter("name a folder, or a file that ends in .html or .json", param_hint="--report")
    if path.resolve().is_relative_to(records.resolve()):
        raise click.BadParameter("name a place outside the folder of records", param_hint="--report")
    if any(parent.exists() and not parent.is_dir() for parent in files[0].parents):
        raise click.BadParameter(f"'{relative_path(path)}' cannot be a folder: there is a file", param_hint="--report")
    return files


def _write_report(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, text.encode())
    except OSError as error:
        raise click.ClickException(f"the report cannot be written to {relative_path(file)}: {error.strerror}") from None


def _check_format(option: str, form: str, texts: Iterable[str], example: str) -> None:
    """Raise BadParameter for a text that is not of a format; an empty one was not given."""
    for message in (FORMATS[form](text) for text in texts if text):
        if message:
            raise click.BadParameter(f"{message}; write, for example, {example}", param_hint=option)


def _with_source_paths(problems: Iterable[Problem], source: Path) -> list[Problem]:
    """Problems with absolute paths for the files of the source. A file in an archive is shown as below the archive."""
    source = source.absolute()

    def place(path: str) -> Path:
        if source.is_dir():
            # paths may leave out a single top folder that holds everything
            candidates = (source / path, *source.glob(f"*/{escape(path)}"))
            return next((file for file in candidates if file.exists()), source)
        return source if path == source.name else source / path

    # only PIR7xx problems are about the source; the others are about the knowledge base
    return [replace(p, path=place(p.path).as_posix()) if p.code.startswith("PIR7") else p for p in problems]


def _mapping_path(name: str, *, files: bool = True) -> Path:
    """The path of a mapping. Raises UsageError with the nearest ready-made ones if there is none of this name."""
    from mkdocs_pir.exchange.importing.mapping_files import find_mapping, mapping_hint

    path = find_mapping(name, Path() if files else None)
    if path is None:
        raise click.UsageError(f"there is no mapping '{name}': {mapping_hint(name)}")
    return path
