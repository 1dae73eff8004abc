"""What every command starts from: the folder it works on, and how much it says."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from mkdocs_pir import kb
from mkdocs_pir.cli import places
from mkdocs_pir.editions import published_projections
from mkdocs_pir.editions.generations import manifest
from mkdocs_pir.editions.project import no_such_client, project
from mkdocs_pir.editions.projection import Edition, Projection
from mkdocs_pir.editions.release import stale
from mkdocs_pir.kb import schema, settings
from mkdocs_pir.kb.kinds import KINDS
from mkdocs_pir.kb.knowledge import KnowledgeBase
from mkdocs_pir.kb.model import Client
from mkdocs_pir.kb.problem import Problem, ProblemError, configured
from mkdocs_pir.kb.settings import Settings
from mkdocs_pir.search.documents import index_of
from mkdocs_pir.search.query import SearchIndex
from mkdocs_pir.site.urls import path_of

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Context:
    """`folder`, an absolute path, holds mkdocs.yml; `quiet` leaves out everything but errors and results."""

    folder: Path
    quiet: bool

    def settings(self, as_of: date | None = None) -> Settings:
        """The settings of mkdocs.yml. Raises ProblemError."""
        if not self.folder.is_dir():
            raise click.UsageError(f"there is no folder '{self.folder}'")
        return settings.read(settings.find_config(self.folder), as_of=as_of)

    def knowledge(self, as_of: date | None = None) -> KnowledgeBase:
        """The knowledge base, read and checked. Raises ProblemError only for bad settings."""
        knowledge = kb.load(self.settings(as_of))
        found = configured(stale(knowledge), knowledge.settings.rules)
        return replace(knowledge, problems=tuple(sorted([*knowledge.problems, *found]))) if found else knowledge

    def report(self, problems: Sequence[Problem]) -> None:
        """Print problems of the knowledge base to standard error, with paths from the current folder."""
        click.echo(places.text(problems, self.folders()), err=True)

    def folders(self) -> Sequence[Path]:
        """The folders that the paths of problems are relative to: that of the records, and that of mkdocs.yml."""
        try:
            config = settings.find_config(self.folder)
        except ProblemError:
            return [self.folder]
        try:
            return [settings.read(config).records, config.parent]
        except ProblemError:
            return [config.parent]

    def figured(self, as_of: date | None = None) -> KnowledgeBase:
        """The same for figures and lists, which leave out what cannot be read: how much that is goes to standard
        error, as a figure without it may look better than it is."""
        knowledge = self.knowledge(as_of)
        records = sum(entry.record is None for entry in knowledge.record_files.values())
        rows = sum(row.value is None for row in knowledge.rows)
        parts = [f"{number:,} {word}{'' if number == 1 else 's'}" for number, word in
                 ((records, "record"), (rows, "register row")) if number]  # fmt: skip
        if parts:
            verb = "is" if records + rows == 1 else "are"
            click.echo(f"{' and '.join(parts)} with errors {verb} left out: see 'pir check'", err=True)
        return knowledge

    def projection(self, edition: Edition, as_of: date | None = None) -> Projection:
        """What an edition shows: the provider's own as the records stand, a client's as it was published and audited.

        Raises ProblemError where nothing was published for the client.
        """
        if edition.internal:
            return project(self.figured(as_of), edition)
        shown = published_projections.published(self._publications(edition), edition)
        self.say(f"{edition}: as published, with the figures of {as_of or shown.as_of}")
        return msgspec.structs.replace(shown, as_of=as_of) if as_of else shown

    def search_index(self, edition: Edition) -> SearchIndex:
        """The index of an edition, a client's as it was published. Raises ProblemError as `projection` does."""
        if edition.internal:
            return SearchIndex.open(index_of(project(self.knowledge(), edition), path_of))
        index = SearchIndex.open(published_projections.PublishedFiles(self._publications(edition), edition, "search"))
        self.say(f"{edition}: as published")
        return index

    def _publications(self, edition: Edition) -> Path:
        """The folder of all published editions. Raises ProblemError (PIR603) for a client that nobody knows."""
        ours = self.settings()
        clients = [file.stem for file in (ours.records / KINDS[Client.kind].folder).glob("*.md")]
        if edition.client not in clients and manifest(ours.folders.publish, edition) is None:
            raise ProblemError([no_such_client(ours, edition, clients)])
        return ours.folders.publish

    def say(self, text: str) -> None:
        """A line about what is going on, on standard error, so that results can be piped."""
        if not self.quiet:
            click.echo(text, err=True)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show on a terminal what is being done while it is being done."""
        shown = not self.quiet and sys.stderr.isatty() and "NO_COLOR" not in os.environ
        start = time.perf_counter()
        if shown:
            click.echo(f"{what} …", err=True, nl=False)
        try:
            yield
        finally:
            if shown:
                click.echo(f"\r\033[K{what}: {time.perf_counter() - start:.1f} s", err=True)


pass_context = click.make_pass_decorator(Context)


def with_quiet(command: click.Command) -> click.Command:
    """Give a command, and every command of a group, the option `--quiet` of `pir`, so that it may also stand last."""
    if isinstance(command, click.Group):
        for name in command.commands:
            with_quiet(command.commands[name])
    else:
        command.params.append(
            click.Option(
                ["-q", "--quiet"], is_flag=True, expose_value=False, callback=_quiet, help="Say nothing but errors."
            )
        )
    return command


def _quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and (context := ctx.find_object(Context)) is not None:
        ctx.obj = replace(context, quiet=True)


class EditionType(click.ParamType[Edition]):
    """`internal` or `client:ID`."""

    name = "edition"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Edition:
        if isinstance(value, Edition):
            return value
        try:
            return Edition.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


def edition_option(help_: str) -> Callable[[Decorated], Decorated]:
    """The option `--edition` of a command that takes one edition, the internal one when left out."""
    return click.option(
        "--edition",
        type=EditionType(),
        default="internal",
        show_default=True,
        metavar="internal|client:ID",
        help=help_,
    )


class DateType(click.ParamType[date]):
    """A day, as 2026-09-30."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return schema.day(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
