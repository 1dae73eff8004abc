"""`pir build`: publish one edition, or all of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.editions.audit import Auditor
from mkdocs_pir.editions.project import editions, project, stop_reasons
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.publish import build_facts, publish, workshop
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.report import as_text, lines_of


@click.command()
@click.option(
    "--edition", default="internal", show_default=True, metavar="internal|client:ID|all", help="What to publish."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to; the site_dir of mkdocs.yml when left out.",
)
@click.option("--as-of", type=DateType(), metavar="DATE", help="Work out all figures for this day.")
@pass_context
def build(context: Context, edition: str, out: Path | None, as_of: date | None) -> None:
    """Publish the knowledge base to site/internal and site/clients/ID.

    An edition is rendered aside, checked, and put in place whole. When anything is wrong, what was published
    before stays as it was.
    """
    with context.step("Reading the records"):
        knowledge = context.knowledge(as_of)
    if knowledge.errors:
        click.echo(as_text(knowledge.errors, lines_of(knowledge.folder)), err=True)
        context.say(f"Nothing was published: {stop_reasons(knowledge.errors)}.")
        raise SystemExit(1)
    wanted = editions(knowledge) if edition == "all" else [_parse(edition)]
    folder = out or knowledge.settings.site_dir
    auditor = None
    if any(not one.internal for one in wanted):
        with context.step("Reading the records once more for the audit"):
            auditor = Auditor.read(knowledge.folder, knowledge.settings.config_file)
    failed = 0
    with workshop(folder) as work:
        for one in wanted:
            try:
                _publish(context, knowledge, auditor, one, folder, work)
            except ProblemError as error:
                failed += 1
                click.echo(as_text(error.problems), err=True)
                context.say(f"{one}: not published")
    if failed:
        raise SystemExit(1)


def _parse(text: str) -> Edition:
    try:
        return Edition.parse(text)
    except ValueError as error:
        raise click.UsageError(f"{error}, or 'all'") from None


def _publish(
    context: Context, knowledge: KnowledgeBase, auditor: Auditor | None, edition: Edition, out: Path, work: Path
) -> None:
    # MkDocs takes half a second to import; the other commands do without it
    from mkdocs_pir.site.plugin import render

    settings = knowledge.settings

    def check(site: Path) -> list[Problem]:
        if auditor is None or edition.client is None:
            return []
        report = auditor.audit(site, edition.client)
        for name in report.unsought:
            context.say(f"{edition}: the audit did not look for '{name}', one of the software's own words")
        return [finding.as_problem() for finding in report.findings]

    with context.step(f"Publishing {edition}"):
        projection = project(knowledge, edition)
        facts = build_facts(settings.root, settings.as_of.isoformat())
        done = publish(out, work, edition, lambda folder: render(settings, projection, folder), check, facts)
    context.say(f"{edition}: {done.files} files, {done.size / 1e6:.1f} MB in {done.folder}")
