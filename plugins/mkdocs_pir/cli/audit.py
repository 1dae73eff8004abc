"""`pir audit`: search any folder meant for one client for what that client must not see."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, EditionType, pass_context
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.cli.terminal import styled
from mkdocs_pir.editions.audit import Auditor, Finding, Report, manifest_of
from mkdocs_pir.editions.generations import WORK
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.insight.quantities import count
from mkdocs_pir.kb.folders import same
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean, with_configured_severity
from mkdocs_pir.kb.problem_formats import as_text
from mkdocs_pir.kb.settings import Settings

PRINTED = 50
"""How many findings are printed. So many mean that the folder is the wrong one."""

CLIENTS = "clients"
"""The folder of the clients' editions among the published ones."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--edition", type=EditionType(), required=True, metavar="client:ID", help="The client for whom the folder is meant."
)
@click.option(
    "--manifest",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The list of files that were published; by default it is looked for beside the published editions.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@pass_context
def audit(context: Context, folder: Path, edition: Edition, manifest: Path | None, as_json: bool) -> None:
    """Search a folder for anything that a client must not see.

    Every file is decoded in each way that could hide text (archives, compression, base64, ...) and compared with the
    records. Exit code 1 if anything is found.
    """
    if edition.client is None:
        raise click.UsageError("the internal edition may show everything; name the edition of a client, as client:ID")
    settings = context.settings()
    if reason := _not_meant_for_one(folder, edition, settings):
        raise click.UsageError(reason)
    with context.step("Reading the knowledge base"):
        auditor = Auditor.read(settings.records, settings.config_file)
    if edition.client not in auditor.clients:
        hint = did_you_mean(edition.client, auditor.clients)
        raise ProblemError(
            [Problem.of("PIR603", settings.config_file.name, (0, 0), f"there is no client '{edition.client}'", hint)]
        )
    listed, listing = manifest_of(folder, edition.folder, manifest)
    start = time.perf_counter()
    with context.step(f"Searching {folder}"):
        report = auditor.audit(folder, edition.client, listed)
    report = replace(report, findings=tuple(_from_here(f, folder, settings.records) for f in report.findings))
    warnings = with_configured_severity((use.as_problem() for use in report.ordinary_words), settings.rules)
    if as_json:
        click.echo(json.dumps({**report.as_dict(), "edition": str(edition), "manifest": listing}, indent=1))
    else:
        if warnings:
            context.report(warnings)
        _say(context, report, listing, time.perf_counter() - start)
    if report.findings or any(problem.severity == "error" for problem in warnings):
        raise SystemExit(1)


def _not_meant_for_one(folder: Path, edition: Edition, settings: Settings) -> str:
    """Why a folder cannot be meant for this client, which thousands of findings would say less clearly; or nothing."""
    for name, records in (("the records", settings.records), ("the whole knowledge base", settings.root)):
        if same(folder, records):
            return f"'{folder}' holds {name}; name a folder that is handed to {edition}"
    out = next((above for above in (folder, *folder.resolve().parents[:2]) if (above / WORK).is_dir()), None)
    if out is None:
        return ""
    own = relative_path(out / edition.folder)
    inside = folder.resolve().relative_to(out.resolve()).as_posix()
    if inside in (".", CLIENTS):
        return f"'{folder}' holds the editions of several readers; name that of {edition}, such as {own}"
    if inside != edition.folder and (inside == Edition().folder or inside.startswith(f"{CLIENTS}/")):
        whose = (
            "the internal edition" if inside == Edition().folder else f"the edition client:{inside.partition('/')[2]}"
        )
        return f"'{folder}' is {whose}; that of {edition} is published to {own}"
    return ""


def _from_here(finding: Finding, folder: Path, records: Path) -> Finding:
    """The finding with its paths relative to the current folder."""
    file = relative_path(folder / finding.file)
    if not finding.record:
        return replace(finding, file=file)
    record, source = relative_path(records / finding.record), relative_path(records / finding.source)
    message = finding.message.replace(finding.record, record)
    return replace(finding, file=file, record=record, source=source, message=message)


def _say(context: Context, report: Report, listing: str | None, seconds: float) -> None:
    if report.findings:
        found = [finding.as_problem() for finding in report.findings[:PRINTED]]
        click.echo(as_text(found, pages=context.problems_url(), styled=styled), err=True)
        if (more := len(report.findings) - PRINTED) > 0:
            context.say(f"and {more:,} more findings; --json lists all")
    against = f"compared with {listing}" if listing else "no manifest was found to compare the list of files with"
    for name in report.not_looked_for:
        context.say(f"not searched for: {name}")
    result = count(len(report.findings), "finding") if report.findings else "nothing found"
    context.say(f"{report.files} files in {seconds:.1f} s, {against}: {result}.")
