"""`pir diff`: what the next publication changes for an edition."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

import click

from mkdocs_pir import kb
from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.cli.lookup import no_such
from mkdocs_pir.editions.edition_changes import Change, compare, unified
from mkdocs_pir.editions.generations import manifest
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.settings import Settings

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command()
@edition_option("For whom.")
@click.option("--json", "in_json", is_flag=True, help="Write it as JSON.")
@click.argument("old", required=False)
@click.argument("new", required=False)
@pass_context
def diff(context: Context, edition: Edition, in_json: bool, old: str | None, new: str | None) -> None:
    """Show what an edition gains, loses or tells otherwise between two states of the knowledge base.

    OLD and NEW are Git revisions or folders with a mkdocs.yml. Left out, OLD is the revision that was published
    last and NEW is the folder as it stands.
    """
    ours = context.settings()
    with ExitStack() as stack:
        after = _state(stack, ours, new) if new else context.knowledge()
        before = _state(stack, ours, old or _published(ours, edition, after))
        _refuse_unknown(edition, before, after)
        changes = list(compare(_shown(before, edition), _shown(after, edition)))
    for line in () if old else _beside(ours, edition):
        click.echo(line, err=True)
    if in_json:
        click.echo(json.dumps([asdict(change) for change in changes], indent=2, ensure_ascii=False, default=str))
        return
    for change in changes:
        click.echo("\n".join(_lines(change)))
    context.say(_summary(edition, changes))


def _refuse_unknown(edition: Edition, *states: KnowledgeBase) -> None:
    """Raise UsageError, with the nearest ones, for the edition of a client that none of the states knows."""
    known = {entry.id for state in states for entry in state.of_kind("client")}
    if edition.client is not None and edition.client not in known:
        raise no_such("client", edition.client, known)


def _published(ours: Settings, edition: Edition, now: KnowledgeBase) -> str:
    """The revision from which an edition was published last. Raises UsageError where that is not known."""
    said = manifest(ours.folders.publish, edition) or {}
    revision = str(said.get("revision", "unknown"))
    if revision == "unknown":
        _refuse_unknown(edition, now)
        raise click.UsageError(
            f"it is not known from which revision '{edition}' was published last; name it: pir diff --edition {edition} REVISION"
        )
    return revision


def _beside(ours: Settings, edition: Edition) -> Iterator[str]:
    """What a comparison with the revision that was published last does not tell."""
    said = manifest(ours.folders.publish, edition) or {}
    if said.get("uncommitted"):
        yield "what was published last held changes that no revision has: this compares with the revision below them"
    if said.get("as_of") != ours.as_of.isoformat():
        yield f"figures are of {said.get('as_of')} there, and of {ours.as_of.isoformat()} in the next publication"


def _state(stack: ExitStack, ours: Settings, state: str) -> KnowledgeBase:
    """The knowledge base in a folder, or of this folder at a Git revision."""
    config = settings.config_in(Path(state))
    if config is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _check_out(ours.root, state, folder)
        config = settings.config_in(folder)
    if config is None:
        raise click.UsageError(f"at the revision '{state}' there is no mkdocs.yml in {ours.root.name}/")
    return kb.load(settings.read(config, as_of=ours.as_of))


def _shown(knowledge: KnowledgeBase, edition: Edition) -> Projection:
    """What an edition shows of a knowledge base."""
    if edition.client is not None and edition.client not in knowledge.record_files:
        # a client that is new, or gone: all of its edition was added, or removed
        return Projection(edition, knowledge.settings.as_of, knowledge.settings.site_name, {})
    return project(knowledge, edition)


def _check_out(root: Path, revision: str, folder: Path) -> None:
    """Unpack the files below `root` as a Git revision has them. Raises UsageError when there is none such."""
    if revision.startswith("-"):
        raise click.UsageError(f"'{revision}' is neither a folder with a mkdocs.yml nor a Git revision")
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "archive", "--format=tar", revision], capture_output=True, check=False
        )
    except OSError:
        raise click.UsageError("comparing with a revision needs git; name a folder instead") from None
    if done.returncode:
        raise click.UsageError(f"'{revision}' is neither a folder with a mkdocs.yml nor a Git revision of {root.name}/")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")


def _lines(change: Change) -> list[str]:
    named = change.title if change.title == change.id or not change.id else f"{change.id}  {change.title}"
    lines = [f"{_MARKS[change.how]} {change.kind} {named}"]
    for part in change.parts:
        lines.append(f"    {part.part}")
        lines += [f"      {line}" for line in unified(part) if not line.startswith("@@")]
    return lines


def _summary(edition: Edition, changes: Sequence[Change]) -> str:
    if not changes:
        return f"{edition}: nothing changes"
    counted = [(how, sum(c.how == how for c in changes)) for how in _MARKS]
    return f"{edition}: " + ", ".join(f"{n} {how}" for how, n in counted if n)
