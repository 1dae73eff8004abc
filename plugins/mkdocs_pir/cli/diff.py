"""`pir diff`: show what the next publication would change in an edition."""

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
import msgspec

from mkdocs_pir.cli.context import Context, edition_option, pass_context
from mkdocs_pir.cli.lookup import no_such
from mkdocs_pir.editions.edition_changes import Change, compare, unified
from mkdocs_pir.editions.generations import manifest
from mkdocs_pir.editions.project import project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.kb import settings
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.loading import load
from mkdocs_pir.kb.settings import Settings

_MARKS = {"added": "+", "removed": "-", "changed": "~"}


@click.command()
@edition_option("The edition to compare.")
@click.option("--json", "in_json", is_flag=True, help="Print the changes as JSON.")
@click.argument("old", required=False)
@click.argument("new", required=False)
@pass_context
def diff(context: Context, edition: Edition, in_json: bool, old: str | None, new: str | None) -> None:
    """Show what the next publication would change in an edition.

    OLD and NEW are Git revisions, or folders that contain a mkdocs.yml. By default OLD is the revision from which
    the edition was published last, and NEW is the current state of the files.
    """
    config = context.settings()
    with ExitStack() as stack:
        after = _state(stack, config, new) if new else context.knowledge()
        before = _state(stack, config, old or _published_revision(config, edition, after))
        _refuse_unknown(edition, before, after)
        changes = list(compare(_shown(before, edition), _shown(after, edition)))
    for line in () if old else _notes(config, edition):
        click.echo(line, err=True)
    if in_json:
        click.echo(json.dumps([asdict(change) for change in changes], indent=2, ensure_ascii=False, default=str))
        return
    for change in changes:
        click.echo("\n".join(_lines(change)))
    context.say(_summary(edition, changes))


def _refuse_unknown(edition: Edition, *states: KnowledgeBase) -> None:
    """Raise UsageError, with the nearest ids, if none of the states has the client of the edition."""
    clients = {file.id for state in states for file in state.of_kind("client")}
    if edition.client is not None and edition.client not in clients:
        raise no_such("client", edition.client, clients)


def _published_revision(config: Settings, edition: Edition, now: KnowledgeBase) -> str:
    """The revision from which an edition was published last. Raises UsageError if it is not known."""
    published = manifest(config.folders.publish, edition) or {}
    revision = str(published.get("revision", "unknown"))
    if revision == "unknown":
        _refuse_unknown(edition, now)
        raise click.UsageError(
            f"it is not known from which revision '{edition}' was published last; "
            f"name a revision: pir diff --edition {edition} REVISION"
        )
    return revision


def _notes(config: Settings, edition: Edition) -> Iterator[str]:
    """Notes on what a comparison with the revision published last does not show."""
    published = manifest(config.folders.publish, edition) or {}
    if published.get("uncommitted"):
        yield "the last publication included uncommitted changes; this compares with the commit they were based on"
    if published.get("as_of") != config.as_of.isoformat():
        yield f"figures were published as of {published.get('as_of')}; the next publication is as of {config.as_of.isoformat()}"


def _state(stack: ExitStack, ours: Settings, state: str) -> KnowledgeBase:
    """The knowledge base in a folder, or of this folder at a Git revision."""
    config = settings.config_in(Path(state))
    if config is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        _check_out(ours.root, state, folder)
        config = settings.config_in(folder)
    if config is None:
        raise click.UsageError(f"the revision '{state}' has no mkdocs.yml in {ours.root.name}/")
    # most files of a revision are what they are now, so they are kept
    return load(msgspec.structs.replace(settings.read(config, as_of=ours.as_of), cache=ours.cache))


def _shown(knowledge: KnowledgeBase, edition: Edition) -> Projection:
    """What an edition shows of a knowledge base."""
    if edition.client is not None and edition.client not in knowledge.record_files:
        # the client is new or was removed, so its whole edition was added or removed
        return Projection(edition, knowledge.settings.as_of, knowledge.settings.site_name, {})
    return project(knowledge, edition)


def _check_out(root: Path, revision: str, folder: Path) -> None:
    """Unpack the files below `root` from a Git revision. Raises UsageError if there is no such revision."""
    if revision.startswith("-"):
        raise click.UsageError(f"'{revision}' is neither a folder with a mkdocs.yml nor a Git revision")
    try:
        result = subprocess.run(
            ["git", "-C", str(root), "archive", "--format=tar", revision], capture_output=True, check=False
        )
    except OSError:
        raise click.UsageError("Git is not installed, so revisions cannot be read; name a folder instead") from None
    if result.returncode:
        raise click.UsageError(f"'{revision}' is neither a folder with a mkdocs.yml nor a Git revision of {root.name}/")
    with tarfile.open(fileobj=io.BytesIO(result.stdout)) as archive:
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
