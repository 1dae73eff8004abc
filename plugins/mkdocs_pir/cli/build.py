"""`pir build` and `pir rollback`: publish editions, and restore the generation published before."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import click

from mkdocs_pir.cli.context import Context, DateType, pass_context
from mkdocs_pir.cli.printed_paths import relative_path
from mkdocs_pir.cli.profile import profile_option
from mkdocs_pir.editions.generations import WORK, manifest_file, previous_generation, published
from mkdocs_pir.editions.project import editions, stop_reasons
from mkdocs_pir.editions.projection import Edition
from mkdocs_pir.editions.publish import build_facts, confirmed, no_earlier_generation, publish_lock
from mkdocs_pir.editions.publish import rollback as roll_back
from mkdocs_pir.editions.unchanged_editions import unchanged
from mkdocs_pir.kb.folders import check_publish_dir
from mkdocs_pir.kb.problem import Problem, ProblemError, with_configured_severity
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.site.edition_builds import BuildContext, Outcome, build_editions, unusable
from mkdocs_pir.site.edition_inputs import Inputs, inputs
from mkdocs_pir.site.frame_providers import versions
from mkdocs_pir.store import cluster, executors, progress


class ShardType(click.ParamType[tuple[int, int]]):
    """One of several parts, written as 2/5."""

    name = "shard"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        part, _, parts = str(value).partition("/")
        if not (part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
            self.fail(
                f"'{value}' is not a part of the editions; write, for example, 2/5 for the second of five", param, ctx
            )
        return int(part), int(parts)


class ExecutorType(click.ParamType[str]):
    """Where editions are made, written as dask://HOST:PORT or dask://local; its value is what follows dask://."""

    name = "executor"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        scheme, _, address = str(value).partition("://")
        if scheme.lower() != "dask" or not cluster.is_address(address):
            self.fail(
                f"'{value}' is not a cluster; write, for example, dask://10.0.0.5:8786 or dask://local", param, ctx
            )
        return address


OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to publish into; by default the option publish_dir in mkdocs.yml.",
)


@click.command()
@click.option(
    "--edition",
    default="internal",
    show_default=True,
    metavar="internal|client:ID|all",
    help="The edition to publish, or all of them.",
)
@OUT
@click.option("--as-of", type=DateType(), metavar="DATE", help="Compute all figures as of this day.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many editions to build at once; by default one per processor.",
)
@click.option(
    "--shard",
    type=ShardType(),
    metavar="I/N",
    help="Publish only part I of N, to divide --edition all among N machines.",
)
@click.option(
    "--executor",
    type=ExecutorType(),
    metavar="dask://HOST:PORT",
    help="Make the editions on the workers of this Dask scheduler (dask://local begins one here for a trial).",
)
@click.option("--force", is_flag=True, help="Build editions even if nothing changed since they were published.")
@profile_option
@pass_context
def build(
    context: Context,
    edition: str,
    out: Path | None,
    as_of: date | None,
    jobs: int | None,
    shard: tuple[int, int] | None,
    executor: str | None,
    force: bool,
) -> None:
    """Publish the knowledge base as static sites, one per edition.

    The internal edition goes to published/internal, a client's edition to published/clients/ID. An edition is built
    in a private folder, audited if it is for a client, and then replaces the previous one in a single step. If anything is
    wrong, the edition published before stays as it was. An edition that would be the same is not built again.
    """
    settings = context.settings(as_of)
    folder = _output_folder(settings, out)
    begun = inputs(settings)
    if not force and _nothing_changed(context, settings, folder, begun, edition, shard):
        return
    if executor is not None:
        # reading takes long enough that a wrong address should be found before it
        with _cluster_errors_as_problems():
            cluster.probe(executor)
    with context.step("Reading the records"):
        knowledge = context.knowledge(as_of)
    if knowledge.errors:
        context.report(knowledge.errors)
        context.say(f"Nothing was published: {stop_reasons(knowledge.errors)}.")
        raise SystemExit(1)
    present, settings = editions(knowledge), knowledge.settings
    chosen = present if edition.lower() == "all" else [_parse(edition)]
    if shard is not None:
        chosen = chosen[shard[0] - 1 :: shard[1]]
    unapproved = [p for p in knowledge.problems if p.code == "PIR420"]
    if unapproved and any(not one.internal for one in chosen):
        context.report(unapproved)
    outcomes: list[Outcome] = []
    reported: set[Problem] = set()
    jobs = jobs or executors.processors()
    connect = partial(cluster.Cluster, executor, jobs) if executor is not None else None
    with publish_lock(folder) as work, _cluster_errors_as_problems():
        with context.step("Reading the records again for the audit"):
            works = BuildContext.prepare(knowledge, chosen, folder, work, _facts(settings), begun, force)
        start = time.perf_counter()
        # whoever makes the last edition lets go of it
        del knowledge
        with context.step("Building", lasting=False):
            built = build_editions(works, chosen, jobs, connect)
            for outcome in progress.counted(built, "Editions", len(chosen)):
                outcomes.append(outcome)
                _report(context, outcome, reported)
    failed = [str(o.edition) for o in outcomes if o.published is None]
    if len(chosen) > 1:
        summary = f"{len(outcomes) - len(failed)} of {len(chosen)} editions published"
        took = f"{time.perf_counter() - start:.0f} s"
        if same := sum(o.published is not None and bool(o.published.unchanged_since) for o in outcomes):
            summary += f" ({same} unchanged)"
        context.say(f"{summary} in {took}; not published: {', '.join(failed)}" if failed else f"{summary} in {took}")
    is_wrong = edition.lower() == "all" and _report_former(context, settings, folder, present)
    if failed or is_wrong:
        raise SystemExit(1)


def _report_former(context: Context, settings: Settings, out: Path, present: Collection[Edition]) -> bool:
    """Name the editions that are still published though there is no such client; whether that counts as an error."""
    former = [e for e in published(out / WORK) if e not in present and (out / e.folder).exists()]
    problems = [
        Problem.of(
            "PIR627",
            edition.folder,
            (0, 0),
            f"the edition of '{edition.client}' is still published, and there is no such client any more",
            f"remove the folder {relative_path(out / edition.folder)} and what is served of it, or bring the client's record back",
        )
        for edition in former
    ]
    if problems := with_configured_severity(problems, settings.rules):
        context.report(problems)
    return any(problem.severity == "error" for problem in problems)


def _nothing_changed(
    context: Context, settings: Settings, out: Path, begun: Inputs, edition: str, shard: tuple[int, int] | None
) -> bool:
    """Whether all chosen editions are published from the same inputs; then says so. No record is read for that."""
    clients = [] if edition.lower() != "all" else sorted(f.stem for f in (settings.records / "clients").glob("*.md"))
    chosen = [_parse(edition)] if edition.lower() != "all" else [Edition(), *map(Edition, clients)]
    if shard is not None:
        chosen = chosen[shard[0] - 1 :: shard[1]]
    if not begun.all or not all(manifest_file(out / WORK, one).is_file() for one in chosen):
        return False
    with publish_lock(out):
        same = [kept for one in chosen if (kept := unchanged(out, one, {"all": begun.all})) is not None]
        if len(same) < len(chosen):
            return False
        facts = _facts(settings)
        for kept in same:
            _report(context, Outcome(kept.edition, confirmed(out, kept, facts)), set())
    if len(chosen) > 1:
        context.say(f"{len(chosen)} editions are unchanged")
    if edition.lower() == "all" and _report_former(context, settings, out, [Edition(), *map(Edition, clients)]):
        raise SystemExit(1)
    return True


def _facts(settings: Settings) -> dict[str, str]:
    sources = [settings.config_file, settings.records]
    return build_facts(settings.root, settings.as_of.isoformat(), versions(settings), sources)


@contextmanager
def _cluster_errors_as_problems() -> Iterator[None]:
    try:
        yield
    except cluster.ClusterError as error:
        raise ProblemError([unusable(error)]) from None


def _output_folder(settings: Settings, out: Path | None) -> Path:
    """The absolute path of the folder to publish into. Raises ProblemError if `--out` names an unsuitable one."""
    if out is None:
        return settings.folders.publish
    out = out.absolute()
    if problems := list(check_publish_dir(settings.folders, out, "the folder given with --out", out.name)):
        raise ProblemError(problems)
    return out


def _report(context: Context, outcome: Outcome, reported: set[Problem]) -> None:
    """Print the outcome of one edition. A problem that is already in `reported` is not printed again."""
    if outcome.published is None:
        new = [problem for problem in outcome.problems if problem not in reported]
        reported.update(new)
        if new:
            context.report(new)
        why = "" if new else " for the same reason"
        context.say(f"{outcome.edition}: not published{why}; what was published before is unchanged")
    else:
        publication = outcome.published
        unchanged_since = f"unchanged since {_time(since)}; " if (since := publication.unchanged_since) else ""
        files = f"{publication.files} files, {publication.size / 1e6:.1f} MB in {relative_path(publication.folder)}"
        context.say(f"{outcome.edition}: {unchanged_since}{files}")
        if new := [problem for problem in publication.audit.warnings if problem not in reported]:
            reported.update(new)
            context.report(new)
        if publication.audit.not_looked_for:
            names = "; ".join(map(str, publication.audit.not_looked_for))
            context.say(f"{outcome.edition}: warning: the audit did not search for {names}")


def _time(published: str) -> str:
    """A time of a manifest in words."""
    return published.replace("T", " ")[:16] + " UTC"


def _parse(text: str) -> Edition:
    try:
        return Edition.parse(text)
    except ValueError as error:
        raise click.UsageError(f"{error}, or 'all'") from None


@click.command("rollback")
@click.option(
    "--edition",
    default="internal",
    show_default=True,
    metavar="internal|client:ID|all",
    help="The edition to restore, or all of them.",
)
@OUT
@pass_context
def rollback(context: Context, edition: str, out: Path | None) -> None:
    """Restore what was published before the current publication.

    The current publication is kept, so a second rollback brings it back. With --edition all, an edition without an
    earlier publication stays as it is.
    """
    one = None if edition.lower() == "all" else _parse(edition)
    folder = _output_folder(context.settings(), out)
    with publish_lock(folder) as work:
        existing = published(work)
        chosen = [one] if one is not None else [e for e in existing if previous_generation(work, e) is not None]
        if not chosen:
            raise ProblemError([no_earlier_generation("any edition", folder.name)])
        for each in chosen:
            restored = roll_back(folder, work, each)
            context.say(f"{each}: the previous publication is restored in {relative_path(restored)}")
    for each in existing if one is None else ():
        if each not in chosen:
            context.say(f"{each}: unchanged, as no earlier publication is kept")
